/**
 * What counts as touching a method: writes to the rows that hold methods, their state, passwords and tokens, and to
 * directories. How a write is recognised is in `writes.ts`.
 */

export const touchKinds = ['method', 'use', 'demand', 'password', 'token', 'directory'] as const
export type TouchKind = (typeof touchKinds)[number]

/** One place in the code that writes. `what`: the table, or the account's columns, in the words of the database. */
export type Touch = { readonly kind: TouchKind; readonly what: string }

export const touchWords: Readonly<Record<TouchKind, string>> = {
  method: 'register, change or remove a method',
  use: 'use a method: a code once, counters, pauses',
  demand: 'what somebody must register',
  password: 'set a password',
  token: 'the inventory of hardware tokens',
  directory: 'a password or a lock in a directory',
}

export const methodTables = [
  ...['authentication_method', 'passkey', 'software_oath', 'phone', 'email', 'temporary_access_pass'],
  ...['recovery_code', 'security_answer'],
]
export const tokenTables = ['hardware_oath_token']
/** Columns of the account, and the names the client has for them. */
const accountColumns: Readonly<Record<string, TouchKind>> = {
  password_hash: 'password',
  password_renewed_at: 'password',
  temporary_password_ends_at: 'password',
  default_method_id: 'method',
  default_method_mode: 'method',
  must_reregister_since: 'demand',
  per_user_mfa_state: 'demand',
}
/** The client's names for what leads from one row to another, and the table there: through each a write can go on. */
export const relations: Readonly<Record<string, string>> = {
  methods: 'authentication_method',
  method: 'authentication_method',
  defaultMethod: 'authentication_method',
  passkey: 'passkey',
  softwareOath: 'software_oath',
  phone: 'phone',
  email: 'email',
  temporaryAccessPass: 'temporary_access_pass',
  recoveryCodes: 'recovery_code',
  securityAnswers: 'security_answer',
  hardwareTokens: 'hardware_oath_token',
  hardwareOathToken: 'hardware_oath_token',
  user: 'user',
  users: 'user',
  createdBy: 'user',
  assignedTo: 'user',
  defaultOf: 'user',
}

/** A write to a whole table; to the account it may be to any column, and through it to what hangs on it. */
export function ofTable(table: string): Touch[] {
  if (table === 'user') return [{ kind: 'method', what: 'user' }, ...ofAccount(() => true)]
  if (methodTables.includes(table)) return [{ kind: 'method', what: table }]
  return tokenTables.includes(table) ? [{ kind: 'token', what: table }] : []
}

/** A write whose table is not written out. */
export function ofAnyTable(): Touch[] {
  return touchKinds.filter((kind) => kind !== 'directory').map((kind) => ({ kind, what: 'any table' }))
}

/** `isWritten` is asked with the name of a column in the database. */
export function ofAccount(isWritten: (column: string) => boolean): Touch[] {
  return Object.entries(accountColumns)
    .filter(([column]) => isWritten(column))
    .map(([column, kind]) => ({ kind, what: `user.${column}` }))
}
