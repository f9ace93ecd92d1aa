import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { ResendCode } from '@/components/registration/contact-form'
import { NarrowShell } from '@/components/shell/narrow-shell'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { TextLink } from '@/components/ui/button'
import { CodeField } from '@/components/ui/code-field'
import { PhoneField } from '@/components/ui/phone-field'
import { SubmitButton } from '@/components/ui/submit-button'
import { isTextSignInOffered } from '@/lib/authentication-methods/policy'
import { loadMethodsPolicy } from '@/lib/authentication-methods/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { browserHash, FormToken } from '@/lib/request/form-token'
import { likelyCountry, phoneOptions } from '@/lib/request/phone-country'
import { safeReturnTo } from '@/lib/request/return-to'
import { pendingTextSignIn } from '@/lib/sign-in/text-sign-in'
import { DemoNote } from '../demo-note'
import { finishByText, resendByText, startByText } from './actions'

type Query = Record<string, string | string[] | undefined>

/** A phone number in place of a user name, then the code: the same for every number, whoever's it is. */
export default async function PhonePage({ searchParams }: { searchParams: Promise<Query> }) {
  const query = await searchParams
  const returnTo = (typeof query.returnTo === 'string' && safeReturnTo(query.returnTo)) || ''
  if (!isTextSignInOffered(await loadMethodsPolicy(db()))) redirect('/sign-in')
  const challengeId = typeof query.code === 'string' ? query.code : ''
  const pending = challengeId ? await pendingTextSignIn({ challengeId, browserHash: browserHash() }) : null
  const back = returnTo ? `?returnTo=${encodeURIComponent(returnTo)}` : ''
  return (
    <NarrowShell organisation={env().ORGANISATION_NAME} below={<DemoNote />}>
      <div className="grid gap-6">
        {pending ? (
          <CodeStep challengeId={challengeId} returnTo={returnTo} pending={pending} />
        ) : (
          <NumberStep returnTo={returnTo} />
        )}
        <ul className="grid gap-2">
          {pending && (
            <li>
              <TextLink href={`/sign-in/phone${back}`}>{t('signIn.phone.another')}</TextLink>
            </li>
          )}
          <li>
            <TextLink href={`/sign-in${back}`}>{t('signIn.pass.password')}</TextLink>
          </li>
        </ul>
      </div>
    </NarrowShell>
  )
}

async function NumberStep({ returnTo }: { returnTo: string }) {
  const countries = phoneOptions()
  const likely = likelyCountry(
    (await headers()).get('accept-language'),
    countries.map(({ value }) => value),
  )
  return (
    <>
      <PageHeading focusKey="number" lead={t('signIn.phone.lead')}>
        {t('signIn.phone.title')}
      </PageHeading>
      <ActionForm action={startByText} errorHeading={t('ui.errorSummary.heading')}>
        <FormToken />
        <input type="hidden" name="returnTo" value={returnTo} />
        <PhoneField
          name="number"
          label={t('registration.mobilePhone.label')}
          countryLabel={t('ui.phone.country')}
          numberLabel={t('ui.phone.number')}
          countries={countries}
          defaultCountry={likely}
        />
        <SubmitButton wide pendingLabel={t('registration.contact.sending')}>
          {t('signIn.verify.phone.send')}
        </SubmitButton>
      </ActionForm>
    </>
  )
}

function CodeStep({
  challengeId,
  returnTo,
  pending,
}: {
  challengeId: string
  returnTo: string
  pending: { readonly masked: string; readonly resendInSeconds: number }
}) {
  const token = (
    <>
      <FormToken />
      <input type="hidden" name="returnTo" value={returnTo} />
      <input type="hidden" name="challengeId" value={challengeId} />
    </>
  )
  return (
    <>
      <PageHeading
        focusKey="code"
        lead={
          <>
            {t('signIn.phone.sentTo')} <bdi className="font-medium text-text">{pending.masked}</bdi>
          </>
        }
      >
        {t('registration.code.title.sms')}
      </PageHeading>
      <ActionForm action={finishByText} errorHeading={t('ui.errorSummary.heading')}>
        {token}
        <CodeField name="code" label={t('signIn.verify.phone.label')} hint={t('signIn.verify.phone.hint')} required />
        <SubmitButton wide pendingLabel={t('registration.code.checking')}>
          {t('signIn.submit')}
        </SubmitButton>
      </ActionForm>
      <ResendCode seconds={pending.resendInSeconds} action={resendByText} token={token} />
    </>
  )
}
