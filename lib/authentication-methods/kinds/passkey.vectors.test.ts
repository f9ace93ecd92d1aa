/** The test vectors of WebAuthn Level 3, chapter 16. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { offeredAlgorithms, verifyAssertion, verifyCreation } from './passkey'

const folder = new URL('../../../../shared/vectors/webauthn/', import.meta.url)
const isThere = existsSync(folder)

type Vector = {
  id: string
  expected: { credential: { aaguid: string }; registration: { flags: { be: boolean; uv: boolean } } }
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
      isSyncedPasskeyAllowed: true,
      registeredCredentialIds: [],
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
    )
    test.each(verified)('%s registers and signs in', async (_, vector) => {
      const registered = await register(vector)
      expect(registered).toMatchObject({ ok: true, value: { aaguid: vector.expected.credential.aaguid } })
      expect(await authenticate(vector)).toMatchObject({ ok: true })
    })

    test.each(only('tpm-es256', 'android-key-es256', 'apple-es256', 'fido-u2f-es256'))(
      '%s registers as a passkey that attests nothing, for its statement is not verified',
      async (_, vector) => {
        expect(await register(vector)).toMatchObject({ ok: true })
        expect(await authenticate(vector)).toMatchObject({ ok: true })
      },
    )

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
