import { generateSync } from 'otplib'
import { beforeAll, describe, expect, it } from 'vitest'
import { newSecret } from '@/lib/authentication-methods/kinds/software-oath'
import { hashSecret } from '@/lib/password/hashing'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { continueSignIn, goOnSigningIn } from '@/lib/registration/commands'
import { provisionMethod } from '@/lib/security-info/provision'
import { signInWithPassword } from '@/lib/sign-in/first-factor'
import type { GoOn, Proven } from '@/lib/sign-in/going-on'
import { verifyWithApp } from '@/lib/sign-in/second-factor'
import { findSession } from '@/lib/sign-in/session'
import { anAsking, anOrigin, aProof, askAgain, queuedMessages } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

const database = testDatabase()
const password = 'correct-horse-battery-staple'
let passwordHash: string

beforeAll(async () => {
  const hashed = await hashSecret(password)
  if (!hashed.ok) throw new Error(hashed.failure.code)
  passwordHash = hashed.value
  await db().conditionalAccessPolicy.create({
    data: {
      displayName: 'second factor everywhere',
      state: 'enabled',
      document: {
        conditions: {
          users: { includeUsers: ['All'] },
          applications: { includeApplications: ['All'] },
          clientAppTypes: ['all'],
        },
        grantControls: { operator: 'OR', builtInControls: ['mfa'] },
      },
    },
  })
})

/** Somebody who is registered: a password, an app, and an answer to the review. */
async function somebody() {
  const user = await aUser(db(), { passwordHash })
  await db().user.update({ where: { id: user.id }, data: { securityInfoConfirmedAt: now() } })
  const secret = newSecret()
  const method = {
    kind: 'softwareOath',
    name: null,
    secret,
    algorithm: 'SHA1',
    periodSeconds: 30,
    lastStep: -1n,
  } as const
  await transaction((tx) => provisionMethod(tx, { userId: user.id, method, at: now() }))
  const codeNow = () => generateSync({ secret, epoch: Math.floor(now().getTime() / 1000) })
  const type = (typed: string, goOn?: GoOn) =>
    signInWithPassword({
      userPrincipalName: user.userPrincipalName,
      secret: typed,
      returnTo: null,
      origin: anOrigin(),
      goOn,
    })
  return { user, codeNow, type }
}

const must = (result: { ok: true; value: Proven } | { ok: false; failure: { code: string } }): Proven => {
  if (!result.ok) throw new Error(result.failure.code)
  return result.value
}
const breaks: GoOn = async () => {
  throw new Error('the power went')
}
const transactionsOf = async (sql: string, userId: string) =>
  (await database.query<{ xmin: string }>(sql, [userId])).map(({ xmin }) => xmin)

describe('a factor and what it leads to', () => {
  it('are stored by one transaction, a password’s', async () => {
    const { user, type } = await somebody()
    const proven = must(await type(password, goOnSigningIn))
    expect(proven.way).toEqual({ to: 'verify' })
    const made = await transactionsOf('SELECT xmin::text FROM session WHERE user_id = $1', user.id)
    const logged = await transactionsOf('SELECT xmin::text FROM sign_in_log WHERE user_id = $1', user.id)
    expect(logged).toEqual(made)
  })

  it('are stored by one transaction, a code’s, and only the newest id of the session is good', async () => {
    const { user, codeNow } = await somebody()
    const asking = await anAsking(user.id, { stage: 'firstFactor', proofs: [aProof('password')] })
    const proven = must(await verifyWithApp({ ...asking, goOn: goOnSigningIn }, codeNow()))
    expect(proven).toMatchObject({ way: { to: 'home' }, session: { stage: 'full' } })
    expect((await findSession(db(), proven.token, now()))?.session.stage).toBe('full')
    expect(await findSession(db(), asking.token, now())).toBeNull()
    const made = await transactionsOf('SELECT xmin::text FROM session WHERE user_id = $1', user.id)
    const logged = await transactionsOf('SELECT xmin::text FROM sign_in_log WHERE user_id = $1', user.id)
    const used = await transactionsOf(
      'SELECT xmin::text FROM software_oath WHERE method_id IN (SELECT id FROM authentication_method WHERE user_id = $1)',
      user.id,
    )
    expect([logged, used]).toEqual([made, made])
  })

  it('are stored both or not at all: a code of which nothing came is not used up', async () => {
    const { user, codeNow, type } = await somebody()
    await expect(type(password, breaks)).rejects.toThrow('the power went')
    expect(await db().session.count({ where: { userId: user.id } })).toBe(0)
    const asking = await anAsking(user.id, { stage: 'firstFactor', proofs: [aProof('password')] })
    const code = codeNow()
    await expect(verifyWithApp({ ...asking, goOn: breaks }, code)).rejects.toThrow('the power went')
    expect((await askAgain(asking.session.id, user.id)).session.proofs).toHaveLength(1)
    expect(must(await verifyWithApp({ ...asking, goOn: goOnSigningIn }, code)).way).toEqual({
      to: 'home',
      returnTo: null,
    })
  })

  it('of two who send one code at once one goes on', async () => {
    const { user, codeNow } = await somebody()
    const asking = await anAsking(user.id, { stage: 'firstFactor', proofs: [aProof('password')] })
    const other = await anAsking(user.id, { stage: 'firstFactor', proofs: [aProof('password')] })
    const code = codeNow()
    const answers = await Promise.all(
      [asking, other].map((one) => verifyWithApp({ ...one, goOn: goOnSigningIn }, code)),
    )
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(answers.find(({ ok }) => !ok)).toMatchObject({ failure: { code: 'sign_in.code_used' } })
  })
})

describe('a sign-in after several failed tries', () => {
  const toldOf = async (userId: string) =>
    (await queuedMessages(userId)).filter(({ template }) => template === 'signInAfterFailures').length
  const finish = async (user: { id: string }, begun: Proven, code: string) => {
    const asking = await askAgain(begun.session.id, user.id)
    return must(await verifyWithApp({ ...asking, goOn: goOnSigningIn }, code))
  }

  it('is told to whose account it is: wrong passwords', async () => {
    const { user, codeNow, type } = await somebody()
    for (const wrong of ['one', 'two', 'three']) expect((await type(wrong, goOnSigningIn)).ok).toBe(false)
    const begun = must(await type(password, goOnSigningIn))
    expect(await toldOf(user.id)).toBe(0)
    expect((await finish(user, begun, codeNow())).way).toMatchObject({ to: 'home' })
    expect(await toldOf(user.id)).toBe(1)
  })

  it('is told to whose account it is: wrong codes', async () => {
    const { user, codeNow, type } = await somebody()
    const begun = must(await type(password, goOnSigningIn))
    const asking = await askAgain(begun.session.id, user.id)
    for (const wrong of ['000000', '000001', '000002'])
      expect((await verifyWithApp({ ...asking, goOn: goOnSigningIn }, wrong)).ok).toBe(false)
    await finish(user, begun, codeNow())
    expect(await toldOf(user.id)).toBe(1)
  })

  it('is told to whose account it is: wrong codes, and then a passkey', async () => {
    const { user } = await somebody()
    const guessing = await anAsking(user.id, { stage: 'firstFactor', proofs: [aProof('password')] })
    for (const wrong of ['000000', '000001', '000002']) expect((await verifyWithApp(guessing, wrong)).ok).toBe(false)
    const asking = await anAsking(user.id, { stage: 'firstFactor', proofs: [aProof('fido2')] })
    expect(await continueSignIn(asking)).toMatchObject({ value: { way: { to: 'home' } } })
    expect(await toldOf(user.id)).toBe(1)
  })

  it('is nothing to tell after fewer, nor the next time', async () => {
    const { user, codeNow, type } = await somebody()
    for (const wrong of ['one', 'two']) expect((await type(wrong, goOnSigningIn)).ok).toBe(false)
    await finish(user, must(await type(password, goOnSigningIn)), codeNow())
    expect(await toldOf(user.id)).toBe(0)
    must(await type(password, goOnSigningIn))
    expect(await toldOf(user.id)).toBe(0)
  })
})
