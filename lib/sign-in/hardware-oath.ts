import 'server-only'
import { record } from '@/lib/audit/record'
import { judgeTokenCode } from '@/lib/authentication-methods/kinds/hardware-oath'
import { openTokenSecret } from '@/lib/hardware-oath/store/tokens'
import { now } from '@/lib/platform/clock'
import type { Tx } from '@/lib/platform/db'
import type { HardwareOathDetail, RegisteredMethod } from '@/lib/registered-methods/model'
import { recordUse, takeTokenStep } from '@/lib/registered-methods/store'
import type { Result } from '@/lib/result'
import type { IssuedTokens } from './first-factor'
import type { SignInFailureCode } from './model'
import { noteFailure, prove, usableOfKind, type Verifying, waitFor } from './second-factor'

/**
 * A code of one of the person's hardware tokens: whichever it fits. The drift it teaches is kept. Failures as of an app:
 * `sign_in.code_mismatch`, `sign_in.code_used`, `sign_in.method_unavailable`, `sign_in.session_ended`.
 */
export async function verifyWithToken(
  verifying: Verifying,
  code: string,
): Promise<Result<IssuedTokens, SignInFailureCode>> {
  const at = now()
  const waiting = await waitFor(verifying, 'hardwareOath', at)
  if (waiting) return waiting
  return prove(verifying, 'sign_in.code_mismatch', async (tx, facts) => {
    const tokens = usableOfKind(facts, 'hardwareOath', at)
    let isUsed = false
    for (const method of tokens) {
      if (method.detail.kind !== 'hardwareOath') continue
      const secret = await openOrTell(tx, verifying, method, method.detail, at)
      const verdict = secret && judgeTokenCode({ ...method.detail, secret }, code, at, 'signIn')
      if (!verdict) continue
      if (!verdict.isUsed && (await takeTokenStep(tx, method.id, verdict))) {
        await recordUse(tx, method.id, at)
        return { mode: 'hardwareOath', methodId: method.id, at: at.getTime() }
      }
      isUsed = true
    }
    for (const method of tokens) await noteFailure(tx, method, at)
    return isUsed ? 'sign_in.code_used' : null
  })
}

/** A secret that does not open was moved or changed behind our back: no code fits it, and the trail says so (SEC-231). */
async function openOrTell(
  tx: Tx,
  { origin }: Verifying,
  method: RegisteredMethod,
  detail: HardwareOathDetail,
  at: Date,
): Promise<Uint8Array | null> {
  try {
    return openTokenSecret(detail)
  } catch {
    await record(tx, {
      activity: 'methodSuspect',
      at,
      outcome: 'failure',
      reason: 'secret does not open',
      actor: { kind: 'system' },
      origin,
      target: { kind: 'user', id: method.userId },
      method: { kind: 'hardwareOath', id: method.id },
    })
    return null
  }
}
