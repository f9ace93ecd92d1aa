import { createHash, randomBytes, sign } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type AuthenticatorSettings,
  cborBytes,
  cborInteger,
  cborMap,
  cborText,
  SoftwareAuthenticator,
} from '@/tests/support/software-authenticator'
import {
  creationOptions,
  isSuspectPasskey,
  offeredAlgorithms,
  readAssertion,
  requestOptions,
  verifyAssertion,
  verifyCreation,
} from './passkey'
import type { ExpectedAssertion, ExpectedCreation, StoredPasskey } from './passkey-model'

const origin = 'https://portal.harbor.example'
const rpId = 'portal.harbor.example'
const handle = randomBytes(64)
const challenge = randomBytes(32).toString('base64url')

const creation: ExpectedCreation = {
  challenge,
  rpId,
  origins: [origin],
  isUserVerificationRequired: true,
  algorithms: offeredAlgorithms,
  registeredCredentialIds: [],
  isConditional: false,
}
const assertion: ExpectedAssertion = {
  challenge,
  rpId,
  origins: [origin],
  isUserVerificationRequired: true,
  allowedCredentialIds: null,
}
const user = { id: handle.toString('base64url') }

async function registered(settings: Partial<AuthenticatorSettings> = {}) {
  const authenticator = new SoftwareAuthenticator({ origin, rpId, ...settings })
  const result = await verifyCreation(authenticator.create({ challenge, user }), creation)
  if (!result.ok) throw new Error(`not registered: ${JSON.stringify(result.failure)}`)
  const stored: StoredPasskey = { ...result.value, userHandle: handle }
  return { authenticator, stored, passkey: result.value }
}

function create(settings: Partial<AuthenticatorSettings>, expected: Partial<ExpectedCreation> = {}) {
  const response = new SoftwareAuthenticator({ origin, rpId, ...settings }).create({ challenge, user })
  return verifyCreation(response, { ...creation, ...expected })
}

const refusedFor = (reason: string, code = 'passkey.not_verified') => ({
  ok: false,
  failure: { code, details: { reason } },
})

describe('registering a passkey', () => {
  test('what the options ask for registers, and the answer can be stored', async () => {
    const options = await creationOptions({
      challenge,
      rpId,
      rpName: 'Twofold',
      user: { handle, name: 'nora@harbor.example', displayName: 'Nora' },
      registered: [],
      attestation: 'none',
      hints: [],
      isConditional: false,
    })
    expect(options.hints).toEqual([])
    expect(Object.keys(options.extensions ?? {})).toEqual(['credProps'])
    expect(options).toMatchObject({
      challenge,
      attestation: 'none',
      user: { id: user.id },
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    })
    expect(options.pubKeyCredParams.map(({ alg }) => alg)).toEqual([-7, -8, -257])
    const response = new SoftwareAuthenticator({ origin }).create({ ...options, rp: { id: rpId } })
    expect(await verifyCreation(response, creation)).toMatchObject({
      ok: true,
      value: { algorithm: -7, signCount: 0, transports: ['hybrid', 'internal'], attestationFormat: 'none' },
    })
  })

  test.each([
    ['another origin', { origin: 'https://portal.harbor.example.evil' }, 'origin'],
    ['an origin that only begins alike', { origin: `${origin}:8443` }, 'origin'],
    ['another relying party', { rpId: 'harbor.example' }, 'rp_id'],
    ['a frame of another site', { clientData: { crossOrigin: true } }, 'cross_origin'],
    ['a top origin', { clientData: { topOrigin: origin } }, 'cross_origin'],
    ['the other ceremony', { clientData: { type: 'webauthn.get' } }, 'type'],
    ['no user present', { userPresent: false }, 'user_not_present'],
    ['no user verification', { userVerified: false }, 'user_not_verified'],
    ['a backup of what cannot be backed up', { backupState: true }, 'backup_flags'],
  ])('from %s is refused', async (_, settings, reason) => {
    expect(await create(settings)).toMatchObject(refusedFor(reason))
  })

  test.each([
    ['client-device', 'platform'],
    ['security-key', 'cross-platform'],
    ['hybrid', 'cross-platform'],
  ] as const)('where the person wants it is a hint, %s, and what older browsers read', async (hint, attachment) => {
    const user = { handle, name: 'nora@harbor.example', displayName: 'Nora' }
    const about = { challenge, rpId, rpName: 'Twofold', user, registered: [], attestation: 'none' } as const
    const options = await creationOptions({ ...about, hints: [hint], isConditional: false })
    expect(options.hints).toEqual([hint])
    expect(options.authenticatorSelection).toMatchObject({
      authenticatorAttachment: attachment,
      residentKey: 'required',
    })
    const several = await creationOptions({ ...about, hints: ['security-key', 'client-device'], isConditional: false })
    expect(several.hints).toEqual(['security-key', 'client-device'])
    expect(several.authenticatorSelection?.authenticatorAttachment).toBeUndefined()
  })

  test('made by the browser itself, nobody need have been there; everything else is as strict', async () => {
    const conditional = { isConditional: true, isUserVerificationRequired: false }
    const untouched = { userPresent: false, userVerified: false, backupEligible: true, backupState: true }
    expect(await create(untouched, conditional)).toMatchObject({ ok: true, value: { userVerified: false } })
    expect(await create({ ...untouched, origin: 'https://evil.example' }, conditional)).toMatchObject(
      refusedFor('origin'),
    )
    expect(await create({ ...untouched, backupEligible: false }, conditional)).toMatchObject(refusedFor('backup_flags'))
    expect(await create({ userPresent: false }, { isUserVerificationRequired: false })).toMatchObject(
      refusedFor('user_not_present'),
    )
  })

  test('an origin of the list is taken as a whole, and none beside it', async () => {
    const related = { origins: [origin, 'https://www.harbor-shop.example'] }
    expect(await create({ origin: 'https://www.harbor-shop.example', rpId }, related)).toMatchObject({ ok: true })
    for (const other of [
      'https://harbor-shop.example',
      'https://www.harbor-shop.example:8443',
      'http://www.harbor-shop.example',
    ])
      expect(await create({ origin: other, rpId }, related)).toMatchObject(refusedFor('origin'))
  })

  test('outputs of extensions that nobody asked for, PRF among them, are left alone', async () => {
    const response = new SoftwareAuthenticator({ origin, rpId }).create({ challenge, user })
    const clientExtensionResults = { prf: { enabled: true, results: { first: 'c2VjcmV0' } }, madeUp: [1] }
    const result = await verifyCreation({ ...response, clientExtensionResults }, creation)
    expect(result).toMatchObject({ ok: true })
    expect(JSON.stringify(result)).not.toContain('c2VjcmV0')
  })

  test('an answer to another challenge says that the step has ended', async () => {
    const answer = create({}, { challenge: randomBytes(32).toString('base64url') })
    expect(await answer).toMatchObject(refusedFor('challenge', 'registration.ceremony_expired'))
  })

  test('a synced passkey says that it is one', async () => {
    expect(await create({ backupEligible: true, backupState: true })).toMatchObject({
      ok: true,
      value: { backupEligible: true, backupState: true },
    })
  })

  test('an algorithm that exists but was not offered in this ceremony is refused', async () => {
    expect(await create({}, { algorithms: [-257] })).toMatchObject(refusedFor('algorithm', 'passkey.not_allowed'))
  })

  test('a credential of the person is told, even if the browser forgot to', async () => {
    const response = new SoftwareAuthenticator({ origin, rpId }).create({ challenge, user })
    expect(await verifyCreation(response, { ...creation, registeredCredentialIds: [response.id] })).toMatchObject({
      failure: { code: 'passkey.already_registered' },
    })
  })

  test('the id beside the answer must be the id inside it', async () => {
    const response = new SoftwareAuthenticator({ origin, rpId }).create({ challenge, user })
    const id = randomBytes(32).toString('base64url')
    expect(await verifyCreation({ ...response, id, rawId: id }, creation)).toMatchObject(refusedFor('credential_id'))
  })

  test('a format that does not exist, and "none" with a statement, are refused', async () => {
    const response = new SoftwareAuthenticator({ origin, rpId }).create({ challenge, user })
    const object = Buffer.from(response.response.attestationObject, 'base64url')
    const data = object.subarray(object.indexOf('authData') + 8 + 2)
    const rewritten = (format: string, statement: Buffer) => ({
      ...response,
      response: {
        ...response.response,
        attestationObject: cborMap([
          [cborText('fmt'), cborText(format)],
          [cborText('attStmt'), statement],
          [cborText('authData'), cborBytes(data)],
        ]).toString('base64url'),
      },
    })
    expect(await verifyCreation(rewritten('none', cborMap([])), creation)).toMatchObject({ ok: true })
    const statement = cborMap([[cborText('x'), cborInteger(1)]])
    for (const [format, content] of [
      ['None', cborMap([])],
      ['NONE', cborMap([])],
      ['new-format', cborMap([])],
      ['none', statement],
      ['packed', statement],
    ] as const) {
      expect(await verifyCreation(rewritten(format, content), creation)).toMatchObject(refusedFor('attestation'))
    }
  })
})

describe('self attestation', () => {
  test.each([
    [-7, true],
    [-257, false],
    [-35, false],
  ])('with the statement’s algorithm %d for an ES256 key: %s', async (alg, isRight) => {
    const authenticator = new SoftwareAuthenticator({ origin, rpId })
    const response = authenticator.create({ challenge, user })
    const object = Buffer.from(response.response.attestationObject, 'base64url')
    const data = object.subarray(object.indexOf('authData') + 8 + 2)
    const client = Buffer.from(response.response.clientDataJSON, 'base64url')
    const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
    const [credential] = authenticator.credentials
    if (credential === undefined) throw new Error('nothing was made')
    const attestationObject = cborMap([
      [cborText('fmt'), cborText('packed')],
      [
        cborText('attStmt'),
        cborMap([
          [cborText('alg'), cborInteger(alg)],
          [cborText('sig'), cborBytes(sign('sha256', signed, credential.privateKey))],
        ]),
      ],
      [cborText('authData'), cborBytes(data)],
    ]).toString('base64url')
    const packed = { ...response, response: { ...response.response, attestationObject } }
    const result = await verifyCreation(packed, creation)
    expect(result).toMatchObject(
      isRight ? { ok: true, value: { attestationFormat: 'packed' } } : refusedFor('attestation'),
    )
  })
})

describe('using a passkey', () => {
  test('signs in, and tells the new count and whether the user was verified', async () => {
    const { authenticator, stored } = await registered()
    const options = await requestOptions({ challenge, rpId })
    expect(options).toMatchObject({ challenge, rpId, userVerification: 'required' })
    expect(options.allowCredentials ?? []).toEqual([])
    const response = authenticator.get(options)
    expect(readAssertion(response)).toMatchObject({ userHandle: new Uint8Array(handle) })
    expect(await verifyAssertion(response, assertion, stored)).toEqual({
      ok: true,
      value: { signCount: 1, backupState: false, userVerified: true },
    })
  })

  test.each([
    ['another origin', { origin: 'https://evil.example' }, 'origin'],
    ['a frame of another site', { clientData: { crossOrigin: true } }, 'cross_origin'],
    ['the other ceremony', { clientData: { type: 'webauthn.create' } }, 'type'],
    ['no user present', { userPresent: false }, 'user_not_present'],
    ['no user verification', { userVerified: false }, 'user_not_verified'],
    ['a changed backup eligibility', { backupEligible: true }, 'backup_flags'],
    ['a backup of what cannot be backed up', { backupState: true }, 'backup_flags'],
  ])('from %s is refused', async (_, settings, reason) => {
    const { authenticator, stored } = await registered()
    expect(await verifyAssertion(authenticator.get({ challenge }, settings), assertion, stored)).toMatchObject(
      refusedFor(reason),
    )
  })

  test('without user verification it is a single factor where that is allowed, and says so', async () => {
    const { authenticator, stored } = await registered()
    const response = authenticator.get({ challenge }, { userVerified: false })
    const expected = { ...assertion, isUserVerificationRequired: false }
    expect(await verifyAssertion(response, expected, stored)).toMatchObject({ value: { userVerified: false } })
  })

  test('a count that does not rise makes it suspect; a count that stays zero does not', async () => {
    const { authenticator, stored } = await registered()
    const response = authenticator.get({ challenge })
    for (const signCount of [1, 2, 4_294_967_295n]) {
      const result = await verifyAssertion(response, assertion, { ...stored, signCount })
      expect(result).toMatchObject(refusedFor('sign_count'))
      expect(!result.ok && isSuspectPasskey(result.failure)).toBe(true)
    }
    const synced = await registered({ signCountStep: 0 })
    expect(await verifyAssertion(synced.authenticator.get({ challenge }), assertion, synced.stored)).toMatchObject({
      ok: true,
      value: { signCount: 0 },
    })
  })

  test('nobody without the key can make it suspect', async () => {
    const { authenticator, stored } = await registered()
    const response = authenticator.get({ challenge })
    const forged = { ...response, response: { ...response.response, signature: randomBytes(70).toString('base64url') } }
    const result = await verifyAssertion(forged, assertion, { ...stored, signCount: 9 })
    expect(result).toMatchObject(refusedFor('signature'))
  })

  test('the user handle must be the owner’s, and be there when nobody was identified', async () => {
    const { authenticator, stored } = await registered()
    const response = authenticator.get({ challenge })
    const other = { ...stored, userHandle: randomBytes(64) }
    expect(await verifyAssertion(response, assertion, other)).toMatchObject(refusedFor('user_handle'))
    const without = { ...response, response: { ...response.response, userHandle: null } }
    expect(await verifyAssertion(without, assertion, stored)).toMatchObject(refusedFor('user_handle'))
    const identified = { ...assertion, allowedCredentialIds: [response.id] }
    expect(await verifyAssertion(without, identified, stored)).toMatchObject({ ok: true })
  })

  test('a credential that was not asked for is refused', async () => {
    const { authenticator, stored } = await registered()
    const expected = { ...assertion, allowedCredentialIds: [randomBytes(32).toString('base64url')] }
    expect(await verifyAssertion(authenticator.get({ challenge }), expected, stored)).toMatchObject(
      refusedFor('credential_not_asked_for'),
    )
  })

  test('another key of the same name does not sign in', async () => {
    const { authenticator, stored } = await registered()
    const other = await registered()
    const mixed = { ...stored, publicKey: other.stored.publicKey }
    expect(await verifyAssertion(authenticator.get({ challenge }), assertion, mixed)).toMatchObject(
      refusedFor('signature'),
    )
  })
})

describe('hostile input', () => {
  test('any JSON is a refusal, never an exception', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), async (value) => {
        expect((await verifyCreation(value, creation)).ok).toBe(false)
        expect(readAssertion(value)).toBeNull()
      }),
      { numRuns: 200 },
    )
  })

  test('a changed byte anywhere in a good answer is an answer within 50 ms, never an exception', async () => {
    const { authenticator, stored } = await registered()
    const made = authenticator.create({ challenge, user })
    const used = new SoftwareAuthenticator({ origin, rpId })
    used.credentials.push(...authenticator.credentials.slice(0, 1))
    const got = used.get({ challenge })
    const changed = (text: string, at: number, to: number, cut: number) => {
      const data = Buffer.from(text, 'base64url')
      data[at % data.length] = to
      return data.subarray(0, data.length - (cut % data.length)).toString('base64url')
    }
    const milliseconds: number[] = []
    // The processor's time, which neighbours on the machine do not spend.
    const timed = async <T>(work: () => Promise<T>) => {
      const start = process.cpuUsage()
      const result = await work()
      const { user, system } = process.cpuUsage(start)
      milliseconds.push((user + system) / 1000)
      return result
    }
    const cuts = fc.oneof(fc.constant(0), fc.nat(300))
    await fc.assert(
      fc.asyncProperty(fc.nat(300), fc.integer({ min: 0, max: 255 }), cuts, async (at, to, cut) => {
        const { attestationObject, clientDataJSON } = made.response
        for (const response of [
          { ...made.response, attestationObject: changed(attestationObject, at, to, cut) },
          { ...made.response, clientDataJSON: changed(clientDataJSON, at, to, cut) },
        ]) {
          expect(await timed(() => verifyCreation({ ...made, response }, creation))).toHaveProperty('ok')
        }
        const authenticatorData = changed(got.response.authenticatorData, at, to, cut)
        const isSame = authenticatorData === got.response.authenticatorData
        const response = { ...got.response, authenticatorData }
        expect((await timed(() => verifyAssertion({ ...got, response }, assertion, stored))).ok).toBe(isSame)
      }),
      { numRuns: 300 },
    )
    // The work takes about one millisecond; one in a hundred may pay for clearing up after others.
    milliseconds.sort((left, right) => left - right)
    expect(milliseconds[Math.floor(milliseconds.length * 0.99)]).toBeLessThan(50)
  })
})
