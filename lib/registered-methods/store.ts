import 'server-only'
import type { MethodKind } from '@/lib/authentication-methods/model'
import type { Tx } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { seal, unseal } from '@/lib/platform/seal'
import type { MethodDetail, MethodOrigin, NewMethod, RegisteredMethod, SoftwareOathDetail } from './model'

const detailRelations = {
  passkey: true,
  softwareOath: true,
  phone: true,
  email: true,
  temporaryAccessPass: true,
} as const

/** All methods of a person, oldest first, expired passes included. */
export async function loadMethods(tx: Tx, userId: string): Promise<RegisteredMethod[]> {
  const rows = await tx.authenticationMethod.findMany({
    where: { userId },
    include: detailRelations,
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
  return rows.map(fromRow)
}

/** The passkey with this credential id and its owner, whoever that is: the usernameless sign-in asks so. */
export async function findPasskey(tx: Tx, credentialId: Uint8Array): Promise<RegisteredMethod | null> {
  const row = await tx.passkey.findUnique({
    where: { credentialId: Uint8Array.from(credentialId) },
    include: { method: { include: detailRelations } },
  })
  return row ? fromRow(row.method) : null
}

type MethodRow = Awaited<ReturnType<typeof readRow>>
function readRow(tx: Tx) {
  return tx.authenticationMethod.findFirstOrThrow({ include: detailRelations })
}

function fromRow(row: MethodRow): RegisteredMethod {
  return {
    id: row.id,
    userId: row.userId,
    kind: row.kind as MethodKind,
    name: row.name,
    origin: row.origin as MethodOrigin,
    createdAt: row.createdAt,
    lastUsedAt: row.lastUsedAt,
    consecutiveFailures: row.consecutiveFailures,
    blockedUntil: row.blockedUntil,
    disabledAt: row.disabledAt,
    detail: detailOf(row),
  }
}

function detailOf(row: MethodRow): MethodDetail {
  if (row.passkey) return { kind: 'passkey', ...row.passkey }
  if (row.softwareOath) {
    return { kind: 'softwareOath', ...row.softwareOath, algorithm: row.softwareOath.algorithm as 'SHA1' | 'SHA256' }
  }
  if (row.phone) return { kind: 'mobilePhone', phoneNumber: row.phone.phoneNumber }
  if (row.email) return { kind: 'email', emailAddress: row.email.emailAddress }
  if (row.temporaryAccessPass) return { kind: 'temporaryAccessPass', ...row.temporaryAccessPass }
  throw new Error(`authentication method ${row.id} has no detail row`)
}

/**
 * Stores one method and answers its id. For `security-info` only. A taken slot or credential id is the database's
 * unique violation.
 */
export async function insertMethod(
  tx: Tx,
  userId: string,
  method: NewMethod,
  origin: MethodOrigin,
  at: Date,
): Promise<string> {
  const id = randomUUID()
  const base = { id, userId, kind: method.kind, origin, createdAt: at, updatedAt: at }
  switch (method.kind) {
    case 'passkey': {
      // Member by member: what verified the credential knows more about it than the row keeps.
      const { name, credentialId, publicKey, transports, algorithm, signCount, aaguid } = method
      const { backupEligible, backupState, attestationFormat } = method
      await tx.authenticationMethod.create({
        data: {
          ...base,
          slot: id,
          name,
          passkey: {
            create: {
              algorithm,
              signCount,
              aaguid,
              backupEligible,
              backupState,
              attestationFormat,
              credentialId: Uint8Array.from(credentialId),
              publicKey: Uint8Array.from(publicKey),
              transports: [...transports],
            },
          },
        },
      })
      return id
    }
    case 'softwareOath': {
      const { kind: _, name, secret, ...rest } = method
      const secretSealed = seal(secret, secretPlace(id, userId))
      await tx.authenticationMethod.create({
        data: { ...base, slot: id, name, softwareOath: { create: { ...rest, secretSealed } } },
      })
      return id
    }
    case 'mobilePhone':
      await tx.authenticationMethod.create({
        data: { ...base, slot: 'mobile', phone: { create: { phoneNumber: method.phoneNumber } } },
      })
      return id
    case 'email':
      await tx.authenticationMethod.create({
        data: { ...base, slot: 'email', email: { create: { emailAddress: method.emailAddress } } },
      })
      return id
    case 'temporaryAccessPass': {
      const { kind: _, ...rest } = method
      await tx.authenticationMethod.create({
        data: { ...base, slot: 'temporaryAccessPass', temporaryAccessPass: { create: rest } },
      })
      return id
    }
  }
}

/** Replaces the number or address of a method; the row, its id and its place as default stay. For `security-info` only. */
export async function replaceContact(
  tx: Tx,
  methodId: string,
  contact:
    | { readonly kind: 'mobilePhone'; readonly phoneNumber: string }
    | { readonly kind: 'email'; readonly emailAddress: string },
  at: Date,
): Promise<void> {
  if (contact.kind === 'mobilePhone') {
    await tx.phone.update({ where: { methodId }, data: { phoneNumber: contact.phoneNumber } })
  } else {
    await tx.email.update({ where: { methodId }, data: { emailAddress: contact.emailAddress } })
  }
  await tx.authenticationMethod.update({
    where: { id: methodId },
    data: { updatedAt: at, origin: 'user', consecutiveFailures: 0, blockedUntil: null, disabledAt: null },
  })
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
 * Accepts a time step once: only one greater than the last is taken, whoever comes first wins.
 * @see RFC 6238 §5.2
 */
export async function takeStep(tx: Tx, methodId: string, step: bigint): Promise<boolean> {
  const { count } = await tx.softwareOath.updateMany({
    where: { methodId, lastStep: { lt: step } },
    data: { lastStep: step },
  })
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
