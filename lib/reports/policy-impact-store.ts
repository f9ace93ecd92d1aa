import 'server-only'
import { z } from 'zod'
import { registerSecurityInformation } from '@/lib/conditional-access/model'
import { limits } from '@/lib/limits'
import { secondsFrom } from '@/lib/platform/clock'
import type { Tx } from '@/lib/platform/db'
import { instantText } from '@/lib/platform/instant'
import { errorCodes } from '@/lib/sign-in/model'
import { Prisma } from '@/prisma/client/client'
import {
  type ImpactCount,
  type ImpactOutcome,
  type ImpactTarget,
  type ImpactWindow,
  impactOutcomes,
  impactStart,
} from './policy-impact'

/**
 * Policy impact by the hour. A job counts finished entries of the sign-in log into `policy_impact`; a page adds what came
 * in since, read from the log itself in the same statement, so nothing is missed, counted twice or late.
 *
 * The job keeps a distance from the present: an entry carries the instant at which its transaction began, and one that
 * is not yet committed must not be passed over. Where it is ahead of the present, the clock was ahead and was set back: it
 * goes on from here, so that entries that carry instants ahead count once more rather than all others not at all.
 */
export async function countPolicyImpact(tx: Tx, now: Date): Promise<{ readonly entries: number }> {
  const [progress] = await tx.$queryRaw<{ countedTo: Date }[]>`
    SELECT counted_to AS "countedTo" FROM policy_impact_progress FOR UPDATE SKIP LOCKED`
  const settled = settledAt(now)
  if (progress && progress.countedTo > now) await setProgress(tx, settled)
  if (!progress || progress.countedTo >= settled) return { entries: 0 }
  const until = await endOfBatch(tx, progress.countedTo, settled)
  const [counted] = await tx.$queryRaw<{ entries: number }[]>`
    WITH entry AS MATERIALIZED (
      SELECT * FROM sign_in_log l WHERE l.at >= ${instantText(progress.countedTo)}::timestamptz
        AND l.at < ${instantText(until)}::timestamptz
    ), counted AS (
      INSERT INTO policy_impact (policy_id, hour, is_registration, is_report_only, outcome, reason, count, samples)
      SELECT policy_id, hour, is_registration, is_report_only, outcome, reason, count(*)::int, ${newestThree}
      FROM (${linesOf(Prisma.sql`entry`)}) line
      GROUP BY policy_id, hour, is_registration, is_report_only, outcome, reason
      ON CONFLICT (policy_id, hour, is_registration, is_report_only, outcome, reason) DO UPDATE
      SET count = policy_impact.count + EXCLUDED.count, samples = (EXCLUDED.samples || policy_impact.samples)[1:3]
    ) SELECT count(*)::int AS entries FROM entry`
  await setProgress(tx, until)
  return { entries: counted?.entries ?? 0 }
}

function settledAt(now: Date): Date {
  return secondsFrom(now, -limits.policyImpact.settledAfterSeconds)
}

async function setProgress(tx: Tx, to: Date): Promise<void> {
  await tx.$executeRaw`UPDATE policy_impact_progress SET counted_to = ${instantText(to)}::timestamptz`
}

/** Where a batch ends: after so many entries, but never between two of the same instant. */
async function endOfBatch(tx: Tx, from: Date, settled: Date): Promise<Date> {
  const [last] = await tx.$queryRaw<{ at: Date }[]>`
    SELECT l.at FROM sign_in_log l WHERE l.at >= ${instantText(from)}::timestamptz
      AND l.at < ${instantText(settled)}::timestamptz
    ORDER BY l.at, l.id OFFSET ${limits.policyImpact.batchEntries} LIMIT 1`
  if (!last) return settled
  return last.at > from ? last.at : new Date(last.at.getTime() + 1)
}

export type ImpactQuestion = {
  readonly policyId: string
  readonly window: ImpactWindow
  readonly target?: ImpactTarget | undefined
}

/** How often the policy came to what, hour by hour. */
export async function findPolicyImpact(tx: Tx, question: ImpactQuestion, now: Date): Promise<ImpactCount[]> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT hour, is_registration AS "isRegistration", is_report_only AS "isReportOnly", outcome, reason,
      sum(count)::int AS count
    FROM (${allOf(question, now)}) line GROUP BY 1, 2, 3, 4, 5 ORDER BY 1`
  return rows.map((row) => countSchema.parse(row))
}

/** Some of the newest entries with this outcome, by their ids, newest hour first. */
export async function findImpactSamples(
  tx: Tx,
  question: ImpactQuestion,
  outcome: ImpactOutcome,
  now: Date,
): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT ON (entry.at, entry.id) entry.id::text AS id
    FROM (
      SELECT samples FROM (${allOf(question, now)}) line WHERE outcome = ${outcome}
      ORDER BY hour DESC LIMIT ${limits.policyImpact.samplesShown}
    ) newest CROSS JOIN LATERAL unnest(newest.samples) sample (id)
    JOIN sign_in_log entry ON entry.id = sample.id
    ORDER BY entry.at DESC, entry.id DESC LIMIT ${limits.policyImpact.samplesShown}`
  return rows.map(({ id }) => id)
}

/** What the job has counted, and beside it what the log holds since, in one snapshot. */
function allOf({ policyId, window, target }: ImpactQuestion, now: Date): Prisma.Sql {
  const start = instantText(impactStart(window, now))
  const ofTarget = target === undefined ? Prisma.empty : Prisma.sql`AND is_registration = ${target === 'registration'}`
  const recent = Prisma.sql`(SELECT * FROM sign_in_log l
    WHERE l.at >= (SELECT least(counted_to, ${instantText(settledAt(now))}::timestamptz) FROM policy_impact_progress)
      AND l.at >= ${start}::timestamptz)`
  return Prisma.sql`
    SELECT hour, is_registration, is_report_only, outcome, reason, count, samples FROM policy_impact
    WHERE policy_id = ${policyId}::uuid AND hour >= ${start}::timestamptz ${ofTarget}
    UNION ALL
    SELECT hour, is_registration, is_report_only, outcome, reason, count(*)::int, ${newestThree}
    FROM (${linesOf(recent)}) line WHERE policy_id = ${policyId}::uuid ${ofTarget}
    GROUP BY hour, is_registration, is_report_only, outcome, reason`
}

const newestThree = Prisma.sql`(array_agg(id ORDER BY at DESC, id DESC))[1:3]`

/**
 * Each line of the traces as what it counts for. An enforced policy that still asked for something is a failure in the
 * trace; where the request was led on to give it, it is an action that was required.
 */
function linesOf(entries: Prisma.Sql): Prisma.Sql {
  const ledOn = [errorCodes.mfaRequired, errorCodes.registrationRequired]
  return Prisma.sql`
    SELECT entry.id, entry.at, date_trunc('hour', entry.at, 'UTC') AS hour, (line->>'policyId')::uuid AS policy_id,
      entry.target = ${registerSecurityInformation} AS is_registration,
      line->>'result' LIKE 'reportOnly%' AS is_report_only,
      CASE line->>'result'
        WHEN 'success' THEN 'success' WHEN 'reportOnlySuccess' THEN 'success'
        WHEN 'reportOnlyFailure' THEN 'failure' WHEN 'reportOnlyInterrupted' THEN 'actionRequired'
        WHEN 'failure' THEN CASE WHEN entry.error_code = ANY(${ledOn}::int[]) THEN 'actionRequired' ELSE 'failure' END
        ELSE 'notApplied' END AS outcome,
      CASE WHEN line->>'result' IN ('notApplied', 'reportOnlyNotApplied') THEN coalesce(line->>'reason', '') ELSE '' END
        AS reason
    FROM ${entries} entry CROSS JOIN LATERAL jsonb_array_elements(entry.applied_policies) line`
}

const countSchema = z.object({
  hour: z.date(),
  isRegistration: z.boolean(),
  isReportOnly: z.boolean(),
  outcome: z.enum(impactOutcomes),
  reason: z.string(),
  count: z.number(),
})
