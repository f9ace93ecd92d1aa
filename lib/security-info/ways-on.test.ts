import { describe, expect, it } from 'vitest'
import type { MethodKind } from '@/lib/authentication-methods/model'
import { defaultMethodsPolicy, type MethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { messages } from '@/lib/i18n/messages/en/index'
import type { RegisteredMethod } from '@/lib/registered-methods/model'
import type { PersonFacts } from '@/lib/sign-in/facts'
import type { Session } from '@/lib/sign-in/model'
import { notAsked, resetForEverybody } from '@/tests/support/builders'
import {
  addresses,
  applicationX,
  bodies,
  type Name,
  now,
  type Place,
  type PolicyName,
  people,
  type Session as SessionName,
  sessions,
  setOf,
} from '@/tests/support/decision-table'
import { adviceFor, type Stopped, ways } from './ways-on'

const at = new Date(now)
const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'
const withoutPass: MethodsPolicy = {
  ...defaultMethodsPolicy,
  methods: {
    ...defaultMethodsPolicy.methods,
    temporaryAccessPass: { ...defaultMethodsPolicy.methods.temporaryAccessPass, state: 'disabled' },
  },
}
const passkey = {
  kind: 'passkey',
  credentialId: new Uint8Array(),
  publicKey: new Uint8Array(),
  algorithm: -7,
  signCount: 0n,
  aaguid: '00000000-0000-0000-0000-000000000000',
  backupEligible: true,
  backupState: true,
  transports: [],
  attestationFormat: 'none',
  isAttested: false,
} as const
const app = { kind: 'softwareOath', secretSealed: '', algorithm: 'SHA1', periodSeconds: 30, lastStep: 0n } as const

function method(detail: typeof passkey | typeof app): RegisteredMethod {
  return {
    ...{ id: detail.kind, kind: detail.kind, userId: 'u', name: null, createdAt: at, lastUsedAt: null },
    ...{ consecutiveFailures: 0, blockedUntil: null, disabledAt: null, detail },
  } as unknown as RegisteredMethod
}

function stopped(
  policies: readonly PolicyName[],
  name: Name,
  place: Place | null,
  session: SessionName,
  given: {
    readonly has?: readonly (typeof passkey | typeof app)[]
    readonly wanted?: Stopped['wanted']
    readonly methodsPolicy?: MethodsPolicy
    readonly userAgent?: string
  } = {},
): Stopped {
  const facts: PersonFacts = {
    subject: people[name].subject,
    methods: (given.has ?? []).map(method),
    methodsPolicy: given.methodsPolicy ?? defaultMethodsPolicy,
    passwordResetPolicy: resetForEverybody,
    policySet: setOf(policies),
    ...{ mustReregisterSince: null, defaultMethodId: null, defaultMethodMode: null, mail: null, businessPhone: null },
    ...{
      securityInfoConfirmedAt: null,
      registration: notAsked,
      temporaryPasswordEndsAt: null,
      hasPassword: true,
      passwordHome: 'local',
    },
    ...{ passwordRenewedAt: null, terms: [] },
  }
  const signingIn = { id: 's', userId: 'u', stage: 'firstFactor', proofs: sessions[session] } as unknown as Session
  return {
    facts,
    session: signingIn,
    origin: { clientAddress: place && addresses[place], userAgent: given.userAgent ?? windows },
    at,
    wanted: given.wanted ?? 'securityInfo',
  }
}

const appX = { kind: 'application', id: applicationX } as const
const iPhone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1'

describe('what somebody who is stopped can do', () => {
  it('1: without a method, off the network: a pass, or the network', () => {
    expect(adviceFor(stopped(['P1'], 'ana', 'off', 'pw'))?.ways).toEqual(['pass', 'network'])
  })

  it('2: where passes are off: the network alone', () => {
    const asked = stopped(['P1'], 'ana', 'off', 'pw', { methodsPolicy: withoutPass })
    expect(adviceFor(asked)?.ways).toEqual(['network'])
  })

  it('3: an unknown address: the same ways', () => {
    expect(adviceFor(stopped(['P1'], 'ana', null, 'pw'))?.ways).toEqual(['pass', 'network'])
  })

  it('4: inside the network, nobody is stopped', () => {
    expect(adviceFor(stopped(['P1'], 'ana', 'in', 'pw'))).toBeNull()
  })

  it('5: guests of elsewhere are not sent for a pass that nobody may give them', () => {
    expect(adviceFor(stopped(['P3'], 'gst', 'off', 'pw'))?.ways).toEqual(['network'])
  })

  it('6: a strength that a registered method has is asked for; where none has it, the administrator', () => {
    const asked = stopped(['P22'], 'ben', 'in', 'pw+push', { has: [app, passkey] })
    // With a passkey registered the decision asks for it and stops nobody.
    expect(adviceFor(asked)).toBeNull()
    const without = stopped(['P22'], 'ben', 'in', 'pw+push', { has: [app] })
    expect(adviceFor(without)).toEqual({ ways: ['administrator'], kinds: [] })
  })

  it('7: a policy about platforms: another kind of device', () => {
    const asked = stopped(['P12'], 'ana', 'in', 'pw', { userAgent: iPhone })
    expect(adviceFor(asked)).toEqual({ ways: ['platform', 'administrator'], kinds: [] })
  })

  it('8: a policy about countries: another place, and not the network, which would not help', () => {
    const asked = stopped(['P6'], 'ana', 'off', 'pw+push', { wanted: appX })
    expect(adviceFor(asked)?.ways).toEqual(['country', 'administrator'])
  })

  it('9: a device control: a device of the organisation', () => {
    expect(adviceFor(stopped(['P5'], 'ana', 'in', 'tap', { wanted: appX }))?.ways).toEqual(['device', 'administrator'])
  })

  it('10: a block for everybody everywhere leaves the administrator, and never nothing', () => {
    const asked = stopped(['P19', 'P21'], 'ana', 'unk', 'pw')
    for (const way of adviceFor(asked)?.ways ?? []) expect(ways).toContain(way)
    const all = stopped(['P5', 'P9'], 'ben', 'off', 'pw', { wanted: appX })
    expect(adviceFor(all)?.ways.at(-1)).toBe('administrator')
  })

  it('11: an application whose registration is closed: what opens that', () => {
    expect(adviceFor(stopped(['P1', 'P4'], 'ana', 'off', 'pw', { wanted: appX }))?.ways).toEqual(['pass', 'network'])
  })
})

describe('what is told', () => {
  it('names no policy, no person and no place: the words are ours, and only kinds of method are put into them', () => {
    const told = Object.entries(messages).filter(([key]) =>
      /^(signIn\.(stopped|blocked)\.|failure\.security_info\.|failure\.sign_in\.blocked)/.test(key),
    )
    expect(told.length).toBeGreaterThan(25)
    const allowed = new Set(['methods', 'kinds', 'max', 'count', 'wait', 'number', 'limit', 'name'])
    const values = told.flatMap(([key, text]) => [...text.matchAll(/\{(\w+)/g)].map((found) => `${key} ${found[1]}`))
    expect(values.filter((each) => !allowed.has(each.split(' ')[1] ?? ''))).toEqual([])
    expect(values.filter((each) => each.startsWith('signIn.'))).toEqual(['signIn.stopped.stronger.these methods'])
  })

  it('is a closed list of words whatever the policies are called', () => {
    const kinds = new Set<MethodKind>(['passkey', 'softwareOath'])
    for (const policy of Object.keys(bodies) as PolicyName[])
      for (const name of ['ana', 'ben', 'gst', 'adm'] as const)
        for (const wanted of ['securityInfo', appX] as const) {
          const advice = adviceFor(stopped([policy], name, 'off', 'pw', { wanted, has: [app] }))
          if (!advice) continue
          expect(advice.ways.length).toBeGreaterThan(0)
          expect(ways).toEqual(expect.arrayContaining([...advice.ways]))
          expect([...kinds]).toEqual(expect.arrayContaining([...advice.kinds]))
        }
  })
})
