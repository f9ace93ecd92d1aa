import { generateSync } from 'otplib'
import { beforeAll, describe, expect, it } from 'vitest'
import { defaultMethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { readMethodsPolicy, saveMethodsPolicy } from '@/lib/authentication-methods/store'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import type { NewMethod } from '@/lib/registered-methods/model'
import { insertMethod } from '@/lib/registered-methods/store/change'
import { loadMethods, openSecret } from '@/lib/registered-methods/store/rows'
import type { Asking } from '@/lib/security-info/change'
import { confirmContact, pendingContact, resendContactCode, startContact } from '@/lib/security-info/contact'
import { remove, rename, setDefault } from '@/lib/security-info/manage'
import { endOwnSession, ownSessions, signOutEverywhereElse } from '@/lib/security-info/own-sessions'
import { finishPasskey, startPasskey } from '@/lib/security-info/passkey'
import { confirmSoftwareOath, pendingSoftwareOath, startSoftwareOath } from '@/lib/security-info/software-oath'
import { anAsking, aProof, askAgain, auditOf, queuedMessages, sentCode } from '@/tests/support/asking'
import { aGroup, aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'
import { SoftwareAuthenticator } from '@/tests/support/software-authenticator'

const database = testDatabase()
const clock = testClock()
const registered = 'User registered security info'

beforeAll(async () => {
  process.env.SMS_COUNTRIES = 'GB'
  const mobilePhone = { ...defaultMethodsPolicy.methods.mobilePhone, state: 'enabled' as const }
  const policy = { ...defaultMethodsPolicy, methods: { ...defaultMethodsPolicy.methods, mobilePhone } }
  await saveMethodsPolicy(db(), policy, 0, now())
})

/** A person with a session, and what is left of both after each step. */
async function somebody(given: Parameters<typeof anAsking>[1] = {}) {
  const user = await aUser(db())
  const asking = await anAsking(user.id, given)
  return { user, asking, methods: () => loadMethods(db(), user.id), audit: () => auditOf(user.id, registered) }
}

/** The code that an app with the pending secret shows now. */
async function appCode(asking: Asking): Promise<string> {
  const pending = await pendingSoftwareOath(asking, 'somebody')
  if (!pending) throw new Error('no secret is pending')
  const secret = pending.secretGrouped.replaceAll(' ', '')
  return generateSync({ secret, epoch: Math.floor(now().getTime() / 1000) })
}

async function addApp(asking: Asking, name: string | null = null): Promise<string> {
  const started = await startSoftwareOath(asking)
  if (!started.ok) throw new Error(started.failure.code)
  const confirmed = await confirmSoftwareOath(asking, { code: await appCode(asking), name })
  if (!confirmed.ok) throw new Error(confirmed.failure.code)
  return confirmed.value.methodId
}

async function addContact(asking: Asking, kind: 'mobilePhone' | 'email', contact: string): Promise<string> {
  const started = await startContact(asking, { kind, contact })
  if (!started.ok) throw new Error(started.failure.code)
  const code = await sentCode(asking.session.userId)
  const confirmed = await confirmContact(asking, { kind, code })
  if (!confirmed.ok) throw new Error(confirmed.failure.code)
  return confirmed.value.methodId
}

let mailboxes = 0
/** An address that nobody was sent anything to yet: addresses have budgets. */
const aMailbox = () => `me-${++mailboxes}@mail.example`

const authenticator = () => new SoftwareAuthenticator({ origin: 'http://localhost:3000' })

async function makePasskey(asking: Asking, device = authenticator()) {
  const started = await startPasskey(asking)
  if (!started.ok) throw new Error(started.failure.code)
  return device.create(started.value)
}

/** Requires MFA to register from anywhere, as an administrator would switch it on, while `work` runs. */
async function withPolicy<T>(grantControls: object, work: () => Promise<T>): Promise<T> {
  const { id } = await db().conditionalAccessPolicy.create({
    data: {
      displayName: 'switched on meanwhile',
      state: 'enabled',
      document: {
        conditions: {
          users: { includeUsers: ['All'] },
          applications: { includeUserActions: ['urn:user:registersecurityinfo'] },
          clientAppTypes: ['all'],
        },
        grantControls,
      },
    },
  })
  try {
    return await work()
  } finally {
    await db().conditionalAccessPolicy.delete({ where: { id } })
  }
}
const block = { operator: 'OR', builtInControls: ['block'] }
const mfa = { operator: 'OR', builtInControls: ['mfa'] }

const code = (result: { ok: true } | { ok: false; failure: { code: string } }) =>
  result.ok ? 'ok' : result.failure.code

describe('registering', () => {
  it('an authenticator app: one row with a sealed secret, one event, a notice, and the first default', async () => {
    const { user, asking, methods, audit } = await somebody()
    const id = await addApp(asking, '  My\u202e   phone ')
    const [method] = await methods()
    expect(method).toMatchObject({ id, kind: 'softwareOath', name: 'My phone', origin: 'user' })
    expect(await db().user.findUniqueOrThrow({ where: { id: user.id } })).toMatchObject({ defaultMethodId: id })
    expect(await audit()).toMatchObject([{ outcome: 'success', reason: null }])
    expect(await queuedMessages(user.id)).toMatchObject([{ template: 'methodAdded', to: user.userPrincipalName }])
    if (method?.detail.kind !== 'softwareOath') throw new Error('no app was stored')
    expect(method.detail.secretSealed).not.toContain(openSecret(method.id, user.id, method.detail))
    const { session } = await askAgain(asking.session.id, user.id)
    expect(session.proofs.at(-1)).toMatchObject({ mode: 'softwareOath', methodId: id, registered: true })
  })

  it('a phone: the code goes to the number, and only then is it a method', async () => {
    const { user, asking, methods, audit } = await somebody()
    expect(code(await startContact(asking, { kind: 'mobilePhone', contact: '07400 123456', country: 'GB' }))).toBe('ok')
    expect(await methods()).toEqual([])
    expect(await queuedMessages(user.id)).toMatchObject([{ channel: 'sms', to: '+447400123456' }])
    const confirmed = await confirmContact(asking, { kind: 'mobilePhone', code: await sentCode(user.id) })
    expect(confirmed.ok).toBe(true)
    expect(await methods()).toMatchObject([{ detail: { phoneNumber: '+447400123456' } }])
    // The brakes on pumping see that somebody typed it.
    const [sent] = await database.query('SELECT prefix, confirmed_at FROM sms_send ORDER BY sent_at DESC LIMIT 1')
    expect(sent).toEqual({ prefix: '44740012', confirmed_at: expect.any(Date) })
    expect(await audit()).toMatchObject([{ outcome: 'success' }])
    expect((await audit())[0]?.record).not.toContain('7400123456')
    expect((await queuedMessages(user.id)).map(({ template }) => template)).toEqual(['verificationCode', 'methodAdded'])
  })

  it('no new address for somebody whom the policy has left out since, though it is on for others', async () => {
    const { user, asking, methods } = await somebody()
    await addContact(asking, 'email', aMailbox())
    const group = await aGroup(db())
    await db().groupMember.create({ data: { groupId: group.id, userId: user.id } })
    const before = await readMethodsPolicy(db())
    const email = { ...before.document.methods.email, excludeTargets: [{ targetType: 'group' as const, id: group.id }] }
    const leftOut = { ...before.document, methods: { ...before.document.methods, email } }
    await saveMethodsPolicy(db(), leftOut, before.version, now())
    const answer = await startContact(asking, { kind: 'email', contact: aMailbox() })
    const { version } = await readMethodsPolicy(db())
    await saveMethodsPolicy(db(), before.document, version, now())
    expect(code(answer)).toBe('registration.method_not_allowed')
    expect(await methods()).toHaveLength(1)
  })

  it('an email address: it proves nothing that signing in could use, and is never the default', async () => {
    const { user, asking, methods } = await somebody()
    await addContact(asking, 'email', aMailbox())
    expect(await methods()).toMatchObject([{ kind: 'email' }])
    const { session } = await askAgain(asking.session.id, user.id)
    expect(session.proofs).toHaveLength(1)
    expect(await db().user.findUniqueOrThrow({ where: { id: user.id } })).toMatchObject({ defaultMethodId: null })
    const notices = (await queuedMessages(user.id)).filter(({ template }) => template === 'methodAdded')
    expect(notices.map(({ to }) => to)).toEqual([user.userPrincipalName])
  })

  it('a passkey: the credential and nothing secret, one event, a notice', async () => {
    const { user, asking, methods, audit } = await somebody()
    const response = await makePasskey(asking)
    expect(code(await finishPasskey(asking, { response, name: 'Laptop' }))).toBe('ok')
    expect(await methods()).toMatchObject([{ kind: 'passkey', name: 'Laptop' }])
    expect(await audit()).toMatchObject([{ outcome: 'success' }])
    expect(await queuedMessages(user.id)).toMatchObject([{ template: 'methodAdded', values: { method: 'Laptop' } }])
    expect(code(await finishPasskey(asking, { response, name: null }))).toBe('registration.ceremony_expired')
    expect(await methods()).toHaveLength(1)
  })
})

describe('a stored method', () => {
  it('is answered as it is read back', async () => {
    const { id } = await aUser(db())
    const passkey: NewMethod = {
      ...{
        kind: 'passkey',
        name: 'Key',
        credentialId: Uint8Array.of(1, 2),
        publicKey: Uint8Array.of(3),
        algorithm: -7,
      },
      ...{ signCount: 4n, aaguid: '00000000-0000-0000-0000-000000000000', backupEligible: true, backupState: false },
      ...{ transports: ['internal'], attestationFormat: 'none', isAttested: false },
    } as const
    const pass: NewMethod = {
      ...{
        kind: 'temporaryAccessPass',
        passHash: 'hash',
        startsAt: now(),
        expiresAt: new Date(now().getTime() + 60_000),
      },
      ...{ isUsableOnce: true, createdById: null },
    }
    const app = { kind: 'softwareOath', name: 'App', secret: 'JBSWY3DPEHPK3PXP', lastStep: 7n } as const
    const all: NewMethod[] = [
      ...[passkey, pass, { kind: 'mobilePhone', phoneNumber: '+447900000001' } as const],
      { kind: 'email', emailAddress: 'read.back@mail.example' },
      { ...app, algorithm: 'SHA256', periodSeconds: 60 },
    ]
    for (const method of all) {
      const stored = await insertMethod(db(), id, method, 'user', now())
      expect((await loadMethods(db(), id)).find((read) => read.id === stored.id)).toEqual(stored)
    }
  })
})

describe('the gate inside the transaction', () => {
  const kinds = ['softwareOath', 'mobilePhone', 'email', 'passkey'] as const

  it.each(kinds)(
    '%s: a policy switched on between start and finish stops the finish and stores nothing',
    async (kind) => {
      const { user, asking, methods, audit } = await somebody()
      const finish = await started(kind, asking)
      expect(code(await withPolicy(block, finish))).toBe('security_info.blocked')
      expect(await methods()).toEqual([])
      const events = await audit()
      expect(events).toMatchObject([{ outcome: 'failure', reason: 'security_info.blocked' }])
      expect(JSON.parse(events[0]?.record ?? '{}').policies).toHaveLength(1)
      expect((await queuedMessages(user.id)).filter(({ template }) => template === 'methodAdded')).toEqual([])
    },
  )

  it.each(kinds)('%s: "register first, then it counts" never opens it', async (kind) => {
    const { asking, methods } = await somebody()
    const finish = await started(kind, asking)
    expect(code(await withPolicy(mfa, finish))).toBe('security_info.blocked_no_method')
    expect(await methods()).toEqual([])
  })

  it('a refused finish can be repeated once the policy is gone, while the ceremony lasts', async () => {
    const { asking, methods } = await somebody()
    const finish = await started('softwareOath', asking)
    await withPolicy(block, finish)
    expect(code(await finish())).toBe('ok')
    expect(await methods()).toHaveLength(1)
  })

  it('a policy met by a pass lets the session with the pass through', async () => {
    const pass = await somebody({ proofs: [aProof('temporaryAccessPassOneTime')] })
    expect(code(await withPolicy(mfa, async () => (await started('email', pass.asking))()))).toBe('ok')
  })

  it('a session that was ended, and a person who was disabled, store nothing', async () => {
    const ended = await somebody()
    const finishEnded = await started('softwareOath', ended.asking)
    await db().session.delete({ where: { id: ended.asking.session.id } })
    expect(code(await finishEnded())).toMatch(/session_ended|ceremony_expired/)
    expect(await ended.methods()).toEqual([])

    const disabled = await somebody()
    const finishDisabled = await started('softwareOath', disabled.asking)
    await db().user.update({ where: { id: disabled.user.id }, data: { accountEnabled: false } })
    expect(code(await finishDisabled())).toBe('sign_in.session_ended')
    expect(await disabled.methods()).toEqual([])
  })

  it('without a record there is no change', async () => {
    const { asking, methods, user } = await somebody()
    const finish = await started('softwareOath', asking)
    await database.query(`
      CREATE FUNCTION refuse_audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$`)
    await database.query('CREATE TRIGGER refuse_audit BEFORE INSERT ON audit_event EXECUTE FUNCTION refuse_audit()')
    try {
      await expect(finish()).rejects.toThrow()
    } finally {
      await database.query('DROP TRIGGER refuse_audit ON audit_event')
    }
    expect(await methods()).toEqual([])
    expect(await queuedMessages(user.id)).toEqual([])
    expect(await db().user.findUniqueOrThrow({ where: { id: user.id } })).toMatchObject({ defaultMethodId: null })
  })

  async function started(kind: (typeof kinds)[number], asking: Asking) {
    const must = (result: { ok: boolean }) => {
      if (!result.ok) throw new Error('the ceremony did not start')
    }
    switch (kind) {
      case 'softwareOath': {
        must(await startSoftwareOath(asking))
        const appsCode = await appCode(asking)
        return () => confirmSoftwareOath(asking, { code: appsCode, name: null })
      }
      case 'passkey': {
        const response = await makePasskey(asking)
        return () => finishPasskey(asking, { response, name: null })
      }
      default: {
        const contact = kind === 'email' ? aMailbox() : `+4474${String(Date.now()).slice(-8)}`
        must(await startContact(asking, { kind, contact }))
        const sent = await sentCode(asking.session.userId)
        return () => confirmContact(asking, { kind, code: sent })
      }
    }
  }
})

describe('freshness', () => {
  /** Somebody with an app, whose last proof with it is so old. */
  async function provenAgo(secondsAgo: number) {
    const person = await somebody()
    const methodId = await addApp(person.asking)
    const proofs = [aProof('password', { secondsAgo }), aProof('softwareOath', { methodId, secondsAgo })]
    return { ...person, methodId, asking: await anAsking(person.user.id, { proofs }) }
  }
  const again = 'security_info.freshness_required'

  it.each([
    [599, 'ok'],
    [601, again],
  ])('an app may be begun %i seconds after the proof: %s', async (seconds, expected) => {
    const { asking } = await provenAgo(seconds)
    expect(code(await startSoftwareOath(asking))).toBe(expected)
  })

  it.each([
    [299, 'ok'],
    [301, again],
  ])('a passkey may be begun %i seconds after the proof: %s', async (seconds, expected) => {
    const { asking } = await provenAgo(seconds)
    expect(code(await startPasskey(asking))).toBe(expected)
  })

  it.each([
    [718, 'ok'],
    [722, again],
  ])('an address begun in time may be stored %i seconds after the proof: %s', async (seconds, expected) => {
    const { asking, user } = await provenAgo(590)
    expect(code(await startContact(asking, { kind: 'email', contact: aMailbox() }))).toBe('ok')
    const sent = await sentCode(user.id)
    clock.turn(seconds - 590)
    expect(code(await confirmContact(asking, { kind: 'email', code: sent }))).toBe(expected)
    clock.turn(0)
  })

  it.each([
    [418, 'ok'],
    [422, again],
  ])('a passkey begun in time may be stored %i seconds after the proof: %s', async (seconds, expected) => {
    const { asking } = await provenAgo(295)
    const response = await makePasskey(asking)
    clock.turn(seconds - 295)
    expect(code(await finishPasskey(asking, { response, name: null }))).toBe(expected)
    clock.turn(0)
  })

  it('removing, renaming and choosing the default ask for it too', async () => {
    const { asking, methodId, methods } = await provenAgo(722)
    expect(code(await remove(asking, methodId))).toBe(again)
    expect(code(await rename(asking, { methodId, name: 'Other' }))).toBe(again)
    expect(code(await setDefault(asking, methodId))).toBe(again)
    expect(await methods()).toMatchObject([{ name: null }])
  })

  it('changing a passkey asks for the proof of a passkey', async () => {
    const person = await somebody()
    const response = await makePasskey(person.asking)
    const finished = await finishPasskey(person.asking, { response, name: null })
    if (!finished.ok) throw new Error(finished.failure.code)
    const { methodId } = finished.value
    const stale = await anAsking(person.user.id, { proofs: [aProof('fido2', { methodId, secondsAgo: 422 })] })
    expect(code(await rename(stale, { methodId, name: 'Other' }))).toBe(again)
    expect(code(await remove(stale, methodId))).toBe(again)
    const fresh = await anAsking(person.user.id, { proofs: [aProof('fido2', { methodId, secondsAgo: 418 })] })
    expect(code(await remove(fresh, methodId))).toBe('ok')
  })

  it('a clock that was turned back gives no fresh proof', async () => {
    const person = await somebody()
    const methodId = await addApp(person.asking)
    const asking = await anAsking(person.user.id, { proofs: [aProof('softwareOath', { methodId, secondsAgo: -3600 })] })
    expect(code(await startSoftwareOath(asking))).toBe(again)
  })
})

describe('codes', () => {
  it('after five wrong codes the right one is worth nothing, and no newer one is sent for it', async () => {
    const { user, asking, methods, audit } = await somebody()
    await startContact(asking, { kind: 'email', contact: aMailbox() })
    const right = await sentCode(user.id)
    const wrong = right === '000000' ? '000001' : '000000'
    const answers = await Promise.all(
      Array.from({ length: 9 }, () => confirmContact(asking, { kind: 'email', code: wrong })),
    )
    expect(answers.filter((answer) => code(answer) === 'registration.code_mismatch')).toHaveLength(5)
    expect(answers.filter((answer) => code(answer) === 'registration.too_many_tries')).toHaveLength(4)
    expect(code(await confirmContact(asking, { kind: 'email', code: right }))).toBe('registration.too_many_tries')
    expect(await audit()).toHaveLength(10)
    clock.turn(31)
    expect(code(await resendContactCode(asking, 'email'))).toBe('registration.too_many_tries')
    clock.turn(0)
    expect(await methods()).toEqual([])
    expect((await queuedMessages(user.id)).filter(({ template }) => template === 'verificationCode')).toHaveLength(1)
  })

  it('a code ends after five minutes, and a newer one takes its place', async () => {
    const { user, asking, methods } = await somebody()
    await startContact(asking, { kind: 'email', contact: aMailbox() })
    const first = await sentCode(user.id)
    clock.turn(301)
    expect(code(await confirmContact(asking, { kind: 'email', code: first }))).toBe('registration.code_expired')
    expect(code(await resendContactCode(asking, 'email'))).toBe('ok')
    const second = await sentCode(user.id)
    if (second !== first) {
      expect(code(await confirmContact(asking, { kind: 'email', code: first }))).toBe('registration.code_mismatch')
    }
    expect(code(await confirmContact(asking, { kind: 'email', code: second }))).toBe('ok')
    expect(code(await confirmContact(asking, { kind: 'email', code: second }))).toBe('registration.ceremony_used')
    clock.turn(0)
    expect(await methods()).toHaveLength(1)
  })

  it('a right code that comes five times at once stores once, and nobody is told of too many tries', async () => {
    const { user, asking, methods } = await somebody()
    await startContact(asking, { kind: 'email', contact: aMailbox() })
    const sent = await sentCode(user.id)
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => confirmContact(asking, { kind: 'email', code: sent })),
    )
    expect(answers.map(code).sort()).toEqual(['ok', ...Array(4).fill('registration.ceremony_used')])
    expect(await methods()).toHaveLength(1)
  })

  it('of two newer codes asked for at once one is sent', async () => {
    const { user, asking } = await somebody()
    await startContact(asking, { kind: 'email', contact: aMailbox() })
    clock.turn(31)
    const answers = await Promise.all([resendContactCode(asking, 'email'), resendContactCode(asking, 'email')])
    expect(answers.map(code).sort()).toEqual(['ok', 'registration.resend_too_early'])
    expect(await queuedMessages(user.id)).toHaveLength(2)
    expect(code(await confirmContact(asking, { kind: 'email', code: await sentCode(user.id) }))).toBe('ok')
    clock.turn(0)
  })

  it('a ceremony belongs to the session that began it', async () => {
    const { user, asking } = await somebody()
    await startContact(asking, { kind: 'email', contact: aMailbox() })
    const sent = await sentCode(user.id)
    const elsewhere = await anAsking(user.id)
    expect(code(await confirmContact(elsewhere, { kind: 'email', code: sent }))).toBe('registration.ceremony_expired')
    expect(await pendingContact(elsewhere, 'email')).toBeNull()
    expect(code(await confirmContact(asking, { kind: 'mobilePhone', code: sent }))).toBe(
      'registration.ceremony_expired',
    )
    const stranger = await somebody()
    const pass = await makePasskey(asking)
    expect(code(await finishPasskey(stranger.asking, { response: pass, name: null }))).toBe(
      'registration.ceremony_expired',
    )
    await makePasskey(stranger.asking)
    expect(code(await finishPasskey(stranger.asking, { response: pass, name: null }))).toBe(
      'registration.ceremony_expired',
    )
    expect(await stranger.methods()).toEqual([])
    expect(await stranger.audit()).toMatchObject([{ outcome: 'failure' }, { outcome: 'failure' }])
  })
})

describe('two requests at once', () => {
  it('starting twice leaves one ceremony and no error', async () => {
    const { asking } = await somebody()
    const starts = await Promise.all(Array.from({ length: 6 }, () => startSoftwareOath(asking)))
    expect(starts.map(code)).toEqual(Array(6).fill('ok'))
    const passkeys = await Promise.all(Array.from({ length: 6 }, () => startPasskey(asking)))
    expect(passkeys.map(code)).toEqual(Array(6).fill('ok'))
    expect(await db().challenge.count({ where: { sessionId: asking.session.id } })).toBe(2)
  })

  it('the same finish twice stores one app', async () => {
    const { asking, methods, audit } = await somebody()
    await startSoftwareOath(asking)
    const appsCode = await appCode(asking)
    const finishes = await Promise.all(
      Array.from({ length: 4 }, () => confirmSoftwareOath(asking, { code: appsCode, name: null })),
    )
    expect(finishes.filter(({ ok }) => ok)).toHaveLength(1)
    expect(await methods()).toHaveLength(1)
    expect((await audit()).filter(({ outcome }) => outcome === 'success')).toHaveLength(1)
  })

  it('the same finish twice stores one passkey and one address', async () => {
    const { user, asking, methods } = await somebody()
    const response = await makePasskey(asking)
    await startContact(asking, { kind: 'email', contact: aMailbox() })
    const sent = await sentCode(user.id)
    const finishes = await Promise.all([
      finishPasskey(asking, { response, name: null }),
      finishPasskey(asking, { response, name: null }),
      confirmContact(asking, { kind: 'email', code: sent }),
      confirmContact(asking, { kind: 'email', code: sent }),
    ])
    expect(finishes.filter(({ ok }) => ok)).toHaveLength(2)
    expect((await methods()).map(({ kind }) => kind).sort()).toEqual(['email', 'passkey'])
  })

  it('of any number of wrong codes at once twenty are judged, each in the trail, and then the right one is too late', async () => {
    const { user, asking, audit, methods } = await somebody()
    await startSoftwareOath(asking)
    const appsCode = await appCode(asking)
    const wrong = appsCode.replace(/./, (digit) => String((Number(digit) + 1) % 10))
    const guesses = await Promise.all(
      Array.from({ length: 25 }, () => confirmSoftwareOath(asking, { code: wrong, name: null })),
    )
    const codes = guesses.map(code)
    expect(codes.filter((one) => one === 'registration.code_mismatch')).toHaveLength(20)
    expect(codes.filter((one) => one === 'registration.ceremony_expired')).toHaveLength(5)
    expect(
      await db().challenge.findMany({ where: { userId: user.id }, select: { attempts: true, consumedAt: true } }),
    ).toEqual([{ attempts: 20, consumedAt: null }])
    expect((await audit()).filter(({ reason }) => reason === 'registration.code_mismatch')).toHaveLength(20)
    expect(code(await confirmSoftwareOath(asking, { code: appsCode, name: null }))).toBe(
      'registration.ceremony_expired',
    )
    expect(await methods()).toHaveLength(0)
  })

  it('there is no sixth app, also when two fifths come at once', async () => {
    const { user, asking, methods } = await somebody()
    for (let number = 0; number < 4; number++) await addApp(asking)
    const proofs = (await askAgain(asking.session.id, user.id)).session.proofs
    const sessions = [await anAsking(user.id, { proofs }), await anAsking(user.id, { proofs })]
    for (const one of sessions) expect(code(await startSoftwareOath(one))).toBe('ok')
    const codes = await Promise.all(sessions.map(appCode))
    const finishes = await Promise.all(
      sessions.map((one, index) => confirmSoftwareOath(one, { code: codes[index] ?? '', name: null })),
    )
    expect(finishes.map(code).sort()).toEqual(['ok', 'registration.limit_reached'])
    expect(await methods()).toHaveLength(5)
    expect(code(await startSoftwareOath(sessions[0] as Asking))).toBe('registration.limit_reached')
  })

  it('a credential id that somebody else has is refused without saying whose it is', async () => {
    const first = await somebody()
    const second = await somebody()
    const device = authenticator()
    const response = await makePasskey(first.asking, device)
    expect(code(await finishPasskey(first.asking, { response, name: null }))).toBe('ok')
    const started = await startPasskey(second.asking)
    if (!started.ok) throw new Error(started.failure.code)
    const own = device.create(started.value)
    await db().passkey.updateMany({
      where: { method: { userId: first.user.id } },
      data: { credentialId: Uint8Array.from(Buffer.from(own.id, 'base64url')) },
    })
    expect(code(await finishPasskey(second.asking, { response: own, name: null }))).toBe(
      'registration.already_registered',
    )
    expect(await second.methods()).toEqual([])
    expect(await second.audit()).toMatchObject([{ outcome: 'failure', reason: 'registration.already_registered' }])
  })

  it('removing two methods at once leaves no default that is gone', async () => {
    const { user, asking, methods } = await somebody()
    const one = await addApp(asking, 'one')
    const two = await addApp(asking, 'two')
    const three = await addApp(asking, 'three')
    const removed = await Promise.all([remove(asking, one), remove(asking, two)])
    expect(removed.map(code)).toEqual(['ok', 'ok'])
    expect(await db().user.findUniqueOrThrow({ where: { id: user.id } })).toMatchObject({ defaultMethodId: three })
    const twice = await Promise.all([remove(asking, three), remove(asking, three)])
    expect(twice.map(code).sort()).toEqual(['ok', 'security_info.not_found'])
    expect(twice.find(({ ok }) => ok)).toMatchObject({ value: { wasLastMfaMethod: true } })
    expect(await methods()).toEqual([])
    expect(await db().user.findUniqueOrThrow({ where: { id: user.id } })).toMatchObject({ defaultMethodId: null })
  })
})

describe('managing', () => {
  it('changing the address keeps the old one until the new one is confirmed, and tells the old one', async () => {
    const { user, asking, methods } = await somebody()
    const old = aMailbox()
    const id = await addContact(asking, 'email', old)
    expect(code(await startContact(asking, { kind: 'email', contact: old }))).toBe('registration.already_registered')
    const next = aMailbox()
    expect(code(await startContact(asking, { kind: 'email', contact: next }))).toBe('ok')
    expect(await methods()).toMatchObject([{ detail: { emailAddress: old } }])
    expect(await pendingContact(asking, 'email')).toMatchObject({ isChange: true, contact: next })
    expect(code(await confirmContact(asking, { kind: 'email', code: await sentCode(user.id) }))).toBe('ok')
    expect(await methods()).toMatchObject([{ id, detail: { emailAddress: next } }])
    const told = (await queuedMessages(user.id)).filter(({ template }) => template === 'methodChanged')
    expect(told.map(({ to }) => to)).toEqual([old])
    expect(await auditOf(user.id, 'User updated security info')).toMatchObject([{ outcome: 'success' }])
  })

  it('a method removed while its change was pending is not written again', async () => {
    const { user, asking, methods } = await somebody()
    const old = aMailbox()
    const id = await addContact(asking, 'email', old)
    await startContact(asking, { kind: 'email', contact: aMailbox() })
    const sent = await sentCode(user.id)
    await remove(asking, id)
    expect(code(await confirmContact(asking, { kind: 'email', code: sent }))).toBe('security_info.changed_elsewhere')
    expect(await methods()).toEqual([])
  })

  it('a name is cleaned, and none or one too long is refused', async () => {
    const { asking, methods } = await somebody()
    const methodId = await addApp(asking)
    expect(code(await rename(asking, { methodId, name: '  Work\u0007  phone ' }))).toBe('ok')
    expect(await methods()).toMatchObject([{ name: 'Work phone' }])
    for (const name of ['', ' \u200b ', 'x'.repeat(65)]) {
      expect(code(await rename(asking, { methodId, name }))).toBe('registration.name_invalid')
    }
  })

  it('only one of the own methods that can be a second factor becomes the default', async () => {
    const { user, asking } = await somebody()
    const app = await addApp(asking)
    const phone = await addContact(asking, 'mobilePhone', '+447400654321')
    const email = await addContact(asking, 'email', aMailbox())
    const stranger = await somebody()
    const theirs = await addApp(stranger.asking)
    const defaultOf = async () => (await db().user.findUniqueOrThrow({ where: { id: user.id } })).defaultMethodId
    expect(await defaultOf()).toBe(app)
    expect(code(await setDefault(asking, phone))).toBe('ok')
    expect(await defaultOf()).toBe(phone)
    expect(code(await setDefault(asking, email))).toBe('security_info.not_default_eligible')
    expect(code(await setDefault(asking, theirs))).toBe('security_info.not_found')
    expect(code(await remove(asking, theirs))).toBe('security_info.not_found')
    expect(code(await rename(asking, { methodId: theirs, name: 'mine' }))).toBe('security_info.not_found')
    expect(await stranger.methods()).toHaveLength(1)
    expect(code(await remove(asking, phone))).toBe('ok')
    expect(await defaultOf()).toBe(app)
    expect((await queuedMessages(user.id)).map(({ template }) => template)).toContain('defaultMethodChanged')
  })

  it('the removed address is told that it was removed', async () => {
    const { user, asking } = await somebody()
    const old = aMailbox()
    const id = await addContact(asking, 'email', old)
    await remove(asking, id)
    const told = (await queuedMessages(user.id)).filter(({ template }) => template === 'methodRemoved')
    expect(told.map(({ to }) => to)).toContain(old)
  })
})

describe('own sessions', () => {
  it('are listed and ended one by one or all but this one; nobody else’s', async () => {
    const { user, asking } = await somebody()
    const others = [await anAsking(user.id), await anAsking(user.id), await anAsking(user.id)]
    await anAsking(user.id, { stage: 'firstFactor' })
    const stranger = await somebody()
    const listed = await ownSessions(asking)
    if (!listed.ok) throw new Error(listed.failure.code)
    expect(listed.value).toHaveLength(4)
    expect(listed.value.filter(({ isCurrent }) => isCurrent)).toMatchObject([{ id: asking.session.id }])
    const [first] = others
    expect(await endOwnSession(asking, first?.session.id ?? '')).toMatchObject({ ok: true, value: { ended: 1 } })
    expect(code(await endOwnSession(asking, first?.session.id ?? ''))).toBe('security_info.session_not_found')
    expect(code(await endOwnSession(asking, stranger.asking.session.id))).toBe('security_info.session_not_found')
    expect(code(await endOwnSession(asking, asking.session.id))).toBe('security_info.session_not_found')
    expect(await signOutEverywhereElse(asking)).toMatchObject({ ok: true, value: { ended: 3 } })
    expect(await db().session.count({ where: { userId: user.id } })).toBe(1)
    expect(await db().session.count({ where: { userId: stranger.user.id } })).toBe(1)
    expect(code(await startSoftwareOath(others[1] as Asking))).toBe('sign_in.session_ended')
    const events = await auditOf(user.id, 'App: sessions revoked')
    expect(events.filter(({ outcome }) => outcome === 'success')).toHaveLength(2)
    expect((await queuedMessages(user.id)).map(({ template }) => template)).toContain('sessionsRevoked')
  })

  it('ask for a fresh proof where there is a method to give it', async () => {
    const { user, asking } = await somebody()
    const methodId = await addApp(asking)
    const stale = await anAsking(user.id, { proofs: [aProof('softwareOath', { methodId, secondsAgo: 722 })] })
    expect(code(await ownSessions(stale))).toBe('security_info.freshness_required')
    expect(code(await signOutEverywhereElse(stale))).toBe('security_info.freshness_required')
    expect(await db().session.count({ where: { userId: user.id } })).toBe(2)
  })

  it('can be ended from a place where nothing may be registered', async () => {
    const { asking } = await somebody()
    expect(code(await withPolicy(block, () => signOutEverywhereElse(asking)))).toBe('ok')
  })
})
