import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultMethodsPolicy, type MethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { readMethodsPolicy, saveMethodsPolicy } from '@/lib/authentication-methods/store'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import { continueSignIn } from '@/lib/registration/commands'
import { addPhoneOf } from '@/lib/security-info/administer-phones'
import { confirmContact, startContact } from '@/lib/security-info/contact'
import { provisionMethod } from '@/lib/security-info/provision'
import { switchOwnTextSignIn, switchTextSignInOf } from '@/lib/security-info/text-sign-in'
import { lastMfaAt, lastOwnMfaAt } from '@/lib/sign-in/model'
import { pendingTextSignIn, resendTextSignIn, signInByText, startTextSignIn } from '@/lib/sign-in/text-sign-in'
import { anAsking, anOrigin, aProof, auditOf, queuedMessages, sentCode } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'

testDatabase()
const clock = testClock()
let aheadSeconds = 0
function later(seconds: number): void {
  aheadSeconds += seconds
  clock.turn(aheadSeconds)
}

async function decide(isUsableForSignIn: boolean, change: Partial<MethodsPolicy['methods']> = {}): Promise<void> {
  const { methods } = defaultMethodsPolicy
  const includeTargets = [{ targetType: 'group' as const, id: 'all_users' as const, isUsableForSignIn }]
  const mobilePhone = { ...methods.mobilePhone, state: 'enabled' as const, includeTargets }
  const voice = { ...methods.voice, state: 'enabled' as const, isOfficePhoneAllowed: true }
  const policy = { ...defaultMethodsPolicy, methods: { ...methods, mobilePhone, voice, ...change } }
  const { version } = await readMethodsPolicy(db())
  if (!(await saveMethodsPolicy(db(), policy, version, now()))) throw new Error('the policy was not saved')
}
beforeAll(() => decide(true))

let numbers = 0
const aNumber = () => `+447400${String(323_000 + ++numbers)}`
const code = (result: { ok: true } | { ok: false; failure: { code: string } }) =>
  result.ok ? 'ok' : result.failure.code

async function somebody(given: Parameters<typeof aUser>[1] = {}, isSmsSignInEnabled = true) {
  const user = await aUser(db(), given)
  const phoneNumber = aNumber()
  const method = { kind: 'mobilePhone', phoneNumber, isSmsSignInEnabled } as const
  const methodId = await transaction((tx) => provisionMethod(tx, { userId: user.id, method, at: now() }))
  return { user, phoneNumber, methodId }
}

const aBrowser = () => Uint8Array.from(randomBytes(32))

async function start(number: string, browserHash = aBrowser()) {
  const started = await startTextSignIn({ number, browserHash, origin: anOrigin() })
  if (!started.ok) throw new Error(started.failure.code)
  const { challengeId } = started.value
  const finish = (typed: string, change: { browserHash?: Uint8Array } = {}) =>
    signInByText({ challengeId, code: typed, browserHash, returnTo: null, origin: anOrigin(), ...change })
  return { challengeId, browserHash, finish }
}

describe('signing in with a phone number', () => {
  it('is one factor that opens a session, once', async () => {
    const { user, phoneNumber, methodId } = await somebody()
    const { finish } = await start(phoneNumber)
    const typed = await sentCode(user.id)
    const answers = await Promise.all([finish(typed), finish(typed)])
    expect(answers.map(code).sort()).toEqual(['ok', expect.stringMatching(/^sign_in\.code/)])
    const opened = answers.find((answer) => answer.ok)
    if (!opened?.ok) throw new Error('no session was opened')
    const { proofs, stage } = opened.value.session
    expect(stage).toBe('firstFactor')
    expect(proofs).toMatchObject([{ mode: 'sms', methodId, firstFactor: true }])
    expect(lastMfaAt(proofs)).toBeNull()
    // Two things that somebody holds are one factor; a passkey is two by itself.
    expect(lastOwnMfaAt([...proofs, aProof('softwareOath')])).toBeNull()
    expect(lastOwnMfaAt([...proofs, aProof('voice')])).toBeNull()
    expect(lastOwnMfaAt([...proofs, aProof('fido2')])).not.toBeNull()
  })

  it('does not meet a policy that asks for multifactor authentication', async () => {
    const { user, phoneNumber } = await somebody()
    const { id } = await db().conditionalAccessPolicy.create({
      data: {
        displayName: 'MFA for everything',
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
    try {
      const { finish } = await start(phoneNumber)
      const opened = await finish(await sentCode(user.id))
      if (!opened.ok) throw new Error(opened.failure.code)
      const went = await continueSignIn({ session: opened.value.session, origin: anOrigin() })
      expect(went).toMatchObject({ ok: true, value: { way: { to: 'verify' } } })
    } finally {
      await db().conditionalAccessPolicy.delete({ where: { id } })
    }
  })

  it.each([
    ['a number that nobody has', async () => ({ number: aNumber(), userId: null })],
    [
      'one that is not switched on',
      async () => {
        const { user, phoneNumber } = await somebody({}, false)
        return { number: phoneNumber, userId: user.id }
      },
    ],
    [
      'one of a disabled account',
      async () => {
        const { user, phoneNumber } = await somebody({ accountEnabled: false })
        return { number: phoneNumber, userId: user.id }
      },
    ],
    [
      'one of a guest',
      async () => {
        const { user, phoneNumber } = await somebody({ userType: 'guest' })
        return { number: phoneNumber, userId: user.id }
      },
    ],
  ] as const)('%s gets the same answers, and no message', async (_, prepare) => {
    const { number, userId } = await prepare()
    const { challengeId, browserHash, finish } = await start(number)
    expect(await pendingTextSignIn({ challengeId, browserHash })).toEqual({
      masked: expect.stringMatching(/^\+•+\d\d$/),
      resendInSeconds: limits.code.resendWaitSeconds[0],
    })
    if (userId) expect(await queuedMessages(userId)).toEqual([])
    expect(code(await finish('123456'))).toBe('sign_in.code_mismatch')
    expect(code(await resendTextSignIn({ challengeId, browserHash, origin: anOrigin() }))).toBe(
      'registration.resend_too_early',
    )
    later(30)
    expect(code(await resendTextSignIn({ challengeId, browserHash, origin: anOrigin() }))).toBe('ok')
    for (let tries = 1; tries < limits.code.attemptsMax; tries++) await finish('123456')
    expect(code(await finish('123456'))).toBe('sign_in.code_expired')
  })

  it('a known number answers wrong codes, waits and limits in the same words', async () => {
    const { user, phoneNumber } = await somebody()
    const { challengeId, browserHash, finish } = await start(phoneNumber)
    const wrong = (await sentCode(user.id)) === '123456' ? '654321' : '123456'
    expect(code(await finish(wrong))).toBe('sign_in.code_mismatch')
    expect(code(await resendTextSignIn({ challengeId, browserHash, origin: anOrigin() }))).toBe(
      'registration.resend_too_early',
    )
    later(30)
    expect(code(await resendTextSignIn({ challengeId, browserHash, origin: anOrigin() }))).toBe('ok')
    for (let tries = 1; tries < limits.code.attemptsMax; tries++) await finish(wrong)
    expect(code(await finish(await sentCode(user.id)))).toBe('sign_in.code_expired')
    expect((await auditOf(user.id, 'App: sign-in failed')).length).toBeGreaterThan(0)
    // The method itself is not touched: a stranger who knows a number cannot stop its owner's second factor.
    expect(await loadMethods(db(), user.id)).toMatchObject([{ consecutiveFailures: 0, disabledAt: null }])
  })

  it('the code belongs to the browser that asked', async () => {
    const { user, phoneNumber } = await somebody()
    const { finish } = await start(phoneNumber)
    expect(code(await finish(await sentCode(user.id), { browserHash: aBrowser() }))).toBe('sign_in.code_expired')
    expect(code(await finish(await sentCode(user.id)))).toBe('ok')
  })

  it('a code that a number no longer fits opens nothing', async () => {
    const { user, phoneNumber, methodId } = await somebody()
    const { finish } = await start(phoneNumber)
    await db().phone.update({ where: { methodId }, data: { phoneNumber: aNumber() } })
    expect(code(await finish(await sentCode(user.id)))).toBe('sign_in.code_mismatch')
    const switched = await somebody()
    const other = await start(switched.phoneNumber)
    await decide(false)
    try {
      expect(code(await other.finish(await sentCode(switched.user.id)))).toBe('sign_in.code_mismatch')
    } finally {
      await decide(true)
    }
  })

  it('spent budgets of a number say nothing, and one client asks only so often', async () => {
    const { user, phoneNumber } = await somebody()
    for (let count = 0; count < limits.code.sendsPerDestinationPerHour; count++) await start(phoneNumber)
    const before = (await queuedMessages(user.id)).length
    await start(phoneNumber)
    expect((await queuedMessages(user.id)).length).toBe(before)
    const origin = anOrigin()
    const ask = () => startTextSignIn({ number: aNumber(), browserHash: aBrowser(), origin })
    for (let count = 0; count < limits.code.sendsPerAddressPerHourAnonymous; count++)
      expect(code(await ask())).toBe('ok')
    expect(code(await ask())).toBe('registration.too_many_codes')
  })
})

describe('numbers of strangers', () => {
  it('use up nobody’s budget, and not the day of the installation', async () => {
    const counted = async () => {
      const rows = await db().throttleCounter.findMany({ where: { key: { startsWith: 'installationDay' } } })
      return rows.reduce((sum, { count }) => sum + count, 0)
    }
    const before = await counted()
    await start(aNumber())
    expect(await counted()).toBe(before)
  })
})

describe('whose number signs in', () => {
  it('a number that is registered does from then on, and one that somebody else signs in with does not', async () => {
    const contact = aNumber()
    const register = async () => {
      const user = await aUser(db())
      const asking = await anAsking(user.id)
      await startContact(asking, { kind: 'mobilePhone', contact, by: 'sms' })
      expect(code(await confirmContact(asking, { kind: 'mobilePhone', code: await sentCode(user.id) }))).toBe('ok')
      return { user, asking, detail: (await loadMethods(db(), user.id))[0]?.detail }
    }
    expect((await register()).detail).toMatchObject({ isSmsSignInEnabled: true })
    const second = await register()
    expect(second.detail).toMatchObject({ isSmsSignInEnabled: false })
    const [method] = await loadMethods(db(), second.user.id)
    const on = { methodId: method?.id ?? '', isOn: true }
    expect(code(await switchOwnTextSignIn(second.asking, on))).toBe('security_info.number_taken')
  })

  it('its owner and an administrator switch it off and on, and are told of by the trail', async () => {
    const { user, methodId } = await somebody()
    const asking = await anAsking(user.id, { proofs: [aProof('password'), aProof('sms')] })
    expect(code(await switchOwnTextSignIn(asking, { methodId, isOn: false }))).toBe('ok')
    expect((await loadMethods(db(), user.id))[0]?.detail).toMatchObject({ isSmsSignInEnabled: false })
    const administrator = await aUser(db(), { roles: ['authenticationAdministrator'] })
    const acting = await anAsking(administrator.id, { proofs: [aProof('password'), aProof('softwareOath')] })
    const on = { targetId: user.id, methodId, isOn: true }
    expect(code(await switchTextSignInOf(acting, on))).toBe('ok')
    expect((await auditOf(user.id, 'Admin updated security info')).map(({ reason }) => reason)).toEqual([
      'textSignInEnabled',
    ])
    await decide(false)
    try {
      expect(code(await switchTextSignInOf(acting, on))).toBe('security_info.text_sign_in_off')
    } finally {
      await decide(true)
    }
  })
})

describe('a phone that an administrator adds', () => {
  it('counts as confirmed, says where it came from, and the person is told', async () => {
    const user = await aUser(db())
    const administrator = await aUser(db(), { roles: ['authenticationAdministrator'] })
    const acting = await anAsking(administrator.id, { proofs: [aProof('password'), aProof('softwareOath')] })
    const add = (kind: 'mobilePhone' | 'alternateMobilePhone' | 'officePhone', contact: string, extension?: string) =>
      addPhoneOf(acting, { targetId: user.id, kind, contact, country: 'GB', extension })
    expect(code(await add('alternateMobilePhone', aNumber()))).toBe('registration.mobile_phone_first')
    const number = aNumber()
    expect(code(await add('mobilePhone', number))).toBe('ok')
    expect(code(await add('mobilePhone', aNumber()))).toBe('registration.limit_reached')
    expect(code(await add('alternateMobilePhone', number))).toBe('registration.already_registered')
    expect(code(await add('alternateMobilePhone', '020 7946 0958'))).toBe('registration.phone_not_mobile')
    expect(code(await add('officePhone', '020 7946 0958', '318'))).toBe('ok')
    expect(await loadMethods(db(), user.id)).toMatchObject([
      { kind: 'mobilePhone', origin: 'admin', detail: { isSmsSignInEnabled: true } },
      { kind: 'officePhone', origin: 'admin', detail: { extension: '318' } },
    ])
    expect((await queuedMessages(user.id)).map(({ template }) => template)).toEqual(['methodAdded', 'methodAdded'])
    const [event] = (await auditOf(user.id, 'Admin registered security info')).filter(
      ({ outcome }) => outcome === 'success',
    )
    expect(event?.record).not.toContain(number)
  })

  it('not by somebody without the right, without a fresh proof, or for themselves', async () => {
    const user = await aUser(db())
    const add = async (given: Parameters<typeof aUser>[1], secondsAgo: number, targetId?: string) => {
      const administrator = await aUser(db(), given)
      const acting = await anAsking(administrator.id, {
        proofs: [aProof('password'), aProof('softwareOath', { secondsAgo })],
      })
      const target = targetId ?? administrator.id
      return code(await addPhoneOf(acting, { targetId: target, kind: 'mobilePhone', contact: aNumber() }))
    }
    expect(await add({ roles: ['helpdeskAdministrator'] }, 0, user.id)).toBe('directory.forbidden')
    expect(await add({ roles: ['authenticationAdministrator'] }, 600, user.id)).toBe('directory.fresh_required')
    expect(await add({ roles: ['authenticationAdministrator'] }, 0)).toBe('directory.own_account')
    expect(await loadMethods(db(), user.id)).toEqual([])
  })
})
