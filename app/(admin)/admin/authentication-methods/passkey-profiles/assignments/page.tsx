import { GroupPicker } from '@/components/admin/group-picker'
import { ShownVersion } from '@/components/admin/shown-version'
import { Section } from '@/components/conditional-access/section'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { CheckboxField, FieldGroup } from '@/components/ui/checkbox-field'
import { RadioCards } from '@/components/ui/radio-cards'
import { SubmitButton } from '@/components/ui/submit-button'
import { profileIdsOf } from '@/lib/authentication-methods/passkey-profiles'
import { readMethodsPolicy } from '@/lib/authentication-methods/store'
import { groupNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { changedMethodsPolicy, methodsChangeSchema } from '@/lib/policy-changes/model'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { groupChoices } from '../../../group-choices'
import { readProposal, readVersion } from '../../../proposal'
import { ProposeActions } from '../../method-form'
import { profilesPath } from '../../places'
import { namedGroups } from '../../words'
import { proposeAssignmentsAction } from '../actions'
import { linesOf } from '../fields'
import { targetName } from '../words'

type Query = { readonly change?: string; readonly version?: string }

/** Which targets have which profiles: one line a target, one box a profile. `change`: what was filled in before. */
export default async function PasskeyAssignmentsPage({ searchParams }: { searchParams: Promise<Query> }) {
  await adminPageVisit({ right: 'authenticationMethodsPolicy.update', path: `${profilesPath}/assignments` })
  const { document, version } = await readMethodsPolicy(db())
  const query = await searchParams
  const proposed = readProposal(methodsChangeSchema, query.change)
  const changed = proposed?.part === 'passkeyAssignments' ? changedMethodsPolicy(document, proposed) : null
  const policy = changed?.ok ? changed.document : document
  const { passkey } = policy.methods
  const names = await groupNames(db(), namedGroups(policy))
  const lines = linesOf(policy).map((id) => {
    const target = passkey.includeTargets.find((one) => one.id === id)
    return { id, name: targetName(id, names), profileIds: target ? profileIdsOf(passkey, target) : [] }
  })
  const present = lines.map(({ id }) => id)
  return (
    <>
      <PageHeading
        above={<BackLink href={profilesPath}>{t('passkeyProfiles.edit.back')}</BackLink>}
        lead={t('passkeyProfiles.assignments.lead')}
      >
        {t('passkeyProfiles.assignments.title')}
      </PageHeading>
      <ActionForm
        // Groups put on the list come back as a page of their own, with boxes that were never shown before.
        key={query.change ?? ''}
        action={proposeAssignmentsAction}
        errorHeading={t('methodsPolicy.edit.errors')}
        className="grid max-w-3xl gap-6"
      >
        <FormToken />
        <ShownVersion version={changed?.ok ? readVersion(query.version) : version} />
        <Section id="lines" heading={t('passkeyProfiles.assignments.groups')}>
          {lines.map(({ id, name, profileIds }) => (
            <FieldGroup key={id} name={`line-${id}`} label={<bdi>{name}</bdi>}>
              {passkey.passkeyProfiles.map((profile) => (
                <CheckboxField
                  key={profile.id}
                  id={`${id}-${profile.id}`}
                  name="assigned[]"
                  value={`${id}:${profile.id}`}
                  label={<bdi>{profile.name}</bdi>}
                  defaultChecked={profileIds.includes(profile.id)}
                />
              ))}
            </FieldGroup>
          ))}
        </Section>
        <Section id="add" heading={t('passkeyProfiles.assignments.add')}>
          <GroupPicker
            side="include"
            label={t('passkeyProfiles.assignments.groups')}
            hint={t('passkeyProfiles.assignments.addHint')}
            choices={(await groupChoices([])).filter(({ id }) => !present.includes(id))}
          />
          <div>
            <SubmitButton name="intent" value="add" variant="secondary" pendingLabel={t('ui.pending')}>
              {t('passkeyProfiles.assignments.addButton')}
            </SubmitButton>
          </div>
        </Section>
        <Section id="default" heading={t('passkeyProfiles.assignments.fallback')}>
          <RadioCards
            name="defaultProfile"
            label={t('passkeyProfiles.assignments.fallback')}
            hint={t('passkeyProfiles.assignments.fallback.hint')}
            defaultValue={passkey.defaultPasskeyProfile}
            choices={passkey.passkeyProfiles.map(({ id, name }) => ({ value: id, label: <bdi>{name}</bdi> }))}
          />
        </Section>
        <ProposeActions back={profilesPath} />
      </ActionForm>
    </>
  )
}
