import 'server-only'
import type { AuditActor, AuditOrigin } from '@/lib/audit/model'
import { record } from '@/lib/audit/record'
import { isSystemPreferred, offerOrder } from '@/lib/authentication-methods/default-method'
import { afterFailure } from '@/lib/authentication-methods/failures'
import { type PublicKeyCredentialRequestOptionsJSON, requestOptions } from '@/lib/authentication-methods/kinds/passkey'
import { joinExtension, maskPhoneNumber } from '@/lib/authentication-methods/kinds/phone'
import { acceptedStep } from '@/lib/authentication-methods/kinds/software-oath'
import {
  type AuthenticationMethodMode,
  isPhoneKind,
  type MethodKind,
  type PhoneMode,
  type Proof,
  phoneModes,
} from '@/lib/authentication-methods/model'
import { applications } from '@/lib/conditional-access/model'
import { limits } from '@/lib/limits'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, type Tx, transaction, writeTogether } from '@/lib/platform/db'
import { randomToken } from '@/lib/platform/random'
import { consumeChallenge, findChallenge, openChallenge } from '@/lib/registered-methods/challenge'
import { modeOfMethod, type PasskeyDetail, type RegisteredMethod } from '@/lib/registered-methods/model'
import { loadMethods, openSecret } from '@/lib/registered-methods/store/rows'
import { blockMethod, countFailure, takeStep } from '@/lib/registered-methods/store/use'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import { type AdminEntry, adminEntryLogOf, askAdminEntry } from './admin-entry'
import { circumstancesOf } from './circumstances'
import { loadFacts, type PersonFacts } from './facts'
import { type GoOn, goOnAfter, type Proven } from './going-on'
import { logSignIn, stepsOf } from './log'
import { errorCodes, failuresTold, type Session, type SignInFailureCode } from './model'
import { acceptPasskey, checkPasskey, relyingPartyId } from './passkey'
import { lockPersonAndSession, lockWithFacts, raisingOf } from './session'
import { earliest, endBy } from './session-end'
import { mfaMethods, modesNow, secondFactors, waitSeconds } from './usable'

/** The second factor, during sign-in and whenever a fresh proof is asked for later. */

export type Verifying = {
  readonly session: Session
  readonly actor: AuditActor
  readonly origin: AuditOrigin
  /** For who is signing in: decides where the proof leads. Else it only raises the session. */
  readonly goOn?: GoOn
}

export type OfferedMethod = {
  readonly id: string
  readonly kind: MethodKind
  /** For a phone: the way of reaching it that is offered here. A phone that is texted and called is offered twice. */
  readonly mode: PhoneMode | null
  readonly name: string | null
  readonly detail: string | null
  /** Seconds until it may be tried again; 0: now. */
  readonly waitSeconds: number
}

/**
 * The methods to offer, the preferred one first. `ways`: what would meet the policies, each way a list of modes still
 * to perform; null where any second factor will do, which is no reason to spend a recovery code.
 */
export function offeredMethods(
  facts: PersonFacts,
  ways: readonly (readonly AuthenticationMethodMode[])[] | null,
  at: Date,
): OfferedMethod[] {
  const useful = ways === null ? null : new Set(ways.flat())
  const candidates = (useful === null ? mfaMethods(facts) : secondFactors(facts))
    .flatMap((method) => offersOf(facts, method))
    .filter((offer) => useful === null || useful.has(offer.mode ?? modeOfMethod(offer)))
  const ordered = offerOrder(candidates, {
    isSystemPreferredEnabled: isSystemPreferred(facts.methodsPolicy.systemCredentialPreferences, facts.subject),
    defaultMethodId: facts.defaultMethodId,
    defaultMode: facts.defaultMethodMode,
  })
  return ordered.map((method) => ({
    id: method.id,
    kind: method.kind,
    mode: method.mode,
    name: method.name,
    detail:
      'phoneNumber' in method.detail
        ? maskPhoneNumber(joinExtension(method.detail.phoneNumber, method.detail.extension))
        : null,
    waitSeconds: waitSeconds(method, at) ?? 0,
  }))
}

/** A phone once for each way in which it may be reached, everything else once. */
function offersOf(
  facts: PersonFacts,
  method: RegisteredMethod,
): (RegisteredMethod & { readonly mode: PhoneMode | null })[] {
  if (!isPhoneKind(method.kind)) return [{ ...method, mode: null }]
  const modes = modesNow(facts, method)
  return phoneModes.filter((mode) => modes.includes(mode)).map((mode) => ({ ...method, mode }))
}

/** What the browser needs to ask the person's passkeys. */
export async function startPasskeyVerification(
  verifying: Verifying,
): Promise<Result<PublicKeyCredentialRequestOptionsJSON, SignInFailureCode>> {
  const at = now()
  const challenge = randomToken(limits.webauthn.challengeBytes)
  const opened = await transaction<Result<PasskeyDetail[], SignInFailureCode>>(async (tx) => {
    const facts = await stillVerifying(tx, verifying, at)
    if (!facts) return fail('refused', 'sign_in.session_ended')
    const passkeys = mfaMethods(facts).flatMap(({ detail }) => (detail.kind === 'passkey' ? [detail] : []))
    if (passkeys.length === 0) return fail('refused', 'sign_in.method_unavailable')
    await openChallenge(tx, {
      sessionId: verifying.session.id,
      userId: verifying.session.userId,
      kind: 'webauthnGet',
      purpose: 'signIn',
      data: { challenge },
      expiresAt: secondsFrom(at, limits.webauthn.challengeLifetimeSeconds),
      at,
    })
    return ok(passkeys)
  })
  if (!opened.ok) return opened
  return ok(await requestOptions({ challenge, rpId: relyingPartyId(), allowed: opened.value }))
}

/** The person's facts, under the person's lock, while the session and the account are alive; else null. */
export async function stillVerifying(tx: Tx, { session }: Verifying, at: Date): Promise<PersonFacts | null> {
  const alive = await lockPersonAndSession(tx, session.id, session.userId, at)
  const facts = alive ? await loadFacts(tx, session.userId, 'cached') : null
  return facts?.subject.accountEnabled ? facts : null
}

/** Failures: `sign_in.passkey_failed`, `sign_in.session_ended`. */
export async function verifyWithPasskey(
  verifying: Verifying,
  response: { readonly id: string } & Readonly<Record<string, unknown>>,
): Promise<Result<Proven, SignInFailureCode>> {
  const at = now()
  const { session } = verifying
  const challenge = await findChallenge(db(), { sessionId: session.id, kind: 'webauthnGet', purpose: 'signIn' }, at)
  if (!challenge || !(await consumeChallenge(db(), challenge.id, at))) {
    return refused(verifying, fail('refused', 'sign_in.passkey_failed'), at)
  }
  const method = (await loadMethods(db(), session.userId)).find(
    ({ detail }) => detail.kind === 'passkey' && Buffer.from(detail.credentialId).toString('base64url') === response.id,
  )
  const checked = method
    ? await checkPasskey(method, response, String(challenge.data.challenge), [response.id])
    : fail('refused', 'passkey.not_verified')
  return prove(verifying, 'sign_in.passkey_failed', async (tx) =>
    method ? acceptPasskey(tx, method, checked, 'mfa', verifying.origin, at) : null,
  )
}

/**
 * A code of one of the person's authenticator apps: whichever it fits. Failures: `sign_in.code_mismatch`,
 * `sign_in.code_used` (right, but it or a later one was taken before), `sign_in.method_unavailable` (throttled: wait),
 * `sign_in.session_ended`.
 */
export function verifyWithApp(verifying: Verifying, code: string): Promise<Result<Proven, SignInFailureCode>> {
  return verifyWithOath(verifying, 'softwareOath', async (tx, method, at) => {
    const { detail } = method
    if (detail.kind !== 'softwareOath') return null
    const secret = await openOrTell(tx, verifying, method, at, () => openSecret(method.id, method.userId, detail))
    if (secret === null) return null
    const fresh = acceptedStep(secret, code, at, detail.lastStep, detail)
    if (fresh && (await takeStep(tx, method.id, BigInt(fresh.step), at))) return 'taken'
    return fresh || acceptedStep(secret, code, at, -1n, detail) ? 'used' : null
  })
}

/**
 * A code that is tried against each usable method of `kind`. `judge` says whether it was right and is now taken, was used
 * before, or does not fit (null). Failures as of `verifyWithApp`.
 */
export async function verifyWithOath(
  verifying: Verifying,
  kind: 'softwareOath' | 'hardwareOath',
  judge: (tx: Tx, method: RegisteredMethod, at: Date) => Promise<'taken' | 'used' | null>,
): Promise<Result<Proven, SignInFailureCode>> {
  const at = now()
  return prove(verifying, 'sign_in.code_mismatch', async (tx, facts) => {
    const waiting = waitOf(facts, kind, at)
    if (waiting) return waiting
    const methods = usableOfKind(facts, kind, at)
    let isUsed = false
    for (const method of methods) {
      const verdict = await judge(tx, method, at)
      if (verdict === 'taken') return { mode: kind, methodId: method.id, at: at.getTime() }
      isUsed ||= verdict === 'used'
    }
    // A wrong code was tried against each of them, so each counts it; a used one counts like a wrong one.
    for (const method of methods) await noteFailure(tx, method, at)
    return isUsed ? 'sign_in.code_used' : null
  })
}

/** A secret that does not open was moved or changed behind our back: no code fits it, and the trail says so (SEC-231). */
export async function openOrTell<Secret>(
  tx: Tx,
  { origin }: Pick<Verifying, 'origin'>,
  { id, userId, kind }: RegisteredMethod,
  at: Date,
  open: () => Secret,
): Promise<Secret | null> {
  try {
    return open()
  } catch {
    await record(tx, {
      activity: 'methodSuspect',
      at,
      outcome: 'failure',
      reason: 'secret does not open',
      actor: { kind: 'system' },
      origin,
      target: { kind: 'user', id: userId },
      method: { kind, id },
    })
    return null
  }
}

export function usableOfKind(facts: PersonFacts, kind: MethodKind, at: Date): RegisteredMethod[] {
  return secondFactors(facts).filter((method) => method.kind === kind && waitSeconds(method, at) === 0)
}

/** The refusal while no method of this kind may be tried: none is there, or each has to wait. */
export function waitOf(facts: PersonFacts, kind: MethodKind, at: Date): Fail<SignInFailureCode> | null {
  const methods = secondFactors(facts).filter((method) => method.kind === kind)
  const waits = methods.map((method) => waitSeconds(method, at) ?? Number.POSITIVE_INFINITY)
  const shortest = Math.min(...waits)
  if (shortest === 0) return null
  return Number.isFinite(shortest)
    ? fail('throttled', 'sign_in.method_unavailable', { retryAfterSeconds: shortest })
    : fail('refused', 'sign_in.method_unavailable')
}

/** A refusal before anything was judged; it is recorded like one that was. */
export async function refused(
  verifying: Verifying,
  refusal: Fail<SignInFailureCode>,
  at: Date,
): Promise<Fail<SignInFailureCode>> {
  await transaction(async (tx) => {
    const facts = await loadFacts(tx, verifying.session.userId, 'cached')
    if (facts) await refuse(tx, verifying, facts, refusal.failure.code, at)
  })
  return refusal
}

/** One more failure of the method, and what that leads to. */
export async function noteFailure(tx: Tx, method: RegisteredMethod, at: Date): Promise<void> {
  const consecutiveFailures = (await countFailure(tx, method.id)) - 1
  const next = afterFailure({ ...method, consecutiveFailures }, at)
  if (next.disabledAt) await blockMethod(tx, method.id, { disabledAt: next.disabledAt })
  else if (next.blockedUntil) await blockMethod(tx, method.id, { blockedUntil: next.blockedUntil })
}

/**
 * Performs the factor in one transaction with the raising of the session and what comes next: under the person's lock,
 * with the session, the account and the policies as they are now. `perform` answers the proof, its refusal or the code of
 * one, or null for `code`. A refusal commits too, because it counted.
 */
export async function prove(
  verifying: Verifying,
  code: SignInFailureCode,
  perform: (tx: Tx, facts: PersonFacts) => Promise<Proof | Fail<SignInFailureCode> | SignInFailureCode | null>,
): Promise<Result<Proven, SignInFailureCode>> {
  const at = now()
  return transaction<Result<Proven, SignInFailureCode>>(async (tx) => {
    const locked = await lockWithFacts(tx, verifying.session.id, verifying.session.userId, at)
    if (!locked?.facts.subject.accountEnabled) return fail('refused', 'sign_in.session_ended')
    const { session, facts } = locked
    const proof = await perform(tx, facts)
    if (proof === null || typeof proof === 'string' || 'failure' in proof) {
      const refusal = proof && typeof proof === 'object' ? proof : fail('refused', proof ?? code, { field: 'code' })
      await refuse(tx, verifying, facts, refusal.failure.code, at)
      return refusal
    }
    const isAfterFailures = facts.methods.some(({ consecutiveFailures }) => consecutiveFailures >= failuresTold)
    const proofs = [...session.proofs, isAfterFailures ? { ...proof, afterFailures: true } : proof]
    const risen = { ...session, proofs }
    const { origin } = verifying
    const entry = session.stage === 'full' ? askAdminEntry({ facts, session: risen, origin, at }) : null
    const { issued, writes } = raisingOf(session, { proofs, ...(entry ? steppingUp(risen, entry) : {}) }, at)
    const isEntryTold = entry?.isOpen || session.hasAdminToken
    await writeTogether(tx, [
      ...writes,
      ...(entry && isEntryTold ? [adminEntryLogOf({ facts, session: risen, origin, at, entry })] : []),
    ])
    // A recovery code is used up by this; what else there is can be used as before.
    const after = proof.mode === 'recoveryCode' ? null : facts
    return goOnAfter(tx, verifying, issued, at, { facts: after })
  })
}

/**
 * What a new proof does to the full session of an administrator: the admin area opens to it, or closes where the policies
 * say no by now. The session never ends later than before.
 */
function steppingUp(session: Session, { isOpen, decision }: AdminEntry): Parameters<typeof raisingOf>[1] {
  const endsAt = earliest(session.expiresAt, isOpen ? endBy(session, decision) : undefined)
  return {
    lifetime: { isAdministrator: true, opensAdminArea: isOpen, endsAt },
    isPersistent: session.isPersistent && !(isOpen && decision.persistentBrowser === 'never'),
  }
}

async function refuse(
  tx: Tx,
  verifying: Verifying,
  facts: PersonFacts,
  code: SignInFailureCode,
  at: Date,
): Promise<void> {
  await logSignIn(tx, {
    at,
    userId: facts.subject.id,
    userPrincipalName: facts.subject.userPrincipalName,
    target: applications.securityInfo,
    origin: verifying.origin,
    errorCode: errorCodes.mfaFailed,
    failureReason: code,
    // Which method it was is not said of a refusal; the trail of the method itself says it.
    steps: [
      ...stepsOf(verifying.session.proofs),
      { mode: 'secondFactor', methodId: null, succeeded: false, result: wordsOf(code), at: at.getTime() },
    ],
    decision: null,
    circumstances: circumstancesOf(facts.policySet, facts.subject, verifying.origin),
    correlationId: verifying.session.correlationId,
  })
  await record(tx, {
    activity: 'signInFailed',
    at,
    outcome: 'failure',
    reason: code,
    actor: verifying.actor,
    origin: verifying.origin,
    target: { kind: 'user', id: facts.subject.id },
    correlationId: verifying.session.correlationId,
  })
}

/** `code_mismatch` as administrators read it. */
function wordsOf(code: SignInFailureCode): string {
  return (code.split('.').at(-1) ?? code).replaceAll('_', ' ')
}
