/** The test vectors of WebAuthn Level 3, chapter 16. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { chainsToAnchor, readCertificate } from './certificate'
import { offeredAlgorithms, verifyAssertion, verifyCreation } from './passkey'

const folder = new URL('../../../../shared/vectors/webauthn/', import.meta.url)
const isThere = existsSync(folder)

type Vector = {
  id: string
  expected: {
    attestation: { fmt: string; type: string }
    credential: { aaguid: string }
    registration: { flags: { be: boolean; uv: boolean } }
  }
  registration: {
    challenge: string
    credentialId: string
    clientDataJSON: string
    attestationObject: string
    credentialPublicKeyCose: string
  }
  authentication: { challenge: string; clientDataJSON: string; authenticatorData: string; signature: string }
}

const vectors: readonly Vector[] = isThere
  ? readdirSync(folder)
      .filter((name) => name.endsWith('.json') && name !== 'attestation-root.json')
      .map((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')))
  : []
const rootOfVectors = (): string =>
  JSON.parse(readFileSync(new URL('attestation-root.json', folder), 'utf8')).certificateDer
const only = (...ids: string[]) => vectors.filter((vector) => ids.includes(vector.id)).map((v) => [v.id, v] as const)

const relyingParty = { rpId: 'example.org', origins: ['https://example.org'], isUserVerificationRequired: false }

function register(vector: Vector, algorithms = offeredAlgorithms, isUserVerificationRequired = false) {
  const { challenge, credentialId, clientDataJSON, attestationObject } = vector.registration
  return verifyCreation(
    { id: credentialId, rawId: credentialId, type: 'public-key', response: { clientDataJSON, attestationObject } },
    {
      ...relyingParty,
      isUserVerificationRequired,
      challenge,
      algorithms,
      registeredCredentialIds: [],
      isConditional: false,
    },
  )
}

function authenticate(vector: Vector) {
  const { challenge, clientDataJSON, authenticatorData, signature } = vector.authentication
  const id = vector.registration.credentialId
  return verifyAssertion(
    { id, rawId: id, type: 'public-key', response: { clientDataJSON, authenticatorData, signature } },
    { ...relyingParty, challenge, allowedCredentialIds: [id] },
    {
      credentialId: Buffer.from(id, 'base64url'),
      publicKey: Buffer.from(vector.registration.credentialPublicKeyCose, 'base64url'),
      signCount: 0,
      backupEligible: vector.expected.registration.flags.be,
      userHandle: new Uint8Array(64),
    },
  )
}

describe.skipIf(!isThere)(
  isThere ? 'vectors of the specification' : 'vectors of the specification (skipped: ../shared/vectors is not there)',
  () => {
    const verified = only(
      'none-es256',
      'none-es256-long-credential-id',
      'packed-self-es256',
      'packed-es256',
      'packed-eddsa',
      'packed-rs256',
      'tpm-es256',
      'android-key-es256',
      'apple-es256',
      'fido-u2f-es256',
    )
    test.each(verified)('%s registers with what it attests, and signs in', async (_, vector) => {
      const { attestation, credential } = vector.expected
      const registered = await register(vector)
      expect(registered).toMatchObject({
        ok: true,
        value: { aaguid: credential.aaguid, attestation: { format: attestation.fmt } },
      })
      if (registered.ok) expect(registered.value.attestation.type.toLowerCase()).toBe(attestation.type.toLowerCase())
      expect(await authenticate(vector)).toMatchObject({ ok: true })
    })

    const attested = verified.filter(([, { expected }]) => !['None', 'Self'].includes(expected.attestation.type))
    test.each(attested)('%s chains to its root, and to no other, while it is valid', async (_, vector) => {
      const registered = await register(vector)
      const chain = registered.ok ? registered.value.attestation.chain : []
      const root = readCertificate(Buffer.from(rootOfVectors(), 'base64url'))
      const now = new Date('2026-11-01T00:00:00Z')
      expect(chainsToAnchor(chain, [root], now)).toBe(true)
      expect(chainsToAnchor(chain, [], now)).toBe(false)
      expect(chainsToAnchor(chain, [root], new Date('2023-12-31T23:59:59Z'))).toBe(false)
      expect(chainsToAnchor([...chain, ...chain], [root], now)).toBe(true)
    })

    test.each(attested)('%s is refused with any byte of its statement changed', async (_, vector) => {
      const object = Buffer.from(vector.registration.attestationObject, 'base64url')
      const statementEnd = object.indexOf('authData')
      for (let at = object.indexOf('attStmt') + 7; at < statementEnd; at += 7) {
        const changed = Buffer.from(object)
        changed[at] = (changed[at] ?? 0) ^ 0x15
        const result = await register({
          ...vector,
          registration: { ...vector.registration, attestationObject: changed.toString('base64url') },
        })
        // The certificate's own signature is the chain's business; everything else is the statement's.
        if (result.ok) {
          const root = readCertificate(Buffer.from(rootOfVectors(), 'base64url'))
          expect(chainsToAnchor(result.value.attestation.chain, [root], new Date('2026-11-01'))).toBe(false)
        }
      }
    })

    test.each(only('none-es256-crossOrigin', 'none-es256-topOrigin'))(
      '%s is refused in both ceremonies',
      async (_, vector) => {
        const refusal = {
          ok: false,
          failure: { code: 'passkey.not_verified', details: { reason: 'cross_origin' } },
        }
        expect(await register(vector)).toMatchObject(refusal)
        expect(await authenticate(vector)).toMatchObject(refusal)
      },
    )

    test.each(only('packed-ed448', 'packed-es384', 'packed-es512'))(
      '%s is refused at registration: the algorithm was not offered',
      async (_, vector) => {
        expect(await register(vector)).toMatchObject({
          ok: false,
          failure: { code: 'passkey.not_allowed', details: { reason: 'algorithm' } },
        })
      },
    )

    test.each(only('packed-ed448'))('%s is refused even if it had been offered', async (_, vector) => {
      expect(await register(vector, [-53, -8])).toMatchObject({ ok: false, failure: { details: { reason: 'key' } } })
    })

    test('without user verification none registers where it is required', async () => {
      for (const vector of vectors.filter((candidate) => !candidate.expected.registration.flags.uv)) {
        expect(await register(vector, offeredAlgorithms, true)).toMatchObject({ ok: false })
      }
    })
  },
)
