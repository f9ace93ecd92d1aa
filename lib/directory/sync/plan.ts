import type { Issue, PersonFacts } from './model'

/**
 * What becomes of the people of a directory: created, changed, or left as they are with a reason.
 *
 * Who an entry is, its id says. A login name that somebody else has is a conflict and is told: an account is never taken
 * over by its name, or whoever may name an entry in the directory could become anybody here. Disabling is decided by
 * itself (`disabling.ts`), because it depends on everybody at once.
 */

export type SeenPerson = {
  readonly entryId: string
  readonly distinguishedName: string
  readonly facts: PersonFacts
}

/** A person here whom an entry of this directory is. */
export type LinkedPerson = {
  readonly id: string
  readonly entryId: string
  readonly userPrincipalName: string
  readonly displayName: string
  readonly mail: string | null
  readonly businessPhone: string | null
  readonly language: string | null
  readonly accountEnabled: boolean
  readonly distinguishedName: string | null
}

/** Who has a login name now; the rest is known of people of this directory only. */
export type NameHolder = {
  readonly home: 'here' | 'thisDirectory' | 'otherDirectory'
  readonly entryId: string | null
  /** The name that their own entry now says; null when the entry is gone. */
  readonly wantsName: string | null
  readonly accountEnabled: boolean
}

export type PersonChange = {
  readonly id: string
  readonly entryId: string
  readonly userPrincipalName: string
  readonly displayName: string
  readonly mail: string | null
  readonly businessPhone: string | null
  readonly language: string | null
  readonly distinguishedName: string
  /** Whether the account becomes usable again. */
  readonly isEnabledAgain: boolean
  readonly before: { readonly userPrincipalName: string; readonly displayName: string }
}

export type PeoplePlan = {
  readonly create: readonly SeenPerson[]
  readonly change: readonly PersonChange[]
  /** Entries whose facts hold already. */
  readonly same: readonly string[]
  /** Entries that wait for a name which its holder is about to give up, with the holder's entry. */
  readonly wait: ReadonlyMap<string, string>
  /** Entries of people who are gone and disabled, and whose names somebody else now has: they lose the name. */
  readonly release: readonly string[]
  readonly issues: readonly Issue[]
}

/**
 * Plans for these entries. `linked` by entry id and `holders` by login name, both as the rows say now; `namesTwice` are
 * login names that several entries of the whole directory claim.
 */
export function planPeople(
  seen: readonly SeenPerson[],
  linked: ReadonlyMap<string, LinkedPerson>,
  holders: ReadonlyMap<string, NameHolder>,
  namesTwice: ReadonlySet<string>,
): PeoplePlan {
  const create: SeenPerson[] = []
  const change: PersonChange[] = []
  const same: string[] = []
  const wait = new Map<string, string>()
  const release: string[] = []
  const issues: Issue[] = []
  for (const person of seen) {
    const present = linked.get(person.entryId)
    const holder = holders.get(person.facts.userPrincipalName)
    const refusal = refusalOf(person, present, holder, namesTwice)
    if (refusal === 'wait') wait.set(person.entryId, holder?.entryId ?? '')
    else if (refusal === 'release') {
      release.push(holder?.entryId ?? '')
      wait.set(person.entryId, holder?.entryId ?? '')
    } else if (refusal !== null) issues.push(issueOf(person, refusal))
    else if (present === undefined) create.push(person)
    else {
      const changed = changeOf(person, present)
      if (changed === null) same.push(person.entryId)
      else change.push(changed)
    }
  }
  return { create, change, same, wait, release, issues }
}

function refusalOf(
  { entryId, facts }: SeenPerson,
  present: LinkedPerson | undefined,
  holder: NameHolder | undefined,
  namesTwice: ReadonlySet<string>,
): Issue['reason'] | 'wait' | 'release' | null {
  if (present?.userPrincipalName === facts.userPrincipalName) return null
  // Of several that claim a name the one keeps it that has it already; without one, nobody can tell whose it is.
  if (namesTwice.has(facts.userPrincipalName)) return 'name_twice'
  if (holder === undefined) return null
  if (holder.home === 'here') return 'name_taken_here'
  if (holder.home === 'otherDirectory') return 'name_taken_in_other_directory'
  if (holder.entryId === entryId) return null
  // An entry that was made anew is somebody else, even under the name of one that is gone.
  if (holder.wantsName === null) return holder.accountEnabled ? 'name_of_somebody_gone' : 'release'
  // The holder's own entry has another name now, so this one will be free.
  return holder.wantsName === facts.userPrincipalName ? 'name_twice' : 'wait'
}

function issueOf({ entryId, distinguishedName, facts }: SeenPerson, reason: Issue['reason']): Issue {
  return { reason, entryId, name: facts.userPrincipalName, distinguishedName }
}

/** Null when nothing differs. An account that is disabled there is not disabled here: that is another decision. */
function changeOf({ entryId, distinguishedName, facts }: SeenPerson, present: LinkedPerson): PersonChange | null {
  const isEnabledAgain = facts.isEnabled && !present.accountEnabled
  const isSame =
    !isEnabledAgain &&
    present.userPrincipalName === facts.userPrincipalName &&
    present.displayName === facts.displayName &&
    present.mail === facts.mail &&
    present.businessPhone === facts.businessPhone &&
    present.language === facts.language &&
    present.distinguishedName === distinguishedName
  if (isSame) return null
  const { userPrincipalName, displayName, mail, businessPhone, language } = facts
  return {
    id: present.id,
    entryId,
    ...{ userPrincipalName, displayName, mail, businessPhone, language, distinguishedName, isEnabledAgain },
    before: { userPrincipalName: present.userPrincipalName, displayName: present.displayName },
  }
}

/** Of each circle of entries that wait for each other's names one: once its name is parked, the others can go on. */
export function onePerCircle(wait: ReadonlyMap<string, string>): string[] {
  const done = new Set<string>()
  const found: string[] = []
  for (const start of wait.keys()) {
    const path = new Set<string>()
    let at: string | undefined = start
    while (at !== undefined && !done.has(at) && !path.has(at)) {
      path.add(at)
      at = wait.get(at)
    }
    if (at !== undefined && path.has(at)) found.push(at)
    for (const one of path) done.add(one)
  }
  return found
}
