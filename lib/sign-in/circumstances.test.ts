import { describe, expect, it } from 'vitest'
import { mfaTrustedIpsId } from '@/lib/conditional-access/model'
import { addresses, hq, people, setOf } from '@/tests/support/decision-table'
import { circumstancesOf } from './circumstances'

const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0'
const from = (clientAddress: string | null, platformHint?: string) => ({
  clientAddress,
  userAgent: windows,
  ...(platformHint ? { platformHint } : {}),
})
const set = setOf(['P1'])

describe('the circumstances of a request', () => {
  it('name the locations the address is in, with the trust they have now', () => {
    const { locations, country } = circumstancesOf(set, people.ana.subject, from(addresses.in))
    expect(locations).toEqual([{ id: hq.id, displayName: 'HQ', isTrusted: true }])
    expect(country).toBe('US')
  })

  it('name the MFA trusted addresses, and countries', () => {
    expect(circumstancesOf(set, null, from(addresses.tip)).locations).toContainEqual({
      id: mfaTrustedIpsId,
      displayName: null,
      isTrusted: true,
    })
    expect(circumstancesOf(set, null, from(addresses.de))).toMatchObject({
      country: 'DE',
      locations: [{ displayName: 'DE', isTrusted: false }],
    })
  })

  it('of an unknown address are in no place but that of unknown countries', () => {
    const { locations, country } = circumstancesOf(set, null, from(null))
    expect(country).toBeNull()
    expect(locations.map(({ displayName }) => displayName)).toEqual(['UNK'])
  })

  it('say the platform and the kind of account as the decision reads them', () => {
    expect(circumstancesOf(set, people.gst.subject, from(null, '"Android"'))).toMatchObject({
      userType: 'guest',
      guestType: 'b2bCollaborationGuest',
      platform: 'android',
    })
    expect(circumstancesOf(set, null, from(null))).toMatchObject({ userType: null, platform: 'windows' })
  })
})
