import 'server-only'
import { record } from '@/lib/audit/record'
import { type By, bySystem } from '@/lib/directory/commands'
import { type Reachable, reachable } from '@/lib/directory/connection'
import type { Connector } from '@/lib/directory/connector/model'
import { findConnector } from '@/lib/directory/connector/store'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { LdapError, resultCodes, withLdap } from '@/lib/platform/ldap'
import { log } from '@/lib/platform/log'
import type { KeepsAWayIn, Within } from './guarded'
import { countSeen, refreshStatistics, unfitEntries } from './mirror-store'
import type { SyncFailure } from './model'
import { countLeavers } from './people-store'
import { readDirectory } from './read'
import {
  addIssues,
  dueConnectors,
  endRun,
  failLostRuns,
  findRun,
  moveRunOn,
  RunEnded,
  type StartedRun,
  setPhase,
  startRun,
} from './run-store'
import { takeOverGroups } from './take-over-groups'
import { disableLeavers, takeOverPeople } from './take-over-people'

/** Synchronises each directory whose turn it is, one after the other, until none is left or `isStopping` says so. */
export async function synchroniseDue(keepsAWayIn: KeepsAWayIn, isStopping: () => boolean = () => false): Promise<void> {
  await failLostRuns(db(), now())
  for (const id of await dueConnectors(db(), now())) {
    if (isStopping()) return
    await synchronise(id, keepsAWayIn, { isStopping, onlyWhenDue: true })
  }
}

/**
 * One run: reads everything, then takes it over. What was not read to its end takes nothing away and adds nothing. Answers
 * the run's id, or null when one is under way already, or, with `onlyWhenDue`, when it is not its turn (any more).
 */
export async function synchronise(
  connectorId: string,
  keepsAWayIn: KeepsAWayIn,
  {
    isStopping = () => false,
    onlyWhenDue = false,
  }: { readonly isStopping?: () => boolean; readonly onlyWhenDue?: boolean } = {},
): Promise<string | null> {
  const run = await transaction((tx) => startRun(tx, connectorId, now(), { onlyWhenDue }))
  if (run === null) return null
  const failure = await attempt(run, keepsAWayIn, isStopping)
  await transaction(async (tx) => {
    const at = now()
    if (await endRun(tx, run, failure, at)) await recordEnd(tx, run, failure, at)
  })
  return run.id
}

async function attempt(
  run: StartedRun,
  keepsAWayIn: KeepsAWayIn,
  isStopping: () => boolean,
): Promise<SyncFailure | null> {
  const check = () => {
    if (isStopping()) throw new RunEnded('interrupted')
  }
  try {
    const reached = await reachable(run.connectorId)
    if (reached === null) throw new RunEnded('connector_changed')
    const changed = await read(reached, run, check)
    await takeOver(reached.connector, run, { check, keepsAWayIn }, changed)
    return null
  } catch (error) {
    return failureOf(error)
  }
}

async function read({ connector, directory, service }: Reachable, run: StartedRun, check: () => void): Promise<number> {
  // A second server may hold other numbers of changes; half of each is no whole.
  return withLdap(directory, { identity: service, isRepeatable: () => false }, (connection) =>
    readDirectory(connection, { connector, run, check }),
  )
}

/** `changed`: so many entries say something else than the last time. */
async function takeOver(connector: Connector, run: StartedRun, within: Within, changed: number): Promise<void> {
  const refresh = async () => {
    if (changed < manyEntries) return
    // Only the plans are worse without it: what holds a table meanwhile must not end a run.
    await refreshStatistics(db()).catch((error) => log.warn('directory.statistics_failed', { error }))
  }
  await refresh()
  const leavers = await countLeavers(db(), run)
  // A directory without anybody is a wrong base or a wrong right, never everybody's last day.
  if (leavers.total > 0 && (await countSeen(db(), run, 'user')) === 0) throw new RunEnded('nobody_found')
  const { actor, origin } = bySystem(run.startedAt, run.id)
  const by: Omit<By, 'at'> = { actor, origin }
  const { deletionThresholdPercent } = connector.settings
  await transaction((tx) => setPhase(tx, run, 'people', now()))
  await tellUnfit(run)
  await disableLeavers(run, leavers, deletionThresholdPercent, by, within)
  await takeOverPeople(run, by, within)
  await refresh()
  await transaction((tx) => setPhase(tx, run, 'groups', now()))
  await takeOverGroups(run, deletionThresholdPercent, by, within, changed === 0)
  await refresh()
}
/** Of fewer it does not matter how they are looked up. */
const manyEntries = 1000

/** Names the entries that were read and cannot be taken over as they are. */
async function tellUnfit(run: StartedRun): Promise<void> {
  const take = 500
  for (let after = ''; ; ) {
    const issues = (await unfitEntries(db(), run, after, take)).map(({ facts }) => facts)
    const last = issues.at(-1)
    if (last === undefined) return
    await transaction(async (tx) => {
      await moveRunOn(tx, run, now())
      await addIssues(tx, run, issues)
    })
    after = last.entryId
  }
}

function failureOf(error: unknown): SyncFailure {
  if (error instanceof RunEnded) return error.reason
  if (!(error instanceof LdapError)) {
    log.error('directory.sync_failed', { error })
    return 'unexpected'
  }
  log.warn('directory.sync_failed', { kind: error.kind, code: error.reason })
  switch (error.result?.code) {
    case undefined:
      return error.isUntrusted ? 'not_trusted' : 'unreachable'
    case resultCodes.invalidCredentials:
      return 'credentials_refused'
    case resultCodes.noSuchObject:
      return 'base_not_found'
    default:
      return 'search_refused'
  }
}

async function recordEnd(
  tx: Parameters<typeof endRun>[0],
  run: StartedRun,
  failure: SyncFailure | null,
  at: Date,
): Promise<void> {
  const counted = await findRun(tx, run.id)
  const connector = await findConnector(tx, run.connectorId)
  const { origin, actor } = bySystem(at, run.id)
  await record(tx, {
    ...{ activity: 'directorySynchronised', at, actor, origin },
    outcome: failure === null ? 'success' : 'failure',
    reason: failure ?? counted?.state ?? 'done',
    target: { kind: 'directory', id: run.connectorId, name: connector?.name ?? '' },
    after: counted === null ? undefined : { ...countsOf(counted), startedById: run.startedById },
  })
}

function countsOf(run: NonNullable<Awaited<ReturnType<typeof findRun>>>) {
  const { entriesRead, created, updated, disabled, groupsChanged, membersAdded, membersRemoved, issues } = run
  const { heldPeople, heldGroups, heldMembers } = run
  return {
    ...{ runId: run.id, entriesRead, created, updated, disabled, groupsChanged, membersAdded, membersRemoved, issues },
    ...{ heldPeople, heldGroups, heldMembers },
  }
}
