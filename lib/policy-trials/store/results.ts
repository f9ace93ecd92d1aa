import 'server-only'
import { z } from 'zod'
import type { DevicePlatform } from '@/lib/conditional-access/conditions-model'
import type { Tx } from '@/lib/platform/db'
import { Prisma } from '@/prisma/client/client'
import type { PersonVerdict, TrialFilter, TrialLine, TrialSummary } from '../model'
import { trialSummarySchema } from '../model'

/** What a trial found out about each person. */

export type NumberedVerdict = PersonVerdict & { readonly position: number; readonly userId: string }

export async function insertResults(tx: Tx, trialId: string, results: readonly NumberedVerdict[]): Promise<void> {
  if (results.length === 0) return
  const rows = JSON.stringify(
    results.map((one) => ({
      ...{ position: one.position, user_id: one.userId, outcome: one.outcome, outcome_now: one.outcomeNow },
      ...{ is_newly_blocked: one.isNewlyBlocked, reason: one.reason, basis: one.basis, places: one.places },
      ...{ places_blocked: one.placesBlocked, past_requests: one.pastRequests, past_blocked: one.pastBlocked },
      ...{ target: one.target, client_address: one.address, platform: one.platform },
    })),
  )
  await tx.$executeRaw`
    INSERT INTO policy_trial_result (trial_id, position, user_id, outcome, outcome_now, is_newly_blocked, reason, basis,
      places, places_blocked, past_requests, past_blocked, target, client_address, platform)
    SELECT ${trialId}::uuid, position, user_id, outcome, outcome_now, is_newly_blocked, reason, basis, places,
      places_blocked, past_requests, past_blocked, target, client_address, platform
    FROM json_to_recordset(${rows}::json) AS one (position int, user_id uuid, outcome text, outcome_now text,
      is_newly_blocked boolean, reason text, basis text, places int, places_blocked int, past_requests int,
      past_blocked int, target text, client_address text, platform text)`
}

/** Counts what the results say, for the trial's own row. */
export async function summarise(tx: Tx, trialId: string): Promise<TrialSummary> {
  const people = await tx.$queryRaw<unknown[]>`
    SELECT outcome, reason, basis, count(*)::int AS count, count(*) FILTER (WHERE is_newly_blocked)::int AS "newlyBlocked"
    FROM policy_trial_result WHERE trial_id = ${trialId}::uuid GROUP BY outcome, reason, basis
    ORDER BY count(*) DESC, reason, basis`
  const [totals] = await tx.$queryRaw<Record<string, number>[]>`
    SELECT count(*) FILTER (WHERE outcome_now = 'blocked')::int AS blocked,
      count(*) FILTER (WHERE outcome_now = 'registers')::int AS registers,
      count(*) FILTER (WHERE outcome_now = 'mfa')::int AS mfa,
      count(*) FILTER (WHERE outcome_now = 'passes')::int AS passes,
      coalesce(sum(past_requests), 0)::int AS past_requests, coalesce(sum(past_blocked), 0)::int AS past_blocked
    FROM policy_trial_result WHERE trial_id = ${trialId}::uuid`
  const { past_requests: requests, past_blocked: blockedRequests, ...now } = totals ?? {}
  return trialSummarySchema.parse({ people, now, past: { requests, blocked: blockedRequests } })
}

/** People of the trial in the order of names, after this position; at most `take`. */
export async function listResults(
  tx: Tx,
  trialId: string,
  filter: TrialFilter,
  page: { readonly after: number; readonly take: number },
): Promise<TrialLine[]> {
  const conditions = [
    Prisma.sql`result.trial_id = ${trialId}::uuid`,
    Prisma.sql`result.position > ${page.after}`,
    ...(filter.outcome ? [Prisma.sql`result.outcome = ${filter.outcome}`] : []),
    ...(filter.reason ? [Prisma.sql`result.reason = ${filter.reason}`] : []),
    ...(filter.newlyBlocked ? [Prisma.sql`result.is_newly_blocked`] : []),
  ]
  const rows = await tx.$queryRaw<(Omit<TrialLine, 'platform'> & { readonly platform: string | null })[]>`
    SELECT result.position, result.user_id::text AS "userId", person.display_name AS "displayName",
      person.user_principal_name AS "userPrincipalName", result.outcome, result.outcome_now AS "outcomeNow",
      result.is_newly_blocked AS "isNewlyBlocked", result.reason, result.basis, result.places,
      result.places_blocked AS "placesBlocked", result.past_requests AS "pastRequests",
      result.past_blocked AS "pastBlocked", result.target, result.client_address AS address, result.platform
    FROM policy_trial_result result LEFT JOIN "user" person ON person.id = result.user_id
    WHERE ${Prisma.join(conditions, ' AND ')} ORDER BY result.position LIMIT ${page.take}`
  return rows.map((row) => ({ ...row, platform: z.string().nullable().parse(row.platform) as DevicePlatform | null }))
}
