import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addresses,
  applicationX,
  bodies,
  type Name,
  now,
  type Place,
  type PolicyName,
  people,
  sessions,
  setOf,
} from '@/tests/support/decision-table'
import { clientApps, devicePlatforms, registerSecurityInformation } from './conditions-model'
import { evaluate } from './evaluate'
import { unmatchedReasons } from './match'
import { anotherApplication, readQuestion, type WhatIfFields, whatIfFieldsSchema } from './read-what-if'
import { contextOf, noteAboutPass, provenWays, type WhatIfQuestion, whatIf } from './what-if'

const registration = { kind: 'userAction', action: registerSecurityInformation } as const
const question: WhatIfQuestion = {
  target: registration,
  platform: 'windows',
  clientApp: 'browser',
  place: { address: addresses.off },
  risk: null,
  device: null,
  transferMethod: null,
  proven: 'password',
}
const person = (name: Name) => ({ ...people[name], registrableModes: ['fido2', 'softwareOath', 'sms'] as const })
const ask = (policies: readonly PolicyName[], name: Name, given: Partial<WhatIfQuestion> = {}) =>
  whatIf(setOf(policies), { ...question, ...given }, person(name), now)

describe('the decision table (`30` §13)', () => {
  it.each([
    [66, 'P1', 'ana', { place: null }, 'location', []],
    [67, 'P1', 'ana', {}, null, ['mfa']],
    [68, 'P1', 'ana', { target: { kind: 'application', id: applicationX } }, 'application', []],
    [69, 'P2', 'gst', {}, 'users', []],
  ] as const)('row %i: %s, %s', (_row, policy, name, given, reason, controls) => {
    const { applies, doesNotApply } = ask([policy], name, given)
    expect(doesNotApply.map((line) => line.reason)).toEqual(reason === null ? [] : [reason])
    expect(applies.flatMap((line) => line.controls.map(({ control }) => control.kind))).toEqual(controls)
  })

  const filled = (given: Partial<WhatIfFields>) =>
    readQuestion(
      whatIfFieldsSchema.parse({
        ...{ target: 'registration', platform: 'iOS', clientApp: 'browser', proven: 'password' },
        ...given,
      }),
    )

  it('row 70: a platform is demanded, and so is everything else that nobody can answer for the asker', () => {
    for (const field of ['platform', 'target', 'clientApp', 'proven'] as const)
      expect(filled({ [field]: '' })).toEqual({
        ok: false,
        failure: { kind: 'invalid', code: 'conditionalAccess.what_if_unset', field },
      })
    expect(filled({})).toMatchObject({ ok: true, value: { platform: 'iOS', place: null, risk: null, device: null } })
    expect(filled({ platform: 'other' })).toMatchObject({ ok: true, value: { platform: null } })
  })

  it.each([
    ['platform', 'beos'],
    ['target', 'everything'],
    ['address', '10.1'],
    ['address', 'fe80::1%eth0'],
    ['country', 'ZZ'],
    ['signInRisk', 'hidden'],
    ['insiderRisk', 'low'],
    ['trustType', 'ServerAd'],
    ['attributes', 'model'],
    ['attributes', 'colour = red'],
    ['transferMethod', 'none'],
  ] as const)('what means nothing is refused by its field: %s = %s', (field, value) => {
    expect(filled({ [field]: value })).toMatchObject({
      ok: false,
      failure: { code: 'conditionalAccess.what_if_unreadable', field },
    })
  })

  it('a context needs its name', () => {
    expect(filled({ target: 'context' })).toMatchObject({ failure: { field: 'context' } })
    expect(filled({ target: 'context', context: 'C7' })).toMatchObject({
      value: { target: { kind: 'authenticationContext', id: 'c7' } },
    })
    expect(filled({ target: 'context', context: 'c100' })).toMatchObject({ ok: false })
  })

  it('everything that is filled in arrives', () => {
    const read = filled({
      ...{ target: 'anotherApp', address: ' 2001:DB8::1 ', country: 'unknown', signInRisk: 'high' },
      ...{ compliant: 'no', trustType: 'ServerAD', appProtected: 'yes', attributes: 'Model = Surface = 3\n' },
      ...{ transferMethod: 'deviceCodeFlow', proven: 'passkey' },
    })
    expect(read).toEqual({
      ok: true,
      value: {
        target: { kind: 'application', id: anotherApplication },
        ...{ platform: 'iOS', clientApp: 'browser', place: { address: '2001:DB8::1', country: null } },
        risk: { signIn: 'high', user: 'none', insider: 'none' },
        device: { model: 'Surface = 3', isCompliant: false, trustType: 'ServerAD', isAppProtected: true },
        ...{ transferMethod: 'deviceCodeFlow', proven: 'passkey' },
      },
    })
  })
})

describe('What If', () => {
  it('tells report-only policies and never those that are off', () => {
    const { applies, doesNotApply, decision } = ask(['P10', 'P11', 'P24'], 'ana')
    expect(applies.map(({ policyId, result }) => [policyId, result])).toEqual([
      ['P10', 'reportOnlyInterrupted'],
      ['P24', 'reportOnlyFailure'],
    ])
    expect(doesNotApply).toEqual([])
    expect(decision.outcome).toEqual({ kind: 'allow' })
  })

  it('knows a country without an address, and an unknown one', () => {
    expect(ask(['P6'], 'ana', { place: { address: null, country: 'DE' } }).decision.outcome.kind).toBe('allow')
    expect(ask(['P6'], 'ana', { place: { address: null, country: null } }).decision.outcome.kind).toBe('block')
    expect(ask(['P6'], 'ana', { place: null }).doesNotApply.map(({ reason }) => reason)).toEqual(['location'])
  })

  it('takes a pass and a passkey for what they prove', () => {
    expect(ask(['P1'], 'ana', { proven: 'temporaryAccessPassOneTime' }).decision.outcome.kind).toBe('allow')
    expect(ask(['P22'], 'cia', { proven: 'passkey' }).decision.outcome.kind).toBe('allow')
    expect(ask(['P22'], 'ben', { proven: 'softwareOath' }).decision.outcome).toMatchObject({
      reason: 'otherMethodNeeded',
    })
  })

  it('says what opening the wizard asks, where a sign-in leads there', () => {
    const { decision } = ask(['P1', 'P4'], 'ana', { target: { kind: 'application', id: applicationX } })
    expect(decision).toMatchObject({
      outcome: { kind: 'block', reason: 'noMethod' },
      gate: { outcome: { kind: 'block' } },
    })
  })
})

describe('laws', () => {
  const policies = fc.uniqueArray(fc.constantFrom(...(Object.keys(bodies) as PolicyName[])), { maxLength: 6 })
  const names = fc.constantFrom(...(Object.keys(people) as Name[]))
  const questions: fc.Arbitrary<WhatIfQuestion> = fc.record({
    target: fc.constantFrom<WhatIfQuestion['target']>(registration, { kind: 'application', id: applicationX }),
    platform: fc.constantFrom(...devicePlatforms, null),
    clientApp: fc.constantFrom(...clientApps),
    place: fc.constantFrom<WhatIfQuestion['place']>(
      null,
      { address: null, country: 'DE' },
      { address: null, country: null },
      ...Object.values(addresses).map((address) => ({ address })),
    ),
    risk: fc.constantFrom(null, { signIn: 'high', user: 'none', insider: 'none' } as const),
    device: fc.constantFrom(null, { isCompliant: true }, { isCompliant: false, trustType: 'ServerAD' }),
    transferMethod: fc.constantFrom(null, 'deviceCodeFlow' as const),
    proven: fc.constantFrom(...provenWays),
  })

  it('What If and the decision agree', () => {
    fc.assert(
      fc.property(policies, names, questions, (chosen, name, asked) => {
        const set = setOf(chosen)
        const answer = whatIf(set, asked, person(name), now)
        // The same request, put together by hand as a sign-in brings it.
        expect(answer.decision).toEqual(evaluate(set, contextOf(asked, person(name), now)))
        expect(answer.applies.length + answer.doesNotApply.length).toBe(set.policies.length)
        for (const { reason } of answer.doesNotApply)
          expect(unmatchedReasons.some((known) => known === reason)).toBe(true)
      }),
    )
  })

  it('a real sign-in from the same place with the same proofs is decided alike', () => {
    const places = fc.constantFrom(...(Object.keys(addresses) as Place[]))
    fc.assert(
      fc.property(policies, names, places, fc.constantFrom('pw', 'tap', 'fido'), (chosen, name, at, session) => {
        const set = setOf(chosen)
        const way = { pw: 'password', tap: 'temporaryAccessPassOneTime', fido: 'passkey' } as const
        const real = evaluate(set, {
          ...{ now, ...person(name), target: registration, address: addresses[at], platform: 'windows' },
          ...{ clientApp: 'browser', device: null, risk: null, transferMethod: null, acceptedTerms: [] },
          ...{ hasChangedPassword: false, interruptMode: false, proofs: sessions[session], freshnessSeconds: 600 },
        })
        const asked = whatIf(
          set,
          { ...question, place: { address: addresses[at] }, proven: way[session] },
          person(name),
          now,
        )
        expect(asked.decision).toEqual(real)
      }),
    )
  })

  it('leaving the place open never makes a policy apply that looks at places', () => {
    fc.assert(
      fc.property(policies, names, questions, (chosen, name, asked) => {
        const { applies } = whatIf(setOf(chosen), { ...asked, place: null }, person(name), now)
        const looking = (id: string) => 'locations' in bodies[id as PolicyName]
        expect(applies.filter(({ policyId }) => looking(policyId))).toEqual([])
      }),
    )
  })
})

describe('what is said of passes', () => {
  const note = (name: Name, proven: WhatIfQuestion['proven']) => noteAboutPass(people[name].subject, { proven })

  it('external guests cannot be given one, whatever the question takes for proven', () => {
    for (const proven of provenWays) expect(note('gst', proven)).toBe('notForGuests')
  })

  it('for everybody else a pass counts while it lasts, and nothing is said where none is taken for granted', () => {
    for (const name of ['ana', 'loc', 'adm'] as const)
      for (const proven of provenWays)
        expect(note(name, proven)).toBe(proven.startsWith('temporaryAccessPass') ? 'untilItEnds' : null)
  })
})
