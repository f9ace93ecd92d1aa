import { notFound, redirect } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { CheckboxField } from '@/components/ui/checkbox-field'
import { Notice } from '@/components/ui/notice'
import { RadioCards } from '@/components/ui/radio-cards'
import { SelectField } from '@/components/ui/select-field'
import { SubmitButton } from '@/components/ui/submit-button'
import { mayRegister, mayUse } from '@/lib/authentication-methods/policy'
import type { TemporaryAccessPassConfiguration } from '@/lib/authentication-methods/policy-model'
import { duration, t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { env } from '@/lib/platform/env'
import { FormToken } from '@/lib/request/form-token'
import { lastOwnMfaAt } from '@/lib/sign-in/model'
import { personPath, personVisit } from '../person'
import { issuePass } from './actions'
import { PassOrFields } from './pass-form'
import { StartField } from './start-field'

/** Issues a Temporary Access Pass and shows it once. */
export default async function PassPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const path = `${personPath(id)}/pass`
  const { facts, refusal, visit } = await personVisit(id, path)
  if (refusal('temporaryAccessPass.create') !== null) notFound()
  if (isStale(lastOwnMfaAt(visit.session.proofs), visit.at))
    redirect(`/sign-in/verify?returnTo=${encodeURIComponent(path)}`)
  const { subject, methodsPolicy } = facts
  const policy = methodsPolicy.methods.temporaryAccessPass
  const mayHaveOne = mayRegister(methodsPolicy, subject, 'temporaryAccessPass', [], 'administrator').allowed
  const mayUseIt = mayUse(methodsPolicy, subject, 'temporaryAccessPass', 'signIn').allowed
  const back = personPath(subject.id)
  return (
    <div className="grid max-w-xl gap-8">
      <PageHeading above={<TextLink href={back}>{subject.displayName}</TextLink>} lead={t('admin.pass.lead')}>
        {t('admin.pass.title', { name: subject.displayName })}
      </PageHeading>
      <Card>
        {mayHaveOne ? (
          <ActionForm action={issuePass} errorHeading={t('ui.errorSummary.heading')} className="group/pass grid gap-6">
            <PassOrFields
              texts={textsFor(subject.userPrincipalName)}
              done={
                <ButtonLink href={back} variant="secondary" wide>
                  {t('admin.pass.done')}
                </ButtonLink>
              }
            >
              <FormToken />
              <input type="hidden" name="targetId" value={subject.id} />
              <input type="hidden" name="returnTo" value={path} />
              {!mayUseIt && (
                <Notice tone="warning" live={false}>
                  {t('admin.pass.off')}
                </Notice>
              )}
              <RadioCards
                name="start"
                label={t('admin.pass.start')}
                defaultValue="now"
                choices={[
                  { value: 'now', label: t('admin.pass.start.now') },
                  { value: 'later', label: t('admin.pass.start.later'), hint: t('admin.pass.start.later.hint') },
                ]}
              />
              <div className="hidden group-has-[[value=later]:checked]/pass:block">
                <StartField
                  name="startsAt"
                  label={t('admin.pass.startsAt')}
                  hintUtc={t('admin.pass.startsAt.hint.utc')}
                  hintLocal={t('admin.pass.startsAt.hint.local', { zone: '{zone}' })}
                />
              </div>
              <SelectField
                name="lifetimeInMinutes"
                label={t('admin.pass.lifetime')}
                defaultValue={String(policy.defaultLifetimeInMinutes)}
                options={lifetimes(policy).map((minutes) => ({
                  value: String(minutes),
                  label: duration(minutes * 60),
                }))}
              />
              {policy.isUsableOnce ? (
                <>
                  <input type="hidden" name="isUsableOnce" value="on" />
                  <p className="text-text-muted">{t('admin.pass.once.always')}</p>
                </>
              ) : (
                <CheckboxField name="isUsableOnce" label={t('admin.pass.once')} hint={t('admin.pass.once.hint')} />
              )}
              <Actions>
                <SubmitButton pendingLabel={t('ui.pending')}>{t('admin.pass.submit')}</SubmitButton>
                <ButtonLink href={back} variant="secondary">
                  {t('admin.pass.cancel')}
                </ButtonLink>
              </Actions>
            </PassOrFields>
          </ActionForm>
        ) : (
          <Notice tone="warning" live={false}>
            {t('admin.pass.guest')}
          </Notice>
        )}
      </Card>
    </div>
  )
}

/**
 * Asks for the fresh proof before anything is filled in. A minute more lenient than the command, so that the page which
 * answers a form that was just in time is drawn and its pass is not lost.
 */
function isStale(mfaAt: number | null, at: Date): boolean {
  const seconds = limits.freshness.destructiveAdministrationSeconds + 60
  return mfaAt === null || at.getTime() - mfaAt > seconds * 1000
}

/** Lengths people choose from, in minutes, within the policy; its default and its bounds are always among them. */
function lifetimes(policy: TemporaryAccessPassConfiguration): number[] {
  const { minimumLifetimeInMinutes: min, maximumLifetimeInMinutes: max, defaultLifetimeInMinutes } = policy
  const usual = [10, 30, 60, 120, 240, 480, 1440, 2880, 10_080, 43_200].filter((each) => each >= min && each <= max)
  return [...new Set([...usual, min, defaultLifetimeInMinutes, max])].toSorted((one, other) => one - other)
}

function textsFor(userName: string) {
  return {
    shown: t('admin.pass.shown'),
    spell: t('admin.pass.spell'),
    spellHint: t('admin.pass.spell.hint'),
    copy: t('admin.pass.copy'),
    copied: t('ui.copied'),
    copyFailed: t('ui.copyFailed'),
    from: t('admin.pass.from'),
    until: t('admin.pass.until'),
    uses: t('admin.pass.uses'),
    once: t('admin.pass.uses.once'),
    many: t('admin.pass.uses.many'),
    where: t('admin.pass.where'),
    whereText: t('admin.pass.where.text', { origin: `${env().PUBLIC_ORIGIN}/sign-in/pass`, userName }),
    next: t('admin.pass.next'),
  }
}
