import type { AuthenticationMethodMode } from '@/lib/authentication-methods/model'
import { refusalOfPasskey } from '@/lib/authentication-methods/passkey-profiles'
import { allowedModes, isAdministrator, isSwitchedOn, mayReset, mayUse } from '@/lib/authentication-methods/policy'
import {
  type MethodsPolicy,
  type PasswordResetPolicy,
  type ResetMethodKind,
  resetMethodKinds,
} from '@/lib/authentication-methods/policy-model'
import { limits } from '@/lib/limits'
import type { RegisteredMethod } from '@/lib/registered-methods/model'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { isWhole } from '@/lib/sign-in/usable'
import { type Dependence, dependence, type GateFacts, hasIndependent } from './independent'
import type { GateKind, ProvenGate, ResetWay } from './model'

/** The gates that an installation knows, those of one person, and which of them count in one reset. */

/** A method of a person as a gate: how it is opened, and what it shares with others. */
export type Gate = GateFacts & {
  readonly ways: readonly ResetWay[]
  /** Method and destination as they stand: a gate that was proven counts only while this stays the same. */
  readonly key: string
  readonly method: RegisteredMethod
}

type Policies = { readonly methodsPolicy: MethodsPolicy; readonly passwordResetPolicy: PasswordResetPolicy }
type Facts = Pick<PersonFacts, 'subject' | 'methods'> & Policies

/**
 * The ways that this installation knows, whoever asks: all that is shown before something is proven. Administrators
 * may use what people in general may not, so it is shown to everybody.
 */
export function waysOfInstallation({ methodsPolicy, passwordResetPolicy }: Policies): ResetWay[] {
  const { isAdministratorResetAllowed, selfService } = passwordResetPolicy
  const listed = new Set<ResetMethodKind>([
    ...(passwordResetPolicy.enabledFor === 'none' ? [] : passwordResetPolicy.allowedMethodKinds),
    ...(isAdministratorResetAllowed ? resetMethodKinds.filter((kind) => kind !== 'securityQuestions') : []),
  ])
  const { mobilePhone, voice } = methodsPolicy.methods
  const isOn = (kind: GateKind) => isSwitchedOn(methodsPolicy, kind)
  const ways: readonly [ResetWay, boolean][] = [
    ['oath', listed.has('softwareOath') && (isOn('softwareOath') || isOn('hardwareOath'))],
    ['email', listed.has('email') && isOn('email')],
    ['sms', listed.has('mobilePhone') && mobilePhone.state === 'enabled'],
    ['mobileCall', listed.has('mobilePhone') && voice.state === 'enabled'],
    ['officeCall', listed.has('officePhone') && isOn('officePhone')],
    ['passkey', selfService.isPasskeyAccepted && isOn('passkey')],
    ['questions', listed.has('securityQuestions') && isOn('securityQuestions')],
  ]
  return ways.filter(([, isKnown]) => isKnown).map(([way]) => way)
}

/**
 * The methods of a person that could be gates by what they are and by the methods policy, whether or not the person is in
 * the scope of the reset: that is asked of the account as a whole (`eligibility.ts`).
 */
export function gatesOf(facts: Facts, keyOf: (methodId: string, destination: string) => string): Gate[] {
  const scope = { ...facts.passwordResetPolicy, enabledFor: 'all', isAdministratorResetAllowed: true } as const
  const known = waysOfInstallation(facts)
  return facts.methods.flatMap((method) => {
    if (method.disabledAt !== null || !isGateKind(method.kind)) return []
    // Whoever was invited is known by the address that the invitation went to. `40` §12
    if (facts.subject.userType === 'guest' && method.kind !== 'email') return []
    const isAllowed =
      method.kind === 'passkey'
        ? isPasskeyGate(facts, method)
        : mayReset(facts.methodsPolicy, scope, facts.subject, method.kind).allowed && isWhole(facts, method)
    const ways = isAllowed ? waysOf(facts, method.kind).filter((way) => known.includes(way)) : []
    if (ways.length === 0) return []
    const { detail } = method
    const phoneNumber = 'phoneNumber' in detail ? detail.phoneNumber : null
    const emailAddress = detail.kind === 'email' ? detail.emailAddress : null
    return [
      {
        methodId: method.id,
        kind: method.kind,
        phoneNumber,
        emailAddress,
        deviceName: method.kind === 'passkey' || method.kind === 'softwareOath' ? method.name : null,
        ways,
        key: keyOf(method.id, phoneNumber ?? emailAddress ?? ''),
        method,
      },
    ]
  })
}

function isPasskeyGate({ subject, methodsPolicy, passwordResetPolicy }: Facts, { detail }: RegisteredMethod): boolean {
  return (
    detail.kind === 'passkey' &&
    passwordResetPolicy.selfService.isPasskeyAccepted &&
    mayUse(methodsPolicy, subject, 'passkey', 'mfa').allowed &&
    refusalOfPasskey(methodsPolicy, subject, detail, 'signIn') === null
  )
}

const gateKinds: Readonly<Record<GateKind, true>> = {
  email: true,
  mobilePhone: true,
  officePhone: true,
  softwareOath: true,
  hardwareOath: true,
  securityQuestions: true,
  passkey: true,
}
function isGateKind(kind: string): kind is GateKind {
  return Object.hasOwn(gateKinds, kind)
}

/** How a method of this kind is used here by the person. */
function waysOf({ methodsPolicy, subject }: Facts, kind: GateKind): ResetWay[] {
  switch (kind) {
    case 'email':
      return ['email']
    case 'mobilePhone': {
      const modes = allowedModes(methodsPolicy, subject, 'mobilePhone')
      const both: readonly [ResetWay, AuthenticationMethodMode][] = [
        ['sms', 'sms'],
        ['mobileCall', 'voice'],
      ]
      return both.filter(([, mode]) => modes.includes(mode)).map(([way]) => way)
    }
    case 'officePhone':
      return ['officeCall']
    case 'softwareOath':
    case 'hardwareOath':
      return ['oath']
    case 'securityQuestions':
      return isAdministrator(subject) ? [] : ['questions']
    case 'passkey':
      return ['passkey']
  }
}

/**
 * The gates that count in a reset that began at `startedAt`: those that stood then, as they stood then, and of those only
 * what is older than a day, while that is enough. Whoever adds a method to somebody's account gains nothing by it today.
 *
 * @see SEC-122
 */
export function gatesInReset(
  gates: readonly Gate[],
  begun: { readonly startedAt: Date; readonly gatesAtStart: readonly string[] },
  needed: number,
): Gate[] {
  const stood = gates.filter(({ key }) => begun.gatesAtStart.includes(key))
  const before = begun.startedAt.getTime() - limits.passwordReset.settledSeconds * 1000
  const settled = stood.filter(({ method }) => method.createdAt.getTime() <= before)
  return hasIndependent(settled, needed) ? settled : stood
}

/** The gates that were proven, still stand as they did, and may still be opened in the way in which they were. */
export function provenOf(gates: readonly Gate[], proven: readonly ProvenGate[]): Gate[] {
  return gates.filter(({ key, ways }) => proven.some((one) => one.key === key && ways.includes(one.way)))
}

export type OfferedGate = {
  readonly gate: Gate
  /** Why it would prove nothing more; null where it would. */
  readonly blockedBy: Dependence | null
}

/**
 * What may come next after something was proven: each gate that is left, with what it shares with a proven one. Where every
 * one shares something, each is offered: then two more of them are needed, and that is a way on all the same.
 */
export function nextGates(gates: readonly Gate[], proven: readonly Gate[]): OfferedGate[] {
  const left = gates.filter(({ methodId }) => !proven.some((one) => one.methodId === methodId))
  const offers = left.map((gate) => ({ gate, blockedBy: sharedWith(gate, proven) }))
  if (offers.some(({ blockedBy }) => blockedBy === null)) return offers
  return offers.map(({ gate, blockedBy }) => ({ gate, blockedBy: blockedBy === 'sameMethod' ? blockedBy : null }))
}

function sharedWith(gate: Gate, proven: readonly Gate[]): Dependence | null {
  const shared = proven.map((one) => dependence(gate, one))
  // Independent of one of them is enough: the other then counts for nothing.
  return shared.some((one) => one === null) ? null : (shared.find((one) => one !== null) ?? null)
}
