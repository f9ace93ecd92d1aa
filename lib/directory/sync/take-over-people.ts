import 'server-only'
import type { AuditEvent } from '@/lib/audit/model'
import { recordAll } from '@/lib/audit/record'
import type { By } from '@/lib/directory/commands'
import { now } from '@/lib/platform/clock'
import { db, type Tx, transaction } from '@/lib/platform/db'
import { isHeld, lastAdministrators } from './disabling'
import { doGuarded, type KeepsAWayIn, type Within } from './guarded'
import { markApplied } from './mirror-store'
import type { Issue } from './model'
import {
  type countLeavers,
  disablePeople,
  entriesToTakeOver,
  insertPeople,
  type Leaver,
  linkedPeople,
  listAdministrators,
  lockAdministrators,
  lockLeavers,
  markHeldPeople,
  nameHolders,
  namesTwice,
  parkName,
  updatePeople,
} from './people-store'
import { onePerCircle, type PeoplePlan, type PersonChange, planPeople, type SeenPerson } from './plan'
import { addIssues, moveRunOn, type StartedRun } from './run-store'

/** Takes over what was read of people, in short transactions. Each stands by itself: a run that ends in between is gone on with by the next. */

const batch = 500
const noId = '00000000-0000-0000-0000-000000000000'

/** Disables whoever is gone or disabled in the directory, unless these are more than a run may disable on its own. */
export async function disableLeavers(
  run: StartedRun,
  count: Awaited<ReturnType<typeof countLeavers>>,
  thresholdPercent: number,
  by: Omit<By, 'at'>,
  { check, keepsAWayIn }: Within,
): Promise<void> {
  if (count.going === 0) return
  if (isHeld({ ...count, percent: thresholdPercent })) {
    await transaction(async (tx) => {
      await moveRunOn(tx, run, now(), { heldPeople: count.going })
      await markHeldPeople(tx, run)
    })
    return
  }
  // Never more than were counted, whatever happens to the rows meanwhile.
  for (let after = noId, left = count.going; left > 0; ) {
    check()
    const taken = await transaction(async (tx) => {
      const at = now()
      await moveRunOn(tx, run, at)
      const administrators = await lockAdministrators(tx)
      const leavers = await lockLeavers(tx, run, after, Math.min(batch, left))
      const kept = new Set(lastAdministrators(new Set(leavers.map(({ id }) => id)), administrators))
      const mayGo = leavers.filter(({ id }) => !kept.has(id))
      const disable = (some: readonly Leaver[]) =>
        disablePeople(
          tx,
          some.map(({ id }) => id),
          at,
        )
      const isAdministrator = ({ id }: Leaver) => administrators.includes(id)
      await disable(mayGo.filter((one) => !isAdministrator(one)))
      const needed = await doGuarded(tx, at, mayGo.filter(isAdministrator), keepsAWayIn, disable)
      const going = mayGo.filter((one) => !needed.has(one))
      await recordAll(
        tx,
        going.map(({ id, userPrincipalName }) => changed(by, at, 'disabled', id, userPrincipalName)),
      )
      await addIssues(
        tx,
        run,
        leavers
          .filter((one) => !going.includes(one))
          .map(({ id, entryId, userPrincipalName, distinguishedName }): Issue => {
            const reason = kept.has(id) ? 'last_administrator' : 'no_way_in'
            return { reason, entryId, name: userPrincipalName, distinguishedName }
          }),
      )
      await moveRunOn(tx, run, at, { disabled: going.length })
      return leavers
    })
    const last = taken.at(-1)
    if (last === undefined) return
    after = last.id
    left -= taken.length
  }
}

/**
 * Creates and changes people until nothing more can be done. Somebody whose name is still another's waits for a further
 * round; where some wait for each other in a circle, one name is parked.
 */
export async function takeOverPeople(
  run: StartedRun,
  by: Omit<By, 'at'>,
  { check, keepsAWayIn }: Within,
): Promise<void> {
  // Mostly nobody changed, and then it does not matter who shares a name.
  if ((await entriesToTakeOver(db(), run, '', 1)).length === 0) return
  const twice = await namesTwice(db(), run)
  const told = new Set<string>()
  for (;;) {
    const waiting = new Map<string, string>()
    let progress = 0
    for (let after = ''; ; ) {
      check()
      const done = await transaction((tx) => takeOverBatch(tx, run, by, { after, twice, told, keepsAWayIn }))
      if (done === null) break
      for (const [one, other] of done.waiting) waiting.set(one, other)
      progress += done.progress
      after = done.after
    }
    if (waiting.size === 0) return
    if (progress > 0) continue
    const parked = onePerCircle(waiting)
    if (parked.length === 0) return tellWaiting(run, waiting, told)
    await transaction(async (tx) => {
      await moveRunOn(tx, run, now())
      for (const entryId of parked) await parkName(tx, run, waiting.get(entryId) ?? entryId)
    })
  }
}

type Round = {
  readonly after: string
  readonly twice: ReadonlySet<string>
  readonly told: Set<string>
  readonly keepsAWayIn: KeepsAWayIn
}

async function takeOverBatch(tx: Tx, run: StartedRun, by: Omit<By, 'at'>, { after, twice, told, keepsAWayIn }: Round) {
  const seen = await entriesToTakeOver(tx, run, after, batch)
  const last = seen.at(-1)
  if (last === undefined) return null
  const at = now()
  // Before anything is read that the plan rests on, so that two processes do not plan the same.
  await moveRunOn(tx, run, at)
  const linked = await linkedPeople(
    tx,
    run,
    seen.map(({ entryId }) => entryId),
  )
  const holders = await nameHolders(
    tx,
    run,
    seen.map(({ facts }) => facts.userPrincipalName),
  )
  const plan = planPeople(seen, linked, holders, twice)
  const created = await insertPeople(tx, run, plan.create, at)
  const administrators = plan.change.length === 0 ? [] : await listAdministrators(tx)
  const isAdministrator = ({ id }: PersonChange) => administrators.includes(id)
  const update = (some: readonly PersonChange[]) => updatePeople(tx, run, some, at)
  await update(plan.change.filter((one) => !isAdministrator(one)))
  const guarded = plan.change.filter(isAdministrator)
  // In the order in which others lock: first the people, then what the decisions rest on.
  if (guarded.length > 0) await lockAdministrators(tx)
  const refused = await doGuarded(tx, at, guarded, keepsAWayIn, update)
  const change = plan.change.filter((one) => !refused.has(one))
  const events = [...eventsOf({ ...plan, change }, created, by, at)]
  for (const entryId of plan.release) {
    const parked = await parkName(tx, run, entryId)
    if (parked)
      events.push({
        ...changed(by, at, 'name_released', parked.id, parked.before),
        after: { userPrincipalName: parked.after },
      })
  }
  await recordAll(tx, events)
  await markApplied(tx, run, [...created.keys(), ...change.map(({ entryId }) => entryId), ...plan.same])
  const notMade = [...refused].map(({ entryId, userPrincipalName: name, distinguishedName }): Issue => {
    return { reason: 'no_way_in', entryId, name, distinguishedName }
  })
  const issues = [...plan.issues, ...notMade].filter(({ entryId }) => !told.has(entryId))
  await addIssues(tx, run, issues)
  await moveRunOn(tx, run, at, { created: created.size, updated: change.length })
  for (const { entryId } of issues) told.add(entryId)
  const progress = created.size + change.length + plan.release.length
  return { after: last.entryId, waiting: plan.wait, progress }
}

/** What waits for a name whose holder can't give it up, because something is in the holder's way. */
async function tellWaiting(run: StartedRun, waiting: ReadonlyMap<string, string>, told: ReadonlySet<string>) {
  const ids = [...waiting.keys()].filter((id) => !told.has(id))
  await transaction(async (tx) => {
    await moveRunOn(tx, run, now())
    const people: SeenPerson[] = []
    for (let after = ''; ; ) {
      const some = await entriesToTakeOver(tx, run, after, batch)
      people.push(...some.filter(({ entryId }) => ids.includes(entryId)))
      const last = some.at(-1)
      if (last === undefined) break
      after = last.entryId
    }
    await addIssues(
      tx,
      run,
      people.map(({ entryId, distinguishedName, facts }): Issue => {
        return { reason: 'name_twice', entryId, name: facts.userPrincipalName, distinguishedName }
      }),
    )
  })
}

function* eventsOf(
  plan: PeoplePlan,
  created: ReadonlyMap<string, string>,
  by: Omit<By, 'at'>,
  at: Date,
): Generator<AuditEvent> {
  for (const { entryId, facts } of plan.create) {
    const id = created.get(entryId)
    if (id === undefined) continue
    const { userPrincipalName, displayName, isEnabled } = facts
    yield {
      ...{ activity: 'userCreated', at, outcome: 'success', reason: 'synchronised', ...by },
      target: { kind: 'user', id, name: userPrincipalName },
      after: { userPrincipalName, displayName, accountEnabled: isEnabled },
    }
  }
  for (const change of plan.change) {
    const reason = change.isEnabledAgain ? 'enabled' : 'synchronised'
    yield { ...changed(by, at, reason, change.id, change.userPrincipalName), ...difference(change) }
  }
}

function difference({ before, userPrincipalName, displayName }: PersonChange) {
  const isRenamed = before.userPrincipalName !== userPrincipalName || before.displayName !== displayName
  return isRenamed ? { before, after: { userPrincipalName, displayName } } : {}
}

function changed(by: Omit<By, 'at'>, at: Date, reason: string, id: string, name: string): AuditEvent {
  return { activity: 'userUpdated', at, outcome: 'success', reason, ...by, target: { kind: 'user', id, name } }
}
