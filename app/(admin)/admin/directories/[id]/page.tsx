import { notFound } from 'next/navigation'
import { choice, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { DescriptionList } from '@/components/ui/description-list'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { Tag } from '@/components/ui/tag'
import type { Connector } from '@/lib/directory/connector/model'
import { countPeople, findConnector } from '@/lib/directory/connector/store'
import { may } from '@/lib/directory/rights'
import type { SyncRun } from '@/lib/directory/sync/model'
import { listRuns } from '@/lib/directory/sync/run-store'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { synchroniseNow, testDirectory } from '../actions'
import { TestResults } from '../test-results'
import { runResult, runTones } from '../words'

const runsShown = 20

export default async function DirectoryPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}) {
  const { id } = await params
  const path = `/admin/directories/${encodeURIComponent(id)}`
  const { subject } = await adminPageVisit({ right: 'directories.read', path })
  const connector = await findConnector(db(), id)
  if (!connector) notFound()
  const mayUpdate = may(subject, 'directories.update')
  const runs = await listRuns(db(), connector.id, runsShown)
  const counts = (await countPeople(db())).get(connector.id) ?? { people: 0, enabled: 0, groups: 0 }
  const done = choice(await searchParams, 'done', ['added', 'updated', 'asked'])
  const [newest] = runs
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/directories">{t('directories.one.back')}</BackLink>}
        lead={t(`directories.kind.${connector.kind}`)}
        actions={
          mayUpdate && !connector.isFromFile ? (
            <>
              <ButtonLink href={`${path}/settings`}>{t('directories.one.settings')}</ButtonLink>
              <ButtonLink href={`${path}/remove`} variant="secondary">
                {t('directories.one.remove')}
              </ButtonLink>
            </>
          ) : undefined
        }
        tags={
          <Tag tone={connector.isEnabled ? 'success' : 'neutral'}>
            {t(connector.isEnabled ? 'directories.on' : 'directories.off')}
          </Tag>
        }
      >
        {connector.name}
      </PageHeading>
      <div className="grid gap-6">
        {done && <Notice tone="success">{t(`directories.done.${done}`)}</Notice>}
        {connector.isFromFile && (
          <Notice live={false} title={t('directories.fromFile.title')}>
            {t('directories.fromFile.text')}
          </Notice>
        )}
        {newest?.state === 'held' && (
          <Notice
            tone="warning"
            live={false}
            title={t('directories.held.title', { percent: connector.settings.deletionThresholdPercent })}
            actions={<TextLink href={`${path}/runs/${newest.id}`}>{t('directories.held.see')}</TextLink>}
          >
            {t('directories.held.text', {
              people: newest.heldPeople,
              groups: newest.heldGroups,
              members: newest.heldMembers,
            })}
          </Notice>
        )}
        <Facts connector={connector} counts={counts} />
        {mayUpdate && <Doings connector={connector} />}
        <Runs runs={runs} path={path} />
      </div>
    </>
  )
}

function Facts({
  connector: { settings },
  counts,
}: {
  connector: Connector
  counts: { readonly people: number; readonly enabled: number; readonly groups: number }
}) {
  const writes = [
    ...(settings.canWriteBackPasswords ? [t('directories.one.writes.passwords')] : []),
    ...(settings.mayUnlock ? [t('directories.one.writes.unlock')] : []),
  ]
  const code = (text: string) => <bdi className="font-mono text-sm wrap-anywhere whitespace-pre-line">{text}</bdi>
  return (
    <Card id="facts" title={t('directories.one.facts')}>
      <DescriptionList
        items={[
          { term: t('directories.one.people'), description: t('directories.one.people.count', counts) },
          { term: t('directories.one.servers'), description: code(settings.servers.map(({ url }) => url).join('\n')) },
          { term: t('directories.one.security'), description: t(`directories.security.${settings.security}`) },
          { term: t('directories.one.account'), description: code(settings.bindDistinguishedName) },
          { term: t('directories.one.bases'), description: code(settings.baseDistinguishedNames.join('\n')) },
          {
            term: t('directories.one.every'),
            description: t('directories.one.every.minutes', { minutes: settings.syncEveryMinutes }),
          },
          {
            term: t('directories.one.writes'),
            description: writes.length === 0 ? t('directories.one.writes.none') : writes.join(', '),
          },
        ]}
      />
    </Card>
  )
}

function Doings({ connector: { id, isEnabled } }: { connector: Connector }) {
  return (
    <div className="grid items-start gap-6 xl:grid-cols-2">
      <Card id="test" title={t('directories.test.title')} description={t('directories.test.text')} className="min-w-0">
        <ActionForm action={testDirectory.bind(null, id)} errorHeading={t('directories.test.bad')} idPrefix="test-">
          <FormToken />
          <Actions>
            <SubmitButton variant="secondary" pendingLabel={t('ui.pending')}>
              {t('directories.test.submit')}
            </SubmitButton>
          </Actions>
          <TestResults
            texts={{
              good: t('directories.test.good'),
              bad: t('directories.test.bad'),
              label: t('directories.test.result'),
            }}
          />
        </ActionForm>
      </Card>
      <Card id="sync" title={t('directories.sync.title')} description={t('directories.sync.text')} className="min-w-0">
        {isEnabled ? (
          <ActionForm action={synchroniseNow.bind(null, id)} errorHeading={t('directories.test.bad')} idPrefix="sync-">
            <FormToken />
            <Actions>
              <SubmitButton pendingLabel={t('ui.pending')}>{t('directories.sync.submit')}</SubmitButton>
            </Actions>
          </ActionForm>
        ) : (
          <p className="text-text-muted">{t('directories.sync.off')}</p>
        )}
      </Card>
    </div>
  )
}

function Runs({ runs, path }: { runs: readonly SyncRun[]; path: string }) {
  return (
    <Card
      id="runs"
      title={t('directories.runs.title')}
      actions={<TextLink href={path}>{t('directories.sync.refresh')}</TextLink>}
      padding="none"
      className="min-w-0"
    >
      <DataTable
        caption={t('directories.runs.title')}
        rows={runs}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'at',
            header: t('directories.runs.at'),
            isRowHeader: true,
            cell: ({ id, startedAt, trigger }) => (
              <span className="grid gap-0.5">
                <TextLink href={`${path}/runs/${id}`}>{formatDate(startedAt)}</TextLink>
                <span className="text-sm text-text-muted">{t(`directories.runs.by.${trigger}`)}</span>
              </span>
            ),
          },
          {
            key: 'state',
            header: t('directories.runs.state'),
            cell: ({ state }) => <Tag tone={runTones[state]}>{t(`directories.run.state.${state}`)}</Tag>,
          },
          {
            key: 'result',
            header: t('directories.runs.result'),
            cell: (run) => (
              <span className="grid gap-0.5">
                <span>{runResult(run)}</span>
                {run.issues > 0 && (
                  <span className="text-sm text-text-muted">
                    {t('directories.issues.count', { count: run.issues })}
                  </span>
                )}
              </span>
            ),
          },
        ]}
        empty={<p className="px-5 py-6 text-text-muted sm:px-6">{t('directories.runs.none')}</p>}
      />
    </Card>
  )
}
