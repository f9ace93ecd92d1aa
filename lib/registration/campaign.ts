/**
 * Whether the registration campaign asks somebody now. Every condition stands on a line of its own; the first that does not
 * hold is the answer.
 *
 * Two conditions of Entra's have no line. Phones are asked too: a passkey is made on the phone itself, and the setup key of an
 * authenticator app can be copied there. Set-up of a device, terms of use and custom controls do not exist here.
 *
 * @see `20` §7, §2 T7; `00` §5 F4
 */
import type { RunningCampaign } from '@/lib/authentication-methods/registration-policy'
import { limits } from '@/lib/limits'
import { type Need, noNeed } from './model'

export type CampaignFacts = {
  /** Null: none runs. */
  readonly campaign: RunningCampaign | null
  readonly isInScope: boolean
  /** Policy lets the person register one more of what it asks for. */
  readonly isAllowed: boolean
  /** The person has one that is usable now. Which device a passkey is on, only that device knows. */
  readonly hasMethod: boolean
  /** A second factor was performed in this session, not only registered. */
  readonly hasProvenMfa: boolean
  /** Something was registered in this session. */
  readonly hasRegisteredHere: boolean
  /** Registration interrupted this session before. */
  readonly wasInterrupted: boolean
  /** It was this campaign that did, and nobody has put it off. */
  readonly isAskedHere: boolean
  /** Conditional Access and freshness let this session register. */
  readonly isGateOpen: boolean
  /** How often it was put off before. */
  readonly snoozes: number
  /** Days of 24 hours since it last asked, with fractions; null: never. */
  readonly daysSinceSnooze: number | null
}

export type CampaignSilence =
  | 'off'
  | 'notInScope'
  | 'notAllowed'
  | 'alreadyRegistered'
  | 'noMfa'
  | 'registeredHere'
  | 'interrupted'
  | 'gateClosed'
  | 'snoozed'

export type CampaignAnswer =
  | { readonly asks: true; readonly need: Need }
  | { readonly asks: false; readonly because: CampaignSilence }

/** The need with one step, and how often it may still be put off; or why nobody is asked. */
export function campaignFor(facts: CampaignFacts): CampaignAnswer {
  const { campaign, snoozes } = facts
  if (campaign === null) return silent('off')
  if (!facts.isInScope) return silent('notInScope')
  if (facts.hasMethod) return silent('alreadyRegistered')
  if (!facts.isAllowed) return silent('notAllowed')
  if (!facts.hasProvenMfa) return silent('noMfa')
  if (facts.hasRegisteredHere) return silent('registeredHere')
  if (facts.wasInterrupted && !facts.isAskedHere) return silent('interrupted')
  if (!facts.isGateOpen) return silent('gateClosed')
  if (!facts.isAskedHere && isSnoozed(campaign, facts.daysSinceSnooze)) return silent('snoozed')
  const isLimited = campaign.enforceRegistrationAfterAllowedSnoozes
  const left = Math.max(0, limits.registration.snoozesMax - snoozes)
  return {
    asks: true,
    need: {
      ...noNeed,
      campaign: {
        method: campaign.method,
        snoozeDays: campaign.snoozeDurationInDays,
        because: ['registrationCampaign'],
      },
      skip: isLimited && left === 0 ? 'never' : 'snooze',
      skipsLeft: isLimited && left > 0 ? left : null,
    },
  }
}

function isSnoozed({ snoozeDurationInDays }: RunningCampaign, daysSinceSnooze: number | null): boolean {
  return daysSinceSnooze !== null && daysSinceSnooze < snoozeDurationInDays
}

function silent(because: CampaignSilence): CampaignAnswer {
  return { asks: false, because }
}
