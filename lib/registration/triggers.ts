/**
 * From what is true of a sign-in to what must be registered: the triggers that fire, united.
 *
 * @see `20` §2 triggers, §3 how many methods, §6 skip rules, §8 reconfirmation
 */
import type { AuthenticationStrength } from '@/lib/authentication-methods/strengths'
import { limits } from '@/lib/limits'
import { type Need, type SkipRule, skipRules, type TriggerId } from './model'

/** Read in the transaction that acts on the answer. Registered methods are subtracted later, by the planner. */
export type RegistrationFacts = {
  /** A policy asks for MFA for what the person wants to open, or it was decided for this person. */
  readonly isMfaRequired: boolean
  /** Whether a registered method can serve MFA now: allowed by policy, neither blocked for good nor a mere pass. */
  readonly hasUsableMfaMethod: boolean
  /** Strengths that policies ask for and that no registered method can satisfy. */
  readonly unmetStrengths: readonly Pick<AuthenticationStrength, 'id' | 'allowedCombinations'>[]
  /** An administrator asked for new methods, and none was registered since. */
  readonly mustReregister: boolean
  /** MFA was decided for this person: per-user MFA is enabled or enforced. */
  readonly isPerUserMfaOn: boolean
  /** The MFA registration policy is on and names the person. */
  readonly isMfaRegistrationAsked: boolean
  /** Whole days, begun ones counted, that the policy's demand may still be put off; 0: not any more. */
  readonly graceDaysLeft: number
  /** How many methods password reset asks of the person: `resetGates`. */
  readonly resetGates: 0 | 1 | 2
  /** "Require users to register when signing in". */
  readonly isResetRegistrationRequired: boolean
  /** Days of 24 hours until what is registered is shown for confirmation again; 0: never. */
  readonly reconfirmDays: number
  /** Since the last confirmation, with fractions; null when there is nothing that could have been confirmed. */
  readonly daysSinceConfirmation: number | null
}

type Trigger = {
  readonly id: TriggerId
  readonly fires: (facts: RegistrationFacts) => boolean
  readonly asksFor: readonly ('strength' | 'mfa' | 'passwordReset' | 'review')[]
  readonly skip: SkipRule | ((facts: RegistrationFacts) => SkipRule)
}

/** In the order of priority of `20` §2. A further trigger is a further line (and its fact). */
const triggers: readonly Trigger[] = [
  {
    id: 'strengthRequired',
    fires: (facts) => facts.unmetStrengths.length > 0,
    asksFor: ['strength'],
    skip: 'never',
  },
  {
    id: 'mfaRequired',
    fires: (facts) => facts.isMfaRequired && !facts.hasUsableMfaMethod,
    asksFor: ['mfa', 'passwordReset'],
    skip: 'never',
  },
  {
    id: 'reregistrationRequired',
    fires: (facts) => facts.isMfaRequired && facts.mustReregister,
    asksFor: ['mfa', 'passwordReset'],
    skip: 'never',
  },
  {
    id: 'perUserMfa',
    fires: (facts) => facts.isPerUserMfaOn && !facts.hasUsableMfaMethod,
    asksFor: ['mfa', 'passwordReset'],
    skip: 'never',
  },
  {
    id: 'mfaRegistrationPolicy',
    fires: (facts) => facts.isMfaRegistrationAsked && !facts.hasUsableMfaMethod,
    asksFor: ['mfa', 'passwordReset'],
    skip: ({ graceDaysLeft }) => (graceDaysLeft > 0 ? 'whileDaysLeft' : 'never'),
  },
  {
    id: 'passwordResetRegistration',
    fires: (facts) => facts.isResetRegistrationRequired,
    asksFor: ['passwordReset'],
    skip: 'untilNextSignIn',
  },
  {
    // Whoever has fewer methods than needed is asked for those first, by the line above.
    id: 'confirmationDue',
    fires: ({ isResetRegistrationRequired, resetGates, reconfirmDays, daysSinceConfirmation: days }) =>
      isResetRegistrationRequired && resetGates > 0 && reconfirmDays > 0 && days !== null && days >= reconfirmDays,
    asksFor: ['review'],
    skip: 'untilNextSignIn',
  },
]

/**
 * The need of all triggers that fire: requirements united, each with its reasons, and the strictest skip rule of those
 * that ask for methods; a review alone may always be put off. An empty need means that the wizard is not shown.
 *
 * It is absolute ("two methods for reset"), not what is missing. For a person who must register anew, plan with only
 * those methods as registered that were added since.
 */
export function requirementsFor(facts: RegistrationFacts): Need {
  const firing = triggers.filter((trigger) => trigger.fires(facts))
  const asking = (what: Trigger['asksFor'][number]) => firing.filter((trigger) => trigger.asksFor.includes(what))
  const mfa = asking('mfa')
  const strength = asking('strength')
  const review = asking('review')
  const { resetGates } = facts
  const reset = resetGates > 0 ? asking('passwordReset') : []
  return {
    mfa: mfa.length > 0 ? { because: mfa.map(idOf) } : null,
    passwordReset:
      resetGates === 0 || reset.length === 0 ? null : { methodsRequired: resetGates, because: reset.map(idOf) },
    strengths:
      strength.length > 0
        ? facts.unmetStrengths.map(({ id, allowedCombinations }) => ({
            id,
            allowedCombinations: [...allowedCombinations],
            because: strength.map(idOf),
          }))
        : [],
    review: review.length > 0 ? { because: review.map(idOf) } : null,
    campaign: null,
    ...strictestSkip([...mfa, ...strength, ...reset], facts),
  }
}

function strictestSkip(firing: readonly Trigger[], facts: RegistrationFacts): Pick<Need, 'skip' | 'skipsLeft'> {
  const rules = firing.map(({ skip }) => (typeof skip === 'function' ? skip(facts) : skip))
  const skip = skipRules.find((rule) => rules.includes(rule)) ?? 'untilNextSignIn'
  return { skip, skipsLeft: skip === 'whileDaysLeft' ? facts.graceDaysLeft : null }
}

function idOf(trigger: Trigger): TriggerId {
  return trigger.id
}

/**
 * How many days the MFA registration policy may still be put off: all of them until it asked for the first time, 0 from the
 * instant on at which they are over. `promptedAt` from before the policy was switched on counts no more.
 *
 * @see `20` §6
 */
export function graceDaysLeft(promptedAt: Date | null, enforcedSince: string | null, at: Date): number {
  const { graceDays } = limits.registration
  if (promptedAt === null || !countsAsPrompt(promptedAt, enforcedSince)) return graceDays
  const endsAt = promptedAt.getTime() + graceDays * dayMilliseconds
  return Math.max(0, Math.min(graceDays, Math.ceil((endsAt - at.getTime()) / dayMilliseconds)))
}

/** Whether a first prompt belongs to the policy as it is on now. */
export function countsAsPrompt(promptedAt: Date | null, enforcedSince: string | null): boolean {
  return promptedAt !== null && enforcedSince !== null && promptedAt.getTime() >= Date.parse(enforcedSince)
}

const dayMilliseconds = 86_400_000

/** Whether nothing is asked for. */
export function isEmptyNeed(need: Need): boolean {
  const { mfa, passwordReset, strengths, review, campaign } = need
  return mfa === null && passwordReset === null && strengths.length === 0 && review === null && campaign === null
}
