import { notFound } from 'next/navigation'
import { kept, parameter, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { may } from '@/lib/directory/rights'
import { mailLocales, t } from '@/lib/i18n'
import { readMailBranding, readMailTexts } from '@/lib/notifications/mail-settings'
import { mailTemplates } from '@/lib/notifications/model'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { readVersion } from '../../proposal'
import { sendTest } from '../actions'
import { MailPreview } from '../mail-preview'
import { proposedTexts } from '../shown-mail'
import { TextForm } from './text-form'

/** One mail: how it reads in each language, the organisation's own words in it, and a test to oneself. */
export default async function MailPage({
  params,
  searchParams,
}: {
  params: Promise<{ template: string }>
  searchParams: Promise<SearchParams>
}) {
  const named = (await params).template
  const template = mailTemplates.find((known) => known === named)
  if (!template) notFound()
  const path = `/admin/notifications/${template}`
  const visit = await adminPageVisit({ right: 'mailSettings.read', path })
  const given = await searchParams
  const { document, version } = await readMailTexts(db())
  const branding = await readMailBranding(db())
  const change = parameter(given, 'change', 16_384)
  const proposed = proposedTexts(change)
  const mayUpdate = may(visit.subject, 'mailSettings.update')
  const language = mailLocales.find((known) => known === parameter(given, 'language')) ?? branding.document.language
  const done = parameter(given, 'done')
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/notifications">{t('mailSettings.back')}</BackLink>}
        lead={t(`mailSettings.when.${template}`)}
      >
        {t(`mailSettings.name.${template}`)}
      </PageHeading>
      {done === 'saved' && <Notice tone="success">{t('mailSettings.saved')}</Notice>}
      {done === 'test' && <Notice tone="success">{t('mailSettings.test.done')}</Notice>}
      {proposed && <Notice>{t('mailSettings.branding.previewed')}</Notice>}
      <div className="grid items-start gap-8 xl:grid-cols-2">
        <MailPreview
          visit={visit}
          template={template}
          language={language}
          change={{ texts: proposed ? change : undefined }}
          path={path}
          query={kept(given, ['version', 'change'])}
        />
        {mayUpdate && (
          <div className="grid min-w-0 gap-8">
            <Card
              id="test"
              title={t('mailSettings.test.title')}
              description={t('mailSettings.test.text')}
              className="min-w-0"
            >
              <ActionForm action={sendTest} errorHeading={t('ui.errorSummary.heading')} idPrefix="test-">
                <FormToken />
                <input type="hidden" name="template" value={template} />
                <input type="hidden" name="language" value={language} />
                <SubmitButton variant="secondary" className="justify-self-start" pendingLabel={t('ui.pending')}>
                  {t('mailSettings.test.submit')}
                </SubmitButton>
              </ActionForm>
            </Card>
            <TextForm
              key={`${version} ${change}`}
              template={template}
              language={language}
              version={proposed ? readVersion(parameter(given, 'version')) : version}
              isOn={proposed ? proposed.isOn : !document.off.some((off) => off === template)}
              texts={proposed?.texts ?? document.own[template] ?? {}}
            />
          </div>
        )}
      </div>
    </>
  )
}
