import 'server-only'
import { z } from 'zod'
import { activities } from '@/lib/audit/model'
import { limits } from '@/lib/limits'
import { type ResetWay, resetPurposes, resetWays } from '@/lib/password-reset/model'
import type { Tx } from '@/lib/platform/db'
import { instantText } from '@/lib/platform/instant'
import { isUuid } from '@/lib/platform/uuid'
import { Prisma } from '@/prisma/client/client'
import {
  type ResetEvent,
  type ResetEventFilter,
  resetEventOutcomes,
  resetEventSchema,
  type UsageCount,
} from './password-resets'
import { type ReportWindow, windowBars, windowStart } from './report-window'

/** Resets and unlocks as administrators read them: newest first, filtered, a page at a time; and numbers over them. */
export type ResetEventPage = { readonly events: readonly ResetEvent[]; readonly nextCursor: string | null }

/** A cursor that is not ours reads from the start. */
export async function findResetEvents(
  tx: Tx,
  filter: ResetEventFilter,
  page: { readonly size?: number; readonly cursor?: string | undefined },
  now: Date,
): Promise<ResetEventPage> {
  const size = Math.min(Math.max(1, page.size ?? limits.page.sizeDefault), limits.page.sizeMax)
  const conditions = [...conditionsOf(filter, now)]
  const from = readCursor(page.cursor)
  if (from) conditions.push(Prisma.sql`(event.started_at, event.id) < (${from.at}::timestamptz, ${from.id}::uuid)`)
  const rows = await tx.$queryRaw<unknown[]>`${select(now)} WHERE ${Prisma.join(conditions, ' AND ')}
    ORDER BY event.started_at DESC, event.id DESC LIMIT ${size + 1}`
  const found = rows.map((row) => resetEventSchema.parse(row))
  const events = found.slice(0, size)
  const last = events.at(-1)
  return { events, nextCursor: found.length > size && last ? `${last.startedAt.getTime()}.${last.id}` : null }
}

/** All pages of the list, one after the other. */
export async function* eachResetEvent(
  tx: Tx,
  filter: ResetEventFilter,
  now: Date,
): AsyncGenerator<readonly ResetEvent[]> {
  let cursor: string | undefined
  do {
    const page = await findResetEvents(tx, filter, { size: limits.page.sizeMax, cursor }, now)
    if (page.events.length > 0) yield page.events
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}

export async function findResetEvent(tx: Tx, id: string, now: Date): Promise<ResetEvent | null> {
  if (!isUuid(id)) return null
  const rows = await tx.$queryRaw<unknown[]>`${select(now)} WHERE event.id = ${id}::uuid`
  return rows[0] === undefined ? null : resetEventSchema.parse(rows[0])
}

/** What the windows' bars are made of. One that is open beyond its time was given up. */
export async function countUsage(tx: Tx, window: ReportWindow, now: Date): Promise<UsageCount[]> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT date_trunc(${windowBars[window].unit}, event.started_at, 'UTC') AS "startsAt", ${outcomeAt(now)} AS outcome,
      event.purpose, count(*)::int AS count
    FROM password_reset_event event
    WHERE event.started_at >= ${instantText(windowStart(window, now))}::timestamptz
    GROUP BY 1, 2, 3 ORDER BY 1`
  return rows.map((row) => usageSchema.parse(row))
}

const usageSchema = z.object({
  startsAt: z.date(),
  outcome: z.enum(resetEventOutcomes),
  purpose: z.enum(resetPurposes).nullable(),
  count: z.number(),
})

export type WayCount = { readonly way: ResetWay; readonly proven: number; readonly failed: number }

/** How often each way was proven, and how often what was shown was wrong. Ways that nobody used are left out. */
export async function countWays(tx: Tx, window: ReportWindow, now: Date): Promise<WayCount[]> {
  const start = instantText(windowStart(window, now))
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT way, count(*) FILTER (WHERE is_proven)::int AS proven, count(*) FILTER (WHERE NOT is_proven)::int AS failed
    FROM (
      SELECT unnest(proven_ways) AS way, true AS is_proven FROM password_reset_event
      WHERE started_at >= ${start}::timestamptz
      UNION ALL
      SELECT unnest(failed_ways), false FROM password_reset_event WHERE started_at >= ${start}::timestamptz
    ) used GROUP BY way`
  const found = new Map(rows.map((row) => [wayCountSchema.parse(row).way, wayCountSchema.parse(row)]))
  return resetWays.flatMap((way) => found.get(way) ?? [])
}

const wayCountSchema = z.object({ way: z.enum(resetWays), proven: z.number(), failed: z.number() })

/** Why resets did not succeed, the most frequent first. One that is under way may still succeed. */
export async function countReasons(
  tx: Tx,
  window: ReportWindow,
  now: Date,
): Promise<{ readonly reason: string; readonly count: number }[]> {
  return tx.$queryRaw<{ reason: string; count: number }[]>`
    SELECT event.reason, count(*)::int AS count FROM password_reset_event event
    WHERE event.started_at >= ${instantText(windowStart(window, now))}::timestamptz AND ${outcomeAt(now)} NOT IN ('done', 'open')
      AND event.reason IS NOT NULL
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${limits.page.sizeMax}`
}

/** Passwords that became new ones on other ways, as far as the trail keeps events: what self-service is compared with. */
export async function countOtherWaysIn(
  tx: Tx,
  window: ReportWindow,
  now: Date,
): Promise<{ readonly changed: number; readonly byAdministrator: number }> {
  const [changed, byAdministrator] = [activities.passwordChanged[2], activities.passwordResetByAdministrator[2]]
  const [row] = await tx.$queryRaw<{ changed: number; byAdministrator: number }[]>`
    SELECT count(*) FILTER (WHERE activity = ${changed})::int AS changed,
      count(*) FILTER (WHERE activity = ${byAdministrator})::int AS "byAdministrator"
    FROM audit_event WHERE at >= ${instantText(windowStart(window, now))}::timestamptz AND outcome = 'success'
      AND activity IN (${changed}, ${byAdministrator})`
  return row ?? { changed: 0, byAdministrator: 0 }
}

function select(now: Date): Prisma.Sql {
  return Prisma.sql`
    SELECT event.id::text AS id, event.reference, event.started_at AS "startedAt", event.changed_at AS "changedAt",
      event.user_id::text AS "userId", person.display_name AS "displayName",
      coalesce(person.user_principal_name, event.user_principal_name) AS "userPrincipalName",
      event.client_address AS "clientAddress", event.purpose, ${outcomeAt(now)} AS outcome, event.reason,
      event.proven_ways AS "provenWays", event.failed_ways AS "failedWays", event.home,
      event.directory_name AS "directoryName", event.is_help_asked AS "isHelpAsked"
    FROM password_reset_event event LEFT JOIN "user" person ON person.id = event.user_id`
}

function outcomeAt(now: Date): Prisma.Sql {
  return Prisma.sql`(CASE WHEN event.outcome = 'open' AND event.ends_at <= ${instantText(now)}::timestamptz
    THEN 'abandoned' ELSE event.outcome END)`
}

function* conditionsOf(filter: ResetEventFilter, now: Date): Generator<Prisma.Sql> {
  const { userId, isUnknownPerson, from, to, outcome, purpose, way, reference } = filter
  yield Prisma.sql`TRUE`
  if (userId !== undefined) yield Prisma.sql`event.user_id = ${userId}::uuid`
  if (isUnknownPerson) yield Prisma.sql`event.user_principal_name IS NULL`
  if (from !== undefined) yield Prisma.sql`event.started_at >= ${instantText(from)}::timestamptz`
  if (to !== undefined) yield Prisma.sql`event.started_at < ${instantText(to)}::timestamptz`
  if (outcome !== undefined) yield Prisma.sql`${outcomeAt(now)} = ${outcome}`
  if (purpose !== undefined) yield Prisma.sql`event.purpose = ${purpose}`
  if (way !== undefined) yield Prisma.sql`(${way} = ANY(event.proven_ways) OR ${way} = ANY(event.failed_ways))`
  if (reference !== undefined) yield Prisma.sql`event.reference = ${reference}`
}

/** Anybody can write a cursor; it names a place in the list and nothing else. */
function readCursor(cursor: string | undefined): { readonly at: string; readonly id: string } | null {
  const found = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(cursor ?? '')
  return found?.[1] && isUuid(found[2] ?? '')
    ? { at: instantText(new Date(Number(found[1]))), id: found[2] ?? '' }
    : null
}
