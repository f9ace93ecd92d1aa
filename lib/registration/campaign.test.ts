/** `20` §7: each setting, each condition, and the counting of snoozes. */
import { describe, expect, test } from 'vitest'
import { defaultMethodsPolicy, type MethodsPolicy } from '@/lib/authentication-methods/policy-model'
import {
  campaignAsItHolds,
  defaultRegistrationCampaign,
  everybodyInScope,
  isInScope,
  type RegistrationCampaign,
  registrationCampaignSchema,
} from '@/lib/authentication-methods/registration-policy'
import { type CampaignFacts, campaignFor } from './campaign'
import { needSchema } from './model'

const sales = '00000000-0000-4000-8000-000000000001'
const staff = '00000000-0000-4000-8000-000000000002'
const person = { id: '00000000-0000-4000-8000-00000000000a', groupIds: new Set([sales, staff]) }
const group = (id: string) => ({ targetType: 'group' as const, id })
const user = (id: string) => ({ targetType: 'user' as const, id })

const running: RegistrationCampaign = { ...defaultRegistrationCampaign, state: 'enabled' }
const { state: _, ...settings } = running
/** Everything holds: asked for the first time. */
const eligible: CampaignFacts = {
  campaign: settings,
  isInScope: true,
  isAllowed: true,
  hasMethod: false,
  hasProvenMfa: true,
  hasRegisteredHere: false,
  wasInterrupted: false,
  isAskedHere: false,
  isGateOpen: true,
  snoozes: 0,
  daysSinceSnooze: null,
}
const ask = (given: Partial<CampaignFacts>, campaign: Partial<typeof settings> = {}) =>
  campaignFor({ ...eligible, campaign: { ...settings, ...campaign }, ...given })

describe('eligibility', () => {
  test.each([
    ['all hold', {}, null],
    ['no campaign runs', { campaign: null }, 'off'],
    ['not included, or excluded', { isInScope: false }, 'notInScope'],
    ['the method is registered', { hasMethod: true }, 'alreadyRegistered'],
    ['registered, and no more may be', { hasMethod: true, isAllowed: false }, 'alreadyRegistered'],
    ['policy does not let them register it', { isAllowed: false }, 'notAllowed'],
    ['no MFA in this session', { hasProvenMfa: false }, 'noMfa'],
    ['something was registered in this session', { hasRegisteredHere: true }, 'registeredHere'],
    ['another registration interrupted this session', { wasInterrupted: true }, 'interrupted'],
    ['Conditional Access lets nobody register here', { isGateOpen: false }, 'gateClosed'],
    ['put off half a day ago', { snoozes: 1, daysSinceSnooze: 0.5 }, 'snoozed'],
    ['put off a day ago to the instant', { snoozes: 1, daysSinceSnooze: 1 }, null],
    [
      'the same session, which this campaign has interrupted',
      { wasInterrupted: true, isAskedHere: true, daysSinceSnooze: 0 },
      null,
    ],
    [
      'the same session, and the method is there now',
      { wasInterrupted: true, isAskedHere: true, hasMethod: true },
      'alreadyRegistered',
    ],
  ] as const)('%s', (_, given, because) => {
    const answer = ask(given as Partial<CampaignFacts>)
    expect(answer.asks ? null : answer.because).toBe(because)
  })

  test('what is asked for is one step of one method', () => {
    for (const method of ['passkey', 'softwareOath'] as const) {
      const answer = ask({}, { method })
      if (!answer.asks) throw new Error(answer.because)
      expect(answer.need.campaign).toEqual({ method, snoozeDays: 1, because: ['registrationCampaign'] })
      expect(answer.need).toMatchObject({ mfa: null, passwordReset: null, strengths: [], review: null })
      expect(needSchema.parse(JSON.parse(JSON.stringify(answer.need)))).toEqual(answer.need)
    }
  })
})

describe('snoozes', () => {
  test.each([
    // limited, snoozes before: rule, left
    [true, 0, 'snooze', 3],
    [true, 1, 'snooze', 2],
    [true, 2, 'snooze', 1],
    [true, 3, 'never', null],
    [true, 40, 'never', null],
    [false, 0, 'snooze', null],
    [false, 40, 'snooze', null],
  ] as const)('limited %s, put off %i times: %s, %s left', (isLimited, snoozes, skip, skipsLeft) => {
    const answer = ask({ snoozes, daysSinceSnooze: 30 }, { enforceRegistrationAfterAllowedSnoozes: isLimited })
    expect(answer.asks && { skip: answer.need.skip, skipsLeft: answer.need.skipsLeft }).toEqual({ skip, skipsLeft })
  })

  test.each([
    // interval, days since: asks
    [0, 0, true],
    [1, 0.999, false],
    [1, 1, true],
    [14, 13.999, false],
    [14, 14, true],
  ] as const)('an interval of %i days, %f days later: %s', (snoozeDurationInDays, daysSinceSnooze, asks) => {
    expect(ask({ snoozes: 1, daysSinceSnooze }, { snoozeDurationInDays }).asks).toBe(asks)
  })
})

describe('settings', () => {
  test.each([
    ['0 days', { snoozeDurationInDays: 0 }, true],
    ['14 days', { snoozeDurationInDays: 14 }, true],
    ['15 days', { snoozeDurationInDays: 15 }, false],
    ['a fraction of a day', { snoozeDurationInDays: 1.5 }, false],
    ['a person and a group', { includeTargets: [user(person.id), group(sales)] }, true],
    ['everybody left out', { excludeTargets: [group('all_users')] }, false],
    ['a text message as the method', { method: 'mobilePhone' }, false],
    ['two methods', { method: ['passkey', 'softwareOath'] }, false],
    ['a state of its own', { state: 'on' }, false],
    ['something unknown', { snoozesMax: 5 }, false],
  ] as const)('%s', (_, given, fits) => {
    expect(registrationCampaignSchema.safeParse({ ...running, ...given }).success).toBe(fits)
  })

  test('off until somebody decides; then a day between prompts, and three snoozes, for everybody', () => {
    expect(defaultRegistrationCampaign).toMatchObject({
      state: 'disabled',
      snoozeDurationInDays: 1,
      enforceRegistrationAfterAllowedSnoozes: true,
      ...everybodyInScope,
    })
    expect(campaignAsItHolds(defaultRegistrationCampaign, defaultMethodsPolicy)).toBeNull()
  })

  test.each([
    // include, exclude: meant
    [[group('all_users')], [], true],
    [[], [], false],
    [[user(person.id)], [], true],
    [[user(sales)], [], false],
    [[group(sales)], [], true],
    [[group(person.id)], [], false],
    [[group('all_users')], [group(staff)], false],
    [[user(person.id)], [user(person.id)], false],
    [[group(sales)], [group('00000000-0000-4000-8000-000000000003')], true],
  ])('include %j, exclude %j: %s', (includeTargets, excludeTargets, meant) => {
    expect(isInScope({ includeTargets, excludeTargets } as never, person)).toBe(meant)
  })
})

describe('managed', () => {
  const managed: RegistrationCampaign = {
    ...running,
    state: 'default',
    method: 'softwareOath',
    snoozeDurationInDays: 9,
    includeTargets: [group(sales)],
    excludeTargets: [group(staff)],
  }
  const { passkey } = defaultMethodsPolicy.methods
  const profile = passkey.passkeyProfiles[0]
  if (!profile) throw new Error('there is a default profile')
  const withPasskeys = (change: Partial<typeof passkey>): MethodsPolicy => ({
    ...defaultMethodsPolicy,
    methods: { ...defaultMethodsPolicy.methods, passkey: { ...passkey, ...change } },
  })
  const models = { isEnforced: true, enforcementType: 'block' as const, aaGuids: [] }

  test.each([
    ['the default profile takes every passkey', defaultMethodsPolicy, 'passkey'],
    [
      'no synced ones',
      withPasskeys({ passkeyProfiles: [{ ...profile, passkeyTypes: ['deviceBound'] }] }),
      'softwareOath',
    ],
    ['a list of models', withPasskeys({ passkeyProfiles: [{ ...profile, keyRestrictions: models }] }), 'softwareOath'],
    ['passkeys are off', withPasskeys({ state: 'disabled' }), 'softwareOath'],
  ] as const)('asks for the method that fits: %s', (_, policy, method) => {
    expect(campaignAsItHolds(managed, policy)?.method).toBe(method)
  })

  test('asks everybody but those left out, daily, as often as it is put off', () => {
    expect(campaignAsItHolds(managed, defaultMethodsPolicy)).toEqual({
      method: 'passkey',
      snoozeDurationInDays: 1,
      enforceRegistrationAfterAllowedSnoozes: false,
      includeTargets: [group('all_users')],
      excludeTargets: [group(staff)],
    })
  })
})
