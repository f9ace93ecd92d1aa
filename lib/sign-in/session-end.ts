import type { Decision } from '@/lib/conditional-access/decision'
import { lastMfaAt, type Session } from './model'

/** When a session ends by the sign-in frequency of what let it in; undefined: when sessions end anyway. Pure. */
export function endBy(session: Pick<Session, 'proofs'>, decision: Decision): Date | undefined {
  return earliest(frequencyEnd(session, decision), secondFactorEnd(session, decision))
}

/** A sign-in frequency in hours or days is how long a sign-in lasts: then the session ends, and begins with a new one. */
function frequencyEnd({ proofs }: Pick<Session, 'proofs'>, { session: frequency }: Decision): Date | undefined {
  const signedInAt = proofs[0]?.at
  if (!frequency?.sessionSeconds || signedInAt === undefined) return undefined
  return new Date(signedInAt + frequency.sessionSeconds * 1000)
}

/**
 * The same for the second factor, where a policy asks for one. Nothing asks for it alone while the session lasts, so the
 * session ends with what it was let in by.
 */
function secondFactorEnd(
  { proofs }: Pick<Session, 'proofs'>,
  { session: frequency, trace }: Decision,
): Date | undefined {
  const provenAt = lastMfaAt(proofs)
  const isAsked = trace.some(
    ({ result, controls }) =>
      result === 'success' &&
      controls.some(({ control }) => control.kind === 'mfa' || control.kind === 'authenticationStrength'),
  )
  if (!frequency?.secondFactorSeconds || provenAt === null || !isAsked) return undefined
  return new Date(provenAt + frequency.secondFactorSeconds * 1000)
}

export function earliest(...ends: readonly (Date | undefined)[]): Date | undefined {
  return ends.filter((end) => end !== undefined).sort((one, other) => one.getTime() - other.getTime())[0]
}
