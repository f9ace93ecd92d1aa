import { expect, it } from 'vitest'
import { predefinedQuestions } from '@/lib/authentication-methods/security-questions'
import { resetFieldsSchema, resetPolicyOf } from './fields'

const filled = {
  ...{ enabledFor: 'all', numberOfMethodsRequired: '2', allowedMethodKinds: ['mobilePhone', 'email'] },
  ...{ reconfirmDays: '180', numberToRegister: '5', numberToReset: '3', predefinedQuestions: [...predefinedQuestions] },
}
const asked = (more: object) => resetPolicyOf(resetFieldsSchema.parse({ ...filled, ...more }))

it('a form that is right is a policy', () => {
  expect(asked({})).toMatchObject({ ok: true, policy: { reconfirmDays: 180, numberOfMethodsRequired: 2 } })
})

it('everything that is wrong is told at once, each thing once', () => {
  expect(asked({ reconfirmDays: '9999', helpdesk: 'no address', allowedMethodKinds: ['email'] })).toEqual({
    ok: false,
    wrong: ['tooFew', 'reconfirmDays', 'helpdesk'],
  })
  expect(asked({ enabledFor: 'selected' })).toEqual({ ok: false, wrong: ['group'] })
  expect(asked({ numberOfMethodsRequired: '1', allowedMethodKinds: ['softwareOath'] })).toEqual({
    ok: false,
    wrong: ['appAlone'],
  })
})
