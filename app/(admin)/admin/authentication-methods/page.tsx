import { methodIcons } from '@/components/admin/method-icons'
import { PageHeading } from '@/components/shell/page-heading'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { DescriptionList } from '@/components/ui/description-list'
import { Icon } from '@/components/ui/icon'
import { Notice } from '@/components/ui/notice'
import { Tag } from '@/components/ui/tag'
import { configurationsBySecurity } from '@/lib/authentication-methods/policy'
import { canCall, canText, readMethodsPolicy } from '@/lib/authentication-methods/store'
import { may } from '@/lib/directory/rights'
import { groupNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { policiesNow } from '@/lib/policy-changes/commands'
import { countMethods } from '@/lib/policy-changes/store'
import { adminPageVisit } from '@/lib/request/page'
import { configurationTitle, namedGroups, settingsInWords, targetsInWords } from './words'

const path = '/admin/authentication-methods'

/** Every method with its state, for whom it is, and how many have one. */
export default async function MethodsPage({ searchParams }: { searchParams: Promise<{ saved?: string }> }) {
  const { subject, at } = await adminPageVisit({ right: 'authenticationMethodsPolicy.read', path })
  const { document } = await readMethodsPolicy(db())
  const names = await groupNames(db(), namedGroups(document))
  const counts = await countMethods(db(), await policiesNow(db()), at)
  const { saved } = await searchParams
  return (
    <>
      <PageHeading lead={t('methodsPolicy.list.lead')}>{t('methodsPolicy.list.title')}</PageHeading>
      {saved && <Notice tone="success">{t('policyChanges.saved')}</Notice>}
      <Card padding="none">
        <DataTable
          caption={t('methodsPolicy.list.caption')}
          rows={configurationsBySecurity}
          rowKey={(kind) => kind}
          columns={[
            {
              key: 'method',
              header: t('methodsPolicy.list.method'),
              isRowHeader: true,
              cell: (kind) => (
                <span className="flex items-center gap-3">
                  <Icon name={methodIcons[kind === 'voice' ? 'officePhone' : kind]} className="size-5 text-accent" />
                  <TextLink href={`${path}/${kind}`}>{configurationTitle(kind)}</TextLink>
                </span>
              ),
            },
            {
              key: 'state',
              header: t('methodsPolicy.list.state'),
              cell: (kind) => {
                const { state } = document.methods[kind]
                const isWithoutWay = (kind === 'mobilePhone' && !canText()) || (kind === 'voice' && !canCall())
                if (isWithoutWay && state === 'enabled')
                  return <Tag tone="warning">{t('methodsPolicy.list.noText')}</Tag>
                return <Tag tone={state === 'enabled' ? 'success' : 'neutral'}>{t(`methodsPolicy.state.${state}`)}</Tag>
              },
            },
            {
              key: 'targets',
              header: t('methodsPolicy.list.targets'),
              cell: (kind) => (
                <span className="text-sm wrap-anywhere text-text-muted">
                  {targetsInWords(document.methods[kind], names)}
                </span>
              ),
            },
            {
              key: 'allowed',
              header: t('methodsPolicy.list.allowed'),
              cell: (kind) => t('methodsPolicy.list.people', { count: counts[kind].allowed }),
            },
            {
              key: 'registered',
              header: t('methodsPolicy.list.registered'),
              cell: (kind) => t('methodsPolicy.list.people', { count: counts[kind].registered }),
            },
          ]}
        />
      </Card>
      <Card
        id="settings"
        title={t('methodsPolicy.list.settings')}
        description={t('methodsPolicy.settings.lead')}
        actions={
          may(subject, 'authenticationMethodsPolicy.update') && (
            <ButtonLink href={`${path}/settings`} variant="secondary" size="small">
              <Icon name="edit" className="size-4.5" />
              {t('methodsPolicy.list.settings.edit')}
            </ButtonLink>
          )
        }
      >
        <DescriptionList
          items={settingsInWords(document, names).map(({ term, text }) => ({ term, description: text }))}
        />
      </Card>
    </>
  )
}
