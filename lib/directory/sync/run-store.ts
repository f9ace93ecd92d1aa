import 'server-only'
import { limits } from '@/lib/limits'
import { secondsFrom } from '@/lib/platform/clock'
import type { Tx } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { isUuid } from '@/lib/platform/uuid'
import { Prisma } from '@/prisma/client/client'
import type { Issue, IssueReason, SyncFailure, SyncRun } from './model'

/** Runs of synchronisations: which is due, who has it, how far it is, what came of it. */

const leaseSeconds = 60
/** After a failure it is tried again sooner than the plan says. */
const retryMinutes = 5

/** Ends runs whose process is gone. What they stored stays; the next run finds out what is missing. */
export async function failLostRuns(tx: Tx, at: Date): Promise<void> {
  await tx.$executeRaw`
    UPDATE directory_sync_run SET state = 'failed', failure_reason = 'interrupted', ended_at = ${at.toISOString()}::timestamptz
    WHERE state = 'running' AND leased_until <= ${at.toISOString()}::timestamptz`
}

/** The enabled connectors whose turn it is: asked for by hand, never run, or last run long enough ago. */
export async function dueConnectors(tx: Tx, at: Date): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT c.id::text FROM directory_connector c WHERE ${isDue(at)} ORDER BY c.name`
  return rows.map(({ id }) => id)
}

async function isConnectorDue(tx: Tx, connectorId: string, at: Date): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM directory_connector c WHERE c.id = ${connectorId}::uuid AND ${isDue(at)}`
  return rows.length > 0
}

/** Whether the turn of the connector `c` has come. */
function isDue(at: Date): Prisma.Sql {
  return Prisma.sql`c.is_enabled AND coalesce((
    SELECT last.state <> 'running' AND (c.sync_requested_at IS NOT NULL
      OR last.started_at + make_interval(mins => CASE WHEN last.state = 'failed'
        THEN least(${retryMinutes}::int, (c.settings->>'syncEveryMinutes')::int)
        ELSE (c.settings->>'syncEveryMinutes')::int END) <= ${at.toISOString()}::timestamptz)
    FROM directory_sync_run last WHERE last.connector_id = c.id ORDER BY last.started_at DESC, last.id DESC LIMIT 1
  ), true)`
}

/** A run that this process has begun. */
export type StartedRun = {
  readonly id: string
  readonly connectorId: string
  readonly connectorVersion: number
  readonly startedAt: Date
  /** The run whose held changes somebody allowed; carried out by this run alone. */
  readonly allowedRunId: string | null
  readonly startedById: string | null
}

/**
 * Begins a run; null when the connector is off or gone, or a run is under way, here or in another process. With
 * `onlyWhenDue` also where its turn is not: another process may have seen to it between looking and this.
 */
export async function startRun(
  tx: Tx,
  connectorId: string,
  at: Date,
  { onlyWhenDue = false }: { readonly onlyWhenDue?: boolean } = {},
): Promise<StartedRun | null> {
  type Row = { version: number; isAsked: boolean; startedById: string | null; allowedRunId: string | null }
  const [connector] = await tx.$queryRaw<Row[]>`
    SELECT version, sync_requested_at IS NOT NULL AS "isAsked", sync_requested_by_id::text AS "startedById",
      allowed_run_id::text AS "allowedRunId"
    FROM directory_connector WHERE id = ${connectorId}::uuid AND is_enabled FOR UPDATE`
  if (!connector) return null
  // Asked in a statement of its own: only now, with the row locked, is what others did before visible.
  if (onlyWhenDue && !(await isConnectorDue(tx, connectorId, at))) return null
  const id = randomUUID()
  const instant = at.toISOString()
  const begun = await tx.$executeRaw`
    INSERT INTO directory_sync_run (id, connector_id, trigger, started_by_id, started_at, leased_until)
    VALUES (${id}::uuid, ${connectorId}::uuid, ${connector.isAsked ? 'administrator' : 'schedule'},
      ${connector.startedById}::uuid, ${instant}::timestamptz, ${secondsFrom(at, leaseSeconds).toISOString()}::timestamptz)
    ON CONFLICT (connector_id) WHERE state = 'running' DO NOTHING`
  if (begun === 0) return null
  await tx.$executeRaw`
    UPDATE directory_connector SET sync_requested_at = NULL, sync_requested_by_id = NULL, allowed_run_id = NULL,
      last_sync_at = ${instant}::timestamptz WHERE id = ${connectorId}::uuid`
  const { version, startedById, allowedRunId } = connector
  return { id, connectorId, connectorVersion: version, startedAt: at, allowedRunId, startedById }
}

/** What a run counts. */
export type RunCounts = Partial<
  Record<
    | 'entriesRead'
    | 'created'
    | 'updated'
    | 'disabled'
    | 'groupsChanged'
    | 'membersAdded'
    | 'membersRemoved'
    | 'heldPeople'
    | 'heldGroups'
    | 'heldMembers',
    number
  >
>

/**
 * Counts on, renews the lease and makes sure that the run may go on: throws `RunEnded` when another process took it for
 * lost, or the connector was changed or switched off since. Called first in each transaction that changes anything, so
 * that of two processes one writes nothing.
 */
export async function moveRunOn(tx: Tx, run: StartedRun, at: Date, counts: RunCounts = {}): Promise<void> {
  const isRunning = await tx.$executeRaw`
    UPDATE directory_sync_run SET leased_until = ${secondsFrom(at, leaseSeconds).toISOString()}::timestamptz,
      entries_read = entries_read + ${counts.entriesRead ?? 0}, created = created + ${counts.created ?? 0},
      updated = updated + ${counts.updated ?? 0}, disabled = disabled + ${counts.disabled ?? 0},
      groups_changed = groups_changed + ${counts.groupsChanged ?? 0},
      members_added = members_added + ${counts.membersAdded ?? 0},
      members_removed = members_removed + ${counts.membersRemoved ?? 0},
      held_people = held_people + ${counts.heldPeople ?? 0}, held_groups = held_groups + ${counts.heldGroups ?? 0},
      held_members = held_members + ${counts.heldMembers ?? 0}
    WHERE id = ${run.id}::uuid AND state = 'running'`
  if (isRunning === 0) throw new RunEnded('interrupted')
  const [connector] = await tx.$queryRaw<{ isSame: boolean }[]>`
    SELECT is_enabled AND version = ${run.connectorVersion} AS "isSame"
    FROM directory_connector WHERE id = ${run.connectorId}::uuid`
  if (!connector?.isSame) throw new RunEnded('connector_changed')
}

/** The run must not go on. */
export class RunEnded extends Error {
  override readonly name = 'RunEnded'
  constructor(readonly reason: SyncFailure) {
    super(`a synchronisation ended: ${reason}`)
  }
}

export async function setPhase(tx: Tx, run: StartedRun, phase: SyncRun['phase'], at: Date): Promise<void> {
  await moveRunOn(tx, run, at)
  await tx.$executeRaw`UPDATE directory_sync_run SET phase = ${phase} WHERE id = ${run.id}::uuid`
}

/** Ends the run; false when it had ended already. */
export async function endRun(tx: Tx, run: StartedRun, failure: SyncFailure | null, at: Date): Promise<boolean> {
  const instant = at.toISOString()
  const count = await tx.$executeRaw`
    UPDATE directory_sync_run SET ended_at = ${instant}::timestamptz, leased_until = NULL,
      failure_reason = ${failure}, state = CASE WHEN ${failure !== null} THEN 'failed'
        WHEN held_people + held_groups + held_members > 0 THEN 'held' ELSE 'done' END
    WHERE id = ${run.id}::uuid AND state = 'running'`
  if (count === 1 && failure === null)
    await tx.$executeRaw`
      UPDATE directory_connector SET last_sync_done_at = ${run.startedAt.toISOString()}::timestamptz
      WHERE id = ${run.connectorId}::uuid`
  return count === 1
}

/** What the last run before this one left, where it reached its end and held nothing back; else null. */
export async function runBefore(
  tx: Tx,
  run: StartedRun,
): Promise<{ readonly id: string; readonly membersCheckedAt: Date; readonly membersTotal: number } | null> {
  type Row = { id: string; state: string; membersCheckedAt: Date | null; membersTotal: number | null }
  const [row] = await tx.$queryRaw<Row[]>`
    SELECT id::text, state, members_checked_at AS "membersCheckedAt", members_total AS "membersTotal"
    FROM directory_sync_run WHERE connector_id = ${run.connectorId}::uuid AND id <> ${run.id}::uuid
    ORDER BY started_at DESC, id DESC LIMIT 1`
  if (row?.state !== 'done' || row.membersCheckedAt === null || row.membersTotal === null) return null
  return { id: row.id, membersCheckedAt: row.membersCheckedAt, membersTotal: row.membersTotal }
}

/** Notes that memberships are as the directory has them, and when that was last seen one by one. */
export async function noteMembers(tx: Tx, run: StartedRun, checkedAt: Date, total: number): Promise<void> {
  await tx.$executeRaw`
    UPDATE directory_sync_run SET members_checked_at = ${checkedAt.toISOString()}::timestamptz, members_total = ${total}
    WHERE id = ${run.id}::uuid`
}

/** How many memberships the run held back. */
export async function heldMembersOf(tx: Tx, runId: string): Promise<number> {
  const row = await tx.directorySyncRun.findUnique({ where: { id: runId }, select: { heldMembers: true } })
  return row?.heldMembers ?? 0
}

/** So many issues of a run are kept by name; the rest is only counted. */
export const issuesKept = 1000

export async function addIssues(tx: Tx, run: StartedRun, issues: readonly Issue[]): Promise<void> {
  if (issues.length === 0) return
  const [row] = await tx.$queryRaw<{ before: number }[]>`
    UPDATE directory_sync_run SET issues = issues + ${issues.length} WHERE id = ${run.id}::uuid
    RETURNING issues - ${issues.length}::int AS before`
  const before = row?.before ?? 0
  const data = issues
    .slice(0, Math.max(0, issuesKept - before))
    .map((issue, index) => ({ runId: run.id, number: before + index + 1, ...issue }))
  if (data.length > 0) await tx.directorySyncIssue.createMany({ data })
}

const notShown = { leasedUntil: true, startedById: true, membersCheckedAt: true, membersTotal: true } as const

/** The newest runs of a connector first. */
export async function listRuns(tx: Tx, connectorId: string, take: number): Promise<SyncRun[]> {
  if (!isUuid(connectorId)) return []
  const rows = await tx.directorySyncRun.findMany({
    where: { connectorId },
    orderBy: [{ startedAt: 'desc' }, { id: 'desc' }],
    take,
    omit: notShown,
  })
  return rows as SyncRun[]
}

export async function findRun(tx: Tx, id: string): Promise<SyncRun | null> {
  if (!isUuid(id)) return null
  const row = await tx.directorySyncRun.findUnique({ where: { id }, omit: notShown })
  return row as SyncRun | null
}

export async function listIssues(
  tx: Tx,
  runId: string,
  afterNumber: number,
  take: number,
): Promise<(Issue & { readonly number: number })[]> {
  const rows = await tx.directorySyncIssue.findMany({
    where: { runId, number: { gt: afterNumber } },
    orderBy: { number: 'asc' },
    take,
  })
  return rows.map(({ number, reason, entryId, name, distinguishedName }) => ({
    ...{ number, entryId, name, distinguishedName },
    reason: reason as IssueReason,
  }))
}

/** Removes runs that ended long ago, with their issues; the newest of a connector stays. Answers how many. */
export function purgeRuns(tx: Tx, at: string, limit: number): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM directory_sync_run WHERE id IN (
      SELECT id FROM directory_sync_run run
      WHERE ended_at <= ${at}::timestamptz - make_interval(days => ${limits.retentionDays}::int)
        AND EXISTS (SELECT 1 FROM directory_sync_run newer
          WHERE newer.connector_id = run.connector_id AND newer.started_at > run.started_at)
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)`
}
