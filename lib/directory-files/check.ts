import 'server-only'
import type { Subject } from '@/lib/directory/model'
import { now } from '@/lib/platform/clock'
import { type Tx, transaction } from '@/lib/platform/db'
import { applyGroups, applyPeople, tryGuarded } from './apply'
import type { By } from './events'
import { groupFactsOf, judgeGroups, judgePeople } from './judge'
import type { GroupLine, PersonLine, Verdict } from './model'
import { judgeNestings } from './nestings'
import { actorOf, endAsStopped, groupNamesOf } from './on-behalf'
import { countFound, type HeldImport, keepHold, markReady } from './store/imports'
import { allNestings, groupsNamed } from './store/known'
import {
  appendChanges,
  goodGroupLines,
  linesToCheck,
  type NumberedVerdict,
  namesComing,
  writeVerdicts,
} from './store/lines'

/** The dry run: works out what each line would do and keeps that beside it. Nothing of the directory changes. */

/** Checks one batch; false when there was nothing left, or somebody else has taken the file over. */
export async function checkBatch(held: HeldImport, size: number): Promise<boolean> {
  return transaction(async (tx) => {
    const at = now()
    if (!(await keepHold(tx, held, at))) return false
    const actor = await actorOf(tx, held)
    if (actor === null) return endAsStopped(tx, held, at)
    const by = { ...held.asking, at, importId: held.id }
    const verdicts =
      held.kind === 'people'
        ? await checkPeople(tx, held, actor, by, size)
        : await checkGroups(tx, held, actor, by, size)
    if (verdicts.length > 0) {
      await writeVerdicts(tx, held.id, verdicts)
      return true
    }
    if (held.kind === 'groups') await checkNestings(tx, held, actor)
    await markReady(tx, held, await countFound(tx, held.id))
    return false
  })
}

async function checkPeople(
  tx: Tx,
  held: HeldImport,
  actor: Subject,
  by: By,
  size: number,
): Promise<readonly NumberedVerdict[]> {
  const lines = await linesToCheck<PersonLine>(tx, held.id, size)
  const { judged, groups } = await judgePeople(tx, lines, actor, 'free')
  const verdicts: NumberedVerdict[] = []
  for (const { line, plan } of judged) {
    const { number } = line
    const { write, ...verdict } = plan
    if (!write?.touchesGlobalAdministrator || !('changes' in verdict)) {
      verdicts.push({ number, verdict })
      continue
    }
    const step = { write, changes: verdict.changes }
    const refusal = await tryGuarded(tx, by.at, async () => {
      await applyPeople(tx, [step], by, groupNamesOf(groups))
    })
    verdicts.push({ number, verdict: refusal ? leftOut(refusal) : verdict })
  }
  return verdicts
}

async function checkGroups(
  tx: Tx,
  held: HeldImport,
  actor: Subject,
  by: By,
  size: number,
): Promise<readonly NumberedVerdict[]> {
  const lines = await linesToCheck<GroupLine>(tx, held.id, size)
  const names = lines.map(({ says }) => says.displayName)
  const facts = await groupFactsOf(tx, lines, await namesComing(tx, held.id, names), 'free')
  const verdicts: NumberedVerdict[] = []
  for (const { line, plan } of judgeGroups(lines, facts, actor)) {
    const { number } = line
    const { write, ...verdict } = plan
    const refusal = write?.touchesGlobalAdministrator
      ? await tryGuarded(tx, by.at, () => applyGroups(tx, [write], by))
      : null
    verdicts.push({ number, verdict: refusal ? leftOut(refusal) : verdict })
  }
  return verdicts
}

async function checkNestings(tx: Tx, held: HeldImport, actor: Subject): Promise<void> {
  const kept = await goodGroupLines(tx, held.id)
  const lines = kept.map(({ number, says, outcome }) => ({ number, says, makesGroup: outcome === 'new' }))
  const nesting = lines.filter(({ says }) => (says.memberGroups ?? []).length > 0)
  if (nesting.length === 0) return
  const names = [
    ...lines.map(({ says }) => says.displayName),
    ...nesting.flatMap(({ says }) => says.memberGroups ?? []),
  ]
  const facts = { groups: await groupsNamed(tx, names), nestings: await allNestings(tx) }
  const { refused, added } = judgeNestings(lines, facts, actor)
  await writeVerdicts(
    tx,
    held.id,
    [...refused].map(([number, trouble]) => ({ number, verdict: { outcome: 'refused', trouble } })),
  )
  const makes = new Set(lines.filter(({ makesGroup }) => makesGroup).map(({ number }) => number))
  await appendChanges(
    tx,
    held.id,
    [...added].map(([number, change]) => ({ number, change, outcome: makes.has(number) ? 'new' : 'changed' })),
  )
}

function leftOut(reason: NonNullable<Awaited<ReturnType<typeof tryGuarded>>>): Verdict {
  return { outcome: 'refused', trouble: { reason, column: null } }
}
