/**
 * Policies as files: brought in from other tenants in Graph's JSON, and handed out in the same form.
 *
 * An upload becomes a draft of rows that expires; it is judged anew each time it is looked at, by the same readers as the
 * policy form, and nothing counts until somebody imports it. The invariants: nothing imported is on, nothing is left out
 * without being named, and what is refused is named by its place in the file. What a policy means, `conditional-access`
 * says; this room only reads, asks and hands over.
 *
 * @see `70` §7, §12
 */
import type { FailureDetails } from '@/lib/result'

export const failureCodes = [
  'policy_files.not_allowed',
  'policy_files.file_missing',
  'policy_files.file_too_large',
  'policy_files.too_many_files',
  'policy_files.format_unknown',
  'policy_files.nothing_found',
  'policy_files.too_many_items',
  'policy_files.too_many_drafts',
  'policy_files.not_found',
  'policy_files.already_imported',
  'policy_files.nothing_chosen',
  'policy_files.changed_meanwhile',
  'policy_files.too_many_policies',
  'policy_files.too_many_locations',
  'policy_files.too_many_strengths',
  'policy_files.nobody',
  'policy_files.no_group',
  'policy_files.several_groups',
  'policy_files.too_many_exports',
] as const
export type PolicyFilesFailureCode = (typeof failureCodes)[number]

/** One member of an object by name, one of an array by its number. */
export type Path = readonly (string | number)[]
/** Where something stands in a text; both count from one. */
export type Place = { readonly line: number; readonly column: number }

/** Why a file, or the rest of it, cannot be read; each has its sentence in `policyFiles.trouble.…`. */
export const fileTroubles = [
  'empty',
  'too_large',
  'encoding',
  'unexpected',
  'unfinished',
  'after_end',
  'too_deep',
  'repeated_member',
  'forbidden_member',
  'lone_surrogate',
  'control_character',
  'number',
  'not_object',
  'nothing_known',
  'item_too_large',
  'not_json',
  'archive_broken',
  'archive_encrypted',
  'archive_method',
  'archive_entries',
  'archive_too_large',
  'archive_ratio',
  'archive_nested',
  'archive_checksum',
] as const
export type FileTrouble = (typeof fileTroubles)[number]

/** A file of an upload that was not read, or not to its end. */
export type Unread = {
  readonly fileName: string
  readonly trouble: FileTrouble
  readonly place: Place | null
  /** What stands there, cut short; null where nothing does. */
  readonly found: string | null
}

export const itemKinds = ['policy', 'location', 'strength', 'unknown'] as const
export type ItemKind = (typeof itemKinds)[number]

/** One object of a file, as its own text. */
export type Item = {
  readonly number: number
  readonly fileName: string
  readonly kind: ItemKind
  /** Where the object begins in its file. */
  readonly place: Place
  readonly source: string
}

/** Things that a policy names by id and that must exist here. */
export const referenceKinds = ['user', 'group', 'role', 'application', 'location', 'strength', 'termsOfUse'] as const
export type ReferenceKind = (typeof referenceKinds)[number]

export type Reference = { readonly kind: ReferenceKind; readonly value: string }

/** What an administrator decided about a reference: the id it has here, or `null` for leaving it out. */
export type ReferenceChoice = Reference & { readonly to: string | null }

/** How an item is taken; absent fields mean what the plan proposes. */
export type ItemChoice = {
  readonly number: number
  readonly isTaken: boolean
  /** Policies: evaluated and written down from the start. Never on. */
  readonly isReportOnly: boolean
  /** Locations: trusted from the start. */
  readonly isTrusted: boolean
}

export type Choices = { readonly references: readonly ReferenceChoice[]; readonly items: readonly ItemChoice[] }
export const noChoices: Choices = { references: [], items: [] }

/** Why a member was not taken over. The first group says nothing here; the second one changes what the policy means. */
export const quietReasons = ['annotation', 'readOnly', 'copy', 'empty', 'switchedOff', 'repeated', 'covered'] as const
export const loudReasons = ['unsupported', 'reference'] as const
export type LeftOutReason = (typeof quietReasons)[number] | (typeof loudReasons)[number]

/** What leaving a member out does to the policy. */
export type LeftOutEffect = 'none' | 'wider' | 'narrower' | 'nobody' | 'nothing' | 'weaker' | 'stricter' | 'unclear'

export type LeftOut = {
  /** Dotted, as Graph's documentation writes it, with the place in a list in brackets. */
  readonly member: string
  /** The value as JSON, cut short. */
  readonly value: string
  readonly reason: LeftOutReason
  readonly effect: LeftOutEffect
}

/** Why an item cannot be taken: a code of `conditional-access`, the exact member and its place in the file. */
export type Refused = {
  readonly code: string
  readonly member: string
  readonly details: FailureDetails
  readonly place: Place
}

export type Upload = {
  readonly id: string
  readonly fileName: string
  readonly state: 'open' | 'imported'
  readonly version: number
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly importedAt: Date | null
}

/** A text cut to `length` characters, whole ones. */
export function shortened(text: string, length: number): string {
  const characters = [...text.slice(0, length * 2 + 2)]
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join('')}…`
}
