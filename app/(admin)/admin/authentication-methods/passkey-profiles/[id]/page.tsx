import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { Notice } from '@/components/ui/notice'
import type { MethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { readMethodsPolicy } from '@/lib/authentication-methods/store'
import { may } from '@/lib/directory/rights'
import { groupNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { changedMethodsPolicy, type MethodsChange, methodsChangeSchema } from '@/lib/policy-changes/model'
import { isAssigned } from '@/lib/policy-changes/passkey-profiles'
import { adminPageVisit } from '@/lib/request/page'
import { readProposal, readVersion, writeProposal } from '../../../proposal'
import { methodsPath, profilesPath } from '../../places'
import { namedGroups } from '../../words'
import { modelChoices } from '../model-choices'
import { ProfileForm } from '../profile-form'
import { modelNames, profileChangeInWords, whoInWords } from '../words'

type Query = { readonly change?: string; readonly version?: string }

/** One profile, to change or to read. `change`: what was filled in before looking at what it means. */
export default async function PasskeyProfilePage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<Query>
}) {
  const { id } = await params
  const path = `${profilesPath}/${encodeURIComponent(id)}`
  const { subject, at } = await adminPageVisit({ right: 'authenticationMethodsPolicy.read', path })
  const { document, version } = await readMethodsPolicy(db())
  const query = await searchParams
  const proposed = readProposal(methodsChangeSchema, query.change)
  const isOfThis = proposed?.part === 'passkeyProfile' && !('removed' in proposed) && proposed.profile.id === id
  const changed = isOfThis ? changedMethodsPolicy(document, proposed) : null
  const profileIn = ({ methods }: MethodsPolicy) => methods.passkey.passkeyProfiles.find((one) => one.id === id)
  const stored = profileIn(document)
  const profile = changed?.ok ? profileIn(changed.document) : stored
  if (!profile) notFound()
  const mayUpdate = may(subject, 'authenticationMethodsPolicy.update')
  return (
    <>
      <PageHeading
        above={<BackLink href={profilesPath}>{t('passkeyProfiles.edit.back')}</BackLink>}
        lead={stored ? t('passkeyProfiles.lead') : t('passkeyProfiles.edit.newLead')}
      >
        {stored ? stored.name : t('passkeyProfiles.edit.new')}
      </PageHeading>
      {mayUpdate ? (
        <>
          <ProfileForm
            profile={profile}
            version={changed?.ok ? readVersion(query.version) : version}
            choices={await modelChoices(profile.keyRestrictions.aaGuids, '', at)}
          />
          {stored && <Removal document={document} version={version} profileId={id} />}
        </>
      ) : (
        <Card className="max-w-3xl" id="profile" title={t('passkeyProfiles.edit.reader')}>
          <DescriptionList
            items={profileChangeInWords(document, removalOf(id), new Map(), await modelNames([profile], at)).map(
              ({ term, text }) => ({ term, description: text }),
            )}
          />
        </Card>
      )}
    </>
  )
}

/** The way to delete it, or why it stays. */
async function Removal({
  document,
  version,
  profileId,
}: {
  document: MethodsPolicy
  version: number
  profileId: string
}) {
  const { passkey } = document.methods
  if (!isAssigned(passkey, profileId)) {
    const change = writeProposal(removalOf(profileId))
    return (
      <ButtonLink href={`${methodsPath}/preview?version=${version}&change=${change}`} variant="secondary">
        {t('passkeyProfiles.edit.delete')}
      </ButtonLink>
    )
  }
  const who = whoInWords(passkey, profileId, await groupNames(db(), namedGroups(document)))
  return (
    <div className="max-w-3xl">
      <Notice
        live={false}
        actions={<TextLink href={`${profilesPath}/assignments`}>{t('passkeyProfiles.edit.assignedLink')}</TextLink>}
      >
        {t('passkeyProfiles.edit.assigned', { who: who ?? t('passkeyProfiles.edit.assignedDefault') })}
      </Notice>
    </div>
  )
}

function removalOf(id: string): Extract<MethodsChange, { part: 'passkeyProfile' }> {
  return { part: 'passkeyProfile', removed: id }
}
