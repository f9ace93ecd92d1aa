import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import { loadPasswordResetPolicy } from '@/lib/authentication-methods/store'
import { findUserForSignIn } from '@/lib/directory/store'
import { storedName } from '@/lib/directory/user-principal-name'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { transaction } from '@/lib/platform/db'
import { randomToken } from '@/lib/platform/random'
import { ok, type Result } from '@/lib/result'
import { type Directory, directories, loadAccount } from './account'
import { evenly } from './even-time'
import type { Moved } from './flow'
import {
  type Context,
  logDecision,
  note,
  type Resetting,
  refusedByThrottle,
  type StepResult,
  stepOf,
  takeStep,
} from './flow'
import type { PasswordResetFailureCode, ResetPurpose, ResetRefusal } from './model'
import { nextStep } from './next-step'
import { changeReset, dropReset, insertReset, lockThrottle, subjectHashOf } from './store'

/**
 * Begins a reset in the name that was typed. Whoever's it is, and whether it is anybody's, the answer is the same, after
 * the same time: what stands in the way is told to administrators, in the trail, and to the person once something is
 * proven. The caller has counted the address (`entry.ts`).
 *
 * `before`: the value that this browser held for an earlier reset, which it leaves. @see SEC-189 to SEC-192
 */
export function identify(
  input: { readonly name: string; readonly origin: AuditOrigin; readonly before: string | null },
  directory: Directory = directories,
): Promise<Result<Moved & { readonly token: string; readonly id: string }, PasswordResetFailureCode>> {
  return evenly(limits.passwordReset.answerMilliseconds, () => begin(input, directory))
}

async function begin(
  { name, origin, before }: { readonly name: string; readonly origin: AuditOrigin; readonly before: string | null },
  directory: Directory,
): Promise<Result<Moved & { readonly token: string; readonly id: string }, PasswordResetFailureCode>> {
  const at = now()
  const subject = storedName(name)
  const subjectHash = subjectHashOf(subject)
  const token = randomToken(limits.session.idBytes)
  return transaction(async (tx) => {
    const user = await findUserForSignIn(tx, subject)
    const userId = user?.id ?? null
    const account = await loadAccount(tx, { userId, gates: [], begun: null }, { origin, directory, at }, 'now')
    const policy = account.facts?.passwordResetPolicy ?? (await loadPasswordResetPolicy(tx))
    const { isUnlockAllowed, refusalDetail } = policy.selfService
    const { standing } = account
    const shown = refusalDetail === 'code' && !standing.isAble ? shownAs(standing.refusal) : null
    if (before !== null) await dropReset(tx, before)
    const gatesAtStart = account.known.map(({ key }) => key)
    const purpose: ResetPurpose | null = isUnlockAllowed ? null : 'reset'
    const made = await insertReset(tx, {
      ...{ token, name, subjectHash, userId, gatesAtStart, purpose, at },
      state: shown === null ? 'open' : 'refused',
      refusal: shown,
    })
    // After the row that refers to the person: every other step locks the person first, too.
    const throttle = await lockThrottle(tx, subjectHash, at)
    const expiresAt = new Date(at.getTime() + limits.passwordReset.sessionSeconds * 1000)
    const reset = {
      ...{ ...made, subjectHash, userId, name, purpose, gates: [], gatesAtStart, way: null, challengeId: null },
      ...{ state: shown === null ? ('open' as const) : ('refused' as const), refusal: shown, startedAt: at, expiresAt },
    }
    const context: Context = { tx, at, origin, directory, reset, throttle, account, step: 'identify' }
    await note(context, 'startedPasswordReset', 'success')
    const reason = standing.isAble ? 'identified' : standing.refusal
    await note(context, 'passwordResetProgress', standing.isAble ? 'success' : 'failure', { reason })
    if (!standing.isAble && standing.refusal === 'policy_blocked') await logDecision(context, standing.refusal)
    const throttled = await refusedByThrottle(context, 'identify')
    const step = throttled
      ? ('throttled' as const)
      : nextStep({ reset, lockedSeconds: 0, isUnlockOffered: isUnlockAllowed, account: null }, at)
    return ok({ step, token, id: made.id })
  })
}

/**
 * Where refusals are shown at once, an account that does not exist, is blocked or is out of scope still looks like one that
 * is not set up. @see SEC-189
 */
function shownAs(refusal: ResetRefusal): ResetRefusal {
  const hidden: readonly ResetRefusal[] = ['account_unknown', 'account_disabled', 'SSPR_0013', 'SSPR_0009']
  return hidden.includes(refusal) ? 'SSPR_0014' : refusal
}

/** A new password, or only the end of a lock. */
export function choosePurpose(resetting: Resetting, purpose: ResetPurpose): Promise<StepResult> {
  return evenly(limits.passwordReset.answerMilliseconds, () =>
    takeStep(resetting, ['choose'], async (context) => {
      const { tx, at, reset, throttle, account } = context
      await changeReset(tx, reset.id, { purpose })
      await note(context, 'passwordResetProgress', 'success', { reason: `chose_${purpose}` })
      return ok({ step: await stepOf(tx, { ...reset, purpose }, throttle, account, at), token: null })
    }),
  )
}
