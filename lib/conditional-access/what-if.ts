import type { AuthenticationMethodMode, Proof } from '@/lib/authentication-methods/model'
import type { Subject } from '@/lib/directory/model'
import { limits } from '@/lib/limits'
import type { PolicySet } from './compile'
import type { Context, Decision, DeviceState, Risk, TraceLine } from './decision'
import { withoutSources } from './decision'
import { evaluate } from './evaluate'

/**
 * What If: what would be decided about one person, asked before it happens. The question becomes the context of an
 * ordinary decision, so the answer is the decision itself and cannot tell another story than a sign-in would.
 *
 * @see `30` §10, Graph whatIfAnalysisResult
 */

/** What somebody is taken to have proven, a moment ago. */
export const provenWays = [
  'password',
  'softwareOath',
  'hardwareOath',
  'sms',
  'voice',
  'temporaryAccessPassOneTime',
  'temporaryAccessPassMultiUse',
  'passkey',
] as const
export type ProvenWay = (typeof provenWays)[number]

export type WhatIfQuestion = {
  readonly target: Context['target']
  /** Null: one that policies have no name for. Left out is no answer: the question is refused before it comes here. */
  readonly platform: Context['platform']
  readonly clientApp: Context['clientApp']
  /** Null: left open, and then no policy that looks at places applies. A country alone has no address. */
  readonly place: { readonly address: string | null; readonly country?: string | null } | null
  /** Null: every risk is none. */
  readonly risk: Risk | null
  /** Null: nothing is known of the device. */
  readonly device: DeviceState | null
  readonly transferMethod: Context['transferMethod']
  readonly proven: ProvenWay
}

/** The person as far as a decision looks at them. */
export type WhatIfPerson = Pick<Context, 'subject' | 'usableModes' | 'registrableModes'> &
  Partial<Pick<Context, 'acceptedTerms' | 'offeredTerms' | 'hasChangedPassword' | 'canChangePassword'>>

export type WhatIfAnswer = {
  readonly decision: Decision
  readonly applies: readonly TraceLine[]
  /** Each with the first condition that does not match, in the order of `unmatchedReasons`. */
  readonly doesNotApply: readonly TraceLine[]
}

/** Asks the one decision there is. Policies that are off are in no set: a page that shows them says so itself. */
export function whatIf(set: PolicySet, question: WhatIfQuestion, person: WhatIfPerson, now: number): WhatIfAnswer {
  const decision = evaluate(set, contextOf(question, person, now))
  return {
    decision,
    applies: decision.trace.filter(isApplying),
    doesNotApply: decision.trace.filter((line) => !isApplying(line)),
  }
}

/** The question as a sign-in that has just begun, or a visit to one's own security info, would ask it. */
export function contextOf(question: WhatIfQuestion, person: WhatIfPerson, now: number): Context {
  const { target, platform, clientApp, place, risk, device, transferMethod, proven } = question
  return {
    now,
    target,
    address: place?.address ?? null,
    ...(place?.country === undefined ? {} : { country: place.country }),
    ...(place === null ? { unset: ['location'] } : {}),
    platform,
    clientApp,
    ...withoutSources,
    ...person,
    device,
    risk,
    transferMethod,
    interruptMode: target.kind === 'application',
    proofs: proofsOf(proven, now),
    freshnessSeconds: limits.freshness.securityInfoSeconds,
  }
}

/** The proofs of a session that was opened in this way just now. A code comes after a password; the others stand alone. */
export function proofsOf(proven: ProvenWay, now: number): readonly Proof[] {
  const proof = (mode: AuthenticationMethodMode): Proof => ({ mode, methodId: null, at: now })
  switch (proven) {
    case 'password':
      return [proof('password')]
    case 'passkey':
      return [{ ...proof('fido2'), userVerified: true }]
    case 'temporaryAccessPassOneTime':
    case 'temporaryAccessPassMultiUse':
      return [proof(proven)]
    default:
      return [proof('password'), proof(proven)]
  }
}

/**
 * What must be said of Temporary Access Passes beside the answer. `notForGuests`: nobody can issue one to an external
 * guest, so it is no way on for them. `untilItEnds`: the question takes a pass for granted, which counts while it lasts.
 *
 * @see `30` §9, `10` §7
 */
export function noteAboutPass(
  subject: Pick<Subject, 'userType' | 'guestType'>,
  { proven }: Pick<WhatIfQuestion, 'proven'>,
): 'notForGuests' | 'untilItEnds' | null {
  if (subject.userType === 'guest' && subject.guestType !== 'internalGuest') return 'notForGuests'
  return proven === 'temporaryAccessPassOneTime' || proven === 'temporaryAccessPassMultiUse' ? 'untilItEnds' : null
}

/** A policy that cannot be decided applies, and blocks. */
function isApplying({ reason }: TraceLine): boolean {
  return reason === null || reason === 'invalidCondition'
}
