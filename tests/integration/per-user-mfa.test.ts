import { beforeEach, expect, it } from 'vitest'
import { newSecret } from '@/lib/authentication-methods/kinds/software-oath'
import { readPasswordResetPolicy, savePasswordResetPolicy } from '@/lib/authentication-methods/store'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { insertMethod } from '@/lib/registered-methods/store/change'
import { continueSignIn } from '@/lib/registration/commands'
import { readProgress } from '@/lib/registration/progress'
import { ok } from '@/lib/result'
import { decidePerUserMfa } from '@/lib/security-info/administer-per-user-mfa'
import { type Asking, changeOwn } from '@/lib/security-info/change'
import { provisionMethod } from '@/lib/security-info/provision'
import { anAsking, aProof, askAgain, auditOf, queuedMessages } from '@/tests/support/asking'
import { aUser, resetForEverybody } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

// `20` §2 T2, `50` §4.1: decided for one person; asked at each of their sign-ins, registered first where need be.

testDatabase()

beforeEach(async () => {
  const { version } = await readPasswordResetPolicy(db())
  const quiet = { ...resetForEverybody, isRegistrationRequired: false }
  expect(await savePasswordResetPolicy(db(), quiet, version, now())).toBe(true)
})

const activity = 'Update per-user multifactor authentication state'
const app = { kind: 'softwareOath', name: null, algorithm: 'SHA1', periodSeconds: 30, lastStep: -1n } as const
const stateOf = async (id: string) => (await db().user.findUniqueOrThrow({ where: { id } })).perUserMfaState

async function anAdministrator(
  role:
    | 'authenticationAdministrator'
    | 'authenticationPolicyAdministrator'
    | 'reportsReader' = 'authenticationAdministrator',
  secondsAgo = 10,
): Promise<Asking> {
  const { id } = await aUser(db(), { roles: [role] })
  return anAsking(id, { proofs: [aProof('password'), aProof('softwareOath', { secondsAgo })] })
}

async function decide(targetId: string, state: 'disabled' | 'enabled' | 'enforced', by?: Asking): Promise<string> {
  const result = await decidePerUserMfa(by ?? (await anAdministrator()), { targetId, state })
  return result.ok ? 'ok' : result.failure.code
}

async function signIn(userId: string, proofs = [aProof('password')]): Promise<{ to: string; asking: Asking }> {
  const begun = await anAsking(userId, { stage: 'firstFactor', proofs })
  return { to: await goOn(begun), asking: await askAgain(begun.session.id, userId) }
}

async function goOn(asking: Asking): Promise<string> {
  const continued = await continueSignIn(asking, { skip: true })
  return continued.ok ? continued.value.way.to : continued.failure.code
}

async function provision(userId: string): Promise<void> {
  await transaction((tx) => provisionMethod(tx, { userId, method: { ...app, secret: newSecret() }, at: now() }))
}

/** As the wizard stores it, past the gate. */
async function register(asking: Asking): Promise<void> {
  const { userId } = asking.session
  const stored = await changeOwn(asking, { activity: 'registered', kind: 'softwareOath' }, async ({ tx, at }) => {
    const method = await insertMethod(tx, userId, { ...app, secret: newSecret() }, 'user', at)
    const proof = aProof('softwareOath', { methodId: method.id, registered: true })
    return ok({ value: undefined, event: { method: { kind: 'softwareOath', id: method.id } }, proof })
  })
  expect(stored.ok).toBe(true)
}

it('whoever has no second factor registers one, without a way round, and is enforced by it', async () => {
  const { id: userId } = await aUser(db(), { passwordHash: 'x' })
  expect((await signIn(userId)).to).toBe('home')
  expect(await decide(userId, 'enabled')).toBe('ok')
  const { to, asking } = await signIn(userId)
  expect(to).toBe('register')
  expect(readProgress(asking.session)?.need).toMatchObject({
    mfa: { because: ['mfaRequired', 'perUserMfa'] },
    skip: 'never',
  })
  expect(await goOn(asking)).toBe('register')

  await register(await askAgain(asking.session.id, userId))
  expect(await stateOf(userId)).toBe('enforced')
  expect(await auditOf(userId, activity)).toMatchObject([
    { outcome: 'success', reason: null },
    { outcome: 'success', reason: 'registered' },
  ])
  // Registering met the demand in this sign-in; the next one asks for the app.
  expect(await goOn(await askAgain(asking.session.id, userId))).toBe('home')
  expect((await signIn(userId)).to).toBe('verify')
  expect((await signIn(userId, [aProof('password'), aProof('softwareOath')])).to).toBe('home')
})

it('whoever has one uses it at every sign-in, and enabling alone does not enforce', async () => {
  const { id: userId } = await aUser(db(), { passwordHash: 'x' })
  await provision(userId)
  expect((await signIn(userId)).to).toBe('home')
  expect(await decide(userId, 'enabled')).toBe('ok')
  expect((await signIn(userId)).to).toBe('verify')
  expect((await signIn(userId, [aProof('password'), aProof('softwareOath')])).to).toBe('home')
  expect((await signIn(userId, [aProof('fido2')])).to).toBe('home')
  expect((await signIn(userId, [aProof('fido2', { userVerified: false })])).to).toBe('verify')
  expect(await stateOf(userId)).toBe('enabled')
  expect(await decide(userId, 'disabled')).toBe('ok')
  expect((await signIn(userId)).to).toBe('home')
})

it('a session that is complete stays so', async () => {
  const { id: userId } = await aUser(db(), { passwordHash: 'x' })
  const { asking } = await signIn(userId)
  expect(await decide(userId, 'enabled')).toBe('ok')
  expect((await askAgain(asking.session.id, userId)).session.stage).toBe('full')
})

it('a method that was stopped after too many tries guards the account: nothing new is registered beside it', async () => {
  const { id: userId } = await aUser(db(), { passwordHash: 'x' })
  await provision(userId)
  await db().authenticationMethod.updateMany({ where: { userId }, data: { disabledAt: now() } })
  expect(await decide(userId, 'enabled')).toBe('ok')
  expect((await signIn(userId)).to).toBe('blocked')
})

it('is decided by those who may, for those whom they may, with a fresh proof; refusals are in the trail', async () => {
  const { id: userId } = await aUser(db())
  const { id: above } = await aUser(db(), { roles: ['securityAdministrator'] })
  expect(await decide(userId, 'enabled', await anAdministrator('authenticationPolicyAdministrator'))).toBe('ok')
  expect(await decide(userId, 'disabled', await anAdministrator('reportsReader'))).toBe('directory.forbidden')
  expect(await decide(above, 'enabled')).toBe('directory.target_protected')
  expect(await decide(userId, 'disabled', await anAdministrator('authenticationAdministrator', 301))).toBe(
    'directory.fresh_required',
  )
  const self = await anAdministrator()
  expect(await decide(self.session.userId, 'enabled', self)).toBe('directory.own_account')
  expect([await stateOf(userId), await stateOf(above)]).toEqual(['enabled', 'disabled'])
  expect((await auditOf(userId, activity)).map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['success', null],
    ['failure', 'directory.forbidden'],
    ['failure', 'directory.fresh_required'],
  ])
})

it('tells the person once, and says nothing when nothing changes', async () => {
  const { id: userId } = await aUser(db(), { mail: 'somebody@mail.example' })
  expect(await decide(userId, 'enabled')).toBe('ok')
  expect(await decide(userId, 'enabled')).toBe('ok')
  expect(await decide(userId, 'disabled')).toBe('ok')
  const told = new Set((await queuedMessages(userId)).map(({ template }) => template))
  expect(told).toEqual(new Set(['perUserMfaOn', 'perUserMfaOff']))
  expect(await auditOf(userId, activity)).toHaveLength(2)
})

it('the database knows three states', async () => {
  const { id } = await aUser(db())
  await expect(db().user.update({ where: { id }, data: { perUserMfaState: 'on' } })).rejects.toThrow()
})
