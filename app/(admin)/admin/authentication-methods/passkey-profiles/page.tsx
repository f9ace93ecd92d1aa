import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { DescriptionList } from '@/components/ui/description-list'
import { Icon } from '@/components/ui/icon'
import { Notice } from '@/components/ui/notice'
import { Tag } from '@/components/ui/tag'
import { passkeyProfilesMax } from '@/lib/authentication-methods/policy-model'
import { readMethodsPolicy } from '@/lib/authentication-methods/store'
import { may } from '@/lib/directory/rights'
import { groupNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { methodsPath, profilesPath } from '../places'
import { namedGroups } from '../words'
import { assignmentsInWords, modelNames, modelsInWords, typesInWords, whoInWords } from './words'

/** The profiles, what each asks of a passkey, and who has which. */
export default async function PasskeyProfilesPage({ searchParams }: { searchParams: Promise<{ saved?: string }> }) {
  const { subject, at } = await adminPageVisit({ right: 'authenticationMethodsPolicy.read', path: profilesPath })
  const { document } = await readMethodsPolicy(db())
  const { passkey } = document.methods
  const names = await groupNames(db(), namedGroups(document))
  const models = await modelNames(passkey.passkeyProfiles, at)
  const mayUpdate = may(subject, 'authenticationMethodsPolicy.update')
  const isFull = passkey.passkeyProfiles.length >= passkeyProfilesMax
  const { saved } = await searchParams
  return (
    <>
      <PageHeading
        above={<BackLink href={`${methodsPath}/passkey`}>{t('securityInfo.method.passkey')}</BackLink>}
        lead={t('passkeyProfiles.lead')}
        actions={
          mayUpdate &&
          !isFull && (
            <ButtonLink href={`${profilesPath}/new`}>
              <Icon name="plus" />
              {t('passkeyProfiles.list.new')}
            </ButtonLink>
          )
        }
      >
        {t('passkeyProfiles.title')}
      </PageHeading>
      {saved && <Notice tone="success">{t('policyChanges.saved')}</Notice>}
      <Card padding="none">
        <DataTable
          caption={t('passkeyProfiles.list.caption')}
          rows={passkey.passkeyProfiles}
          rowKey={({ id }) => id}
          columns={[
            {
              key: 'name',
              header: t('passkeyProfiles.list.name'),
              isRowHeader: true,
              cell: ({ id, name }) => (
                <span className="flex flex-wrap items-center gap-2">
                  <TextLink href={`${profilesPath}/${id}`}>
                    <bdi className="wrap-anywhere">{name}</bdi>
                  </TextLink>
                  {id === passkey.defaultPasskeyProfile && <Tag tone="info">{t('passkeyProfiles.list.default')}</Tag>}
                </span>
              ),
            },
            { key: 'types', header: t('passkeyProfiles.list.types'), cell: typesInWords },
            {
              key: 'attestation',
              header: t('passkeyProfiles.list.attestation'),
              cell: ({ attestationEnforcement }) => t(`passkeyProfiles.attestation.${attestationEnforcement}`),
            },
            {
              key: 'models',
              header: t('passkeyProfiles.list.models'),
              cell: (profile) => <span className="wrap-break-word">{modelsInWords(profile, models)}</span>,
            },
            {
              key: 'who',
              header: t('passkeyProfiles.list.who'),
              cell: ({ id }) => (
                <span className="wrap-break-word">
                  {whoInWords(passkey, id, names) ?? t('passkeyProfiles.list.unassigned')}
                </span>
              ),
            },
          ]}
        />
      </Card>
      {mayUpdate && isFull && <p className="text-sm text-text-muted">{t('passkeyProfiles.list.full')}</p>}
      <Card
        id="assignments"
        title={t('passkeyProfiles.assignments.title')}
        description={t('passkeyProfiles.assignments.card')}
        actions={
          mayUpdate && (
            <ButtonLink href={`${profilesPath}/assignments`} variant="secondary" size="small">
              <Icon name="edit" className="size-4.5" />
              {t('passkeyProfiles.assignments.edit')}
            </ButtonLink>
          )
        }
      >
        <DescriptionList
          items={assignmentsInWords(document, names).map(({ term, text }) => ({ term, description: text }))}
        />
      </Card>
    </>
  )
}
