import 'server-only'
import { isPhoneKind, type MethodKind, type PhoneKind } from '@/lib/authentication-methods/model'
import { type Tx, type Write, writeLater } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { seal, unseal } from '@/lib/platform/seal'
import { Prisma } from '@/prisma/client/client'
import type { MethodDetail, MethodOrigin, NewMethod, NewPhone, RegisteredMethod, SoftwareOathDetail } from './model'

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

/**
 * The write that notes on the person's own row that the methods changed and which one is the default now. For
 * `security-info` only.
 */
export function noteOfChange(
  userId: string,
  change: {
    readonly defaultMethodId: string | null
    readonly isReregistered: boolean
    readonly isEnforced: boolean
    readonly at: Date
  },
): Write {
  const at = change.at.toISOString()
  return Prisma.sql`
    UPDATE "user" SET default_method_id = ${change.defaultMethodId}::uuid, security_info_changed_at = ${at}::timestamptz,
      default_method_mode = CASE WHEN default_method_id IS NOT DISTINCT FROM ${change.defaultMethodId}::uuid
        THEN default_method_mode END,
      must_reregister_since = CASE WHEN ${change.isReregistered} THEN NULL ELSE must_reregister_since END,
      per_user_mfa_state = CASE WHEN ${change.isEnforced} THEN 'enforced' ELSE per_user_mfa_state END,
      updated_at = ${at}::timestamptz
    WHERE id = ${userId}::uuid`
}

/**
 * Stores one method and answers it as it is read back. For `security-info` only. A taken slot or credential id is the
 * database's unique violation.
 */
export async function insertMethod(
  tx: Tx,
  userId: string,
  method: NewMethod,
  origin: MethodOrigin,
  at: Date,
): Promise<RegisteredMethod> {
  const id = randomUUID()
  const base = { id, userId, kind: method.kind, origin, createdAt: at, updatedAt: at }
  if (method.kind === 'hardwareOath') {
    await tx.authenticationMethod.create({ data: { ...base, slot: id, name: method.name } })
    // Only a token of this person that nobody has activated; the caller holds its lock and has looked.
    const count = await tx.$executeRaw`
      UPDATE hardware_oath_token SET method_id = ${id}::uuid, drift_steps = ${method.driftSteps},
        last_step = ${method.lastStep}
      WHERE id = ${method.tokenId}::uuid AND assigned_to_id = ${userId}::uuid AND method_id IS NULL
        AND last_step < ${method.lastStep}`
    const stored = (await loadMethods(tx, userId)).find((one) => one.id === id)
    if (count !== 1 || !stored) throw new Error(`hardware token ${method.tokenId} cannot be activated`)
    return stored
  }
  const fresh = { lastUsedAt: null, consecutiveFailures: 0, blockedUntil: null, disabledAt: null }
  const made = { id, userId, kind: method.kind, name: null, origin, createdAt: at }
  if (method.kind === 'recoveryCodes') {
    const { kind, codes } = method
    await tx.authenticationMethod.create({ data: { ...base, slot: kind, recoveryCodes: { create: [...codes] } } })
    return { ...made, detail: { kind, total: codes.length, left: codes.length }, ...fresh }
  }
  if (method.kind === 'securityQuestions') {
    const { kind, answers } = method
    await tx.authenticationMethod.create({ data: { ...base, slot: kind, securityAnswers: { create: [...answers] } } })
    return { ...made, detail: { kind, answered: answers.length }, ...fresh }
  }
  const { name, detail } = newDetail(id, userId, method)
  switch (detail.kind) {
    case 'passkey': {
      const { kind: _, credentialId, publicKey, transports, ...rest } = detail
      const bytesAndLists = {
        credentialId: Uint8Array.from(credentialId),
        publicKey: Uint8Array.from(publicKey),
        transports: [...transports],
      }
      await tx.authenticationMethod.create({
        data: { ...base, slot: id, name, passkey: { create: { ...rest, ...bytesAndLists } } },
      })
      break
    }
    case 'softwareOath': {
      // Both rows in one statement: the foreign key is checked at its end. Nobody else has its slot.
      const rows = Prisma.sql`
        WITH method AS (
          INSERT INTO authentication_method (id, user_id, kind, slot, name, origin, created_at, updated_at)
          VALUES (${id}::uuid, ${userId}::uuid, ${method.kind}, ${id}, ${name}, ${origin},
            ${at.toISOString()}::timestamptz, ${at.toISOString()}::timestamptz)
        )
        INSERT INTO software_oath (method_id, secret_sealed, algorithm, period_seconds, last_step)
        VALUES (${id}::uuid, ${detail.secretSealed}, ${detail.algorithm}, ${detail.periodSeconds}, ${detail.lastStep})`
      await writeLater(tx, rows)
      break
    }
    case 'mobilePhone':
    case 'alternateMobilePhone':
    case 'officePhone': {
      const { kind, ...row } = detail
      await tx.authenticationMethod.create({ data: { ...base, slot: phoneSlots[kind], phone: { create: row } } })
      break
    }
    case 'email':
      await tx.authenticationMethod.create({
        data: { ...base, slot: 'email', email: { create: { emailAddress: detail.emailAddress } } },
      })
      break
    case 'temporaryAccessPass': {
      const { kind: _, ...rest } = detail
      await tx.authenticationMethod.create({
        data: { ...base, slot: 'temporaryAccessPass', temporaryAccessPass: { create: rest } },
      })
      break
    }
  }
  return { ...made, name, detail, ...fresh }
}

const phoneSlots: Readonly<Record<PhoneKind, string>> = {
  mobilePhone: 'mobile',
  alternateMobilePhone: 'alternateMobile',
  officePhone: 'office',
}
/** Kinds whose detail is more than one row beside the method's, or somebody else's row. */
type StoredApart = 'hardwareOath' | 'securityQuestions' | 'recoveryCodes'

/** Member by member: what verified a credential knows more about it than the row keeps. */
function newDetail(
  id: string,
  userId: string,
  method: Exclude<NewMethod, { readonly kind: StoredApart }>,
): { readonly name: string | null; readonly detail: Exclude<MethodDetail, { readonly kind: StoredApart }> } {
  switch (method.kind) {
    case 'passkey': {
      const { kind, name, credentialId, publicKey, transports, algorithm, signCount, aaguid } = method
      const { backupEligible, backupState, attestationFormat, isAttested } = method
      return {
        name,
        detail: {
          ...{ kind, credentialId, publicKey, transports, algorithm, signCount, aaguid },
          ...{ backupEligible, backupState, attestationFormat, isAttested },
        },
      }
    }
    case 'softwareOath': {
      const { kind, name, secret, algorithm, periodSeconds, lastStep } = method
      const secretSealed = seal(secret, secretPlace(id, userId))
      return { name, detail: { kind, secretSealed, algorithm, periodSeconds, lastStep } }
    }
    case 'mobilePhone':
    case 'alternateMobilePhone':
    case 'officePhone': {
      const { kind, phoneNumber, extension = null, isSmsSignInEnabled = false } = method
      return { name: null, detail: { kind, phoneNumber, extension, isSmsSignInEnabled } }
    }
    case 'email':
      return { name: null, detail: { kind: method.kind, emailAddress: method.emailAddress } }
    case 'temporaryAccessPass':
      return { name: null, detail: { usedAt: null, wrongTries: 0, ...method } }
  }
}

/** Replaces the number or address of a method; the row, its id and its place as default stay. For `security-info` only. */
export async function replaceContact(
  tx: Tx,
  methodId: string,
  contact: NewPhone | { readonly kind: 'email'; readonly emailAddress: string },
  at: Date,
): Promise<void> {
  if (isPhone(contact)) {
    const { phoneNumber, extension = null, isSmsSignInEnabled = false } = contact
    await tx.phone.update({ where: { methodId }, data: { phoneNumber, extension, isSmsSignInEnabled } })
  } else {
    await tx.email.update({ where: { methodId }, data: { emailAddress: contact.emailAddress } })
  }
  await tx.authenticationMethod.update({
    where: { id: methodId },
    data: { updatedAt: at, origin: 'user', consecutiveFailures: 0, blockedUntil: null, disabledAt: null },
  })
}

function isPhone(contact: NewPhone | { readonly kind: 'email' }): contact is NewPhone {
  return isPhoneKind(contact.kind)
}

/** For `security-info` only. */
export async function renameMethod(tx: Tx, methodId: string, name: string, at: Date): Promise<void> {
  await tx.authenticationMethod.update({ where: { id: methodId }, data: { name, updatedAt: at } })
}

/** Removes a method. The caller has moved the default away first. For `security-info` only. */
export async function deleteMethod(tx: Tx, methodId: string): Promise<void> {
  await tx.authenticationMethod.delete({ where: { id: methodId } })
}

/** The secret of an authenticator app, opened; it must not outlive the comparison it is opened for. */
export function openSecret(methodId: string, userId: string, detail: SoftwareOathDetail): string {
  return unseal(detail.secretSealed, secretPlace(methodId, userId))
}

function secretPlace(methodId: string, userId: string) {
  return { table: 'software_oath', column: 'secret_sealed', rowId: methodId, ownerId: userId }
}

/** Notes a successful use: the failures in a row end. */
export async function recordUse(tx: Tx, methodId: string, at: Date): Promise<void> {
  await tx.authenticationMethod.update({
    where: { id: methodId },
    data: { lastUsedAt: at, consecutiveFailures: 0, blockedUntil: null },
  })
}

/** Counts a failure in one statement and answers how many there are now in a row. */
export async function countFailure(tx: Tx, methodId: string): Promise<number> {
  const rows = await tx.authenticationMethod.updateManyAndReturn({
    where: { id: methodId },
    data: { consecutiveFailures: { increment: 1 } },
    select: { consecutiveFailures: true },
  })
  return rows[0]?.consecutiveFailures ?? 0
}

export async function blockMethod(
  tx: Tx,
  methodId: string,
  block: { readonly blockedUntil: Date } | { readonly disabledAt: Date },
): Promise<void> {
  // Whoever removes the method at this moment has done more than this.
  await tx.authenticationMethod.updateMany({ where: { id: methodId }, data: block })
}

/**
 * Accepts a time step once: only one greater than the last is taken, whoever comes first wins. The use is noted with it.
 * @see RFC 6238 §5.2
 */
export async function takeStep(tx: Tx, methodId: string, step: bigint, at: Date): Promise<boolean> {
  const instant = at.toISOString()
  const count = await tx.$executeRaw`
    WITH taken AS (
      UPDATE software_oath SET last_step = ${step} WHERE method_id = ${methodId}::uuid AND last_step < ${step}
      RETURNING method_id
    )
    UPDATE authentication_method SET last_used_at = ${instant}::timestamptz, consecutive_failures = 0,
      blocked_until = NULL, updated_at = ${instant}::timestamptz
    FROM taken WHERE id = taken.method_id`
  return count === 1
}

/** As `takeStep`, of a hardware token, with the drift that this code taught. */
export async function takeTokenStep(
  tx: Tx,
  methodId: string,
  accepted: { readonly step: number; readonly driftSteps: number },
): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE hardware_oath_token SET last_step = ${BigInt(accepted.step)}, drift_steps = ${accepted.driftSteps}
    WHERE method_id = ${methodId}::uuid AND last_step < ${BigInt(accepted.step)}`
  return count === 1
}

/** Moves the sign count and backup state on, only from the count the check was made with and while the passkey is in use. */
export async function moveSignCount(
  tx: Tx,
  methodId: string,
  from: bigint,
  to: { readonly signCount: bigint; readonly backupState: boolean },
): Promise<boolean> {
  const { count } = await tx.passkey.updateMany({
    where: { methodId, signCount: from, method: { disabledAt: null } },
    data: to,
  })
  return count === 1
}

/** Whose mobile phone this number is, and switched on for signing in; at most one person's. One statement, known or not. */
export async function findTextSignIn(
  tx: Tx,
  phoneNumber: string,
): Promise<{ readonly userId: string; readonly methodId: string } | null> {
  const [row] = await tx.$queryRaw<{ userId: string; methodId: string }[]>`
    SELECT method.user_id::text AS "userId", method.id::text AS "methodId"
    FROM phone JOIN authentication_method method ON method.id = phone.method_id AND method.kind = 'mobilePhone'
    WHERE phone.phone_number = ${phoneNumber} AND phone.is_sms_sign_in_enabled`
  return row ?? null
}

/** Switches signing in with the number of a mobile phone on or off. For `security-info` only. */
export async function setTextSignIn(tx: Tx, methodId: string, isSmsSignInEnabled: boolean, at: Date): Promise<void> {
  await tx.phone.update({ where: { methodId }, data: { isSmsSignInEnabled } })
  await tx.authenticationMethod.update({ where: { id: methodId }, data: { updatedAt: at } })
}

/** What a typed pass is compared with. */
export type PassToCheck = {
  readonly methodId: string
  /** PHC string; goes nowhere but to the check. */
  readonly passHash: string
  readonly createdById: string | null
}

/** The person's pass, whatever its state. One statement, the same for somebody unknown (null), who has none. */
export async function findPass(tx: Tx, userId: string | null): Promise<PassToCheck | null> {
  const [row] = await tx.$queryRaw<PassToCheck[]>`
    SELECT pass.method_id::text AS "methodId", pass.pass_hash AS "passHash", pass.created_by_id::text AS "createdById"
    FROM temporary_access_pass pass JOIN authentication_method method ON method.id = pass.method_id
    WHERE method.user_id = ${userId}::uuid`
  return row ?? null
}

/** Uses a pass: a one-time pass by one conditional update, so two sign-ins at once give one session. */
export async function takePass(tx: Tx, methodId: string, isUsableOnce: boolean, at: Date): Promise<boolean> {
  const { count } = await tx.temporaryAccessPass.updateMany({
    where: { methodId, expiresAt: { gt: at }, startsAt: { lte: at }, ...(isUsableOnce ? { usedAt: null } : {}) },
    data: { usedAt: at },
  })
  return count === 1
}

/** Counts a wrong try and answers how many there were. Null, for whoever has no pass, costs the same and answers 0. */
export async function countWrongPass(tx: Tx, methodId: string | null): Promise<number> {
  const [row] = await tx.$queryRaw<{ wrongTries: number }[]>`
    UPDATE temporary_access_pass SET wrong_tries = wrong_tries + 1
    WHERE method_id = ${methodId}::uuid RETURNING wrong_tries AS "wrongTries"`
  return row?.wrongTries ?? 0
}

/** What an answer to a security question is compared with. */
export type SecurityAnswerToCheck = {
  readonly questionKey: string
  /** PHC string; goes nowhere but to the check. */
  readonly answerHash: string
}

/** The answered questions of this method, in a fixed order. */
export async function findSecurityAnswers(tx: Tx, methodId: string): Promise<SecurityAnswerToCheck[]> {
  return tx.securityAnswer.findMany({
    where: { methodId },
    orderBy: { questionKey: 'asc' },
    select: { questionKey: true, answerHash: true },
  })
}

/** What a typed recovery code is compared with. */
export type RecoveryCodeToCheck = {
  readonly id: string
  /** PHC string; goes nowhere but to the check. */
  readonly codeHash: string
}

/** The code of this set with this selector, used or not. */
export async function findRecoveryCode(
  tx: Tx,
  methodId: string,
  selector: string,
): Promise<RecoveryCodeToCheck | null> {
  return tx.recoveryCode.findUnique({
    where: { methodId_selector: { methodId, selector } },
    select: { id: true, codeHash: true },
  })
}

/** Uses a recovery code: one conditional update, so of two sign-ins at once one gets it. */
export async function takeRecoveryCode(tx: Tx, methodId: string, id: string, at: Date): Promise<boolean> {
  const { count } = await tx.recoveryCode.updateMany({ where: { id, methodId, usedAt: null }, data: { usedAt: at } })
  return count === 1
}
