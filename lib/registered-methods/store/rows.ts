import 'server-only'
import { isPhoneKind, type MethodKind } from '@/lib/authentication-methods/model'
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
    SELECT (${methodsJson(Prisma.sql`passkey.credential_id = ${Uint8Array.from(credentialId)}`)}) AS methods`
  return methodsFrom(row?.methods ?? [])[0] ?? null
}

/**
 * A query for one JSON value: the methods that `which` chooses, a condition about `method` or one of its details. For
 * a statement that asks for more; `methodsFrom` reads the value. A person's decisions read them all each time, and six
 * statements of their own cost as much as the rest of a registration.
 */
export function methodsJson(which: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT coalesce(json_agg(json_build_object('method', method, 'passkey', passkey, 'softwareOath', software_oath,
      'hardwareOath', token, 'phone', phone, 'email', email, 'temporaryAccessPass', pass,
      'recoveryCodes', CASE WHEN method.kind = 'recoveryCodes' THEN (
        SELECT json_build_object('total', count(*), 'left', count(*) FILTER (WHERE used_at IS NULL))
        FROM recovery_code code WHERE code.method_id = method.id) END,
      'answered', CASE WHEN method.kind = 'securityQuestions' THEN (
        SELECT count(*) FROM security_answer answer WHERE answer.method_id = method.id) END) ORDER BY method.created_at, method.id), '[]')
    FROM authentication_method method
      LEFT JOIN passkey ON passkey.method_id = method.id
      LEFT JOIN software_oath ON software_oath.method_id = method.id
      LEFT JOIN hardware_oath_token token ON token.method_id = method.id
      LEFT JOIN phone ON phone.method_id = method.id
      LEFT JOIN email ON email.method_id = method.id
      LEFT JOIN temporary_access_pass pass ON pass.method_id = method.id
    WHERE ${which}`
}

/** The rows as the database writes them in JSON: instants as ISO text, bytes as `\x…`, names as the columns have them. */
export type MethodsJson = readonly {
  readonly method: {
    readonly id: string
    readonly user_id: string
    readonly kind: MethodKind
    readonly name: string | null
    readonly origin: MethodOrigin
    readonly created_at: string
    readonly last_used_at: string | null
    readonly consecutive_failures: number
    readonly blocked_until: string | null
    readonly disabled_at: string | null
  }
  readonly passkey: {
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
  } | null
  readonly softwareOath: {
    readonly secret_sealed: string
    readonly algorithm: 'SHA1' | 'SHA256'
    readonly period_seconds: number
    readonly last_step: number
  } | null
  readonly hardwareOath: {
    readonly id: string
    readonly serial_number: string
    readonly manufacturer: string
    readonly model: string
    readonly secret_sealed: string
    readonly algorithm: 'SHA1' | 'SHA256'
    readonly period_seconds: number
    readonly drift_steps: number
    readonly last_step: number
  } | null
  readonly phone: {
    readonly phone_number: string
    readonly extension: string | null
    readonly is_sms_sign_in_enabled: boolean
  } | null
  readonly email: { readonly email_address: string } | null
  readonly temporaryAccessPass: {
    readonly pass_hash: string
    readonly starts_at: string
    readonly expires_at: string
    readonly is_usable_once: boolean
    readonly used_at: string | null
    readonly wrong_tries: number
    readonly created_by_id: string | null
  } | null
  readonly recoveryCodes: { readonly total: number; readonly left: number } | null
  readonly answered: number | null
}[]

export function methodsFrom(json: MethodsJson): RegisteredMethod[] {
  return json.map((row) => ({
    id: row.method.id,
    userId: row.method.user_id,
    kind: row.method.kind,
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

function detailOf({
  method,
  passkey,
  softwareOath,
  hardwareOath,
  phone,
  email,
  temporaryAccessPass,
  recoveryCodes,
  answered,
}: MethodsJson[number]): MethodDetail {
  if (passkey)
    return {
      kind: 'passkey',
      credentialId: bytes(passkey.credential_id),
      publicKey: bytes(passkey.public_key),
      algorithm: passkey.algorithm,
      signCount: BigInt(passkey.sign_count),
      aaguid: passkey.aaguid,
      backupEligible: passkey.backup_eligible,
      backupState: passkey.backup_state,
      transports: passkey.transports,
      attestationFormat: passkey.attestation_format,
      isAttested: passkey.is_attested,
    }
  if (softwareOath)
    return {
      kind: 'softwareOath',
      secretSealed: softwareOath.secret_sealed,
      algorithm: softwareOath.algorithm,
      periodSeconds: softwareOath.period_seconds,
      lastStep: BigInt(softwareOath.last_step),
    }
  if (hardwareOath)
    return {
      kind: 'hardwareOath',
      tokenId: hardwareOath.id,
      serialNumber: hardwareOath.serial_number,
      manufacturer: hardwareOath.manufacturer,
      model: hardwareOath.model,
      secretSealed: hardwareOath.secret_sealed,
      algorithm: hardwareOath.algorithm,
      periodSeconds: hardwareOath.period_seconds,
      driftSteps: hardwareOath.drift_steps,
      lastStep: BigInt(hardwareOath.last_step),
    }
  if (phone && isPhoneKind(method.kind))
    return {
      kind: method.kind,
      phoneNumber: phone.phone_number,
      extension: phone.extension,
      isSmsSignInEnabled: phone.is_sms_sign_in_enabled,
    }
  if (email) return { kind: 'email', emailAddress: email.email_address }
  if (temporaryAccessPass)
    return {
      kind: 'temporaryAccessPass',
      passHash: temporaryAccessPass.pass_hash,
      startsAt: new Date(temporaryAccessPass.starts_at),
      expiresAt: new Date(temporaryAccessPass.expires_at),
      isUsableOnce: temporaryAccessPass.is_usable_once,
      usedAt: instant(temporaryAccessPass.used_at),
      wrongTries: temporaryAccessPass.wrong_tries,
      createdById: temporaryAccessPass.created_by_id,
    }
  if (recoveryCodes) return { kind: 'recoveryCodes', total: recoveryCodes.total, left: recoveryCodes.left }
  if (answered !== null) return { kind: 'securityQuestions', answered }
  throw new Error(`authentication method ${method.id} has no detail row`)
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
