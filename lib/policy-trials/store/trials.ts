import 'server-only'
import { limits } from '@/lib/limits'
import { secondsFrom } from '@/lib/platform/clock'
import type { Tx } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import type { Prisma } from '@/prisma/client/client'
import { type PolicyTrial, type TrialState, type TrialSummary, trialStates, trialSummarySchema } from '../model'

/** Trials of policies: one at a time for each administrator, worked on under a lease that ends by itself. */

export type NewTrial = {
  readonly createdById: string
  readonly createdAt: Date
  readonly policyId: string | null
  readonly displayName: string
  readonly candidate: Readonly<Record<string, unknown>>
}

/** Answers the id. One more beside a trial under way of the same administrator is the database's unique violation. */
export async function insertTrial(tx: Tx, { candidate, ...rest }: NewTrial): Promise<string> {
  const data = { ...rest, candidate: candidate as Prisma.InputJsonObject }
  return (await tx.policyTrial.create({ data, select: { id: true } })).id
}

export async function findTrial(tx: Tx, id: string): Promise<PolicyTrial | null> {
  const row = isUuid(id) ? await tx.policyTrial.findUnique({ where: { id } }) : null
  return row && toTrial(row)
}

/** The newest first; there are never many of one administrator. */
export async function listTrials(tx: Tx, createdById: string): Promise<PolicyTrial[]> {
  const rows = await tx.policyTrial.findMany({
    where: { createdById },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limits.policyTrial.keptPerAdministrator * 2,
  })
  return rows.map(toTrial)
}

/** The one that is under way, by its id. */
export async function runningTrialOf(tx: Tx, createdById: string): Promise<string | null> {
  const row = await tx.policyTrial.findFirst({
    where: { createdById, state: { in: ['waiting', 'running'] } },
    select: { id: true },
  })
  return row?.id ?? null
}

export type ClaimedTrial = {
  readonly id: string
  readonly policyId: string | null
  readonly displayName: string
  readonly candidate: Readonly<Record<string, unknown>>
  /** Null: nothing was asked yet. */
  readonly begun: { readonly askedAt: Date; readonly policyStamp: string } | null
  readonly position: Position
}
/** How far a trial has come. */
export type Position = {
  readonly peopleDone: number
  readonly peopleConcerned: number
  readonly after: { readonly name: string; readonly id: string } | null
}

/** The oldest trial that nobody works on, taken for half a minute; null when there is none. */
export async function claimTrial(tx: Tx, at: Date): Promise<ClaimedTrial | null> {
  const until = secondsFrom(at, limits.policyTrial.leaseSeconds)
  const [row] = await tx.$queryRaw<ClaimedRow[]>`
    UPDATE policy_trial SET state = 'running', leased_until = ${until.toISOString()}::timestamptz
    WHERE id = (
      SELECT id FROM policy_trial WHERE state IN ('waiting', 'running')
        AND (leased_until IS NULL OR leased_until <= ${at.toISOString()}::timestamptz)
      ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id::text, policy_id::text AS "policyId", display_name AS "displayName", candidate,
      asked_at AS "askedAt", policy_stamp AS "policyStamp", people_done AS "peopleDone",
      people_concerned AS "peopleConcerned", after_name AS "afterName", after_id::text AS "afterId"`
  if (!row) return null
  const { askedAt, policyStamp, peopleDone, peopleConcerned, afterName, afterId, ...rest } = row
  return {
    ...rest,
    begun: askedAt && policyStamp !== null ? { askedAt, policyStamp } : null,
    position: {
      ...{ peopleDone, peopleConcerned },
      after: afterName !== null && afterId !== null ? { name: afterName, id: afterId } : null,
    },
  }
}

type ClaimedRow = {
  readonly id: string
  readonly policyId: string | null
  readonly displayName: string
  readonly candidate: Readonly<Record<string, unknown>>
  readonly askedAt: Date | null
  readonly policyStamp: string | null
  readonly peopleDone: number
  readonly peopleConcerned: number
  readonly afterName: string | null
  readonly afterId: string | null
}

/** Notes what all decisions of the trial rest on; false when it was stopped meanwhile. */
export async function beginTrial(
  tx: Tx,
  id: string,
  begun: { readonly askedAt: Date; readonly policyStamp: string },
): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE policy_trial SET asked_at = ${begun.askedAt.toISOString()}::timestamptz, policy_stamp = ${begun.policyStamp},
      people_total = (SELECT count(*)::int FROM "user" WHERE account_enabled)
    WHERE id = ${id}::uuid AND state = 'running' AND asked_at IS NULL`
  return count === 1
}

/**
 * Moves the trial on by one batch, only from where it was: whoever else works on it finds it moved, and undoes what it
 * wrote. False: somebody else was faster, or it was stopped.
 */
export async function moveTrial(tx: Tx, id: string, from: Position, to: Position, at: Date): Promise<boolean> {
  const until = secondsFrom(at, limits.policyTrial.leaseSeconds).toISOString()
  const count = await tx.$executeRaw`
    UPDATE policy_trial SET people_done = ${to.peopleDone}, people_concerned = ${to.peopleConcerned},
      after_name = ${to.after?.name ?? null}, after_id = ${to.after?.id ?? null}::uuid,
      leased_until = ${until}::timestamptz
    WHERE id = ${id}::uuid AND state = 'running' AND people_done = ${from.peopleDone}`
  return count === 1
}

/** Lets go of an unfinished trial, so that the next process need not wait for the lease to end. */
export async function releaseTrial(tx: Tx, id: string): Promise<void> {
  await tx.$executeRaw`UPDATE policy_trial SET leased_until = NULL WHERE id = ${id}::uuid AND state = 'running'`
}

/** Ends a trial once; false when it had ended already. */
export async function endTrial(
  tx: Tx,
  id: string,
  state: Exclude<TrialState, 'waiting' | 'running'>,
  summary: TrialSummary | null,
  at: Date,
): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE policy_trial SET state = ${state}, ended_at = ${at.toISOString()}::timestamptz, leased_until = NULL,
      summary = ${summary && JSON.stringify(summary)}::jsonb
    WHERE id = ${id}::uuid AND state IN ('waiting', 'running')`
  return count === 1
}

/** Removes trials that are old, or of which an administrator has newer ones enough. Answers how many. */
export function purgeTrials(tx: Tx, at: string, limit: number): Promise<number> {
  // A trial may have a hundred thousand results, so few go in one statement.
  return tx.$executeRaw`
    DELETE FROM policy_trial WHERE id IN (
      SELECT id FROM policy_trial WHERE id IN (
        SELECT id FROM (
          SELECT id, ended_at, row_number() OVER (PARTITION BY created_by_id ORDER BY created_at DESC, id DESC) AS place
          FROM policy_trial WHERE ended_at IS NOT NULL
        ) ended
        WHERE place > ${limits.policyTrial.keptPerAdministrator}
          OR ended_at <= ${at}::timestamptz - make_interval(days => ${limits.policyTrial.keptDays}::int)
      ) LIMIT ${Math.min(limit, purgedAtOnce)} FOR UPDATE SKIP LOCKED)`
}
const purgedAtOnce = 2

function toTrial(row: NonNullable<Awaited<ReturnType<Tx['policyTrial']['findUnique']>>>): PolicyTrial {
  const state = trialStates.find((known) => known === row.state)
  if (!state) throw new Error(`policy trial ${row.id} has an unknown state`)
  const { id, createdById, createdAt, policyId, displayName, askedAt, endedAt } = row
  return {
    ...{ id, createdById, createdAt, policyId, displayName, state, askedAt, endedAt },
    ...{ peopleTotal: row.peopleTotal, peopleDone: row.peopleDone, peopleConcerned: row.peopleConcerned },
    candidate: row.candidate as PolicyTrial['candidate'],
    summary: row.summary === null ? null : trialSummarySchema.parse(row.summary),
  }
}
