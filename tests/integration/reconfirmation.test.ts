import { beforeEach, expect, it } from 'vitest'
import { newSecret } from '@/lib/authentication-methods/kinds/software-oath'
import type { PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { readPasswordResetPolicy, savePasswordResetPolicy } from '@/lib/authentication-methods/store'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { continueSignIn } from '@/lib/registration/commands'
import { finishRegistration, reviewSecurityInfo } from '@/lib/registration/finish'
import { readProgress } from '@/lib/registration/progress'
import type { Asking } from '@/lib/security-info/change'
import { provisionMethod } from '@/lib/security-info/provision'
import { anAsking, aProof, askAgain, auditOf } from '@/tests/support/asking'
import { aPolicy, aUser, resetForEverybody } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'

// `00` §5 F3, `20` §2 T6, §8: what is registered is shown again when its last confirmation is too long ago.

testDatabase()
const clock = testClock()
const day = 86_400

beforeEach(async () => {
  clock.turn(0)
  await decide({ reconfirmDays: 90 })
})

async function decide(given: Partial<PasswordResetPolicy>): Promise<void> {
  const { version } = await readPasswordResetPolicy(db())
  expect(await savePasswordResetPolicy(db(), { ...resetForEverybody, ...given }, version, now())).toBe(true)
}

/** Somebody with an authenticator app, registered now and never confirmed. */
async function somebody(): Promise<string> {
  const { id: userId } = await aUser(db())
  const method = {
    kind: 'softwareOath',
    name: null,
    secret: newSecret(),
    algorithm: 'SHA1',
    periodSeconds: 30,
    lastStep: -1n,
  } as const
  await transaction((tx) => provisionMethod(tx, { userId, method, at: now() }))
  return userId
}

/** A new sign-in with password and app, as far as it goes by itself. */
async function signIn(userId: string): Promise<{ readonly to: string; readonly asking: Asking }> {
  const proofs = [aProof('password'), aProof('softwareOath')]
  const begun = await anAsking(userId, { stage: 'firstFactor', proofs })
  return { to: await goOn(begun), asking: await askAgain(begun.session.id, userId) }
}

async function goOn(asking: Asking, choice: { readonly skip?: boolean } = {}): Promise<string> {
  const continued = await continueSignIn(asking, choice)
  return continued.ok ? continued.value.way.to : continued.failure.code
}

const confirmedAt = async (id: string) => (await db().user.findUniqueOrThrow({ where: { id } })).securityInfoConfirmedAt
const reviewOf = ({ session }: Asking) => readProgress(session)?.need.review
const code = (result: Awaited<ReturnType<typeof reviewSecurityInfo>>) => (result.ok ? 'ok' : result.failure.code)

it('fires when the newest method of somebody who never confirmed is old enough, and not before', async () => {
  const userId = await somebody()
  expect((await signIn(userId)).to).toBe('home')
  clock.turn(90 * day - 60)
  expect((await signIn(userId)).to).toBe('home')
  clock.turn(90 * day)
  const { to, asking } = await signIn(userId)
  expect(to).toBe('register')
  expect(asking.session.stage).toBe('registration')
  expect(reviewOf(asking)).toEqual({ because: ['confirmationDue'] })
})

it('asks for MFA before anything is shown', async () => {
  const userId = await somebody()
  clock.turn(90 * day)
  const byPassword = await anAsking(userId, { stage: 'firstFactor' })
  expect(await goOn(byPassword)).toBe('verify')
  expect((await askAgain(byPassword.session.id, userId)).session.stage).toBe('firstFactor')
})

it('“Looks good” completes the sign-in, says so once in the audit trail, and begins the interval anew', async () => {
  const userId = await somebody()
  clock.turn(100 * day)
  const { asking } = await signIn(userId)
  expect((await Promise.all([reviewSecurityInfo(asking), reviewSecurityInfo(asking)])).map(code)).toEqual(['ok', 'ok'])
  expect(Math.abs(Number(await confirmedAt(userId)) - now().getTime())).toBeLessThan(5000)
  expect(await auditOf(userId, 'User reviewed security info')).toMatchObject([{ outcome: 'success' }])
  expect(await goOn(await askAgain(asking.session.id, userId))).toBe('home')
  clock.turn(189 * day)
  expect((await signIn(userId)).to).toBe('home')
  clock.turn(190 * day + 5)
  expect((await signIn(userId)).to).toBe('register')
})

it('put off: once in a session, again at the next sign-in, and the time goes on', async () => {
  const userId = await somebody()
  clock.turn(90 * day)
  for (let time = 0; time < 2; time++) {
    const { to, asking } = await signIn(userId)
    expect(to).toBe('register')
    expect(await goOn(asking, { skip: true })).toBe('home')
    const { session } = await askAgain(asking.session.id, userId)
    expect(session).toMatchObject({ stage: 'full', registration: null })
  }
  expect(await confirmedAt(userId)).toBeNull()
  expect(await auditOf(userId, 'User reviewed security info')).toEqual([])
})

it('can be put off even where new methods are demanded for good, when those are there', async () => {
  const userId = await somebody()
  clock.turn(90 * day)
  const { conditions, grantControls } = aPolicy({
    applications: { includeApplications: ['All'], includeUserActions: [] },
    locations: null,
  })
  const policy = await db().conditionalAccessPolicy.create({
    data: { displayName: 'MFA for everybody', state: 'enabled', document: { conditions, grantControls } },
  })
  const mustReregisterSince = new Date(Date.now() - day * 1000)
  await db().user.update({ where: { id: userId }, data: { mustReregisterSince } })
  const { to, asking } = await signIn(userId)
  expect(to).toBe('register')
  expect(readProgress(asking.session)?.need).toMatchObject({
    mfa: { because: ['reregistrationRequired'] },
    skip: 'never',
  })
  expect(await goOn(asking, { skip: true })).toBe('home')
  await db().conditionalAccessPolicy.delete({ where: { id: policy.id } })
})

it('never happens with an interval of 0, nor while registration at sign-in is not required', async () => {
  const userId = await somebody()
  clock.turn(5000 * day)
  await decide({ reconfirmDays: 0 })
  expect((await signIn(userId)).to).toBe('home')
  await decide({ reconfirmDays: 90, isRegistrationRequired: false })
  expect((await signIn(userId)).to).toBe('home')
  await decide({ reconfirmDays: 90, enabledFor: 'none' })
  expect((await signIn(userId)).to).toBe('home')
})

it('with fewer methods than needed the missing one is asked for, and registering it confirms everything', async () => {
  const userId = await somebody()
  clock.turn(90 * day)
  await decide({ reconfirmDays: 90, numberOfMethodsRequired: 2 })
  const { to, asking } = await signIn(userId)
  expect(to).toBe('register')
  expect(code(await reviewSecurityInfo(asking))).toBe('registration.not_finished')
  expect(await confirmedAt(userId)).toBeNull()

  const method = { kind: 'email', emailAddress: `${userId}@mail.example` } as const
  await transaction((tx) => provisionMethod(tx, { userId, method, at: now() }))
  expect((await finishRegistration(asking)).ok).toBe(true)
  expect(await confirmedAt(userId)).not.toBeNull()
  expect((await signIn(userId)).to).toBe('home')
})

it('a method that went while it was on the screen is not confirmed: the missing one comes first', async () => {
  const userId = await somebody()
  clock.turn(90 * day)
  const { asking } = await signIn(userId)
  await db().user.update({ where: { id: userId }, data: { defaultMethodId: null } })
  await db().authenticationMethod.deleteMany({ where: { userId } })
  expect(code(await reviewSecurityInfo(asking))).toBe('registration.not_finished')
  expect(await confirmedAt(userId)).toBeNull()
})

it('is confirmed only by a session that was asked, with a fresh proof', async () => {
  const userId = await somebody()
  clock.turn(90 * day)
  const full = await anAsking(userId, { proofs: [aProof('password'), aProof('softwareOath')] })
  expect(code(await reviewSecurityInfo(full))).toBe('registration.session_expired')
  const { asking } = await signIn(userId)
  clock.turn(90 * day + 780)
  expect(code(await reviewSecurityInfo(asking))).toBe('security_info.freshness_required')
  expect(await confirmedAt(userId)).toBeNull()
})
