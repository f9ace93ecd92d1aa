/**
 * Lists of people and groups as CSV files: in, after somebody has seen what that would do, and out.
 *
 * This room makes and changes local accounts and groups. It never touches what a directory owns, a role, a password or a
 * method: mail and phone of a list are contacts and nothing else. Its invariants: nothing happens before it was shown and
 * confirmed; a line does what was shown for it or nothing; each line stands by itself; a list that comes again changes nothing.
 *
 * @see SEC-068, SEC-253, SEC-280, SEC-283
 */
import type { AuditActor, AuditOrigin } from '@/lib/audit/model'
import type { GuestOrExternalUserType, UserType } from '@/lib/directory/model'

export const fileKinds = ['people', 'groups'] as const
export type FileKind = (typeof fileKinds)[number]

/** What a line says of a person; absent: the file has no such column, and it stays as it is. */
export type PersonLine = {
  /** In the one form in which login names are stored. */
  readonly userPrincipalName: string
  readonly displayName?: string
  readonly mail?: string | null
  readonly businessPhone?: string | null
  readonly userType?: UserType
  readonly guestType?: GuestOrExternalUserType
  readonly accountEnabled?: boolean
  /** Names or ids of local groups that the person shall be in. Others are kept. */
  readonly groups?: readonly string[]
}

/** What a line says of a group, which may have further lines with further members. */
export type GroupLine = {
  readonly displayName: string
  readonly description?: string | null
  /** Login names. Others stay members. */
  readonly members?: readonly string[]
  readonly membersToRemove?: readonly string[]
  /** Names or ids of groups whose members shall be members of this one. */
  readonly memberGroups?: readonly string[]
}

export const personColumns = [
  'userPrincipalName',
  'displayName',
  'mail',
  'businessPhone',
  'userType',
  'guestType',
  'accountEnabled',
  'groups',
] as const
export const groupColumns = ['displayName', 'description', 'members', 'membersToRemove', 'memberGroups'] as const
export type Column = (typeof personColumns)[number] | (typeof groupColumns)[number]

/** Why a line is left out; each has its sentence in `directoryFiles.line.…`. */
export const lineReasons = [
  'quote',
  'too_long',
  'column_count',
  'bad_characters',
  'user_name_missing',
  'user_name_invalid',
  'duplicate',
  'display_name_missing',
  'display_name_invalid',
  'mail_invalid',
  'phone_invalid',
  'user_type_invalid',
  'guest_type_invalid',
  'enabled_invalid',
  'description_invalid',
  'description_differs',
  'type_change',
  'from_directory',
  'own_account',
  'person_protected',
  'unknown_group',
  'group_ambiguous',
  'group_from_directory',
  'group_protected',
  'group_in_policy',
  'unknown_person',
  'member_twice',
  'circle',
  'group_refused',
  'last_administrator',
  'no_way_in',
  'changed_since',
  'not_allowed',
] as const
export type LineReason = (typeof lineReasons)[number]

/** What is wrong with a line, and where; no column: with the line as a whole. `about`: the name that the sentence is about. */
export type Trouble = { readonly reason: LineReason; readonly column: Column | null; readonly about?: string }

/** One thing that a line changes, in words for people. Empty `before`: it is new. */
export type Change = { readonly column: Column; readonly before: string; readonly after: string }

export const outcomes = ['new', 'changed', 'unchanged', 'refused'] as const
export type Outcome = (typeof outcomes)[number]

/** What a line would do, or why it is left out. */
export type Verdict =
  | { readonly outcome: 'new' | 'changed' | 'unchanged'; readonly changes: readonly Change[] }
  | { readonly outcome: 'refused'; readonly trouble: Trouble }

/** A line as it was read, ready to be kept: what it says, or what is wrong with it. */
export type ReadLine = {
  /** Where it begins in the file. */
  readonly line: number
  /** The login name or the group's name as written, for people. */
  readonly key: string
} & ({ readonly says: PersonLine | GroupLine } | { readonly trouble: Trouble })

/** Why nothing of a file can be read. */
export type FileTrouble = 'file_empty' | 'file_encoding' | 'file_header' | 'file_column_twice' | 'file_too_many_lines'

/**
 * `checking`: what it would do is worked out. `ready`: somebody may look and confirm. `importing`; `done`; `stopped`: whoever
 * confirmed it may no longer do that.
 */
export const importStates = ['checking', 'ready', 'importing', 'done', 'stopped'] as const
export type ImportState = (typeof importStates)[number]

export type Counts = Readonly<Record<Outcome, number>>

/** A file as pages show it. */
export type DirectoryImport = {
  readonly id: string
  readonly kind: FileKind
  readonly fileName: string
  readonly state: ImportState
  readonly linesTotal: number
  /** Lines that were checked, or once confirmed carried out. */
  readonly linesDone: number
  /** What the check found. */
  readonly found: Counts
  /** What was done; null before it is confirmed. */
  readonly done: Counts | null
  /** Names of columns that are not used here. */
  readonly unusedColumns: readonly string[]
  readonly createdById: string | null
  readonly createdAt: Date
  readonly endedAt: Date | null
}

/** Who asks, from where: kept with a confirmed file, because the job works on their behalf. */
export type Asking = { readonly actor: AuditActor; readonly origin: AuditOrigin }

export const failureCodes = [
  'directory_files.not_allowed',
  'directory_files.file_missing',
  'directory_files.file_too_large',
  'directory_files.file_kind',
  'directory_files.file_empty',
  'directory_files.file_encoding',
  'directory_files.file_header',
  'directory_files.file_column_twice',
  'directory_files.file_too_many_lines',
  'directory_files.too_many_waiting',
  'directory_files.not_found',
  'directory_files.not_ready',
  'directory_files.nothing_to_do',
] as const
export type DirectoryFilesFailureCode = (typeof failureCodes)[number]

/** The right that a file of this kind needs. */
export function rightOf(kind: FileKind): 'users.import' | 'groups.import' {
  return kind === 'people' ? 'users.import' : 'groups.import'
}

/** The name of the file of what was left out. */
export function failuresFileName(fileName: string): string {
  return `Failures_${fileName.replace(/\.[^.]*$/, '')}.csv`
}
