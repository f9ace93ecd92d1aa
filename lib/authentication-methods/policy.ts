/**
 * For this person, this method, this purpose: is it allowed, and if not, why not.
 *
 * The answer carries its reason so that a page can show it instead of hiding the button. Exclusion beats inclusion;
 * nothing is allowed that no target names.
 *
 * @see `10` §4 isUsable, §7, §12; `20` §11
 */
import type { Subject } from '@/lib/directory/model'
import { catalogue } from './catalogue'
import type { MethodKind, Purpose } from './model'
import {
  administratorGates,
  allUsers,
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

/** Steps 1 to 3 of `isUsable`: state, exclusion, inclusion. Groups of the subject are already resolved through nesting. */
function isTargeted(policy: MethodsPolicy, subject: MethodSubject, kind: MethodKind): Permission {
  const configuration = policy.methods[kind]
  if (configuration.state !== 'enabled') return refused('disabled')
  if (configuration.excludeTargets.some((target) => subject.groupIds.has(target.id))) return refused('excluded')
  const isIncluded = configuration.includeTargets.some(
    (target) => target.id === allUsers || subject.groupIds.has(target.id),
  )
  return isIncluded ? allowed : refused('not_targeted')
}
