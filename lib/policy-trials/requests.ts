import type { Proof } from '@/lib/authentication-methods/model'
import { platformOf } from '@/lib/conditional-access/client-platform'
import {
  type ApplicationsCondition,
  type DevicePlatform,
  registerSecurityInformation,
} from '@/lib/conditional-access/conditions-model'
import type { Target } from '@/lib/conditional-access/match'
import { applications } from '@/lib/conditional-access/model'
import { limits } from '@/lib/limits'
import { modeOfMethod } from '@/lib/registered-methods/model'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { mfaModes, usablePass } from '@/lib/sign-in/usable'

/**
 * Which requests a trial asks about a person: everything that the policy is about, from everywhere they signed in from
 * lately, with what they open a session with. Who did not sign in lately is asked about from a place nobody knows.
 *
 * @see docs/decisions/0031
 */

/** Lines of the sign-in log that are alike, of one person: past the first factor, so the place is one of theirs. */
export type PastRequests = {
  readonly address: string | null
  readonly userAgent: string | null
  readonly target: string
  /** What opened the newest of the sessions; null where the log does not say. */
  readonly mode: string | null
  readonly count: number
  readonly lastAt: number
}

/** Where somebody signs in from, and with which kind of device. */
export type Place = {
  readonly address: string | null
  readonly platform: DevicePlatform | null
  /** A browser of that platform, as it said it. */
  readonly userAgent: string | null
  readonly mode: string | null
  /** How many past requests there were from here for each target. */
  readonly requests: ReadonlyMap<string, number>
}

export const unknownPlace: Place = { address: null, platform: null, userAgent: null, mode: null, requests: new Map() }

/** The newest places first, at most `limits.policyTrial.placesPerPersonMax` of them. */
export function placesOf(past: readonly PastRequests[]): readonly Place[] {
  const places = new Map<string, Place & { readonly requests: Map<string, number> }>()
  for (const line of past.toSorted((one, other) => other.lastAt - one.lastAt)) {
    const platform = platformOf(line.userAgent, null)
    const key = `${line.address} ${platform}`
    const known = places.get(key)
    if (known === undefined && places.size >= limits.policyTrial.placesPerPersonMax) continue
    const place = known ?? { ...line, platform, requests: new Map<string, number>() }
    place.requests.set(line.target, (place.requests.get(line.target) ?? 0) + line.count)
    places.set(key, known && known.mode === null ? { ...known, mode: line.mode } : place)
  }
  return [...places.values()].map(({ address, userAgent, mode, requests, platform }) => ({
    ...{ address, platform, userAgent, mode, requests },
  }))
}

/**
 * What the policy is about and this person can want. The admin area is only asked about for those who may enter it.
 * *All resources* stands for the places there are, and for registering where it leaves none of them.
 */
export function targetsOf(condition: ApplicationsCondition | null, mayAdminister: boolean): readonly Target[] {
  const reachable = Object.values(applications).filter((id) => mayAdminister || id !== applications.administration)
  const isAll = condition === null || condition.includeApplications.includes('All')
  const excluded = condition?.excludeApplications ?? []
  const named = isAll ? reachable : condition.includeApplications.filter((id) => id !== 'None')
  const targets: Target[] = named
    .filter((id) => !excluded.includes(id) && (mayAdminister || id !== applications.administration))
    .map((id) => ({ kind: 'application', id }))
  for (const action of condition?.includeUserActions ?? []) targets.push({ kind: 'userAction', action })
  for (const id of condition?.includeAuthenticationContextClassReferences ?? [])
    targets.push({ kind: 'authenticationContext', id })
  if (isAll && targets.length === 0) targets.push({ kind: 'userAction', action: registerSecurityInformation })
  return targets
}

/**
 * What the person opens a session with: a pass where one works now, as sign-in asks for it first; a passkey where they
 * used one here before or have no password; else the password, or the text message that took its place.
 */
export function firstProof(facts: PersonFacts, { mode }: Pick<Place, 'mode'>, at: Date): Proof {
  const pass = usablePass(facts, at)
  const given = { methodId: null, at: at.getTime() }
  if (pass) return { ...given, mode: modeOfMethod(pass), methodId: pass.id }
  const modes = mfaModes(facts)
  if (modes.includes('fido2') && (mode === 'fido2' || !facts.hasPassword))
    return { ...given, mode: 'fido2', userVerified: true }
  if (mode === 'sms' && modes.includes('sms')) return { ...given, mode: 'sms', firstFactor: true }
  return { ...given, mode: 'password' }
}
