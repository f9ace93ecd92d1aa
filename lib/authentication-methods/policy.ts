/**
 * For this person, this method, this purpose: is it allowed, and if not, why not.
 *
 * The answer carries its reason so that a page can show it instead of hiding the button. Exclusion beats inclusion;
 * nothing is allowed that no target names.
 *
 * @see `10` §4 isUsable, §7, §12; `20` §11
 */
import type { Subject } from '@/lib/directory/model'
import { catalogue, entriesBySecurity } from './catalogue'
import type { AuthenticationMethodMode, MethodKind, Purpose } from './model'
import {
  administratorGates,
  allUsers,
  type ConfigurationName,
  type MethodsPolicy,
  type PasswordResetPolicy,
  type ResetMethodKind,
  resetMethodKinds,
} from './policy-model'

export type MethodRefusal =
  | 'disabled'
  | 'excluded'
  | 'not_targeted'
  | 'limit_reached'
  | 'guest'
  | 'administrator'
  | 'self_service_off'
  | 'purpose_not_supported'
  | 'mobile_phone_first'

export type Permission = { readonly allowed: true } | { readonly allowed: false; readonly reason: MethodRefusal }

/** What the policies need to know of a person. */
export type MethodSubject = Pick<Subject, 'userType' | 'guestType' | 'groupIds' | 'roleIds'>

const allowed: Permission = { allowed: true }
const refused = (reason: MethodRefusal): Permission => ({ allowed: false, reason })

/**
 * Whether one more method of this kind may be registered for the person.
 *
 * `registeredKinds` lists the kinds of all methods the person has, one entry each, usable or not: an unusable method
 * still takes its place. An administrator acting for the person (`by`) is not bound by self-service, and may issue a pass to
 * anyone but an external guest: it replaces an older one, and whether it may be used is asked at use.
 */
export function mayRegister(
  policy: MethodsPolicy,
  subject: MethodSubject,
  kind: MethodKind,
  registeredKinds: readonly MethodKind[],
  by: 'user' | 'administrator' = 'user',
): Permission {
  if (catalogue[kind].isForMembersOnly && subject.userType === 'guest') return refused('guest')
  if (kind === 'securityQuestions' && isAdministrator(subject)) return refused('administrator')
  if (kind === 'temporaryAccessPass') {
    if (subject.userType === 'guest' && subject.guestType !== 'internalGuest') return refused('guest')
    return by === 'administrator' ? allowed : refused('self_service_off')
  }
  const target = isTargeted(policy, subject, kind)
  if (!target.allowed) return target
  if (by === 'user' && kind === 'passkey' && !policy.methods.passkey.isSelfServiceRegistrationAllowed) {
    return refused('self_service_off')
  }
  // The spare of a number that is not there would be the number itself. `10` §9
  if (kind === 'alternateMobilePhone' && !registeredKinds.includes('mobilePhone')) return refused('mobile_phone_first')
  const have = registeredKinds.filter((registered) => countsWith(registered, kind)).length
  return have >= catalogue[kind].perUserMax ? refused('limit_reached') : allowed
}

/** Apps and hardware tokens are counted together. @see `10` §6.3 */
function countsWith(registered: MethodKind, kind: MethodKind): boolean {
  const isOath = (one: MethodKind) => one === 'softwareOath' || one === 'hardwareOath'
  return registered === kind || (isOath(registered) && isOath(kind))
}

/**
 * Whether a registered method of this kind may be used to sign in or as a second factor. What only its row knows (a
 * pass that has ended, a blocked method) is not checked here. For password reset ask `mayReset`.
 */
export function mayUse(
  policy: MethodsPolicy,
  subject: MethodSubject,
  kind: MethodKind,
  purpose: Exclude<Purpose, 'passwordReset'>,
): Permission {
  if (!catalogue[kind].purposes.includes(purpose)) return refused('purpose_not_supported')
  return isTargeted(policy, subject, kind)
}

/**
 * What is wrong with the number and the kinds of methods that a policy asks for, or null. `appAlone`: whoever loses the phone has lost the app, so what
 * is left without it must be enough. A policy for nobody may say anything.
 *
 * @see `40` §6
 */
export function refusalOfResetMethods({
  enabledFor,
  numberOfMethodsRequired,
  allowedMethodKinds,
}: Pick<PasswordResetPolicy, 'enabledFor' | 'numberOfMethodsRequired' | 'allowedMethodKinds'>):
  | 'tooFew'
  | 'appAlone'
  | null {
  if (enabledFor === 'none') return null
  if (allowedMethodKinds.length < numberOfMethodsRequired) return 'tooFew'
  const others = allowedMethodKinds.filter((kind) => kind !== 'softwareOath')
  return others.length < numberOfMethodsRequired ? 'appAlone' : null
}

/**
 * Whether a registered method of this kind may be a gate of password reset for the person.
 *
 * Administrators have a fixed set that ignores the reset policy's scope and list, and in which questions are not. The methods policy binds them too:
 * what it forbids cannot be registered, and a gate that nobody can register helps nobody.
 */
export function mayReset(
  policy: MethodsPolicy,
  reset: PasswordResetPolicy,
  subject: MethodSubject,
  kind: MethodKind,
): Permission {
  const listed = listedForReset(kind)
  if (listed === null) return refused('purpose_not_supported')
  if (listed === 'securityQuestions' && isAdministrator(subject)) return refused('administrator')
  if (resetGates(reset, subject) === 0) return refused('not_targeted')
  if (!isAdministrator(subject) && !reset.allowedMethodKinds.includes(listed)) return refused('disabled')
  return isTargeted(policy, subject, kind)
}

/** How many methods password reset asks of the person; 0: the person cannot reset and is not asked to register for it. */
export function resetGates(reset: PasswordResetPolicy, subject: MethodSubject): 0 | 1 | 2 {
  if (isAdministrator(subject)) return reset.isAdministratorResetAllowed ? administratorGates : 0
  const isInScope =
    reset.enabledFor === 'all' ||
    (reset.enabledFor === 'selected' && reset.groupId !== null && subject.groupIds.has(reset.groupId))
  return isInScope ? reset.numberOfMethodsRequired : 0
}

/** Whether somebody who answered so many questions has answered enough: only then are they a method. @see `20` §3 */
export function hasAnsweredEnough(reset: PasswordResetPolicy, answered: number): boolean {
  return answered >= reset.securityQuestions.numberToRegister
}

/** Whether the two-gate rule binds the person: any administrator role does it. */
export function isAdministrator(subject: Pick<MethodSubject, 'roleIds'>): boolean {
  return subject.roleIds.size > 0
}

/** Under which name the reset policy lists it: codes of apps and of hardware tokens are one method there. @see `40` §4 */
export function listedForReset(kind: MethodKind): ResetMethodKind | null {
  if (kind === 'hardwareOath') return 'softwareOath'
  return resetMethodKinds.find((known) => known === kind) ?? null
}

/**
 * Whether the person may sign in with their phone number and a text message: text messages are allowed, and a target that
 * includes them says so. Guests never. Whether a number is theirs alone and switched on, its row knows.
 */
export function maySignInByText(policy: MethodsPolicy, subject: MethodSubject): boolean {
  if (subject.userType === 'guest' || !isModeTargeted(policy, subject, 'mobilePhone', 'sms').allowed) return false
  return policy.methods.mobilePhone.includeTargets.some(
    (target) => target.isUsableForSignIn === true && (target.id === allUsers || subject.groupIds.has(target.id)),
  )
}

/** Whether anybody may; the sign-in page asks before it knows who is there. */
export function isTextSignInOffered({ methods: { mobilePhone } }: MethodsPolicy): boolean {
  return (
    mobilePhone.state === 'enabled' && mobilePhone.includeTargets.some((target) => target.isUsableForSignIn === true)
  )
}

/** Graph's `smsSignInState` of a phone method. @see `10` §9 */
export type SmsSignInState =
  | 'notSupported'
  | 'notAllowedByPolicy'
  | 'notEnabled'
  | 'phoneNumberNotUnique'
  | 'ready'
  | 'notConfigured'

/**
 * Where signing in with this phone stands; `kind` null where the person has no mobile phone. `isTaken`: another person signs
 * in with the number.
 */
export function smsSignInState(
  policy: MethodsPolicy,
  subject: MethodSubject,
  phone: { readonly kind: MethodKind | null; readonly isEnabled: boolean; readonly isTaken: boolean },
): SmsSignInState {
  if (phone.kind === null) return 'notConfigured'
  if (phone.kind !== 'mobilePhone' || subject.userType === 'guest') return 'notSupported'
  if (!maySignInByText(policy, subject)) return 'notAllowedByPolicy'
  if (phone.isEnabled) return 'ready'
  return phone.isTaken ? 'phoneNumberNotUnique' : 'notEnabled'
}

/** The part of the policy that decides about a mode of a kind, or about a kind that proves nothing; null where there is none. */
export function configurationOf(kind: MethodKind, mode: AuthenticationMethodMode | null): ConfigurationName | null {
  if (mode === 'voice') return 'voice'
  return kind === 'alternateMobilePhone' || kind === 'officePhone' ? null : kind
}

/** The parts of the policy by which a kind may be used: either will do. */
export function configurationsOf(kind: MethodKind): ConfigurationName[] {
  const names = modesOrNone(kind).map((mode) => configurationOf(kind, mode))
  return [...new Set(names.filter((name) => name !== null))]
}

/** The parts of the policy in the order of their methods, the most secure first; calls stand behind text messages. */
export const configurationsBySecurity: readonly ConfigurationName[] = [
  ...new Set(entriesBySecurity.flatMap(({ kind }) => configurationsOf(kind))),
]

/**
 * The modes that a method of this kind may be used in by the person, in the catalogue's order: a mobile phone is texted where text
 * messages are allowed, and called where calls are.
 */
export function allowedModes(
  policy: MethodsPolicy,
  subject: MethodSubject,
  kind: MethodKind,
): AuthenticationMethodMode[] {
  return catalogue[kind].modes.filter((mode) => isModeTargeted(policy, subject, kind, mode).allowed)
}

/** Whether the policy lets anybody at all use a method of this kind. */
export function isSwitchedOn({ methods }: MethodsPolicy, kind: MethodKind): boolean {
  if (kind === 'officePhone' && !methods.voice.isOfficePhoneAllowed) return false
  return configurationsOf(kind).some((name) => methods[name].state === 'enabled')
}

/** Steps 1 to 3 of `isUsable`, for whichever mode the policy allows; else the reason of the first. */
function isTargeted(policy: MethodsPolicy, subject: MethodSubject, kind: MethodKind): Permission {
  const answers = modesOrNone(kind).map((mode) => isModeTargeted(policy, subject, kind, mode))
  // Where one way is off and the other is for other people, the second says more.
  return (
    answers.find((answer) => answer.allowed) ??
    answers.find((answer) => !answer.allowed && answer.reason !== 'disabled') ??
    refused('disabled')
  )
}

/** Questions establish no mode, and a part of the policy decides about them all the same. */
function modesOrNone(kind: MethodKind): readonly (AuthenticationMethodMode | null)[] {
  const { modes } = catalogue[kind]
  return modes.length > 0 ? modes : [null]
}

/** State, exclusion, inclusion. Groups of the subject are already resolved through nesting. */
function isModeTargeted(
  policy: MethodsPolicy,
  subject: MethodSubject,
  kind: MethodKind,
  mode: AuthenticationMethodMode | null,
): Permission {
  const name = configurationOf(kind, mode)
  if (name === null) return refused('disabled')
  if (kind === 'officePhone' && !policy.methods.voice.isOfficePhoneAllowed) return refused('disabled')
  const configuration = policy.methods[name]
  if (configuration.state !== 'enabled') return refused('disabled')
  if (configuration.excludeTargets.some((target) => subject.groupIds.has(target.id))) return refused('excluded')
  const isIncluded = configuration.includeTargets.some(
    (target) => target.id === allUsers || subject.groupIds.has(target.id),
  )
  return isIncluded ? allowed : refused('not_targeted')
}
