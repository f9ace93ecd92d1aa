import 'server-only'
import { z } from 'zod'
import type { MethodKind } from '@/lib/authentication-methods/model'
import {
  administratorGates,
  type MethodsPolicy,
  type PasswordResetPolicy,
  type ResetMethodKind,
} from '@/lib/authentication-methods/policy-model'
import type { Tx } from '@/lib/platform/db'
import { Prisma } from '@/prisma/client/client'
import { type FlagsSql, flagsSql } from './flags-sql'
import { type ResetStanding, type ResetStandingCounts, resetStandings } from './password-resets'

/**
 * Who could reset their password now, and what stands in the way of everybody else: `standingOf` of password reset said
 * in SQL for everybody at once. What Conditional Access would say is left out, because it depends on where somebody is.
 * A test asks both of random people under random policies.
 *
 * A person has a handful of methods, so bit sets of kinds decide nearly everything. Only somebody with exactly two
 * kinds that may share a thing (two phones, or a passkey and an app) is looked at method by method.
 */
type Policies = { readonly methods: MethodsPolicy; readonly passwordReset: PasswordResetPolicy }

/** How many of the people with an enabled account stand how, under these policies. */
export async function countResetStandings(tx: Tx, policies: Policies, now: Date): Promise<ResetStandingCounts> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT standing, count(*)::int AS count, count(*) FILTER (WHERE is_administrator)::int AS administrators
    FROM (${await standingsSql(tx, policies, now)}) person GROUP BY 1`
  const counts = rows.map((row) => countSchema.parse(row))
  const found = new Map(counts.map(({ standing, count }) => [standing, count]))
  const standings = Object.fromEntries(resetStandings.map((standing) => [standing, found.get(standing) ?? 0]))
  return {
    people: [...found.values()].reduce((sum, count) => sum + count, 0),
    standings: standings as Record<ResetStanding, number>,
    administrators: {
      people: counts.reduce((sum, { administrators }) => sum + administrators, 0),
      able: counts.find(({ standing }) => standing === 'able')?.administrators ?? 0,
    },
  }
}

const countSchema = z.object({ standing: z.enum(resetStandings), count: z.number(), administrators: z.number() })

/** One row `id, is_administrator, standing` for each person with an enabled account. */
export async function standingsSql(tx: Tx, policies: Policies, now: Date): Promise<Prisma.Sql> {
  const flags = await flagsSql(tx, policies, now)
  return Prisma.sql`
    SELECT u.id, role.is_administrator, ${await standingSql(tx, policies, flags)} AS standing FROM "user" u
    LEFT JOIN (
      SELECT user_id, bit_or(bit) AS registered, bit_or(bit) FILTER (WHERE is_usable) AS usable FROM (
        SELECT m.user_id, ${flags.methodColumns} FROM authentication_method m OFFSET 0) method GROUP BY user_id
    ) own ON own.user_id = u.id
    CROSS JOIN LATERAL (
      SELECT coalesce(own.registered, 0) AS registered, coalesce(own.usable, 0) AS usable) held
    CROSS JOIN LATERAL (SELECT u.id IN (SELECT user_id FROM role_assignment) AS is_administrator) role
    WHERE u.account_enabled`
}

/** The standing of one row `u`, beside which `held` and `role` stand as `flagsSql` wants them. */
export async function standingSql(tx: Tx, { passwordReset }: Policies, flags: FlagsSql): Promise<Prisma.Sql> {
  const { enabledFor, allowedMethodKinds, isAdministratorResetAllowed, selfService } = passwordReset
  const isAdmin = Prisma.sql`role.is_administrator`
  const closed = selfService.isWritebackAllowed ? await readOnlyDirectories(tx) : null
  const isClosed =
    closed === null
      ? Prisma.sql`u.directory_connector_id IS NOT NULL`
      : Prisma.sql`coalesce(u.directory_connector_id = ANY(${closed}::uuid[]), FALSE)`
  return Prisma.sql`(CASE
    WHEN NOT ${isAdmin} AND ${literal(enabledFor === 'none')} THEN 'SSPR_0009'
    WHEN ${isAdmin} AND NOT ${literal(isAdministratorResetAllowed)} THEN 'administrator_not_allowed'
    WHEN NOT ${isAdmin} AND ${literal(allowedMethodKinds.length === 0)} THEN 'SSPR_0011'
    WHEN NOT ${flags.isSsprEnabled} THEN 'SSPR_0013'
    WHEN u.user_type = 'guest' AND u.home_tenant_id IS NOT NULL THEN 'guest_of_other_organisation'
    WHEN NOT ${hasEnoughGates(passwordReset, flags)} THEN 'SSPR_0014'
    WHEN ${isClosed} THEN 'SSPR_0010'
    WHEN u.directory_connector_id IS NULL AND u.password_hash IS NULL THEN 'no_password'
    ELSE 'able' END)`
}

type Family = 'email' | 'mobile' | 'office' | 'oath' | 'questions' | 'passkey'

/**
 * `hasIndependent` for one or two gates. Of two families only two phones can end at one number, and only a passkey and an
 * app on one device: so three families always hold two that are independent, and so do two others.
 */
function hasEnoughGates(passwordReset: PasswordResetPolicy, flags: FlagsSql): Prisma.Sql {
  const has = familiesOf(passwordReset, flags)
  const families = Prisma.sql`(${Prisma.join(
    Object.values(has).map((one) => Prisma.sql`${one}::int`),
    ' + ',
  )})`
  const needed = Prisma.sql`(CASE WHEN role.is_administrator THEN ${Prisma.raw(String(administratorGates))}
    ELSE ${Prisma.raw(String(passwordReset.numberOfMethodsRequired))} END)`
  return Prisma.sql`(CASE WHEN ${needed} = 1 THEN ${families} >= 1 ELSE ${families} > 2 OR (${families} = 2
    AND (NOT (${has.mobile} AND ${has.office}) OR ${differentNumbers})
    AND (NOT (${has.passkey} AND ${has.oath}) OR ${differentDevices(flags)})) END)`
}

function familiesOf(
  { allowedMethodKinds, selfService }: PasswordResetPolicy,
  flags: FlagsSql,
): Readonly<Record<Family, Prisma.Sql>> {
  const counts = (listed: ResetMethodKind, kinds: readonly MethodKind[]) => {
    const isListed = allowedMethodKinds.includes(listed) ? literal(true) : Prisma.sql`role.is_administrator`
    const isUsable = Prisma.join(
      kinds.map((kind) => flags.mayUseKind(kind)),
      ' OR ',
    )
    // A guest is known by the address that the invitation went to, and by nothing else.
    const isForAll = listed === 'email' ? literal(true) : Prisma.sql`u.user_type = 'member'`
    return Prisma.sql`(${isListed} AND ${isForAll} AND (${isUsable}))`
  }
  return {
    email: counts('email', ['email']),
    mobile: counts('mobilePhone', ['mobilePhone']),
    office: counts('officePhone', ['officePhone']),
    oath: counts('softwareOath', ['softwareOath', 'hardwareOath']),
    questions: allowedMethodKinds.includes('securityQuestions')
      ? Prisma.sql`(NOT role.is_administrator AND ${counts('securityQuestions', ['securityQuestions'])})`
      : literal(false),
    passkey: selfService.isPasskeyAccepted
      ? Prisma.sql`(u.user_type = 'member' AND ${flags.mayUseKind('passkey')})`
      : literal(false),
  }
}

/** An extension reaches a person, not a line. */
const digits = (number: Prisma.Sql) =>
  Prisma.sql`regexp_replace(regexp_replace(${number}, '(x|;ext=).*$', '', 'i'), '\\D', '', 'g')`

const differentNumbers = Prisma.sql`EXISTS (
  SELECT 1 FROM authentication_method one
  JOIN authentication_method other ON other.user_id = u.id AND other.kind = 'officePhone' AND other.disabled_at IS NULL
  LEFT JOIN phone mobile ON mobile.method_id = one.id
  LEFT JOIN phone office ON office.method_id = other.id
  CROSS JOIN LATERAL (SELECT coalesce(${digits(Prisma.sql`mobile.phone_number`)}, '') AS mobile,
    coalesce(${digits(Prisma.sql`office.phone_number`)}, '') AS office) dialled
  WHERE one.user_id = u.id AND one.kind = 'mobilePhone' AND one.disabled_at IS NULL
    AND (dialled.mobile <> dialled.office OR dialled.mobile = ''))`

const device = (name: Prisma.Sql) =>
  Prisma.sql`coalesce(btrim(regexp_replace(lower(normalize(${name}, NFKC)), '\\s+', ' ', 'g')), '')`

/** A hardware token is a device of its own, and a method without a name is on none that is known. */
function differentDevices(flags: FlagsSql): Prisma.Sql {
  const isUsable = (method: string) =>
    Prisma.sql`EXISTS (SELECT 1 FROM (SELECT ${flags.methodColumns} FROM authentication_method m
      WHERE m.id = ${Prisma.raw(method)}.id) counted WHERE counted.is_usable)`
  return Prisma.sql`EXISTS (
    SELECT 1 FROM authentication_method one
    JOIN authentication_method other ON other.user_id = u.id AND other.kind IN ('softwareOath', 'hardwareOath')
    WHERE one.user_id = u.id AND one.kind = 'passkey' AND ${isUsable('one')} AND ${isUsable('other')}
      AND (CASE other.kind WHEN 'softwareOath' THEN ${flags.isTargeted('softwareOath')}
        ELSE ${flags.isTargeted('hardwareOath')} END)
      AND (other.kind = 'hardwareOath' OR ${device(Prisma.sql`one.name`)} <> ${device(Prisma.sql`other.name`)}
        OR ${device(Prisma.sql`one.name`)} = ''))`
}

async function readOnlyDirectories(tx: Tx): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM directory_connector
    WHERE NOT (is_enabled AND coalesce((settings->>'canWriteBackPasswords')::boolean, false))`
  return rows.map(({ id }) => id)
}

function literal(value: boolean): Prisma.Sql {
  return Prisma.raw(value ? 'TRUE' : 'FALSE')
}
