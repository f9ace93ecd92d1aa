import 'server-only'
import { z } from 'zod'
import { entriesBySecurity } from '@/lib/authentication-methods/catalogue'
import { methodKindSchema } from '@/lib/authentication-methods/model'
import { loadMethodsPolicy, loadPasswordResetPolicy } from '@/lib/authentication-methods/store'
import { userTypes } from '@/lib/directory/model'
import { containsPattern } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import type { Tx } from '@/lib/platform/db'
import { Prisma } from '@/prisma/client/client'
import { type FlagsSql, flagsSql, heldColumns } from './flags-sql'
import type {
  RegistrationFilter,
  RegistrationQuery,
  RegistrationRow,
  RegistrationSort,
  RegistrationSortColumn,
  RegistrationTotals,
} from './model'

/**
 * The registrations report over everybody with an enabled account.
 *
 * Without a question about what is held, a page walks people in the order asked for and looks up each one's methods
 * until it is full. With one, all methods are read once and grouped, so the rarest answer costs no more than a common
 * one. It stands on the indexes user (display_name, id), the unique login name, authentication_method (user_id, kind,
 * slot) and group_member (user_id).
 */
export type RegistrationList = {
  readonly rows: readonly RegistrationRow[]
  /** Cursor for `after`; null on the last page. */
  readonly next: string | null
  /** Cursor for `before`; null on the first page. */
  readonly previous: string | null
}

/** One page. A cursor that is not ours, or of another order, counts as absent; `size` is held to its bounds. */
export async function findRegistrations(tx: Tx, query: RegistrationQuery, now: Date): Promise<RegistrationList> {
  const flags = await currentFlags(tx, now)
  const cursor = readCursor(query)
  const size = Math.min(Math.max(1, Math.trunc(query.page.size)), limits.page.sizeMax)
  const isBackward = cursor?.side === 'before'
  const found = await readPage(tx, flags, query, cursor, size + 1)
  const hasMore = found.length > size
  const page = found.slice(0, size)
  if (isBackward) page.reverse()
  const first = page.at(0)
  const last = page.at(-1)
  const isAfterStart = cursor !== null && (!isBackward || hasMore)
  const isBeforeEnd = isBackward || hasMore
  return {
    rows: page.map(toRow),
    previous: isAfterStart && first !== undefined ? writeCursor(query.sort, first) : null,
    next: isBeforeEnd && last !== undefined ? writeCursor(query.sort, last) : null,
  }
}

/** The numbers above the list: of everybody, whatever the list is filtered by. */
export async function countRegistrations(tx: Tx, now: Date): Promise<RegistrationTotals> {
  const flags = await currentFlags(tx, now)
  const [totals] = await tx.$queryRaw<RegistrationTotals[]>`
    SELECT count(*)::int AS "people",
      count(*) FILTER (WHERE ${flags.isMfaCapable})::int AS "isMfaCapable",
      count(*) FILTER (WHERE ${flags.isSsprCapable})::int AS "isSsprCapable",
      count(*) FILTER (WHERE ${flags.isPasswordlessCapable})::int AS "isPasswordlessCapable",
      count(*) FILTER (WHERE ${flags.hasNothing})::int AS "withoutMethods"
    FROM "user" u ${heldByEverybody(flags)} ${roleOf}
    WHERE u.account_enabled`
  if (totals === undefined) throw new Error('a count without a row')
  return totals
}

async function currentFlags(tx: Tx, now: Date): Promise<FlagsSql> {
  const methods = await loadMethodsPolicy(tx)
  const passwordReset = await loadPasswordResetPolicy(tx)
  return flagsSql(tx, { methods, passwordReset }, now)
}

const foundRowSchema = z.object({
  id: z.string(),
  userPrincipalName: z.string(),
  displayName: z.string(),
  userType: z.enum(userTypes),
  isAdministrator: z.boolean(),
  isMfaRegistered: z.boolean(),
  isMfaCapable: z.boolean(),
  isPasswordlessCapable: z.boolean(),
  isSsprEnabled: z.boolean(),
  isSsprRegistered: z.boolean(),
  isSsprCapable: z.boolean(),
  kinds: z.array(methodKindSchema),
  isPassUsable: z.boolean(),
  defaultMethodKind: methodKindSchema.nullable(),
  securityInfoChangedAt: z.date().nullable(),
  /** What the order compares, as text that the database takes back unchanged. */
  sortValue: z.string(),
})
type FoundRow = z.infer<typeof foundRowSchema>

async function readPage(
  tx: Tx,
  flags: FlagsSql,
  query: RegistrationQuery,
  cursor: Cursor | null,
  limit: number,
): Promise<FoundRow[]> {
  const { expression, type } = sortColumns[query.sort.column]
  const isDescending = (query.sort.direction === 'descending') !== (cursor?.side === 'before')
  const direction = Prisma.raw(isDescending ? 'DESC' : 'ASC')
  const conditions = conditionsOf(query.filter, flags)
  const isAboutHeld = asksWhatIsHeld(query.filter)
  if (cursor !== null)
    conditions.push(
      Prisma.sql`(${expression}, u.id) ${Prisma.raw(isDescending ? '<' : '>')} (${cursor.value}::${type}, ${cursor.id}::uuid)`,
    )
  const matching = Prisma.sql`
    SELECT u.id, u.user_principal_name, u.display_name, u.user_type, u.security_info_changed_at, u.default_method_id,
      ${expression} AS sort_key, role.is_administrator,
      ${flags.isMfaRegistered} AS mfa_registered, ${flags.isMfaCapable} AS mfa_capable,
      ${flags.isPasswordlessCapable} AS passwordless_capable, ${flags.isSsprEnabled} AS sspr_enabled,
      ${flags.isSsprRegistered} AS sspr_registered, ${flags.isSsprCapable} AS sspr_capable,
      ${flags.hasKind('temporaryAccessPass')} AS pass_usable
    FROM "user" u ${isAboutHeld ? heldByEverybody(flags) : heldByEach(flags)} ${roleOf}
    WHERE ${Prisma.join(conditions, ' AND ')}`
  // Materialized and without a limit inside, the database joins whole sets instead of hoping that the page fills early.
  const source = isAboutHeld
    ? Prisma.sql`MATERIALIZED (${matching})`
    : Prisma.sql`(${matching} ORDER BY ${expression} ${direction}, u.id ${direction} LIMIT ${limit})`
  const rows = await tx.$queryRaw<unknown[]>`
    WITH matching AS ${source}
    SELECT id::text AS "id", user_principal_name AS "userPrincipalName", display_name AS "displayName",
      user_type AS "userType", security_info_changed_at AS "securityInfoChangedAt",
      is_administrator AS "isAdministrator", mfa_registered AS "isMfaRegistered", mfa_capable AS "isMfaCapable",
      passwordless_capable AS "isPasswordlessCapable", sspr_enabled AS "isSsprEnabled",
      sspr_registered AS "isSsprRegistered", sspr_capable AS "isSsprCapable", pass_usable AS "isPassUsable",
      ARRAY(SELECT m.kind FROM authentication_method m WHERE m.user_id = matching.id) AS "kinds",
      (SELECT m.kind FROM authentication_method m WHERE m.id = matching.default_method_id) AS "defaultMethodKind",
      sort_key::text AS "sortValue"
    FROM matching ORDER BY sort_key ${direction}, id ${direction} LIMIT ${limit}`
  return rows.map((row) => foundRowSchema.parse(row))
}

/**
 * One pass over all methods: right for totals, and for filters that may have to look at everybody before a page is
 * full. `OFFSET 0` keeps the database from computing the bit once for each use.
 */
function heldByEverybody(flags: FlagsSql): Prisma.Sql {
  return Prisma.sql`LEFT JOIN (
      SELECT user_id, ${heldColumns} FROM (
        SELECT m.user_id, ${flags.methodColumns} FROM authentication_method m OFFSET 0
      ) method GROUP BY user_id
    ) own ON own.user_id = u.id
    CROSS JOIN LATERAL (SELECT coalesce(own.registered, 0) AS registered, coalesce(own.usable, 0) AS usable) held`
}

/** One look-up a person: right where the page fills with the first people in order. */
function heldByEach(flags: FlagsSql): Prisma.Sql {
  return Prisma.sql`CROSS JOIN LATERAL (
      SELECT ${heldColumns} FROM (
        SELECT ${flags.methodColumns} FROM authentication_method m WHERE m.user_id = u.id
      ) method
    ) held`
}

const roleOf = Prisma.sql`CROSS JOIN LATERAL (
    SELECT u.id IN (SELECT user_id FROM role_assignment) AS is_administrator) role`

function asksWhatIsHeld(filter: RegistrationFilter): boolean {
  const { isMfaCapable, isSsprCapable, isPasswordlessCapable, method } = filter
  return [isMfaCapable, isSsprCapable, isPasswordlessCapable, method].some((part) => part !== undefined)
}

function conditionsOf(filter: RegistrationFilter, flags: FlagsSql): Prisma.Sql[] {
  const conditions = [Prisma.sql`u.account_enabled`]
  const ask = (wanted: boolean | undefined, flag: Prisma.Sql) => {
    if (wanted !== undefined) conditions.push(wanted ? flag : Prisma.sql`NOT ${flag}`)
  }
  if (filter.search !== undefined && filter.search.trim() !== '') {
    const pattern = containsPattern(filter.search)
    conditions.push(Prisma.sql`(lower(u.display_name) LIKE ${pattern} OR u.user_principal_name LIKE ${pattern})`)
  }
  ask(filter.isMfaCapable, flags.isMfaCapable)
  ask(filter.isSsprCapable, flags.isSsprCapable)
  ask(filter.isPasswordlessCapable, flags.isPasswordlessCapable)
  ask(filter.isAdministrator, Prisma.sql`role.is_administrator`)
  if (filter.method !== undefined)
    conditions.push(filter.method === 'none' ? flags.hasNothing : flags.hasKind(filter.method))
  return conditions
}

/** Instants are compared as milliseconds, which is all their column holds; never changed stands before every date. */
const sortColumns: Record<RegistrationSortColumn, { readonly expression: Prisma.Sql; readonly type: Prisma.Sql }> = {
  displayName: { expression: Prisma.sql`u.display_name`, type: Prisma.sql`text` },
  userPrincipalName: { expression: Prisma.sql`u.user_principal_name`, type: Prisma.sql`text` },
  securityInfoChangedAt: {
    expression: Prisma.sql`coalesce((extract(epoch FROM u.security_info_changed_at) * 1000)::bigint, -1)`,
    type: Prisma.sql`bigint`,
  },
}

function toRow(found: FoundRow): RegistrationRow {
  const { kinds, isPassUsable, sortValue: _, ...row } = found
  const methods = entriesBySecurity
    .map(({ kind }) => ({ kind, count: kinds.filter((held) => held === kind).length }))
    .filter(({ kind, count }) => count > 0 && (kind !== 'temporaryAccessPass' || isPassUsable))
  return { ...row, methods }
}

type Cursor = { readonly side: 'after' | 'before'; readonly value: string; readonly id: string }

/** Column, direction, value and id of the row: a cursor of one order says nothing about another. */
const cursorSchema = z.tuple([z.string(), z.string(), z.string().max(1024), z.uuid()])
const instantShape = /^-?\d{1,15}$/

function writeCursor(sort: RegistrationSort, row: FoundRow): string {
  const parts: z.infer<typeof cursorSchema> = [sort.column, sort.direction, row.sortValue, row.id]
  return Buffer.from(JSON.stringify(parts), 'utf8').toString('base64url')
}

function readCursor({ sort, page }: RegistrationQuery): Cursor | null {
  const side = page.after !== undefined ? 'after' : 'before'
  const text = page.after ?? page.before
  if (text === undefined) return null
  const parsed = cursorSchema.safeParse(parseJson(Buffer.from(text, 'base64url').toString('utf8')))
  if (!parsed.success) return null
  const [column, direction, value, id] = parsed.data
  if (column !== sort.column || direction !== sort.direction) return null
  // Anybody can write a cursor: what the database would refuse to read is refused here.
  if (value.includes('\u0000') || (column === 'securityInfoChangedAt' && !instantShape.test(value))) return null
  return { side, value, id }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
