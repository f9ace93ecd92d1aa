import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { DescriptionList } from '@/components/ui/description-list'
import { Tag } from '@/components/ui/tag'
import type { PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { loadPasswordResetPolicy } from '@/lib/authentication-methods/store'
import { may } from '@/lib/directory/rights'
import { mailLocales, t } from '@/lib/i18n'
import { findLogo, readMailBranding, readMailTexts } from '@/lib/notifications/mail-settings'
import { type MailTemplate, mailTemplates } from '@/lib/notifications/model'
import { isDecidedByPasswordReset, type MailTexts } from '@/lib/notifications/own-texts'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { adminPageVisit } from '@/lib/request/page'

const path = '/admin/notifications'

/** Every mail the product sends, when and to whom, and what the organisation made of it. */
export default async function NotificationsPage() {
  const { subject } = await adminPageVisit({ right: 'mailSettings.read', path })
  const [{ document: branding }, { document: texts }, logo, reset] = await Promise.all([
    readMailBranding(db()),
    readMailTexts(db()),
    findLogo(db()),
    loadPasswordResetPolicy(db()),
  ])
  return (
    <>
      <PageHeading lead={t('mailSettings.lead')}>{t('mailSettings.title')}</PageHeading>
      <Card
        id="look"
        title={t('mailSettings.look.title')}
        description={t('mailSettings.look.text')}
        actions={
          <ButtonLink href={`${path}/branding`} variant="secondary" size="small">
            {t(may(subject, 'mailSettings.update') ? 'mailSettings.look.open' : 'mailSettings.look.show')}
          </ButtonLink>
        }
      >
        <DescriptionList
          items={[
            {
              term: t('mailSettings.look.name'),
              description: t('mailSettings.look.name.text', { name: env().ORGANISATION_NAME }),
            },
            { term: t('mailSettings.look.accent'), description: branding.accent },
            {
              term: t('mailSettings.look.logo'),
              description:
                logo === null
                  ? t('mailSettings.look.logo.none')
                  : t('mailSettings.look.logo.size', {
                      type: logo.mediaType === 'image/png' ? 'PNG' : 'JPEG',
                      width: logo.width,
                      height: logo.height,
                    }),
            },
            {
              term: t('mailSettings.look.contact'),
              description: branding.supportContact ?? t('mailSettings.look.none'),
            },
            { term: t('mailSettings.look.language'), description: t(`mailSettings.language.${branding.language}`) },
          ]}
        />
      </Card>
      <Card id="mails" title={t('mailSettings.list.title')} padding="none" className="min-w-0">
        <DataTable
          caption={t('mailSettings.list.title')}
          rows={mailTemplates}
          rowKey={(template) => template}
          columns={[
            {
              key: 'mail',
              header: t('mailSettings.list.mail'),
              isRowHeader: true,
              cell: (template) => (
                <TextLink href={`${path}/${template}`}>{t(`mailSettings.name.${template}`)}</TextLink>
              ),
            },
            {
              key: 'when',
              header: t('mailSettings.list.when'),
              cell: (template) => t(`mailSettings.when.${template}`),
            },
            {
              key: 'state',
              header: t('mailSettings.list.state'),
              cell: (template) => <State template={template} texts={texts} reset={reset} />,
            },
          ]}
        />
      </Card>
    </>
  )
}

function State({ template, texts, reset }: { template: MailTemplate; texts: MailTexts; reset: PasswordResetPolicy }) {
  const own = mailLocales.filter((language) => texts.own[template]?.[language])
  const isOff = texts.off.some((off) => off === template)
  return (
    <div className="grid justify-items-start gap-1">
      {isDecidedByPasswordReset(template) ? (
        <Tag tone="neutral">
          {t(isSentByReset(template, reset) ? 'mailSettings.state.resetOn' : 'mailSettings.state.resetOff')}
        </Tag>
      ) : (
        <Tag tone={isOff ? 'warning' : 'success'}>{t(isOff ? 'mailSettings.state.off' : 'mailSettings.state.on')}</Tag>
      )}
      {own.length > 0 && <span className="text-sm text-text-muted">{t('mailSettings.state.own')}</span>}
    </div>
  )
}

function isSentByReset(template: MailTemplate, { selfService }: PasswordResetPolicy): boolean {
  return template === 'administratorPasswordReset'
    ? selfService.areAdministratorsNotified
    : selfService.isPersonNotified
}
