import 'server-only'
import type { AuthenticationMethodMode } from '@/lib/authentication-methods/model'
import type { BlockReason } from '@/lib/conditional-access/decision'
import { registerSecurityInformation } from '@/lib/conditional-access/model'
import {
  contextOf,
  proofsOf,
  type WhatIfAnswer,
  type WhatIfPerson,
  type WhatIfQuestion,
  whatIf,
} from '@/lib/conditional-access/what-if'
import { db } from '@/lib/platform/db'
import { needFor } from '@/lib/registration/interrupt'
import { isEmptyNeed } from '@/lib/registration/triggers'
import { refusalBy } from '@/lib/security-info/gate'
import { controlFacts } from '@/lib/sign-in/control-facts'
import { loadFacts, type PersonFacts } from '@/lib/sign-in/facts'
import { stepAfter } from '@/lib/sign-in/next-step'
import { mfaModes, registrableModes } from '@/lib/sign-in/usable'

/** What the person would see next. */
export type NextSight =
  | { readonly kind: 'allowed' }
  /** Each way meets everything that is asked for. `isOwnMfa`: no policy asks, per-user MFA does. */
  | {
      readonly kind: 'verify'
      readonly ways: readonly (readonly AuthenticationMethodMode[])[]
      readonly isOwnMfa: boolean
    }
  | { readonly kind: 'register'; readonly registrable: readonly AuthenticationMethodMode[] }
  | { readonly kind: 'terms' }
  | { readonly kind: 'newPassword' }
  | { readonly kind: 'blocked'; readonly reason: BlockReason | 'methodsDisabled' }

export type OnePerson = {
  readonly facts: PersonFacts
  readonly answer: WhatIfAnswer
  readonly next: NextSight
  /** Settings beside Conditional Access lead this sign-in to registering, too. */
  readonly isAskedToRegister: boolean
}

/** What If about one person, by the facts and policies of now; null where there is no such person. Changes nothing. */
export async function askWhatIf(userId: string, question: WhatIfQuestion, at: Date): Promise<OnePerson | null> {
  const facts = await loadFacts(db(), userId, 'now')
  return facts && onePerson(facts, question, at)
}

/** The pure part: the decision, and what sign-in or the gate would make of it. */
export function onePerson(facts: PersonFacts, question: WhatIfQuestion, at: Date): OnePerson {
  const answer = whatIf(facts.policySet, question, personOf(facts, question, at), at.getTime())
  const next = sightOf(facts, question, answer, at)
  const isSignedIn = question.target.kind === 'application' && next.kind === 'allowed'
  return { facts, answer, next, isAskedToRegister: isSignedIn && !isEmptyNeed(needFor(facts, answer.decision, at)) }
}

function personOf(facts: PersonFacts, question: WhatIfQuestion, at: Date): WhatIfPerson {
  const session = { proofs: proofsOf(question.proven, at.getTime()) }
  return {
    ...{ subject: facts.subject, usableModes: mfaModes(facts), registrableModes: registrableModes(facts) },
    ...controlFacts(facts, session, at, question.risk),
  }
}

function sightOf(facts: PersonFacts, question: WhatIfQuestion, { decision }: WhatIfAnswer, at: Date): NextSight {
  const { target, proven } = question
  const { outcome } = decision
  const session = {
    stage: target.kind === 'application' ? ('firstFactor' as const) : ('full' as const),
    proofs: proofsOf(proven, at.getTime()),
  }
  if (target.kind === 'userAction' && target.action === registerSecurityInformation) {
    const context = contextOf(question, personOf(facts, question, at), at.getTime())
    const refusal = refusalBy(decision, context, { facts, session, moment: 'open' })
    const isOutcome = outcome.kind !== 'allow' && outcome.kind !== 'register'
    if (refusal && !isOutcome) return { kind: 'blocked', reason: 'methodsDisabled' }
    // Another policy's demand that only registering can meet opens the wizard.
    if (outcome.kind === 'register') return { kind: 'allowed' }
  }
  const step = stepAfter(decision, facts, session)
  switch (step.step) {
    case 'complete':
      return { kind: 'allowed' }
    case 'verify':
      return { kind: 'verify', ways: step.ways, isOwnMfa: outcome.kind === 'allow' }
    case 'register':
      return { kind: 'register', registrable: decision.required?.registrable ?? [] }
    case 'terms':
    case 'newPassword':
      return { kind: step.step }
    case 'blocked':
      return { kind: 'blocked', reason: outcome.kind === 'block' ? outcome.reason : 'evaluationError' }
  }
}
