import type { Subject } from '@/lib/directory/model'
import { holds, refusalToActOn } from '@/lib/directory/rights'
import { type GroupsByName, groupNamed, type KnownGroup, refusalToChangeMembers } from './memberships'
import type { Change, Column, GroupLine, LineReason, Verdict } from './model'
import { reasonOf } from './plan-people'

/** Who is named as a member. */
export type KnownMember = { readonly subject: Subject }

export type GroupFacts = {
  readonly groups: GroupsByName
  /** People by login name. */
  readonly people: ReadonlyMap<string, KnownMember>
  /** Who is a direct member of which group now: `group id` and `user id` with a space between. */
  readonly memberships: ReadonlySet<string>
  /** Names of groups that earlier lines of the file make. */
  readonly coming: ReadonlySet<string>
}

export type GroupWrite = {
  /** Null: a new group. */
  readonly id: string | null
  readonly displayName: string
  readonly description: string | null
  readonly isDescribed: boolean
  readonly addIds: readonly string[]
  readonly removeIds: readonly string[]
  readonly touchesGlobalAdministrator: boolean
}

export type GroupPlan = Verdict & { readonly write?: GroupWrite }

/**
 * What a line would do to the group of its name and to its members, asked by `actor`; which groups stand in it is judged for the
 * file as a whole (`judgeNestings`). A line that says what is so already is never refused.
 */
export function planGroup(line: GroupLine, facts: GroupFacts, actor: Subject): GroupPlan {
  const found = groupNamed(facts.groups, line.displayName)
  if (found === 'group_ambiguous') return refused('group_ambiguous', 'displayName', line.displayName)
  const known = typeof found === 'string' ? null : found
  const isComing = known === null && facts.coming.has(line.displayName)
  const added = membersOf(line.members, 'members', known, facts)
  if ('trouble' in added) return { outcome: 'refused', trouble: added.trouble }
  const removed = membersOf(line.membersToRemove, 'membersToRemove', known, facts)
  if ('trouble' in removed) return { outcome: 'refused', trouble: removed.trouble }
  const isDescribed = line.description !== undefined && line.description !== (known?.description ?? null)
  const changes: Change[] = [
    ...(isDescribed && !isComing
      ? [{ column: 'description' as const, before: known?.description ?? '', after: line.description ?? '' }]
      : []),
    ...change('members', added.people),
    ...change('membersToRemove', removed.people),
  ]
  const isNew = known === null && !isComing
  if (changes.length === 0 && !isNew) return { outcome: 'unchanged', changes }
  const refusal = refusalOf(actor, known, { isDescribed, added: added.people, removed: removed.people })
  if (refusal) return refusal
  const write: GroupWrite = {
    id: known?.id ?? null,
    displayName: line.displayName,
    description: line.description ?? null,
    isDescribed,
    addIds: added.people.map(({ subject }) => subject.id),
    removeIds: removed.people.map(({ subject }) => subject.id),
    touchesGlobalAdministrator: [...added.people, ...removed.people].some(({ subject }) =>
      holds(subject, 'globalAdministrator'),
    ),
  }
  return { outcome: isNew ? 'new' : 'changed', changes, write }
}

type Members =
  | { readonly people: readonly KnownMember[] }
  | { readonly trouble: Extract<Verdict, { outcome: 'refused' }>['trouble'] }

/** Those of the named people for whom something changes. */
function membersOf(
  names: readonly string[] | undefined,
  column: 'members' | 'membersToRemove',
  group: KnownGroup | null,
  { people, memberships }: GroupFacts,
): Members {
  const changing: KnownMember[] = []
  for (const name of names ?? []) {
    const person = people.get(name)
    if (person === undefined) return { trouble: { reason: 'unknown_person', column, about: name } }
    const isMember = group !== null && memberships.has(`${group.id} ${person.subject.id}`)
    if (isMember !== (column === 'members')) changing.push(person)
  }
  return { people: changing }
}

function refusalOf(
  actor: Subject,
  known: KnownGroup | null,
  what: {
    readonly isDescribed: boolean
    readonly added: readonly KnownMember[]
    readonly removed: readonly KnownMember[]
  },
): GroupPlan | null {
  if (known?.isFromDirectory) return refused('group_from_directory', null)
  if (known?.isProtected) return refused('group_protected', null)
  for (const [column, how, people] of [
    ['members', 'add', what.added],
    ['membersToRemove', 'remove', what.removed],
  ] as const) {
    const refusal = known && people.length > 0 ? refusalToChangeMembers(actor, known, how) : null
    if (refusal) return refused(refusal, column)
    for (const { subject } of people) {
      const protectedBy = refusalToActOn(actor, 'groups.import', subject)
      if (protectedBy) return refused(reasonOf(protectedBy), column, subject.userPrincipalName)
    }
  }
  return null
}

function change(column: Column, people: readonly KnownMember[]): Change[] {
  if (people.length === 0) return []
  const names = people.map(({ subject }) => subject.userPrincipalName).sort()
  return [{ column, before: '', after: names.join('; ') }]
}

function refused(reason: LineReason, column: Column | null, about?: string): GroupPlan {
  return { outcome: 'refused', trouble: { reason, column, ...(about !== undefined && { about }) } }
}
