import { ShownVersion } from '@/components/admin/shown-version'
import { Beside, Section } from '@/components/conditional-access/section'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { RadioCards } from '@/components/ui/radio-cards'
import { mfaRegistrationChangeSchema } from '@/lib/authentication-methods/registration-policy'
import { readMfaRegistrationPolicy } from '@/lib/authentication-methods/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { ProposeActions } from '../../authentication-methods/method-form'
import type { ProposalQuery } from '../../authentication-methods/preview/proposed'
import { firstChoices } from '../../conditional-access/draft'
import { readProposal, readVersion } from '../../proposal'
import { proposePolicyAction } from '../actions'
import { pickedOf } from '../fields'
import { mfaPolicyPath, registrationPath } from '../proposed'
import { ScopeSection } from '../scope-section'

/** On or off, and for whom. Sending it leads to what the change means; nothing is saved. */
export default async function MfaPolicyPage({ searchParams }: { searchParams: Promise<ProposalQuery> }) {
  await adminPageVisit({ right: 'mfaRegistrationPolicy.update', path: mfaPolicyPath })
  const { document, version } = await readMfaRegistrationPolicy(db())
  const query = await searchParams
  const proposed = readProposal(mfaRegistrationChangeSchema, query.change)
  const policy = proposed ?? document
  const picked = pickedOf(policy)
  return (
    <>
      <PageHeading
        above={<BackLink href={registrationPath}>{t('registrationPolicies.back')}</BackLink>}
        lead={t('registrationPolicies.mfa.lead')}
      >
        {t('registrationPolicies.mfa.title')}
      </PageHeading>
      <ActionForm
        action={proposePolicyAction}
        errorHeading={t('methodsPolicy.edit.errors')}
        className="grid max-w-3xl gap-6"
      >
        <FormToken />
        <ShownVersion version={proposed ? readVersion(query.version) : version} />
        <Section id="state" heading={t('registrationPolicies.words.state')}>
          <Beside count={2}>
            <RadioCards
              name="state"
              label={t('registrationPolicies.mfa.state')}
              defaultValue={policy.state}
              choices={(['on', 'off'] as const).map((word) => ({
                value: word === 'on' ? 'enabled' : 'disabled',
                label: t(`registrationPolicies.mfa.${word}`),
                hint: t(`registrationPolicies.mfa.${word}.hint`),
              }))}
            />
          </Beside>
        </Section>
        <ScopeSection who={picked.includeWho} choices={await firstChoices(picked)} />
        <ProposeActions back={registrationPath} />
      </ActionForm>
    </>
  )
}
