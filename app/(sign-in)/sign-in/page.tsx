import { redirect } from 'next/navigation'
import { NarrowShell } from '@/components/shell/narrow-shell'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { TextLink } from '@/components/ui/button'
import { Divider } from '@/components/ui/divider'
import { Notice } from '@/components/ui/notice'
import { PasswordField } from '@/components/ui/password-field'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextField } from '@/components/ui/text-field'
import { isPasskeyFirstFactorPreferred } from '@/lib/authentication-methods/default-method'
import { isTextSignInOffered } from '@/lib/authentication-methods/policy'
import { defaultMethodsPolicy, type MethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { loadMethodsPolicy, loadPasswordResetPolicy } from '@/lib/authentication-methods/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { signedInVisit } from '@/lib/request/desk'
import { FormToken, formToken } from '@/lib/request/form-token'
import { homeOf } from '@/lib/request/go-on'
import { safeReturnTo } from '@/lib/request/return-to'
import { finishPasskey, signInByPassword, startPasskey } from './actions'
import { DemoNote } from './demo-note'
import { PasskeyButton } from './passkey-button'

const wizard = '/security-info/register'

/** Who are you? The same page for everybody who is not signed in, whatever they typed before. */
export default async function SignInPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  const query = await searchParams
  const asked = typeof query.returnTo === 'string' ? safeReturnTo(query.returnTo) : null
  const present = await signedInVisit()
  if (present?.session.stage === 'full') redirect(homeOf(asked))
  // The wizard is reached by signing in, not by its address.
  const wasInWizard = asked === wizard || asked?.startsWith(`${wizard}/`) === true
  const returnTo = wasInWizard ? '' : (asked ?? '')
  const isEnded = query.ended === '1'
  const policy = await policyOrDefault()
  const passkeyFirst = isPasskeyFirstFactorPreferred(policy.systemCredentialPreferences)
  const isTextOffered = isTextSignInOffered(policy)
  const passkey = (
    <PasskeyButton
      start={startPasskey}
      finish={finishPasskey}
      formToken={formToken()}
      more={{ returnTo }}
      isAutofilled
      variant="secondary"
      texts={{
        ask: t('signIn.passkey.submit'),
        waiting: t('signIn.passkey.waiting'),
        cancelled: t('signIn.passkey.cancelled'),
        connectionLost: t('failure.service.unknown_outcome'),
      }}
    />
  )
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME} below={<DemoNote />}>
      <div className="grid gap-6">
        <PageHeading>{t('signIn.title')}</PageHeading>
        {isEnded && (
          <Notice live={false}>{t(wasInWizard ? 'failure.registration.session_expired' : 'signIn.ended')}</Notice>
        )}
        {query.signedOut === '1' && (
          <Notice tone="success" live={false}>
            {t('signIn.signedOut')}
          </Notice>
        )}
        {present && !isEnded && (
          <Notice
            live={false}
            actions={
              <TextLink href={present.session.stage === 'registration' ? wizard : '/sign-in/continue'}>
                {t('signIn.unfinished.continue')}
              </TextLink>
            }
          >
            <p>
              {t('signIn.unfinished')} <bdi>{present.subject.userPrincipalName}</bdi>.
            </p>
          </Notice>
        )}
        {passkeyFirst && (
          <div className="grid gap-6 noscript:hidden">
            {passkey}
            <Divider label={t('signIn.or')} />
          </div>
        )}
        <ActionForm action={signInByPassword} errorHeading={t('ui.errorSummary.heading')}>
          <FormToken />
          <input type="hidden" name="returnTo" value={returnTo} />
          <TextField
            name="username"
            label={t(isTextOffered ? 'signIn.userName.labelOrPhone' : 'signIn.userName.label')}
            hint={isTextOffered ? t('signIn.userName.phoneHint') : undefined}
            autoComplete="username webauthn"
            autoCapitalize="none"
            spellCheck={false}
            inputMode="email"
            required
          />
          <PasswordField
            name="password"
            label={t('signIn.password.label')}
            autoComplete="current-password"
            showLabel={t('ui.password.show')}
            hideLabel={t('ui.password.hide')}
            required
          />
          <SubmitButton wide pendingLabel={t('signIn.pending')}>
            {t('signIn.submit')}
          </SubmitButton>
        </ActionForm>
        {!passkeyFirst && (
          <div className="grid gap-6 noscript:hidden">
            <Divider label={t('signIn.or')} />
            {passkey}
          </div>
        )}
        {(await isResetOffered()) && (
          <p>
            <TextLink href="/password-reset">{t('passwordReset.link')}</TextLink>
          </p>
        )}
        {isTextOffered && (
          <p>
            <TextLink href={`/sign-in/phone${returnTo ? `?returnTo=${encodeURIComponent(returnTo)}` : ''}`}>
              {t('signIn.phone.link')}
            </TextLink>
          </p>
        )}
        <p>
          <TextLink href={`/sign-in/pass${returnTo ? `?returnTo=${encodeURIComponent(returnTo)}` : ''}`}>
            {t('signIn.pass.link')}
          </TextLink>
        </p>
      </div>
    </NarrowShell>
  )
}

/** Administrators, who may reset also where nobody else may, know the address. */
async function isResetOffered(): Promise<boolean> {
  const policy = await loadPasswordResetPolicy(db()).catch(() => null)
  return policy !== null && policy.enabledFor !== 'none'
}

/** The page must open also while the database does not answer; then it is that of a new installation. */
function policyOrDefault(): Promise<MethodsPolicy> {
  return loadMethodsPolicy(db()).catch(() => defaultMethodsPolicy)
}
