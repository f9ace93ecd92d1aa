import { notFound } from 'next/navigation'
import type { ReactNode } from 'react'
import { OutcomeTag } from '@/components/admin/audit-table'
import { JsonValue } from '@/components/admin/json-value'
import { address } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { findAuditRecord } from '@/lib/audit/store'
import { type AuditEntryView, auditEntryView, idsIn } from '@/lib/audit/view'
import { listPolicies } from '@/lib/conditional-access/store'
import { groupNames, userNames } from '@/lib/directory/store'
import { formatDate, hasMessage, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'

/** One entry with everything it holds. Reading the list was recorded; opening an entry of it is not told again. */
export default async function AuditEntryPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  await adminPageVisit({ right: 'auditLog.read', path: `/admin/audit-log/${encodeURIComponent(id)}` })
  const record = await findAuditRecord(id)
  if (!record) notFound()
  const ids = idsIn([record])
  const [names, groups] = await Promise.all([userNames(db(), ids), groupNames(db(), ids)])
  const displayNames = new Map([...groups, ...[...names].map(([key, { displayName }]) => [key, displayName] as const)])
  const entry = auditEntryView(record, displayNames)
  const known = entry.policies.length > 0 ? await listPolicies(db()) : []
  const policies = new Map(known.map((policy) => [policy.id, policy.displayName]))
  return (
    <>
      <PageHeading
        above={<TextLink href="/admin/audit-log">{t('admin.audit.entry.back')}</TextLink>}
        lead={entry.reasonText}
      >
        {entry.sentence}
      </PageHeading>
      <Card>
        <DescriptionList items={facts(entry, names, policies)} />
      </Card>
      {(entry.before !== undefined || entry.after !== undefined) && (
        <Card id="changes" title={t('admin.audit.entry.changes')}>
          <div className="grid gap-6 lg:grid-cols-2">
            {entry.before !== undefined && <JsonValue label={t('admin.audit.entry.before')} value={entry.before} />}
            {entry.after !== undefined && <JsonValue label={t('admin.audit.entry.after')} value={entry.after} />}
          </div>
        </Card>
      )}
    </>
  )
}

function facts(entry: AuditEntryView, people: ReadonlyMap<string, unknown>, policies: ReadonlyMap<string, string>) {
  const { origin, correlationId } = entry
  const optional = (term: string, description: ReactNode) => (description === null ? [] : [{ term, description }])
  const named = (id: string | null, name: string): ReactNode =>
    id && people.has(id) ? (
      <TextLink href={`/admin/users/${id}`}>
        <bdi>{name}</bdi>
      </TextLink>
    ) : (
      <bdi>{name}</bdi>
    )
  return [
    { term: t('admin.audit.column.time'), description: formatDate(entry.at) },
    { term: t('admin.audit.column.status'), description: <OutcomeTag outcome={entry.outcome} /> },
    ...optional(t('admin.audit.entry.word'), entry.reason && <code className="wrap-anywhere">{entry.reason}</code>),
    { term: t('admin.audit.column.activity'), description: entry.activity },
    { term: t('admin.audit.filter.service'), description: `${entry.service} · ${entry.category}` },
    { term: t('admin.audit.entry.by'), description: named(entry.actor.id, entry.actor.name) },
    ...optional(t('admin.audit.entry.to'), entry.target && named(entry.target.id, entry.target.name)),
    ...optional(t('admin.audit.entry.method'), entry.method && methodOf(entry.method)),
    {
      term: t('admin.audit.column.address'),
      description: (
        <>
          <span className="font-mono">{origin.clientAddress ?? t('admin.unknown')}</span>
          <span className="text-text-muted"> · {origin.addressSourceText}</span>
        </>
      ),
    },
    ...optional(
      t('admin.audit.entry.agent'),
      origin.userAgent && <bdi className="text-sm wrap-anywhere">{origin.userAgent}</bdi>,
    ),
    ...optional(
      t('admin.audit.entry.policies'),
      entry.policies.length > 0 ? (
        <ul className="grid gap-1">
          {entry.policies.map(({ id, version }) => (
            <li key={id}>
              <bdi>{t('admin.audit.entry.policy', { name: policies.get(id) ?? id, version })}</bdi>
            </li>
          ))}
        </ul>
      ) : null,
    ),
    ...optional(
      t('admin.audit.entry.correlation'),
      correlationId && (
        <span className="grid gap-0.5">
          <code className="text-sm wrap-anywhere">{correlationId}</code>
          <TextLink href={address('/admin/audit-log', { text: correlationId })} className="w-fit">
            {t('admin.audit.entry.correlation.hint')}
          </TextLink>
        </span>
      ),
    ),
    ...optional(
      t('admin.audit.entry.request'),
      origin.requestId && <code className="text-sm wrap-anywhere">{origin.requestId}</code>,
    ),
    { term: t('admin.audit.entry.sequence'), description: entry.sequence ?? t('admin.audit.entry.sequence.waiting') },
  ]
}

function methodOf({ kind, id }: { kind: string; id: string | null }): ReactNode {
  const key = `securityInfo.method.${kind}`
  return (
    <span className="grid gap-0.5">
      {hasMessage(key) ? t(key as 'securityInfo.method.passkey') : kind}
      {id && <code className="text-sm wrap-anywhere text-text-muted">{id}</code>}
    </span>
  )
}
