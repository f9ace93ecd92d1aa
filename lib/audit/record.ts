import 'server-only'
import { type Tx, transaction, type Write } from '@/lib/platform/db'
import { Prisma } from '@/prisma/client/client'
import { canonicalJson, encodeText } from './encode'
import { type AuditEvent, activities } from './model'

/**
 * Writes one event in the transaction of the change it tells of: both are stored or neither is. The database chains
 * it at commit (`prisma/sql/constraints.sql`), in an order without gaps.
 *
 * Nothing is masked here; callers pass contacts masked and no secrets, and an event with a member named like a secret
 * throws (`encode.ts`).
 *
 * @see SEC-210, SEC-211, SEC-214, SEC-215
 */
export async function record(tx: Tx, event: AuditEvent): Promise<void> {
  await tx.$executeRaw(recordOf(event))
}

/** The write of `record`, for a statement that makes others too (`writeTogether`). */
export function recordOf(event: AuditEvent): Write {
  const row = toRow(event)
  return Prisma.sql`
    INSERT INTO audit_event
      (at, service, category, activity, outcome, reason, actor_kind, actor_id, target_id, correlation_id, record)
    VALUES (${row.at}::timestamptz, ${row.service}, ${row.category}, ${row.activity}, ${row.outcome}, ${row.reason},
      ${row.actorKind}, ${row.actorId}, ${row.targetId}, ${row.correlationId}, ${row.record})`
}

/** As `record`, for many events of one transaction in one statement; they are chained in this order. */
export async function recordAll(tx: Tx, events: readonly AuditEvent[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map(toRow)
  const column = <Name extends keyof AuditRow>(name: Name) => rows.map((row) => row[name])
  await tx.$executeRaw`
    INSERT INTO audit_event
      (at, service, category, activity, outcome, reason, actor_kind, actor_id, target_id, correlation_id, record)
    SELECT * FROM unnest(${column('at')}::timestamptz[], ${column('service')}::text[], ${column('category')}::text[],
      ${column('activity')}::text[], ${column('outcome')}::text[], ${column('reason')}::text[],
      ${column('actorKind')}::text[], ${column('actorId')}::text[], ${column('targetId')}::text[],
      ${column('correlationId')}::text[], ${column('record')}::text[])`
}

/** Writes an event that belongs to no change, such as a refusal, in a transaction of its own. */
export async function recordAlone(event: AuditEvent): Promise<void> {
  await transaction((tx) => record(tx, event))
}

export type AuditRow = {
  readonly at: string
  readonly service: string
  readonly category: string
  readonly activity: string
  readonly outcome: string
  readonly reason: string | null
  readonly actorKind: string
  readonly actorId: string | null
  readonly targetId: string | null
  readonly correlationId: string | null
  readonly record: string
}

/** The columns by which events are found, and the whole event as canonical JSON. The columns repeat the record. */
export function toRow(event: AuditEvent): AuditRow {
  const [service, category, activity] = activities[event.activity]
  const columns = {
    at: event.at.toISOString(),
    service,
    category,
    activity,
    outcome: event.outcome,
    reason: event.reason === undefined ? null : encodeText(event.reason),
    actorKind: event.actor.kind,
    actorId: 'id' in event.actor ? encodeText(event.actor.id) : null,
    targetId: event.target === undefined ? null : encodeText(event.target.id),
    correlationId: event.correlationId === undefined ? null : encodeText(event.correlationId),
  }
  const { actor, origin, target, method, policies, before, after } = event
  const whole = {
    ...columns,
    activity,
    event: event.activity,
    actor,
    origin,
    target,
    method,
    policies,
    before,
    after,
  }
  return { ...columns, record: canonicalJson(whole) }
}
