import { describe, expect, it } from 'vitest'
import { newSecret } from '@/lib/authentication-methods/kinds/software-oath'
import { createNamedLocation, createPolicy, updateNamedLocation } from '@/lib/conditional-access/commands'
import { evaluate } from '@/lib/conditional-access/evaluate'
import { findNamedLocation, loadPolicySet } from '@/lib/conditional-access/store'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { continueSignIn } from '@/lib/registration/commands'
import { provisionMethod } from '@/lib/security-info/provision'
import { startSoftwareOath } from '@/lib/security-info/software-oath'
import { secondsKept } from '@/lib/sign-in/session'
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

  it('of two the shorter ends the session, also when it came from the other policy', async () => {
    const user = await aUser(db())
    await aPolicyFor(user.id, { applications: allApps }, { sessionControls: { signInFrequency: hours(5) } })
    await aPolicyFor(user.id, { applications: allApps }, { sessionControls: { signInFrequency: hours(3) } })
    const proof = aProof('password')
    const asking = await anAsking(user.id, { stage: 'firstFactor', proofs: [proof] })
    await continueSignIn(asking, { skip: true })
    expect((await askAgain(asking.session.id, user.id)).session.expiresAt.getTime()).toBe(proof.at + 3 * 3_600_000)
  })

  it('of the second factor alone ends the session that long after it, where one is asked for', async () => {
    const user = await aUser(db())
    const signInFrequency = { ...hours(1), authenticationType: 'secondaryAuthentication' }
    const grantControls = { builtInControls: ['mfa'] }
    await aPolicyFor(user.id, { applications: allApps }, { grantControls, sessionControls: { signInFrequency } })
    const method = {
      kind: 'softwareOath',
      name: null,
      secret: newSecret(),
      algorithm: 'SHA1',
      periodSeconds: 30,
    } as const
    await transaction((tx) => provisionMethod(tx, { userId: user.id, method: { ...method, lastStep: 0n }, at: now() }))
    const app = aProof('softwareOath', { secondsAgo: 60 })
    const asking = await anAsking(user.id, {
      stage: 'firstFactor',
      proofs: [aProof('password', { secondsAgo: 90 }), app],
    })
    expect(await continueSignIn(asking, { skip: true })).toMatchObject({ value: { way: { to: 'home' } } })
    expect((await askAgain(asking.session.id, user.id)).session.expiresAt.getTime()).toBe(app.at + 3_600_000)
  })

  it.each([
    ['hours', 23, 'ok'],
    ['hours', 24, 'conditionalAccess.invalid_policy'],
    ['days', 365, 'ok'],
    ['days', 366, 'conditionalAccess.invalid_policy'],
  ])('in %s may be %i: %s', async (type, value, expected) => {
    const user = await aUser(db())
    const sessionControls = { signInFrequency: { ...hours(value), type } }
    const made = await aPolicyFor(user.id, { applications: allApps }, { sessionControls }).then(
      () => 'ok',
      (error: Error) => error.message.split(' ')[0],
    )
    expect(made).toBe(expected)
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

describe('a persistent browser', () => {
  const keeps = (mode: string) => ({ sessionControls: { persistentBrowser: { isEnabled: true, mode } } })
  const signedIn = async (userId: string) => {
    const asking = await anAsking(userId, { stage: 'firstFactor' })
    const continued = await continueSignIn(asking, { skip: true })
    if (!continued.ok || !continued.value.tokens) throw new Error('not signed in')
    return continued.value.tokens.session
  }

  it('keeps the session’s id for as long as the session may last, and no longer', async () => {
    const user = await aUser(db())
    expect(secondsKept(await signedIn(user.id), now())).toBeNull()
    await aPolicyFor(user.id, { applications: allApps }, keeps('always'))
    const session = await signedIn(user.id)
    expect(session.isPersistent).toBe(true)
    const { userAbsoluteSeconds } = limits.session
    expect(session.expiresAt.getTime() - session.createdAt.getTime()).toBeLessThanOrEqual(userAbsoluteSeconds * 1000)
    expect(secondsKept(session, now())).toBeGreaterThan(userAbsoluteSeconds - 60)
    expect(secondsKept(session, session.expiresAt)).toBe(0)
    expect((await db().session.findUniqueOrThrow({ where: { id: session.id } })).idleSeconds).toBe(
      limits.session.userIdleSeconds,
    )
  })

  it('is not kept where one policy says never', async () => {
    const user = await aUser(db())
    await aPolicyFor(user.id, { applications: allApps }, keeps('always'))
    await aPolicyFor(user.id, { applications: allApps }, keeps('never'))
    expect((await signedIn(user.id)).isPersistent).toBe(false)
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
  it('that nobody wrote cannot be asked for', async () => {
    const user = await aUser(db())
    const grantControls = { builtInControls: ['mfa'], termsOfUse: ['00000000-0000-4000-8000-000000000001'] }
    await expect(aPolicyFor(user.id, { applications: allApps }, { grantControls })).rejects.toThrow(
      'conditionalAccess.unknown_reference grantControls.termsOfUse',
    )
  })
})
