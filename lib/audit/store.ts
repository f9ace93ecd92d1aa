import 'server-only'
import { z } from 'zod'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { equalBytes, keyedHash } from '@/lib/platform/hash'
import { instantText } from '@/lib/platform/instant'
import { Prisma } from '@/prisma/client/client'
import type { AuditFilter, AuditPage, AuditRecord } from './model'

/** How many entries one page may look through for a filter that no index answers; the next page goes on from there. */
const scanMax = 20_000

/**
 * The newest entries first, filtered. Keyset paging: pass `nextCursor` back with the same filter; `null` means the
 * end. A cursor that was changed or belongs to another filter reads from the start.
 *
 * Date, actor, target and activity are answered by indexes. Service, category, outcome and text are looked for in at
 * most 20 000 entries a page, so a page may hold fewer entries than asked for and still have a `nextCursor`.
 *
 * @see SEC-263, REL-097
 */
export async function findAuditRecords(filter: AuditFilter = {}, page: AuditPage = {}): Promise<AuditRecordPage> {
  const size = Math.min(Math.max(1, Math.trunc(page.size ?? limits.page.sizeDefault)), limits.page.sizeMax)
  const after = page.cursor === undefined ? null : readCursor(page.cursor, filter)
  const scanned = scannedConditions(filter)
  const indexed = joinConditions([...indexedConditions(filter), ...positionConditions(after)])
  const rows = await db().$queryRaw<Row[]>`
    WITH scanned AS MATERIALIZED (
      SELECT * FROM audit_event e WHERE ${indexed} ORDER BY e.at DESC, e.id DESC
      LIMIT ${scanned.length === 0 ? size + 1 : scanMax}
    )
    SELECT e.*, s.sequence FROM scanned e LEFT JOIN audit_seal s ON s.event_id = e.id
    WHERE ${joinConditions(scanned)}
    ORDER BY e.at DESC, e.id DESC LIMIT ${size + 1}`
  const shown = rows.slice(0, size)
  const last = shown.at(-1)
  if (rows.length > size && last) return { records: shown.map(toRecord), nextCursor: makeCursor(last, filter) }
  const end = scanned.length === 0 ? null : await findScanEnd(indexed)
  return { records: shown.map(toRecord), nextCursor: end === null ? null : makeCursor(end, filter) }
}

export type AuditRecordPage = { readonly records: readonly AuditRecord[]; readonly nextCursor: string | null }

/** One entry by its id, or null. */
export async function findAuditRecord(id: string): Promise<AuditRecord | null> {
  if (!/^\d{1,18}$/.test(id)) return null
  const rows = await db().$queryRaw<Row[]>`
    SELECT e.*, s.sequence FROM audit_event e LEFT JOIN audit_seal s ON s.event_id = e.id WHERE e.id = ${BigInt(id)}`
  const row = rows[0]
  return row === undefined ? null : toRecord(row)
}

type Row = {
  id: bigint
  sequence: bigint | null
  at: Date
  service: string
  category: string
  activity: string
  outcome: string
  reason: string | null
  actor_kind: string
  actor_id: string | null
  target_id: string | null
  correlation_id: string | null
  record: string
}

function toRecord(row: Row): AuditRecord {
  return {
    id: String(row.id),
    sequence: row.sequence === null ? null : String(row.sequence),
    at: row.at.toISOString(),
    service: row.service,
    category: row.category,
    activity: row.activity,
    outcome: row.outcome === 'success' ? 'success' : 'failure',
    reason: row.reason,
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    targetId: row.target_id,
    correlationId: row.correlation_id,
    detail: readDetail(row.record),
  }
}

const detailSchema = z.record(z.string(), z.unknown())

/** A record that cannot be read is shown empty, not hidden: verification names it. */
function readDetail(record: string): Readonly<Record<string, unknown>> {
  try {
    return detailSchema.parse(JSON.parse(record))
  } catch {
    return {}
  }
}

function indexedConditions(filter: AuditFilter): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = []
  if (filter.from) conditions.push(Prisma.sql`e.at >= ${instantText(filter.from)}::timestamptz`)
  if (filter.to) conditions.push(Prisma.sql`e.at < ${instantText(filter.to)}::timestamptz`)
  if (filter.activity) conditions.push(Prisma.sql`e.activity = ${filter.activity}`)
  if (filter.actor) conditions.push(Prisma.sql`e.actor_id = ${filter.actor}`)
  if (filter.target) conditions.push(Prisma.sql`e.target_id = ${filter.target}`)
  return conditions
}

function scannedConditions(filter: AuditFilter): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = []
  if (filter.service) conditions.push(Prisma.sql`e.service = ${filter.service}`)
  if (filter.category) conditions.push(Prisma.sql`e.category = ${filter.category}`)
  if (filter.outcome) conditions.push(Prisma.sql`e.outcome = ${filter.outcome}`)
  const text = filter.text?.trim().slice(0, 200).replaceAll('\u0000', '')
  if (text) conditions.push(Prisma.sql`e.record ILIKE ${`%${text.replace(/[\\%_]/g, '\\$&')}%`}`)
  return conditions
}

type Position = { readonly at: Date; readonly id: bigint }

function positionConditions(after: Position | null): Prisma.Sql[] {
  if (after === null) return []
  return [Prisma.sql`(e.at, e.id) < (${instantText(after.at)}::timestamptz, ${after.id})`]
}

function joinConditions(conditions: readonly Prisma.Sql[]): Prisma.Sql {
  return conditions.length === 0 ? Prisma.sql`true` : Prisma.join([...conditions], ' AND ')
}

/** The last entry that was looked through, when there may be more behind it; null at the end of the log. */
async function findScanEnd(indexed: Prisma.Sql): Promise<Position | null> {
  const rows = await db().$queryRaw<Position[]>`
    SELECT e.at, e.id FROM audit_event e WHERE ${indexed} ORDER BY e.at DESC, e.id DESC OFFSET ${scanMax - 1} LIMIT 1`
  return rows[0] ?? null
}

/** `<milliseconds>.<id>.<keyed hash over the position and the filter>`: opaque, and good for this query only. */
function makeCursor(position: Position, filter: AuditFilter): string {
  const place = `${position.at.getTime()}.${position.id}`
  return `${place}.${cursorMark(place, filter).toString('base64url')}`
}

function readCursor(cursor: string, filter: AuditFilter): Position | null {
  const found = /^(\d{1,15})\.(\d{1,18})\.([\w-]{22})$/.exec(cursor)
  if (!found?.[1] || !found[2] || !found[3]) return null
  const mark = cursorMark(`${found[1]}.${found[2]}`, filter)
  if (!equalBytes(mark, Buffer.from(found[3], 'base64url'))) return null
  return { at: new Date(Number(found[1])), id: BigInt(found[2]) }
}

function cursorMark(place: string, filter: AuditFilter): Buffer {
  const { from, to, service, category, activity, outcome, actor, target, text } = filter
  const query = JSON.stringify([from, to, service, category, activity, outcome, actor, target, text])
  return Buffer.from(keyedHash('FORM_KEY', 'audit cursor', place, query)).subarray(0, 16)
}
