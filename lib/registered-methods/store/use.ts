import 'server-only'
import type { Tx } from '@/lib/platform/db'

/** Using a method: a code, a pass or an answer counts once, and failures are counted. */

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
