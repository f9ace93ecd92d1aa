import type { AuthenticationMethodMode, MethodKind, Proof } from '@/lib/authentication-methods/model'
import { mayRegister, mayUse } from '@/lib/authentication-methods/policy'
import { platformOf, type RequestOrigin } from '@/lib/conditional-access/client-platform'
import type { Target } from '@/lib/conditional-access/match'
import { adminArea } from '@/lib/sign-in/areas'
import type { PersonFacts } from '@/lib/sign-in/facts'
import type { Session } from '@/lib/sign-in/model'
import { nextStep } from '@/lib/sign-in/next-step'
import { modesNow, secondFactors } from '@/lib/sign-in/usable'
import { askGate } from './gate'

/**
 * What somebody who is stopped can do about it: each way is tried out, by asking the same question once more as if it
 * had been gone, and only what would really lead on is told. Nothing names a policy, and nothing says why this one way
 * and not another.
 *
 * Order: what they can do at once comes first.
 */
export const ways = ['stronger', 'pass', 'network', 'platform', 'country', 'device', 'administrator'] as const
export type Way = (typeof ways)[number]
export type Advice = {
  readonly ways: readonly Way[]
  /** For `stronger`: the methods they have of which each would do. */
  readonly kinds: readonly MethodKind[]
}

export type Stopped = {
  readonly facts: PersonFacts
  readonly session: Session
  readonly origin: RequestOrigin
  readonly at: Date
  /** What they wanted: their security info, or to sign in to something. */
  readonly wanted: 'securityInfo' | Target
}

/** Null where nothing stops them any more. */
export function adviceFor(stopped: Stopped): Advice | null {
  const { facts, session, origin, at } = stopped
  if (opens(stopped)) return null
  const proven = (mode: AuthenticationMethodMode): Proof => ({
    mode,
    methodId: null,
    at: at.getTime(),
    ...(mode === 'fido2' ? { userVerified: true } : {}),
  })
  const withProofs = (...modes: readonly AuthenticationMethodMode[]) =>
    opens({ ...stopped, session: { ...session, proofs: modes.map(proven) } })
  const done = new Set(session.proofs.map(({ mode }) => mode))
  const kinds = secondFactors(facts).flatMap((method) => {
    const others = modesNow(facts, method).filter((mode) => !done.has(mode))
    return others.some((mode) => withProofs('password', mode)) ? [method.kind] : []
  })
  const { trusted, countries } = facts.policySet.examples()
  const here = platformOf(origin.userAgent, origin.platformHint ?? null)
  const works: Readonly<Record<Exclude<Way, 'administrator'>, () => boolean>> = {
    stronger: () => kinds.length > 0,
    // However the policies are met by a pass, it does not open the admin area. SEC-095
    pass: () => stopped.wanted !== adminArea && mayHavePass(facts) && passModes.some((mode) => withProofs(mode)),
    network: () => trusted.some((clientAddress) => opens({ ...stopped, origin: { ...origin, clientAddress } })),
    platform: () =>
      platformHints.some(
        (platformHint) =>
          platformOf(null, platformHint) !== here && opens({ ...stopped, origin: { ...origin, platformHint } }),
      ),
    country: () => countries.some((country) => opens({ ...stopped, facts: fromCountry(facts, country) })),
    // Nothing here is told the state of a device, so this one can only be said, not tried.
    device: () => asksForDevice(stopped),
  }
  const found = ways.filter((way) => way !== 'administrator' && works[way]())
  const isEnough = found.some((way) => way === 'stronger' || way === 'pass' || way === 'network')
  return { ways: isEnough ? found : [...found, 'administrator'], kinds: [...new Set(kinds)] }
}

const passModes = ['temporaryAccessPassMultiUse', 'temporaryAccessPassOneTime'] as const
const platformHints = ['"Windows"', '"macOS"', '"Linux"', '"Android"', '"iOS"']

function opens({ wanted, ...asked }: Stopped): boolean {
  if (wanted !== 'securityInfo') return nextStep({ ...asked, target: wanted }).next.step !== 'blocked'
  const { refusal } = askGate({ ...asked, moment: 'open', kind: null })
  return refusal === null || doable.has(refusal.code)
}

/** What is asked of somebody on a page of its own, and then leads on. */
const doable: ReadonlySet<string> = new Set([
  'security_info.freshness_required',
  'security_info.terms_required',
  'security_info.new_password_required',
])

function asksForDevice({ wanted, ...asked }: Stopped): boolean {
  const { decision } =
    wanted === 'securityInfo'
      ? askGate({ ...asked, moment: 'open', kind: null })
      : nextStep({ ...asked, target: wanted })
  return decision.outcome.kind === 'block' && decision.outcome.reason === 'deviceRequired'
}

/** Whether the help desk could give them one that works. */
function mayHavePass({ methodsPolicy, subject }: PersonFacts): boolean {
  return (
    mayUse(methodsPolicy, subject, 'temporaryAccessPass', 'signIn').allowed &&
    mayRegister(methodsPolicy, subject, 'temporaryAccessPass', [], 'administrator').allowed
  )
}

function fromCountry(facts: PersonFacts, country: string): PersonFacts {
  return { ...facts, policySet: { ...facts.policySet, countryOf: () => country } }
}
