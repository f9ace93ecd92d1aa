import 'server-only'
import { maskEmail } from '@/lib/authentication-methods/kinds/email'
import { resendWaitSeconds } from '@/lib/authentication-methods/kinds/one-time-code'
import { maskPhoneNumber } from '@/lib/authentication-methods/kinds/phone'
import type { PhoneKind } from '@/lib/authentication-methods/model'
import { isHelpdeskPage, type PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { questionOf } from '@/lib/authentication-methods/security-questions'
import { loadPasswordResetPolicy } from '@/lib/authentication-methods/store'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import type { PasswordRules } from '@/lib/password/model'
import { rulesOf } from '@/lib/password-change/candidate'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { findResetChallenge } from '@/lib/registered-methods/challenge'
import { callState } from '@/lib/sign-in/phone-call-state'
import { installationPolicies } from './account'
import { askedQuestions } from './answer'
import { evenly } from './even-time'
import { lookAt, type Resetting } from './flow'
import { type Gate, nextGates, waysOfInstallation } from './gates'
import type { Dependence } from './independent'
import type { ResetPurpose, ResetRefusal, ResetWay } from './model'
import type { ResetStep } from './next-step'

/**
 * What the pages of a reset show, member by member. Before something is proven it comes from the installation and from what
 * this browser has typed, and from nothing else.
 */
export type ResetView = {
  readonly id: string
  readonly step: ResetStep
  readonly name: string
  readonly reference: string
  readonly purpose: ResetPurpose | null
  readonly refusal: ResetRefusal | null
  readonly isCodeShown: boolean
  readonly lockedSeconds: number
  readonly isLockoutEndedByUnlock: boolean
  readonly helpdeskPage: string | null
}

type Looking = Omit<Resetting, 'resetId'>

/** The reset of this browser; null without one. */
export async function viewReset(looking: Looking): Promise<ResetView | null> {
  const found = await lookAt(looking)
  if (!found) return null
  const { reset, step, lockedSeconds, account } = found
  const { selfService } = await loadPasswordResetPolicy(db())
  const { standing } = account ?? {}
  return {
    ...{ id: reset.id, step, name: reset.name, reference: reset.reference, purpose: reset.purpose, lockedSeconds },
    refusal: reset.refusal ?? (standing && !standing.isAble ? standing.refusal : null),
    isCodeShown: selfService.refusalDetail === 'code',
    isLockoutEndedByUnlock: selfService.isLockoutEndedByUnlock,
    helpdeskPage: helpdeskPageOf(selfService),
  }
}

/** Where "Contact your administrator" leads in place of a mail; null for a mail. */
export function helpdeskPageOf({ helpdesk }: Pick<PasswordResetPolicy['selfService'], 'helpdesk'>): string | null {
  return helpdesk !== null && isHelpdeskPage(helpdesk) ? helpdesk : null
}

/** Whether there is a reset here at all, and for whom. */
export async function resetOffer(): Promise<'everybody' | 'administrators' | 'nobody'> {
  const { enabledFor, isAdministratorResetAllowed } = await loadPasswordResetPolicy(db())
  if (enabledFor !== 'none') return 'everybody'
  return isAdministratorResetAllowed ? 'administrators' : 'nobody'
}

export type OfferedWay = {
  readonly way: ResetWay
  /** Where it leads, masked; only once something is proven. */
  readonly detail: string | null
  readonly blockedBy: Dependence | 'tooNew' | null
}

/** The ways to choose from. */
export async function viewWays(looking: Looking): Promise<readonly OfferedWay[]> {
  const found = await lookAt(looking)
  if (!found) return []
  const { account } = found
  if (found.step !== 'nextGate' || !account?.facts) {
    return waysOfInstallation(await installationPolicies(db())).map((way) => ({ way, detail: null, blockedBy: null }))
  }
  const offered = nextGates(account.gates, account.proven)
  const counting = new Set(account.gates.map(({ methodId }) => methodId))
  const tooNew = account.known.filter(({ methodId }) => !counting.has(methodId))
  const all = [
    ...offered.map(({ gate, blockedBy }) => ({ gate, blockedBy })),
    ...tooNew.map((gate) => ({ gate, blockedBy: 'tooNew' as const })),
  ]
  const ways = all.flatMap(({ gate, blockedBy }) =>
    gate.ways.map((way) => ({ way, detail: detailOf(gate), blockedBy })),
  )
  // Several apps are one way; it is open where one of them is.
  const best = new Map<ResetWay, OfferedWay>()
  for (const one of ways) {
    const known = best.get(one.way)
    if (!known || (known.blockedBy !== null && one.blockedBy === null)) best.set(one.way, one)
  }
  return [...best.values()]
}

function detailOf(gate: Gate): string | null {
  if (gate.emailAddress !== null) return maskEmail(gate.emailAddress)
  return gate.phoneNumber === null ? null : maskPhoneNumber(gate.phoneNumber)
}

/** What is under way in this reset: a message, or a call. */
export type PendingGate = {
  readonly way: ResetWay
  readonly resendInSeconds: number
  /** Of a call. */
  readonly call: 'waiting' | 'approved' | 'over' | null
  /** Where it went, masked; only once something is proven. */
  readonly detail: string | null
}

export async function viewPending(looking: Looking, way: ResetWay): Promise<PendingGate | null> {
  const found = await lookAt(looking)
  const at = now()
  if (found?.reset.way !== way) return null
  const challenge = await findResetChallenge(db(), found.reset.challengeId, at)
  if (!challenge || challenge.kind === 'webauthnGet') return null
  const state = challenge.kind === 'voice' ? callState(challenge, 'sent', at) : null
  // What the called one does is seen by nobody but them, unless they press #.
  const isOver = challenge.codeExpiresAt === null || challenge.codeExpiresAt <= at
  const { destination } = challenge.data
  const isProven = found.reset.gates.length > 0 && typeof destination === 'string'
  return {
    way,
    resendInSeconds: resendWaitSeconds(challenge, at),
    call: state === null ? null : state === 'approved' ? 'approved' : isOver ? 'over' : 'waiting',
    detail: isProven ? (way === 'email' ? maskEmail(destination) : maskPhoneNumber(destination)) : null,
  }
}

/** The security questions of this round, as they are read. */
export async function viewQuestions(looking: Looking): Promise<readonly { key: string; text: string }[]> {
  const found = await lookAt(looking)
  if (!found) return []
  // Looking them up takes longer where somebody has answered some.
  const keys = await evenly(limits.passwordReset.answerMilliseconds, () =>
    askedQuestions(found.reset, found.questionRound, looking),
  )
  return keys.map((key) => ({ key, text: textOf(key) }))
}

function textOf(key: string): string {
  const question = questionOf(key)
  if (question === null) return ''
  return question.kind === 'custom' ? question.text : t(`securityQuestions.predefined.${question.id}`)
}

/** What the form of a new password needs; null while the reset is not there. */
export async function viewNewPassword(looking: Looking): Promise<{
  readonly subject: { readonly userPrincipalName: string; readonly displayName: string }
  readonly rules: PasswordRules
} | null> {
  const found = await lookAt(looking)
  const facts = found?.step === 'newPassword' ? found.account?.facts : null
  if (!facts) return null
  const { userPrincipalName, displayName } = facts.subject
  return { subject: { userPrincipalName, displayName }, rules: await rulesOf(db(), facts) }
}

/** The kind of phone that a way calls or texts. */
export function phoneKindOf(way: ResetWay): PhoneKind | null {
  if (way === 'officeCall') return 'officePhone'
  return way === 'sms' || way === 'mobileCall' ? 'mobilePhone' : null
}
