import 'server-only'
import { record } from '@/lib/audit/record'
import type { Subject } from '@/lib/directory/model'
import { now } from '@/lib/platform/clock'
import { type Tx, transaction } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import { applyGroups, applyGuarded, applyPeople, type PersonStep } from './apply'
import { type By, nestingEvent } from './events'
import { groupFactsOf, type Judged, judgeGroups, judgePeople } from './judge'
import { type GroupsByName, groupNamed, type KnownGroup, refusalToChangeMembers } from './memberships'
import type { Change, GroupLine, LineReason, Outcome, PersonLine, Trouble, Verdict } from './model'
import { actorOf, end, endAsStopped, groupNamesOf } from './on-behalf'
import type { GroupWrite } from './plan-groups'
import { type HeldImport, keepHold } from './store/imports'
import { groupsNamed, groupsOfGlobalAdministrators, wouldCircle } from './store/known'
import { type KeptLine, linesToCarryOut, linesToNest, type NumberedResult, writeResults } from './store/lines'
import { insertNestings } from './store/writes'

/**
 * Carries out what was shown and confirmed. Each batch judges its lines anew with what is true now, and a line that would do
 * anything else than what was shown is left out. A process that dies leaves whole batches behind, and the next one goes on.
 */

/** Carries out one batch; false when there was nothing left, or somebody else has taken the file over. */
export async function carryOutBatch(held: HeldImport, size: number): Promise<boolean> {
  return transaction(async (tx) => {
    const at = now()
    if (!(await keepHold(tx, held, at))) return false
    const actor = await actorOf(tx, held)
    if (actor === null) return endAsStopped(tx, held, at)
    const by = { ...held.asking, at, importId: held.id }
    const results =
      held.kind === 'people'
        ? await carryOutPeople(tx, await linesToCarryOut(tx, held.id, size), actor, by)
        : await carryOutGroups(tx, await linesToCarryOut(tx, held.id, size), actor, by)
    if (results.length === 0 && held.kind === 'groups') results.push(...(await nest(tx, held, actor, by, size)))
    if (results.length > 0) {
      await writeResults(tx, held.id, results)
      return true
    }
    const done = await end(tx, held, 'done', at)
    log.info('directory_files.imported', { kind: held.kind, count: done.new + done.changed })
    return false
  })
}

async function carryOutPeople(
  tx: Tx,
  lines: readonly KeptLine<PersonLine>[],
  actor: Subject,
  by: By,
): Promise<NumberedResult[]> {
  const { judged, groups } = await judgePeople(tx, lines, actor, 'held')
  const names = groupNamesOf(groups)
  const results: NumberedResult[] = []
  const plain: (PersonStep & { readonly number: number; readonly outcome: Outcome })[] = []
  for (const { line, plan } of judged) {
    const { number } = line
    const settled = settledOf(line, plan)
    if (settled || !plan.write || !('changes' in plan)) {
      results.push({ number, result: settled ?? 'unchanged' })
      continue
    }
    const step = { number, outcome: plan.outcome, write: plan.write, changes: plan.changes }
    if (!plan.write.touchesGlobalAdministrator) plain.push(step)
    else {
      const refusal = await applyGuarded(tx, by.at, async () => {
        await applyPeople(tx, [step], by, names)
      })
      results.push({ number, result: refusal ? leftOut(refusal) : plan.outcome })
    }
  }
  const taken = await applyPeople(tx, plain, by, names)
  for (const { number, outcome, write } of plain)
    results.push({ number, result: taken.has(write.userPrincipalName) ? leftOut('changed_since') : outcome })
  return results
}

async function carryOutGroups(
  tx: Tx,
  lines: readonly KeptLine<GroupLine>[],
  actor: Subject,
  by: By,
): Promise<NumberedResult[]> {
  const results: NumberedResult[] = []
  // Lines of one group see what the ones before them made, so a batch goes on in rounds of lines of different groups.
  for (const round of roundsOf(lines)) {
    const facts = await groupFactsOf(tx, round, new Set(), 'held')
    const writes: GroupWrite[] = []
    for (const { line, plan } of judgeGroups(round, facts, actor)) {
      const { number } = line
      const settled = settledOf(line, plan)
      if (settled || plan.outcome === 'refused' || !plan.write) {
        results.push({ number, result: settled ?? 'unchanged' })
        continue
      }
      const { write, outcome } = plan
      if (!write.touchesGlobalAdministrator) {
        writes.push(write)
        results.push({ number, result: outcome })
        continue
      }
      const refusal = await applyGuarded(tx, by.at, () => applyGroups(tx, [write], by))
      results.push({ number, result: refusal ? leftOut(refusal) : outcome })
    }
    await applyGroups(tx, writes, by)
  }
  return results
}

function roundsOf(lines: readonly KeptLine<GroupLine>[]): KeptLine<GroupLine>[][] {
  const rounds: KeptLine<GroupLine>[][] = []
  const seen = new Map<string, number>()
  for (const line of lines) {
    const round = seen.get(line.says.displayName) ?? 0
    seen.set(line.says.displayName, round + 1)
    const others = rounds[round]
    if (others) others.push(line)
    else rounds.push([line])
  }
  return rounds
}

/** Puts groups into groups, after all of the file's groups are there. */
async function nest(tx: Tx, held: HeldImport, actor: Subject, by: By, size: number): Promise<NumberedResult[]> {
  const lines = await linesToNest(tx, held.id, size)
  const names = lines.flatMap(({ says }) => [says.displayName, ...(says.memberGroups ?? [])])
  const groups = await groupsNamed(tx, names)
  let guarded = lines.length > 0 ? await groupsOfGlobalAdministrators(tx) : new Set<string>()
  const results: NumberedResult[] = []
  for (const { number, says, outcome, result } of lines) {
    const tell = (said: Outcome | Trouble) => results.push({ number, isNested: true, result: said })
    const found = await membersWithin(tx, groups, says, actor)
    if ('reason' in found) {
      tell(found)
      continue
    }
    const { parent, ids } = found
    let added: string[] = []
    const work = async () => {
      added = await insertNestings(tx, parent.id, ids)
      if (added.length > 0) await record(tx, nestingEvent(by, { id: parent.id, name: parent.displayName }, added))
    }
    const isGuarded = ids.some((id) => guarded.has(id))
    const shutOut = isGuarded ? await applyGuarded(tx, by.at, work) : await work()
    // Now an administrator stands in this group, too, and in whatever it stands in.
    if (isGuarded) guarded = await groupsOfGlobalAdministrators(tx)
    if (shutOut) tell(leftOut(shutOut, 'memberGroups'))
    else tell(added.length > 0 && result === 'unchanged' ? (outcome ?? 'changed') : (result ?? 'changed'))
  }
  return results
}

/** The group and the ids of those that shall stand in it, or why that may not be. */
async function membersWithin(
  tx: Tx,
  groups: GroupsByName,
  { displayName, memberGroups = [] }: GroupLine,
  actor: Subject,
): Promise<{ readonly parent: KnownGroup; readonly ids: readonly string[] } | Trouble> {
  const trouble = (reason: LineReason, about: string): Trouble => ({ reason, column: 'memberGroups', about })
  const parent = groupNamed(groups, displayName)
  if (typeof parent === 'string') return trouble(parent, displayName)
  const refusal = refusalToChangeMembers(actor, parent, 'add')
  if (refusal) return trouble(refusal, displayName)
  const ids: string[] = []
  for (const name of memberGroups) {
    const child = groupNamed(groups, name)
    if (typeof child === 'string') return trouble(child, name)
    if (await wouldCircle(tx, parent.id, child.id)) return trouble('circle', name)
    ids.push(child.id)
  }
  return { parent, ids }
}

/** What a line comes to without anything being made: left out, or nothing to do. Null: it shall be made as it was shown. */
function settledOf(
  line: KeptLine<unknown>,
  plan: Judged<unknown, Verdict>['plan'],
): Trouble | Extract<Outcome, 'unchanged'> | null {
  if (plan.outcome === 'refused') return plan.trouble
  if (plan.outcome === 'unchanged') return 'unchanged'
  const isAsShown = plan.outcome === line.outcome && spelled(plan.changes) === spelled(line.changes)
  return isAsShown ? null : leftOut('changed_since')
}

/** Groups in groups are judged for the file as a whole and come last. */
function spelled(changes: readonly Change[]): string {
  return JSON.stringify(
    changes
      .filter(({ column }) => column !== 'memberGroups')
      .map(({ column, before, after }) => [column, before, after]),
  )
}

function leftOut(reason: LineReason, column: Trouble['column'] = null): Trouble {
  return { reason, column }
}
