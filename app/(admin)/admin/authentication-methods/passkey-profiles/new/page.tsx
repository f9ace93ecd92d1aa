import { redirect } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { defaultPasskeyProfile, passkeyProfilesMax } from '@/lib/authentication-methods/policy-model'
import { readMethodsPolicy } from '@/lib/authentication-methods/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { adminPageVisit } from '@/lib/request/page'
import { profilesPath } from '../../places'
import { modelChoices } from '../model-choices'
import { ProfileForm } from '../profile-form'

/** A profile that nobody has yet. */
export default async function NewPasskeyProfilePage() {
  const { at } = await adminPageVisit({ right: 'authenticationMethodsPolicy.update', path: `${profilesPath}/new` })
  const { document, version } = await readMethodsPolicy(db())
  if (document.methods.passkey.passkeyProfiles.length >= passkeyProfilesMax) redirect(profilesPath)
  return (
    <>
      <PageHeading
        above={<BackLink href={profilesPath}>{t('passkeyProfiles.edit.back')}</BackLink>}
        lead={t('passkeyProfiles.edit.newLead')}
      >
        {t('passkeyProfiles.edit.new')}
      </PageHeading>
      <ProfileForm
        profile={{ ...defaultPasskeyProfile, id: randomUUID(), name: '' }}
        version={version}
        choices={await modelChoices([], '', at)}
      />
    </>
  )
}
