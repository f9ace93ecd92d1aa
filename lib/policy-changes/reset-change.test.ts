import { describe, expect, it } from 'vitest'
import { defaultPasswordResetPolicy, type PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { changedResetPolicy, differInScopeAlone, passwordResetChangeSchema, resetChangeOf } from './reset-change'

const before: PasswordResetPolicy = { ...defaultPasswordResetPolicy, enabledFor: 'all' }
const { securityQuestions, selfService } = before

describe('a change of the password reset policy', () => {
  it.each<[string, PasswordResetPolicy, unknown]>([
    ['nothing', before, {}],
    ['a member', { ...before, reconfirmDays: 180 }, { reconfirmDays: 180 }],
    [
      'a member of a part',
      { ...before, selfService: { ...selfService, helpdesk: 'help@harbor.example' } },
      { selfService: { helpdesk: 'help@harbor.example' } },
    ],
    [
      'an empty list',
      { ...before, enabledFor: 'none', allowedMethodKinds: [] },
      { enabledFor: 'none', allowedMethodKinds: [] },
    ],
    [
      'the questions, where they differ',
      { ...before, securityQuestions: { ...securityQuestions, customQuestions: ['Which pier?'] } },
      { securityQuestions: { customQuestions: ['Which pier?'] } },
    ],
  ])('names %s, and leads to the same policy', (_what, after, change) => {
    expect(resetChangeOf(before, after)).toEqual(change)
    expect(changedResetPolicy(before, passwordResetChangeSchema.parse(change))).toEqual(after)
  })

  it('is short enough to be come back to: the names of all questions are not in it', () => {
    const after = { ...before, enabledFor: 'none' as const, allowedMethodKinds: [], reconfirmDays: 180 }
    const change = resetChangeOf(before, { ...after, selfService: { ...selfService, isUnlockAllowed: true } })
    expect(Buffer.from(JSON.stringify(change)).toString('base64url').length).toBeLessThan(300)
  })

  it.each([
    [{ reconfirmDays: 9999 }],
    [{ unheardOf: true }],
    [{ selfService: { unheardOf: true } }],
    [{ enabledFor: 'selected', groupId: null }],
  ])('%j leads to no policy', (change) => {
    expect(changedResetPolicy(before, passwordResetChangeSchema.parse(change))).toBeNull()
  })
})

describe('whether two policies differ in their scope alone', () => {
  const groupId = '00000000-0000-7000-8000-000000000001'
  it.each<[string, PasswordResetPolicy]>([
    ['nothing differs', before],
    ['for nobody', { ...before, enabledFor: 'none' }],
    ['for a group', { ...before, enabledFor: 'selected', groupId }],
  ])('%s: yes', (_what, after) => {
    expect(differInScopeAlone(before, after)).toBe(true)
  })

  const others: readonly PasswordResetPolicy[] = [
    { ...before, numberOfMethodsRequired: before.numberOfMethodsRequired === 1 ? 2 : 1 },
    { ...before, allowedMethodKinds: [] },
    { ...before, isRegistrationRequired: !before.isRegistrationRequired },
    { ...before, reconfirmDays: 180 },
    { ...before, isAdministratorResetAllowed: !before.isAdministratorResetAllowed },
    { ...before, securityQuestions: { ...securityQuestions, customQuestions: ['Which pier?'] } },
    { ...before, selfService: { ...selfService, helpdesk: 'help@harbor.example' } },
  ]
  it('any other member: no, also beside the scope', () => {
    expect(Object.keys(before).sort()).toEqual(
      ['enabledFor', 'groupId', ...others.flatMap((after) => Object.keys(resetChangeOf(before, after)))].sort(),
    )
    for (const after of others)
      for (const enabledFor of ['all', 'none'] as const)
        expect(differInScopeAlone(before, { ...after, enabledFor })).toBe(false)
  })
})
