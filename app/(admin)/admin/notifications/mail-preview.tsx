import { address } from '@/components/admin/query'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { Disclosure } from '@/components/ui/disclosure'
import { Tabs } from '@/components/ui/tabs'
import { type MailLocale, mailLocales, t } from '@/lib/i18n'
import type { MailTemplate } from '@/lib/notifications/model'
import type { SignedInVisit } from '@/lib/request/desk'
import { shownMail } from './shown-mail'

/**
 * A mail as it will be read: its subject, the HTML part in a frame that can do nothing, and the text part. Everything is
 * made on the server, so it works without scripts. `change` is what was filled in and not saved, as it travels in the address.
 */
export async function MailPreview({
  visit,
  template,
  language,
  change,
  path,
  query,
}: {
  visit: SignedInVisit
  template: MailTemplate
  language: MailLocale | undefined
  change: { readonly branding?: string | undefined; readonly texts?: string | undefined }
  /** The page around and what its address says, for the links to other languages. */
  path: string
  query: Readonly<Record<string, string | undefined>>
}) {
  const mail = await shownMail(visit, template, language, change)
  const name = t(`mailSettings.name.${template}`)
  return (
    <Card
      id="preview"
      title={t('mailSettings.preview.title')}
      description={t('mailSettings.preview.invented')}
      className="min-w-0"
    >
      <div className="grid min-w-0 gap-5">
        <Tabs
          label={t('mailSettings.preview.languages')}
          tabs={mailLocales.map((one) => ({
            href: `${address(path, { ...query, language: one })}#preview`,
            label: t(`mailSettings.language.${one}`),
            isCurrent: one === mail.language,
          }))}
        />
        <DescriptionList
          items={[
            {
              term: t('mailSettings.preview.subject'),
              description: (
                <bdi lang={mail.language} className="wrap-anywhere">
                  {mail.subject}
                </bdi>
              ),
            },
          ]}
        />
        <iframe
          src={address(`/admin/notifications/${template}/preview`, { language: mail.language, ...change })}
          title={t('mailSettings.preview.frame', { name })}
          sandbox=""
          className="h-[38rem] w-full rounded-md border border-border bg-surface-sunken"
        />
        <Disclosure summary={t('mailSettings.preview.text')}>
          <pre
            lang={mail.language}
            className="rounded-md border border-border bg-surface-sunken p-4 text-sm wrap-anywhere whitespace-pre-wrap"
          >
            {mail.text}
          </pre>
        </Disclosure>
      </div>
    </Card>
  )
}
