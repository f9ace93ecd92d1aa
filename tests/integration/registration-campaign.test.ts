import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newSecret } from '@/lib/authentication-methods/kinds/software-oath'
import type { PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import {
  defaultRegistrationCampaign,
  type RegistrationCampaign,
} from '@/lib/authentication-methods/registration-policy'
import {
  readPasswordResetPolicy,
  readRegistrationCampaign,
  savePasswordResetPolicy,
} from '@/lib/authentication-methods/store'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { updateRegistrationCampaign } from '@/lib/policy-changes/registration'
import { type Choice, continueSignIn } from '@/lib/registration/commands'
import { finishRegistration } from '@/lib/registration/finish'
import { readProgress } from '@/lib/registration/progress'
import type { Asking } from '@/lib/security-info/change'
import { provisionMethod } from '@/lib/security-info/provision'
import { anAsking, aProof, askAgain, auditOf } from '@/tests/support/asking'
import { aPolicy, aUser, resetForEverybody } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'

// `20` §7 and §6 T7, `00` §5 F4: reminded after MFA, put off so often, then required.

testDatabase()
const clock = testClock()
const day = 86_400

beforeEach(async () => {
  clock.turn(0)
  await askForReset({ isRegistrationRequired: false })
  await decide({})
})
afterEach(async () => {
  await db().conditionalAccessPolicy.deleteMany()
})

async function decide(given: Partial<RegistrationCampaign>): Promise<void> {
  const { id } = await aUser(db(), { roles: ['authenticationPolicyAdministrator'] })
  const { version } = await readRegistrationCampaign(db())
  const campaign: RegistrationCampaign = { ...defaultRegistrationCampaign, state: 'enabled', ...given }
  expect(await updateRegistrationCampaign(await anAsking(id), campaign, version)).toEqual({
    ok: true,
    value: undefined,
  })
}

async function askForReset(given: Partial<PasswordResetPolicy>): Promise<void> {
  const { version } = await readPasswordResetPolicy(db())
  expect(await savePasswordResetPolicy(db(), { ...resetForEverybody, ...given }, version, now())).toBe(true)
}

/** Somebody with an authenticator app. */
async function somebody(): Promise<string> {
  const { id: userId } = await aUser(db(), { passwordHash: 'x' })
  await registerApp(userId)
  return userId
}

async function registerApp(userId: string): Promise<void> {
  const app = { kind: 'softwareOath', name: null, algorithm: 'SHA1', periodSeconds: 30, lastStep: -1n } as const
  await transaction((tx) => provisionMethod(tx, { userId, method: { ...app, secret: newSecret() }, at: now() }))
}

const proofs = () => [aProof('password'), aProof('softwareOath')]

async function signIn(userId: string, given = proofs()): Promise<{ readonly to: string; readonly asking: Asking }> {
  const begun = await anAsking(userId, { stage: 'firstFactor', proofs: given })
  return { to: await goOn(begun), asking: await askAgain(begun.session.id, userId) }
}

async function goOn(asking: Asking, choice: Choice = {}): Promise<string> {
  const continued = await continueSignIn(asking, choice)
  return continued.ok ? continued.value.way.to : continued.failure.code
}

const needOf = ({ session }: Asking) => readProgress(session)?.need
const snoozesOf = async (id: string) => (await db().user.findUniqueOrThrow({ where: { id } })).campaignSnoozes

it('reminds after MFA, and lets go on three times; then the method is required', async () => {
  const userId = await somebody()
  for (const [index, left] of [3, 2, 1].entries()) {
    clock.turn(index * day + index * 5)
    const { to, asking } = await signIn(userId)
    expect(to).toBe('register')
    expect(needOf(asking)).toMatchObject({
      campaign: { method: 'passkey' },
      mfa: null,
      skip: 'snooze',
      skipsLeft: left,
    })
    // Once the page is shown it counts, whether or not anybody presses the button; and pressing counts no second time.
    expect(await snoozesOf(userId)).toBe(index + 1)
    if (index !== 1) expect(await goOn(asking, { skip: true })).toBe('home')
    expect(await snoozesOf(userId)).toBe(index + 1)
    expect((await signIn(userId)).to).toBe('home')
  }
  clock.turn(4 * day)
  const { to, asking } = await signIn(userId)
  expect(to).toBe('register')
  expect(needOf(asking)).toMatchObject({ skip: 'never', skipsLeft: null })
  expect(await goOn(asking, { skip: true })).toBe('register')
  expect(await goOn(await askAgain(asking.session.id, userId))).toBe('register')
  expect((await askAgain(asking.session.id, userId)).session.stage).toBe('registration')
  expect((await finishRegistration(await askAgain(asking.session.id, userId))).ok).toBe(false)
  // Whoever comes back later is asked again at once.
  expect((await signIn(userId)).to).toBe('register')
  expect(await snoozesOf(userId)).toBe(3)
})

it('whose browser can make no passkey goes on, and the trail says that they claimed it', async () => {
  const userId = await somebody()
  await db().user.update({ where: { id: userId }, data: { campaignSnoozes: 3 } })
  const { to, asking } = await signIn(userId)
  expect([to, needOf(asking)?.skip]).toEqual(['register', 'never'])
  expect(await goOn(asking, { skip: true, isUnable: true })).toBe('home')
  expect(await auditOf(userId, 'User canceled security info registration')).toMatchObject([
    { outcome: 'success', reason: 'registration.browser_without_passkeys' },
  ])
})

it('an authenticator app is no matter of browsers', async () => {
  await decide({ method: 'softwareOath' })
  const { id: userId } = await aUser(db(), { passwordHash: 'x' })
  await db().user.update({ where: { id: userId }, data: { campaignSnoozes: 3 } })
  const { to, asking } = await signIn(userId, [aProof('password'), aProof('sms')])
  expect([to, needOf(asking)?.campaign?.method]).toEqual(['register', 'softwareOath'])
  expect(await goOn(asking, { isUnable: true })).toBe('register')
  await registerApp(userId)
  const done = await askAgain(asking.session.id, userId)
  expect((await finishRegistration(done)).ok).toBe(true)
  expect(await goOn(done)).toBe('home')
  const row = await db().user.findUniqueOrThrow({ where: { id: userId } })
  // One method says nothing about the others, so nothing counts as confirmed.
  expect(row).toMatchObject({ campaignSnoozes: 0, campaignSnoozedAt: null, securityInfoConfirmedAt: null })
  expect((await signIn(userId)).to).toBe('home')
})

it('reminds of an unlimited number of times at every MFA, where it is set so', async () => {
  await decide({ enforceRegistrationAfterAllowedSnoozes: false, snoozeDurationInDays: 0 })
  const userId = await somebody()
  for (let time = 0; time < 6; time++) {
    const { to, asking } = await signIn(userId)
    expect([to, needOf(asking)?.skip, needOf(asking)?.skipsLeft]).toEqual(['register', 'snooze', null])
    expect(await goOn(asking, { skip: true })).toBe('home')
  }
  expect(await snoozesOf(userId)).toBe(6)
  // Limited again, they have skipped often enough.
  await decide({ snoozeDurationInDays: 0 })
  expect(needOf((await signIn(userId)).asking)?.skip).toBe('never')
})

describe('nobody is reminded', () => {
  it.each([
    ['with a password alone', [aProof('password')]],
    ['with a method that was only registered here', [aProof('password'), aProof('softwareOath', { registered: true })]],
  ])('%s', async (_, given) => {
    const { to } = await signIn(await somebody(), given)
    expect(to).toBe('home')
  })

  it('who is left out, or not included', async () => {
    const userId = await somebody()
    await decide({ excludeTargets: [{ targetType: 'user', id: userId }] })
    expect((await signIn(userId)).to).toBe('home')
    await decide({ includeTargets: [{ targetType: 'user', id: (await aUser(db())).id }] })
    expect((await signIn(userId)).to).toBe('home')
  })

  it('of a passkey who may have none: a guest', async () => {
    const { id: userId } = await aUser(db(), { passwordHash: 'x', userType: 'guest' })
    await registerApp(userId)
    expect((await signIn(userId)).to).toBe('home')
  })

  it('in a session that was interrupted for something else', async () => {
    const userId = await somebody()
    await askForReset({ numberOfMethodsRequired: 2 })
    const { to, asking } = await signIn(userId)
    expect([to, needOf(asking)?.campaign]).toEqual(['register', null])
    expect(await goOn(asking, { skip: true })).toBe('home')
    expect(await snoozesOf(userId)).toBe(0)
  })

  it('where Conditional Access lets nobody register, and it counts as no snooze', async () => {
    const userId = await somebody()
    const { conditions, grantControls } = aPolicy({ grantControls: { builtInControls: ['block'] } })
    const document = { conditions, grantControls }
    await db().conditionalAccessPolicy.create({ data: { displayName: 'Nowhere', state: 'enabled', document } })
    expect((await signIn(userId)).to).toBe('home')
    expect(await snoozesOf(userId)).toBe(0)
  })

  it('when the campaign is off', async () => {
    await decide({ state: 'disabled' })
    expect((await signIn(await somebody())).to).toBe('home')
  })
})

it('a campaign that ends while it is on the screen lets people go on', async () => {
  const userId = await somebody()
  await db().user.update({ where: { id: userId }, data: { campaignSnoozes: 3 } })
  const { asking } = await signIn(userId)
  await decide({ state: 'disabled' })
  expect(await goOn(asking)).toBe('home')
})

it('managed asks for a passkey, with no end of skips', async () => {
  await decide({ state: 'default', method: 'softwareOath', snoozeDurationInDays: 14 })
  const { to, asking } = await signIn(await somebody())
  expect(to).toBe('register')
  expect(needOf(asking)).toMatchObject({
    campaign: { method: 'passkey', snoozeDays: 1 },
    skip: 'snooze',
    skipsLeft: null,
  })
})
