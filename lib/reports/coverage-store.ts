import 'server-only'
import { z } from 'zod'
import { catalogue } from '@/lib/authentication-methods/catalogue'
import { type MethodKind, methodKindSchema, methodKinds } from '@/lib/authentication-methods/model'
import { configurationNames, type MethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { loadMethodsPolicy, loadPasswordResetPolicy } from '@/lib/authentication-methods/store'
import type { PolicySet } from '@/lib/conditional-access/compile'
import { registerSecurityInformation } from '@/lib/conditional-access/model'
import { guestOrExternalUserTypeSchema, type Subject, userTypes } from '@/lib/directory/model'
import { limits } from '@/lib/limits'
import { secondsFrom } from '@/lib/platform/clock'
import type { Tx } from '@/lib/platform/db'
import { instantText } from '@/lib/platform/instant'
import { isUuid } from '@/lib/platform/uuid'
import type { AffectedPerson } from '@/lib/policy-changes/model'
import { Prisma } from '@/prisma/client/client'
import { flagsSql } from './flags-sql'

/**
 * Everybody with an enabled account, in groups of people whom no policy can tell apart: the same kind of account, the
 * same of the groups, roles and homes that policies name. There are as many as policies make, not as there are people,
 * and every question about them is asked once.
 */
export type PeopleGroup = {
  /** The same for the same people while the policies name the same things; no secret. */
  readonly key: string
  readonly subject: Subject
  readonly count: number
  /** What they have and may use now; empty unless asked for. */
  readonly usableKinds: readonly MethodKind[]
  readonly hasBusinessPhone: boolean
}

export type Names = {
  readonly groups: readonly string[]
  readonly roles: readonly string[]
  readonly users: readonly string[]
  readonly tenants: readonly string[]
}

/** What policies name of people; `methods`: also what the methods policy does. */
export function namesIn(set: PolicySet, methods?: MethodsPolicy): Names {
  const matchers = set.policies.flatMap(({ users }) => (users ? [users.include, users.exclude] : []))
  const targets = methods
    ? configurationNames.flatMap((name) => {
        const { includeTargets, excludeTargets } = methods.methods[name]
        return [...includeTargets, ...excludeTargets].map(({ id }) => id)
      })
    : []
  const distinct = (ids: readonly string[]) => [...new Set(ids)].filter(isUuid).sort()
  return {
    groups: distinct([...matchers.flatMap(({ groups }) => [...groups]), ...targets]),
    roles: distinct(matchers.flatMap(({ roles }) => [...roles])),
    users: distinct(matchers.flatMap(({ users }) => [...users])),
    tenants: [
      ...new Set(
        matchers.flatMap(({ guests }) =>
          guests?.externalTenants?.membershipKind === 'enumerated' ? guests.externalTenants.members : [],
        ),
      ),
    ].sort(),
  }
}

/** The groups of people, the largest first; at most `limits.coverage.groupsMax`. */
export async function findPeopleGroups(
  tx: Tx,
  names: Names,
  methods: MethodsPolicy | null,
  now: Date,
): Promise<{ readonly groups: readonly PeopleGroup[]; readonly isCut: boolean }> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT person.key, min(person.id::text) AS id, person.user_type AS "userType", person.guest_type AS "guestType",
      person.home AS "homeTenantId", person.groups, person.roles, person.kinds, person.has_phone AS "hasBusinessPhone",
      bool_or(person.has_role) AS "hasRole", count(*)::int AS count
    FROM (${await everybodySql(tx, names, methods, now)}) person
    GROUP BY person.key, person.user_type, person.guest_type, person.home, person.groups, person.roles, person.kinds,
      person.has_phone
    ORDER BY count(*) DESC, person.key LIMIT ${limits.coverage.groupsMax + 1}`
  const groups = rows.slice(0, limits.coverage.groupsMax).map((row) => toGroup(groupSchema.parse(row)))
  return { groups, isCut: rows.length > limits.coverage.groupsMax }
}

/** Requests to register of the last days, by who asked from which address; the most frequent first. */
export async function findRequests(
  tx: Tx,
  names: Names,
  now: Date,
): Promise<readonly { readonly key: string; readonly address: string | null; readonly count: number }[]> {
  const since = instantText(secondsFrom(now, -limits.retentionDays * 86_400))
  return tx.$queryRaw`
    WITH asked AS (
      SELECT user_id, client_address, count(*)::int AS times FROM sign_in_log
      WHERE target = ${Prisma.raw(`'${registerSecurityInformation}'`)} AND at >= ${since}::timestamptz
        AND user_id IS NOT NULL
      GROUP BY user_id, client_address
    )
    SELECT person.key, asked.client_address AS address, sum(asked.times)::int AS count
    FROM (${await everybodySql(tx, names, null, now)}) person JOIN asked ON asked.user_id = person.id
    GROUP BY person.key, asked.client_address ORDER BY 3 DESC, 1, 2 LIMIT ${limits.coverage.requestsMax}`
}

/** The people in these groups, by name, from the one after `after` (a person's id) on. */
export async function findPeopleIn(
  tx: Tx,
  names: Names,
  methods: MethodsPolicy,
  now: Date,
  list: { readonly keys: readonly string[]; readonly after: string | null; readonly size: number },
): Promise<{ readonly people: readonly (AffectedPerson & { readonly key: string })[]; readonly next: string | null }> {
  if (list.keys.length === 0) return { people: [], next: null }
  const start =
    list.after !== null && isUuid(list.after)
      ? Prisma.sql`AND (person.display_name, person.id) > (SELECT display_name, id FROM "user" WHERE id = ${list.after}::uuid)`
      : Prisma.empty
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT person.id::text AS id, person.display_name AS "displayName", person.key,
      person.user_principal_name AS "userPrincipalName", person.has_role AS "isAdministrator",
      ARRAY(SELECT DISTINCT m.kind FROM authentication_method m WHERE m.user_id = person.id ORDER BY m.kind) AS methods
    FROM (${await everybodySql(tx, names, methods, now)}) person
    WHERE person.key = ANY(${[...list.keys]}::text[]) ${start}
    ORDER BY person.display_name, person.id LIMIT ${list.size + 1}`
  const found = rows.map((row) => personSchema.parse(row))
  const people = found.slice(0, list.size)
  return { people, next: found.length > list.size ? (people.at(-1)?.id ?? null) : null }
}

/** One row a person: their group's key, and what it is made from. OFFSET 0 keeps it from being worked out twice. */
async function everybodySql(tx: Tx, names: Names, methods: MethodsPolicy | null, now: Date): Promise<Prisma.Sql> {
  const kinds = methods ? await kindsSql(tx, now) : null
  return Prisma.sql`
    SELECT *, md5(concat_ws('|', user_type, guest_type, home, array_to_string(groups, ','),
      array_to_string(roles, ','), named, array_to_string(kinds, ','), has_phone)) AS key
    FROM (
      SELECT u.id, u.display_name, u.user_principal_name, u.user_type, u.guest_type,
        CASE WHEN u.home_tenant_id IS NULL THEN NULL
          WHEN lower(u.home_tenant_id) = ANY(${[...names.tenants]}::text[]) THEN lower(u.home_tenant_id)
          ELSE 'other' END AS home,
        CASE WHEN u.id = ANY(${[...names.users]}::uuid[]) THEN u.id::text ELSE '' END AS named,
        coalesce(member.groups, '{}') AS groups, coalesce(holder.roles, '{}') AS roles,
        holder.user_id IS NOT NULL AS has_role,
        ${kinds ? Prisma.sql`${kinds.columns}` : Prisma.sql`'{}'::text[]`} AS kinds,
        ${kinds ? Prisma.sql`u.business_phone IS NOT NULL` : Prisma.sql`FALSE`} AS has_phone
      FROM "user" u
      LEFT JOIN (
        WITH RECURSIVE inside (root, id) AS (
          SELECT id, id FROM unnest(${[...names.groups]}::uuid[]) id
          UNION SELECT inside.root, nesting.child_id FROM group_nesting nesting JOIN inside ON nesting.parent_id = inside.id
        )
        SELECT gm.user_id, array_agg(DISTINCT inside.root::text ORDER BY inside.root::text) AS groups
        FROM inside JOIN group_member gm ON gm.group_id = inside.id GROUP BY gm.user_id
      ) member ON member.user_id = u.id
      LEFT JOIN (
        SELECT user_id, array_agg(role_id::text ORDER BY role_id::text)
          FILTER (WHERE role_id = ANY(${[...names.roles]}::uuid[])) AS roles
        FROM role_assignment GROUP BY user_id
      ) holder ON holder.user_id = u.id
      ${kinds ? kinds.joins : Prisma.empty}
      WHERE u.account_enabled OFFSET 0
    ) person OFFSET 0`
}

/** The kinds that each person may use now as a second factor. */
async function kindsSql(tx: Tx, now: Date) {
  const policies = { methods: await loadMethodsPolicy(tx), passwordReset: await loadPasswordResetPolicy(tx) }
  const flags = await flagsSql(tx, policies, now)
  const counted = methodKinds.filter(
    (kind) => catalogue[kind].purposes.includes('mfa') && kind !== 'temporaryAccessPass',
  )
  const columns = counted.map(
    (kind) => Prisma.sql`CASE WHEN ${flags.mayUseKind(kind)} THEN ${Prisma.raw(`'${kind}'`)} END`,
  )
  return {
    columns: Prisma.sql`array_remove(ARRAY[${Prisma.join(columns)}]::text[], NULL)`,
    joins: Prisma.sql`
      LEFT JOIN (
        SELECT user_id, bit_or(bit) AS registered, bit_or(bit) FILTER (WHERE is_usable) AS usable FROM (
          SELECT m.user_id, ${flags.methodColumns} FROM authentication_method m OFFSET 0) method GROUP BY user_id
      ) own ON own.user_id = u.id
      CROSS JOIN LATERAL (SELECT coalesce(own.registered, 0) AS registered, coalesce(own.usable, 0) AS usable) held
      CROSS JOIN LATERAL (SELECT holder.user_id IS NOT NULL AS is_administrator) role`,
  }
}

const groupSchema = z.object({
  key: z.string(),
  id: z.string(),
  userType: z.enum(userTypes),
  guestType: guestOrExternalUserTypeSchema.nullable(),
  homeTenantId: z.string().nullable(),
  groups: z.array(z.string()),
  roles: z.array(z.string()),
  kinds: z.array(methodKindSchema),
  hasBusinessPhone: z.boolean(),
  hasRole: z.boolean(),
  count: z.number(),
})

/** The first of them by id stands for all; whom a policy names by id is alone in a group. */
function toGroup(row: z.output<typeof groupSchema>): PeopleGroup {
  return {
    key: row.key,
    count: row.count,
    usableKinds: row.kinds,
    hasBusinessPhone: row.hasBusinessPhone,
    subject: {
      id: row.id,
      userPrincipalName: '',
      displayName: '',
      userType: row.userType,
      guestType: row.guestType,
      homeTenantId: row.homeTenantId,
      accountEnabled: true,
      groupIds: new Set(row.groups),
      roleIds: new Set(row.roles),
      isInRoleAssignableGroup: false,
    },
  }
}

const personSchema = z.object({
  id: z.string(),
  displayName: z.string(),
  userPrincipalName: z.string(),
  isAdministrator: z.boolean(),
  methods: z.array(methodKindSchema),
  key: z.string(),
})
