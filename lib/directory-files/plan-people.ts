import type { GuestOrExternalUserType, Subject, UserType } from '@/lib/directory/model'
import { holds, refusalToActOn } from '@/lib/directory/rights'
import { type GroupsByName, groupNamed, refusalToChangeMembers } from './memberships'
import type { Change, Column, LineReason, PersonLine, Verdict } from './model'

/** Somebody who is there already. */
export type KnownPerson = {
  readonly subject: Subject
  readonly mail: string | null
  readonly businessPhone: string | null
  readonly isFromDirectory: boolean
  /** Ids of the groups the person is a direct member of. */
  readonly directGroupIds: ReadonlySet<string>
}

/** Columns of a person that a list may change, with what is stored. */
export type PersonWrite = {
  /** Null: somebody new. */
  readonly id: string | null
  readonly userPrincipalName: string
  readonly displayName: string
  readonly mail: string | null
  readonly businessPhone: string | null
  readonly userType: UserType
  readonly guestType: GuestOrExternalUserType | null
  readonly accountEnabled: boolean
  readonly addToGroupIds: readonly string[]
  readonly isDisabled: boolean
  /** The change may shut the administrators of this installation out, which is asked before it is made. */
  readonly touchesGlobalAdministrator: boolean
}

export type PersonPlan = Verdict & { readonly write?: PersonWrite }

/**
 * What a line would do to the person of its name, asked by `actor`. Whatever the line does not say stays as it is; what it says is
 * judged like every other change of somebody's account: not the own one, nobody's with a role above the actor's, and nobody's whom
 * a directory owns. A line that says what is so already is never refused.
 */
export function planPerson(
  line: PersonLine,
  known: KnownPerson | undefined,
  groups: GroupsByName,
  actor: Subject,
): PersonPlan {
  const wanted: { id: string; name: string }[] = []
  for (const name of line.groups ?? []) {
    const group = groupNamed(groups, name)
    if (typeof group === 'string') return refused(group, 'groups', name)
    if (known?.directGroupIds.has(group.id) || wanted.some(({ id }) => id === group.id)) continue
    const refusal = refusalToChangeMembers(actor, group, 'add')
    if (refusal) return refused(refusal, 'groups', group.displayName)
    wanted.push({ id: group.id, name: group.displayName })
  }
  return known ? planKnown(line, known, wanted, actor) : planNew(line, wanted)
}

type Wanted = readonly { readonly id: string; readonly name: string }[]

function planNew(line: PersonLine, wanted: Wanted): PersonPlan {
  const { userPrincipalName, displayName } = line
  if (displayName === undefined) return refused('display_name_missing', 'displayName')
  const userType = line.userType ?? 'member'
  const write: PersonWrite = {
    ...{ id: null, userPrincipalName, displayName, mail: line.mail ?? null, businessPhone: line.businessPhone ?? null },
    ...{ userType, guestType: userType === 'guest' ? (line.guestType ?? 'internalGuest') : null },
    accountEnabled: line.accountEnabled ?? true,
    addToGroupIds: wanted.map(({ id }) => id),
    ...{ isDisabled: false, touchesGlobalAdministrator: false },
  }
  const changes: Change[] = [
    ...difference('displayName', '', displayName),
    ...difference('mail', '', write.mail),
    ...difference('businessPhone', '', write.businessPhone),
    ...difference('userType', '', userType === 'guest' ? userType : ''),
    ...difference('accountEnabled', '', write.accountEnabled ? '' : 'false'),
    ...difference('groups', '', namesOf(wanted)),
  ]
  return { outcome: 'new', changes, write }
}

function planKnown(line: PersonLine, known: KnownPerson, wanted: Wanted, actor: Subject): PersonPlan {
  const { subject, mail, businessPhone } = known
  const write: PersonWrite = {
    id: subject.id,
    userPrincipalName: subject.userPrincipalName,
    displayName: line.displayName ?? subject.displayName,
    mail: line.mail === undefined ? mail : line.mail,
    businessPhone: line.businessPhone === undefined ? businessPhone : line.businessPhone,
    userType: subject.userType,
    guestType: subject.guestType,
    accountEnabled: line.accountEnabled ?? subject.accountEnabled,
    addToGroupIds: wanted.map(({ id }) => id),
    isDisabled: subject.accountEnabled && line.accountEnabled === false,
    touchesGlobalAdministrator:
      holds(subject, 'globalAdministrator') &&
      (wanted.length > 0 || (line.accountEnabled ?? subject.accountEnabled) !== subject.accountEnabled),
  }
  const isOtherType =
    (line.userType !== undefined && line.userType !== subject.userType) ||
    (line.guestType !== undefined && line.guestType !== subject.guestType)
  const changes: Change[] = [
    ...difference('displayName', subject.displayName, write.displayName),
    ...difference('mail', mail, write.mail),
    ...difference('businessPhone', businessPhone, write.businessPhone),
    ...difference('accountEnabled', String(subject.accountEnabled), String(write.accountEnabled)),
    ...difference('groups', '', namesOf(wanted)),
  ]
  if (changes.length === 0 && !isOtherType) return { outcome: 'unchanged', changes }
  if (known.isFromDirectory) return refused('from_directory', changes[0]?.column ?? 'userType')
  if (isOtherType) return refused('type_change', 'userType')
  const refusal = refusalToActOn(actor, 'users.import', subject)
  if (refusal) return refused(reasonOf(refusal), null)
  return { outcome: 'changed', changes, write }
}

/** The refusals of the rights table in the words of a line. */
export function reasonOf(refusal: NonNullable<ReturnType<typeof refusalToActOn>>): LineReason {
  const reasons = {
    'directory.forbidden': 'not_allowed',
    'directory.own_account': 'own_account',
    'directory.target_protected': 'person_protected',
  } as const
  return reasons[refusal]
}

function difference(column: Column, before: string | null, after: string | null): Change[] {
  return (before ?? '') === (after ?? '') ? [] : [{ column, before: before ?? '', after: after ?? '' }]
}

function namesOf(wanted: Wanted): string {
  return wanted
    .map(({ name }) => name)
    .sort()
    .join('; ')
}

function refused(reason: LineReason, column: Column | null, about?: string): PersonPlan {
  return { outcome: 'refused', trouble: { reason, column, ...(about !== undefined && { about }) } }
}
