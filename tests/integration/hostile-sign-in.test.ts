import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultMethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { saveMethodsPolicy } from '@/lib/authentication-methods/store'
import { limits } from '@/lib/limits'
import { hashSecret } from '@/lib/password/hashing'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { sha256 } from '@/lib/platform/hash'
import { insertMethod } from '@/lib/registered-methods/store/change'
import { continueSignIn } from '@/lib/registration/commands'
import type { Result } from '@/lib/result'
import { signInWithPass, signInWithPassword } from '@/lib/sign-in/first-factor'
import { finishPasskeySignIn } from '@/lib/sign-in/passkey'
import { verifyWithApp } from '@/lib/sign-in/second-factor'
import { sendCode, verifyWithSentCode } from '@/lib/sign-in/sent-code'
import { endSession } from '@/lib/sign-in/session'
import { anAsking, anOrigin, aProof, askAgain, auditOf, queuedMessages } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'

// Counts what one attempt costs: the library itself is not replaced.
const hashes = vi.hoisted(() => ({ count: 0 }))
vi.mock('@node-rs/argon2', async (original) => {
  const library = await original<typeof import('@node-rs/argon2')>()
  return {
    ...library,
    hash: (...given: Parameters<typeof library.hash>) => {
      hashes.count++
      return library.hash(...given)
    },
    verify: (...given: Parameters<typeof library.verify>) => {
      hashes.count++
      return library.verify(...given)
    },
  }
})

const database = testDatabase()
const clock = testClock()
const failed = 'App: sign-in failed'
const password = 'a password nobody guesses'

beforeAll(async () => {
  process.env.SMS_COUNTRIES = 'GB'
  const mobilePhone = { ...defaultMethodsPolicy.methods.mobilePhone, state: 'enabled' as const }
  const temporaryAccessPass = { ...defaultMethodsPolicy.methods.temporaryAccessPass, state: 'enabled' as const }
  const methods = { ...defaultMethodsPolicy.methods, mobilePhone, temporaryAccessPass }
  await saveMethodsPolicy(db(), { ...defaultMethodsPolicy, methods }, 0, now())
})
beforeEach(() => clock.turn(0))

const code = (result: Result<unknown>) => (result.ok ? 'ok' : result.failure.code)

async function hashed(text: string): Promise<string> {
  const made = await hashSecret(text)
  if (!made.ok) throw new Error(made.failure.code)
  return made.value
}

const enter = (userPrincipalName: string, secret: string, origin = anOrigin()) =>
  signInWithPassword({ userPrincipalName, secret, returnTo: null, origin })
const enterByPass = (userPrincipalName: string, secret: string, origin = anOrigin()) =>
  signInWithPass({ userPrincipalName, secret, returnTo: null, origin })

async function aPass(
  userId: string,
  given: {
    readonly pass?: string
    readonly isUsableOnce?: boolean
    readonly minutes?: number
    readonly ago?: number
  } = {},
): Promise<string> {
  const at = now()
  const pass = await insertMethod(
    db(),
    userId,
    {
      kind: 'temporaryAccessPass',
      passHash: await hashed(given.pass ?? 'abcdefgh'),
      startsAt: new Date(at.getTime() - (given.ago ?? 0) * 60_000 - 1000),
      expiresAt: new Date(at.getTime() + (given.minutes ?? 60) * 60_000),
      isUsableOnce: given.isUsableOnce ?? true,
      createdById: null,
    },
    'admin',
    at,
  )
  return pass.id
}

const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const anApp = async (userId: string): Promise<string> => {
  const app = { kind: 'softwareOath', name: null, secret, algorithm: 'SHA1', periodSeconds: 30, lastStep: 0n } as const
  return (await insertMethod(db(), userId, app, 'user', now())).id
}
let numbers = 0
const aPhone = async (userId: string): Promise<string> => {
  const phone = { kind: 'mobilePhone', phoneNumber: `+4474001${10_000 + ++numbers}` } as const
  return (await insertMethod(db(), userId, phone, 'user', now())).id
}

describe('guessing at once', () => {
  it('of 30 first guesses at once no more are judged than the lockout allows', async () => {
    const user = await aUser(db(), { passwordHash: await hashed(password) })
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => enter(user.userPrincipalName, `wrong ${index}`)),
    )
    const judged = answers.filter((answer) => code(answer) === 'sign_in.failed')
    expect(judged).toHaveLength(limits.passwordLockout.threshold)
    expect(new Set(answers.map(code))).toEqual(new Set(['sign_in.failed', 'sign_in.locked']))
    expect(code(await enter(user.userPrincipalName, password))).toBe('sign_in.locked')
  })

  it('an unknown name is counted and locked like a known one', async () => {
    const name = `nobody-${randomUUID()}@harbor.example`
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => enter(name, `wrong ${index}`)))
    expect(answers.filter((answer) => code(answer) === 'sign_in.failed')).toHaveLength(10)
    expect(code(await enter(name, 'once more'))).toBe('sign_in.locked')
  })

  it('of 40 wrong codes of an app at once five are judged, each is in the trail', async () => {
    const user = await aUser(db())
    const id = await anApp(user.id)
    const asking = await anAsking(user.id, { stage: 'firstFactor' })
    const answers = await Promise.all(Array.from({ length: 40 }, () => verifyWithApp(asking, '000000')))
    expect(answers.some(({ ok }) => ok)).toBe(false)
    const [row] = await database.query<{ consecutive_failures: number; blocked_until: Date | null }>(
      'SELECT consecutive_failures, blocked_until FROM authentication_method WHERE id = $1',
      [id],
    )
    expect(row?.consecutive_failures).toBe(limits.methodFailures.waitFrom)
    expect(row?.blocked_until).not.toBeNull()
    expect(await auditOf(user.id, failed)).toHaveLength(40)
  })

  it('of 30 guesses of a sent code at once five are judged, and the right one comes too late', async () => {
    const user = await aUser(db())
    await aPhone(user.id)
    const asking = await anAsking(user.id, { stage: 'firstFactor' })
    expect(code(await sendCode(asking))).toBe('ok')
    const [message] = await queuedMessages(user.id)
    const right = String(message?.values.code)
    const wrong = right === '000000' ? '111111' : '000000'
    const answers = await Promise.all(Array.from({ length: 30 }, () => verifyWithSentCode(asking, wrong)))
    expect(answers.filter((answer) => code(answer) === 'sign_in.code_mismatch').length).toBeLessThanOrEqual(5)
    expect((await verifyWithSentCode(asking, right)).ok).toBe(false)
    expect(await auditOf(user.id, failed)).toHaveLength(31)
  })

  it('a newer code does not give new tries: the failures of the phone go on counting', async () => {
    const user = await aUser(db())
    const id = await aPhone(user.id)
    const asking = await anAsking(user.id, { stage: 'firstFactor' })
    let tries = 0
    for (let round = 0; round < 3; round++) {
      clock.turn(round * 61)
      if (!(await sendCode(asking)).ok) continue
      for (let guess = 0; guess < 4; guess++) {
        const answer = await verifyWithSentCode(asking, `00000${guess}`)
        if (code(answer) === 'sign_in.code_mismatch') tries++
      }
    }
    const { consecutiveFailures } = await db().authenticationMethod.findUniqueOrThrow({ where: { id } })
    expect(consecutiveFailures).toBe(tries)
    // Five, then one each time a wait is over.
    expect(tries).toBeLessThanOrEqual(7)
  })

  it('of ten requests for a code at once one sends', async () => {
    const user = await aUser(db())
    await aPhone(user.id)
    const asking = await anAsking(user.id, { stage: 'firstFactor' })
    const answers = await Promise.all(Array.from({ length: 10 }, () => sendCode(asking)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await queuedMessages(user.id)).toHaveLength(1)
  })

  it('a session that has ended sends no code', async () => {
    const user = await aUser(db())
    await aPhone(user.id)
    const asking = await anAsking(user.id, { stage: 'firstFactor' })
    await endSession(db(), asking.session.id)
    expect(code(await sendCode(asking))).toBe('sign_in.session_ended')
    expect(await queuedMessages(user.id)).toHaveLength(0)
  })
})

describe('a Temporary Access Pass', () => {
  it('used once by eight at once gives one session', async () => {
    const user = await aUser(db())
    await aPass(user.id)
    const answers = await Promise.all(Array.from({ length: 8 }, () => enterByPass(user.userPrincipalName, 'abcdefgh')))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await db().session.count({ where: { userId: user.id } })).toBe(1)
  })

  it('ends the session when it would have ended, also when it is deleted meanwhile', async () => {
    const user = await aUser(db())
    const passId = await aPass(user.id, { minutes: 30 })
    const ends = (await db().temporaryAccessPass.findUniqueOrThrow({ where: { methodId: passId } })).expiresAt
    const entered = await enterByPass(user.userPrincipalName, 'abcdefgh')
    if (!entered.ok) throw new Error(entered.failure.code)
    await db().authenticationMethod.delete({ where: { id: passId } })
    const asking = await askAgain(entered.value.session.id, user.id)
    const continued = await continueSignIn(asking, { skip: true })
    expect(continued.ok).toBe(true)
    const { session } = await askAgain(asking.session.id, user.id)
    if (session.stage === 'full') expect(session.expiresAt).toEqual(ends)
    else expect(session.expiresAt.getTime()).toBeGreaterThan(now().getTime() + 14 * 60_000)
  })

  it('the hundredth wrong try while the pass is deleted is a refusal like any other', async () => {
    const user = await aUser(db())
    const passId = await aPass(user.id)
    await db().temporaryAccessPass.update({
      where: { methodId: passId },
      data: { wrongTries: 99, createdById: randomUUID() },
    })
    expect(code(await enterByPass(user.userPrincipalName, 'wrongone'))).toBe('sign_in.pass_failed')
    expect((await db().authenticationMethod.findUniqueOrThrow({ where: { id: passId } })).disabledAt).not.toBeNull()
  })
})

describe('a passkey alone', () => {
  const finish = (challengeId: string) =>
    finishPasskeySignIn({
      challengeId,
      response: { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: {} },
      browserHash: sha256('a browser'),
      returnTo: null,
      origin: anOrigin(),
    })

  it.each(['', 'not-an-id', '\u0000', '\ud800', "'; DROP TABLE challenge; --", randomUUID()])(
    'a challenge that is none (%j) is refused and recorded',
    async (challengeId) => {
      const before = await db().auditEvent.count({ where: { activity: failed } })
      expect(code(await finish(challengeId))).toBe('sign_in.passkey_failed')
      expect(await db().auditEvent.count({ where: { activity: failed } })).toBe(before + 1)
    },
  )

  it('answers without a challenge are limited per address', async () => {
    const origin = anOrigin('198.51.100.200')
    const answers = []
    for (let index = 0; index < limits.rate.signInsPerAddressPerMinute + 1; index++) {
      answers.push(
        await finishPasskeySignIn({
          challengeId: randomUUID(),
          response: {},
          browserHash: sha256('a browser'),
          returnTo: null,
          origin,
        }),
      )
    }
    expect(code(answers.at(-1) as Result<unknown>)).toBe('throttle.too_many_requests')
  })
})

describe('SEC-190, SEC-191: nobody learns who exists', () => {
  /** What a try costs and answers, without what is random. */
  async function observe(attempt: () => Promise<Result<unknown>>) {
    const query = vi.spyOn(pg.Client.prototype, 'query')
    hashes.count = 0
    try {
      const answer = await attempt()
      return { answer, hashes: hashes.count, queries: query.mock.calls.length }
    } finally {
      query.mockRestore()
    }
  }
  /** The least of three tries: what is cached for some seconds is read anew in one of them now and then. */
  async function observeWarm(attempt: () => Promise<Result<unknown>>) {
    const tries = [await observe(attempt), await observe(attempt), await observe(attempt)]
    return tries.reduce((least, each) => (each.queries < least.queries ? each : least))
  }
  const nobody = () => `nobody-${randomUUID()}@harbor.example`

  it('a password: unknown, known, without a password and disabled answer alike for the same work', async () => {
    const passwordHash = await hashed(password)
    const known = await aUser(db(), { passwordHash })
    const without = await aUser(db())
    const disabled = await aUser(db(), { passwordHash, accountEnabled: false })
    const names = [nobody(), known.userPrincipalName, without.userPrincipalName, disabled.userPrincipalName]
    const seen = []
    for (const name of names) seen.push(await observeWarm(() => enter(name, 'not this one')))
    expect(new Set(seen.map((each) => JSON.stringify(each))).size).toBe(1)
    expect(seen[0]).toMatchObject({ hashes: 1, answer: { ok: false, failure: { code: 'sign_in.failed' } } })
    const right = await observe(() => enter(disabled.userPrincipalName, password))
    expect(right.answer).toEqual(seen[0]?.answer)
  })

  it('a locked name answers alike whether it is known or not, without a hash', async () => {
    const known = await aUser(db(), { passwordHash: await hashed(password) })
    const seen = []
    for (const name of [nobody(), known.userPrincipalName]) {
      for (let index = 0; index < 10; index++) await enter(name, `wrong ${index}`)
      const { answer, ...cost } = await observe(() => enter(name, password))
      if (answer.ok) throw new Error('a locked account was entered')
      seen.push({ ...cost, code: answer.failure.code, kind: answer.failure.kind })
    }
    expect(seen[0]).toEqual(seen[1])
    expect(seen[0]?.hashes).toBe(0)
  })

  it('a pass: unknown, none, wrong, used, expired and disabled answer alike for the same work', async () => {
    const users = await Promise.all([{}, {}, {}, {}, { accountEnabled: false }].map((given) => aUser(db(), given)))
    const [without, wrong, used, expired, disabled] = users.map(({ userPrincipalName }) => userPrincipalName)
    const [, wrongUser, usedUser, expiredUser, disabledUser] = users.map(({ id }) => id)
    await aPass(String(wrongUser))
    const usedPass = await aPass(String(usedUser))
    await db().temporaryAccessPass.update({ where: { methodId: usedPass }, data: { usedAt: now() } })
    await aPass(String(expiredUser), { ago: 90, minutes: -5 })
    await aPass(String(disabledUser))
    const guesses: [string, string][] = [
      [nobody(), 'notthis1'],
      [String(without), 'notthis1'],
      [String(wrong), 'notthis1'],
      [String(used), 'notthis1'],
      [String(expired), 'notthis1'],
      [String(disabled), 'notthis1'],
    ]
    const seen = []
    for (const [name, pass] of guesses) seen.push(await observeWarm(() => enterByPass(name, pass)))
    expect(new Set(seen.map((each) => JSON.stringify(each))).size).toBe(1)
    expect(seen[0]).toMatchObject({ hashes: 1, answer: { ok: false, failure: { code: 'sign_in.pass_failed' } } })
    for (const name of [used, expired, disabled]) {
      expect((await enterByPass(String(name), 'abcdefgh')) as unknown).toEqual(seen[0]?.answer)
    }
  })
})

describe('sessions', () => {
  it('a session on the way to registering does not live longer by going there again', async () => {
    const user = await aUser(db())
    await db().tenantPolicy.deleteMany({ where: { name: 'none' } })
    const asking = await anAsking(user.id, { stage: 'registration' })
    const ends = new Date(now().getTime() + 900_000)
    await db().session.update({ where: { id: asking.session.id }, data: { expiresAt: ends } })
    clock.turn(600)
    const again = await askAgain(asking.session.id, user.id)
    await continueSignIn(again)
    const { session } = await askAgain(asking.session.id, user.id)
    if (session.stage === 'registration') expect(session.expiresAt).toEqual(ends)
    else expect(session.stage).toBe('full')
  })

  it('a factor is never accepted in the session of somebody else', async () => {
    const [one, other] = [await aUser(db()), await aUser(db())]
    await aPhone(one.id)
    const asking = await anAsking(one.id, { stage: 'firstFactor' })
    expect(code(await sendCode(asking))).toBe('ok')
    const [message] = await queuedMessages(one.id)
    const stolen = await anAsking(other.id, { stage: 'firstFactor', proofs: [aProof('password')] })
    await aPhone(other.id)
    expect((await verifyWithSentCode(stolen, String(message?.values.code))).ok).toBe(false)
  })
})
