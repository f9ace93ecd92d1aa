import { describe, expect, it } from 'vitest'
import { builtInStrengths, satisfies } from '@/lib/authentication-methods/strengths'
import { aContext, applicationX, proof, setOf } from '@/tests/support/decision-table'
import { evaluate } from './evaluate'

/** What a recovery code is worth: one factor, beside a password, where a policy names no strength. @see SEC-102 */

const used = [proof('password'), proof('recoveryCode')]
const application = { kind: 'application', id: applicationX } as const
const outcome = (policies: Parameters<typeof setOf>[0], given: Parameters<typeof aContext>[0]) => {
  const { outcome: answer, required } = evaluate(setOf(policies), aContext(given))
  return { ...answer, ways: required?.ways ?? null }
}

describe('a recovery code', () => {
  it.each(builtInStrengths.map((strength) => [strength.displayName, strength] as const))(
    'never satisfies the strength %s, with a password or without',
    (_, strength) => {
      expect(satisfies(strength, used)).toBe(false)
      expect(satisfies(strength, [proof('recoveryCode')])).toBe(false)
    },
  )

  it('meets the grant of multifactor authentication beside the password, and never alone', () => {
    const given = { target: application, usableModes: ['recoveryCode'] } as const
    expect(outcome(['P4'], { ...given, proofs: used })).toMatchObject({ kind: 'allow' })
    expect(outcome(['P4'], { ...given, proofs: [proof('recoveryCode')] })).toMatchObject({ kind: 'challenge' })
  })

  it('is asked for where nothing else is at hand', () => {
    const given = { target: application, proofs: [proof('password')] }
    expect(outcome(['P4'], { ...given, usableModes: ['recoveryCode'] })).toMatchObject({
      kind: 'challenge',
      ways: [['recoveryCode']],
    })
    expect(outcome(['P4'], { ...given, usableModes: ['softwareOath', 'recoveryCode'] })).toMatchObject({
      ways: [['recoveryCode'], ['softwareOath']],
    })
  })

  it('lets security info be opened and changed for as long as any second factor, and no longer', () => {
    const given = { usableModes: ['recoveryCode'] } as const
    expect(outcome([], { ...given, proofs: [proof('password')] })).toMatchObject({ kind: 'challenge' })
    expect(outcome(['P1'], { ...given, proofs: used })).toMatchObject({ kind: 'allow' })
    const old = [proof('password', 60), proof('recoveryCode', 11)]
    expect(outcome(['P1'], { ...given, proofs: old })).toMatchObject({ kind: 'challenge' })
  })

  it('passes no strength, no block and no policy that somebody else is let through by', () => {
    const given = { target: application, usableModes: ['recoveryCode'], proofs: used } as const
    expect(outcome(['P7'], { ...given, name: 'adm', registrableModes: [] })).toMatchObject({ kind: 'block' })
    expect(outcome(['P3'], { name: 'gst', usableModes: ['recoveryCode'], proofs: used })).toMatchObject({
      kind: 'block',
      reason: 'blockControl',
    })
  })
})
