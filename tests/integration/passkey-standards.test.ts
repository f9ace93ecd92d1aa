import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { PublicKeyCredentialCreationOptionsJSON } from '@/lib/authentication-methods/kinds/passkey'
import { defaultMethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { readMethodsPolicy, saveMethodsPolicy } from '@/lib/authentication-methods/store'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import type { Result } from '@/lib/result'
import { remove } from '@/lib/security-info/manage'
import { finishPasskey, ownPasskeys, startPasskey } from '@/lib/security-info/passkey'
import { offersUpgrade } from '@/lib/security-info/passkey-upgrade'
import { loadFacts } from '@/lib/sign-in/facts'
import { finishPasskeySignIn, startPasskeySignIn } from '@/lib/sign-in/passkey'
import { anAsking, anOrigin, aProof, askAgain, auditOf, queuedMessages } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { forgetSettings, testDatabase } from '@/tests/support/database'
import { type AuthenticatorSettings, SoftwareAuthenticator } from '@/tests/support/software-authenticator'

const nowhere = { clientAddress: null, userAgent: null }

testDatabase()
const origin = 'http://localhost:3000'
const code = (result: Result<unknown>) => (result.ok ? 'ok' : result.failure.code)

async function allowUpgrades(isConditionalCreationAllowed: boolean) {
  const { passkey } = defaultMethodsPolicy.methods
  const methods = { ...defaultMethodsPolicy.methods, passkey: { ...passkey, isConditionalCreationAllowed } }
  const { version } = await readMethodsPolicy(db())
  expect(await saveMethodsPolicy(db(), { ...defaultMethodsPolicy, methods }, version, now())).toBe(true)
}

function begun<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.failure.code)
  return result.value
}

async function signInWith(device: SoftwareAuthenticator, changed: Partial<AuthenticatorSettings> = {}) {
  const browserHash = Uint8Array.from(Buffer.alloc(32, 7))
  const { challengeId, options } = begun(await startPasskeySignIn({ browserHash, origin: anOrigin() }))
  const response = device.get(options, changed)
  return finishPasskeySignIn({ challengeId, response, browserHash, returnTo: null, origin: anOrigin() })
}

/** As a password manager makes one without asking anybody. */
const untouched = { userPresent: false, userVerified: false, backupEligible: true, backupState: true }

describe('a passkey that the browser makes after a sign-in with a password', () => {
  it('is stored through the gate, proves nothing by itself, is told, and signs in when it verifies its owner', async () => {
    await allowUpgrades(true)
    const user = await aUser(db())
    const asking = await anAsking(user.id)
    const facts = await loadFacts(db(), user.id, 'now')
    if (!facts) throw new Error('the person of the test is gone')
    expect(offersUpgrade({ facts, session: asking.session, origin: nowhere, at: now() })).toBe(true)
    const options = begun(await startPasskey(asking, { occasion: 'upgrade' }))
    expect(options).toMatchObject({
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'preferred' },
    })
    const device = new SoftwareAuthenticator({ origin, ...untouched, signCountStep: 0 })
    const response = device.create(options)
    expect(code(await finishPasskey(asking, { response, name: 'Laptop', occasion: 'upgrade' }))).toBe('ok')

    expect((await askAgain(asking.session.id, user.id)).session.proofs.map(({ mode }) => mode)).toEqual(['password'])
    expect((await queuedMessages(user.id)).map(({ template }) => template)).toContain('methodAdded')
    const [event] = await auditOf(user.id, 'User registered security info')
    expect(event).toMatchObject({ outcome: 'success', reason: 'made by the browser after a sign-in with a password' })
    expect(code(await signInWith(device))).toBe('sign_in.passkey_failed')
    expect(code(await signInWith(device, { userPresent: true, userVerified: true }))).toBe('ok')
    // It is a second factor now, and the gate asks for it before another one is made.
    expect(code(await startPasskey(asking, { occasion: 'upgrade' }))).toBe('security_info.freshness_required')
  })

  it('is refused where the organisation does not allow it, also when it stopped allowing it meanwhile', async () => {
    await allowUpgrades(false)
    const asking = await anAsking((await aUser(db())).id)
    expect(code(await startPasskey(asking, { occasion: 'upgrade' }))).toBe('registration.method_not_allowed')
    await allowUpgrades(true)
    const options = begun(await startPasskey(asking, { occasion: 'upgrade' }))
    await allowUpgrades(false)
    const response = new SoftwareAuthenticator({ origin, ...untouched }).create(options)
    const finished = await finishPasskey(asking, { response, name: null, occasion: 'upgrade' })
    expect(code(finished)).toBe('registration.method_not_allowed')
    expect(await loadMethods(db(), asking.session.userId)).toEqual([])
  })

  it('is never asked for where the gate wants a further proof', async () => {
    await allowUpgrades(true)
    const user = await aUser(db())
    const asking = await anAsking(user.id)
    const id = randomUUID()
    await db().authenticationMethod.create({
      data: { id, userId: user.id, kind: 'softwareOath', slot: id, createdAt: now() },
    })
    await db().softwareOath.create({ data: { methodId: id, secretSealed: 'sealed', lastStep: -1n } })
    const facts = await loadFacts(db(), user.id, 'now')
    if (!facts) throw new Error('the person of the test is gone')
    expect(offersUpgrade({ facts, session: asking.session, origin: nowhere, at: now() })).toBe(false)
    expect(code(await startPasskey(asking, { occasion: 'upgrade' }))).toBe('security_info.freshness_required')
    const proofs = [aProof('password'), aProof('softwareOath')]
    const { session } = await anAsking(user.id, { proofs })
    expect(offersUpgrade({ facts, session, origin: nowhere, at: now() })).toBe(true)
  })

  it.each([
    ['upgrade', 'register'],
    ['register', 'upgrade'],
  ] as const)('one begun on the occasion "%s" does not finish as "%s" (SEC-022)', async (start, finish) => {
    await allowUpgrades(true)
    const asking = await anAsking((await aUser(db())).id)
    const options: PublicKeyCredentialCreationOptionsJSON = begun(await startPasskey(asking, { occasion: start }))
    const response = new SoftwareAuthenticator({ origin, backupEligible: true }).create(options)
    expect(code(await finishPasskey(asking, { response, name: null, occasion: finish }))).toBe(
      'registration.ceremony_expired',
    )
  })
})

describe('what browsers are told about passkeys', () => {
  it('which the person has, until one is removed', async () => {
    const user = await aUser(db())
    const asking = await anAsking(user.id, { proofs: [aProof('password')] })
    const device = new SoftwareAuthenticator({ origin, backupEligible: true })
    const response = device.create(begun(await startPasskey(asking)))
    const { methodId } = begun(await finishPasskey(asking, { response, name: null }))
    const told = async () => {
      const facts = await loadFacts(db(), user.id, 'now')
      return facts && ownPasskeys(facts)
    }
    expect(await told()).toMatchObject({
      rpId: 'localhost',
      userId: device.credentials[0]?.userHandle,
      name: user.userPrincipalName,
      credentialIds: [response.id],
    })
    expect(code(await remove(await askAgain(asking.session.id, user.id), methodId))).toBe('ok')
    expect((await told())?.credentialIds).toEqual([])
    // The browser learns it from the answer, too: this passkey is nobody's any more.
    expect(code(await signInWith(device))).toBe('sign_in.passkey_unknown')
  })

  it('and never that one of a person who may not sign in is unknown', async () => {
    const user = await aUser(db())
    const asking = await anAsking(user.id)
    const device = new SoftwareAuthenticator({ origin, backupEligible: true })
    begun(await finishPasskey(asking, { response: device.create(begun(await startPasskey(asking))), name: null }))
    await db().user.update({ where: { id: user.id }, data: { accountEnabled: false } })
    expect(code(await signInWith(device))).toBe('sign_in.passkey_failed')
  })
})

describe('related origins', () => {
  it('register and sign in as this site does, those of the setting and no other', async () => {
    const related = 'https://www.harbor-shop.example'
    const settings = { rpId: 'localhost', backupEligible: true, signCountStep: 0 }
    const asking = await anAsking((await aUser(db())).id)
    const register = async (from: string) => {
      const device = new SoftwareAuthenticator({ ...settings, origin: from })
      const response = device.create(begun(await startPasskey(asking)))
      return { device, result: await finishPasskey(asking, { response, name: null }) }
    }
    expect(code((await register(related)).result)).toBe('passkey.not_verified')
    process.env.RELATED_ORIGINS = related
    forgetSettings()
    try {
      const { device, result } = await register(related)
      expect(code(result)).toBe('ok')
      expect(code(await signInWith(device))).toBe('ok')
      expect(code(await signInWith(device, { origin }))).toBe('ok')
      expect(code(await signInWith(device, { origin: `${related}.evil` }))).toBe('sign_in.passkey_failed')
    } finally {
      delete process.env.RELATED_ORIGINS
      forgetSettings()
    }
    expect(code((await register(related)).result)).toBe('passkey.not_verified')
  })
})
