import { randomUUID } from 'node:crypto'
import { generateSync } from 'otplib'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { defaultMethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { saveMethodsPolicy } from '@/lib/authentication-methods/store'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { insertMethod } from '@/lib/registered-methods/store/change'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import type { Result } from '@/lib/result'
import { issuePass, removeMethodOf, requireReregistration, revokeSessionsOf } from '@/lib/security-info/administer'
import type { Asking } from '@/lib/security-info/change'
import { confirmContact, pendingContact, startContact } from '@/lib/security-info/contact'
import { remove, rename, setDefault } from '@/lib/security-info/manage'
import { endOwnSession } from '@/lib/security-info/own-sessions'
import { finishPasskey, startPasskey } from '@/lib/security-info/passkey'
import { confirmSoftwareOath, pendingSoftwareOath, startSoftwareOath } from '@/lib/security-info/software-oath'
import { lastOwnMfaAt } from '@/lib/sign-in/model'
import { verifyWithApp } from '@/lib/sign-in/second-factor'
import { endSession } from '@/lib/sign-in/session'
import { anAsking, aProof, askAgain, auditOf, queuedMessages } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'

const database = testDatabase()
const clock = testClock()

beforeAll(async () => {
  process.env.SMS_COUNTRIES = 'GB'
  const mobilePhone = { ...defaultMethodsPolicy.methods.mobilePhone, state: 'enabled' as const }
  const temporaryAccessPass = { ...defaultMethodsPolicy.methods.temporaryAccessPass, state: 'enabled' as const }
  const methods = { ...defaultMethodsPolicy.methods, mobilePhone, temporaryAccessPass }
  await saveMethodsPolicy(db(), { ...defaultMethodsPolicy, methods }, 0, now())
})
beforeEach(() => clock.turn(0))

const code = (result: Result<unknown>) => (result.ok ? 'ok' : result.failure.code)
const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const anApp = async (userId: string): Promise<string> => {
  const app = { kind: 'softwareOath', name: null, secret, algorithm: 'SHA1', periodSeconds: 30, lastStep: 0n } as const
  return (await insertMethod(db(), userId, app, 'user', now())).id
}
let numbers = 0
const aNumber = () => `+4474002${10_000 + ++numbers}`
const codeNow = () => generateSync({ secret, epoch: Math.floor(now().getTime() / 1000) })
const fresh = () => [aProof('password'), aProof('softwareOath')]

async function pendingCode(asking: Asking): Promise<string> {
  const pending = await pendingSoftwareOath(asking, 'somebody')
  if (!pending) throw new Error('no secret is pending')
  const own = pending.secretGrouped.replaceAll(' ', '')
  return generateSync({ secret: own, epoch: Math.floor(now().getTime() / 1000) })
}

/** Every way in which somebody touches own methods; `id` is one of them. */
const everyWay: readonly [string, (asking: Asking, id: string) => Promise<Result<unknown>>][] = [
  ['start an app', (asking) => startSoftwareOath(asking)],
  ['start a passkey', (asking) => startPasskey(asking)],
  ['start an email', (asking) => startContact(asking, { kind: 'email', contact: `${randomUUID()}@mail.example` })],
  ['start a phone', (asking) => startContact(asking, { kind: 'mobilePhone', contact: aNumber() })],
  ['rename', (asking, id) => rename(asking, { methodId: id, name: 'mine now' })],
  ['make default', (asking, id) => setDefault(asking, id)],
  ['remove', (asking, id) => remove(asking, id)],
]

describe('what a session on the way may touch', () => {
  it.each(everyWay)('one that has only begun to sign in: not %s', async (_way, touch) => {
    const user = await aUser(db())
    const id = await anApp(user.id)
    const asking = await anAsking(user.id, { stage: 'firstFactor', proofs: fresh() })
    const messages = await queuedMessages(user.id)
    expect(code(await touch(asking, id))).toBe('sign_in.not_finished')
    expect(await loadMethods(db(), user.id)).toMatchObject([{ id, name: null }])
    expect(await queuedMessages(user.id)).toEqual(messages)
    expect((await auditOf(user.id)).map(({ outcome }) => outcome)).toEqual(['failure'])
  })

  it.each(everyWay.slice(4))('the wizard: not %s of what was there before', async (_way, touch) => {
    const user = await aUser(db())
    const id = await anApp(user.id)
    const asking = await anAsking(user.id, { stage: 'registration', proofs: fresh() })
    expect((await touch(asking, id)).ok).toBe(false)
    expect(await loadMethods(db(), user.id)).toMatchObject([{ id, name: null }])
  })

  it('the wizard may name what it has just registered', async () => {
    const user = await aUser(db())
    const asking = await anAsking(user.id, { stage: 'registration' })
    expect(code(await startSoftwareOath(asking))).toBe('ok')
    const made = await confirmSoftwareOath(asking, { code: await pendingCode(asking), name: null })
    if (!made.ok) throw new Error(made.failure.code)
    const again = await askAgain(asking.session.id, user.id)
    expect(code(await rename(again, { methodId: made.value.methodId, name: 'My phone' }))).toBe('ok')
  })

  it.each(everyWay)('none that has ended: not %s', async (_way, touch) => {
    const user = await aUser(db())
    const id = await anApp(user.id)
    const asking = await anAsking(user.id, { proofs: fresh() })
    await endSession(db(), asking.session.id)
    expect(code(await touch(asking, id))).toBe('sign_in.session_ended')
    expect(await loadMethods(db(), user.id)).toMatchObject([{ id, name: null }])
  })

  it.each(everyWay)('a method of somebody else: not %s', async (_way, touch) => {
    const [user, other] = [await aUser(db()), await aUser(db())]
    const id = await anApp(other.id)
    const asking = await anAsking(user.id, { proofs: fresh() })
    await touch(asking, id)
    expect(await loadMethods(db(), other.id)).toMatchObject([{ id, name: null }])
  })

  it('a pending ceremony of one session is no ceremony of another', async () => {
    const user = await aUser(db())
    const [one, other] = [await anAsking(user.id), await anAsking(user.id)]
    expect(code(await startSoftwareOath(one))).toBe('ok')
    expect(code(await confirmSoftwareOath(other, { code: await pendingCode(one), name: null }))).toBe(
      'registration.ceremony_expired',
    )
    expect(await loadMethods(db(), user.id)).toEqual([])
  })

  it('signing out while a method is stored either comes first or waits, and nothing is stored afterwards', async () => {
    for (let round = 0; round < 8; round++) {
      const user = await aUser(db())
      const asking = await anAsking(user.id)
      await startSoftwareOath(asking)
      const typed = await pendingCode(asking)
      const [stored] = await Promise.all([
        confirmSoftwareOath(asking, { code: typed, name: null }),
        endSession(db(), asking.session.id),
      ])
      expect(await loadMethods(db(), user.id)).toHaveLength(stored.ok ? 1 : 0)
    }
  })
})

describe('a method that wrong tries have burnt', () => {
  const burn = (id: string) => db().authenticationMethod.update({ where: { id }, data: { disabledAt: now() } })

  it('still stands before the gate: a password alone registers nothing', async () => {
    const user = await aUser(db())
    await burn(await anApp(user.id))
    for (const stage of ['registration', 'full'] as const) {
      const asking = await anAsking(user.id, { stage })
      expect(code(await startSoftwareOath(asking))).toBe('security_info.blocked_no_method')
    }
    expect(await loadMethods(db(), user.id)).toHaveLength(1)
  })

  it('does not stop whoever has a pass', async () => {
    const user = await aUser(db())
    await burn(await anApp(user.id))
    const asking = await anAsking(user.id, { proofs: [aProof('temporaryAccessPassOneTime')] })
    expect(code(await startSoftwareOath(asking))).toBe('ok')
    expect((await confirmSoftwareOath(asking, { code: await pendingCode(asking), name: null })).ok).toBe(true)
  })
})

describe('administrators', () => {
  const administrator = async (proofs = fresh()) => {
    const actor = await aUser(db(), { roles: ['authenticationAdministrator'] })
    return { actor, asking: await anAsking(actor.id, { proofs }) }
  }
  const actions: readonly [string, (asking: Asking, targetId: string, methodId: string) => Promise<Result<unknown>>][] =
    [
      ['issue a pass', (asking, targetId) => issuePass(asking, { targetId, request: {} })],
      ['delete a method', (asking, targetId, methodId) => removeMethodOf(asking, { targetId, methodId })],
      ['require re-registration', (asking, targetId) => requireReregistration(asking, targetId)],
      ['revoke sessions', (asking, targetId) => revokeSessionsOf(asking, targetId)],
    ]

  it.each(actions)('who came by a pass that somebody else made do not %s', async (_way, act) => {
    const { asking } = await administrator([aProof('temporaryAccessPassOneTime')])
    const target = await aUser(db())
    expect(code(await act(asking, target.id, await anApp(target.id)))).toBe('directory.fresh_required')
    expect(await loadMethods(db(), target.id)).toHaveLength(1)
  })

  it.each(actions)('who have only just registered a method do not %s with that', async (_way, act) => {
    const { asking } = await administrator([
      aProof('temporaryAccessPassOneTime'),
      aProof('softwareOath', { registered: true }),
    ])
    expect(lastOwnMfaAt(asking.session.proofs)).toBeNull()
    const target = await aUser(db())
    expect(code(await act(asking, target.id, await anApp(target.id)))).toBe('directory.fresh_required')
    expect(await loadMethods(db(), target.id)).toHaveLength(1)
  })

  it.each(actions)('in a session on the way do not %s', async (_way, act) => {
    const { actor } = await administrator()
    const asking = await anAsking(actor.id, { stage: 'registration', proofs: fresh() })
    const target = await aUser(db())
    expect((await act(asking, target.id, await anApp(target.id))).ok).toBe(false)
    expect(await loadMethods(db(), target.id)).toHaveLength(1)
  })

  it.each(actions)(
    'do not %s for themselves, nor for somebody above them, also when the role is gained meanwhile',
    async (_way, act) => {
      const { actor, asking } = await administrator()
      const own = await anApp(actor.id)
      expect(code(await act(asking, actor.id, own))).toBe('directory.own_account')
      const above = await aUser(db(), { roles: ['globalAdministrator'] })
      expect(code(await act(asking, above.id, await anApp(above.id)))).toBe('directory.target_protected')
      for (const target of [actor, above]) expect(await loadMethods(db(), target.id)).toHaveLength(1)
    },
  )

  it.each(actions)('who were demoted or disabled a moment ago do not %s', async (_way, act) => {
    const target = await aUser(db())
    const id = await anApp(target.id)
    const demoted = await administrator()
    await db().roleAssignment.deleteMany({ where: { userId: demoted.actor.id } })
    expect(code(await act(demoted.asking, target.id, id))).toBe('directory.forbidden')
    const disabled = await administrator()
    await db().user.update({ where: { id: disabled.actor.id }, data: { accountEnabled: false } })
    expect((await act(disabled.asking, target.id, id)).ok).toBe(false)
    expect(await loadMethods(db(), target.id)).toHaveLength(1)
  })

  it.each(actions)('%s of somebody who is nobody is a refusal', async (_way, act) => {
    const { asking } = await administrator()
    for (const targetId of [randomUUID(), 'not-an-id', '\u0000', '']) {
      expect((await act(asking, targetId, 'not-an-id')).ok).toBe(false)
    }
  })

  it('two passes at once for one person leave one, and every refusal and success is one event', async () => {
    const { asking } = await administrator()
    const target = await aUser(db())
    const results = await Promise.all(
      Array.from({ length: 6 }, () => issuePass(asking, { targetId: target.id, request: {} })),
    )
    expect(results.every(({ ok }) => ok)).toBe(true)
    expect(await loadMethods(db(), target.id)).toHaveLength(1)
    expect(await auditOf(target.id, 'Admin registered security info')).toHaveLength(6)
  })
})

describe('codes to a number or an address', () => {
  it('the same address asked for again is sent one code until the wait is over', async () => {
    const user = await aUser(db())
    const asking = await anAsking(user.id)
    const contact = `again-${randomUUID()}@mail.example`
    const answers = await Promise.all(Array.from({ length: 6 }, () => startContact(asking, { kind: 'email', contact })))
    expect(answers.every(({ ok }) => ok)).toBe(true)
    expect(await queuedMessages(user.id)).toHaveLength(1)
    clock.turn(31)
    expect(code(await startContact(asking, { kind: 'email', contact }))).toBe('ok')
    expect(await queuedMessages(user.id)).toHaveLength(2)
    expect((await pendingContact(asking, 'email'))?.resendInSeconds).toBe(60)
  })

  it('an answer without a ceremony is refused and recorded once, whatever the method', async () => {
    const user = await aUser(db())
    const asking = await anAsking(user.id)
    await confirmContact(asking, { kind: 'email', code: '123456' })
    await confirmContact(asking, { kind: 'mobilePhone', code: '123456' })
    await confirmSoftwareOath(asking, { code: '123456', name: null })
    await finishPasskey(asking, { response: {}, name: null })
    expect(await auditOf(user.id)).toMatchObject(
      Array(4).fill({
        activity: 'User registered security info',
        outcome: 'failure',
        reason: 'registration.ceremony_expired',
      }),
    )
  })
})

describe('what was typed is text of any kind', () => {
  const odd: readonly [string, string][] = [
    ['nothing', ''],
    ['U+0000', '\u0000'],
    ['half a character', '\ud800'],
    ['foreign digits', '١٢٣٤٥٦'],
    ['a hundred thousand characters', '1'.repeat(100_000)],
    ['the name of a prototype', '__proto__'],
    ['SQL', "'; DROP TABLE x; --"],
    ['500 foxes', '🦊'.repeat(500)],
  ]

  it.each(odd)('%s as name, code, contact and id is refused, never an error', async (_what, text) => {
    const user = await aUser(db())
    await anApp(user.id)
    const asking = await anAsking(user.id, { proofs: fresh() })
    expect((await rename(asking, { methodId: text, name: text })).ok).toBe(false)
    expect((await setDefault(asking, text)).ok).toBe(false)
    expect((await remove(asking, text)).ok).toBe(false)
    expect((await endOwnSession(asking, text)).ok).toBe(false)
    expect((await startContact(asking, { kind: 'email', contact: text })).ok).toBe(false)
    expect((await startContact(asking, { kind: 'mobilePhone', contact: text, country: text })).ok).toBe(false)
    expect((await confirmContact(asking, { kind: 'email', code: text })).ok).toBe(false)
    expect((await verifyWithApp(asking, text)).ok).toBe(false)
    await startSoftwareOath(asking)
    expect((await confirmSoftwareOath(asking, { code: text, name: text })).ok).toBe(false)
    await startPasskey(asking)
    expect((await finishPasskey(asking, { response: { id: text, rawId: [text] }, name: text })).ok).toBe(false)
    expect(await loadMethods(db(), user.id)).toHaveLength(1)
  })
})

describe('SEC-231: sealed secrets stay where they were sealed', () => {
  it('swapped between two people neither opens, and the trail says so', async () => {
    const users = [await aUser(db()), await aUser(db())]
    const ids = [await anApp(users[0]?.id ?? ''), await anApp(users[1]?.id ?? '')]
    await database.query(
      `UPDATE software_oath SET secret_sealed = other.secret_sealed FROM software_oath other
       WHERE (software_oath.method_id = $1 AND other.method_id = $2)
          OR (software_oath.method_id = $2 AND other.method_id = $1)`,
      ids,
    )
    for (const user of users) {
      const asking = await anAsking(user.id, { stage: 'firstFactor' })
      expect(code(await verifyWithApp(asking, codeNow()))).toBe('sign_in.code_mismatch')
      expect(await auditOf(user.id, 'App: authentication method suspect')).toHaveLength(1)
    }
  })
})

describe('locks', () => {
  it('changing, proving, requiring anew and revoking all at once neither blocks nor fails', async () => {
    const target = await aUser(db())
    const admins = await Promise.all(Array.from({ length: 4 }, () => aUser(db(), { roles: ['globalAdministrator'] })))
    const storm = []
    for (let round = 0; round < 6; round++) {
      const id = await anApp(target.id)
      const own = await anAsking(target.id, { proofs: fresh() })
      const proving = await anAsking(target.id, { stage: 'firstFactor' })
      const [one, other] = [admins[round % 4], admins[(round + 1) % 4]]
      if (!one || !other) throw new Error('no administrators')
      const [first, second] = [
        await anAsking(one.id, { proofs: fresh() }),
        await anAsking(other.id, { proofs: fresh() }),
      ]
      storm.push(
        rename(own, { methodId: id, name: 'mine' }),
        remove(own, id),
        startSoftwareOath(own),
        verifyWithApp(proving, '000000'),
        requireReregistration(first, target.id),
        revokeSessionsOf(second, target.id),
        issuePass(first, { targetId: target.id, request: {} }),
        revokeSessionsOf(first, other.id),
        revokeSessionsOf(second, one.id),
      )
    }
    for (const result of await Promise.all(storm)) {
      if (!result.ok) expect(result.failure.kind).not.toBe('busy')
    }
  })
})
