import { randomUUID } from 'node:crypto'
import { hash } from '@node-rs/argon2'
import { generateSync } from 'otplib'
import { beforeAll, describe, expect, it } from 'vitest'
import { newSecret } from '@/lib/authentication-methods/kinds/software-oath'
import { limits } from '@/lib/limits'
import { hashSecret, verifySecret } from '@/lib/password/hashing'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, together, transaction, writeTogether } from '@/lib/platform/db'
import { keyedHash } from '@/lib/platform/hash'
import { describeError } from '@/lib/platform/log'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import { continueSignIn, goOnSigningIn } from '@/lib/registration/commands'
import { finishPasskey, startPasskey } from '@/lib/security-info/passkey'
import { provisionMethod } from '@/lib/security-info/provision'
import { startSoftwareOath } from '@/lib/security-info/software-oath'
import { signInWithPass, signInWithPassword } from '@/lib/sign-in/first-factor'
import { finishPasskeySignIn, startPasskeySignIn } from '@/lib/sign-in/passkey'
import { startPasskeyVerification, verifyWithApp, verifyWithPasskey } from '@/lib/sign-in/second-factor'
import { sendCode, verifyWithSentCode } from '@/lib/sign-in/sent-code'
import { endSessionsOf, findHeldSession, findSession, newSession, raisingOf } from '@/lib/sign-in/session'
import { anAsking, anOrigin, aProof, askAgain, queuedMessages, sentCode } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { forgetSettings, testDatabase } from '@/tests/support/database'
import { beginReset } from '@/tests/support/password-reset'
import { SoftwareAuthenticator } from '@/tests/support/software-authenticator'

const database = testDatabase()
const clock = testClock()
const password = 'correct-horse-battery-staple'
let passwordHash: string

beforeAll(async () => {
  const hashed = await hashSecret(password)
  if (!hashed.ok) throw new Error(hashed.failure.code)
  passwordHash = hashed.value
})

const code = (result: { ok: true } | { ok: false; failure: { code: string } }) =>
  result.ok ? 'ok' : result.failure.code

const signIn = (userPrincipalName: string, secret: string, clientAddress?: string) =>
  signInWithPassword({ userPrincipalName, secret, returnTo: null, origin: anOrigin(clientAddress) })

/** Of the password, with less memory than today's. */
async function olderHash(): Promise<string> {
  const peppered = Buffer.from(keyedHash('PASSWORD_PEPPER', password)).toString('base64')
  const phc = await hash(peppered, { memoryCost: 8192, timeCost: 1, parallelism: 1 })
  return phc.replace(/p=1\$/, `p=1,${/keyid=.{6}/.exec(passwordHash)?.[0]}$`)
}

async function anApp(userId: string): Promise<{ readonly methodId: string; codeNow(): string }> {
  const secret = newSecret()
  const method = {
    kind: 'softwareOath',
    name: null,
    secret,
    algorithm: 'SHA1',
    periodSeconds: 30,
    lastStep: -1n,
  } as const
  const methodId = await transaction((tx) => provisionMethod(tx, { userId, method, at: now() }))
  return { methodId, codeNow: () => generateSync({ secret, epoch: Math.floor(now().getTime() / 1000) }) }
}

async function aPass(userId: string, given: { isUsableOnce?: boolean; startsAt?: Date; expiresAt?: Date } = {}) {
  const pass = `harbour${randomUUID().slice(0, 8)}`
  const hashed = await hashSecret(pass)
  if (!hashed.ok) throw new Error(hashed.failure.code)
  const method = {
    kind: 'temporaryAccessPass',
    passHash: hashed.value,
    startsAt: given.startsAt ?? secondsFrom(now(), -60),
    expiresAt: given.expiresAt ?? secondsFrom(now(), 3600),
    isUsableOnce: given.isUsableOnce ?? false,
    createdById: null,
  } as const
  await transaction((tx) => provisionMethod(tx, { userId, method, at: now() }))
  return pass
}

describe('the password', () => {
  it('signs in whoever knows it, and the session can only go on signing in', async () => {
    const user = await aUser(db(), { passwordHash })
    const answer = await signIn(user.userPrincipalName.toUpperCase(), password)
    if (!answer.ok) throw new Error(answer.failure.code)
    const found = await findSession(db(), answer.value.token, now())
    expect(found?.session).toMatchObject({ userId: user.id, stage: 'firstFactor', proofs: [{ mode: 'password' }] })
    expect(found?.facts.subject.id).toBe(user.id)
    const [row] = await database.query<{ token_hash: Buffer }>('SELECT token_hash FROM session WHERE user_id = $1', [
      user.id,
    ])
    expect(row?.token_hash.toString('base64url')).not.toBe(answer.value.token)
  })

  it('gives one answer to a wrong password, an unknown name, a disabled account and one without a password', async () => {
    const known = await aUser(db(), { passwordHash })
    const disabled = await aUser(db(), { passwordHash, accountEnabled: false })
    const without = await aUser(db())
    const answers = [
      await signIn(known.userPrincipalName, 'wrong'),
      await signIn('nobody@harbor.example', 'wrong'),
      await signIn(disabled.userPrincipalName, password),
      await signIn(without.userPrincipalName, password),
      await signIn('not a name', 'wrong'),
    ]
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(code(answers[0] as (typeof answers)[number])).toBe('sign_in.failed')
    expect(await db().session.count({ where: { userId: { in: [known.id, disabled.id, without.id] } } })).toBe(0)
    const failures = await db().auditEvent.findMany({ where: { activity: 'App: sign-in failed' } })
    expect(failures.length).toBeGreaterThanOrEqual(5)
    expect(failures.map(({ record }) => record).join()).not.toMatch(/wrong"|correct-horse/)
  })

  it('locks after ten wrong ones, right or unknown name alike, and opens when the time is over', async () => {
    const user = await aUser(db(), { passwordHash })
    const address = '203.0.113.77'
    for (const name of [user.userPrincipalName, 'ghost@harbor.example']) {
      for (let number = 0; number < 10; number++)
        expect(code(await signIn(name, `wrong ${number}`))).toBe('sign_in.failed')
      const locked = await signIn(name, password, address)
      expect(locked).toMatchObject({ failure: { code: 'sign_in.locked', kind: 'throttled' } })
    }
    clock.turn(61)
    expect(code(await signIn(user.userPrincipalName, password, address))).toBe('ok')
    clock.turn(0)
  })

  it('a password lock does not stop a pass, and wrong passes do not lock the password', async () => {
    const user = await aUser(db(), { passwordHash })
    const pass = await aPass(user.id)
    for (let number = 0; number < 10; number++) await signIn(user.userPrincipalName, `wrong ${number}`)
    expect(code(await signIn(user.userPrincipalName, password))).toBe('sign_in.locked')
    const { userPrincipalName } = user
    expect(code(await signInWithPass({ userPrincipalName, secret: pass, returnTo: null, origin: anOrigin() }))).toBe(
      'ok',
    )

    const other = await aUser(db(), { passwordHash })
    for (let number = 0; number < 10; number++) {
      await signInWithPass({
        userPrincipalName: other.userPrincipalName,
        secret: `wrong${number}pass`,
        returnTo: null,
        origin: anOrigin(),
      })
    }
    expect(code(await signIn(other.userPrincipalName, password))).toBe('ok')
  })

  it('a temporary password that ended opens nothing', async () => {
    const user = await aUser(db(), { passwordHash })
    await db().user.update({ where: { id: user.id }, data: { temporaryPasswordEndsAt: secondsFrom(now(), -1) } })
    expect(code(await signIn(user.userPrincipalName, password))).toBe('sign_in.failed')
  })

  it('SEC-110: a hash of older parameters is renewed, and of two sign-ins at once both succeed', async () => {
    const older = await olderHash()
    const user = await aUser(db(), { passwordHash: older })
    const answers = await Promise.all([1, 2].map(() => signIn(user.userPrincipalName, password)))
    expect(answers.map(code)).toEqual(['ok', 'ok'])
    const { passwordHash: renewed } = await db().user.findUniqueOrThrow({ where: { id: user.id } })
    expect(renewed).not.toBe(older)
    expect(await verifySecret(password, renewed ?? '')).toEqual({
      ok: true,
      value: { matches: true, needsRehash: false },
    })
  })

  it('an address may try only so often in a minute', async () => {
    const address = '203.0.113.99'
    const answers = []
    for (let number = 0; number <= limits.rate.signInsPerAddressPerMinute; number++) {
      answers.push(
        code(await signInWithPass({ userPrincipalName: '', secret: 'x', returnTo: null, origin: anOrigin(address) })),
      )
    }
    expect(answers.at(-1)).toBe('throttle.too_many_requests')
  })
})

describe('a Temporary Access Pass', () => {
  const signInPass = (userPrincipalName: string, secret: string) =>
    signInWithPass({ userPrincipalName, secret, returnTo: null, origin: anOrigin() })

  it('that works once, used twice at the same time, gives one session', async () => {
    const user = await aUser(db())
    const pass = await aPass(user.id, { isUsableOnce: true })
    const answers = await Promise.all(Array.from({ length: 4 }, () => signInPass(user.userPrincipalName, pass)))
    expect(answers.map(code).sort()).toEqual(['ok', ...Array(3).fill('sign_in.pass_failed')])
    expect(await db().session.count({ where: { userId: user.id } })).toBe(1)
    expect(code(await signInPass(user.userPrincipalName, pass))).toBe('sign_in.pass_failed')
    const told = await queuedMessages(user.id)
    expect(told.map(({ template }) => template)).toEqual(['passUsed'])
    expect(told[0]?.values, 'it may have been a stranger').not.toHaveProperty('by')
  })

  it('gives one answer whatever is wrong: early, over, another’s, nobody’s', async () => {
    const early = await aUser(db())
    const over = await aUser(db())
    const earlyPass = await aPass(early.id, { startsAt: secondsFrom(now(), 600) })
    const overPass = await aPass(over.id, { startsAt: secondsFrom(now(), -600), expiresAt: secondsFrom(now(), -1) })
    const answers = [
      await signInPass(early.userPrincipalName, earlyPass),
      await signInPass(over.userPrincipalName, overPass),
      await signInPass(over.userPrincipalName, earlyPass),
      await signInPass('nobody@harbor.example', earlyPass),
    ]
    for (const answer of answers) expect(answer).toEqual(answers[0])
    clock.turn(660)
    expect(code(await signInPass(early.userPrincipalName, earlyPass))).toBe('ok')
    clock.turn(0)
  })

  it('ends its session at its own end at the latest', async () => {
    const user = await aUser(db())
    const pass = await aPass(user.id, { expiresAt: secondsFrom(now(), 120) })
    const answer = await signInPass(user.userPrincipalName, `${pass.slice(0, 4)}-${pass.slice(4).toUpperCase()} `)
    if (!answer.ok) throw new Error(answer.failure.code)
    clock.turn(121)
    expect(await findSession(db(), answer.value.token, now())).toBeNull()
    clock.turn(0)
  })
})

describe('the second factor', () => {
  const firstFactor = { stage: 'firstFactor' } as const

  it('a code of the app works once, also when it comes twice at the same time', async () => {
    const user = await aUser(db())
    const app = await anApp(user.id)
    const one = await anAsking(user.id, firstFactor)
    const two = await anAsking(user.id, firstFactor)
    const typed = app.codeNow()
    const answers = await Promise.all([verifyWithApp(one, typed), verifyWithApp(two, typed)])
    expect(answers.map(code).sort()).toEqual(['ok', 'sign_in.code_used'])
    expect(code(await verifyWithApp(await anAsking(user.id, firstFactor), typed))).toBe('sign_in.code_used')
  })

  it('gives the session a new id; the old one is dead at once', async () => {
    const user = await aUser(db())
    const app = await anApp(user.id)
    const asking = await anAsking(user.id, firstFactor)
    const answer = await verifyWithApp(asking, app.codeNow())
    if (!answer.ok) throw new Error(answer.failure.code)
    expect(await findSession(db(), asking.token, now())).toBeNull()
    expect(await findSession(db(), answer.value.token, now())).toMatchObject({
      session: {
        id: asking.session.id,
        proofs: [{ mode: 'password' }, { mode: 'softwareOath', methodId: app.methodId }],
      },
    })
  })

  it('wrong codes pause the method from the fifth on, for every session, and longer each time', async () => {
    const user = await aUser(db())
    const app = await anApp(user.id)
    for (let number = 0; number < 5; number++) {
      expect(code(await verifyWithApp(await anAsking(user.id, firstFactor), '000 000'))).toBe('sign_in.code_mismatch')
    }
    const paused = await verifyWithApp(await anAsking(user.id, firstFactor), app.codeNow())
    expect(paused).toMatchObject({ failure: { code: 'sign_in.method_unavailable', kind: 'throttled' } })
    clock.turn(31)
    expect(code(await verifyWithApp(await anAsking(user.id, firstFactor), app.codeNow()))).toBe('ok')
    clock.turn(0)
    const [method] = await loadMethods(db(), user.id)
    expect(method).toMatchObject({ consecutiveFailures: 0, blockedUntil: null })
  })

  it('a removed method cannot finish a sign-in that had started', async () => {
    const user = await aUser(db())
    const app = await anApp(user.id)
    const asking = await anAsking(user.id, firstFactor)
    await db().user.update({ where: { id: user.id }, data: { defaultMethodId: null } })
    await database.query('DELETE FROM authentication_method WHERE id = $1', [app.methodId])
    expect(code(await verifyWithApp(asking, app.codeNow()))).toBe('sign_in.method_unavailable')
  })

  it('a session that was ended and a person who was disabled go no further', async () => {
    const user = await aUser(db())
    const app = await anApp(user.id)
    const ended = await anAsking(user.id, firstFactor)
    await transaction((tx) => endSessionsOf(tx, user.id))
    expect(code(await verifyWithApp(ended, app.codeNow()))).toBe('sign_in.session_ended')
    const asking = await anAsking(user.id, firstFactor)
    const last = await anAsking(user.id, { proofs: [aProof('password'), aProof('softwareOath')] })
    await db().user.update({ where: { id: user.id }, data: { accountEnabled: false } })
    expect(code(await verifyWithApp(asking, app.codeNow()))).toBe('sign_in.session_ended')
    expect(code(await continueSignIn(last))).toBe('sign_in.session_ended')
  })

  it('a texted code is for this session, five tries and five minutes', async () => {
    const user = await aUser(db())
    const method = { kind: 'mobilePhone', phoneNumber: '+447400111222' } as const
    await transaction((tx) => provisionMethod(tx, { userId: user.id, method, at: now() }))
    const policy = await db().tenantPolicy.findUnique({ where: { name: 'authenticationMethodsPolicy' } })
    const { defaultMethodsPolicy } = await import('@/lib/authentication-methods/policy-model')
    const { saveMethodsPolicy } = await import('@/lib/authentication-methods/store')
    const mobilePhone = { ...defaultMethodsPolicy.methods.mobilePhone, state: 'enabled' as const }
    const methods = { ...defaultMethodsPolicy.methods, mobilePhone }
    await saveMethodsPolicy(db(), { ...defaultMethodsPolicy, methods }, policy?.version ?? 0, now())

    const asking = await anAsking(user.id, firstFactor)
    const other = await anAsking(user.id, firstFactor)
    const sends = await Promise.all([sendCode(asking), sendCode(asking)])
    expect(sends.map(code).sort()).toEqual(['ok', 'registration.resend_too_early'])
    const typed = await sentCode(user.id)
    expect(code(await verifyWithSentCode(other, typed))).toBe('sign_in.code_expired')
    clock.turn(301)
    expect(code(await verifyWithSentCode(asking, typed))).toBe('sign_in.code_expired')
    clock.turn(0)
    expect(code(await verifyWithSentCode(asking, typed))).toBe('ok')
    const again = await askAgain(asking.session.id, user.id)
    expect(code(await verifyWithSentCode(again, typed))).toBe('sign_in.code_expired')
    // The brakes on pumping see that somebody typed it.
    const sent = await db().smsSend.findFirst({ orderBy: { sentAt: 'desc' } })
    expect(sent).toMatchObject({ prefix: '44740011', confirmedAt: expect.any(Date) })
  })

  it('SEC-064: a registered number of a country that has left the operator’s list is not texted', async () => {
    const user = await aUser(db())
    const method = { kind: 'mobilePhone', phoneNumber: '+447400111333' } as const
    await transaction((tx) => provisionMethod(tx, { userId: user.id, method, at: now() }))
    const asking = await anAsking(user.id, firstFactor)
    const countries = process.env.SMS_COUNTRIES
    process.env.SMS_COUNTRIES = 'DE'
    forgetSettings()
    try {
      expect(code(await sendCode(asking))).toBe('sign_in.number_unreachable')
      expect(await queuedMessages(user.id)).toEqual([])
    } finally {
      process.env.SMS_COUNTRIES = countries
      forgetSettings()
    }
    expect(code(await sendCode(asking))).toBe('ok')
  })
})

describe('a passkey', () => {
  async function withPasskey(settings: { signCountStep?: number } = {}) {
    const user = await aUser(db())
    const device = new SoftwareAuthenticator({ origin: 'http://localhost:3000', ...settings })
    const asking = await anAsking(user.id)
    const started = await startPasskey(asking)
    if (!started.ok) throw new Error(started.failure.code)
    const finished = await finishPasskey(asking, { response: device.create(started.value), name: 'Key' })
    if (!finished.ok) throw new Error(finished.failure.code)
    return { user, device, methodId: finished.value.methodId }
  }
  const browserHash = Uint8Array.from(Buffer.alloc(32, 7))

  async function start(hash = browserHash) {
    const started = await startPasskeySignIn({ browserHash: hash, origin: anOrigin() })
    if (!started.ok) throw new Error(started.failure.code)
    return started.value
  }
  const finish = (challengeId: string, response: unknown, hash = browserHash) =>
    finishPasskeySignIn({ challengeId, response, browserHash: hash, returnTo: null, origin: anOrigin() })

  it('signs in without a name, once for each challenge, in the browser that asked', async () => {
    const { user, device, methodId } = await withPasskey()
    const { challengeId, options } = await start()
    const response = device.get(options)
    expect(code(await finish(challengeId, response, Uint8Array.from(Buffer.alloc(32, 8))))).toBe(
      'sign_in.passkey_failed',
    )
    const answers = await Promise.all([finish(challengeId, response), finish(challengeId, response)])
    expect(answers.map(code).sort()).toEqual(['ok', 'sign_in.passkey_failed'])
    const issued = answers.find(({ ok }) => ok)
    const token = issued?.ok ? issued.value.token : ''
    expect(await findSession(db(), token, now())).toMatchObject({
      session: { userId: user.id, proofs: [{ mode: 'fido2', methodId, userVerified: true }] },
    })
  })

  it('whose sign count went back is stopped, and its owner is told', async () => {
    const { user, device } = await withPasskey()
    const first = await start()
    expect(code(await finish(first.challengeId, device.get(first.options)))).toBe('ok')
    const second = await start()
    const copy = device.get(second.options, { signCountStep: -1 })
    expect(code(await finish(second.challengeId, copy))).toBe('sign_in.passkey_failed')
    const [method] = await loadMethods(db(), user.id)
    expect(method?.disabledAt).not.toBeNull()
    expect((await queuedMessages(user.id)).map(({ template }) => template)).toContain('passkeySuspect')
    expect(
      await db().auditEvent.count({ where: { targetId: user.id, activity: 'App: authentication method suspect' } }),
    ).toBe(1)
    const third = await start()
    expect(code(await finish(third.challengeId, device.get(third.options, { signCountStep: 10 })))).toBe(
      'sign_in.passkey_failed',
    )
  })

  it('that does not count stays good', async () => {
    const { device } = await withPasskey({ signCountStep: 0 })
    for (let number = 0; number < 2; number++) {
      const { challengeId, options } = await start()
      expect(code(await finish(challengeId, device.get(options)))).toBe('ok')
    }
  })

  it('of a disabled person opens nothing', async () => {
    const { user, device } = await withPasskey()
    const { challengeId, options } = await start()
    const response = device.get(options)
    await db().user.update({ where: { id: user.id }, data: { accountEnabled: false } })
    expect(code(await finish(challengeId, response))).toBe('sign_in.passkey_failed')
  })

  it('as the second factor answers the challenge of its own session only', async () => {
    const { user, device } = await withPasskey()
    const one = await anAsking(user.id, { stage: 'firstFactor' })
    const two = await anAsking(user.id, { stage: 'firstFactor' })
    const starts = await Promise.all([startPasskeyVerification(one), startPasskeyVerification(one)])
    expect(starts.map(code)).toEqual(['ok', 'ok'])
    const begun = await startPasskeyVerification(one)
    const elsewhere = await startPasskeyVerification(two)
    if (!begun.ok || !elsewhere.ok) throw new Error('the ceremony did not start')
    expect(code(await verifyWithPasskey(two, device.get(begun.value)))).toBe('sign_in.passkey_failed')
    expect(code(await verifyWithPasskey(one, device.get(begun.value)))).toBe('ok')
  })
})

describe('a session', () => {
  it('ends after an hour without activity, and a page in between keeps it', async () => {
    const user = await aUser(db())
    const { token } = await anAsking(user.id, { idleSeconds: limits.session.userIdleSeconds })
    clock.turn(3599)
    expect(await findSession(db(), token, now())).not.toBeNull()
    clock.turn(2 * 3599)
    expect(await findSession(db(), token, now())).not.toBeNull()
    clock.turn(2 * 3599 + 3601)
    expect(await findSession(db(), token, now())).toBeNull()
    clock.turn(0)
  })

  it('ends at its absolute end, however busy', async () => {
    const user = await aUser(db())
    const { token } = await anAsking(user.id)
    clock.turn(12 * 3600 - 5)
    expect(await findSession(db(), token, now())).not.toBeNull()
    clock.turn(12 * 3600 + 1)
    expect(await findSession(db(), token, now())).toBeNull()
    clock.turn(0)
  })

  it('that rises to a full one lives shorter for an administrator', async () => {
    const user = await aUser(db())
    const { session } = await anAsking(user.id, { stage: 'firstFactor' })
    const lifetime = { isAdministrator: true, opensAdminArea: false }
    const { issued, writes } = raisingOf(session, { stage: 'full', lifetime }, now())
    await transaction((tx) => writeTogether(tx, writes))
    const lifeSeconds = (issued.session.expiresAt.getTime() - session.createdAt.getTime()) / 1000
    expect(lifeSeconds).toBe(limits.session.administratorAbsoluteSeconds)
    clock.turn(limits.session.administratorIdleSeconds + 1)
    expect(await findSession(db(), issued.token, now())).toBeNull()
    clock.turn(0)
  })

  it.each<{ name: string; change: Parameters<typeof raisingOf>[1] }>([
    { name: 'nothing but its id', change: {} },
    { name: 'a proof', change: { proofs: [aProof('password'), aProof('softwareOath')] } },
    {
      name: 'a full session of an administrator',
      change: { stage: 'full', lifetime: { isAdministrator: true, opensAdminArea: true }, isPersistent: true },
    },
    {
      name: 'the wizard',
      change: {
        stage: 'registration',
        lifetime: { isAdministrator: false, opensAdminArea: false },
        progress: { registration: { startedAt: 1, need: null }, interruptedAt: new Date('2026-01-02T03:04:05.678Z') },
      },
    },
  ])('that rises to $name is answered as it is stored', async ({ change }) => {
    const user = await aUser(db())
    const { session, token } = await anAsking(user.id, { stage: 'firstFactor' })
    const { issued, writes } = raisingOf(session, change, now())
    await transaction((tx) => writeTogether(tx, writes))
    expect((await findSession(db(), issued.token, now()))?.session).toEqual(issued.session)
    expect(await findSession(db(), token, now())).toBeNull()
    // The same of a session that becomes a row with it.
    const fresh = newSession({ userId: user.id, proof: aProof('password'), returnTo: '/security-info', at: now() })
    const opening = { clientAddress: '203.0.113.10', userAgent: 'x'.repeat(600) }
    const opened = raisingOf(fresh.session, change, now(), opening)
    await transaction((tx) => writeTogether(tx, opened.writes))
    expect((await findSession(db(), opened.issued.token, now()))?.session).toEqual(opened.issued.session)
    expect(await findSession(db(), fresh.token, now())).toBeNull()
    const columns = { select: { idleSeconds: true, clientAddress: true, userAgent: true } } as const
    const [raised, born] = await Promise.all(
      [issued, opened.issued].map(({ session: { id } }) => db().session.findUnique({ where: { id }, ...columns })),
    )
    expect(born).toEqual({
      idleSeconds: raised?.idleSeconds,
      clientAddress: '203.0.113.10',
      userAgent: 'x'.repeat(512),
    })
  })

  it('counts a try without waiting for the disk, and what comes over the same connection waits as before', async () => {
    const user = await aUser(db())
    const { token } = await anAsking(user.id)
    const tried = { name: 'unhurried', max: 2, windowSeconds: 60 }
    const { counts, rows } = await together(async (tx) => {
      await tx.$executeRaw`SET synchronous_commit = local`
      const counts: (number | undefined)[] = []
      for (let number = 0; number < 3; number++)
        counts.push((await findHeldSession(tx, token, now(), tried))?.consumed?.count)
      const rows = await tx.$queryRaw`SHOW synchronous_commit`
      await tx.$executeRaw`RESET synchronous_commit`
      return { counts, rows }
    })
    expect(counts).toEqual([1, 2, 3])
    expect(rows).toEqual([{ synchronous_commit: 'local' }])
  })

  it('an empty or made-up token is nobody', async () => {
    for (const token of ['', 'x', '00000000-0000-0000-0000-000000000000']) {
      expect(await findSession(db(), token, now())).toBeNull()
      expect(await findHeldSession(db(), token, now())).toBeNull()
      expect(await findHeldSession(db(), token, now(), { name: 'nobody', max: 2, windowSeconds: 60 })).toBeNull()
    }
    expect(await db().throttleCounter.count({ where: { key: { startsWith: 'nobody:' } } })).toBe(0)
  })

  it('is the same session for an action as for a page, with whose it is and their roles', async () => {
    const user = await aUser(db(), { roles: ['helpdeskAdministrator'] })
    const { token } = await anAsking(user.id, { proofs: [aProof('password'), aProof('softwareOath')] })
    const shown = await findSession(db(), token, now())
    const held = await findHeldSession(db(), token, now())
    if (!shown || !held) throw new Error('the session of the test is gone')
    expect(held.session).toEqual(shown.session)
    const { id, userPrincipalName, displayName, accountEnabled, roleIds } = shown.facts.subject
    expect(held.owner).toEqual({ id, userPrincipalName, displayName, accountEnabled, roleIds })
    expect(roleIds.size).toBe(1)
    expect(held.consumed).toBeNull()
    clock.turn(61)
    const at = now()
    expect((await findHeldSession(db(), token, at))?.session.lastSeenAt).toEqual(held.session.lastSeenAt)
    expect((await findHeldSession(db(), token, at))?.session.lastSeenAt).toEqual(at)
    clock.turn(12 * 3600 + 1)
    expect(await findHeldSession(db(), token, now())).toBeNull()
    clock.turn(0)
  })

  it('that only begins to sign in ends no full one: of these there are at most five, and the oldest goes', async () => {
    const user = await aUser(db(), { passwordHash })
    const full = await anAsking(user.id)
    const tokens: string[] = []
    for (let number = 0; number <= limits.session.perUserMax; number++) {
      const pass = await signInWithPassword({
        userPrincipalName: user.userPrincipalName,
        secret: password,
        returnTo: null,
        origin: anOrigin(),
      })
      if (pass.ok) tokens.push(pass.value.token)
    }
    const { unfinishedPerUserMax } = limits.session
    expect(await db().session.count({ where: { userId: user.id } })).toBe(1 + unfinishedPerUserMax)
    for (const [index, token] of tokens.entries())
      expect((await findSession(db(), token, now())) !== null).toBe(index >= tokens.length - unfinishedPerUserMax)
    expect(await findSession(db(), full.token, now())).not.toBeNull()
  })

  it('that becomes a full one is one of at most twenty; the oldest of them goes', async () => {
    const user = await aUser(db())
    const begun = await anAsking(user.id, { stage: 'firstFactor' })
    const full: string[] = []
    for (let number = 0; number < limits.session.perUserMax; number++) {
      clock.turn(number + 1)
      full.push((await anAsking(user.id)).token)
    }
    const lifetime = { isAdministrator: false, opensAdminArea: false }
    const { issued, writes } = raisingOf(begun.session, { stage: 'full', lifetime }, now())
    await transaction((tx) => writeTogether(tx, writes))
    expect(await findSession(db(), issued.token, now())).not.toBeNull()
    const isThere = await Promise.all(full.map(async (token) => (await findSession(db(), token, now())) !== null))
    expect(isThere).toEqual([false, ...isThere.slice(1).map(() => true)])
    clock.turn(0)
  })
})

describe('a method whose details are missing', () => {
  it('stops what rests on methods: nothing is stored, and the log names the method and nobody', async () => {
    const user = await aUser(db(), { passwordHash })
    const { methodId } = await anApp(user.id)
    const asking = await anAsking(user.id)
    await database.query('DELETE FROM software_oath WHERE method_id = $1', [methodId])
    const stored = () =>
      database.query(
        `SELECT (SELECT count(*) FROM session WHERE user_id = $1) AS sessions,
          (SELECT count(*) FROM challenge WHERE user_id = $1) AS challenges,
          (SELECT count(*) FROM authentication_method WHERE user_id = $1) AS methods`,
        [user.id],
      )
    const before = await stored()
    const without = `authentication method ${methodId} has no detail row`
    const { userPrincipalName } = user
    const typed = { userPrincipalName, secret: password, returnTo: null, origin: anOrigin(), goOn: goOnSigningIn }
    const stopped: unknown = await signInWithPassword(typed).catch((error: unknown) => error)
    expect(describeError(stopped)).toMatchObject({ message: without })
    expect(JSON.stringify(describeError(stopped))).not.toContain(userPrincipalName)
    await expect(startSoftwareOath(asking)).rejects.toThrow(without)
    await expect(beginReset(userPrincipalName)).rejects.toThrow(without)
    expect(await stored()).toEqual(before)
  })
})
