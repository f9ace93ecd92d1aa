import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { signature } from '@/demo/telephone'
import { defaultMethodsPolicy, type MethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { loadMethodsPolicy, readMethodsPolicy, saveMethodsPolicy } from '@/lib/authentication-methods/store'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import type { NewPhone } from '@/lib/registered-methods/model'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import { confirmContact, pendingContact, resendContactCode, startContact } from '@/lib/security-info/contact'
import { remove, setDefault } from '@/lib/security-info/manage'
import { provisionMethod } from '@/lib/security-info/provision'
import { callPhone, pendingCall, takeCallAnswer, verifyWithCall } from '@/lib/sign-in/phone-call'
import { sendCode, verifyWithSentCode } from '@/lib/sign-in/sent-code'
import { anAsking, anOrigin, aProof, askAgain, auditOf, queuedMessages, sentCode } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'

testDatabase()
const clock = testClock()
let aheadSeconds = 0
/** Turns the clock further on. */
function later(seconds: number): void {
  aheadSeconds += seconds
  clock.turn(aheadSeconds)
}

/** Text messages, calls and office phones for everybody, but for what a test changes. */
async function decide(change: Partial<MethodsPolicy['methods']> = {}): Promise<void> {
  const { methods } = defaultMethodsPolicy
  const on = { state: 'enabled' as const }
  const policy = {
    ...defaultMethodsPolicy,
    methods: {
      ...methods,
      mobilePhone: { ...methods.mobilePhone, ...on },
      voice: { ...methods.voice, ...on, isOfficePhoneAllowed: true },
      ...change,
    },
  }
  const { version } = await readMethodsPolicy(db())
  if (!(await saveMethodsPolicy(db(), policy, version, now()))) throw new Error('the policy was not saved')
}

beforeAll(() => decide())

let numbers = 0
/** A mobile number that nobody was sent anything to yet: numbers have budgets. */
const aNumber = () => `+447400${String(123_000 + ++numbers)}`

const code = (result: { ok: true } | { ok: false; failure: { code: string } }) =>
  result.ok ? 'ok' : result.failure.code

async function somebody(...phones: NewPhone[]) {
  const user = await aUser(db())
  const ids: string[] = []
  for (const method of phones)
    ids.push(await transaction((tx) => provisionMethod(tx, { userId: user.id, method, at: now() })))
  const asking = await anAsking(user.id, { stage: 'firstFactor' })
  return { user, asking, ids, methods: () => loadMethods(db(), user.id) }
}

/** The newest call to this person, as its address tells it to the provider. */
async function newestCall(userId: string) {
  const call = (await queuedMessages(userId)).findLast(({ template }) => template === 'keyCall')
  if (!call) throw new Error('nobody was called')
  const { challengeId, secret } = call.values
  return { challengeId: String(challengeId), secret: String(secret), to: call.to.split('x')[0] ?? '' }
}

const press = async (userId: string, key: string | null, change: object = {}) =>
  takeCallAnswer({ ...(await newestCall(userId)), key, ...change }, anOrigin())

describe('registering a phone by a call', () => {
  it('speaks a code to the number, and whoever types it has a method', async () => {
    const { user } = await somebody()
    const asking = await anAsking(user.id)
    const contact = aNumber()
    expect(code(await startContact(asking, { kind: 'mobilePhone', contact, by: 'voice' }))).toBe('ok')
    expect(await queuedMessages(user.id)).toMatchObject([
      { channel: 'voice', template: 'verificationCode', to: contact },
    ])
    expect(await pendingContact(asking, 'mobilePhone')).toMatchObject({ by: 'voice' })
    expect(code(await confirmContact(asking, { kind: 'mobilePhone', code: await sentCode(user.id) }))).toBe('ok')
    expect(await loadMethods(db(), user.id)).toMatchObject([
      { kind: 'mobilePhone', detail: { phoneNumber: contact, extension: null, isSmsSignInEnabled: false } },
    ])
    const { session } = await askAgain(asking.session.id, user.id)
    expect(session.proofs.at(-1)).toMatchObject({ mode: 'voice', registered: true })
  })

  it('another code comes the same way; changing the way starts anew', async () => {
    const { user } = await somebody()
    const asking = await anAsking(user.id)
    const contact = aNumber()
    await startContact(asking, { kind: 'mobilePhone', contact, by: 'voice' })
    later(limits.code.resendWaitSeconds[0])
    expect(code(await resendContactCode(asking, 'mobilePhone'))).toBe('ok')
    await startContact(asking, { kind: 'mobilePhone', contact, by: 'sms' })
    const codes = (await queuedMessages(user.id)).map(({ channel }) => channel)
    expect(codes).toEqual(['voice', 'voice', 'sms'])
  })

  it('an office phone has its extension dialled, and it stays beside the number', async () => {
    const { user } = await somebody()
    const asking = await anAsking(user.id)
    const office = { kind: 'officePhone', contact: '020 7946 0958', country: 'GB', extension: '3 18' } as const
    expect(code(await startContact(asking, office))).toBe('ok')
    expect(await queuedMessages(user.id)).toMatchObject([{ channel: 'voice', to: '+442079460958x318' }])
    expect(await pendingContact(asking, 'officePhone')).toMatchObject({
      ...{ contact: '+44 20 7946 0958', country: 'GB', extension: '318', by: 'voice' },
    })
    expect(code(await confirmContact(asking, { kind: 'officePhone', code: await sentCode(user.id) }))).toBe('ok')
    expect(await loadMethods(db(), user.id)).toMatchObject([
      { detail: { phoneNumber: '+442079460958', extension: '318' } },
    ])
    expect(code(await startContact(asking, { ...office, extension: '12345678901' }))).toBe(
      'registration.extension_invalid',
    )
    expect(code(await startContact(asking, { ...office, contact: '020 7946 0961', by: 'sms' }))).toBe(
      'registration.method_not_allowed',
    )
  })

  it('an alternate phone comes after the mobile phone, and is another number', async () => {
    const { user } = await somebody()
    const asking = await anAsking(user.id)
    const contact = aNumber()
    const alternate = { kind: 'alternateMobilePhone', contact } as const
    expect(code(await startContact(asking, alternate))).toBe('registration.mobile_phone_first')
    const mobile = await somebody({ kind: 'mobilePhone', phoneNumber: contact })
    const later = await anAsking(mobile.user.id, { proofs: [aProof('password'), aProof('sms')] })
    expect(code(await startContact(later, alternate))).toBe('registration.already_registered')
    expect(code(await startContact(later, { ...alternate, contact: aNumber() }))).toBe('ok')
    expect(
      code(await confirmContact(later, { kind: 'alternateMobilePhone', code: await sentCode(mobile.user.id) })),
    ).toBe('ok')
    expect((await mobile.methods()).map(({ kind }) => kind)).toEqual(['mobilePhone', 'alternateMobilePhone'])
  })

  it('one number confirmed as two phones, each begun before the other was stored, is stored once', async () => {
    const { user, methods } = await somebody()
    const asking = await anAsking(user.id)
    const contact = aNumber()
    expect(code(await startContact(asking, { kind: 'mobilePhone', contact, by: 'sms' }))).toBe('ok')
    const texted = await sentCode(user.id)
    expect(code(await startContact(asking, { kind: 'officePhone', contact, by: 'voice' }))).toBe('ok')
    const spoken = await sentCode(user.id)
    expect(code(await confirmContact(asking, { kind: 'mobilePhone', code: texted }))).toBe('ok')
    expect(code(await confirmContact(asking, { kind: 'officePhone', code: spoken }))).toBe(
      'registration.already_registered',
    )
    expect((await methods()).map(({ kind }) => kind)).toEqual(['mobilePhone'])
  })

  it('a policy that allows calls where no provider is set allows nothing', async () => {
    const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM } = process.env
    const settings = Symbol.for('twofold.env')
    for (const name of ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM']) delete process.env[name]
    Reflect.deleteProperty(globalThis, settings)
    try {
      expect((await loadMethodsPolicy(db())).methods.voice.state).toBe('disabled')
      const { user } = await somebody()
      const asking = await anAsking(user.id)
      const started = await startContact(asking, { kind: 'mobilePhone', contact: aNumber(), by: 'voice' })
      expect(code(started)).toBe('registration.method_not_allowed')
      expect(await queuedMessages(user.id)).toEqual([])
    } finally {
      Object.assign(process.env, { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM })
      Reflect.deleteProperty(globalThis, settings)
    }
  })
})

describe('signing in by a call', () => {
  const mobile = (): NewPhone => ({ kind: 'mobilePhone', phoneNumber: aNumber() })

  it('# proves possession to the session that asked, once', async () => {
    const { user, asking, ids } = await somebody(mobile())
    expect(code(await callPhone(asking, 'mobilePhone'))).toBe('ok')
    expect(await pendingCall(asking.session)).toMatchObject({ methodId: ids[0], state: 'waiting' })
    expect(code(await verifyWithCall(asking))).toBe('sign_in.call_waiting')
    expect(await press(user.id, '#')).toBe('approved')
    expect(await press(user.id, '#')).toBe('tooLate')
    expect(await pendingCall(asking.session)).toMatchObject({ state: 'approved' })
    const answers = await Promise.all([verifyWithCall(asking), verifyWithCall(asking)])
    expect(answers.map(code).sort()).toEqual(['ok', 'sign_in.call_not_answered'])
    const { session } = await askAgain(asking.session.id, user.id)
    expect(session.proofs.filter(({ mode }) => mode === 'voice')).toMatchObject([{ methodId: ids[0] }])
  })

  it.each([
    ['5', 'denied', 'sign_in.call_denied'],
    ['*', 'denied', 'sign_in.call_denied'],
    ['##', 'denied', 'sign_in.call_denied'],
    ['', 'denied', 'sign_in.call_denied'],
    [null, 'notAnswered', 'sign_in.call_not_answered'],
  ] as const)('%j is a no, which stands, and which the trail has', async (key, state, failure) => {
    const { user, asking } = await somebody(mobile())
    await callPhone(asking, 'mobilePhone')
    await press(user.id, key)
    expect(await press(user.id, '#')).toBe('tooLate')
    expect(await pendingCall(asking.session)).toMatchObject({ state })
    expect(code(await verifyWithCall(asking))).toBe(failure)
    expect((await auditOf(user.id, 'App: sign-in failed')).map(({ reason }) => reason)).toContain(failure)
  })

  it('an answer counts for two minutes, and an approval is worth nothing after them', async () => {
    const { user, asking } = await somebody(mobile())
    await callPhone(asking, 'mobilePhone')
    later(limits.call.lifetimeSeconds)
    expect(await press(user.id, '#')).toBe('tooLate')
    expect(await pendingCall(asking.session)).toMatchObject({ state: 'notAnswered' })
    const late = await somebody(mobile())
    await callPhone(late.asking, 'mobilePhone')
    expect(await press(late.user.id, '#')).toBe('approved')
    later(limits.call.lifetimeSeconds)
    expect(code(await verifyWithCall(late.asking))).toBe('sign_in.call_not_answered')
  })

  it('a call answers only itself: another id, secret or number is too late', async () => {
    const { user, asking } = await somebody(mobile())
    const other = await somebody(mobile())
    await callPhone(asking, 'mobilePhone')
    await callPhone(other.asking, 'mobilePhone')
    const { challengeId, secret, to } = await newestCall(other.user.id)
    for (const wrong of [
      { secret },
      { challengeId },
      { challengeId: randomUUID() },
      { challengeId: 'x' },
      { to },
      { to: '' },
    ]) {
      expect(await press(user.id, '#', wrong)).toBe('tooLate')
    }
    expect(await pendingCall(asking.session)).toMatchObject({ state: 'waiting' })
    expect(await press(other.user.id, '#')).toBe('approved')
    expect(code(await verifyWithCall(asking))).toBe('sign_in.call_waiting')
  })

  it('of many keys at once the first stands alone', async () => {
    const { user, asking } = await somebody(mobile())
    await callPhone(asking, 'mobilePhone')
    const answers = await Promise.all(['#', '5', '#', null, '#'].map((key) => press(user.id, key)))
    const state = (await pendingCall(asking.session))?.state
    expect(answers.filter((answer) => answer === 'approved').length).toBe(state === 'approved' ? 1 : 0)
  })

  it('a number that changed meanwhile, or a method that is gone, is not proven', async () => {
    const { user, asking, ids } = await somebody(mobile())
    await callPhone(asking, 'mobilePhone')
    await press(user.id, '#')
    await db().phone.update({ where: { methodId: ids[0] ?? '' }, data: { phoneNumber: aNumber() } })
    expect(code(await verifyWithCall(asking))).toBe('sign_in.call_not_answered')
    const gone = await somebody(mobile())
    await callPhone(gone.asking, 'mobilePhone')
    await press(gone.user.id, '#')
    const full = await anAsking(gone.user.id, { proofs: [aProof('password'), aProof('sms')] })
    expect(code(await remove(full, gone.ids[0] ?? ''))).toBe('ok')
    expect(code(await verifyWithCall(gone.asking))).toBe('sign_in.call_not_answered')
  })

  it('calls wait for each other, and share the budget of text messages', async () => {
    const { asking } = await somebody(mobile())
    expect(code(await callPhone(asking, 'mobilePhone'))).toBe('ok')
    expect(code(await callPhone(asking, 'mobilePhone'))).toBe('registration.resend_too_early')
    const sends = [() => sendCode(asking), () => callPhone(asking, 'mobilePhone')]
    for (let count = 1; count < limits.code.sendsPerUserPerHour; count++) {
      later(300)
      expect(code(await (sends[count % 2]?.() ?? sendCode(asking)))).toBe('ok')
    }
    later(300)
    expect(code(await callPhone(asking, 'mobilePhone'))).toBe('registration.too_many_codes')
    expect(code(await sendCode(asking))).toBe('registration.too_many_codes')
  })

  it('reaches each phone in the ways that policy allows and in no other', async () => {
    const { asking } = await somebody(mobile(), { kind: 'officePhone', phoneNumber: '+442079460959', extension: '7' })
    try {
      await decide({ voice: { ...defaultMethodsPolicy.methods.voice, state: 'enabled' } })
      expect(code(await callPhone(asking, 'officePhone'))).toBe('sign_in.method_unavailable')
      await decide({ voice: defaultMethodsPolicy.methods.voice })
      expect(code(await callPhone(asking, 'mobilePhone'))).toBe('sign_in.method_unavailable')
      await decide({ mobilePhone: defaultMethodsPolicy.methods.mobilePhone })
      expect(code(await sendCode(asking))).toBe('sign_in.method_unavailable')
      expect(code(await verifyWithSentCode(asking, '123456'))).toBe('sign_in.code_expired')
      expect(code(await callPhone(asking, 'officePhone'))).toBe('ok')
    } finally {
      await decide()
    }
  })
})

describe('the door of the provider', () => {
  const at = (event: string, given: { challengeId: string; secret: string }) =>
    `http://localhost:3000/callbacks/twilio/calls/${given.challengeId}/${given.secret}/${event}`
  const parts = { challengeId: randomUUID(), secret: 's'.repeat(43) }

  async function knock(event: string, form: URLSearchParams, signed: string | null) {
    const { POST } = await import('@/app/callbacks/twilio/calls/[challengeId]/[secret]/[event]/route')
    const headers: Record<string, string> = signed === null ? {} : { 'x-twilio-signature': signed }
    const request = new Request(at(event, parts), { method: 'POST', body: form.toString(), headers })
    return (await POST(request, { params: Promise.resolve({ ...parts, event }) })).status
  }

  it('opens for a signature of the provider only, and for the two events it has', async () => {
    const form = new URLSearchParams({ To: '+447400123456', Digits: '#' })
    const token = process.env.TWILIO_AUTH_TOKEN ?? ''
    expect(await knock('key', form, null)).toBe(403)
    expect(await knock('key', form, 'x')).toBe(403)
    expect(await knock('key', form, signature('another-token', at('key', parts), form))).toBe(403)
    expect(await knock('key', form, signature(token, at('ended', parts), form))).toBe(403)
    expect(await knock('other', form, signature(token, at('other', parts), form))).toBe(404)
  })

  it('is not there while no provider is set', async () => {
    const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM } = process.env
    const settings = Symbol.for('twofold.env')
    for (const name of ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM']) delete process.env[name]
    Reflect.deleteProperty(globalThis, settings)
    try {
      const form = new URLSearchParams({ To: '+447400123456', Digits: '#' })
      expect(await knock('key', form, signature(TWILIO_AUTH_TOKEN ?? '', at('key', parts), form))).toBe(404)
    } finally {
      Object.assign(process.env, { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM })
      Reflect.deleteProperty(globalThis, settings)
    }
  })
})

describe('the default', () => {
  it('may be a call to a phone that is texted too, and forgets that when another method takes its place', async () => {
    const { user, ids, methods } = await somebody({ kind: 'mobilePhone', phoneNumber: aNumber() })
    const asking = await anAsking(user.id, { proofs: [aProof('password'), aProof('sms')] })
    const [mobile = ''] = ids
    const stored = () => db().user.findUniqueOrThrow({ where: { id: user.id } })
    expect(code(await setDefault(asking, mobile, 'voice'))).toBe('ok')
    expect(await stored()).toMatchObject({ defaultMethodId: mobile, defaultMethodMode: 'voice' })
    const method = { kind: 'officePhone', phoneNumber: '+442079460960' } as const
    const office = await transaction((tx) => provisionMethod(tx, { userId: user.id, method, at: now() }))
    expect(code(await setDefault(asking, office, 'sms'))).toBe('security_info.not_default_eligible')
    expect(code(await remove(asking, mobile))).toBe('ok')
    expect((await methods()).map(({ id }) => id)).toEqual([office])
    expect(await stored()).toMatchObject({ defaultMethodId: office, defaultMethodMode: null })
  })
})
