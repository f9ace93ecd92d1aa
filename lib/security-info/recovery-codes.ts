import 'server-only'
import { newRecoveryCodes, recoveryCodeText } from '@/lib/authentication-methods/kinds/recovery-codes'
import { hashSecret } from '@/lib/password/hashing'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { insertMethod } from '@/lib/registered-methods/store/change'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import { loadFacts, type PersonFacts } from '@/lib/sign-in/facts'
import { isPassSession, lastLastingMfaAt, type Session } from '@/lib/sign-in/model'
import { tell } from '@/lib/sign-in/tell'
import { mfaMethods } from '@/lib/sign-in/usable'
import { refuseFinish } from './ceremony'
import { type Asking, changeOwn, refusalToRegister } from './change'
import { freshnessSeconds } from './gate'
import { removeRow } from './manage'
import type { GateMoment } from './model'

/** Recovery codes: made by the person, shown once, replaced as a whole. */

/**
 * Makes a set of codes and answers them once, in the form in which they are shown. A set that was there ends in the
 * same transaction; `replaces` is the id of the one that the page showed, or null, so that a second press of the button
 * makes no codes that nobody sees. Failures: `recovery_codes.method_first`, `recovery_codes.not_with_pass`,
 * `security_info.changed_elsewhere`, `service.busy`, those of the gate and the policy.
 *
 * @see SEC-100, SEC-101, SEC-095
 */
export async function makeRecoveryCodes(
  asking: Asking,
  replaces: string | null,
): Promise<Result<{ readonly codes: readonly string[] }>> {
  const at = now()
  const plan = { activity: replaces === null ? 'registered' : 'updated', kind: 'recoveryCodes' } as const
  const before = await loadFacts(db(), asking.session.userId, 'cached')
  if (!before) return fail('refused', 'sign_in.session_ended')
  // Ten slow hashes are spent only on somebody who may have the codes; inside the transaction it is asked again.
  const early = refusalToMakeCodes(before, asking.session, at, 'start')
  if (early) return refuseFinish(asking, plan, early, at)
  const made = newRecoveryCodes()
  const codes: { readonly selector: string; readonly codeHash: string }[] = []
  for (const { selector, secret } of made) {
    const hashed = await hashSecret(secret)
    if (!hashed.ok) return hashed
    codes.push({ selector, codeHash: hashed.value })
  }
  const result = await changeOwn(asking, plan, async (context) => {
    const { tx, facts, session } = context
    const refusal = refusalToMakeCodes(facts, session, context.at, 'store')
    if (refusal) return refusal
    const old = facts.methods.find(({ kind }) => kind === 'recoveryCodes')
    if ((old?.id ?? null) !== replaces) return fail('refused', 'security_info.changed_elsewhere')
    const others = facts.methods.filter((method) => method !== old)
    const closed = refusalToRegister({ ...context, facts: { ...facts, methods: others } }, 'recoveryCodes')
    if (closed) return closed
    if (old) await removeRow(context, old)
    const { id } = await insertMethod(tx, facts.subject.id, { kind: 'recoveryCodes', codes }, 'user', context.at)
    const clientAddress = asking.origin.clientAddress
    const notice = { at: context.at.toISOString(), clientAddress, by: 'you' } as const
    await tell(tx, facts.subject.id, 'recoveryCodesMade', notice, { facts })
    return ok({
      value: undefined,
      event: {
        reason: old ? 'renewed' : undefined,
        method: { kind: 'recoveryCodes', id },
        after: { codes: codes.length },
      },
    })
  })
  if (!result.ok) return result
  return ok({ codes: made.map(recoveryCodeText) })
}

/**
 * Why this session may not see new codes, beside what the gate says. They stand in for a method, so there must be one,
 * and it must have been used just now: a pass was given by somebody else, and with one code found in a drawer nobody
 * shall make ten.
 */
export function refusalToMakeCodes(
  facts: PersonFacts,
  session: Pick<Session, 'proofs' | 'stage'>,
  at: Date,
  moment: GateMoment,
): Fail | null {
  if (isPassSession(session.proofs)) return fail('refused', 'recovery_codes.not_with_pass')
  if (mfaMethods(facts).length === 0) return fail('refused', 'recovery_codes.method_first')
  const provenAt = lastLastingMfaAt(session.proofs)
  const ageMax = freshnessSeconds(moment, 'recoveryCodes', session.stage) * 1000
  return provenAt !== null && at.getTime() - provenAt <= ageMax
    ? null
    : fail('refused', 'security_info.freshness_required', { details: { returnTo: '/security-info/recovery-codes' } })
}
