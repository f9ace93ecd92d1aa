import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { resetSteps } from '@/lib/password-reset/next-step'
import { resetPath, resetVisit } from '@/lib/request/reset'
import { contactAction } from '../actions'
import { ResetFields, ResetFrame } from '../frame'

type Query = Record<string, string | string[] | undefined>

/** Asks those who can help; or leads to the organisation's own page. */
export default async function ContactPage({ searchParams }: { searchParams: Promise<Query> }) {
  const { sent } = await searchParams
  const { view } = await resetVisit(resetSteps.filter((step) => step !== 'identify' && step !== 'done'))
  return (
    <ResetFrame view={view} isContact>
      <PageHeading
        focusKey={`reset contact ${sent ?? ''}`}
        lead={view.helpdeskPage ? undefined : t('passwordReset.contact.lead')}
      >
        {t('passwordReset.contact.title')}
      </PageHeading>
      {sent === '1' ? (
        <Notice tone="success" live={false}>
          {t('passwordReset.contact.sent')}
        </Notice>
      ) : view.helpdeskPage ? (
        <ButtonLink href={view.helpdeskPage} wide>
          {t('passwordReset.contact.page')}
        </ButtonLink>
      ) : (
        <ActionForm action={contactAction} errorHeading={t('ui.errorSummary.heading')}>
          <ResetFields view={view} />
          <SubmitButton wide pendingLabel={t('ui.pending')}>
            {t('passwordReset.contact.submit')}
          </SubmitButton>
        </ActionForm>
      )}
      <p>
        <TextLink href={resetPath(view.step)}>{t('passwordReset.contact.backToReset')}</TextLink>
      </p>
    </ResetFrame>
  )
}
