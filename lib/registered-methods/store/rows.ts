import 'server-only'
import type { MethodKind, PhoneKind } from '@/lib/authentication-methods/model'
import type { Tx } from '@/lib/platform/db'
import { unseal } from '@/lib/platform/seal'
import { Prisma } from '@/prisma/client/client'
import type { MethodDetail, MethodOrigin, RegisteredMethod, SoftwareOathDetail } from '../model'

/** What is registered, as rows: read with everything that belongs to a method, in one statement. */

/** All methods of a person, oldest first, expired passes included. */
export async function loadMethods(tx: Tx, userId: string): Promise<RegisteredMethod[]> {
  const [row] = await tx.$queryRaw<{ methods: MethodsJson }[]>`
    SELECT (${methodsJson(Prisma.sql`method.user_id = ${userId}::uuid`)}) AS methods`
  return methodsFrom(row?.methods ?? [])
}

/** As `loadMethods`, for several people in one statement, by their id; who has none is absent. */
export async function loadMethodsOf(
  tx: Tx,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly RegisteredMethod[]>> {
  const [row] = await tx.$queryRaw<{ methods: MethodsJson }[]>`
    SELECT (${methodsJson(Prisma.sql`method.user_id = ANY(${userIds}::uuid[])`)}) AS methods`
  const byOwner = new Map<string, RegisteredMethod[]>()
  for (const method of methodsFrom(row?.methods ?? [])) {
    const own = byOwner.get(method.userId) ?? []
    own.push(method)
    byOwner.set(method.userId, own)
  }
  return byOwner
}

/** The passkey with this credential id and its owner, whoever that is: the usernameless sign-in asks so. */
export async function findPasskey(tx: Tx, credentialId: Uint8Array): Promise<RegisteredMethod | null> {
  const [row] = await tx.$queryRaw<{ methods: MethodsJson }[]>`
    SELECT (${methodsJson(Prisma.sql`method.id = (
      SELECT method_id FROM passkey WHERE credential_id = ${Uint8Array.from(credentialId)})`)}) AS methods`
  return methodsFrom(row?.methods ?? [])[0] ?? null
}

/**
 * A query for one JSON value: the methods that `which` chooses, a condition about `method`. For a statement that asks for
 * more; `methodsFrom` reads the value. A person's decisions read them all each time, and six statements of their own cost as
 * much as the rest of a registration. Of the tables of details only that of the method's kind is asked.
 */
export function methodsJson(which: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT coalesce(json_agg(json_build_object('kind', method.kind, 'method', method, 'detail', CASE method.kind
      WHEN 'passkey' THEN (SELECT to_json(passkey) FROM passkey WHERE method_id = method.id)
      WHEN 'softwareOath' THEN (SELECT to_json(software_oath) FROM software_oath WHERE method_id = method.id)
      WHEN 'hardwareOath' THEN (SELECT to_json(token) FROM hardware_oath_token token WHERE method_id = method.id)
      WHEN 'email' THEN (SELECT to_json(email) FROM email WHERE method_id = method.id)
      WHEN 'temporaryAccessPass' THEN (SELECT to_json(pass) FROM temporary_access_pass pass WHERE method_id = method.id)
      WHEN 'recoveryCodes' THEN (
        SELECT json_build_object('total', count(*), 'left', count(*) FILTER (WHERE used_at IS NULL))
        FROM recovery_code WHERE method_id = method.id)
      WHEN 'securityQuestions' THEN (
        SELECT json_build_object('answered', count(*)) FROM security_answer WHERE method_id = method.id)
      ELSE (SELECT to_json(phone) FROM phone WHERE method_id = method.id)
      END) ORDER BY method.created_at, method.id), '[]')
    FROM authentication_method method
    WHERE ${which}`
}

/** The rows as the database writes them in JSON: instants as ISO text, bytes as `\x…`, names as the columns have them. */
export type MethodsJson = readonly (
  | MethodJson<
      'passkey',
      {
        readonly credential_id: string
        readonly public_key: string
        readonly algorithm: number
        readonly sign_count: number
        readonly aaguid: string
        readonly backup_eligible: boolean
        readonly backup_state: boolean
        readonly transports: readonly string[]
        readonly attestation_format: string
        readonly is_attested: boolean
      }
    >
  | MethodJson<'softwareOath', CodesJson>
  | MethodJson<
      'hardwareOath',
      CodesJson & {
        readonly id: string
        readonly serial_number: string
        readonly manufacturer: string
        readonly model: string
        readonly drift_steps: number
      }
    >
  | MethodJson<
      PhoneKind,
      {
        readonly phone_number: string
        readonly extension: string | null
        readonly is_sms_sign_in_enabled: boolean
      }
    >
  | MethodJson<'email', { readonly email_address: string }>
  | MethodJson<
      'temporaryAccessPass',
      {
        readonly pass_hash: string
        readonly starts_at: string
        readonly expires_at: string
        readonly is_usable_once: boolean
        readonly used_at: string | null
        readonly wrong_tries: number
        readonly created_by_id: string | null
      }
    >
  | MethodJson<'recoveryCodes', { readonly total: number; readonly left: number }>
  | MethodJson<'securityQuestions', { readonly answered: number }>
)[]

type MethodJson<Kind extends MethodKind, Detail> = {
  readonly kind: Kind
  readonly method: {
    readonly id: string
    readonly user_id: string
    readonly name: string | null
    readonly origin: MethodOrigin
    readonly created_at: string
    readonly last_used_at: string | null
    readonly consecutive_failures: number
    readonly blocked_until: string | null
    readonly disabled_at: string | null
  }
  /** The database may have none, where somebody changed it past this program; `methodsFrom` throws then. */
  readonly detail: Detail
}

type CodesJson = {
  readonly secret_sealed: string
  readonly algorithm: 'SHA1' | 'SHA256'
  readonly period_seconds: number
  readonly last_step: number
}

export function methodsFrom(json: MethodsJson): RegisteredMethod[] {
  return json.map((row) => ({
    id: row.method.id,
    userId: row.method.user_id,
    kind: row.kind,
    name: row.method.name,
    origin: row.method.origin,
    createdAt: new Date(row.method.created_at),
    lastUsedAt: instant(row.method.last_used_at),
    consecutiveFailures: row.method.consecutive_failures,
    blockedUntil: instant(row.method.blocked_until),
    disabledAt: instant(row.method.disabled_at),
    detail: detailOf(row),
  }))
}

function detailOf(row: MethodsJson[number]): MethodDetail {
  if (!row.detail) throw new Error(`authentication method ${row.method.id} has no detail row`)
  switch (row.kind) {
    case 'passkey':
      return {
        kind: row.kind,
        credentialId: bytes(row.detail.credential_id),
        publicKey: bytes(row.detail.public_key),
        algorithm: row.detail.algorithm,
        signCount: BigInt(row.detail.sign_count),
        aaguid: row.detail.aaguid,
        backupEligible: row.detail.backup_eligible,
        backupState: row.detail.backup_state,
        transports: row.detail.transports,
        attestationFormat: row.detail.attestation_format,
        isAttested: row.detail.is_attested,
      }
    case 'softwareOath':
      return { kind: row.kind, ...codesOf(row.detail) }
    case 'hardwareOath':
      return {
        kind: row.kind,
        ...codesOf(row.detail),
        tokenId: row.detail.id,
        serialNumber: row.detail.serial_number,
        manufacturer: row.detail.manufacturer,
        model: row.detail.model,
        driftSteps: row.detail.drift_steps,
      }
    case 'email':
      return { kind: row.kind, emailAddress: row.detail.email_address }
    case 'temporaryAccessPass':
      return {
        kind: row.kind,
        passHash: row.detail.pass_hash,
        startsAt: new Date(row.detail.starts_at),
        expiresAt: new Date(row.detail.expires_at),
        isUsableOnce: row.detail.is_usable_once,
        usedAt: instant(row.detail.used_at),
        wrongTries: row.detail.wrong_tries,
        createdById: row.detail.created_by_id,
      }
    case 'recoveryCodes':
      return { kind: row.kind, total: row.detail.total, left: row.detail.left }
    case 'securityQuestions':
      return { kind: row.kind, answered: row.detail.answered }
    default:
      return {
        kind: row.kind,
        phoneNumber: row.detail.phone_number,
        extension: row.detail.extension,
        isSmsSignInEnabled: row.detail.is_sms_sign_in_enabled,
      }
  }
}

function codesOf(codes: CodesJson): Omit<SoftwareOathDetail, 'kind'> {
  return {
    secretSealed: codes.secret_sealed,
    algorithm: codes.algorithm,
    periodSeconds: codes.period_seconds,
    lastStep: BigInt(codes.last_step),
  }
}

function instant(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.slice(2), 'hex'))
}

/** A person's methods and which of them is the default, at one instant. */
export async function loadMethodsAndDefault(
  tx: Tx,
  userId: string,
): Promise<{ readonly methods: RegisteredMethod[]; readonly defaultMethodId: string | null }> {
  const [row] = await tx.$queryRaw<{ methods: MethodsJson; defaultMethodId: string | null }[]>`
    SELECT default_method_id::text AS "defaultMethodId",
      (${methodsJson(Prisma.sql`method.user_id = person.id`)}) AS methods
    FROM "user" person WHERE id = ${userId}::uuid`
  if (row === undefined) throw new Error(`user ${userId} is gone`)
  return { methods: methodsFrom(row.methods), defaultMethodId: row.defaultMethodId }
}

/** The secret of an authenticator app, opened; it must not outlive the comparison it is opened for. */
export function openSecret(methodId: string, userId: string, detail: SoftwareOathDetail): string {
  return unseal(detail.secretSealed, secretPlace(methodId, userId))
}

/** Where the secret of an app is sealed to. */
export function secretPlace(methodId: string, userId: string) {
  return { table: 'software_oath', column: 'secret_sealed', rowId: methodId, ownerId: userId }
}
