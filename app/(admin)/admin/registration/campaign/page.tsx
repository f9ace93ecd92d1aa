import { ShownVersion } from '@/components/admin/shown-version'
import { Beside, Section } from '@/components/conditional-access/section'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { CheckboxField } from '@/components/ui/checkbox-field'
import { RadioCards } from '@/components/ui/radio-cards'
import { TextField } from '@/components/ui/text-field'
import {
  campaignMethods,
  type RegistrationCampaign,
  registrationCampaignSchema,
} from '@/lib/authentication-methods/registration-policy'
import { readRegistrationCampaign } from '@/lib/authentication-methods/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { ProposeActions } from '../../authentication-methods/method-form'
import type { ProposalQuery } from '../../authentication-methods/preview/proposed'
import { firstChoices } from '../../conditional-access/draft'
import { readProposal, readVersion } from '../../proposal'
import { proposeCampaignAction } from '../actions'
import { pickedOf } from '../fields'
import { campaignPath, registrationPath } from '../proposed'
import { ScopeSection } from '../scope-section'

/** The state, what is asked for and how often, and for whom. Sending it leads to what the change means; nothing is saved. */
export default async function CampaignPage({ searchParams }: { searchParams: Promise<ProposalQuery> }) {
  await adminPageVisit({ right: 'authenticationMethodsPolicy.update', path: campaignPath })
  const { document, version } = await readRegistrationCampaign(db())
  const query = await searchParams
  const proposed = readProposal(registrationCampaignSchema, query.change)
  const campaign = proposed ?? document
  const picked = pickedOf(campaign)
  return (
    <>
      <PageHeading
        above={<BackLink href={registrationPath}>{t('registrationPolicies.back')}</BackLink>}
        lead={t('registrationPolicies.campaign.lead')}
      >
        {t('registrationPolicies.campaign.title')}
      </PageHeading>
      <ActionForm
        action={proposeCampaignAction}
        errorHeading={t('methodsPolicy.edit.errors')}
        className="grid max-w-3xl gap-6"
      >
        <FormToken />
        <ShownVersion version={proposed ? readVersion(query.version) : version} />
        <Section id="state" heading={t('registrationPolicies.words.state')}>
          <Beside count={3}>
            <RadioCards
              name="state"
              label={t('registrationPolicies.campaign.state')}
              defaultValue={campaign.state}
              choices={(['enabled', 'default', 'disabled'] as const).map((value) => ({
                value,
                label: t(`registrationPolicies.campaign.${value}`),
                hint: t(`registrationPolicies.campaign.${value}.hint`),
              }))}
            />
          </Beside>
        </Section>
        <Settings campaign={campaign} />
        <ScopeSection who={picked.includeWho} choices={await firstChoices(picked)} />
        <ProposeActions back={registrationPath} />
      </ActionForm>
    </>
  )
}

function Settings({ campaign }: { campaign: RegistrationCampaign }) {
  return (
    <Section
      id="settings"
      heading={t('registrationPolicies.campaign.settings')}
      lead={t('registrationPolicies.campaign.settings.lead')}
    >
      <Beside count={2}>
        <RadioCards
          name="method"
          label={t('registrationPolicies.campaign.method')}
          defaultValue={campaign.method}
          choices={campaignMethods.map((kind) => ({ value: kind, label: t(`securityInfo.method.${kind}`) }))}
        />
      </Beside>
      <TextField
        name="snoozeDurationInDays"
        label={t('registrationPolicies.campaign.days')}
        hint={t('registrationPolicies.campaign.days.hint')}
        defaultValue={String(campaign.snoozeDurationInDays)}
        inputMode="numeric"
        autoComplete="off"
        maxLength={6}
        className="max-w-40"
      />
      <CheckboxField
        name="isLimited"
        label={t('registrationPolicies.campaign.limited')}
        hint={t('registrationPolicies.campaign.limited.hint')}
        defaultChecked={campaign.enforceRegistrationAfterAllowedSnoozes}
      />
    </Section>
  )
}
