import { DemoNote } from '@/app/(sign-in)/sign-in/demo-note'
import { WorkField } from '@/components/password-reset/work-field'
import { NarrowShell } from '@/components/shell/narrow-shell'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextField } from '@/components/ui/text-field'
import { loadPasswordResetPolicy } from '@/lib/authentication-methods/store'
import { t } from '@/lib/i18n'
import { newWork } from '@/lib/password-reset/entry'
import { helpdeskPageOf, resetOffer, viewReset } from '@/lib/password-reset/view'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { visit } from '@/lib/request/desk'
import { browserHash, FormToken } from '@/lib/request/form-token'
import { resetPath, resetToken } from '@/lib/request/reset'
import { identifyAction } from './actions'

type Query = Record<string, string | string[] | undefined>

/** Who are you? Open to everybody; what comes next does not say whether there is such an account. */
export default async function PasswordResetPage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams
  const offer = await resetOffer()
  if (offer === 'nobody') return <Off />
  const { origin } = visit()
  const token = resetToken()
  const present = token === null ? null : await viewReset({ token, origin })
  const isUnderWay = present !== null && !['identify', 'done', 'refused', 'throttled'].includes(present.step)
  const { text, bits } = await newWork(origin, browserHash())
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME} below={<DemoNote />}>
      <div className="grid gap-6">
        <PageHeading lead={t('passwordReset.identify.lead')}>{t('passwordReset.identify.title')}</PageHeading>
        {query.ended === '1' && !isUnderWay && <Notice live={false}>{t('passwordReset.identify.ended')}</Notice>}
        {query.check === '1' && (
          <Notice tone="warning" live={false}>
            {t('failure.password_reset.work_needed')}
          </Notice>
        )}
        {offer === 'administrators' && <Notice live={false}>{t('passwordReset.off.administratorsOnly')}</Notice>}
        {isUnderWay && (
          <Notice
            live={false}
            actions={<TextLink href={resetPath(present.step)}>{t('signIn.unfinished.continue')}</TextLink>}
          >
            <p>
              {t('passwordReset.account')}: <bdi>{present.name}</bdi>
            </p>
          </Notice>
        )}
        <ActionForm action={identifyAction} errorHeading={t('ui.errorSummary.heading')}>
          <FormToken />
          <TextField
            name="username"
            label={t('signIn.userName.label')}
            hint={t('signIn.userName.hint')}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            inputMode="email"
            required
          />
          <WorkField work={text} bits={bits} waiting={t('passwordReset.identify.working')} />
          <div className="hidden noscript:block">
            <p className="text-sm text-text-muted">{t('passwordReset.identify.noScript')}</p>
          </div>
          <SubmitButton wide pendingLabel={t('passwordReset.pending')}>
            {t('passwordReset.continue')}
          </SubmitButton>
        </ActionForm>
        <p>
          <TextLink href="/sign-in">{t('passwordReset.back')}</TextLink>
        </p>
      </div>
    </NarrowShell>
  )
}

async function Off() {
  const page = helpdeskPageOf((await loadPasswordResetPolicy(db())).selfService)
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME}>
      <div className="grid gap-6">
        <PageHeading lead={t('passwordReset.off.lead')}>{t('passwordReset.off.title')}</PageHeading>
        {page && (
          <ButtonLink href={page} wide>
            {t('passwordReset.contact.page')}
          </ButtonLink>
        )}
        <p>
          <TextLink href="/sign-in">{t('passwordReset.back')}</TextLink>
        </p>
      </div>
    </NarrowShell>
  )
}
