import 'server-only'
import { isPhoneKind, type PhoneKind } from '@/lib/authentication-methods/model'
import { type Tx, type Write, writeTogether } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { seal } from '@/lib/platform/seal'
import { Prisma } from '@/prisma/client/client'
import type { MethodDetail, MethodOrigin, NewMethod, NewPhone, RegisteredMethod } from '../model'
import { loadMethods, secretPlace } from './rows'

/** Methods are added, changed and removed: for `lib/security-info` only, whose transaction asks the gate. */

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
  if (method.kind === 'softwareOath') {
    const made = newSoftwareOath(userId, method, origin, at)
    await writeTogether(tx, made.writes)
    return made.method
  }
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
  const { name, detail } = newDetail(method)
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

const fresh = { lastUsedAt: null, consecutiveFailures: 0, blockedUntil: null, disabledAt: null } as const

/**
 * An authenticator app as it is read back, and the writes that store it: in one statement, at whose end the foreign key is
 * checked. Nobody else has its slot. For `security-info` only.
 */
export function newSoftwareOath(
  userId: string,
  method: Extract<NewMethod, { readonly kind: 'softwareOath' }>,
  origin: MethodOrigin,
  at: Date,
): { readonly method: RegisteredMethod; readonly writes: readonly Write[] } {
  const id = randomUUID()
  const { kind, name, secret, algorithm, periodSeconds, lastStep } = method
  const secretSealed = seal(secret, secretPlace(id, userId))
  const instant = at.toISOString()
  return {
    method: {
      ...{ id, userId, kind, name, origin, createdAt: at },
      detail: { kind, secretSealed, algorithm, periodSeconds, lastStep },
      ...fresh,
    },
    writes: [
      Prisma.sql`
        INSERT INTO authentication_method (id, user_id, kind, slot, name, origin, created_at, updated_at)
        VALUES (${id}::uuid, ${userId}::uuid, ${kind}, ${id}, ${name}, ${origin}, ${instant}::timestamptz,
          ${instant}::timestamptz)`,
      Prisma.sql`
        INSERT INTO software_oath (method_id, secret_sealed, algorithm, period_seconds, last_step)
        VALUES (${id}::uuid, ${secretSealed}, ${algorithm}, ${periodSeconds}, ${lastStep})`,
    ],
  }
}

const phoneSlots: Readonly<Record<PhoneKind, string>> = {
  mobilePhone: 'mobile',
  alternateMobilePhone: 'alternateMobile',
  officePhone: 'office',
}
/** Kinds that are stored in ways of their own. */
type StoredApart = 'softwareOath' | 'hardwareOath' | 'securityQuestions' | 'recoveryCodes'

/** Member by member: what verified a credential knows more about it than the row keeps. */
function newDetail(method: Exclude<NewMethod, { readonly kind: StoredApart }>): {
  readonly name: string | null
  readonly detail: Exclude<MethodDetail, { readonly kind: StoredApart }>
} {
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

/**
 * Replaces the number or address of a method; the row, its id and its place as default stay. All else is as new: whoever reads
 * how old a method is means what it stands for now (SEC-122). For `security-info` only.
 */
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
    data: { ...fresh, origin: 'user', createdAt: at, updatedAt: at },
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

/** Switches signing in with the number of a mobile phone on or off. For `security-info` only. */
export async function setTextSignIn(tx: Tx, methodId: string, isSmsSignInEnabled: boolean, at: Date): Promise<void> {
  await tx.phone.update({ where: { methodId }, data: { isSmsSignInEnabled } })
  await tx.authenticationMethod.update({ where: { id: methodId }, data: { updatedAt: at } })
}
