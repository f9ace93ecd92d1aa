import { NarrowShell } from '@/components/shell/narrow-shell'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { TextLink } from '@/components/ui/button'
import { PasswordField } from '@/components/ui/password-field'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextField } from '@/components/ui/text-field'
import { t } from '@/lib/i18n'
import { env } from '@/lib/platform/env'
import { signedInVisit } from '@/lib/request/desk'
import { FormToken } from '@/lib/request/form-token'
import { safeReturnTo } from '@/lib/request/return-to'
import { signInByPass } from '../actions'
import { DemoNote } from '../demo-note'

/** For whoever was given a pass; whoever comes here from a page that stopped them need not type their name again. */
export default async function PassPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  const query = await searchParams
  const returnTo = (typeof query.returnTo === 'string' && safeReturnTo(query.returnTo)) || ''
  const present = await signedInVisit()
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME} below={<DemoNote />}>
      <div className="grid gap-6">
        <PageHeading lead={t('signIn.pass.lead')}>{t('signIn.pass.title')}</PageHeading>
        <ActionForm action={signInByPass} errorHeading={t('ui.errorSummary.heading')}>
          <FormToken />
          <input type="hidden" name="returnTo" value={returnTo} />
          <TextField
            name="username"
            label={t('signIn.userName.label')}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            inputMode="email"
            defaultValue={present?.subject.userPrincipalName}
            required
          />
          <PasswordField
            name="pass"
            label={t('signIn.pass.label')}
            autoComplete="off"
            showLabel={t('ui.password.show')}
            hideLabel={t('ui.password.hide')}
            required
          />
          <SubmitButton wide pendingLabel={t('signIn.pending')}>
            {t('signIn.submit')}
          </SubmitButton>
        </ActionForm>
        <p>
          <TextLink href={`/sign-in${returnTo ? `?returnTo=${encodeURIComponent(returnTo)}` : ''}`}>
            {t('signIn.pass.password')}
          </TextLink>
        </p>
      </div>
    </NarrowShell>
  )
}
