import { describe, expect, it } from 'vitest'
import { authenticationMethodModes } from '@/lib/authentication-methods/model'
import {
  addresses,
  applicationX,
  bodies,
  countryOf,
  groups,
  locations,
  mfaTrustedRanges,
  type Name,
  now,
  type PolicyName,
  people,
  sessions,
  stored,
  strengths,
} from '@/tests/support/decision-table'
import { secondOpinion } from '@/tests/support/reference-evaluator'
import { compile } from './compile'
import { clientApps, devicePlatforms, registerDevice, registerSecurityInformation } from './conditions-model'
import { type Context, withoutSources } from './decision'
import { evaluate } from './evaluate'
import type { StoredPolicy } from './model'

/** 10 000 sets of policies with ten requests each, the same ones every time. */
const setCount = 10_000
const requestsEach = 10

/** Mulberry32: small, even enough, and the same everywhere. */
function dice(seed: number) {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const chance = (share: number) => next() < share
  const one = <Item>(items: readonly Item[]): Item => items[Math.floor(next() * items.length)] as Item
  const some = <Item>(items: readonly Item[], most: number): Item[] =>
    Array.from({ length: Math.floor(next() * (most + 1)) }, () => one(items)).filter(
      (each, at, all) => all.indexOf(each) === at,
    )
  return { next, chance, one, some }
}
type Dice = ReturnType<typeof dice>

const filters = new Map<string, (device: Readonly<Record<string, unknown>>) => boolean>([
  ['device.isCompliant -eq True', (device) => device.isCompliant === true],
  ['device.isCompliant -ne True', (device) => device.isCompliant !== true],
  [
    'device.model -startsWith "Surface"',
    (device) =>
      String(device.model ?? '')
        .toLowerCase()
        .startsWith('surface'),
  ],
  [
    'device.isCompliant -eq True -or -not device.trustType -eq "ServerAD"',
    (device) => device.isCompliant === true || device.trustType !== 'ServerAD',
  ],
])
const devices: readonly Context['device'][] = [
  null,
  {},
  { isCompliant: true },
  { isCompliant: false, model: 'Surface Pro', trustType: 'ServerAD' },
  { isCompliant: true, trustType: 'ServerAD', isAppProtected: true },
]
const locationIds = [...locations.map(({ id }) => id), '00000000-0000-0000-0000-000000000000']
const gone = '00000009-0000-4000-8000-000000000009'
const names = Object.keys(people) as Name[]
const guests = {
  guestOrExternalUserTypes: 'internalGuest,b2bCollaborationGuest',
  externalTenants: { membershipKind: 'all' },
}
const strengthIds = [
  ...Object.values(strengths).map(({ id }) => id),
  '00000000-0000-0000-0000-000000000002',
  '00000000-0000-0000-0000-000000000003',
  '00000000-0000-0000-0000-000000000004',
]

function users({ chance, one, some }: Dice) {
  const ids = names.map((name) => people[name].subject.id)
  const roles = ['62e90394-69f5-4237-9190-012177145e10']
  const side = (which: 'include' | 'exclude', share: number) => ({
    [`${which}Users`]: [...(which === 'include' && chance(0.6) ? ['All'] : []), ...(chance(share) ? some(ids, 2) : [])],
    [`${which}Groups`]: chance(share) ? some(Object.values(groups), 2) : [],
    [`${which}Roles`]: chance(share / 2) ? roles : [],
    [`${which}GuestsOrExternalUsers`]: chance(share / 3) ? guests : null,
  })
  return {
    ...side('include', 0.4),
    ...side('exclude', 0.2),
    ...(chance(0.05) ? { excludeUsers: ['GuestsOrExternalUsers', one(ids)] } : {}),
  }
}

function target({ one, chance }: Dice) {
  return one([
    { includeUserActions: [registerSecurityInformation] },
    { includeUserActions: [registerSecurityInformation] },
    { includeApplications: ['All'], excludeApplications: chance(0.2) ? [applicationX] : [] },
    { includeApplications: ['All'] },
    { includeApplications: [applicationX] },
    { includeUserActions: [registerDevice] },
    { includeAuthenticationContextClassReferences: ['c1'] },
  ])
}

function grant({ one, chance, some }: Dice) {
  const operator = one(['AND', 'OR'])
  if (chance(0.15)) return { operator, builtInControls: ['block'] }
  const controls = some(['compliantDevice', 'domainJoinedDevice', 'compliantApplication', 'passwordChange'], 1)
  const termsOfUse = chance(0.05) ? [applicationX] : []
  if (chance(0.4)) {
    const id = chance(0.03) ? gone : one(strengthIds)
    return { operator, builtInControls: chance(0.3) ? controls : [], authenticationStrength: { id }, termsOfUse }
  }
  return { operator, builtInControls: ['mfa', ...(chance(0.3) ? controls : [])], termsOfUse }
}

function policy(random: Dice, number: number): StoredPolicy {
  const { chance, one, some } = random
  if (chance(0.15)) return { ...stored(one(Object.keys(bodies) as PolicyName[])), id: `table ${number}` }
  const places = (most: number) => [
    ...some(['All', 'AllTrusted'], 1),
    ...some(locationIds, most),
    ...(chance(0.02) ? [gone] : []),
  ]
  const include = places(2)
  const everyTime = { frequencyInterval: 'everyTime' }
  const hourly = { frequencyInterval: 'timeBased', type: 'hours', value: one([1, 2]) }
  const signInFrequency = {
    ...{ isEnabled: true, ...one([everyTime, hourly]) },
    authenticationType: one(['primaryAndSecondaryAuthentication', 'secondaryAuthentication']),
  }
  return {
    id: `random ${number}`,
    displayName: `Random ${number}`,
    version: 1,
    state: one(['enabled', 'enabled', 'enabled', 'enabledForReportingButNotEnforced', 'disabled']),
    document: {
      conditions: {
        users: users(random),
        applications: target(random),
        locations:
          chance(0.5) && include.length > 0 ? { includeLocations: include, excludeLocations: places(1) } : null,
        platforms: chance(0.15)
          ? { includePlatforms: [one([...devicePlatforms, 'all', 'all'])], excludePlatforms: some(devicePlatforms, 2) }
          : null,
        clientAppTypes: chance(0.15) ? [one([...clientApps, 'easSupported'])] : ['all'],
        signInRiskLevels: chance(0.1) ? some(['none', 'low', 'high'], 2) : [],
        userRiskLevels: chance(0.1) ? some(['none', 'medium'], 2) : [],
        insiderRiskLevels: chance(0.05) ? 'minor,elevated' : null,
        devices: chance(0.15)
          ? { deviceFilter: { mode: one(['include', 'exclude']), rule: one([...filters.keys()]) } }
          : null,
        authenticationFlows: chance(0.05)
          ? { transferMethods: one(['deviceCodeFlow', 'authenticationTransfer']) }
          : null,
      },
      grantControls: grant(random),
      sessionControls: chance(0.15) ? { signInFrequency } : null,
    },
  }
}

function request({ one, chance, some, next }: Dice): Context {
  const { subject, usableModes } = people[one(names)]
  const likely = ['fido2', 'softwareOath', 'sms', 'microsoftAuthenticatorPush', 'email'] as const
  const proof = () => ({
    mode: one([...authenticationMethodModes, ...likely, 'password', 'password'] as const),
    methodId: null,
    at: now - Math.floor(one([1, 9, 15, 70, 200]) * next() * 60_000) + (chance(0.02) ? 90_000 : 0),
    userVerified: chance(0.8),
    registered: chance(0.15),
  })
  return {
    now,
    subject: chance(0.1) && subject.userType === 'guest' ? { ...subject, guestType: null } : subject,
    target: one<Context['target']>([
      { kind: 'userAction', action: registerSecurityInformation },
      { kind: 'userAction', action: registerSecurityInformation },
      { kind: 'application', id: applicationX },
      { kind: 'application', id: applicationX },
      { kind: 'userAction', action: registerDevice },
      { kind: 'authenticationContext', id: 'c1' },
    ]),
    address: one([...Object.values(addresses), null, 'unknown', '10.0.0.1']),
    ...withoutSources,
    platform: one([...devicePlatforms, null]),
    clientApp: one(clientApps),
    device: one(devices),
    risk: chance(0.5)
      ? null
      : { signIn: one(['none', 'low', 'high']), user: one(['none', 'medium']), insider: one(['none', 'minor']) },
    transferMethod: one([null, null, 'deviceCodeFlow']),
    acceptedTerms: chance(0.5) ? [applicationX] : [],
    ...(chance(0.3) ? {} : { offeredTerms: chance(0.3) ? [applicationX] : [] }),
    hasChangedPassword: chance(0.5),
    ...(chance(0.5) ? {} : { canChangePassword: chance(0.7) }),
    interruptMode: chance(0.5),
    proofs: chance(0.5) ? one(Object.values(sessions)) : Array.from({ length: Math.floor(next() * 4) }, proof),
    usableModes: chance(0.5) ? usableModes : some(likely, 3),
    registrableModes: some(likely, 3),
    freshnessSeconds: one([300, 600, 720]),
    graceSeconds: one([0, 120]),
  }
}

describe('a second opinion, written from the specification alone', () => {
  it(`agrees on ${setCount * requestsEach} sets of policies and requests`, { timeout: 120_000 }, () => {
    const random = dice(20_261_125)
    const world = { locations, strengths: Object.values(strengths), mfaTrustedRanges, countryOf, filters }
    const seen = new Map<string, number>()
    for (let number = 0; number < setCount; number++) {
      const policies = Array.from({ length: 1 + Math.floor(random.next() * 5) }, (_, index) => policy(random, index))
      const set = compile(policies, locations, world.strengths, mfaTrustedRanges, countryOf)
      for (let asked = 0; asked < requestsEach; asked++) {
        const context = request(random)
        const { outcome, trace } = evaluate(set, context)
        const words =
          outcome.kind === 'block'
            ? `block ${outcome.error} ${outcome.reason}`
            : outcome.kind === 'challenge'
              ? `challenge ${outcome.reason}`
              : outcome.kind
        const lines = trace.map(({ result, reason }) => (reason ? `${result}/${reason}` : result))
        const opinion = secondOpinion({ ...world, policies }, context)
        if (words !== opinion.outcome || lines.join() !== opinion.trace.join())
          expect({ outcome: words, trace: lines, policies, context }).toEqual({ ...opinion, policies, context })
        for (const word of [words, ...lines]) seen.set(word, (seen.get(word) ?? 0) + 1)
      }
    }
    // The dice reach every answer there is, or agreeing would mean little.
    const rare = [...seen].filter(([, count]) => count < 20).map(([word]) => word)
    expect(rare).toEqual([])
    expect(
      [...seen.keys()]
        .filter((word) => /^(allow|register|challenge|block|acceptTerms|changePassword)/.test(word))
        .sort(),
    ).toMatchInlineSnapshot(`
      [
        "acceptTerms",
        "allow",
        "block 53000 deviceRequired",
        "block 53001 deviceRequired",
        "block 53003 blockControl",
        "block 53003 evaluationError",
        "block 53003 noMethod",
        "block 53003 notOfferedHere",
        "block 53003 notRegistrable",
        "block 53003 otherMethodNeeded",
        "block 53004 noMethod",
        "block 53009 deviceRequired",
        "challenge freshness",
        "challenge policy",
        "changePassword",
        "register",
      ]
    `)
  })
})
