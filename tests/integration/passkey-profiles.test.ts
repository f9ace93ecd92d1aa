import { randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  allUsers,
  defaultMethodsPolicy,
  defaultPasskeyProfile,
  type PasskeyProfile,
} from '@/lib/authentication-methods/policy-model'
import { readMethodsPolicy, saveMethodsPolicy } from '@/lib/authentication-methods/store'
import { importMetadata } from '@/lib/fido-metadata/commands'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import { finishPasskey, startPasskey } from '@/lib/security-info/passkey'
import { methodViews } from '@/lib/security-info/view'
import { loadFacts } from '@/lib/sign-in/facts'
import { finishPasskeySignIn, startPasskeySignIn } from '@/lib/sign-in/passkey'
import { mfaModes } from '@/lib/sign-in/usable'
import { anAsking, anOrigin, auditOf } from '@/tests/support/asking'
import { aGroup, aUser } from '@/tests/support/builders'
import { aaguidExtension, attestationSubject, issue, pemOf } from '@/tests/support/certificate-authority'
import { forgetSettings, testDatabase } from '@/tests/support/database'
import { aBlob, metadataRoot } from '@/tests/support/metadata-blob'
import { type AuthenticatorSettings, packedBy, SoftwareAuthenticator } from '@/tests/support/software-authenticator'

const database = testDatabase()
const aaguid = randomUUID()
const vendor = issue({ isAuthority: true })
const batch = issue({ subject: attestationSubject, extensions: [aaguidExtension(aaguid)] }, vendor)
const attestedKey = { aaguid, attest: packedBy(batch) }

const enforced: PasskeyProfile = {
  ...defaultPasskeyProfile,
  id: randomUUID(),
  name: 'Security keys of the organisation',
  passkeyTypes: ['deviceBound'],
  attestationEnforcement: 'registrationOnly',
  keyRestrictions: { isEnforced: true, enforcementType: 'allow', aaGuids: [aaguid] },
}

beforeAll(async () => {
  process.env.FIDO_METADATA_ROOT_FILE = join(mkdtempSync(join(tmpdir(), 'twofold-profiles-')), 'root.pem')
  writeFileSync(process.env.FIDO_METADATA_ROOT_FILE, pemOf(metadataRoot))
  forgetSettings()
  await importMetadata(aBlob({ entries: [{ aaguid, roots: [vendor] }] }), 'blob.jwt')
})

async function decide(
  passkeyProfiles: PasskeyProfile[],
  targets: readonly { id: string; allowedPasskeyProfiles?: string[] }[] = [{ id: allUsers }],
) {
  const passkey = {
    ...defaultMethodsPolicy.methods.passkey,
    passkeyProfiles,
    defaultPasskeyProfile: passkeyProfiles[0]?.id ?? '',
    includeTargets: targets.map((target) => ({ targetType: 'group' as const, ...target })),
  }
  const policy = { ...defaultMethodsPolicy, methods: { ...defaultMethodsPolicy.methods, passkey } }
  const { version } = await readMethodsPolicy(db())
  expect(await saveMethodsPolicy(db(), policy, version, now())).toBe(true)
}

async function somebody(groupIds: string[] = []) {
  const user = await aUser(db(), { groupIds })
  const asking = await anAsking(user.id)
  return {
    user,
    register: async (settings: Partial<AuthenticatorSettings>) => {
      const started = await startPasskey(asking)
      if (!started.ok) throw new Error(started.failure.code)
      const device = new SoftwareAuthenticator({ origin: 'http://localhost:3000', ...settings })
      const result = await finishPasskey(asking, { response: device.create(started.value), name: null })
      return { result, device, conveyance: started.value.attestation }
    },
  }
}

async function signIn(device: SoftwareAuthenticator) {
  const browserHash = Uint8Array.from(Buffer.alloc(32, 7))
  const started = await startPasskeySignIn({ browserHash, origin: anOrigin() })
  if (!started.ok) throw new Error(started.failure.code)
  const { challengeId, options } = started.value
  const response = device.get(options)
  return finishPasskeySignIn({ challengeId, response, browserHash, returnTo: null, origin: anOrigin() })
}

const refusedFor = (reason: string) => ({ ok: false, failure: { code: 'passkey.not_allowed', details: { reason } } })

describe('by default', () => {
  it('no statement is asked for, any passkey registers; one that comes attested is kept as such', async () => {
    await decide([defaultPasskeyProfile])
    const { user, register } = await somebody()
    expect(await register({})).toMatchObject({ result: { ok: true }, conveyance: 'none' })
    expect(await register(attestedKey)).toMatchObject({ result: { ok: true } })
    const rows = await loadMethods(db(), user.id)
    expect(rows.map(({ detail }) => detail.kind === 'passkey' && detail.isAttested)).toEqual([false, true])
  })
})

describe('a profile that enforces attestation', () => {
  it('asks for the statement and takes only what leads to the maker of an allowed model', async () => {
    await decide([enforced])
    const { user, register } = await somebody()
    const other = issue({ isAuthority: true })
    const forged = issue({ subject: attestationSubject, extensions: [aaguidExtension(aaguid)] }, other)
    expect(await register({ aaguid })).toMatchObject({
      result: refusedFor('attestation_required'),
      conveyance: 'direct',
    })
    expect((await register({ aaguid, attest: packedBy(forged) })).result).toMatchObject(
      refusedFor('attestation_required'),
    )
    expect((await register({ ...attestedKey, backupEligible: true })).result).toMatchObject(refusedFor('synced'))
    expect(await loadMethods(db(), user.id)).toEqual([])
    expect((await register(attestedKey)).result).toMatchObject({ ok: true })
    const events = await auditOf(user.id, 'User registered security info')
    expect(events.map(({ outcome }) => outcome)).toEqual(['failure', 'failure', 'failure', 'success'])
    expect(events.at(-1)?.record).toContain('"isAttested":true')
  })

  it('trusts nothing by a list that is a month overdue', async () => {
    await decide([enforced])
    const { register } = await somebody()
    const [list] = await database.query<{ next_update_at: Date }>('SELECT next_update_at FROM fido_metadata')
    await database.query("UPDATE fido_metadata SET next_update_at = now() - interval '31 days'")
    expect((await register(attestedKey)).result).toMatchObject(refusedFor('attestation_required'))
    await database.query('UPDATE fido_metadata SET next_update_at = $1', [list?.next_update_at])
    expect((await register(attestedKey)).result).toMatchObject({ ok: true })
  })

  it('turned on later leaves unattested passkeys working where it names no models', async () => {
    await decide([defaultPasskeyProfile])
    const { register } = await somebody()
    const { device } = await register({})
    await decide([{ ...enforced, keyRestrictions: defaultPasskeyProfile.keyRestrictions }])
    expect(await signIn(device)).toMatchObject({ ok: true })
  })
})

describe('at sign-in', () => {
  it('a model that is no longer allowed, and a synced passkey where only bound ones are, stop working at once', async () => {
    await decide([defaultPasskeyProfile])
    const { user, register } = await somebody()
    const { device } = await register(attestedKey)
    const { device: phone } = await register({ backupEligible: true, backupState: true })
    expect(await signIn(device)).toMatchObject({ ok: true })
    expect(await signIn(phone)).toMatchObject({ ok: true })

    await decide([enforced])
    expect(await signIn(device)).toMatchObject({ ok: true })
    expect(await signIn(phone)).toMatchObject({ failure: { code: 'sign_in.passkey_failed' } })

    const keyRestrictions = { ...enforced.keyRestrictions, aaGuids: [randomUUID()] }
    await decide([{ ...enforced, keyRestrictions }])
    expect(await signIn(device)).toMatchObject({ failure: { code: 'sign_in.passkey_failed' } })
    const facts = await loadFacts(db(), user.id, 'now')
    if (!facts) throw new Error('the person is gone')
    expect(mfaModes(facts)).toEqual([])
    expect(methodViews(facts, now()).map(({ unusableReason }) => unusableReason)).toEqual(['disabled', 'disabled'])
  })
})

describe('several profiles', () => {
  it('whoever is in the group of the laxer one needs no statement, everybody else does', async () => {
    const group = await aGroup(db())
    await decide(
      [enforced, defaultPasskeyProfile],
      [
        { id: allUsers, allowedPasskeyProfiles: [enforced.id] },
        { id: group.id, allowedPasskeyProfiles: [defaultPasskeyProfile.id] },
      ],
    )
    const member = await somebody([group.id])
    const other = await somebody()
    expect((await member.register({})).result).toMatchObject({ ok: true })
    expect((await other.register({})).result).toMatchObject(refusedFor('attestation_required'))
  })
})
