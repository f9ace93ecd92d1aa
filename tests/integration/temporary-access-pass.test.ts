import { describe, expect, it } from 'vitest'
import { defaultMethodsPolicy, type MethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { readMethodsPolicy, saveMethodsPolicy } from '@/lib/authentication-methods/store'
import { lockUser } from '@/lib/directory/store'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { insertMethod } from '@/lib/registered-methods/store/change'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import { issuePass } from '@/lib/security-info/administer'
import { confirmSoftwareOath, startSoftwareOath } from '@/lib/security-info/software-oath'
import { methodViews } from '@/lib/security-info/view'
import { loadFacts } from '@/lib/sign-in/facts'
import { signInWithPass } from '@/lib/sign-in/first-factor'
import { hasUsablePass, mfaMethods } from '@/lib/sign-in/usable'
import { anAsking, anOrigin, aProof, auditOf } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'

/** The rules of `10` §7 row by row, where no other file holds them: who gets a pass, what each refusal says and to whom. */

const database = testDatabase()
const clock = testClock()

type PassPolicy = Partial<MethodsPolicy['methods']['temporaryAccessPass']>

async function decide(given: PassPolicy = {}) {
  const { methods } = defaultMethodsPolicy
  const temporaryAccessPass = { ...methods.temporaryAccessPass, ...given }
  const document = { ...defaultMethodsPolicy, methods: { ...methods, temporaryAccessPass } }
  await saveMethodsPolicy(db(), document, (await readMethodsPolicy(db())).version, now())
}

const code = (result: { ok: true } | { ok: false; failure: { code: string } }) =>
  result.ok ? 'ok' : result.failure.code

async function administrator() {
  const user = await aUser(db(), { roles: ['authenticationAdministrator'] })
  return anAsking(user.id, { proofs: [aProof('password'), aProof('softwareOath')] })
}

/** A person, and the pass that an administrator made for them on these terms. */
async function withPass(
  request: Parameters<typeof issuePass>[1]['request'] = {},
  given: Parameters<typeof aUser>[1] = {},
) {
  const user = await aUser(db(), given)
  const issued = await issuePass(await administrator(), { targetId: user.id, request })
  if (!issued.ok) throw new Error(issued.failure.code)
  const enter = (secret = issued.value.pass) =>
    signInWithPass({ userPrincipalName: user.userPrincipalName, secret, returnTo: null, origin: anOrigin() })
  const facts = async () => {
    const found = await loadFacts(db(), user.id, 'now')
    if (!found) throw new Error('the person of the test is gone')
    return found
  }
  return { user, enter, facts, pass: issued.value.pass }
}

/** What administrators read about the last try: the step in the sign-in log and the reason in the trail. */
async function lastTry(userId: string) {
  const entry = await db().signInLog.findFirstOrThrow({ where: { userId }, orderBy: { at: 'desc' } })
  const event = (await auditOf(userId, 'App: sign-in failed')).at(-1)
  const [step] = entry.authenticationDetails as { result: string; succeeded: boolean }[]
  return {
    errorCode: entry.errorCode,
    step: step?.result,
    reason: (JSON.parse(event?.record ?? '{}') as { after?: { reason?: string } }).after?.reason,
  }
}

describe('who gets one', () => {
  it.each([
    ['a member', {}, 'ok'],
    ['an internal guest', { userType: 'guest', guestType: 'internalGuest' }, 'ok'],
    ['an external guest', { userType: 'guest', guestType: 'b2bCollaborationGuest' }, 'registration.method_not_allowed'],
    [
      'an external member',
      { userType: 'guest', guestType: 'b2bCollaborationMember' },
      'registration.method_not_allowed',
    ],
  ] as const)('%s: %#', async (_, given, expected) => {
    const user = await aUser(db(), given)
    expect(code(await issuePass(await administrator(), { targetId: user.id, request: {} }))).toBe(expected)
    expect(await loadMethods(db(), user.id)).toHaveLength(expected === 'ok' ? 1 : 0)
  })

  it('also whoever the policy does not let use it, which then says why', async () => {
    await decide({ includeTargets: [] })
    const { user, enter, facts } = await withPass()
    expect(code(await enter())).toBe('sign_in.pass_failed')
    expect(await lastTry(user.id)).toMatchObject({
      step: 'blocked by user credential policy',
      reason: 'disabledByPolicy',
    })
    expect(methodViews(await facts(), now())).toMatchObject([{ unusableReason: 'disabled' }])
    await decide()
    expect(code(await enter())).toBe('ok')
  })
})

describe('its terms', () => {
  it('are those of the policy when it is stored, not when it was asked for', async () => {
    await decide()
    const asking = await administrator()
    const target = await aUser(db())
    const request = { lifetimeInMinutes: 480, isUsableOnce: false }
    const issuing = await transaction(async (tx) => {
      await lockUser(tx, target.id)
      const pending = issuePass(asking, { targetId: target.id, request })
      await database.somebodyWaits()
      await decide({ maximumLifetimeInMinutes: 60, defaultLifetimeInMinutes: 60, isUsableOnce: true })
      return { pending }
    })
    expect(await issuing.pending).toMatchObject({ ok: false, failure: { code: 'form.invalid' } })
    expect(await loadMethods(db(), target.id)).toEqual([])
    await decide()
  })
})

describe('why it does not work, in the logs and nowhere else', () => {
  it('one-time and used', async () => {
    const { user, enter, facts } = await withPass({ isUsableOnce: true })
    expect(code(await enter())).toBe('ok')
    expect(code(await enter())).toBe('sign_in.pass_failed')
    expect(await lastTry(user.id)).toEqual({
      ...{ errorCode: 130500, step: 'one-time pass already used', reason: 'oneTimeUsed' },
    })
    expect(methodViews(await facts(), now())).toMatchObject([{ unusableReason: 'used' }])
  })

  it('not yet valid, then valid, then over', async () => {
    const startsAt = new Date(now().getTime() + 600_000).toISOString()
    const { user, enter, facts } = await withPass({ startsAt, lifetimeInMinutes: 60 })
    const state = async () => [
      code(await enter()),
      methodViews(await facts(), now())[0]?.unusableReason,
      hasUsablePass(await facts(), now()),
    ]
    expect(await state()).toEqual(['sign_in.pass_failed', 'notYetValid', false])
    expect(await lastTry(user.id)).toMatchObject({ step: 'not yet valid', reason: 'notYetValid' })
    clock.turn(601)
    expect(await state()).toEqual(['ok', null, true])
    clock.turn(600 + 3601)
    expect(await state()).toEqual(['sign_in.pass_failed', 'expired', false])
    expect(await lastTry(user.id)).toMatchObject({ step: 'expired', reason: 'expired' })
    clock.turn(0)
  })

  it('usable again, while the policy by now wants one-time passes only', async () => {
    const { user, enter } = await withPass()
    await decide({ isUsableOnce: true })
    expect(code(await enter())).toBe('sign_in.pass_failed')
    expect(await lastTry(user.id)).toMatchObject({ reason: 'disabledByPolicy' })
    await decide()
    expect(code(await enter())).toBe('ok')
  })

  it('wrong, replaced, and an account that is disabled: the person is told the same each time', async () => {
    const { user, enter, pass } = await withPass()
    const answers = [await enter('wrongwrong')]
    expect(await lastTry(user.id)).toMatchObject({ step: 'wrong pass', reason: 'wrong' })
    const again = await issuePass(await administrator(), { targetId: user.id, request: {} })
    if (!again.ok) throw new Error(again.failure.code)
    expect(await loadMethods(db(), user.id)).toHaveLength(1)
    answers.push(await enter(pass))
    expect(await lastTry(user.id)).toMatchObject({ reason: 'wrong' })
    await db().user.update({ where: { id: user.id }, data: { accountEnabled: false } })
    answers.push(await enter(again.value.pass))
    expect(await lastTry(user.id)).toMatchObject({ step: 'account disabled', reason: 'accountDisabled' })
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(JSON.stringify(await auditOf(user.id))).not.toContain(pass)
  })
})

describe('what it is good for', () => {
  it('a pass is no method that ends a need, and is asked for first while it works', async () => {
    const { facts } = await withPass()
    expect(mfaMethods(await facts())).toEqual([])
    expect(hasUsablePass(await facts(), now())).toBe(true)
  })

  it('with a one-time pass, a method is begun within ten minutes and stored within twelve', async () => {
    const parameters = { algorithm: 'SHA1', periodSeconds: 30, lastStep: 0n } as const
    const session = async (secondsAgo: number) => {
      const user = await aUser(db())
      return anAsking(user.id, { proofs: [aProof('temporaryAccessPassOneTime', { secondsAgo })] })
    }
    expect(code(await startSoftwareOath(await session(599)))).toBe('ok')
    expect(code(await startSoftwareOath(await session(601)))).toBe('security_info.blocked_no_method')
    const begun = await session(590)
    expect(code(await startSoftwareOath(begun))).toBe('ok')
    const confirm = () => confirmSoftwareOath(begun, { code: 'no code', name: null })
    clock.turn(125)
    expect(code(await confirm())).toBe('registration.code_mismatch')
    clock.turn(135)
    expect(code(await confirm())).toBe('security_info.blocked_no_method')
    clock.turn(0)
    // Whoever has another method proves it anew instead.
    const { user, facts } = await withPass({ isUsableOnce: true })
    await insertMethod(
      db(),
      user.id,
      { kind: 'softwareOath', name: null, secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', ...parameters },
      'user',
      now(),
    )
    const old = await anAsking(user.id, { proofs: [aProof('temporaryAccessPassOneTime', { secondsAgo: 601 })] })
    expect((await facts()).methods).toHaveLength(2)
    expect(code(await startSoftwareOath(old))).toBe('security_info.freshness_required')
  })
})
