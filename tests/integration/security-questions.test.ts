import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { normaliseAnswer } from '@/lib/authentication-methods/kinds/security-questions'
import {
  defaultMethodsPolicy,
  type PasswordResetPolicy,
  type SecurityQuestionsSettings,
} from '@/lib/authentication-methods/policy-model'
import {
  readMethodsPolicy,
  readPasswordResetPolicy,
  saveMethodsPolicy,
  savePasswordResetPolicy,
} from '@/lib/authentication-methods/store'
import { verifySecret } from '@/lib/password/hashing'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import { needFor, planFor } from '@/lib/registration/interrupt'
import { requireReregistration } from '@/lib/security-info/administer'
import { remove } from '@/lib/security-info/manage'
import {
  type ChosenQuestion,
  offeredQuestions,
  registerSecurityQuestions,
} from '@/lib/security-info/security-questions'
import { methodViews } from '@/lib/security-info/view'
import { loadFacts } from '@/lib/sign-in/facts'
import { nextStep } from '@/lib/sign-in/next-step'
import { anAsking, aProof, auditOf, queuedMessages } from '@/tests/support/asking'
import { aUser, resetForEverybody } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

/** Security questions from the form to the row, and what they are good for afterwards. @see `10` §11, SEC-080 to SEC-083 */

testDatabase()

async function decide(settings: Partial<SecurityQuestionsSettings> = {}, given: Partial<PasswordResetPolicy> = {}) {
  const document: PasswordResetPolicy = {
    ...resetForEverybody,
    allowedMethodKinds: ['softwareOath', 'email', 'securityQuestions'],
    numberOfMethodsRequired: 2,
    ...given,
    securityQuestions: { ...resetForEverybody.securityQuestions, numberToRegister: 3, ...settings },
  }
  await savePasswordResetPolicy(db(), document, (await readPasswordResetPolicy(db())).version, now())
}

async function setState(state: 'enabled' | 'disabled') {
  const { methods } = defaultMethodsPolicy
  const securityQuestions = { ...methods.securityQuestions, state }
  const document = { ...defaultMethodsPolicy, methods: { ...methods, securityQuestions } }
  await saveMethodsPolicy(db(), document, (await readMethodsPolicy(db())).version, now())
}

beforeAll(() => setState('enabled'))
beforeEach(() => decide())

const code = (result: { ok: true } | { ok: false; failure: { code: string; field?: string | undefined } }) =>
  result.ok ? 'ok' : [result.failure.code, result.failure.field].filter(Boolean).join(' ')

const answers: readonly ChosenQuestion[] = [
  { key: 'firstDishCooked', answer: 'Burnt  Porridge' },
  { key: 'hidingPlace', answer: 'unter der Straße' },
  { key: 'softToy', answer: 'Mr Ｂiscuit' },
]

async function somebody(given: Parameters<typeof aUser>[1] = {}) {
  const user = await aUser(db(), given)
  const facts = async () => {
    const found = await loadFacts(db(), user.id, 'now')
    if (!found) throw new Error('the person of the test is gone')
    return found
  }
  const asking = () => anAsking(user.id)
  const register = async (chosen: readonly ChosenQuestion[] = answers) =>
    registerSecurityQuestions(await asking(), chosen)
  const method = async () => (await loadMethods(db(), user.id)).find(({ kind }) => kind === 'securityQuestions')
  return { user, facts, asking, register, method }
}

describe('answering', () => {
  it('stores a slow hash of each normalised answer, tells the person, and shows nobody more than how many', async () => {
    const { user, facts, register, method } = await somebody()
    expect(code(await register())).toBe('ok')
    const stored = await method()
    expect(stored).toMatchObject({ kind: 'securityQuestions', origin: 'user', detail: { answered: 3 } })
    const rows = await db().securityAnswer.findMany({
      where: { methodId: stored?.id },
      orderBy: { questionKey: 'asc' },
    })
    expect(rows.map(({ questionKey }) => questionKey)).toEqual(['firstDishCooked', 'hidingPlace', 'softToy'])
    for (const [index, typed] of [' burnt porridge', 'UNTER DER STRASSE', 'mr biscuit'].entries()) {
      const checked = await verifySecret(normaliseAnswer(typed), rows[index]?.answerHash ?? '')
      expect(checked).toMatchObject({ value: { matches: true } })
    }
    expect(new Set(rows.map(({ answerHash }) => answerHash.split('$')[4])).size).toBe(3)
    const events = await auditOf(user.id)
    expect(events).toMatchObject([{ activity: 'User registered security info', outcome: 'success' }])
    const messages = await queuedMessages(user.id)
    expect(messages.at(-1)).toMatchObject({
      template: 'methodAdded',
      values: { method: 'A set of security questions' },
    })
    const views = methodViews(await facts(), now())
    expect(views).toMatchObject([
      { kind: 'securityQuestions', detail: '3 questions answered', isChangeable: false, isRenamable: false },
    ])
    const told = JSON.stringify([rows, events, messages, views]).toLowerCase()
    for (const word of ['porridge', 'biscuit', 'stra']) expect(told).not.toContain(word)
    expect(JSON.stringify([events, messages, views])).not.toContain('firstDishCooked')
  })

  it('a question of the organisation is kept as it was asked, and answered for good', async () => {
    await decide({ customQuestions: ['Which pier did you first moor at?'] })
    const { facts, register, method } = await somebody()
    const own = { key: 'custom:Which pier did you first moor at?', answer: 'the old one' }
    expect(offeredQuestions((await facts()).passwordResetPolicy)[0]).toEqual({ key: own.key, text: own.key.slice(7) })
    expect(code(await register([own, ...answers.slice(1)]))).toBe('ok')
    await decide({ customQuestions: ['Something else entirely?'] })
    expect(methodViews(await facts(), now())).toMatchObject([{ unusableReason: null }])
    const rows = await db().securityAnswer.findMany({ where: { methodId: (await method())?.id } })
    expect(rows.map(({ questionKey }) => questionKey)).toContain(own.key)
  })

  it.each<[string, readonly ChosenQuestion[], string]>([
    ['too few', answers.slice(0, 2), 'security_questions.question_missing question3'],
    ['none', [], 'security_questions.question_missing question1'],
    [
      'a question twice',
      [...answers.slice(0, 2), { key: 'hidingPlace', answer: 'elsewhere' }],
      'security_questions.question_twice question3',
    ],
    [
      'a question that is unknown',
      [{ key: 'motherMaidenName', answer: 'porridge' }, ...answers.slice(1)],
      'security_questions.question_missing question1',
    ],
    [
      'a question made up',
      [{ key: 'custom:My own?', answer: 'porridge' }, ...answers.slice(1)],
      'security_questions.question_missing question1',
    ],
    [
      'a short answer',
      [{ key: 'toyLost', answer: ' a  b '.trim().slice(0, 2) }, ...answers.slice(1)],
      'security_questions.answer_length answer1',
    ],
    [
      'an answer twice',
      [...answers.slice(0, 2), { key: 'softToy', answer: 'BURNT PORRIDGE' }],
      'security_questions.answer_twice answer3',
    ],
    [
      'a word of the question',
      [{ key: 'toyLost', answer: 'TOY' }, ...answers.slice(1)],
      'security_questions.answer_in_question answer1',
    ],
  ])('%s: the place is named, and nothing is stored', async (_, chosen, expected) => {
    const { user, register, method } = await somebody()
    expect(code(await register(chosen))).toBe(expected)
    expect(await method()).toBeUndefined()
    expect(await auditOf(user.id)).toMatchObject([{ outcome: 'failure', reason: expected.split(' ')[0] }])
  })

  it('the own name is no answer', async () => {
    const { user, register } = await somebody()
    const local = user.userPrincipalName.split('@')[0] ?? ''
    for (const name of [user.userPrincipalName, local.toUpperCase()])
      expect(code(await register([{ key: 'toyLost', answer: name.slice(0, 40) }, ...answers.slice(1)]))).toBe(
        'security_questions.answer_is_name answer1',
      )
  })

  it('of two forms at once one is stored', async () => {
    const { user, asking } = await somebody()
    const one = await asking()
    const both = await Promise.all([registerSecurityQuestions(one, answers), registerSecurityQuestions(one, answers)])
    expect(both.map(code).sort()).toEqual(['ok', 'registration.already_registered'])
    expect(await db().securityAnswer.count({ where: { method: { userId: user.id } } })).toBe(3)
  })

  it('is changed by removing and answering anew', async () => {
    const { asking, register, method } = await somebody()
    await register()
    expect(code(await register())).toBe('registration.already_registered')
    expect(code(await remove(await asking(), (await method())?.id ?? ''))).toBe('ok')
    expect(code(await register())).toBe('ok')
  })
})

describe('who may', () => {
  const refusal = 'registration.method_not_allowed'

  it('nobody while either switch is off', async () => {
    const { register } = await somebody()
    await setState('disabled')
    expect(code(await register())).toBe(refusal)
    await setState('enabled')
    await decide({}, { allowedMethodKinds: ['softwareOath', 'email'] })
    expect(code(await register())).toBe(refusal)
    await decide({}, { enabledFor: 'none' })
    expect(code(await register())).toBe(refusal)
  })

  it('never an administrator, and what they answered before counts for nothing', async () => {
    const administrator = await somebody({ roles: ['reportsReader'] })
    expect(code(await administrator.register())).toBe(refusal)
    const { user, facts, register } = await somebody()
    await register()
    const { id } = await aUser(db(), { roles: ['reportsReader'] })
    const held = await db().roleAssignment.findFirstOrThrow({ where: { userId: id } })
    await db().roleAssignment.create({ data: { userId: user.id, roleId: held.roleId } })
    expect(methodViews(await facts(), now())).toMatchObject([{ unusableReason: 'administrator' }])
  })
})

describe('what questions are good for', () => {
  const target = { kind: 'application', id: '00000000-0000-0000-0000-000000000000' } as const

  it('one method of password reset, none while too few were answered, and no second factor', async () => {
    const { facts, asking, register } = await somebody()
    await register()
    const origin = { clientAddress: null, userAgent: null }
    const missing = async () => {
      const { session } = await asking()
      const known = await facts()
      const { decision } = nextStep({ facts: known, session, target, origin, at: now() })
      return planFor(known, needFor(known, decision, now())).steps.map(({ method }) => method)
    }
    expect(await missing()).toEqual(['email'])
    const { defaultMethodId } = await facts()
    expect(defaultMethodId).toBeNull()
    await decide({ numberToRegister: 4 })
    expect(methodViews(await facts(), now())).toMatchObject([{ unusableReason: 'tooFew' }])
    expect(await missing()).toEqual(['email', 'softwareOath'])
  })

  it('stay when new methods are demanded', async () => {
    const { user, register, method } = await somebody()
    await register()
    const administrator = await aUser(db(), { roles: ['authenticationAdministrator'] })
    const acting = await anAsking(administrator.id, { proofs: [aProof('password'), aProof('softwareOath')] })
    expect(code(await requireReregistration(acting, user.id))).toBe('ok')
    expect(await method()).toBeDefined()
  })
})
