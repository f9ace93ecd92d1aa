import { randomUUID, X509Certificate } from 'node:crypto'
import { rootCertificates } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCertificate } from '@/lib/authentication-methods/kinds/certificate'
import { issue } from '@/tests/support/certificate-authority'
import { aBlob, metadataRoot, pngIcon } from '@/tests/support/metadata-blob'
import { type BlobRoot, readBlob } from './blob'
import { globalSignRootR3 } from './global-sign-root-r3'

const now = new Date('2026-11-01T00:00:00Z')
const root: BlobRoot = { certificate: readCertificate(metadataRoot.der), signerHosts: null }
const read = (text: string, roots = [root]) => readBlob(text, roots, now)
const aaguid = randomUUID()

describe('a BLOB', () => {
  test('signed under the root is read, with the models that have an AAGUID', () => {
    const entries = [
      { aaguid: aaguid.toUpperCase(), description: ' Harbor\u202e  Key\n1 ', icon: pngIcon, roots: [metadataRoot] },
      {},
    ]
    expect(read(aBlob({ no: 7, nextUpdate: '2026-12-01', entries }))).toMatchObject({
      ok: true,
      list: {
        number: 7,
        nextUpdateAt: new Date('2026-12-01T00:00:00Z'),
        models: [
          { aaguid, description: 'Harbor Key 1', icon: pngIcon, statusReports: [{ status: 'FIDO_CERTIFIED_L1' }] },
        ],
      },
    })
  })

  test('a picture that is no PNG is left out', () => {
    const svg = `data:image/svg+xml;base64,${Buffer.from('<svg onload="alert(1)"/>').toString('base64')}`
    const fake = `data:image/png;base64,${Buffer.from('<svg onload="alert(1)"/>').toString('base64')}`
    for (const icon of [svg, fake, 'https://evil.example/pixel.png', `${pngIcon}" onerror="alert(1)`]) {
      expect(read(aBlob({ entries: [{ aaguid, icon }] }))).toMatchObject({ list: { models: [{ icon: null }] } })
    }
  })

  const stranger = issue({ isAuthority: true })
  const intermediate = issue({ isAuthority: true, subject: { '2.5.4.3': 'Middle' } }, metadataRoot)
  const below = issue({ subject: { '2.5.4.3': 'mds.fidoalliance.org' } }, intermediate)
  const expired = issue({ notAfter: new Date('2026-10-31T00:00:00Z') }, metadataRoot)

  test('over an intermediate, too', () => {
    expect(read(aBlob({ signedBy: below, chain: [below, intermediate] }))).toMatchObject({ ok: true })
  })

  test.each<[string, string, string]>([
    ['under another root', aBlob({ signedBy: issue({}, stranger) }), 'untrusted'],
    ['signed by itself', aBlob({ signedBy: issue({}) }), 'untrusted'],
    ['with an expired certificate', aBlob({ signedBy: expired }), 'untrusted'],
    ['without its intermediate', aBlob({ signedBy: below }), 'untrusted'],
    ['with another’s certificate', aBlob({ signedBy: stranger, chain: [below, intermediate] }), 'signature'],
    ['without algorithm', aBlob({ header: { alg: 'none' } }), 'malformed'],
    ['with a shared key’s algorithm', aBlob({ header: { alg: 'HS256' } }), 'malformed'],
    ['with an algorithm of another key', aBlob({ header: { alg: 'RS256' } }), 'signature'],
    ['with something critical', aBlob({ header: { crit: ['exp'] } }), 'malformed'],
    ['without certificates', aBlob({ chain: [] }), 'malformed'],
    ['without a number', aBlob({ payload: { no: '7' } }), 'malformed'],
    ['without a day', aBlob({ payload: { nextUpdate: 'soon' } }), 'malformed'],
    ['cut short', aBlob().slice(0, -3), 'signature'],
    ['without signature', aBlob().split('.').slice(0, 2).join('.'), 'malformed'],
    ['that is empty', '', 'malformed'],
  ])('%s is refused', (_, text, reason) => {
    expect(read(text)).toEqual({ ok: false, reason })
  })

  test('changed by one character anywhere is refused', () => {
    const text = aBlob({ entries: [{ aaguid }] })
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('A', 'z', '.', '!'), (at, to) => {
        const changed = text.slice(0, at) + to + text.slice(at + 1)
        // The last character of a part may carry bits that are not used.
        if (changed !== text && Buffer.from(changed, 'base64url').compare(Buffer.from(text, 'base64url')) !== 0) {
          expect(read(changed).ok).toBe(false)
        }
      }),
      { numRuns: 200 },
    )
  })

  test('under a public root counts only with the right name on it', () => {
    const publicRoot = [{ ...root, signerHosts: ['mds.fidoalliance.org'] }]
    const anybody = issue({ subject: { '2.5.4.3': 'shop.example' } }, metadataRoot)
    const rightful = issue({ subject: { '2.5.4.3': 'mds.fidoalliance.org' } }, metadataRoot)
    expect(read(aBlob({ signedBy: anybody }), publicRoot)).toEqual({ ok: false, reason: 'signer' })
    expect(read(aBlob({ signedBy: rightful }), publicRoot)).toMatchObject({ ok: true })
  })

  test('the root that is pinned is the one that the whole field knows', () => {
    const { fingerprint256, subject } = new X509Certificate(globalSignRootR3)
    expect(fingerprint256).toMatch(
      /^CB:B5:22:D7:B7:F1:27:AD:6A:01:13:86:5B:DF:1C:D4:10:2E:7D:07:59:AF:63:5A:7C:F4:72:0D:C9:63:C5:3B$/,
    )
    expect(subject).toContain('GlobalSign Root CA - R3')
    const known = rootCertificates.map((pem) => new X509Certificate(pem).fingerprint256)
    expect(known).toContain(fingerprint256)
  })
})
