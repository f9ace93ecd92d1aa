import 'server-only'
import type { Subject } from '@/lib/directory/model'
import type { Tx } from '@/lib/platform/db'
import type { GroupsByName } from './memberships'
import type { GroupLine, PersonLine } from './model'
import { type GroupFacts, type GroupPlan, planGroup } from './plan-groups'
import { type PersonPlan, planPerson } from './plan-people'
import { groupsNamed, membershipsOf, peopleNamed } from './store/known'
import type { KeptLine } from './store/lines'

/** Loads what the lines at hand name and asks the rules about each: for showing it, and again where it is made. */

export type Judged<Line, Plan> = { readonly line: KeptLine<Line>; readonly plan: Plan }

export async function judgePeople(
  tx: Tx,
  lines: readonly KeptLine<PersonLine>[],
  actor: Subject,
  lock: 'held' | 'free',
): Promise<{ readonly judged: readonly Judged<PersonLine, PersonPlan>[]; readonly groups: GroupsByName }> {
  const people = await peopleNamed(
    tx,
    lines.map(({ says }) => says.userPrincipalName),
    lock,
  )
  const groups = await groupsNamed(
    tx,
    lines.flatMap(({ says }) => says.groups ?? []),
  )
  const judged = lines.map((line) => {
    return { line, plan: planPerson(line.says, people.get(line.says.userPrincipalName), groups, actor) }
  })
  return { judged, groups }
}

export async function groupFactsOf(
  tx: Tx,
  lines: readonly KeptLine<GroupLine>[],
  coming: ReadonlySet<string>,
  lock: 'held' | 'free',
): Promise<GroupFacts> {
  const names = new Set(lines.flatMap(({ says }) => [...(says.members ?? []), ...(says.membersToRemove ?? [])]))
  const people = await peopleNamed(tx, [...names], lock)
  const groups = await groupsNamed(
    tx,
    lines.map(({ says }) => says.displayName),
  )
  const memberships = await membershipsOf(
    tx,
    [...groups.values()].flat().map(({ id }) => id),
    [...people.values()].map(({ subject }) => subject.id),
  )
  return { groups, people, memberships, coming }
}

/** Lines one after the other, because an earlier one may make the group that a later one adds to. */
export function judgeGroups(
  lines: readonly KeptLine<GroupLine>[],
  facts: GroupFacts,
  actor: Subject,
): readonly Judged<GroupLine, GroupPlan>[] {
  const coming = new Set(facts.coming)
  return lines.map((line) => {
    const plan = planGroup(line.says, { ...facts, coming }, actor)
    if (plan.outcome === 'new') coming.add(line.says.displayName)
    return { line, plan }
  })
}
