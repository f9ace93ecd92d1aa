import 'server-only'
import { z } from 'zod'
import type { TraceLine } from '@/lib/conditional-access/decision'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { instantText } from '@/lib/platform/instant'
import { Prisma } from '@/prisma/client/client'
import type { SignInStep } from './log'
import { errorCodes } from './model'

/** The sign-in log as administrators read it: newest first, filtered, a page at a time. @see `50` §7 */

export type SignInRecord = {
  readonly id: string
  readonly at: Date
  readonly userId: string | null
  readonly userPrincipalName: string | null
  /** An application id, or the user action. */
  readonly target: string
  readonly clientAddress: string | null
  readonly addressSource: string
  readonly userAgent: string | null
  readonly errorCode: number
  readonly failureReason: string | null
  readonly steps: readonly SignInStep[]
  readonly conditionalAccessStatus: 'success' | 'failure' | 'notApplied'
  readonly trace: readonly TraceLine[]
  readonly correlationId: string
  readonly requestId: string
}

/** All parts must hold; an absent part asks nothing. */
export type SignInFilter = {
  /** Inclusive. */
  readonly from?: Date
  /** Exclusive. */
  readonly to?: Date
  readonly userId?: string
  /** `success`: signed in or allowed; `blocked`: stopped by Conditional Access; `failure`: everything that did not end well. */
  readonly result?: 'success' | 'failure' | 'blocked'
  readonly conditionalAccessStatus?: SignInRecord['conditionalAccessStatus']
  readonly target?: string
  readonly correlationId?: string
}

export type SignInRecordPage = { readonly records: readonly SignInRecord[]; readonly nextCursor: string | null }

/** How many entries one page may look through for a filter that no index answers; the next page goes on from there. */
const scanMax = 20_000

/**
 * One page, at most `limits.page.sizeMax` entries. Keyset paging: hand `nextCursor` back with the same filter; null is the
 * end. A cursor that is not ours reads from the start. Where many entries have to be passed over, a page may hold
 * fewer than asked for and still have a next one.
 */
export async function findSignIns(
  filter: SignInFilter,
  page: { readonly size?: number; readonly cursor?: string } = {},
): Promise<SignInRecordPage> {
  const size = Math.min(Math.max(1, Math.trunc(page.size ?? limits.page.sizeDefault)), limits.page.sizeMax)
  const indexed = indexedConditions(filter, readCursor(page.cursor))
  const scanned = scannedConditions(filter)
  const rows = await db().$queryRaw<Row[]>`
    WITH scanned AS MATERIALIZED (
      SELECT * FROM sign_in_log l WHERE ${join(indexed)} ORDER BY l.at DESC, l.id DESC
      LIMIT ${scanned.length === 0 ? size + 1 : scanMax}
    )
    SELECT * FROM scanned l WHERE ${join(scanned)} ORDER BY l.at DESC, l.id DESC LIMIT ${size + 1}`
  const shown = rows.slice(0, size)
  const last = shown.at(-1)
  if (rows.length > size && last) return { records: shown.map(toRecord), nextCursor: writeCursor(last) }
  const end = scanned.length === 0 ? undefined : (await scanEnd(indexed))[0]
  return { records: shown.map(toRecord), nextCursor: end ? writeCursor(end) : null }
}

/** One entry by its id, or null. */
export async function findSignIn(id: string): Promise<SignInRecord | null> {
  if (!z.uuid().safeParse(id).success) return null
  const [row] = await db().$queryRaw<Row[]>`SELECT * FROM sign_in_log WHERE id = ${id}::uuid`
  return row ? toRecord(row) : null
}

/** How many times since `since` a Conditional Access policy stopped somebody. */
export async function countBlocked(since: Date): Promise<number> {
  return db().signInLog.count({ where: { at: { gte: since }, errorCode: errorCodes.blockedByConditionalAccess } })
}

type Position = { readonly at: Date; readonly id: string }
type Row = Position & {
  user_id: string | null
  user_principal_name: string | null
  target: string
  client_address: string | null
  address_source: string
  user_agent: string | null
  error_code: number
  failure_reason: string | null
  authentication_details: unknown
  conditional_access_status: string
  applied_policies: unknown
  correlation_id: string
  request_id: string
}

/** What `log.ts` wrote, read back with its own types; the rows are ours, so only their frame is checked. */
const stepsSchema = z.array(z.custom<SignInStep>((value) => typeof value === 'object' && value !== null)).catch([])
const traceSchema = z.array(z.custom<TraceLine>((value) => typeof value === 'object' && value !== null)).catch([])
const statusSchema = z.enum(['success', 'failure', 'notApplied']).catch('notApplied')

function toRecord(row: Row): SignInRecord {
  return {
    id: row.id,
    at: row.at,
    userId: row.user_id,
    userPrincipalName: row.user_principal_name,
    target: row.target,
    clientAddress: row.client_address,
    addressSource: row.address_source,
    userAgent: row.user_agent,
    errorCode: row.error_code,
    failureReason: row.failure_reason,
    steps: stepsSchema.parse(row.authentication_details),
    conditionalAccessStatus: statusSchema.parse(row.conditional_access_status),
    trace: traceSchema.parse(row.applied_policies),
    correlationId: row.correlation_id,
    requestId: row.request_id,
  }
}

function indexedConditions(filter: SignInFilter, after: Position | null): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = []
  if (filter.from) conditions.push(Prisma.sql`l.at >= ${instantText(filter.from)}::timestamptz`)
  if (filter.to) conditions.push(Prisma.sql`l.at < ${instantText(filter.to)}::timestamptz`)
  if (filter.userId) conditions.push(Prisma.sql`l.user_id = ${filter.userId}::uuid`)
  if (after) conditions.push(Prisma.sql`(l.at, l.id) < (${instantText(after.at)}::timestamptz, ${after.id}::uuid)`)
  return conditions
}

function scannedConditions(filter: SignInFilter): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = []
  if (filter.result === 'success') conditions.push(Prisma.sql`l.error_code = 0`)
  if (filter.result === 'failure') conditions.push(Prisma.sql`l.error_code <> 0`)
  if (filter.result === 'blocked') conditions.push(Prisma.sql`l.error_code = ${errorCodes.blockedByConditionalAccess}`)
  if (filter.conditionalAccessStatus)
    conditions.push(Prisma.sql`l.conditional_access_status = ${filter.conditionalAccessStatus}`)
  if (filter.target) conditions.push(Prisma.sql`l.target = ${filter.target}`)
  if (filter.correlationId) conditions.push(Prisma.sql`l.correlation_id = ${filter.correlationId}::uuid`)
  return conditions
}

function join(conditions: Prisma.Sql[]): Prisma.Sql {
  return conditions.length === 0 ? Prisma.sql`true` : Prisma.join(conditions, ' AND ')
}

/** The last entry that was looked through, when there may be more behind it. */
function scanEnd(indexed: Prisma.Sql[]): Promise<Position[]> {
  return db().$queryRaw<Position[]>`
    SELECT l.at, l.id FROM sign_in_log l WHERE ${join(indexed)}
    ORDER BY l.at DESC, l.id DESC OFFSET ${scanMax - 1} LIMIT 1`
}

function writeCursor({ at, id }: Position): string {
  return `${at.getTime()}.${id}`
}

/** Anybody can write a cursor; it names a place in the log and nothing else. */
function readCursor(cursor: string | undefined): Position | null {
  const found = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(cursor ?? '')
  const id = z.uuid().safeParse(found?.[2])
  return found && id.success ? { at: new Date(Number(found[1])), id: id.data } : null
}
