import * as syntax from 'typescript/unstable/ast'

/** What counts as touching a method: writes to the rows that hold methods, their state, passwords and tokens, and to directories. */

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
/** A relation of the account through which the client can write further rows. */
const accountRelations = ['methods', 'defaultMethod', 'hardwareTokens']

const writingVerbs =
  /^(create|createMany|createManyAndReturn|update|updateMany|updateManyAndReturn|upsert|delete|deleteMany)$/

/** The writes that one node of the syntax makes by itself. */
export function touchesOf(node: syntax.Node, file: syntax.SourceFile): Touch[] {
  if (syntax.isTaggedTemplateExpression(node)) return ofStatement(node.template.getText(file))
  if (syntax.isNoSubstitutionTemplateLiteral(node) || syntax.isStringLiteral(node)) return ofStatement(node.text)
  if (syntax.isTemplateExpression(node)) return ofStatement(node.getText(file))
  if (syntax.isCallExpression(node)) return ofCall(node, file)
  return []
}

function ofStatement(text: string): Touch[] {
  const written = [...text.matchAll(/\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?)\s+"?(\w+)"?/gi)]
  return written.flatMap(([, verb = '', table = '']) => {
    if (table !== 'user') return ofTable(table)
    // Whoever deletes an account deletes its methods with it.
    if (/^(DELETE|TRUNCATE)/i.test(verb)) return [{ kind: 'method' as const, what: 'user' }]
    // Columns that are put together at run time may be any.
    return /\bSET\s*\$\{/i.test(text) ? ofAccount(() => true) : ofAccount((column) => hasWord(text, column))
  })
}

function ofCall(node: syntax.CallExpression, file: syntax.SourceFile): Touch[] {
  const verb = node.expression
  if (!syntax.isPropertyAccessExpression(verb)) return []
  const of = verb.expression
  const said = node.arguments.map((argument) => argument.getText(file)).join(' ')
  if (/^(modify|extended|add|del|modifyDN)$/.test(verb.name.text) && /connection$/i.test(of.getText(file)))
    return [{ kind: 'directory', what: 'LDAP' }]
  if (!writingVerbs.test(verb.name.text) || !syntax.isPropertyAccessExpression(of)) return []
  const model = of.name.text
  if (model !== 'user') return ofTable(snakeCase(model))
  if (/^delete/.test(verb.name.text)) return [{ kind: 'method', what: 'user' }]
  if (accountRelations.some((relation) => hasWord(said, relation))) return [{ kind: 'method', what: 'user' }]
  // Data that are not written out here may name any column.
  return /(?<![.\w])data\s*(?:,|\}|:\s*[A-Za-z(])/.test(said)
    ? ofAccount(() => true)
    : ofAccount((column) => hasWord(said, camelCase(column)))
}

function ofTable(table: string): Touch[] {
  if (methodTables.includes(table)) return [{ kind: 'method', what: table }]
  return tokenTables.includes(table) ? [{ kind: 'token', what: table }] : []
}

function ofAccount(isWritten: (column: string) => boolean): Touch[] {
  return Object.entries(accountColumns)
    .filter(([column]) => isWritten(column))
    .map(([column, kind]) => ({ kind, what: `user.${column}` }))
}

function hasWord(text: string, word: string): boolean {
  return new RegExp(`\\b${word}\\b`).test(text)
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
