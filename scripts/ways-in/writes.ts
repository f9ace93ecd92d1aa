import * as syntax from 'typescript/unstable/ast'
import { ofAccount, ofAnyTable, ofTable, relations, type Touch } from './touches'

/**
 * The writes that one node of the syntax makes by itself. What is not written out counts as everything it may be: a table
 * that is put in at run time as any table, columns that are spread or put in as any column.
 */
export function touchesOf(node: syntax.Node, file: syntax.SourceFile): Touch[] {
  if (syntax.isStringLiteral(node) || syntax.isNoSubstitutionTemplateLiteral(node))
    return ofStatement(syntax.isBinaryExpression(node.parent) ? node.text + hole : node.text)
  if (syntax.isTemplateExpression(node))
    return ofStatement(
      [node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join(hole),
    )
  if (syntax.isPropertyAccessExpression(node) || syntax.isElementAccessExpression(node)) return ofMember(node, file)
  if (syntax.isBindingElement(node)) return ofTaking(node, file)
  if (syntax.isPropertyAssignment(node)) return ofNested(node)
  return []
}

/** Stands in a statement for what is put in at run time. */
const hole = '\0'
const comments = /--[^\n]*|\/\*[\s\S]*?\*\//g
const tableName = '(?:"?\\w+"?\\s*\\.\\s*)?(?:"?\\w+"?|\\0)'
const writing = new RegExp(
  `\\b(INSERT\\s+INTO|MERGE\\s+INTO|UPDATE|DELETE\\s+FROM|TRUNCATE(?:\\s+TABLE)?)\\s+(?:ONLY\\s+)?(${tableName}(?:\\s*,\\s*${tableName})*)`,
  'gi',
)

function ofStatement(said: string): Touch[] {
  const text = said.replace(comments, ' ')
  const written = [...text.matchAll(writing)]
  // A part of a statement, put in where a value stands.
  if (written.length === 0) return ofAccount((column) => new RegExp(`(^|,)\\s*"?${column}"?\\s*=`).test(text))
  return written.flatMap(([, verb = '', tables = '']) =>
    tables.split(',').flatMap((named) => {
      const table = named.replace(/^.*\./s, '').replace(/["\s]/g, '')
      if (table === hole) return ofAnyTable()
      if (table !== 'user' || /^MERGE/i.test(verb)) return ofTable(table)
      if (/^(DELETE|TRUNCATE)/i.test(verb)) return ofDeletedAccount
      return ofAccount((column) => hasOpenColumns(text) || hasWord(text, column))
    }),
  )
}

/** Whoever deletes an account deletes its methods with it. */
const ofDeletedAccount: Touch[] = [{ kind: 'method', what: 'user' }]

/** Whether something is put in where a column is named, and not only where a value stands. */
function hasOpenColumns(text: string): boolean {
  let flat = text
  for (let before = ''; before !== flat; ) {
    before = flat
    flat = flat.replace(/\([^()]*\)|\[[^[\]]*\]/g, ' ')
  }
  return (
    /\bSET\b(.*,)?\s*\0/is.test(flat) ||
    /\bSET\s*\([^)]*\0/i.test(text) ||
    /\bINTO\s+(?:"?\w+"?\s*\.\s*)?"?user"?\s*(?:\([^)]*\0|(?!["\s]*\())/i.test(text)
  )
}

const writingVerbs =
  /^(create|createMany|createManyAndReturn|update|updateMany|updateManyAndReturn|upsert|delete|deleteMany)$/
/** The client alone has these; maps and hashes have the others too. */
const clientVerbs = /^(create|update|delete)Many|^upsert$/
const nestedVerbs =
  /^(create|createMany|connect|connectOrCreate|update|updateMany|upsert|delete|deleteMany|set|disconnect)$/
/** A structure test holds that the client has no other names. */
const clientNames = /(^|\.)(tx|client|db\(\))$/

type Member = syntax.PropertyAccessExpression | syntax.ElementAccessExpression

function ofMember(node: Member, file: syntax.SourceFile): Touch[] {
  const name = memberName(node)
  if (isClient(node.expression, file)) {
    if (name === null) return ofAnyTable()
    // Handed on whole, or asked for a verb that is not written out: whoever has it may write.
    return isMember(node.parent) && node.parent.expression === node && memberName(node.parent) !== null
      ? []
      : ofTable(snakeCase(name))
  }
  const call = syntax.isCallExpression(node.parent) && node.parent.expression === node ? node.parent : null
  if (name === null) return []
  if (call && isOfDirectory(name, node.expression.getText(file))) return [{ kind: 'directory', what: 'LDAP' }]
  if (!writingVerbs.test(name)) return []
  const given = call?.arguments[0]
  const model = modelName(node.expression)
  const table = model === null ? '' : snakeCase(model)
  if (table === 'user') return ofAccountWrite(name, given)
  const touches = ofTable(table)
  if (touches.length > 0) return touches
  // A model of another table by its name, or something of which nobody can tell what it stands for.
  const isNamed = isMember(node.expression) && model !== null
  if (isNamed) return given ? ofRelations(given) : []
  return clientVerbs.test(name) || (given && isForClient(given)) ? ofAnyTable() : []
}

function isOfDirectory(verb: string, of: string): boolean {
  return /^(modify|extended|add|del|modifyDN)$/.test(verb) && /connection$/i.test(of)
}

function ofAccountWrite(verb: string, given: syntax.Node | undefined): Touch[] {
  if (verb.startsWith('delete')) return ofDeletedAccount
  const written = given ? dataOf(given)?.map(fieldsOf) : undefined
  if (!written?.every((fields) => fields !== null)) return ofTable('user')
  const names = written.flat().map(({ name }) => name)
  const further = names.flatMap((name) => ofTable(relations[name] ?? ''))
  return [...further, ...ofAccount((column) => names.some((name) => snakeCase(name) === column))]
}

/** Relations in the data of another table that do not say what becomes of the row there. */
function ofRelations(given: syntax.Node): Touch[] {
  const fields = dataOf(given)?.flatMap((data) => fieldsOf(data) ?? []) ?? []
  return fields.flatMap(({ name, value }) => {
    const table = relations[name]
    return table === undefined || (value && fieldsOf(value) !== null) ? [] : ofTable(table)
  })
}

/** `user: { update: … }`, wherever it is written: the client goes on from one row to the next. */
function ofNested(node: syntax.PropertyAssignment): Touch[] {
  const name = keyName(node.name)
  const table = name === null ? undefined : relations[name]
  if (table === undefined) return []
  const verbs = (fieldsOf(node.initializer) ?? []).map((field) => field.name).filter((verb) => nestedVerbs.test(verb))
  // Which account a row belongs to is a column of that row.
  const isOwnColumn = table === 'user' && name !== 'defaultOf' && verbs.every((verb) => /^(dis)?connect$/.test(verb))
  return verbs.length === 0 || isOwnColumn ? [] : ofTable(table)
}

/** `const { passkey } = tx`. */
function ofTaking(node: syntax.BindingElement, file: syntax.SourceFile): Touch[] {
  const taken = node.parent.parent
  if (!('initializer' in taken) || !taken.initializer || !isClient(taken.initializer as syntax.Node, file)) return []
  const taking = node.propertyName ?? node.name
  const name = taking && !node.dotDotDotToken ? keyName(taking) : null
  return name === null ? ofAnyTable() : ofTable(snakeCase(name))
}

/** What an argument of the client says to write; null where it is not written out. */
function dataOf(given: syntax.Node): syntax.Node[] | null {
  const fields = fieldsOf(given)
  const data = fields?.filter(({ name }) => /^(data|create|update)$/.test(name)) ?? []
  return fields === null || data.some(({ value }) => value === null) ? null : data.flatMap(({ value }) => value ?? [])
}

function isForClient(given: syntax.Node): boolean {
  return fieldsOf(given)?.some(({ name }) => /^(where|data)$/.test(name)) ?? false
}

/** A field of an object; `value` is null where only its name stands there. */
type Field = { readonly name: string; readonly value: syntax.Node | null }

/** The fields of an object, of all objects of a list, and of each object that a condition may choose; null where one is not written out. */
function fieldsOf(node: syntax.Node): Field[] | null {
  if (syntax.isParenthesizedExpression(node) || syntax.isAsExpression(node) || syntax.isSatisfiesExpression(node))
    return fieldsOf(node.expression)
  if (syntax.isConditionalExpression(node)) return allOf([node.whenTrue, node.whenFalse].map(fieldsOf))
  if (syntax.isArrayLiteralExpression(node)) return allOf(node.elements.map(fieldsOf))
  if (!syntax.isObjectLiteralExpression(node)) return null
  return allOf(
    node.properties.map((property) => {
      if (syntax.isSpreadAssignment(property)) return fieldsOf(property.expression)
      const name = property.name ? keyName(property.name) : null
      if (name === null) return null
      return [{ name, value: syntax.isPropertyAssignment(property) ? property.initializer : null }]
    }),
  )
}

function allOf(parts: readonly (Field[] | null)[]): Field[] | null {
  return parts.every((part) => part !== null) ? parts.flat() : null
}

function isMember(node: syntax.Node): node is Member {
  return syntax.isPropertyAccessExpression(node) || syntax.isElementAccessExpression(node)
}

/** `tx.passkey` and `tx['passkey']`; null where the name is put in at run time. */
function memberName(node: Member): string | null {
  if (syntax.isPropertyAccessExpression(node)) return node.name.text
  return literalText(node.argumentExpression)
}

function modelName(node: syntax.Node): string | null {
  if (syntax.isParenthesizedExpression(node) || syntax.isNonNullExpression(node)) return modelName(node.expression)
  if (isMember(node)) return memberName(node)
  return syntax.isIdentifier(node) ? node.text : null
}

function keyName(name: syntax.Node): string | null {
  if (syntax.isIdentifier(name)) return name.text
  return literalText(syntax.isComputedPropertyName(name) ? name.expression : name)
}

function literalText(node: syntax.Node | undefined): string | null {
  return node && (syntax.isStringLiteral(node) || syntax.isNoSubstitutionTemplateLiteral(node)) ? node.text : null
}

function isClient(node: syntax.Node, file: syntax.SourceFile): boolean {
  return clientNames.test(node.getText(file))
}

function hasWord(text: string, word: string): boolean {
  return new RegExp(`\\b${word}\\b`).test(text)
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
