import 'server-only'
import { recordAll } from '@/lib/audit/record'
import { keepingAWayIn } from '@/lib/conditional-access/commands/guard'
import { disablePeople, lockAdministrators } from '@/lib/directory/sync/people-store'
import type { Tx } from '@/lib/platform/db'
import { fail, ok, type Result } from '@/lib/result'
import { type By, groupEvents, joinEvents, personEvents } from './events'
import type { Change, LineReason } from './model'
import type { GroupWrite } from './plan-groups'
import type { PersonWrite } from './plan-people'
import {
  deleteMemberships,
  describeGroups,
  insertGroups,
  insertMemberships,
  insertPeople,
  updatePeople,
} from './store/writes'

/** Makes what lines ask for, with its events, in the caller's transaction. What may be asked for was decided before. */

export type PersonStep = { readonly write: PersonWrite; readonly changes: readonly Change[] }

/** Answers the login names of those whose name somebody else took meanwhile. */
export async function applyPeople(
  tx: Tx,
  steps: readonly PersonStep[],
  by: By,
  groupNames: ReadonlyMap<string, string>,
): Promise<ReadonlySet<string>> {
  const writes = steps.map(({ write }) => write)
  const created = await insertPeople(
    tx,
    writes.filter(({ id }) => id === null),
    by.at,
  )
  const isMade = (write: PersonWrite) => write.id !== null || created.has(write.userPrincipalName)
  const idOf = (write: PersonWrite) => write.id ?? created.get(write.userPrincipalName) ?? ''
  await updatePeople(
    tx,
    writes.filter(({ id }) => id !== null),
    by.at,
  )
  const disabled = writes.filter(({ isDisabled }) => isDisabled).map(idOf)
  await disablePeople(tx, disabled, by.at)
  const made = steps.filter(({ write }) => isMade(write))
  await insertMemberships(
    tx,
    made.flatMap(({ write }) => write.addToGroupIds.map((groupId) => ({ groupId, userId: idOf(write) }))),
  )
  const joined = new Map<string, string[]>()
  for (const { write } of made)
    for (const groupId of write.addToGroupIds) {
      const others = joined.get(groupId)
      if (others) others.push(idOf(write))
      else joined.set(groupId, [idOf(write)])
    }
  const told = made.flatMap(({ write, changes }) => {
    const columns = changes.map(({ column }) => column)
    return personEvents(by, idOf(write), write, columns)
  })
  await recordAll(tx, [...told, ...joinEvents(by, joined, groupNames)])
  return new Set(writes.filter((write) => !isMade(write)).map(({ userPrincipalName }) => userPrincipalName))
}

export async function applyGroups(tx: Tx, writes: readonly GroupWrite[], by: By): Promise<void> {
  const fresh = writes.filter(({ id }) => id === null)
  const ids = await insertGroups(tx, fresh, by.at)
  const made = new Map(fresh.map((write, index) => [write, ids[index] ?? '']))
  const idOf = (write: GroupWrite) => write.id ?? made.get(write) ?? ''
  await describeGroups(
    tx,
    writes
      .filter(({ id, isDescribed }) => id !== null && isDescribed)
      .map((write) => ({ id: idOf(write), description: write.description })),
  )
  const pairs = (which: 'addIds' | 'removeIds') =>
    writes.flatMap((write) => write[which].map((userId) => ({ groupId: idOf(write), userId })))
  await insertMemberships(tx, pairs('addIds'))
  await deleteMemberships(tx, pairs('removeIds'))
  await recordAll(
    tx,
    writes.flatMap((write) => groupEvents(by, idOf(write), write)),
  )
}

type GuardCode = 'directory_files.no_way_in' | 'directory_files.last_administrator'

/**
 * Does `work` and takes it back when it would leave no administrator who can come in: the decision is asked, not guessed. Answers
 * why it was taken back, or null. @see SEC-253
 */
export async function applyGuarded(tx: Tx, at: Date, work: () => Promise<void>): Promise<LineReason | null> {
  const before = await lockAdministrators(tx)
  const result = await keepingAWayIn<undefined, GuardCode>(
    tx,
    at,
    async (): Promise<Result<undefined, GuardCode>> => {
      await work()
      return ok()
    },
    () => fail('refused', 'directory_files.no_way_in'),
    null,
  )
  if (!result.ok) return 'no_way_in'
  if (before.length === 0 || (await lockAdministrators(tx)).length > 0) return null
  await tx.$executeRaw`ROLLBACK TO SAVEPOINT lockout_guard`
  return 'last_administrator'
}

/** As `applyGuarded`, only to see what would come of it: nothing of the work is left. */
export async function tryGuarded(tx: Tx, at: Date, work: () => Promise<void>): Promise<LineReason | null> {
  await tx.$executeRaw`SAVEPOINT directory_files_trial`
  const refusal = await applyGuarded(tx, at, work)
  await tx.$executeRaw`ROLLBACK TO SAVEPOINT directory_files_trial`
  return refusal
}
