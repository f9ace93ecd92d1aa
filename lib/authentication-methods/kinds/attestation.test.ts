/** What a statement may not say, beside the published vectors of `passkey.vectors.test.ts`. */
import { randomBytes, sign } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  aaguidExtension,
  attestationSubject,
  type CertificateSettings,
  der,
  issue,
} from '@/tests/support/certificate-authority'
import {
  type AuthenticatorSettings,
  cborBytes,
  cborInteger,
  cborList,
  cborMap,
  cborText,
  packedBy,
  SoftwareAuthenticator,
} from '@/tests/support/software-authenticator'
import { androidKeySays } from './android-key'
import { type Certificate, chainsToAnchor, readCertificate } from './certificate'
import { offeredAlgorithms, verifyCreation } from './passkey'

const origin = 'https://portal.harbor.example'
const rpId = 'portal.harbor.example'
const aaguid = '01020304-0506-0708-0102-030405060708'
const challenge = randomBytes(32).toString('base64url')
const now = new Date('2026-11-01T00:00:00Z')

function register(settings: Partial<AuthenticatorSettings>) {
  const user = { id: randomBytes(64).toString('base64url') }
  return verifyCreation(new SoftwareAuthenticator({ origin, rpId, aaguid, ...settings }).create({ challenge, user }), {
    challenge,
    rpId,
    origins: [origin],
    isConditional: false,
    isUserVerificationRequired: true,
    algorithms: offeredAlgorithms,
    registeredCredentialIds: [],
  })
}

const refused = { ok: false, failure: { code: 'passkey.not_verified', details: { reason: 'attestation' } } }
const root = issue({ isAuthority: true })

describe('packed, by a certificate', () => {
  const leaf = (settings: CertificateSettings = {}) =>
    issue({ subject: attestationSubject, extensions: [aaguidExtension(aaguid)], ...settings }, root)

  test('a right one is basic attestation, and its chain is handed on', async () => {
    const result = await register({ attest: packedBy(leaf()) })
    expect(result).toMatchObject({ ok: true, value: { attestation: { format: 'packed', type: 'basic' } } })
    const chain = result.ok ? result.value.attestation.chain : []
    expect(chainsToAnchor(chain, [readCertificate(root.der)], now)).toBe(true)
  })

  test.each<[string, CertificateSettings]>([
    ['of another version', { version: 1 }],
    ['of an authority', { isAuthority: true }],
    ['without a country', { subject: { ...attestationSubject, '2.5.4.6': 'Sweden' } }],
    ['without a vendor', { subject: { ...attestationSubject, '2.5.4.10': '' } }],
    ['of another unit', { subject: { ...attestationSubject, '2.5.4.11': 'authenticator attestation' } }],
    ['without a name', { subject: { ...attestationSubject, '2.5.4.3': '' } }],
    ['for another model', { extensions: [aaguidExtension(randomBytes(16).toString('hex'))] }],
    ['whose model is critical', { extensions: [aaguidExtension(aaguid, true)] }],
  ])('a certificate %s is refused', async (_, settings) => {
    expect(await register({ attest: packedBy(leaf(settings)) })).toMatchObject(refused)
  })

  test('signed by another key, or with another algorithm than it names, is refused', async () => {
    const certificate = leaf()
    expect(await register({ attest: packedBy({ ...certificate, privateKey: root.privateKey }) })).toMatchObject(refused)
    for (const algorithm of [-257, -8, -35, -65_535, 0, 7]) {
      expect(await register({ attest: packedBy(certificate, [], algorithm) })).toMatchObject(refused)
    }
  })

  test('an unknown member, an empty chain and bytes that are no certificate are refused', async () => {
    const certificate = leaf()
    const attest =
      (member: string, chain: readonly Buffer[]) => (made: Parameters<ReturnType<typeof packedBy>>[0]) => ({
        format: 'packed',
        statement: cborMap([
          [cborText('alg'), cborInteger(-7)],
          [
            cborText('sig'),
            cborBytes(
              sign('sha256', Buffer.concat([made.authenticatorData, made.clientDataHash]), certificate.privateKey),
            ),
          ],
          [cborText(member), cborList(chain.map((one) => cborBytes(one)))],
        ]),
      })
    expect(await register({ attest: attest('x5c', [certificate.der]) })).toMatchObject({ ok: true })
    expect(await register({ attest: attest('ecdaaKeyId', [certificate.der]) })).toMatchObject(refused)
    const trailing = Buffer.concat([certificate.der, Buffer.alloc(1)])
    for (const chain of [[], [randomBytes(200)], [trailing], [certificate.der.subarray(0, -9)]]) {
      expect(await register({ attest: attest('x5c', chain) })).toMatchObject({ ok: false })
    }
  })
})

describe('chains', () => {
  const read = (...issued: readonly { readonly der: Buffer }[]) => issued.map((one) => readCertificate(one.der))
  const leafOf = (issuer: ReturnType<typeof issue>, settings: CertificateSettings = {}) =>
    issue({ subject: attestationSubject, ...settings }, issuer)
  const middle = (settings: CertificateSettings = {}) =>
    issue({ isAuthority: true, subject: { '2.5.4.3': 'Harbor Middle' }, ...settings }, root)
  const anchors = read(root)

  test('over an intermediate, with or without the root in it', () => {
    const intermediate = middle()
    expect(chainsToAnchor(read(leafOf(intermediate), intermediate), anchors, now)).toBe(true)
    expect(chainsToAnchor(read(leafOf(intermediate), intermediate, root), anchors, now)).toBe(true)
  })

  test('a leaf that metadata names is its own anchor', () => {
    const leaf = leafOf(root)
    expect(chainsToAnchor(read(leaf), read(leaf), now)).toBe(true)
  })

  const expired = { notAfter: new Date('2026-10-31T00:00:00Z') }
  const early = { notBefore: new Date('2026-11-02T00:00:00Z') }
  test.each<[string, () => readonly Certificate[]]>([
    ['nothing', () => []],
    ['without its intermediate', () => read(leafOf(middle()))],
    ['in the wrong order', () => ((one) => read(one, leafOf(one)).reverse())(leafOf(middle()))],
    [
      'over an intermediate that is no authority',
      () => ((one) => read(leafOf(one), one))(middle({ isAuthority: false })),
    ],
    ['with an expired leaf', () => read(leafOf(root, expired))],
    ['with a leaf that is not valid yet', () => read(leafOf(root, early))],
    ['over an expired intermediate', () => ((one) => read(leafOf(one), one))(middle(expired))],
    [
      'below a path length',
      () => {
        const short = middle({ pathLength: 0 })
        const below = issue({ isAuthority: true, subject: { '2.5.4.3': 'Below' } }, short)
        return read(leafOf(below), below, short)
      },
    ],
    [
      'over an intermediate that may not sign certificates',
      () => {
        const digitalSignature: readonly [string, boolean, Buffer] = [
          '2.5.29.15',
          true,
          der(0x03, Buffer.from([7, 0x80])),
        ]
        return ((one) => read(leafOf(one), one))(middle({ extensions: [digitalSignature] }))
      },
    ],
    [
      'of another root with the same name',
      () => {
        const twin = { ...issue({ isAuthority: true }), name: root.name }
        return read(leafOf(twin))
      },
    ],
  ])('%s is not trusted', (_, chain) => {
    expect(chainsToAnchor(chain(), anchors, now)).toBe(false)
  })
})

describe('android key', () => {
  const hash = randomBytes(32)
  const explicit = (tag: Buffer | number, content: Buffer) => der(tag, content)
  const integer = (value: number) => der(0x02, Buffer.from([value]))
  const purpose = (value: number) => explicit(0xa1, der(0x31, integer(value)))
  const origin = (value: number) => explicit(Buffer.from([0xbf, 0x85, 0x3e]), integer(value))
  const allApplications = explicit(Buffer.from([0xbf, 0x84, 0x58]), der(0x05))
  const says = (level: number, software: readonly Buffer[], hardware: readonly Buffer[], challenged = hash) => {
    const description = der(
      0x30,
      integer(3),
      der(0x0a, Buffer.from([level])),
      integer(4),
      der(0x0a, Buffer.from([level])),
      der(0x04, challenged),
      der(0x04),
      der(0x30, ...software),
      der(0x30, ...hardware),
    )
    const leaf = issue({ extensions: [['1.3.6.1.4.1.11129.2.1.17', false, description]] })
    return androidKeySays(readCertificate(leaf.der), hash)
  }

  test.each<[string, boolean, boolean]>([
    ['made in hardware, to sign', says(1, [], [purpose(2), origin(0)]), true],
    ['of another ceremony', says(1, [], [purpose(2), origin(0)], randomBytes(32)), false],
    ['imported', says(1, [], [purpose(2), origin(2)]), false],
    ['for another purpose', says(1, [], [purpose(0), origin(0)]), false],
    ['of which only software says where it comes from', says(1, [purpose(2), origin(0)], []), false],
    ['for every application', says(2, [allApplications], [purpose(2), origin(0)]), false],
    ['of software, which says so', says(0, [purpose(2), origin(0)], []), true],
    ['of software, imported', says(0, [origin(2)], []), false],
  ])('a key %s: %s', (_, said, expected) => {
    expect(said).toBe(expected)
  })
})
