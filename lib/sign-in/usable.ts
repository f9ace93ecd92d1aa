import { catalogue } from '@/lib/authentication-methods/catalogue'
import { mayTry } from '@/lib/authentication-methods/failures'
import { passUsability } from '@/lib/authentication-methods/kinds/temporary-access-pass'
import type { AuthenticationMethodMode, MethodKind } from '@/lib/authentication-methods/model'
import { isPhoneKind, methodKinds } from '@/lib/authentication-methods/model'
import { refusalOfPasskey } from '@/lib/authentication-methods/passkey-profiles'
import { allowedModes, hasAnsweredEnough, mayRegister, mayReset, mayUse } from '@/lib/authentication-methods/policy'
import { modeOfMethod, type RegisteredMethod } from '@/lib/registered-methods/model'
import type { PersonFacts } from './facts'

/** Which of a person's methods count, and which more they could register: the policy applied to the rows. */

type Facts = Pick<PersonFacts, 'subject' | 'methods' | 'methodsPolicy'>

/**
 * The registered methods that are a second factor now. A pass is not among them: it is a way in that somebody was
 * given, not a method that ends the need for one.
 */
export function mfaMethods(facts: Facts): RegisteredMethod[] {
  return facts.methods.filter(
    (method) =>
      method.kind !== 'temporaryAccessPass' &&
      method.disabledAt === null &&
      mayUse(facts.methodsPolicy, facts.subject, method.kind, 'mfa').allowed &&
      (method.detail.kind !== 'passkey' ||
        refusalOfPasskey(facts.methodsPolicy, facts.subject, method.detail, 'signIn') === null),
  )
}

/**
 * What can be performed as a second factor now: those methods, and recovery codes of which one is left. Codes are
 * asked for like the others and end no need: whoever has nothing else still has to register a method.
 */
export function secondFactors(facts: Facts): RegisteredMethod[] {
  const recovery = facts.methods.filter(
    (method) =>
      method.detail.kind === 'recoveryCodes' &&
      method.detail.left > 0 &&
      method.disabledAt === null &&
      mayUse(facts.methodsPolicy, facts.subject, method.kind, 'recovery').allowed,
  )
  return [...mfaMethods(facts), ...recovery]
}

/** The modes of what can be performed as a second factor now. */
export function mfaModes(facts: Facts): AuthenticationMethodMode[] {
  return [...new Set(secondFactors(facts).flatMap((method) => modesNow(facts, method)))]
}

/** The modes that using this method can prove now: of a phone each way in which policy lets it be reached. */
export function modesNow(facts: Facts, method: RegisteredMethod): AuthenticationMethodMode[] {
  if (!isPhoneKind(method.kind)) return [modeOfMethod(method)]
  return allowedModes(facts.methodsPolicy, facts.subject, method.kind)
}

/** Whether the person was given a pass that works now: it is the first thing to ask for. @see `10` §3, §7 */
export function hasUsablePass(facts: Facts, at: Date): boolean {
  return usablePass(facts, at) !== null
}

/** The pass that works now, or null. */
export function usablePass({ subject, methods, methodsPolicy }: Facts, at: Date): RegisteredMethod | null {
  const { allowed } = mayUse(methodsPolicy, subject, 'temporaryAccessPass', 'signIn')
  const { isUsableOnce } = methodsPolicy.methods.temporaryAccessPass
  const pass = methods.find(
    ({ detail, disabledAt }) =>
      detail.kind === 'temporaryAccessPass' &&
      passUsability({ ...detail, disabledAt }, allowed, at, isUsableOnce) === 'usable',
  )
  return pass ?? null
}

/** Questions of which enough were answered, and everything else: what was registered as a whole. */
export function isWhole(facts: Pick<PersonFacts, 'passwordResetPolicy'>, { detail }: RegisteredMethod): boolean {
  return detail.kind !== 'securityQuestions' || hasAnsweredEnough(facts.passwordResetPolicy, detail.answered)
}

/** The registered methods that are a gate of password reset now. */
export function resetMethods(facts: Facts & Pick<PersonFacts, 'passwordResetPolicy'>): RegisteredMethod[] {
  const { methodsPolicy, passwordResetPolicy, subject } = facts
  return facts.methods.filter(
    (method) =>
      method.disabledAt === null &&
      mayReset(methodsPolicy, passwordResetPolicy, subject, method.kind).allowed &&
      isWhole(facts, method),
  )
}

/** The kinds of which one more may be registered by the person, where the wizard leads. */
export function registrableKinds(facts: Facts & Pick<PersonFacts, 'businessPhone'>): MethodKind[] {
  const have = facts.methods.map(({ kind }) => kind)
  return methodKinds.filter(
    (kind) =>
      catalogue[kind].isUserRegistrable &&
      catalogue[kind].isRegistrableInWizard &&
      (kind !== 'officePhone' || facts.businessPhone !== null) &&
      mayRegister(facts.methodsPolicy, facts.subject, kind, have).allowed,
  )
}

/** The modes a newly registered method could prove. */
export function registrableModes(facts: Facts & Pick<PersonFacts, 'businessPhone'>): AuthenticationMethodMode[] {
  return registrableKinds(facts)
    .filter((kind) => catalogue[kind].purposes.includes('mfa'))
    .flatMap((kind) => allowedModes(facts.methodsPolicy, facts.subject, kind))
}

/** Seconds until the method may be tried again; 0: now; null: not until it is registered anew. */
export function waitSeconds(method: RegisteredMethod, at: Date): number | null {
  const attempt = mayTry(method, at)
  if (attempt.may) return 0
  return attempt.reason === 'blocked' ? attempt.retryAfterSeconds : null
}
