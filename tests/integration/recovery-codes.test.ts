import { beforeAll, describe, expect, it } from 'vitest'
import { defaultMethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { readMethodsPolicy, saveMethodsPolicy } from '@/lib/authentication-methods/store'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { insertMethod } from '@/lib/registered-methods/store/change'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import { continueSignIn } from '@/lib/registration/commands'
import { removeMethodOf, requireReregistration } from '@/lib/security-info/administer'
import { isFreshAdministrator } from '@/lib/security-info/change'
import { askGate } from '@/lib/security-info/gate'
import { remove } from '@/lib/security-info/manage'
import { makeRecoveryCodes } from '@/lib/security-info/recovery-codes'
import { methodViews } from '@/lib/security-info/view'
import { loadFacts } from '@/lib/sign-in/facts'
import { verifyWithRecoveryCode } from '@/lib/sign-in/recovery-codes'
import { offeredMethods } from '@/lib/sign-in/second-factor'
import { anAsking, aProof, askAgain, auditOf, queuedMessages } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'

/** Recovery codes from making them to the last one. @see SEC-100 to SEC-102, SEC-095, SEC-252 */

const database = testDatabase()
const clock = testClock()

async function setState(state: 'enabled' | 'disabled') {
  const { methods } = defaultMethodsPolicy
  const document = {
    ...defaultMethodsPolicy,
    methods: { ...methods, recoveryCodes: { ...methods.recoveryCodes, state } },
  }
  await saveMethodsPolicy(db(), document, (await readMethodsPolicy(db())).version, now())
}

beforeAll(() => setState('enabled'))

const code = (result: { ok: true } | { ok: false; failure: { code: string } }) =>
  result.ok ? 'ok' : result.failure.code

const fresh = () => [aProof('password'), aProof('softwareOath')]

async function factsOf(userId: string) {
  const facts = await loadFacts(db(), userId, 'now')
  if (!facts) throw new Error('the person of the test is gone')
  return facts
}

/** A person with an app, and what they ask for in a session with these proofs. */
async function somebody(given: { readonly roles?: Parameters<typeof aUser>[1]; readonly hasApp?: boolean } = {}) {
  const user = await aUser(db(), given.roles)
  if (given.hasApp !== false) {
    const app = { kind: 'softwareOath', name: null, secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' } as const
    const parameters = { algorithm: 'SHA1', periodSeconds: 30, lastStep: 0n } as const
    await insertMethod(db(), user.id, { ...app, ...parameters }, 'user', now())
  }
  const asking = (proofs = fresh(), stage: 'firstFactor' | 'full' = 'full') => anAsking(user.id, { proofs, stage })
  const set = async () => (await loadMethods(db(), user.id)).find(({ kind }) => kind === 'recoveryCodes')
  const make = async (proofs = fresh()) => makeRecoveryCodes(await asking(proofs), (await set())?.id ?? null)
  const codes = async () => {
    const made = await make()
    if (!made.ok) throw new Error(made.failure.code)
    return [...made.value.codes]
  }
  /** A sign-in that has come as far as the password. */
  const verifying = () => anAsking(user.id, { stage: 'firstFactor', proofs: [aProof('password')] })
  const loseApp = async () => {
    const app = (await loadMethods(db(), user.id)).find(({ kind }) => kind === 'softwareOath')
    await remove(await asking(), app?.id ?? '')
  }
  return { user, asking, set, make, codes, verifying, loseApp }
}

describe('making recovery codes', () => {
  it('shows ten once, keeps only hashes, tells the person, and is no default', async () => {
    const { user, codes, set } = await somebody()
    const made = await codes()
    expect(made).toHaveLength(10)
    const method = await set()
    expect(method).toMatchObject({ kind: 'recoveryCodes', origin: 'user', detail: { total: 10, left: 10 } })
    const rows = await db().recoveryCode.findMany({ where: { methodId: method?.id } })
    expect(rows.map(({ codeHash }) => codeHash.slice(0, 14))).toEqual(Array(10).fill('$argon2id$v=19'))
    const kept = JSON.stringify([rows, await auditOf(user.id), await queuedMessages(user.id)])
    for (const text of made) {
      const secret = text.slice(5)
      expect(kept).not.toContain(secret)
      expect(kept).not.toContain(secret.replaceAll('-', ''))
    }
    expect((await queuedMessages(user.id)).at(-1)).toMatchObject({ template: 'recoveryCodesMade' })
    expect(await auditOf(user.id)).toMatchObject([{ activity: 'User registered security info', outcome: 'success' }])
    const person = await db().user.findUniqueOrThrow({ where: { id: user.id } })
    expect(person.defaultMethodId).not.toBe(method?.id)
    const views = methodViews(await factsOf(user.id), now())
    expect(views.find(({ kind }) => kind === 'recoveryCodes')).toMatchObject({
      ...{ detail: '10 codes of 10 left', isDefaultEligible: false, isRenamable: false, unusableReason: null },
      shouldRenew: false,
    })
  })

  it('anew ends the old set; of two presses at once one makes codes, and the other says that the list has changed', async () => {
    const { user, codes, set, asking, verifying } = await somebody()
    const [old = ''] = await codes()
    const before = (await set())?.id ?? null
    const session = await asking()
    const both = await Promise.all([makeRecoveryCodes(session, before), makeRecoveryCodes(session, before)])
    expect(both.map(code).sort()).toEqual(['ok', 'security_info.changed_elsewhere'])
    expect(await db().recoveryCode.count({ where: { method: { userId: user.id } } })).toBe(10)
    expect(code(await verifyWithRecoveryCode(await verifying(), old))).toBe('sign_in.recovery_code_mismatch')
    const winner = both.find((one) => one.ok)
    const [present = ''] = winner?.ok ? winner.value.codes : []
    expect(code(await verifyWithRecoveryCode(await verifying(), present))).toBe('ok')
    const events = await auditOf(user.id, 'User updated security info')
    expect(events.map(({ outcome, reason }) => [outcome, reason])).toContainEqual(['success', 'renewed'])
  })

  it.each([
    ['the password alone', () => [aProof('password')], 'security_info.freshness_required'],
    [
      'a proof that is too old',
      () => [aProof('password'), aProof('softwareOath', { secondsAgo: 601 })],
      'security_info.freshness_required',
    ],
    ['a recovery code', () => [aProof('password'), aProof('recoveryCode')], 'security_info.freshness_required'],
    ['a pass', () => [aProof('temporaryAccessPassMultiUse')], 'recovery_codes.not_with_pass'],
    [
      'a pass and an app',
      () => [aProof('temporaryAccessPassOneTime'), aProof('softwareOath')],
      'recovery_codes.not_with_pass',
    ],
    ['an app registered just now', () => [aProof('password'), aProof('softwareOath', { registered: true })], 'ok'],
    ['an app', fresh, 'ok'],
  ])('with %s: %#', async (_, proofs, expected) => {
    const { make, set } = await somebody()
    expect(code(await make(proofs()))).toBe(expected)
    expect(Boolean(await set())).toBe(expected === 'ok')
  })

  it('is refused where there is no method they could stand in for, and where the organisation has not turned them on', async () => {
    const bare = await somebody({ hasApp: false })
    expect(code(await bare.make())).toBe('recovery_codes.method_first')
    await setState('disabled')
    const { make, set } = await somebody()
    expect(code(await make())).toBe('registration.method_not_allowed')
    expect(await set()).toBeUndefined()
    await setState('enabled')
  })
})

describe('using a recovery code', () => {
  it('works once, as the second factor; the person is told, and the trail says how many are left', async () => {
    const { user, codes, verifying, set } = await somebody()
    const [first = ''] = await codes()
    const signingIn = await verifying()
    expect(code(await verifyWithRecoveryCode(signingIn, ` ${first.toLowerCase().replaceAll('-', ' ')} `))).toBe('ok')
    const { session } = await askAgain(signingIn.session.id, user.id)
    expect(session.proofs.map(({ mode }) => mode)).toEqual(['password', 'recoveryCode'])
    expect(await set()).toMatchObject({ detail: { left: 9 }, consecutiveFailures: 0 })
    const told = (await queuedMessages(user.id)).at(-1)
    expect(told).toMatchObject({ template: 'recoveryCodeUsed', values: { left: 9 } })
    expect(told?.values, 'it may have been a stranger').not.toHaveProperty('by')
    const [event] = await auditOf(user.id, 'App: recovery code used')
    expect(JSON.parse(event?.record ?? '{}')).toMatchObject({ after: { left: 9 } })
    expect(code(await verifyWithRecoveryCode(await verifying(), first))).toBe('sign_in.recovery_code_used')
    expect(await set()).toMatchObject({ detail: { left: 9 }, consecutiveFailures: 1 })
  })

  it('at the same moment in several browsers gives one of them the sign-in', async () => {
    const { codes, verifying, set } = await somebody()
    const [first = ''] = await codes()
    const sessions = await Promise.all([verifying(), verifying(), verifying(), verifying()])
    const results = await Promise.all(sessions.map((session) => verifyWithRecoveryCode(session, first)))
    expect(results.map(code).sort()).toEqual(['ok', ...Array(3).fill('sign_in.recovery_code_used')])
    expect(await set()).toMatchObject({ detail: { left: 9 } })
  })

  it('a wrong one counts against the set: five make it wait, a hundred stop it', async () => {
    const { user, codes, verifying, set } = await somebody()
    const made = await codes()
    const [first = '', second = ''] = made
    // Of one code the selector, of another the secret; and what is no code at all.
    const wrong = [`${first.slice(0, 4)}${second.slice(4)}`, 'nonsense', '', 'x'.repeat(128), first.slice(0, 23)]
    for (const typed of wrong) {
      expect(code(await verifyWithRecoveryCode(await verifying(), typed))).toBe('sign_in.recovery_code_mismatch')
    }
    const waiting = await verifyWithRecoveryCode(await verifying(), first)
    expect(waiting).toMatchObject({ failure: { code: 'sign_in.method_unavailable', retryAfterSeconds: 30 } })
    clock.turn(31)
    expect(code(await verifyWithRecoveryCode(await verifying(), first))).toBe('ok')
    await database.query('UPDATE authentication_method SET consecutive_failures = 99 WHERE id = $1', [
      (await set())?.id,
    ])
    expect(code(await verifyWithRecoveryCode(await verifying(), 'nonsense'))).toBe('sign_in.recovery_code_mismatch')
    expect((await set())?.disabledAt).not.toBeNull()
    expect(code(await verifyWithRecoveryCode(await verifying(), second))).toBe('sign_in.method_unavailable')
    const events = await auditOf(user.id, 'App: sign-in failed')
    expect(events.length).toBeGreaterThan(5)
    clock.turn(0)
  })

  it('does not work while the organisation has them off, and again when they are on', async () => {
    const { codes, verifying } = await somebody()
    const [first = ''] = await codes()
    await setState('disabled')
    expect(code(await verifyWithRecoveryCode(await verifying(), first))).toBe('sign_in.method_unavailable')
    await setState('enabled')
    expect(code(await verifyWithRecoveryCode(await verifying(), first))).toBe('ok')
  })

  it('does not work for somebody else', async () => {
    const one = await somebody()
    const other = await somebody()
    const [first = ''] = await one.codes()
    await other.codes()
    expect(code(await verifyWithRecoveryCode(await other.verifying(), first))).toBe('sign_in.recovery_code_mismatch')
  })

  it('with few left the list asks for new ones, and a set that is used up cannot be used', async () => {
    const { user, codes, set } = await somebody()
    await codes()
    const viewWith = async (used: number) => {
      await database.query(
        `UPDATE recovery_code SET used_at = now() WHERE id IN
         (SELECT id FROM recovery_code WHERE method_id = $1 ORDER BY id LIMIT $2)`,
        [(await set())?.id, used],
      )
      return methodViews(await factsOf(user.id), now()).find(({ kind }) => kind === 'recoveryCodes')
    }
    expect(await viewWith(6)).toMatchObject({ shouldRenew: false, detail: '4 codes of 10 left' })
    expect(await viewWith(7)).toMatchObject({ shouldRenew: true, detail: '3 codes of 10 left', unusableReason: null })
    expect(await viewWith(10)).toMatchObject({ shouldRenew: true, unusableReason: 'allUsed' })
    const ways = [['recoveryCode' as const], ['softwareOath' as const]]
    expect(offeredMethods(await factsOf(user.id), ways, now()).map(({ kind }) => kind)).toEqual(['softwareOath'])
  })
})

describe('what a recovery code does not do', () => {
  it('open the admin area, or stand in for the fresh proof that administration asks for', async () => {
    const { user, codes, asking } = await somebody({ roles: { roles: ['globalAdministrator'] } })
    const [first = ''] = await codes()
    const full = await asking([aProof('password')])
    const verified = await verifyWithRecoveryCode(full, first)
    if (!verified.ok) throw new Error(verified.failure.code)
    expect(verified.value.adminToken).toBeNull()
    const { session } = await askAgain(full.session.id, user.id)
    expect(isFreshAdministrator(session, now())).toBe(false)
    const signingIn = await asking([aProof('password'), aProof('recoveryCode')], 'firstFactor')
    const gone = await continueSignIn(signingIn, { skip: true })
    expect(gone).toMatchObject({ ok: true, value: { way: { to: 'home' }, tokens: { adminToken: null } } })
  })

  it('get offered where any proof will do', async () => {
    const { user, codes } = await somebody()
    await codes()
    expect(offeredMethods(await factsOf(user.id), null, now()).map(({ kind }) => kind)).toEqual(['softwareOath'])
  })

  it('end the need for a method: whoever has nothing else registers one', async () => {
    const { user, codes, asking, loseApp } = await somebody()
    await codes()
    await loseApp()
    const { id } = await db().conditionalAccessPolicy.create({
      data: {
        displayName: 'second factor everywhere',
        state: 'enabled',
        document: {
          conditions: {
            users: { includeUsers: [user.id] },
            applications: { includeApplications: ['All'] },
            clientAppTypes: ['all'],
          },
          grantControls: { operator: 'OR', builtInControls: ['mfa'] },
        },
      },
    })
    const before = await continueSignIn(await asking([aProof('password')], 'firstFactor'))
    expect(before).toMatchObject({ value: { way: { to: 'verify' } } })
    const after = await continueSignIn(await asking([aProof('password'), aProof('recoveryCode')], 'firstFactor'))
    expect(after).toMatchObject({ value: { way: { to: 'register' } } })
    await db().conditionalAccessPolicy.delete({ where: { id } })
  })

  it('leave a door open when the set was guessed to death', async () => {
    const { user, codes, asking, set, loseApp } = await somebody()
    await codes()
    await loseApp()
    await database.query('UPDATE authentication_method SET disabled_at = now() WHERE id = $1', [(await set())?.id])
    const { session } = await asking([aProof('password')])
    const facts = await factsOf(user.id)
    const nowhere = { clientAddress: null, userAgent: null }
    const asked = { facts, session, origin: nowhere, at: now(), moment: 'store', kind: 'softwareOath' } as const
    expect(askGate(asked).refusal?.code).toBe('security_info.blocked_no_method')
  })
})

describe('a set ends', () => {
  it('when its owner, or an administrator, removes it', async () => {
    const { user, codes, asking, set } = await somebody()
    await codes()
    expect(code(await remove(await asking(), (await set())?.id ?? ''))).toBe('ok')
    expect((await queuedMessages(user.id)).at(-1)).toMatchObject({ values: { method: 'A set of recovery codes' } })
    await codes()
    const administrator = await aUser(db(), { roles: ['authenticationAdministrator'] })
    const acting = await anAsking(administrator.id, { proofs: fresh() })
    expect(code(await removeMethodOf(acting, { targetId: user.id, methodId: (await set())?.id ?? '' }))).toBe('ok')
    expect(await db().recoveryCode.count({ where: { method: { userId: user.id } } })).toBe(0)
    await codes()
    expect(code(await requireReregistration(acting, user.id))).toBe('ok')
    expect(await set()).toBeUndefined()
  })
})
