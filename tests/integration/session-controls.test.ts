import { describe, expect, it } from 'vitest'
import { createNamedLocation, createPolicy, updateNamedLocation } from '@/lib/conditional-access/commands'
import { evaluate } from '@/lib/conditional-access/evaluate'
import { findNamedLocation, loadPolicySet } from '@/lib/conditional-access/store'
import { db, transaction } from '@/lib/platform/db'
import { continueSignIn } from '@/lib/registration/commands'
import { startSoftwareOath } from '@/lib/security-info/software-oath'
import { anAsking, anOrigin, aProof, askAgain } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'
import { aContext } from '@/tests/support/decision-table'

testDatabase()

const allApps = { includeApplications: ['All'] }
const registration = { includeUserActions: ['urn:user:registersecurityinfo'] }
const everyTime = { isEnabled: true, frequencyInterval: 'everyTime' }
const hours = (value: number) => ({ isEnabled: true, frequencyInterval: 'timeBased', type: 'hours', value })

/** A policy about one person alone, made by an administrator. */
async function aPolicyFor(userId: string, conditions: object, rest: object) {
  const administrator = await aUser(db(), { roles: ['globalAdministrator'] })
  const asking = { actor: { kind: 'administrator', ...administrator }, origin: anOrigin() } as const
  const users = { includeUsers: [userId] }
  const policy = { displayName: 'For one', state: 'enabled', conditions: { users, ...conditions }, ...rest }
  const made = await createPolicy(asking, { policy })
  if (!made.ok) throw new Error(`${made.failure.code} ${made.failure.field}`)
  return { asking, policy: made.value.policy }
}

describe('a sign-in frequency', () => {
  it('in hours ends the session that many hours after signing in', async () => {
    const user = await aUser(db())
    await aPolicyFor(user.id, { applications: allApps }, { sessionControls: { signInFrequency: hours(2) } })
    const proof = aProof('password', { secondsAgo: 60 })
    const asking = await anAsking(user.id, { stage: 'firstFactor', proofs: [proof] })
    // Methods for password reset may be registered later.
    expect(await continueSignIn(asking, { skip: true })).toMatchObject({ ok: true, value: { way: { to: 'home' } } })
    const { session } = await askAgain(asking.session.id, user.id)
    expect(session.stage).toBe('full')
    expect(session.expiresAt.getTime()).toBe(proof.at + 2 * 3_600_000)
  })

  it('every time stops a start after five minutes, and lets it through before', async () => {
    const user = await aUser(db())
    await aPolicyFor(user.id, { applications: registration }, { sessionControls: { signInFrequency: everyTime } })
    const start = async (secondsAgo: number) => {
      const started = await startSoftwareOath(await anAsking(user.id, { proofs: [aProof('password', { secondsAgo })] }))
      return started.ok ? 'ok' : started.failure.code
    }
    expect(await start(4 * 60)).toBe('ok')
    expect(await start(6 * 60)).toBe('security_info.freshness_required')
  })

  it('of the second factor alone leaves the password as it is', async () => {
    const user = await aUser(db())
    const signInFrequency = { ...everyTime, authenticationType: 'secondaryAuthentication' }
    await aPolicyFor(user.id, { applications: registration }, { sessionControls: { signInFrequency } })
    const asking = await anAsking(user.id, { proofs: [aProof('password', { secondsAgo: 3600 })] })
    expect((await startSoftwareOath(asking)).ok).toBe(true)
  })
})

describe('a condition on platforms', () => {
  it('goes by what the browser of this request says', async () => {
    const user = await aUser(db())
    const platforms = { includePlatforms: ['all'], excludePlatforms: ['linux'] }
    const grantControls = { builtInControls: ['block'] }
    await aPolicyFor(user.id, { applications: registration, platforms }, { grantControls })
    const asking = await anAsking(user.id)
    const from = async (platformHint?: string) => {
      const started = await startSoftwareOath({ ...asking, origin: { ...asking.origin, platformHint } })
      return started.ok ? 'ok' : started.failure.code
    }
    expect(await from()).toBe('ok')
    expect(await from('"Windows"')).toBe('security_info.blocked')
  })
})

describe('a location of countries', () => {
  it('is decided by the database of the installation, and changed and read as it was written', async () => {
    const user = await aUser(db())
    const { asking } = await aPolicyFor(
      user.id,
      { applications: registration },
      { grantControls: { builtInControls: ['mfa'] } },
    )
    const raw = {
      '@odata.type': '#microsoft.graph.countryNamedLocation',
      ...{ displayName: 'Germany', countriesAndRegions: ['de'], includeUnknownCountriesAndRegions: false },
    }
    const made = await createNamedLocation(asking, { location: raw })
    if (!made.ok) throw new Error(made.failure.code)
    const { id } = made.value.location
    const locations = { includeLocations: ['All'], excludeLocations: [id] }
    const grantControls = { builtInControls: ['block'] }
    const users = { includeUsers: [user.id] }
    const policy = {
      displayName: 'Abroad',
      state: 'enabled',
      conditions: { users, applications: registration, locations },
    }
    const saved = await createPolicy(asking, { policy: { ...policy, grantControls } })
    if (!saved.ok) throw new Error(saved.failure.code)
    const lineFrom = async (address: string) => {
      const { trace } = evaluate(
        await transaction(loadPolicySet),
        aContext({ address, subject: { ...aContext().subject, id: user.id } }),
      )
      return trace.find(({ policyId }) => policyId === saved.value.policy.id)
    }
    expect(await lineFrom('130.149.7.201')).toMatchObject({ result: 'notApplied', reason: 'location' })
    expect(await lineFrom('193.0.6.139')).toMatchObject({ result: 'failure' })
    expect(await lineFrom('10.0.0.1')).toMatchObject({ result: 'failure' })
    const updated = await updateNamedLocation(asking, id, {
      location: { ...raw, includeUnknownCountriesAndRegions: true },
    })
    expect(updated.ok).toBe(true)
    expect(await lineFrom('10.0.0.1')).toMatchObject({ result: 'notApplied', reason: 'location' })
    expect(await findNamedLocation(db(), id)).toMatchObject({
      ...{ displayName: 'Germany', isTrusted: false, countriesAndRegions: ['DE'] },
      includeUnknownCountriesAndRegions: true,
    })
  })
})

describe('terms of use', () => {
  it('cannot be asked for, because none can be written here', async () => {
    const user = await aUser(db())
    const grantControls = { builtInControls: ['mfa'], termsOfUse: ['00000000-0000-4000-8000-000000000001'] }
    await expect(aPolicyFor(user.id, { applications: allApps }, { grantControls })).rejects.toThrow(
      'conditionalAccess.unknown_reference grantControls.termsOfUse',
    )
  })
})
