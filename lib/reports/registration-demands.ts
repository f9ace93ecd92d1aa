import 'server-only'
import { z } from 'zod'
import { catalogue } from '@/lib/authentication-methods/catalogue'
import { methodKindSchema, methodKinds } from '@/lib/authentication-methods/model'
import type { MethodsPolicy, PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { allUsers } from '@/lib/authentication-methods/policy-model'
import {
  campaignMethods,
  type MfaRegistrationChange,
  type RegistrationScope,
  type RunningCampaign,
} from '@/lib/authentication-methods/registration-policy'
import type { Tx } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import type { AffectedPerson } from '@/lib/policy-changes/model'
import { Prisma } from '@/prisma/client/client'
import { type FlagsSql, flagsSql, isMemberSql, mayHaveSql } from './flags-sql'

/**
 * Whom the MFA registration policy and the registration campaign ask for something, over everybody with an enabled account:
 * `needFor` and `campaignFor`, as far as they do not depend on one sign-in. A test compares both sayings.
 */
export type Demands = {
  readonly mfaRegistration: MfaRegistrationChange
  /** As it holds; null: none runs. */
  readonly campaign: RunningCampaign | null
}

/** What may happen to people when the demands change, the gravest first. */
export const demandEffects = ['cannotRegister', 'asked', 'noLongerAsked', 'reminded', 'noLongerReminded'] as const
export type DemandEffect = (typeof demandEffects)[number]

export type DemandChange = {
  readonly before: Demands
  readonly after: Demands
  readonly policies: { readonly methods: MethodsPolicy; readonly passwordReset: PasswordResetPolicy }
  readonly now: Date
}

export type DemandCounts = Readonly<Record<DemandEffect, number>> & {
  /** How many each is about, before and after, whether or not it asks them for anything now. */
  readonly inPolicy: { readonly before: number; readonly after: number }
  readonly inCampaign: { readonly before: number; readonly after: number }
}

export async function countDemands(tx: Tx, change: DemandChange): Promise<DemandCounts> {
  const everybody = await everybodySql(tx, change)
  const count = (name: string, which: Prisma.Sql) =>
    Prisma.sql`count(*) FILTER (WHERE ${which})::int AS ${Prisma.raw(`"${name}"`)}`
  const sides = ['before_policy', 'after_policy', 'before_campaign', 'after_campaign'] as const
  const columns = [
    ...demandEffects.map((effect) => count(effect, conditions[effect])),
    ...sides.map((side) => count(side, Prisma.raw(side))),
  ]
  const [row] = await tx.$queryRaw<Record<string, number>[]>`SELECT ${Prisma.join(columns)} FROM (${everybody}) person`
  const number = (name: string) => z.number().parse(row?.[name])
  return {
    ...(Object.fromEntries(demandEffects.map((effect) => [effect, number(effect)])) as Record<DemandEffect, number>),
    inPolicy: { before: number('before_policy'), after: number('after_policy') },
    inCampaign: { before: number('before_campaign'), after: number('after_campaign') },
  }
}

/** The people behind one number, by name, from the one after `after` (a person's id) on. */
export async function findDemanded(
  tx: Tx,
  change: DemandChange,
  list: { readonly effect: DemandEffect; readonly after: string | null; readonly size: number },
): Promise<{ readonly people: readonly AffectedPerson[]; readonly next: string | null }> {
  const everybody = await everybodySql(tx, change)
  const start =
    list.after !== null && isUuid(list.after)
      ? Prisma.sql`AND (display_name, id) > (SELECT display_name, id FROM "user" WHERE id = ${list.after}::uuid)`
      : Prisma.empty
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT id::text AS "id", display_name AS "displayName", user_principal_name AS "userPrincipalName",
      is_administrator AS "isAdministrator",
      ARRAY(SELECT DISTINCT m.kind FROM authentication_method m WHERE m.user_id = person.id ORDER BY m.kind) AS "methods"
    FROM (${everybody}) person WHERE ${conditions[list.effect]} ${start}
    ORDER BY display_name, id LIMIT ${list.size + 1}`
  const found = rows.map((row) => personSchema.parse(row))
  const people = found.slice(0, list.size)
  return { people, next: found.length > list.size ? (people.at(-1)?.id ?? null) : null }
}

const personSchema = z.object({
  id: z.string(),
  displayName: z.string(),
  userPrincipalName: z.string(),
  isAdministrator: z.boolean(),
  methods: z.array(methodKindSchema),
})

const conditions: Readonly<Record<DemandEffect, Prisma.Sql>> = {
  cannotRegister: Prisma.sql`(after_policy AND NOT before_policy AND NOT has_mfa AND NOT can_register)`,
  asked: Prisma.sql`(after_policy AND NOT before_policy AND NOT has_mfa AND can_register)`,
  noLongerAsked: Prisma.sql`(before_policy AND NOT after_policy AND NOT has_mfa)`,
  reminded: Prisma.sql`(after_reminds AND NOT before_reminds)`,
  noLongerReminded: Prisma.sql`(before_reminds AND NOT after_reminds)`,
}

/** One row a person: what they have, and what each side asks them for. */
async function everybodySql(tx: Tx, { before, after, policies, now }: DemandChange): Promise<Prisma.Sql> {
  const flags = await flagsSql(tx, policies, now)
  const canRegister = methodKinds
    .filter((kind) => catalogue[kind].isRegistrableInWizard && catalogue[kind].purposes.includes('mfa'))
    .map((kind) => mayRegisterSql(flags, policies.methods, kind))
  const [policyBefore, policyAfter] = [await policyScope(tx, before), await policyScope(tx, after)]
  const [campaignBefore, campaignAfter] = [await campaignScope(tx, before), await campaignScope(tx, after)]
  // OFFSET 0 keeps the database from computing the bits once for each use.
  return Prisma.sql`
    SELECT *, (before_campaign AND has_mfa AND ${lacks(before)}) AS before_reminds,
      (after_campaign AND has_mfa AND ${lacks(after)}) AS after_reminds
    FROM (
      SELECT u.id, u.display_name, u.user_principal_name, role.is_administrator,
        ${flags.isMfaCapable} AS has_mfa, (${Prisma.join(canRegister, ' OR ')}) AS can_register,
        ${Prisma.join(
          campaignMethods.map(
            (kind) => Prisma.sql`(${mayRegisterSql(flags, policies.methods, kind)} AND NOT ${flags.mayUseKind(kind)})
              AS ${Prisma.raw(`lacks_${kind}`)}`,
          ),
        )},
        ${policyBefore} AS before_policy, ${policyAfter} AS after_policy,
        ${campaignBefore} AS before_campaign, ${campaignAfter} AS after_campaign
      FROM "user" u
      LEFT JOIN (
        SELECT user_id, bit_or(bit) AS registered, bit_or(bit) FILTER (WHERE is_usable) AS usable FROM (
          SELECT m.user_id, ${flags.methodColumns} FROM authentication_method m OFFSET 0) method GROUP BY user_id
      ) own ON own.user_id = u.id
      CROSS JOIN LATERAL (
        SELECT coalesce(own.registered, 0) AS registered, coalesce(own.usable, 0) AS usable) held
      CROSS JOIN LATERAL (SELECT u.id IN (SELECT user_id FROM role_assignment) AS is_administrator) role
      WHERE u.account_enabled OFFSET 0
    ) person`
}

/** Would register the campaign's method if reminded. */
function lacks({ campaign }: Demands): Prisma.Sql {
  return campaign === null ? Prisma.sql`FALSE` : Prisma.raw(`lacks_${campaign.method}`)
}

function mayRegisterSql(flags: FlagsSql, policy: MethodsPolicy, kind: (typeof methodKinds)[number]): Prisma.Sql {
  const isOpen = kind !== 'passkey' || policy.methods.passkey.isSelfServiceRegistrationAllowed
  return isOpen ? mayHaveSql(flags, kind) : Prisma.sql`FALSE`
}

async function policyScope(tx: Tx, { mfaRegistration }: Demands): Promise<Prisma.Sql> {
  return mfaRegistration.state === 'enabled' ? scopeSql(tx, mfaRegistration) : Prisma.sql`FALSE`
}

async function campaignScope(tx: Tx, { campaign }: Demands): Promise<Prisma.Sql> {
  return campaign === null ? Prisma.sql`FALSE` : scopeSql(tx, campaign)
}

/** `isInScope` for a row `u` of "user". */
async function scopeSql(tx: Tx, { includeTargets, excludeTargets }: RegistrationScope): Promise<Prisma.Sql> {
  const named = async (targets: RegistrationScope['includeTargets']) => {
    if (targets.some(({ id }) => id === allUsers)) return Prisma.sql`TRUE`
    const ids = (type: 'user' | 'group') => targets.filter(({ targetType }) => targetType === type).map(({ id }) => id)
    return Prisma.sql`(u.id = ANY(${ids('user')}::uuid[]) OR ${await isMemberSql(tx, ids('group'))})`
  }
  return Prisma.sql`(${await named(includeTargets)} AND NOT ${await named(excludeTargets)})`
}
