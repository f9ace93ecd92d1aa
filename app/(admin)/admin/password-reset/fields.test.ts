import { expect, it } from 'vitest'
import { defaultPasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { predefinedQuestions } from '@/lib/authentication-methods/security-questions'
import { rescopedPolicyOf, resetFieldsSchema, resetPolicyOf, scopeFieldsSchema } from './fields'

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

const rescoped = (more: object, before = defaultPasswordResetPolicy) =>
  rescopedPolicyOf(scopeFieldsSchema.parse({ enabledFor: 'all', ...more }), before)
const groupId = '00000000-0000-7000-8000-000000000001'

it('whoever may change only the scope changes nothing else', () => {
  const before = { ...defaultPasswordResetPolicy, reconfirmDays: 90 }
  expect(rescoped({}, before)).toEqual({ ok: true, policy: { ...before, enabledFor: 'all' } })
  expect(rescoped({ enabledFor: 'selected', includeGroups: [groupId] }, before)).toEqual({
    ok: true,
    policy: { ...before, enabledFor: 'selected', groupId },
  })
  const forGroup = { ...before, enabledFor: 'selected' as const, groupId }
  expect(rescoped({ enabledFor: 'none' }, forGroup)).toEqual({ ok: true, policy: { ...before, enabledFor: 'none' } })
  expect(() => rescoped({ reconfirmDays: '1' })).toThrow(/reconfirmDays/)
})

it('a scope needs its one group, and methods that are enough', () => {
  expect(rescoped({ enabledFor: 'selected' })).toEqual({ ok: false, wrong: ['group'] })
  expect(rescoped({ enabledFor: 'selected', includeGroups: ['no id'] })).toEqual({ ok: false, wrong: ['group'] })
  expect(rescoped({}, { ...defaultPasswordResetPolicy, allowedMethodKinds: [] })).toEqual({
    ok: false,
    wrong: ['scope'],
  })
  const nobody = { ...defaultPasswordResetPolicy, allowedMethodKinds: [] }
  expect(rescoped({ enabledFor: 'none' }, nobody)).toMatchObject({ ok: true })
})
