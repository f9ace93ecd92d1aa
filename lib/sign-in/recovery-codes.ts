import 'server-only'
import { record } from '@/lib/audit/record'
import { readRecoveryCode } from '@/lib/authentication-methods/kinds/recovery-codes'
import { verifyNothing, verifySecret } from '@/lib/password/hashing'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { findRecoveryCode, recordUse, takeRecoveryCode } from '@/lib/registered-methods/store/use'
import { fail, type Result } from '@/lib/result'
import { loadFacts } from './facts'
import type { Proven } from './going-on'
import type { SignInFailureCode } from './model'
import { noteFailure, prove, refused, usableOfKind, type Verifying, waitOf } from './second-factor'
import { tell } from './tell'

/**
 * One of the person's recovery codes, as a second factor. It works once, and its owner is told. Every try costs one
 * slow hash, made before the transaction, and a wrong one counts against the set like one against any other method.
 * Failures: `sign_in.recovery_code_mismatch`, `sign_in.recovery_code_used`, `sign_in.method_unavailable` (throttled:
 * wait), `sign_in.session_ended`, `service.busy`.
 *
 * @see SEC-100 to SEC-102
 */
export async function verifyWithRecoveryCode(
  verifying: Verifying,
  typed: string,
): Promise<Result<Proven, SignInFailureCode>> {
  const at = now()
  const { session, origin } = verifying
  const facts = await loadFacts(db(), session.userId, 'cached')
  if (!facts) return fail('refused', 'sign_in.session_ended')
  const waiting = waitOf(facts, 'recoveryCodes', at)
  if (waiting) return refused(verifying, waiting, at)
  const set = usableOfKind(facts, 'recoveryCodes', at)[0]
  const code = readRecoveryCode(typed)
  const stored = set && code ? await findRecoveryCode(db(), set.id, code.selector) : null
  const checked = stored && code ? await verifySecret(code.secret, stored.codeHash) : await verifyNothing(typed)
  if (!checked.ok) return checked
  const isRight = checked.value?.matches === true
  return prove(verifying, 'sign_in.recovery_code_mismatch', async (tx, { subject, ...now }) => {
    const method = usableOfKind({ subject, ...now }, 'recoveryCodes', at)[0]
    if (method?.detail.kind !== 'recoveryCodes') return null
    const isTaken = stored !== null && isRight && (await takeRecoveryCode(tx, method.id, stored.id, at))
    if (!isTaken) {
      await noteFailure(tx, method, at)
      // Right, and of this set still: then somebody has used it.
      return isRight && method.id === set?.id ? 'sign_in.recovery_code_used' : null
    }
    await recordUse(tx, method.id, at)
    const left = method.detail.left - 1
    await tell(tx, subject.id, 'recoveryCodeUsed', {
      at: at.toISOString(),
      clientAddress: origin.clientAddress,
      left,
    })
    await record(tx, {
      activity: 'recoveryCodeUsed',
      at,
      outcome: 'success',
      actor: verifying.actor,
      origin,
      target: { kind: 'user', id: subject.id },
      method: { kind: 'recoveryCodes', id: method.id },
      correlationId: session.correlationId,
      after: { left },
    })
    return { mode: 'recoveryCode', methodId: method.id, at: at.getTime() }
  })
}
