import { type AuthenticationMethodMode, authenticationMethodModes } from '@/lib/authentication-methods/model'
import { type AuthenticationStrength, combinationsOf, mfaGrant } from '@/lib/authentication-methods/strengths'

/** Modes as bits, so that asking whether a strength is met costs a few comparisons. One bit for each mode. */
export type Modes = number
/** The combinations of a strength, any one of which is enough. */
export type Combinations = readonly Modes[]

const places = new Map(authenticationMethodModes.map((mode, index) => [mode, 1 << index] as const))

export function bitOf(mode: AuthenticationMethodMode): Modes {
  return places.get(mode) ?? 0
}

export function modesIn(modes: Modes): ReadonlySet<AuthenticationMethodMode> {
  return new Set(authenticationMethodModes.filter((mode) => (modes & bitOf(mode)) !== 0))
}

export function combinationsIn(strength: AuthenticationStrength): Combinations {
  return combinationsOf(strength).map((combination) => combination.reduce((modes, mode) => modes | bitOf(mode), 0))
}

export function includesOne(combinations: Combinations, proven: Modes): boolean {
  for (const combination of combinations) if ((proven & combination) === combination) return true
  return false
}

export const multifactorCombinations = combinationsIn(mfaGrant)

/** Modes that are multifactor authentication by themselves. */
export const multifactorAlone: Modes = multifactorCombinations
  .filter((combination) => (combination & (combination - 1)) === 0)
  .reduce((modes, mode) => modes | mode, 0)
