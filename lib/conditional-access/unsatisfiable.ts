import type { AuthenticationMethodMode, Proof } from '@/lib/authentication-methods/model'
import type { Subject } from '@/lib/directory/model'
import type { PolicySet } from './compile'
import type { DevicePlatform } from './conditions-model'
import { type PlaceClass, registering } from './coverage'
import type { Context, TracedControl, TraceLine } from './decision'
import { evaluate } from './evaluate'
import { applications } from './model'

/** What somebody has, and what they could still come to have. */
export type Means = {
  readonly subject: Subject
  readonly usableModes: readonly AuthenticationMethodMode[]
  readonly registrableModes: readonly AuthenticationMethodMode[]
  /** A pass that an administrator may give them. */
  readonly passModes: readonly AuthenticationMethodMode[]
}

export type Unsatisfiable = {
  readonly policyId: string
  readonly displayName: string
  readonly isEnforced: boolean
  readonly controls: readonly TracedControl[]
}

/**
 * The policies that apply to somebody from one of the places and that nothing they have, could be given or could
 * register would ever satisfy: asked with all of it performed just now. Terms can be accepted and passwords changed,
 * so these are never among what is missing; a policy that blocks means to, and is not among them.
 *
 * What can only be registered counts where registering is open to them from at least one place.
 */
export function unsatisfiablePolicies(
  set: PolicySet,
  means: Means,
  places: readonly Pick<PlaceClass, 'address' | 'country'>[],
  platforms: readonly (DevicePlatform | null)[],
): readonly Unsatisfiable[] {
  const { subject, passModes } = means
  const everywhere = places.flatMap((place) => platforms.map((platform) => ({ place, platform })))
  const mayRegister = everywhere.some(({ place, platform }) =>
    [means.usableModes, passModes].some((modes) => {
      const session = { proofs: provenNow(modes), usable: means.usableModes }
      const { outcome } = evaluate(set, registering(subject, place, platform, session))
      return outcome.kind !== 'block'
    }),
  )
  const modes = [...means.usableModes, ...(mayRegister ? means.registrableModes : [])]
  const proofs = provenNow([...modes, ...passModes])
  const found = new Map<string, Unsatisfiable>()
  for (const { place, platform } of everywhere) {
    const action = registering(subject, place, platform, { proofs, usable: modes })
    const terms = set.policies.flatMap(({ controls }) =>
      controls.flatMap((control) => (control.kind === 'termsOfUse' ? [control.id] : [])),
    )
    const able: Context = { ...action, acceptedTerms: terms, hasChangedPassword: true }
    const target = { kind: 'application', id: applications.securityInfo } as const
    for (const line of [...evaluate(set, able).trace, ...evaluate(set, { ...able, target }).trace]) {
      const controls = missing(line)
      if (controls.length > 0 && !found.has(line.policyId))
        found.set(line.policyId, {
          policyId: line.policyId,
          displayName: line.displayName,
          isEnforced: line.result === 'failure',
          controls,
        })
    }
  }
  return [...found.values()]
}

const unmetResults: readonly TraceLine['result'][] = ['failure', 'reportOnlyFailure', 'reportOnlyInterrupted']

function missing({ result, reason, controls }: TraceLine): readonly TracedControl[] {
  if (!unmetResults.includes(result) || reason !== null) return []
  if (controls.some(({ control }) => control.kind === 'block')) return []
  return controls.flatMap(({ control, state }) => (state === 'unmet' ? [control] : []))
}

function provenNow(modes: readonly AuthenticationMethodMode[]): readonly Proof[] {
  return (['password', ...modes] as const).map((mode) => ({
    ...{ mode, methodId: null, at: 0 },
    ...(mode === 'fido2' ? { userVerified: true } : {}),
  }))
}
