import 'server-only'
import type { Tx } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'

/** The password of a person as its row stands. `passwordHash` is secret (one way) and goes nowhere but to the check. */
export type StoredPassword = {
  readonly userPrincipalName: string
  readonly passwordHash: string | null
  readonly temporaryPasswordEndsAt: Date | null
  /** It lives in a directory, and nothing is kept of it here. */
  readonly isInDirectory: boolean
}

export async function findPassword(tx: Tx, userId: string): Promise<StoredPassword | null> {
  if (!isUuid(userId)) return null
  const [row] = await tx.$queryRaw<StoredPassword[]>`
    SELECT user_principal_name AS "userPrincipalName", password_hash AS "passwordHash",
      temporary_password_ends_at AS "temporaryPasswordEndsAt", directory_connector_id IS NOT NULL AS "isInDirectory"
    FROM "user" WHERE id = ${userId}::uuid`
  return row ?? null
}

/** Notes that a password that lives elsewhere is a new one; a temporary one is none any more. `isRenewed` as for `storePassword`. */
export async function noteOutsidePassword(tx: Tx, userId: string, at: Date, isRenewed = false): Promise<void> {
  await tx.user.updateMany({
    where: { id: userId },
    data: {
      passwordChangedAt: at,
      temporaryPasswordEndsAt: null,
      updatedAt: at,
      ...(isRenewed ? { passwordRenewedAt: at } : {}),
    },
  })
}

/**
 * Writes a password, if the one there still is `before`: whoever verified or compared did so with that one. A temporary
 * one has an end. Nothing is written for somebody whose password lives in a directory.
 */
export async function storePassword(
  tx: Tx,
  userId: string,
  password: {
    readonly hash: string
    readonly before: string | null
    readonly at: Date
    readonly endsAt: Date | null
    /** Set by its owner after multifactor authentication. */
    readonly isRenewed?: boolean
  },
): Promise<boolean> {
  const at = password.at.toISOString()
  const stored = await tx.$executeRaw`
    UPDATE "user" SET password_hash = ${password.hash}, password_changed_at = ${at}::timestamptz,
      password_renewed_at = CASE WHEN ${password.isRenewed ?? false} THEN ${at}::timestamptz ELSE password_renewed_at END,
      temporary_password_ends_at = ${password.endsAt?.toISOString() ?? null}::timestamptz,
      updated_at = ${at}::timestamptz
    WHERE id = ${userId}::uuid AND password_hash IS NOT DISTINCT FROM ${password.before}
      AND directory_connector_id IS NULL`
  return stored === 1
}
