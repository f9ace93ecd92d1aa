import { describe, expect, it } from 'vitest'
import { callUrl, renderCall, renderKeyAnswer } from './call'

const key = { challengeId: '0197f0d2-6f1e-7c3a-9b43-1f2e3d4c5b6a', secret: 's'.repeat(43) }

describe('what a call says', () => {
  it('speaks the digits of a code one by one, twice, and asks for no key', () => {
    const { twiml, endedUrl } = renderCall({ code: '048213', purpose: 'register', lifetimeSeconds: 300 })
    expect(twiml.match(/0, 4, 8, 2, 1, 3/g)).toHaveLength(2)
    expect(twiml).not.toContain('048213')
    expect(twiml).not.toContain('<Gather')
    expect(endedUrl).toBeNull()
  })

  it('asks for a key twice, takes # like any other, and says no code', () => {
    const { twiml, endedUrl } = renderCall(key)
    expect(twiml.match(/<Gather input="dtmf" numDigits="1" finishOnKey=""/g)).toHaveLength(2)
    expect(twiml).toContain(`action="${callUrl(key, 'key')}"`)
    expect(endedUrl).toBe(callUrl(key, 'ended'))
    expect(twiml.length).toBeLessThan(4000)
  })

  it('is well-formed whatever the organisation is called', () => {
    const name = process.env.ORGANISATION_NAME
    process.env.ORGANISATION_NAME = 'Oil & <Gas> "Ltd"'
    Reflect.deleteProperty(globalThis, Symbol.for('twofold.env'))
    const { twiml } = renderCall(key)
    expect(twiml).toContain('Oil &amp; &lt;Gas&gt; &quot;Ltd&quot;')
    process.env.ORGANISATION_NAME = name
    Reflect.deleteProperty(globalThis, Symbol.for('twofold.env'))
  })

  it('says what came of the key', () => {
    expect(renderKeyAnswer('approved')).toContain('Thank you')
    expect(renderKeyAnswer('denied')).toContain('Nobody was signed in')
    expect(renderKeyAnswer('tooLate')).toContain('too late')
  })

  it('about a password reset says nothing of signing in', () => {
    const { twiml } = renderCall({ ...key, purpose: 'passwordReset' })
    expect(twiml).toContain('no password was reset')
    expect(renderKeyAnswer('resetDenied')).toContain('No password was reset')
    for (const said of [twiml, ...(['approved', 'resetDenied', 'tooLate'] as const).map(renderKeyAnswer)])
      expect(said).not.toMatch(/sign(ed|ing) in/)
  })
})
