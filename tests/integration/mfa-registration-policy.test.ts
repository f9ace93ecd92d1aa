import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newSecret } from '@/lib/authentication-methods/kinds/software-oath'
import { everybodyInScope, type MfaRegistrationChange } from '@/lib/authentication-methods/registration-policy'
import {
  readMethodsPolicy,
  readMfaRegistrationPolicy,
  readPasswordResetPolicy,
  saveMethodsPolicy,
  savePasswordResetPolicy,
} from '@/lib/authentication-methods/store'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { updateMfaRegistrationPolicy } from '@/lib/policy-changes/registration'
import { continueSignIn } from '@/lib/registration/commands'
import { readProgress } from '@/lib/registration/progress'
import type { Asking } from '@/lib/security-info/change'
import { provisionMethod } from '@/lib/security-info/provision'
import { anAsking, aProof, askAgain, auditOf } from '@/tests/support/asking'
import { aGroup, aPolicy, aUser, resetForEverybody } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'

// `20` §2 T1, §6: asked for fourteen days from the first prompt, then no way round.

testDatabase()
const clock = testClock()
const day = 86_400

beforeEach(async () => {
  clock.turn(0)
  const { version } = await readPasswordResetPolicy(db())
  const quiet = { ...resetForEverybody, isRegistrationRequired: false }
  expect(await savePasswordResetPolicy(db(), quiet, version, now())).toBe(true)
})
afterEach(async () => {
  await db().conditionalAccessPolicy.deleteMany()
  await decide({ state: 'disabled' })
})

/** A Security Administrator decides. */
async function decide(given: Partial<MfaRegistrationChange>): Promise<void> {
  const { id } = await aUser(db(), { roles: ['securityAdministrator'] })
  const { version } = await readMfaRegistrationPolicy(db())
  const change = { state: 'enabled' as const, ...everybodyInScope, ...given }
  expect(await updateMfaRegistrationPolicy(await anAsking(id), change, version)).toEqual({ ok: true, value: undefined })
}

const aNewcomer = async () => (await aUser(db(), { passwordHash: 'x' })).id

async function signIn(userId: string): Promise<{ readonly to: string; readonly asking: Asking }> {
  const begun = await anAsking(userId, { stage: 'firstFactor' })
  return { to: await goOn(begun), asking: await askAgain(begun.session.id, userId) }
}

async function goOn(asking: Asking, choice: { readonly skip?: boolean } = {}): Promise<string> {
  const continued = await continueSignIn(asking, choice)
  if (!continued.ok) return continued.failure.code
  const { way } = continued.value
  return way.to === 'blocked' ? `blocked: ${way.reason}` : way.to
}

const needOf = ({ session }: Asking) => readProgress(session)?.need
const promptedAt = async (id: string) =>
  (await db().user.findUniqueOrThrow({ where: { id } })).mfaRegistrationPromptedAt

async function registerApp(userId: string): Promise<void> {
  const app = { kind: 'softwareOath', name: null, algorithm: 'SHA1', periodSeconds: 30, lastStep: -1n } as const
  await transaction((tx) => provisionMethod(tx, { userId, method: { ...app, secret: newSecret() }, at: now() }))
}

it('asks at the first sign-in after it was switched on, and lets go on until the next one', async () => {
  const userId = await aNewcomer()
  expect((await signIn(userId)).to).toBe('home')
  expect(await promptedAt(userId)).toBeNull()
  await decide({})
  const { to, asking } = await signIn(userId)
  expect(to).toBe('register')
  expect(needOf(asking)).toMatchObject({
    mfa: { because: ['mfaRegistrationPolicy'] },
    skip: 'whileDaysLeft',
    skipsLeft: 14,
  })
  expect(await goOn(asking, { skip: true })).toBe('home')
  expect((await askAgain(asking.session.id, userId)).session.stage).toBe('full')
  const log = await db().signInLog.findMany({ where: { userId, errorCode: 50072 } })
  expect(log.map(({ failureReason }) => failureReason)).toEqual(['registration.asked_by_mfaRegistrationPolicy'])
})

it('counts fourteen days from the first prompt, whatever happened with the later ones', async () => {
  const userId = await aNewcomer()
  await decide({})
  await signIn(userId)
  const first = await promptedAt(userId)
  expect(Math.abs(Number(first) - now().getTime())).toBeLessThan(5000)
  for (const [days, left] of [
    [1, 13],
    [6.5, 8],
    [13, 1],
  ] as const) {
    clock.turn(days * day + 5)
    // Closing the browser at the prompt is all that happens here.
    const { to, asking } = await signIn(userId)
    expect([to, needOf(asking)?.skipsLeft]).toEqual(['register', left])
    expect(await promptedAt(userId)).toEqual(first)
  }
  clock.turn(14 * day + 5)
  const { to, asking } = await signIn(userId)
  expect(to).toBe('register')
  expect(needOf(asking)).toMatchObject({ skip: 'never', skipsLeft: null })
  expect(await goOn(asking, { skip: true })).toBe('register')
  expect((await askAgain(asking.session.id, userId)).session.stage).toBe('registration')
  await registerApp(userId)
  expect(await goOn(await askAgain(asking.session.id, userId))).toBe('home')
})

it('is not moved by a change of the policy, and begins anew when the policy was off', async () => {
  const userId = await aNewcomer()
  await decide({})
  await signIn(userId)
  clock.turn(10 * day)
  const group = await aGroup(db())
  await decide({ excludeTargets: [{ targetType: 'group', id: group.id }] })
  expect(needOf((await signIn(userId)).asking)?.skipsLeft).toBe(4)
  clock.turn(20 * day)
  await decide({ state: 'disabled' })
  expect((await signIn(userId)).to).toBe('home')
  clock.turn(21 * day)
  await decide({})
  expect(needOf((await signIn(userId)).asking)).toMatchObject({ skip: 'whileDaysLeft', skipsLeft: 14 })
  clock.turn(34 * day)
  expect(needOf((await signIn(userId)).asking)?.skipsLeft).toBe(1)
})

it('asks nobody who is left out, and nobody who has a second factor', async () => {
  const [meant, left, equipped] = [await aNewcomer(), await aNewcomer(), await aNewcomer()]
  const within = await aGroup(db(), { memberIds: [left] })
  const outer = await aGroup(db(), { childIds: [within.id] })
  await registerApp(equipped)
  await decide({ excludeTargets: [{ targetType: 'group', id: outer.id }] })
  expect((await signIn(meant)).to).toBe('register')
  expect((await signIn(left)).to).toBe('home')
  expect((await signIn(equipped)).to).toBe('home')
  await decide({ includeTargets: [{ targetType: 'user', id: left }] })
  expect((await signIn(meant)).to).toBe('home')
  expect((await signIn(left)).to).toBe('register')
})

it('asks anew whom an administrator told to register again', async () => {
  const userId = await aNewcomer()
  await registerApp(userId)
  await decide({})
  clock.turn(60)
  await db().user.update({ where: { id: userId }, data: { mustReregisterSince: now() } })
  // What is there is used first, and does not count as registered since.
  const begun = await anAsking(userId, { stage: 'firstFactor', proofs: [aProof('password'), aProof('softwareOath')] })
  expect(await goOn(begun)).toBe('register')
  expect(needOf(await askAgain(begun.session.id, userId))?.skip).toBe('whileDaysLeft')
})

it('cannot be put off where the sign-in itself needs MFA, days or not', async () => {
  const userId = await aNewcomer()
  await decide({})
  await requireMfaEverywhere()
  const { to, asking } = await signIn(userId)
  expect(to).toBe('register')
  expect(needOf(asking)).toMatchObject({
    mfa: { because: ['mfaRequired', 'mfaRegistrationPolicy'] },
    skip: 'never',
    skipsLeft: null,
  })
  expect(await goOn(asking, { skip: true })).toBe('register')
})

it('interrupts once in a session', async () => {
  const userId = await aNewcomer()
  await decide({})
  const { asking } = await signIn(userId)
  expect(await goOn(asking, { skip: true })).toBe('home')
  expect(await goOn(await askAgain(asking.session.id, userId))).toBe('home')
})

describe('where registering is not allowed', () => {
  it('lets people go on in their days, which have not begun, and says so in the trail', async () => {
    const userId = await aNewcomer()
    await decide({})
    await protectRegistration()
    expect((await signIn(userId)).to).toBe('home')
    expect(await promptedAt(userId)).toBeNull()
    expect(await auditOf(userId, 'App: security info registration refused')).toMatchObject([
      { outcome: 'failure', reason: 'security_info.blocked_no_method' },
    ])
  })

  it('stops them when their days are over', async () => {
    const userId = await aNewcomer()
    await decide({})
    await signIn(userId)
    await protectRegistration()
    clock.turn(14 * day)
    // The page then says what would help: a pass, or a network.
    expect((await signIn(userId)).to).toBe('blocked: noMethod')
  })
})

it('nothing that can be registered: people go on while they may put it off, then they are stopped', async () => {
  const userId = (await aUser(db(), { passwordHash: 'x', userType: 'guest' })).id
  await decide({})
  await signIn(userId)
  const first = await promptedAt(userId)
  const { document, version } = await readMethodsPolicy(db())
  const off = { ...document.methods.softwareOath, state: 'disabled' as const }
  const without = { ...document, methods: { ...document.methods, softwareOath: off } }
  expect(await saveMethodsPolicy(db(), without, version, now())).toBe(true)
  expect((await signIn(userId)).to).toBe('home')
  expect(await auditOf(userId, 'App: security info registration refused')).toMatchObject([
    { outcome: 'failure', reason: 'registration.nothing_registrable' },
  ])
  clock.turn(14 * day + 5)
  expect((await signIn(userId)).to).toBe('blocked: nothingRegistrable')
  expect(await promptedAt(userId)).toEqual(first)
  expect(await saveMethodsPolicy(db(), document, version + 1, now())).toBe(true)
})

async function requireMfaEverywhere(): Promise<void> {
  const { conditions, grantControls } = aPolicy({
    applications: { includeApplications: ['All'], includeUserActions: [] },
    locations: null,
  })
  const document = { conditions, grantControls }
  await db().conditionalAccessPolicy.create({ data: { displayName: 'MFA', state: 'enabled', document } })
}

async function protectRegistration(): Promise<void> {
  const { conditions, grantControls } = aPolicy()
  const document = { conditions, grantControls }
  await db().conditionalAccessPolicy.create({ data: { displayName: 'Registration', state: 'enabled', document } })
}
