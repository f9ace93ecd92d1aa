import { notFound } from 'next/navigation'
import { address, parameter, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { TextLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { DescriptionList } from '@/components/ui/description-list'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { Tag } from '@/components/ui/tag'
import { findConnector } from '@/lib/directory/connector/store'
import { may } from '@/lib/directory/rights'
import { listHeldGroups } from '@/lib/directory/sync/group-store'
import type { SyncRun } from '@/lib/directory/sync/model'
import { listHeldPeople } from '@/lib/directory/sync/people-store'
import { findRun, listIssues, listRuns } from '@/lib/directory/sync/run-store'
import { formatDate, t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { allowHeld } from '../../../actions'
import { runResult, runTones } from '../../../words'

const size = limits.page.sizeMax

/** What one run did, what it could not take over, and what it held back. */
export default async function RunPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string; runId: string }>
  searchParams: Promise<SearchParams>
}) {
  const { id, runId } = await params
  const path = `/admin/directories/${encodeURIComponent(id)}`
  const here = `${path}/runs/${encodeURIComponent(runId)}`
  const { subject } = await adminPageVisit({ right: 'directories.read', path: here })
  const [connector, run] = [await findConnector(db(), id), await findRun(db(), runId)]
  if (!connector || run?.connectorId !== connector.id) notFound()
  const after = parameter(await searchParams, 'after', 128) ?? ''
  const issues = await listIssues(db(), run.id, 0, size)
  const [newest] = await listRuns(db(), connector.id, 1)
  const mayAllow = run.state === 'held' && newest?.id === run.id && may(subject, 'directories.update')
  return (
    <>
      <PageHeading
        above={<BackLink href={path}>{connector.name}</BackLink>}
        lead={runResult(run)}
        tags={<Tag tone={runTones[run.state]}>{t(`directories.run.state.${run.state}`)}</Tag>}
      >
        {t('directories.run.title', { at: formatDate(run.startedAt) })}
      </PageHeading>
      <div className="grid gap-6">
        <Counts run={run} />
        {run.state === 'held' && (
          <>
            <Notice
              tone="warning"
              live={false}
              title={t('directories.held.title', { percent: connector.settings.deletionThresholdPercent })}
            >
              {t('directories.held.text', { people: run.heldPeople, groups: run.heldGroups, members: run.heldMembers })}
            </Notice>
            <Held run={run} after={after} here={here} />
          </>
        )}
        {mayAllow && (
          <Card id="allow" title={t('directories.held.allow.title')} description={t('directories.held.allow.text')}>
            <ActionForm action={allowHeld.bind(null, connector.id, run.id)} errorHeading={t('directories.form.errors')}>
              <FormToken />
              <Actions>
                <SubmitButton variant="danger" pendingLabel={t('ui.pending')}>
                  {t('directories.held.allow.submit')}
                </SubmitButton>
              </Actions>
            </ActionForm>
          </Card>
        )}
        {issues.length > 0 && (
          <Card
            id="issues"
            title={t('directories.issues.title')}
            description={run.issues > size ? t('directories.issues.more', { count: size }) : undefined}
            padding="none"
            className="min-w-0"
          >
            <DataTable
              caption={t('directories.issues.caption')}
              rows={issues}
              rowKey={({ number }) => String(number)}
              columns={[
                {
                  key: 'name',
                  header: t('directories.issues.name'),
                  isRowHeader: true,
                  cell: ({ name, distinguishedName }) => (
                    <span className="grid gap-0.5">
                      <bdi className="wrap-anywhere">{name}</bdi>
                      <bdi className="text-sm wrap-anywhere text-text-muted">{distinguishedName}</bdi>
                    </span>
                  ),
                },
                {
                  key: 'why',
                  header: t('directories.issues.why'),
                  cell: ({ reason }) => t(`directories.issue.${reason}`),
                },
              ]}
            />
          </Card>
        )}
      </div>
    </>
  )
}

function Counts({ run }: { run: SyncRun }) {
  const { membersAdded: added, membersRemoved: removed } = run
  return (
    <Card>
      <DescriptionList
        items={[
          { term: t('directories.run.read'), description: run.entriesRead },
          { term: t('directories.run.created'), description: run.created },
          { term: t('directories.run.updated'), description: run.updated },
          { term: t('directories.run.disabled'), description: run.disabled },
          { term: t('directories.run.groups'), description: run.groupsChanged },
          { term: t('directories.run.members'), description: t('directories.run.members.count', { added, removed }) },
          ...(run.endedAt ? [{ term: t('directories.run.ended'), description: formatDate(run.endedAt) }] : []),
        ]}
      />
    </Card>
  )
}

async function Held({ run, after, here }: { run: SyncRun; after: string; here: string }) {
  const people = await listHeldPeople(db(), run.id, after, size + 1)
  const groups = await listHeldGroups(db(), run.id, size)
  const shown = people.slice(0, size)
  const last = shown.at(-1)
  return (
    <>
      {shown.length > 0 && (
        <Card
          id="held-people"
          title={t('directories.held.people')}
          actions={
            people.length > size && last ? (
              <TextLink href={address(here, { after: last.userPrincipalName })}>{t('directories.held.more')}</TextLink>
            ) : undefined
          }
          padding="none"
          className="min-w-0"
        >
          <DataTable
            caption={t('directories.held.people.caption')}
            rows={shown}
            rowKey={({ id }) => id}
            columns={[
              {
                key: 'name',
                header: t('directories.held.person'),
                isRowHeader: true,
                cell: ({ displayName }) => <bdi className="wrap-anywhere">{displayName}</bdi>,
              },
              {
                key: 'userName',
                header: t('directories.held.userName'),
                cell: ({ userPrincipalName }) => <bdi className="wrap-anywhere">{userPrincipalName}</bdi>,
              },
            ]}
          />
        </Card>
      )}
      {groups.length > 0 && (
        <Card id="held-groups" title={t('directories.held.groups')}>
          <ul className="grid gap-2">
            {groups.map(({ id, displayName }) => (
              <li key={id}>
                <bdi className="wrap-anywhere">{displayName}</bdi>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  )
}
