import 'server-only'
import { z } from 'zod'
import { catalogue } from '@/lib/authentication-methods/catalogue'
import { methodKindSchema, methodKinds } from '@/lib/authentication-methods/model'
import { configurationsOf } from '@/lib/authentication-methods/policy'
import {
  type ConfigurationName,
  configurationNames,
  type MethodsPolicy,
  type PasswordResetPolicy,
} from '@/lib/authentication-methods/policy-model'
import { directoryRoles } from '@/lib/directory/model'
import type { Tx } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import { type FlagsSql, flagsSql, mayHaveSql } from '@/lib/reports/flags-sql'
import { type ResetStanding, resetStandings } from '@/lib/reports/password-resets'
import { standingSql } from '@/lib/reports/reset-standing'
import { Prisma } from '@/prisma/client/client'
import { type AffectedPerson, type Effect, effects, type Impact } from './model'

/**
 * What a change means, counted over everybody with an enabled account in one statement: the rules of the registrations
 * report, said once for the policies as they are and once as they would be.
 */
export type Policies = { readonly methods: MethodsPolicy; readonly passwordReset: PasswordResetPolicy }

export async function countImpact(
  tx: Tx,
  change: { readonly before: Policies; readonly after: Policies; readonly asker: string | null; readonly now: Date },
): Promise<Impact> {
  const { everybody, condition } = await comparison(tx, change)
  const count = (name: string, which: Prisma.Sql) =>
    Prisma.sql`count(*) FILTER (WHERE ${which})::int AS ${Prisma.raw(`"${name}"`)}`
  const columns = [
    Prisma.sql`count(*)::int AS "people"`,
    ...effects.map((effect) => count(effect, condition(effect))),
    ...configurationNames.flatMap((name) =>
      (['before', 'after'] as const).map((side) => count(`${name}_${side}`, Prisma.raw(`${side}_may_${name}`))),
    ),
    count('reset_before', Prisma.sql`before_reset_enabled`),
    count('reset_after', Prisma.sql`after_reset_enabled`),
    ...resetStandings.flatMap((standing) =>
      (['before', 'after'] as const).map((side) =>
        count(`standing_${standing}_${side}`, Prisma.sql`${Prisma.raw(`${side}_standing`)} = ${standing}`),
      ),
    ),
    count('own', Prisma.sql`id = ${change.asker}::uuid AND ${condition('losesOnly')}`),
    count('administrators_before', Prisma.sql`is_global_administrator AND before_mfa`),
    count('administrators_after', Prisma.sql`is_global_administrator AND after_mfa`),
  ]
  const [row] = await tx.$queryRaw<Record<string, number>[]>`SELECT ${Prisma.join(columns)} FROM (${everybody}) person`
  const number = (name: string) => z.number().parse(row?.[name])
  const pair = (name: string) => ({ before: number(`${name}_before`), after: number(`${name}_after`) })
  return {
    ...(Object.fromEntries(effects.map((effect) => [effect, number(effect)])) as Record<Effect, number>),
    people: number('people'),
    allowed: Object.fromEntries(configurationNames.map((name) => [name, pair(name)])) as Impact['allowed'],
    mayReset: pair('reset'),
    standings: Object.fromEntries(resetStandings.map((standing) => [standing, pair(`standing_${standing}`)])) as Record<
      ResetStanding,
      { before: number; after: number }
    >,
    isOwnLost: number('own') > 0,
    administrators: pair('administrators'),
  }
}

const personSchema = z.object({
  id: z.string(),
  displayName: z.string(),
  userPrincipalName: z.string(),
  isAdministrator: z.boolean(),
  methods: z.array(methodKindSchema),
})

/** The people behind one number, by name, from the one after `after` (a person's id) on. */
export async function findAffected(
  tx: Tx,
  change: { readonly before: Policies; readonly after: Policies; readonly now: Date },
  list: { readonly effect: Effect; readonly after: string | null; readonly size: number },
): Promise<{ readonly people: readonly AffectedPerson[]; readonly next: string | null }> {
  const { everybody, condition } = await comparison(tx, change)
  const start =
    list.after !== null && isUuid(list.after)
      ? Prisma.sql`AND (display_name, id) > (SELECT display_name, id FROM "user" WHERE id = ${list.after}::uuid)`
      : Prisma.empty
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT id::text AS "id", display_name AS "displayName", user_principal_name AS "userPrincipalName",
      is_administrator AS "isAdministrator",
      ARRAY(SELECT DISTINCT m.kind FROM authentication_method m WHERE m.user_id = person.id ORDER BY m.kind) AS "methods"
    FROM (SELECT * FROM (${everybody}) every WHERE ${condition(list.effect)} ${start}
      ORDER BY display_name, id LIMIT ${list.size + 1}) person
    ORDER BY display_name, id`
  const found = rows.map((row) => personSchema.parse(row))
  const people = found.slice(0, list.size)
  return { people, next: found.length > list.size ? (people.at(-1)?.id ?? null) : null }
}

/** For each part of the policy, how many may use its method now, and how many have registered one that it is about. */
export async function countMethods(
  tx: Tx,
  policies: Policies,
  now: Date,
): Promise<Readonly<Record<ConfigurationName, { readonly allowed: number; readonly registered: number }>>> {
  const flags = await flagsSql(tx, policies, now)
  const columns = configurationNames.flatMap((name) => {
    const kinds = methodKinds.filter((kind) => configurationsOf(kind).includes(name))
    const has = Prisma.join(kinds.map(flags.hasKind), ' OR ')
    return [
      Prisma.sql`count(*) FILTER (WHERE ${mayHave(flags, name)})::int AS ${Prisma.raw(`"${name}_allowed"`)}`,
      Prisma.sql`count(*) FILTER (WHERE ${has})::int AS ${Prisma.raw(`"${name}_registered"`)}`,
    ]
  })
  const [row] = await tx.$queryRaw<Record<string, number>[]>`
    SELECT ${Prisma.join(columns)} FROM "user" u
    LEFT JOIN (SELECT user_id, bit_or(bit) AS registered FROM (
      SELECT m.user_id, ${flags.methodColumns} FROM authentication_method m OFFSET 0) method GROUP BY user_id
    ) own ON own.user_id = u.id
    CROSS JOIN LATERAL (SELECT coalesce(own.registered, 0) AS registered) held
    WHERE u.account_enabled`
  return Object.fromEntries(
    configurationNames.map((name) => [
      name,
      { allowed: row?.[`${name}_allowed`] ?? 0, registered: row?.[`${name}_registered`] ?? 0 },
    ]),
  ) as Record<ConfigurationName, { allowed: number; registered: number }>
}

/** One row a person with what holds before and after, and the condition of each effect over such a row. */
async function comparison(
  tx: Tx,
  change: { readonly before: Policies; readonly after: Policies; readonly now: Date },
): Promise<{ everybody: Prisma.Sql; condition: (effect: Effect) => Prisma.Sql }> {
  const { now } = change
  const before = await flagsSql(tx, change.before, now)
  const after = await flagsSql(tx, change.after, now)
  const [standingBefore, standingAfter] = [
    await standingSql(tx, change.before, before),
    await standingSql(tx, change.after, after),
  ]
  // OFFSET 0 keeps the database from computing the bits once for each use; the methods are read in one pass for both.
  const everybody = Prisma.sql`
    SELECT u.id, u.display_name, u.user_principal_name, u.password_hash IS NULL AS has_no_password,
      coalesce(u.security_info_confirmed_at, own.newest_at) AS confirmed_at, role.is_administrator,
      u.id IN (SELECT user_id FROM role_assignment WHERE role_id = ${directoryRoles.globalAdministrator}::uuid)
        AS is_global_administrator, b.*, a.*
    FROM "user" u
    LEFT JOIN (
      SELECT user_id, max(created_at) FILTER (WHERE kind <> 'temporaryAccessPass') AS newest_at,
        bit_or(was.bit) AS registered,
        bit_or(was.bit) FILTER (WHERE was.is_usable) AS usable_before,
        bit_or(was.bit) FILTER (WHERE becomes.is_usable) AS usable_after
      FROM authentication_method m
      CROSS JOIN LATERAL (SELECT ${before.methodColumns}) was
      CROSS JOIN LATERAL (SELECT ${after.methodColumns}) becomes
      GROUP BY user_id
    ) own ON own.user_id = u.id
    CROSS JOIN LATERAL (SELECT u.id IN (SELECT user_id FROM role_assignment) AS is_administrator) role
    CROSS JOIN LATERAL (
      SELECT ${sideColumns('before', change.before, before)}, ${standingBefore} AS before_standing FROM (
        SELECT coalesce(own.registered, 0) AS registered, coalesce(own.usable_before, 0) AS usable) held
    ) b
    CROSS JOIN LATERAL (
      SELECT ${sideColumns('after', change.after, after)}, ${standingAfter} AS after_standing FROM (
        SELECT coalesce(own.registered, 0) AS registered, coalesce(own.usable_after, 0) AS usable) held
    ) a
    WHERE u.account_enabled OFFSET 0`
  return { everybody, condition: (effect) => conditions(effect, change) }
}

/** Columns of one side, each name beginning with it. */
function sideColumns(side: 'before' | 'after', policies: Policies, flags: FlagsSql): Prisma.Sql {
  const named = (name: string, value: Prisma.Sql) => Prisma.sql`${value} AS ${Prisma.raw(`${side}_${name}`)}`
  const lasting = methodKinds.filter(
    (kind) => catalogue[kind].isUserRegistrable && catalogue[kind].purposes.includes('mfa'),
  )
  const canRegister = lasting.map((kind) => {
    const isOpen = kind !== 'passkey' || policies.methods.methods.passkey.isSelfServiceRegistrationAllowed
    return isOpen ? mayHaveSql(flags, kind) : Prisma.sql`FALSE`
  })
  return Prisma.join([
    named('mfa', flags.isMfaCapable),
    named('passwordless', flags.isPasswordlessCapable),
    named('can_register', Prisma.sql`(${Prisma.join(canRegister, ' OR ')})`),
    named('reset_enabled', flags.isSsprEnabled),
    named('reset_registered', flags.isSsprRegistered),
    ...configurationNames.map((name) => named(`may_${name}`, mayHave(flags, name))),
    ...methodKinds.map((kind) => named(`uses_${kind}`, flags.mayUseKind(kind))),
  ])
}

/** Targets, and what guests never have whatever these say. */
function mayHave(flags: FlagsSql, name: ConfigurationName): Prisma.Sql {
  const isTargeted = flags.isConfigured(name)
  const isForMembersOnly = name !== 'voice' && catalogue[name].isForMembersOnly
  return isForMembersOnly ? Prisma.sql`(${isTargeted} AND u.user_type = 'member')` : isTargeted
}

function conditions(
  effect: Effect,
  { before, after, now }: { before: Policies; after: Policies; now: Date },
): Prisma.Sql {
  const some = (from: 'before' | 'after', to: 'before' | 'after') =>
    Prisma.raw(`(${methodKinds.map((kind) => `(${from}_uses_${kind} AND NOT ${to}_uses_${kind})`).join(' OR ')})`)
  switch (effect) {
    case 'shutOut':
      return Prisma.sql`(((before_mfa OR before_can_register) AND NOT (after_mfa OR after_can_register))
        OR (has_no_password AND before_passwordless AND NOT after_passwordless))`
    case 'losesOnly':
      return Prisma.sql`(before_mfa AND NOT after_mfa)`
    case 'stops':
      return some('before', 'after')
    case 'works':
      return some('after', 'before')
    case 'losesReset':
      return Prisma.sql`(before_standing = 'able' AND after_standing <> 'able')`
    case 'gainsReset':
      return Prisma.sql`(after_standing = 'able' AND before_standing <> 'able')`
    case 'mustRegister':
      return onlyAfter(asked('before', before), asked('after', after))
    case 'mustConfirm':
      return onlyAfter(due('before', before, now), due('after', after, now))
  }
}

function onlyAfter(was: Prisma.Sql, is: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(${is} AND NOT ${was})`
}

/** Asked to register for password reset at the next sign-in. */
function asked(side: 'before' | 'after', { passwordReset }: Policies): Prisma.Sql {
  if (!passwordReset.isRegistrationRequired) return Prisma.sql`FALSE`
  return Prisma.raw(`(${side}_reset_enabled AND NOT ${side}_reset_registered)`)
}

/** Asked at the next sign-in whether all is still right. */
function due(side: 'before' | 'after', { passwordReset }: Policies, now: Date): Prisma.Sql {
  const { isRegistrationRequired, reconfirmDays } = passwordReset
  if (!isRegistrationRequired || reconfirmDays === 0) return Prisma.sql`FALSE`
  const since = new Date(now.getTime() - reconfirmDays * 86_400_000)
  const isReady = Prisma.raw(`${side}_reset_enabled AND ${side}_reset_registered`)
  return Prisma.sql`(${isReady} AND coalesce(confirmed_at <= ${since}::timestamptz, FALSE))`
}
