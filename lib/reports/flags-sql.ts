import 'server-only'
import { catalogue } from '@/lib/authentication-methods/catalogue'
import { type MethodKind, methodKinds, type Purpose, unknownAaguid } from '@/lib/authentication-methods/model'
import { profileIdsOf } from '@/lib/authentication-methods/passkey-profiles'
import { configurationsOf, listedForReset } from '@/lib/authentication-methods/policy'
import {
  administratorGates,
  allUsers,
  type ConfigurationName,
  configurationNames,
  type MethodsPolicy,
  type PasskeyProfile,
  type PasswordResetPolicy,
  resetMethodKinds,
} from '@/lib/authentication-methods/policy-model'
import { withNestedGroups } from '@/lib/directory/store'
import type { Tx } from '@/lib/platform/db'
import { Prisma } from '@/prisma/client/client'

/**
 * `registrationFlags` for everybody at once: the same rule as boolean SQL over one row `u` of "user", beside which
 * stand `held (registered, usable)`, bit sets of kinds, and `role (is_administrator)`.
 *
 * The policies are resolved first, so that the database answers per person only what differs per person: a kind that is
 * off becomes FALSE, one for all users becomes TRUE, and groups are handed over with those nested in them, which
 * leaves one set of members. A test compares both sayings over random people and policies.
 */
export type FlagsSql = {
  readonly isMfaRegistered: Prisma.Sql
  readonly isMfaCapable: Prisma.Sql
  readonly isPasswordlessCapable: Prisma.Sql
  readonly isSsprEnabled: Prisma.Sql
  readonly isSsprRegistered: Prisma.Sql
  readonly isSsprCapable: Prisma.Sql
  readonly hasKind: (kind: MethodKind) => Prisma.Sql
  /** One part of the methods policy is on, names the person and does not exclude them. */
  readonly isConfigured: (name: ConfigurationName) => Prisma.Sql
  /** The same of any part by which this kind may be used. */
  readonly isTargeted: (kind: MethodKind) => Prisma.Sql
  /** They have one of this kind that may be used now. */
  readonly mayUseKind: (kind: MethodKind) => Prisma.Sql
  readonly hasNothing: Prisma.Sql
  /** Columns `bit, is_usable` of one row `m` of authentication_method, to be united by `heldColumns`. */
  readonly methodColumns: Prisma.Sql
}

/** Columns `registered, usable` over a person's methods. */
export const heldColumns = Prisma.sql`coalesce(bit_or(bit), 0) AS registered,
  coalesce(bit_or(bit) FILTER (WHERE is_usable), 0) AS usable`

const bits: Readonly<Record<MethodKind, number>> = {
  passkey: 1,
  softwareOath: 2,
  mobilePhone: 4,
  email: 8,
  temporaryAccessPass: 16,
  hardwareOath: 32,
  recoveryCodes: 64,
  securityQuestions: 128,
  alternateMobilePhone: 256,
  officePhone: 512,
}

export async function flagsSql(
  tx: Tx,
  policies: { readonly methods: MethodsPolicy; readonly passwordReset: PasswordResetPolicy },
  now: Date,
): Promise<FlagsSql> {
  const configured = await targetsOf(tx, policies.methods)
  const targeted = targetsByKind(policies.methods, configured)
  const { passwordReset } = policies

  const strong = methodKinds.filter((kind) => isLasting(kind) && serves(kind, 'mfa'))
  const mayUse = (purpose: Purpose) =>
    anyOf(
      methodKinds
        .filter((kind) => isLasting(kind) && serves(kind, purpose))
        .map((kind) => both(isUsable(kind), targeted[kind])),
    )

  const gates = resetMethodKinds.map((listed) => {
    // Codes of apps and of hardware tokens are one gate.
    const kinds = methodKinds.filter((kind) => listedForReset(kind) === listed)
    const counts = anyOf(kinds.map((kind) => both(isUsable(kind), targeted[kind])))
    const isListed = passwordReset.allowedMethodKinds.includes(listed)
    return Prisma.sql`(${isListed ? counts : both(Prisma.sql`role.is_administrator`, counts)})::int`
  })
  const isSsprRegistered = Prisma.sql`(${Prisma.join(gates, ' + ')} >= CASE WHEN role.is_administrator
    THEN ${Prisma.raw(String(administratorGates))}
    ELSE ${Prisma.raw(String(passwordReset.numberOfMethodsRequired))} END)`
  const isSsprEnabled = Prisma.sql`(CASE WHEN role.is_administrator
    THEN ${literal(passwordReset.isAdministratorResetAllowed)} ELSE ${await scopeOf(tx, passwordReset)} END)`

  return {
    isMfaRegistered: Prisma.sql`(held.registered & ${mask(strong)} <> 0)`,
    isMfaCapable: mayUse('mfa'),
    isPasswordlessCapable: mayUse('signIn'),
    isSsprEnabled,
    isSsprRegistered,
    isSsprCapable: both(isSsprEnabled, isSsprRegistered),
    hasKind: (kind) => Prisma.sql`(held.registered & ${mask([kind])} <> 0)`,
    isConfigured: (name) => configured[name],
    isTargeted: (kind) => targeted[kind],
    mayUseKind: (kind) => both(isUsable(kind), targeted[kind]),
    hasNothing: Prisma.sql`(held.registered = 0)`,
    methodColumns: methodColumns(
      both(await admittedPasskeys(tx, policies.methods), answeredEnough(passwordReset)),
      now,
    ),
  }
}

function serves(kind: MethodKind, purpose: Purpose): boolean {
  return catalogue[kind].purposes.includes(purpose)
}

function isLasting(kind: MethodKind): boolean {
  return kind !== 'temporaryAccessPass'
}

function isUsable(kind: MethodKind): Prisma.Sql {
  return Prisma.sql`(held.usable & ${mask([kind])} <> 0)`
}

type Configured = Readonly<Record<ConfigurationName, Prisma.Sql>>

/** For each part of the methods policy, whether it names the person `u` and does not exclude them. */
async function targetsOf(tx: Tx, { methods }: MethodsPolicy): Promise<Configured> {
  const parts: [ConfigurationName, Prisma.Sql][] = []
  for (const name of configurationNames) {
    const isNamed = await targetOf(tx, methods[name])
    // Administrators never have questions, whoever is targeted.
    const isBarred = name === 'securityQuestions'
    parts.push([
      name,
      isBarred ? both(isNamed, Prisma.sql`u.id NOT IN (SELECT user_id FROM role_assignment)`) : isNamed,
    ])
  }
  return Object.fromEntries(parts) as Configured
}

/** For each kind, whether any part by which it may be used does. */
function targetsByKind({ methods }: MethodsPolicy, configured: Configured): Readonly<Record<MethodKind, Prisma.Sql>> {
  const kinds = methodKinds.map((kind) => {
    const isOff = kind === 'officePhone' && !methods.voice.isOfficePhoneAllowed
    return [kind, isOff ? literal(false) : anyOf(configurationsOf(kind).map((name) => configured[name]))] as const
  })
  return Object.fromEntries(kinds) as Record<MethodKind, Prisma.Sql>
}

async function targetOf(tx: Tx, method: MethodsPolicy['methods'][ConfigurationName]): Promise<Prisma.Sql> {
  if (method.state !== 'enabled') return literal(false)
  const included = method.includeTargets.map((target) => target.id)
  const excluded = method.excludeTargets.map((target) => target.id)
  const isIncluded = included.includes(allUsers) ? literal(true) : await isMemberSql(tx, included)
  return Prisma.sql`(${isIncluded} AND NOT ${await isMemberSql(tx, excluded)})`
}

async function scopeOf(tx: Tx, policy: PasswordResetPolicy): Promise<Prisma.Sql> {
  if (policy.enabledFor === 'selected') return isMemberSql(tx, policy.groupId === null ? [] : [policy.groupId])
  return literal(policy.enabledFor === 'all')
}

/** Whether the person is in one of the groups, through nesting too. */
export async function isMemberSql(tx: Tx, groupIds: readonly string[], whom = Prisma.sql`u.id`): Promise<Prisma.Sql> {
  const groups = await withNestedGroups(tx, groupIds)
  if (groups.length === 0) return literal(false)
  // IN, not EXISTS: the database then hashes the members once instead of looking every person up.
  return Prisma.sql`${whom} IN (SELECT user_id FROM group_member WHERE group_id = ANY(${groups}::uuid[]))`
}

/** Targets, and what guests never have whatever these say. */
export function mayHaveSql(flags: FlagsSql, kind: MethodKind): Prisma.Sql {
  const isTargeted = flags.isTargeted(kind)
  return catalogue[kind].isForMembersOnly ? Prisma.sql`(${isTargeted} AND u.user_type = 'member')` : isTargeted
}

/** `refusalOfPasskey` at sign-in, for a row `m` of a person whom the policy names; exclusion is asked with the targets. */
async function admittedPasskeys(tx: Tx, policy: MethodsPolicy): Promise<Prisma.Sql> {
  const { includeTargets, passkeyProfiles } = policy.methods.passkey
  if (passkeyProfiles.every((profile) => profile.passkeyTypes.length === 2 && !profile.keyRestrictions.isEnforced)) {
    return literal(true)
  }
  const parts = await Promise.all(
    includeTargets.map(async (target) => {
      const ids = profileIdsOf(policy.methods.passkey, target)
      const isNamed = target.id === allUsers ? literal(true) : await isMemberSql(tx, [target.id], Prisma.sql`m.user_id`)
      return both(isNamed, anyOf(passkeyProfiles.filter(({ id }) => ids.includes(id)).map(isSatisfied)))
    }),
  )
  return Prisma.sql`(m.kind <> 'passkey' OR EXISTS (
    SELECT 1 FROM passkey p WHERE p.method_id = m.id AND ${anyOf(parts)}))`
}

function isSatisfied({ passkeyTypes, keyRestrictions }: PasskeyProfile): Prisma.Sql {
  const types = Prisma.sql`p.backup_eligible = ANY(${passkeyTypes.map((type) => type === 'synced')}::boolean[])`
  if (!keyRestrictions.isEnforced) return types
  const isListed = Prisma.sql`p.aaguid = ANY(${keyRestrictions.aaGuids}::uuid[])`
  const isModelAllowed =
    keyRestrictions.enforcementType === 'allow'
      ? Prisma.sql`(${isListed} AND p.is_attested AND p.aaguid <> ${unknownAaguid}::uuid)`
      : Prisma.sql`NOT ${isListed}`
  return both(types, isModelAllowed)
}

/** `hasAnsweredEnough`, for a row `m`. */
function answeredEnough({ securityQuestions }: PasswordResetPolicy): Prisma.Sql {
  return Prisma.sql`(m.kind <> 'securityQuestions' OR
    (SELECT count(*) FROM security_answer s WHERE s.method_id = m.id) >= ${Prisma.raw(String(securityQuestions.numberToRegister))})`
}

function methodColumns(admitted: Prisma.Sql, now: Date): Prisma.Sql {
  const bit = Prisma.sql`CASE m.kind ${Prisma.join(
    methodKinds.filter(isLasting).map((kind) => Prisma.sql`WHEN ${Prisma.raw(`'${kind}'`)} THEN ${mask([kind])}`),
    ' ',
  )} WHEN 'temporaryAccessPass' THEN CASE WHEN EXISTS (
      SELECT 1 FROM temporary_access_pass pass WHERE pass.method_id = m.id AND pass.expires_at > ${now}::timestamptz
        AND NOT (pass.is_usable_once AND pass.used_at IS NOT NULL)
    ) THEN ${mask(['temporaryAccessPass'])} ELSE 0 END ELSE 0 END`
  return Prisma.sql`${bit} AS bit, (m.disabled_at IS NULL AND ${admitted}) AS is_usable`
}

function mask(kinds: readonly MethodKind[]): Prisma.Sql {
  return Prisma.raw(String(kinds.reduce((sum, kind) => sum | bits[kind], 0)))
}

function literal(value: boolean): Prisma.Sql {
  return Prisma.raw(value ? 'TRUE' : 'FALSE')
}

function both(left: Prisma.Sql, right: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(${left} AND ${right})`
}

function anyOf(parts: readonly Prisma.Sql[]): Prisma.Sql {
  return parts.length === 0 ? literal(false) : Prisma.sql`(${Prisma.join([...parts], ' OR ')})`
}
