/**
 * Bringing here who is in a directory: people, groups, and who stands in which.
 *
 * The directory says what it owns (names, contacts, whether an account is enabled, members); methods, roles and policies
 * are decided here and never come from it. Its invariants: an entry is who its id says and never who its name says; an
 * account that lives elsewhere is never taken over; a run that did not read everything takes nothing away; and none takes
 * away more than the share that the connector allows.
 *
 * @see SEC-253, SEC-271
 */

/** What a directory says of a person, already judged: texts that may not be shown or stored were left out. */
export type PersonFacts = {
  readonly userPrincipalName: string
  readonly displayName: string
  readonly mail: string | null
  readonly businessPhone: string | null
  /** A BCP 47 tag in lower case: what the directory says, which is not what the person chose here. */
  readonly language: string | null
  readonly isEnabled: boolean
  /** Of Active Directory: the group that the account names as its primary one, which does not list it as a member. */
  readonly primaryGroupSid: string | null
}

export type GroupFacts = {
  readonly displayName: string
  readonly description: string | null
  /** Of Active Directory. */
  readonly sid: string | null
  /** Tells lists of members apart. */
  readonly membersHash: string
  /** The same of the list as the directory wrote it: of equal texts nothing more need be understood. */
  readonly membersText: string
}

/** Why one entry could not be taken over; each has its sentence in `directories.issue.…`. */
export const issueReasons = [
  'name_missing',
  'name_invalid',
  'display_name_invalid',
  'name_taken_here',
  'name_taken_in_other_directory',
  'name_twice',
  'name_of_somebody_gone',
  'entry_id_missing',
  'last_administrator',
  'no_way_in',
] as const
export type IssueReason = (typeof issueReasons)[number]

export type Issue = {
  readonly reason: IssueReason
  readonly entryId: string
  readonly name: string
  readonly distinguishedName: string
}

/** Why a run did not reach its end; each has its sentence in `directories.failed.…`. */
export const syncFailures = [
  'unreachable',
  'not_trusted',
  'credentials_refused',
  'base_not_found',
  'search_refused',
  'nobody_found',
  'interrupted',
  'connector_changed',
  'unexpected',
] as const
export type SyncFailure = (typeof syncFailures)[number]

export const runStates = ['running', 'done', 'held', 'failed'] as const
export type RunState = (typeof runStates)[number]

/** One run as pages show it. */
export type SyncRun = {
  readonly id: string
  readonly connectorId: string
  readonly state: RunState
  readonly trigger: 'schedule' | 'administrator'
  readonly startedAt: Date
  readonly endedAt: Date | null
  readonly phase: 'reading' | 'people' | 'groups'
  readonly entriesRead: number
  readonly created: number
  readonly updated: number
  readonly disabled: number
  readonly groupsChanged: number
  readonly membersAdded: number
  readonly membersRemoved: number
  readonly issues: number
  readonly heldPeople: number
  readonly heldGroups: number
  readonly heldMembers: number
  readonly failureReason: SyncFailure | null
}

/** An entry as it came over the wire: its name, and its attributes by lower-case name. */
export type RawEntry = {
  readonly distinguishedName: string
  readonly values: ReadonlyMap<string, readonly Uint8Array[]>
}
