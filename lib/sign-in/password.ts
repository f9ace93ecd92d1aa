import 'server-only'
import type { PasswordHome } from '@/lib/directory/password-home'
import type { SignInUser } from '@/lib/directory/store'
import { verifyAgainstNobody, verifyDirectoryPassword } from '@/lib/directory/verify-password'
import { verifyNothing, verifySecret } from '@/lib/password/hashing'
import type { PasswordCode } from '@/lib/password/model'
import { ok, type Result } from '@/lib/result'

/**
 * What became of a password that was typed at sign-in. `due`: it is right, and its directory wants a new one first.
 * `unavailable`: the directory that would know cannot be asked.
 */
export type PasswordJudgement = {
  readonly kind: 'right' | 'wrong' | 'due' | 'unavailable'
  readonly home: PasswordHome
  readonly needsRehash: boolean
}

/**
 * Judges a password where it lives. Whoever is asked about, one hash is spent here and, where there is a directory, one
 * question there: the time of an answer tells neither who exists nor who lives where. A hash that is left here of
 * somebody who lives in a directory counts for nothing. `directories`: the ids of those that are enabled.
 *
 * @see SEC-116, SEC-128, SEC-190
 */
export async function judgePassword(
  user: SignInUser | null,
  name: string,
  secret: string,
  directories: readonly string[],
): Promise<Result<PasswordJudgement, PasswordCode>> {
  const home: PasswordHome = user?.home ?? { kind: 'local' }
  const isHere = home.kind === 'local' && user?.passwordHash
  const [hashed, directory] = await Promise.all([
    isHere ? verifySecret(secret, user.passwordHash ?? '') : verifyNothing(secret),
    home.kind === 'directory' ? verifyDirectoryPassword(home, secret) : verifyAgainstNobody(name, directories),
  ])
  if (!hashed.ok) return hashed
  if (home.kind === 'local') {
    if (hashed.value?.matches) return ok({ kind: 'right', home, needsRehash: hashed.value.needsRehash })
    // While the directory is away, a name that is here answers as one that might live there.
    return ok({ kind: directory.kind === 'unavailable' ? 'unavailable' : 'wrong', home, needsRehash: false })
  }
  const kind = judgements[directory.kind]
  return ok({ kind, home, needsRehash: false })
}

/** A directory may say of a wrong password, too, that an account is locked or switched off. */
const judgements = {
  right: 'right',
  mustChange: 'due',
  expired: 'due',
  wrong: 'wrong',
  locked: 'wrong',
  disabled: 'wrong',
  unavailable: 'unavailable',
} as const
