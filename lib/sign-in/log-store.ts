import 'server-only'
import { z } from 'zod'
import { readCidr } from '@/lib/conditional-access/address'
import type { TraceLine } from '@/lib/conditional-access/decision'
import { registerSecurityInformation } from '@/lib/conditional-access/model'
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
  readonly circumstances: LoggedCircumstances
}

/** As `log.ts` writes them; null in each part that an older version did not keep. */
export type LoggedCircumstances = z.output<typeof circumstancesSchema>

/** What became of a policy, in the words of its impact. */
export type PolicyResult = 'success' | 'failure' | 'actionRequired' | 'notApplied'
export const policyResults = ['success', 'failure', 'actionRequired', 'notApplied'] as const
export const reportOnlyResults = ['reportOnlySuccess', 'reportOnlyFailure', 'reportOnlyInterrupted'] as const

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
  /** A policy that was asked, and with `policyResult` what became of it; without `policy` that of any. */
  readonly policyId?: string
  readonly policyResult?: PolicyResult
  /** What some policy that is only reported would have done. */
  readonly reportOnly?: (typeof reportOnlyResults)[number]
  /** A named location that the address was in, then. */
  readonly locationId?: string
  /** An address, or a range of them. What is neither fits no entry. */
  readonly address?: string
  readonly isAddressUnknown?: boolean
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

/**
 * The entries that a reference leads to, oldest first: those of one sign-in, or of one request, or the one entry with that
 * id. At most as many as a page holds.
 */
export async function findByReference(reference: string): Promise<readonly SignInRecord[]> {
  const rows = await db().$queryRaw<Row[]>`
    SELECT * FROM (
      SELECT * FROM sign_in_log WHERE correlation_id = ${reference}::uuid
      UNION SELECT * FROM sign_in_log WHERE request_id = ${reference}
      UNION SELECT * FROM sign_in_log WHERE id = ${reference}::uuid
    ) l ORDER BY l.at, l.id LIMIT ${limits.page.sizeMax}`
  return rows.map(toRecord)
}

/** Everything that the filter lets through, a page after the other, for a file. */
export async function* eachSignIn(filter: SignInFilter): AsyncGenerator<readonly SignInRecord[]> {
  let cursor: string | undefined
  do {
    const page = await findSignIns(filter, { size: limits.page.sizeMax, ...(cursor ? { cursor } : {}) })
    if (page.records.length > 0) yield page.records
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

/** The entries with these ids, newest first. */
export async function findSignInsById(ids: readonly string[]): Promise<readonly SignInRecord[]> {
  if (ids.length === 0) return []
  const rows = await db().$queryRaw<Row[]>`
    SELECT * FROM sign_in_log l WHERE l.id = ANY(${[...ids]}::uuid[]) ORDER BY l.at DESC, l.id DESC`
  return rows.map(toRecord)
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
  circumstances: unknown
}

/** What `log.ts` wrote, read back with its own types; the rows are ours, so only their frame is checked. */
const stepsSchema = z.array(z.custom<SignInStep>((value) => typeof value === 'object' && value !== null)).catch([])
const traceSchema = z.array(z.custom<TraceLine>((value) => typeof value === 'object' && value !== null)).catch([])
const nullable = z.string().nullable().catch(null)
const circumstancesSchema = z
  .object({
    userType: nullable,
    guestType: nullable,
    platform: nullable,
    country: nullable,
    locations: z
      .array(z.object({ id: z.string(), displayName: z.string().nullable(), isTrusted: z.boolean() }))
      .nullable()
      .catch(null),
    outcome: nullable,
    session: z
      .object({
        seconds: z.number(),
        firstFactorSeconds: z.number().nullable(),
        sessionSeconds: z.number().nullable(),
      })
      .nullable()
      .catch(null),
  })
  .catch({
    ...{ userType: null, guestType: null, platform: null, country: null, locations: null, outcome: null },
    session: null,
  })
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
    circumstances: circumstancesSchema.parse(row.circumstances),
  }
}

function indexedConditions(filter: SignInFilter, after: Position | null): Prisma.Sql[] {
  const conditions: Prisma.Sql[] = []
  if (filter.from) conditions.push(Prisma.sql`l.at >= ${instantText(filter.from)}::timestamptz`)
  if (filter.to) conditions.push(Prisma.sql`l.at < ${instantText(filter.to)}::timestamptz`)
  if (filter.userId) conditions.push(Prisma.sql`l.user_id = ${filter.userId}::uuid`)
  // These have an index of their own, by the same order.
  if (filter.target === registerSecurityInformation)
    conditions.push(Prisma.sql`l.target = ${Prisma.raw(`'${registerSecurityInformation}'`)}`)
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
  if (filter.target && filter.target !== registerSecurityInformation)
    conditions.push(Prisma.sql`l.target = ${filter.target}`)
  if (filter.correlationId) conditions.push(Prisma.sql`l.correlation_id = ${filter.correlationId}::uuid`)
  if (filter.policyId || filter.policyResult) conditions.push(policyCondition(filter))
  if (filter.reportOnly) conditions.push(hasLine({ result: filter.reportOnly }))
  if (filter.locationId)
    conditions.push(Prisma.sql`l.circumstances @> ${JSON.stringify({ locations: [{ id: filter.locationId }] })}::jsonb`)
  if (filter.isAddressUnknown) conditions.push(Prisma.sql`l.client_address IS NULL`)
  if (filter.address !== undefined) conditions.push(addressCondition(filter.address))
  return conditions
}

/** Some line of the trace has all of this. */
function hasLine(line: Readonly<Record<string, string>>): Prisma.Sql {
  return Prisma.sql`l.applied_policies @> ${JSON.stringify([line])}::jsonb`
}

/** As the impact of a policy counts: what still asked for something led the request on, or ended it. */
function policyCondition({ policyId, policyResult }: SignInFilter): Prisma.Sql {
  const line: Readonly<Record<string, string>> = policyId ? { policyId } : {}
  const some = (...results: readonly TraceLine['result'][]) =>
    Prisma.sql`(${Prisma.join(
      results.map((result) => hasLine({ ...line, result })),
      ' OR ',
    )})`
  const isLedOn = Prisma.sql`l.error_code IN (${errorCodes.mfaRequired}, ${errorCodes.registrationRequired})`
  switch (policyResult) {
    case undefined:
      return hasLine(line)
    case 'success':
      return some('success', 'reportOnlySuccess')
    case 'notApplied':
      return some('notApplied', 'reportOnlyNotApplied')
    case 'failure':
      return Prisma.sql`(${some('reportOnlyFailure')} OR (NOT ${isLedOn} AND ${some('failure')}))`
    case 'actionRequired':
      return Prisma.sql`(${some('reportOnlyInterrupted')} OR (${isLedOn} AND ${some('failure')}))`
  }
}

/** A range or an address as somebody typed it; IPv4-mapped IPv6 is the IPv4 one, as everywhere. */
function addressCondition(text: string): Prisma.Sql {
  const range = readCidr(text) ?? readCidr(`${text}/${text.includes(':') ? 128 : 32}`)
  if (!range) return Prisma.sql`FALSE`
  const network =
    range.family === 'ipv4'
      ? range.first.flatMap((word) => [24, 16, 8, 0].map((bits) => (word >>> bits) & 255)).join('.')
      : range.first.flatMap((word) => [word >>> 16, word & 0xffff].map((group) => group.toString(16))).join(':')
  return Prisma.sql`coalesce(CASE WHEN l.client_address ~ '^[0-9a-fA-F:.]+$' THEN
    l.client_address::inet <<= ${`${network}/${range.prefixLength}`}::inet END, FALSE)`
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
