/**
 * The inventory of hardware OATH tokens: which the organisation owns, who holds which, and the files they came from.
 *
 * A token is available, assigned to a person, or activated. Activated means that a method row stands beside it, and only
 * security-info makes or removes one; this room imports tokens and reads them. Its invariants: a serial number exists
 * once, no secret is kept or shown in clear, and a line of a file is imported at most once, however often it is read.
 *
 * @see Graph hardwareOathTokenAuthenticationMethodDevice; RFC 6238, RFC 6030
 */
export type TokenStatus = 'available' | 'assigned' | 'activated'
export type OathHash = 'SHA1' | 'SHA256'

/** A good line of a file. */
export type TokenInput = {
  /** Lower case; null where nobody is named. */
  readonly userPrincipalName: string | null
  /** Upper case, without spaces. */
  readonly serialNumber: string
  /** The shared secret as bytes; sealed before it is stored. */
  readonly secret: Uint8Array
  readonly algorithm: OathHash
  readonly periodSeconds: 30 | 60
  readonly manufacturer: string
  readonly model: string
}

/** Why one line of a file was left out; each has its sentence in `tokens.line.…`. */
export const lineReasons = [
  'column_count',
  'quote',
  'line_too_long',
  'bad_characters',
  'bad_user_name',
  'bad_serial',
  'bad_key',
  'key_too_short',
  'bad_interval',
  'bad_text',
  'no_serial',
  'not_totp',
  'digits',
  'hash',
  'encryption',
  'mac_missing',
  'mac_mismatch',
  'several_keys',
  'duplicate_in_file',
  'already_there',
  'unknown_user',
  'guest',
  'not_allowed',
] as const
export type LineReason = (typeof lineReasons)[number]

/** Why nothing of a file is imported from here on; each has its sentence in `tokens.file.…`. */
export const fileReasons = [
  'empty',
  'header',
  'not_xml',
  'doctype',
  'not_pskc',
  'too_deep',
  'password_needed',
  'password_wrong',
  'key_derivation',
  'not_allowed',
] as const
export type FileReason = (typeof fileReasons)[number]

/** One line of a CSV file, or one key package of a PSKC file by the line it begins on. */
export type TokenRecord =
  | { readonly line: number; readonly token: TokenInput }
  | {
      readonly line: number
      readonly reason: LineReason
      /** As written, for the list of failures; never the key. */
      readonly userPrincipalName: string
      readonly serialNumber: string
    }

/** What a piece of a file held. After a refusal nothing more is read. */
export type ReadPiece = {
  readonly records: readonly TokenRecord[]
  readonly refusal: { readonly reason: FileReason; readonly line: number } | null
}

/** Reads a file piece by piece, so that its length costs no memory. */
export type TokenReader = {
  push(text: string): ReadPiece
  end(): ReadPiece
}

export const fileFormats = ['csv', 'pskc'] as const
export type FileFormat = (typeof fileFormats)[number]

/** A token as the inventory shows it. */
export type Token = {
  readonly id: string
  readonly serialNumber: string
  readonly manufacturer: string
  readonly model: string
  readonly algorithm: OathHash
  readonly periodSeconds: number
  readonly status: TokenStatus
  readonly methodId: string | null
  readonly assignedTo: { readonly id: string; readonly displayName: string; readonly userPrincipalName: string } | null
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

export type TokenQuery = {
  /** Part of a serial number, or of the name of whoever has it. */
  readonly search?: string
  readonly status?: TokenStatus
  /** The last serial number of the page before. */
  readonly after?: string
}

/** What a code is compared with; never leaves the server. */
export type TokenSecret = {
  readonly id: string
  readonly serialNumber: string
  readonly secretSealed: string
  readonly algorithm: OathHash
  readonly periodSeconds: number
  readonly driftSteps: number
  readonly lastStep: bigint
  readonly assignedToId: string | null
  readonly methodId: string | null
}

export type Upload = {
  readonly id: string
  readonly fileName: string
  readonly state: 'waiting' | 'running' | 'done' | 'refused'
  readonly bytesTotal: number
  readonly bytesRead: number
  readonly recordsRead: number
  readonly imported: number
  readonly failed: number
  readonly refusal: { readonly reason: FileReason; readonly line: number } | null
  readonly createdAt: Date
  readonly endedAt: Date | null
}

export type UploadFailure = {
  readonly record: number
  readonly line: number
  readonly reason: LineReason
  readonly userPrincipalName: string
  readonly serialNumber: string
}

/** `Failures_<uploaded file name>.csv`, whatever kind of file was uploaded. @see `10` §8 */
export function failuresFileName(fileName: string): string {
  return `Failures_${fileName.replace(/\.[a-z]+$/i, '')}.csv`
}

export type HardwareOathFailureCode =
  | 'hardware_oath.not_allowed'
  | 'hardware_oath.file_missing'
  | 'hardware_oath.file_too_large'
  | 'hardware_oath.format_unknown'
  | 'hardware_oath.not_found'
  | 'hardware_oath.not_free'
  | 'hardware_oath.still_assigned'
  | 'hardware_oath.nobody'
  | 'hardware_oath.guest'
  | 'hardware_oath.serial_unknown'
  | 'hardware_oath.too_many_tries'
  | 'hardware_oath.code_mismatch'
  | 'hardware_oath.limit_reached'
  | 'hardware_oath.policy'
