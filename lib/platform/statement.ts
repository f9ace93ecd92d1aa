import 'server-only'
import { createHash } from 'node:crypto'
import pg from 'pg'
import { limits } from '@/lib/limits'
import { Prisma } from '@/prisma/client/client'

/**
 * Plain SQL on its way to PostgreSQL: tagged templates become statements with parameters, planned once a connection.
 * Nothing of a value ever becomes text of a statement.
 */
export type RawQuery = TemplateStringsArray | Prisma.Sql

/** The statement of a template, as the driver takes it. A nested `Prisma.sql` becomes part of it. */
export function statementOf(query: RawQuery, values: readonly unknown[]): pg.QueryConfig {
  if (isSql(query)) return configOf(query.text, query.values)
  if (values.some(isSql)) {
    const sql = Prisma.sql(query, ...values)
    return configOf(sql.text, sql.values)
  }
  let text = texts.get(query)
  if (text === undefined) {
    text = query.reduce((before, part, index) => `${before}$${index}${part}`)
    texts.set(query, text)
  }
  return configOf(text, values)
}

/** By what it has and not by its class, of which a process may load two copies. */
function isSql(value: unknown): value is Prisma.Sql {
  return typeof value === 'object' && value !== null && 'strings' in value && 'text' in value && 'values' in value
}

/** The texts of templates that hold values only: the same template always gives the same. */
const texts = new WeakMap<TemplateStringsArray, string>()

function configOf(text: string, values: readonly unknown[]): pg.QueryConfig {
  return { name: statementName(text), text, values: [...values], types }
}

const statementNames = new Map<string, string>()

/**
 * A statement with this in it is planned at each use. For small ones over tables that fill within seconds: a plan that was
 * made while nothing was there reads the whole table until the database looks at it again, a minute later.
 */
export const plannedAtEachUse = Prisma.raw('/* planned at each use */')

/**
 * A named statement is planned once a connection and not at each use: that is half of the database's work. Not for
 * `SELECT *`, whose plan a later column breaks, and not without end: statements with long lists come in many lengths.
 */
export function statementName(sql: string): string {
  const known = statementNames.get(sql)
  if (known !== undefined) return known
  const isFixed = !sql.includes(plannedAtEachUse.sql) && !/(SELECT|,|\.)\s*\*/i.test(sql)
  if (!isFixed || statementNames.size >= limits.database.preparedStatementsMax) return ''
  // Made of the text: a process loads this file twice, and both send their statements over the same connections.
  const name = createHash('sha256').update(sql).digest('base64url').slice(0, 22)
  statementNames.set(sql, name)
  return name
}

/** Values as the database client of the models reads them: 64-bit integers are `bigint`, everything else is the driver's. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 && format !== 'binary'
      ? BigInt
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
}
