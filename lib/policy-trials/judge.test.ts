import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MethodKind } from '@/lib/authentication-methods/model'
import { defaultMethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { applications, registerSecurityInformation } from '@/lib/conditional-access/model'
import type { RegisteredMethod } from '@/lib/registered-methods/model'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { aSubject, notAsked, resetForEverybody } from '@/tests/support/builders'
import { addresses, bodies, groups, type PolicyName, people, setOf } from '@/tests/support/decision-table'
import { judge, type TrialSets } from './judge'
import { type PersonVerdict, trialOutcomes } from './model'
import { firstProof, type PastRequests, placesOf, targetsOf } from './requests'

const at = new Date('2026-06-01T09:00:00Z')
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)'
const iPhone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)'

function facts(kinds: readonly MethodKind[] = [], given: Partial<PersonFacts> = {}): PersonFacts {
  const pass = {
    startsAt: new Date(0),
    expiresAt: new Date('2027-01-01'),
    isUsableOnce: true,
    usedAt: null,
    wrongTries: 0,
  }
  const methods = kinds.map((kind, place) => ({
    ...{ id: String(place), kind, disabledAt: null },
    detail: kind === 'temporaryAccessPass' ? { kind, ...pass } : { kind },
  })) as unknown as RegisteredMethod[]
  const { temporaryAccessPass } = defaultMethodsPolicy.methods
  return {
    subject: aSubject({ groupIds: [groups.staff] }),
    methods,
    methodsPolicy: {
      ...defaultMethodsPolicy,
      methods: { ...defaultMethodsPolicy.methods, temporaryAccessPass: { ...temporaryAccessPass, state: 'enabled' } },
    },
    passwordResetPolicy: resetForEverybody,
    policySet: setOf([]),
    ...{ mustReregisterSince: null, defaultMethodId: null, defaultMethodMode: null, businessPhone: null, mail: null },
    ...{
      securityInfoConfirmedAt: null,
      registration: notAsked,
      temporaryPasswordEndsAt: null,
      hasPassword: true,
      passwordHome: 'local',
    },
    ...{ passwordRenewedAt: null, terms: [] },
    ...given,
  }
}

function past(address: string | null, given: Partial<PastRequests> = {}): PastRequests {
  return {
    address,
    userAgent: windows,
    target: applications.securityInfo,
    mode: 'password',
    count: 1,
    lastAt: 1,
    ...given,
  }
}

/** The policy tried beside others that are in force. */
function sets(tried: PolicyName, inForce: readonly PolicyName[] = []): TrialSets {
  const after = setOf([...inForce, tried])
  const candidate = after.policies.find(({ id }) => id === tried)
  if (!candidate) throw new Error(`${tried} is off`)
  return { before: setOf(inForce), after, candidate }
}

describe('what would become of somebody', () => {
  const app: MethodKind[] = ['softwareOath']
  it.each<[string, TrialSets, PersonFacts, readonly PastRequests[], Partial<PersonVerdict> | null]>([
    ['inside passes', sets('P1'), facts(), [past(addresses.in)], { outcome: 'passes', reason: 'otherPlace' }],
    [
      'outside without a method is blocked, newly',
      ...([sets('P1'), facts(), [past(addresses.off)]] as const),
      { outcome: 'blocked', outcomeNow: 'passes', isNewlyBlocked: true, reason: 'noMethodOffSite', basis: 'signIns' },
    ],
    [
      'sometimes outside: the gravest counts, and how many places it is',
      ...([sets('P1'), facts(), [past(addresses.in, { lastAt: 9 }), past(addresses.off)]] as const),
      { outcome: 'blocked', reason: 'noMethodSomePlaces', places: 2, placesBlocked: 1, address: addresses.off },
    ],
    [
      'nobody knows where: as from an unknown place',
      ...([sets('P1'), facts(), []] as const),
      { outcome: 'blocked', reason: 'noMethodUnknownPlace', basis: 'unknownPlace', address: null, pastRequests: 0 },
    ],
    [
      'a pass opens the wizard from anywhere',
      ...([sets('P1'), facts(['temporaryAccessPass']), [past(addresses.off)]] as const),
      { outcome: 'passes', reason: 'met' },
    ],
    [
      'an app is asked for, and was already by the rule of freshness',
      ...([sets('P1'), facts(app), [past(addresses.off)]] as const),
      { outcome: 'mfa', outcomeNow: 'mfa', reason: 'asked', isNewlyBlocked: false },
    ],
    ['inside an app is asked for anyway', sets('P1'), facts(app), [past(addresses.in)], { reason: 'askedAnyway' }],
    ['others are not concerned', sets('P1'), facts([], { subject: people.gst.subject }), [past(addresses.off)], null],
    [
      'everything: must register',
      sets('P4'),
      facts(),
      [past(addresses.off)],
      { outcome: 'registers', reason: 'asked' },
    ],
    [
      'everything: must prove more',
      sets('P4'),
      facts(app),
      [],
      { outcome: 'mfa', outcomeNow: 'passes', reason: 'asked' },
    ],
    [
      'must register and may not from there: the other policy stops it, this one is why',
      ...([sets('P4', ['P1']), facts(), [past(addresses.off)]] as const),
      { outcome: 'blocked', outcomeNow: 'passes', isNewlyBlocked: true, reason: 'noMethod' },
    ],
    ['a device that nobody vouches for', sets('P5'), facts(app), [], { outcome: 'blocked', reason: 'device' }],
    ['a country, known', sets('P6'), facts(), [past(addresses.off)], { outcome: 'blocked', reason: 'placeAlways' }],
    [
      'a country, sometimes',
      ...([sets('P6'), facts(), [past(addresses.off), past(addresses.de)]] as const),
      { reason: 'placeSometimes', pastRequests: 2, pastBlocked: 1 },
    ],
    ['a country, unknown', sets('P6'), facts(), [], { outcome: 'blocked', reason: 'placeUnknown' }],
    [
      'a platform',
      sets('P12'),
      facts(),
      [past(addresses.in, { userAgent: iPhone })],
      { reason: 'platform', platform: 'iOS' },
    ],
    ['another platform', sets('P12'), facts(), [past(addresses.in)], { outcome: 'passes', reason: 'otherPlatform' }],
    ['an exclusion wins', sets('P18'), facts([], { subject: people.ana.subject }), [], null],
    [
      'the methods at hand are too weak',
      ...([sets('P22'), facts(app), []] as const),
      { outcome: 'blocked', reason: 'otherMethodNeeded' },
    ],
    [
      'blocked by another policy already, and not newly',
      ...([sets('P10', ['P12']), facts(app), [past(addresses.off, { userAgent: iPhone })]] as const),
      { outcome: 'blocked', outcomeNow: 'blocked', isNewlyBlocked: false, reason: 'otherPolicy' },
    ],
    ['another kind of client', sets('P13'), facts(), [], { outcome: 'passes', reason: 'notAbout' }],
  ])('%s', (_, trial, person, requests, expected) => {
    const verdict = judge(trial, person, requests, at)
    if (expected === null) expect(verdict).toBeNull()
    else expect(verdict).toMatchObject(expected)
  })

  it('past registrations and sign-ins count for what the policy is about', () => {
    const lines = [
      past(addresses.off, { target: registerSecurityInformation, mode: null, count: 2 }),
      past(addresses.off, { count: 7 }),
      past(addresses.in, { target: registerSecurityInformation, count: 1 }),
    ]
    expect(judge(sets('P1'), facts(), lines, at)).toMatchObject({ pastRequests: 3, pastBlocked: 2 })
    expect(judge(sets('P4'), facts(), lines, at)).toMatchObject({ pastRequests: 7, pastBlocked: 0 })
  })

  it('per-user MFA asks already, with or without the policy', () => {
    const person = facts(app, { registration: { ...notAsked, perUserMfaState: 'enforced' } })
    expect(judge(sets('P4'), person, [], at)).toMatchObject({ outcome: 'mfa', outcomeNow: 'mfa' })
  })

  it('only disabled methods stop the wizard, whatever the policy says', () => {
    const person = facts(app)
    const disabled = { ...person, methods: person.methods.map((method) => ({ ...method, disabledAt: at })) }
    expect(judge(sets('P1'), disabled, [past(addresses.in)], at)).toMatchObject({
      ...{ outcome: 'blocked', outcomeNow: 'blocked', reason: 'methodsDisabled' },
    })
  })

  it('law: one more place makes nothing better, and a policy in force already changes nothing', () => {
    const names = fc.constantFrom(...(Object.keys(bodies) as PolicyName[]).filter((name) => name !== 'P11'))
    const lines = fc.array(
      fc
        .tuple(fc.constantFrom(...Object.values(addresses), null), fc.constantFrom(windows, iPhone, null), fc.nat(9))
        .map(([address, userAgent, lastAt]) => past(address, { userAgent, lastAt })),
      { minLength: 1, maxLength: 5 },
    )
    const kinds = fc.subarray<MethodKind>(['softwareOath', 'temporaryAccessPass', 'email'])
    fc.assert(
      fc.property(names, lines, kinds, (name, requests, have) => {
        const trial = sets(name)
        const person = facts(have)
        const all = judge(trial, person, requests, at)
        const fewer = judge(trial, person, requests.slice(1), at)
        const rank = (verdict: PersonVerdict | null) => (verdict ? trialOutcomes.indexOf(verdict.outcome) : 9)
        if (requests.length > 1) expect(rank(all)).toBeLessThanOrEqual(rank(fewer))
        const same = judge({ ...trial, before: trial.after }, person, requests, at)
        expect(same?.isNewlyBlocked ?? false).toBe(false)
        expect(same?.outcomeNow).toBe(same?.outcome)
      }),
    )
  })
})

describe('which requests are asked about', () => {
  it('places are told apart by address and platform, the newest first', () => {
    const places = placesOf([
      past('198.18.0.5', { lastAt: 1, mode: 'fido2' }),
      past('198.18.0.5', { lastAt: 3, mode: null, target: registerSecurityInformation, userAgent: `${windows} new` }),
      past('198.18.0.5', { lastAt: 2, userAgent: iPhone }),
    ])
    expect(places.map(({ address, platform, mode }) => [address, platform, mode])).toEqual([
      ['198.18.0.5', 'windows', 'fido2'],
      ['198.18.0.5', 'iOS', 'password'],
    ])
    expect([...(places[0]?.requests ?? [])]).toEqual([
      [registerSecurityInformation, 1],
      [applications.securityInfo, 1],
    ])
  })

  it('no more places than the limit, and they are the newest', () => {
    const places = placesOf(Array.from({ length: 50 }, (_, index) => past(`198.18.1.${index}`, { lastAt: index })))
    expect(places).toHaveLength(20)
    expect(places.at(-1)?.address).toBe('198.18.1.30')
  })

  const condition = {
    ...{ includeApplications: [], excludeApplications: [], includeUserActions: [] },
    includeAuthenticationContextClassReferences: [],
  }
  const app = (id: string) => ({ kind: 'application', id })

  it('all resources: what there is, the admin area only for who may enter', () => {
    const all = { ...condition, includeApplications: ['All'] }
    expect(targetsOf(all, false)).toEqual([app(applications.securityInfo)])
    expect(targetsOf(all, true)).toEqual([app(applications.securityInfo), app(applications.administration)])
    const but = { ...all, excludeApplications: [applications.securityInfo] }
    expect(targetsOf(but, false)).toEqual([{ kind: 'userAction', action: registerSecurityInformation }])
    expect(targetsOf(null, false)).toEqual([app(applications.securityInfo)])
  })

  it('what is named, and nothing for whom the admin area is closed', () => {
    const named = { ...condition, includeApplications: [applications.administration] }
    expect(targetsOf(named, false)).toEqual([])
    expect(targetsOf(named, true)).toEqual([app(applications.administration)])
    const contexts = { ...condition, includeAuthenticationContextClassReferences: ['c1', 'c2'] }
    expect(targetsOf(contexts, false)).toHaveLength(2)
  })

  it.each([
    [['softwareOath'], 'password', 'password'],
    [['passkey'], 'password', 'password'],
    [['passkey'], 'fido2', 'fido2'],
    [['softwareOath'], 'fido2', 'password'],
    [['passkey', 'temporaryAccessPass'], 'fido2', 'temporaryAccessPassOneTime'],
    [[], 'temporaryAccessPassOneTime', 'password'],
  ] as const)('with %j, last opened with %s: %s', (kinds, mode, expected) => {
    expect(firstProof(facts(kinds), { mode }, at).mode).toBe(expected)
  })

  it('without a password a passkey is the only way in', () => {
    expect(firstProof(facts(['passkey'], { hasPassword: false }), { mode: null }, at)).toMatchObject({
      ...{ mode: 'fido2', userVerified: true },
    })
  })
})
