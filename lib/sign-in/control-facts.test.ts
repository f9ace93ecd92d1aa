import { describe, expect, it } from 'vitest'
import { aProof } from '@/tests/support/asking'
import { hasChangedPassword } from './control-facts'

const signedInAt = Date.parse('2026-03-01T12:00:00Z')
const proofs = [{ ...aProof('password'), at: signedInAt }]
const minutes = (count: number) => new Date(signedInAt + count * 60_000)
const own = { temporaryPasswordEndsAt: null, hasPassword: true, passwordHome: 'local' as const }
const risk = (raised?: Date) => ({
  ...({ signIn: 'none', user: 'high', insider: 'none' } as const),
  ...(raised ? { userRaisedAt: raised.getTime() } : {}),
})

describe('a new password', () => {
  it.each([
    ['in this session', minutes(1), null, true],
    ['before this session, where nobody says when the risk rose', minutes(-1), null, false],
    ['before it, where the source does not say when', minutes(-1), risk(), false],
    ['after the risk, in an earlier session', minutes(-10), risk(minutes(-20)), true],
    ['before the risk', minutes(-30), risk(minutes(-20)), false],
    ['in this session, before the risk', minutes(1), risk(minutes(2)), false],
    ['never', null, risk(minutes(-20)), false],
  ] as const)('%s', (_title, passwordRenewedAt, given, expected) => {
    expect(hasChangedPassword({ ...own, passwordRenewedAt }, { proofs }, given)).toBe(expected)
  })

  it('is none while the password is a temporary one', () => {
    const facts = { ...own, passwordRenewedAt: minutes(1), temporaryPasswordEndsAt: minutes(600) }
    expect(hasChangedPassword(facts, { proofs }, null)).toBe(false)
  })
})
