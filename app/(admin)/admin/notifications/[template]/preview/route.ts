import { notFound } from 'next/navigation'
import { mailLocales } from '@/lib/i18n'
import { logoContentId } from '@/lib/notifications/mail-layout'
import { mailTemplates } from '@/lib/notifications/model'
import { adminPageVisit } from '@/lib/request/page'
import { shownMail } from '../../shown-mail'

/**
 * The HTML part of one mail, for the frame in the page about it. The headers that shut it in are set before the framework
 * is asked; the logo, which comes along in a mail, stands in the document here.
 */
export async function GET(request: Request, { params }: { params: Promise<{ template: string }> }): Promise<Response> {
  const given = (await params).template
  const template = mailTemplates.find((known) => known === given)
  if (!template) notFound()
  const visit = await adminPageVisit({ right: 'mailSettings.read', path: `/admin/notifications/${template}` })
  const asked = new URL(request.url).searchParams
  const language = mailLocales.find((known) => known === asked.get('language'))
  const { html, logo } = await shownMail(visit, template, language, {
    branding: asked.get('branding'),
    texts: asked.get('texts'),
  })
  const picture = logo === null ? '' : `data:${logo.mediaType};base64,${Buffer.from(logo.bytes).toString('base64')}`
  return new Response(html.replace(`cid:${logoContentId}`, picture), {
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  })
}
