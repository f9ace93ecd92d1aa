import { describe, expect, it } from 'vitest'
import { evaluate } from '@/lib/conditional-access/evaluate'
import { clientAddress } from '@/lib/platform/client-address'
import {
  aContext,
  addresses,
  applicationX,
  bodies,
  countryOf,
  hq,
  locations,
  mfaTrustedRanges,
  type Name,
  type Place,
  type PolicyName,
  people,
  proof,
  type Session,
  sent,
  sessions,
  setOf,
  stored,
} from '@/tests/support/decision-table'
import { policyBody } from './body'
import { compile } from './compile'
import { type RiskLevel, registerDevice, registerSecurityInformation } from './conditions-model'
import type { Context, Decision } from './decision'
import { readRange } from './network'
import { readPolicy } from './read-policy'

/** The decision table of `30` §13, row for row; words are the table's. */
type Row = {
  readonly row: number
  readonly policies: readonly PolicyName[]
  readonly who: Name
  readonly target: 'RSI' | 'app X' | 'registerdevice'
  readonly at: Place
  readonly session: Session
  /** What the row says beside person, target, address and session. */
  readonly more?: Partial<Context>
  readonly expected: string
  /** Results of single policies, as `result` or `result/reason`. */
  readonly trace?: Partial<Record<PolicyName, string>>
}

const row = (
  row: number,
  policies: string,
  who: Name,
  target: Row['target'],
  at: Place,
  session: Session,
  expected: string,
  trace: Row['trace'] = {},
  more: Row['more'] = {},
): Row => ({ row, policies: policies.split('+') as PolicyName[], who, target, at, session, expected, trace, more })

const cmp = { device: { isCompliant: true } }
const notCmp = { device: { isCompliant: false } }
const interrupt = { interruptMode: true }
const risk = (signIn: RiskLevel) => ({ risk: { signIn, user: 'none', insider: 'none' } }) as const

const rows: readonly Row[] = [
  row(1, 'P1', 'ana', 'RSI', 'in', 'pw', 'ALLOW', { P1: 'notApplied/location' }),
  row(2, 'P1', 'ana', 'RSI', 'off', 'pw', 'BLOCK 53003 noMethod'),
  row(3, 'P1', 'ana', 'RSI', 'off', 'tap', 'ALLOW', { P1: 'success' }),
  row(4, 'P1', 'ben', 'RSI', 'off', 'pw', 'MFA policy'),
  row(5, 'P1', 'ben', 'RSI', 'off', 'pw+push', 'ALLOW', { P1: 'success' }),
  row(6, 'P1', 'cia', 'RSI', 'off', 'fido', 'ALLOW', { P1: 'success' }),
  row(7, 'P1', 'eve', 'RSI', 'off', 'pw', 'MFA freshness', { P1: 'notApplied/users' }),
  row(7, 'P1', 'eve', 'RSI', 'off', 'pw+push', 'ALLOW', { P1: 'notApplied/users' }),
  row(8, 'P1', 'ana', 'RSI', 'tip', 'pw', 'ALLOW', { P1: 'notApplied/location' }),
  row(9, 'P1', 'ana', 'RSI', 'v6in', 'pw', 'ALLOW', { P1: 'notApplied/location' }),
  row(10, 'P1', 'ana', 'RSI', 'part', 'pw', 'BLOCK 53003 noMethod'),
  row(11, 'P1', 'ana', 'app X', 'off', 'pw', 'ALLOW', { P1: 'notApplied/application' }),
  row(12, 'P1+P4', 'ana', 'app X', 'off', 'pw', 'BLOCK 53003 noMethod', { P4: 'failure' }),
  row(13, 'P1+P4', 'ana', 'app X', 'in', 'pw', 'REG'),
  row(14, 'P1+P4', 'ana', 'app X', 'off', 'tap', 'ALLOW', { P4: 'success' }),
  row(14, 'P1+P4', 'ana', 'RSI', 'off', 'tap', 'ALLOW'),
  row(15, 'P2', 'gst', 'RSI', 'off', 'pw', 'ALLOW', { P2: 'notApplied/users' }),
  row(16, 'P2+P3', 'gst', 'RSI', 'off', 'pw', 'BLOCK 53003 blockControl'),
  row(17, 'P2+P3', 'gst', 'RSI', 'in', 'pw', 'ALLOW', { P3: 'notApplied/location' }),
  row(18, 'P2', 'bg', 'RSI', 'off', 'pw', 'MFA freshness', { P2: 'notApplied/users' }),
  row(18, 'P2', 'bg', 'RSI', 'off', 'fido', 'ALLOW'),
  row(19, 'P2', 'ana', 'RSI', 'off', 'tap', 'ALLOW', { P2: 'success' }),
  row(20, 'P3', 'loc', 'RSI', 'off', 'tap', 'BLOCK 53003 blockControl'),
  row(21, 'P1+P3', 'ana', 'RSI', 'off', 'tap', 'ALLOW', { P3: 'notApplied/users' }),
  row(22, 'P4', 'ana', 'RSI', 'off', 'pw', 'REG'),
  row(23, 'P4+P1', 'ben', 'RSI', 'off', 'pw', 'MFA policy'),
  row(23, 'P4+P1', 'ben', 'RSI', 'off', 'pw+push', 'ALLOW', { P4: 'success', P1: 'success' }),
  row(24, 'P5', 'ana', 'RSI', 'off', 'pw', 'BLOCK 53000 deviceRequired', { P5: 'failure' }, notCmp),
  row(25, 'P5', 'ana', 'RSI', 'off', 'pw', 'ALLOW', { P5: 'success' }, cmp),
  row(26, 'P6', 'ana', 'RSI', 'off', 'tap', 'BLOCK 53003 blockControl'),
  row(27, 'P6', 'ana', 'RSI', 'de', 'pw', 'ALLOW', { P6: 'notApplied/location' }),
  row(28, 'P6', 'ana', 'RSI', 'unk', 'pw', 'BLOCK 53003 blockControl'),
  row(29, 'P6', 'bg', 'app X', 'off', 'pw', 'ALLOW', { P6: 'notApplied/users' }),
  row(30, 'P7', 'adm', 'app X', 'off', 'pw+push', 'REG'),
  row(31, 'P7', 'admWithPasskey', 'app X', 'off', 'pw+push', 'MFA policy'),
  row(31, 'P7', 'admWithPasskey', 'app X', 'off', 'fido', 'ALLOW'),
  row(32, 'P7+P16', 'adm', 'RSI', 'off', 'tap', 'ALLOW', {}, interrupt),
  row(33, 'P17+P16', 'ana', 'RSI', 'off', 'tap', 'ALLOW', {}, { ...interrupt, ...cmp }),
  row(34, 'P17+P16', 'ana', 'RSI', 'off', 'tap', 'BLOCK 53000 deviceRequired', {}, { ...interrupt, ...notCmp }),
  row(35, 'P17+P16', 'ana', 'app X', 'off', 'tap', 'REG', { P17: 'failure' }, cmp),
  row(36, 'P8', 'ben', 'app X', 'off', 'pw', 'ALLOW', { P8: 'success' }, cmp),
  row(37, 'P8', 'ben', 'app X', 'off', 'pw', 'MFA policy', {}, notCmp),
  row(37, 'P8', 'ben', 'app X', 'off', 'pw+push', 'ALLOW', {}, notCmp),
  row(38, 'P9', 'ben', 'app X', 'off', 'pw+push', 'BLOCK 53000 deviceRequired', {}, notCmp),
  row(39, 'P9', 'ben', 'app X', 'off', 'pw', 'MFA policy', {}, cmp),
  row(39, 'P9', 'ben', 'app X', 'off', 'pw+push', 'ALLOW', {}, cmp),
  row(40, 'P10', 'ana', 'RSI', 'off', 'pw', 'ALLOW', { P10: 'reportOnlyInterrupted' }),
  row(41, 'P10', 'ana', 'RSI', 'off', 'tap', 'ALLOW', { P10: 'reportOnlySuccess' }),
  row(42, 'P24', 'ana', 'RSI', 'off', 'pw', 'ALLOW', { P24: 'reportOnlyFailure' }),
  row(43, 'P11', 'ana', 'RSI', 'off', 'pw', 'ALLOW'),
  row(44, 'P12', 'ana', 'RSI', 'in', 'pw', 'BLOCK 53003 blockControl', {}, { platform: 'iOS' }),
  row(45, 'P12', 'ana', 'RSI', 'in', 'pw', 'ALLOW', { P12: 'notApplied/devicePlatform' }, { platform: 'windows' }),
  row(46, 'P13', 'ben', 'app X', 'off', 'pw', 'BLOCK 53003 blockControl', {}, { clientApp: 'other' }),
  row(47, 'P14', 'ben', 'app X', 'off', 'pw+push', 'BLOCK 53003 blockControl', {}, risk('high')),
  row(48, 'P14', 'ben', 'app X', 'off', 'pw+push', 'ALLOW', { P14: 'notApplied/signInRisk' }, risk('low')),
  row(49, 'P15', 'ben', 'RSI', 'in', 'pw+push 4', 'ALLOW', { P15: 'success' }),
  row(50, 'P15', 'ben', 'RSI', 'in', 'pw+push 8', 'MFA policy', { P15: 'failure' }),
  row(51, 'P16+P22', 'ana', 'RSI', 'off', 'tap', 'BLOCK 53003 otherMethodNeeded', { P16: 'success', P22: 'failure' }),
  row(52, 'P22', 'cia', 'RSI', 'in', 'fido', 'ALLOW'),
  row(53, 'P22', 'ben', 'RSI', 'in', 'pw+push', 'BLOCK 53003 otherMethodNeeded'),
  row(54, 'P18', 'ana', 'RSI', 'off', 'pw', 'ALLOW', { P18: 'notApplied/users' }),
  row(55, 'P19', 'ana', 'RSI', 'unk', 'pw', 'BLOCK 53003 blockControl'),
  row(56, 'P19', 'ana', 'RSI', 'in', 'pw', 'ALLOW', { P19: 'notApplied/location' }),
  row(57, 'P20', 'ana', 'RSI', 'off', 'pw', 'ALLOW', { P20: 'notApplied/userActions' }),
  row(58, 'P20', 'ben', 'registerdevice', 'off', 'pw', 'MFA policy'),
  row(59, 'P21', 'ana', 'RSI', 'in', 'pw', 'BLOCK 53003 noMethod'),
  row(60, 'P21', 'ana', 'RSI', 'off', 'pw', 'ALLOW', { P21: 'notApplied/location' }),
  row(61, 'P23', 'ana', 'RSI', 'off', 'pw', 'ALLOW', { P23: 'notApplied/userActions' }),
  row(62, 'P23', 'ana', 'app X', 'off', 'pw', 'REG'),
  row(63, 'P25', 'ben', 'RSI', 'off', 'pw', 'BLOCK 53003 blockControl', {}, { device: {} }),
  row(64, 'P25', 'ben', 'RSI', 'off', 'pw+push', 'ALLOW', { P25: 'notApplied/devices' }, cmp),
  row(65, 'P4+P11+P24', 'ana', 'RSI', 'in', 'tap', 'ALLOW', { P24: 'reportOnlyFailure', P4: 'success' }),
  row(
    66,
    'P1',
    'ana',
    'RSI',
    'off',
    'pw',
    'ALLOW',
    { P1: 'notApplied/location' },
    { address: null, unset: ['location'] },
  ),
  row(67, 'P1', 'ana', 'RSI', 'off', 'pw', 'BLOCK 53003 noMethod', { P1: 'failure' }),
  row(68, 'P1', 'ana', 'app X', 'off', 'pw', 'ALLOW', { P1: 'notApplied/application' }),
  row(69, 'P2', 'gst', 'RSI', 'off', 'pw', 'ALLOW', { P2: 'notApplied/users' }),
  row(71, 'P3+P4', 'gst', 'app X', 'off', 'pw', 'BLOCK 53003 blockControl'),
]

const targets = {
  RSI: { kind: 'userAction', action: registerSecurityInformation },
  'app X': { kind: 'application', id: applicationX },
  registerdevice: { kind: 'userAction', action: registerDevice },
} as const

function decide({ policies, who, target, at, session, more }: Row): Decision {
  const proofs = sessions[session]
  return evaluate(
    setOf(policies),
    aContext({ name: who, address: addresses[at], proofs, target: targets[target], ...more }),
  )
}

function inWords({ outcome }: Decision): string {
  if (outcome.kind === 'allow') return 'ALLOW'
  if (outcome.kind === 'register') return 'REG'
  if (outcome.kind === 'challenge') return `MFA ${outcome.reason}`
  if (outcome.kind === 'changePassword') return 'PASSWORD'
  if (outcome.kind === 'acceptTerms') return `TERMS ${outcome.terms.length}`
  return `BLOCK ${outcome.error} ${outcome.reason}`
}

describe('the decision table', () => {
  it.each(rows)('row $row: $policies, $who, $target, $at, $session: $expected', (each) => {
    const decision = decide(each)
    expect(inWords(decision)).toBe(each.expected)
    const lines = Object.fromEntries(
      decision.trace.map((line) => [line.policyId, line.reason ? `${line.result}/${line.reason}` : line.result]),
    )
    expect(lines).toMatchObject(each.trace ?? {})
  })

  it('row 12: the decision about registering, which blocked, comes along', () => {
    const gate = decide(row(12, 'P1+P4', 'ana', 'app X', 'off', 'pw', '')).gate
    expect(gate?.trace.map((line) => line.result)).toEqual(['failure', 'failure'])
  })

  it('row 30: only a passkey may be registered for it, and nothing suitable to register blocks', () => {
    const decision = decide(row(30, 'P7', 'adm', 'app X', 'off', 'pw+push', ''))
    expect(decision.required?.registrable).toEqual(['fido2'])
    const context = aContext({
      name: 'adm',
      proofs: sessions['pw+push'],
      target: { kind: 'application', id: applicationX },
      registrableModes: ['softwareOath'],
    })
    expect(inWords(evaluate(setOf(['P7']), context))).toBe('BLOCK 53003 notRegistrable')
  })

  it('row 31: the passkey alone is offered', () => {
    const decision = decide(row(31, 'P7', 'admWithPasskey', 'app X', 'off', 'pw+push', ''))
    expect(decision.required?.ways).toEqual([['fido2']])
  })

  it('row 43: a policy that is off has no line', () => {
    expect(decide(row(43, 'P11', 'ana', 'RSI', 'off', 'pw', '')).trace).toEqual([])
  })

  it('row 35: one satisfying method is to be registered, and the gate lets the pass in', () => {
    const decision = decide(row(35, 'P17+P16', 'ana', 'app X', 'off', 'tap', '', {}, cmp))
    expect(decision.required?.registrable).toEqual(['fido2', 'softwareOath', 'sms'])
    expect(decision.gate?.outcome).toEqual({ kind: 'allow' })
    const after = { proofs: [...sessions.tap, proof('password'), proof('sms')], usableModes: ['sms' as const] }
    expect(inWords(decide(row(35, 'P17+P16', 'ana', 'app X', 'off', 'tap', '', {}, { ...cmp, ...after })))).toBe(
      'ALLOW',
    )
  })

  it('row 50: everything is proven anew, the password too', () => {
    const decision = decide(row(50, 'P15', 'ben', 'RSI', 'in', 'pw+push 8', ''))
    expect(decision.required?.ways).toEqual([
      ['microsoftAuthenticatorPush', 'password'],
      ['password', 'sms'],
    ])
  })

  it('row 67: the control asked for is multifactor authentication', () => {
    const [line] = decide(row(67, 'P1', 'ana', 'RSI', 'off', 'pw', '')).trace
    expect(line?.controls).toEqual([{ control: { kind: 'mfa' }, state: 'unmet' }])
  })

  it('row 70: nothing can be asked without a platform', () => {
    const { platform: _platform, ...rest } = aContext()
    // @ts-expect-error: a question without a platform is no question.
    const asked: Context = rest
    expect('platform' in asked).toBe(false)
  })

  // The whole way, from the peer of the connection and its headers.
  it.each([
    [72, '198.18.0.5', '203.0.113.10', [], 'BLOCK 53003 noMethod'],
    [73, '10.0.0.1', '203.0.113.10', ['10.0.0.1/32'], 'ALLOW'],
    [74, '10.0.0.1', '203.0.113.10, 198.18.0.5', ['10.0.0.1/32'], 'BLOCK 53003 noMethod'],
    [75, '::ffff:203.0.113.10', null, [], 'ALLOW'],
  ] as const)(
    'row %i: peer %s, X-Forwarded-For %s, trusted proxies %j: %s',
    (_row, peer, forwarded, proxies, expected) => {
      const { address } = clientAddress(peer, forwarded === null ? [] : [forwarded], proxies)
      expect(inWords(evaluate(setOf(['P1']), aContext({ address })))).toBe(expected)
    },
  )

  it('row 76: the same network, no longer trusted, blocks', () => {
    const untrusted = locations.map((location) => (location === hq ? { ...hq, isTrusted: false } : location))
    const decision = evaluate(setOf(['P1'], untrusted), aContext({ address: addresses.in }))
    expect(inWords(decision)).toBe('BLOCK 53003 noMethod')
  })

  it('row 77: a range of /8 is refused', () => {
    expect(readRange('203.0.0.0/8', 'range')).toMatchObject({ failure: { code: 'conditionalAccess.range_too_wide' } })
    expect(readRange('203.0.0.0/9', 'range').ok).toBe(true)
  })

  // Rows 78 and 79 need rows: tests/integration/conditional-access.test.ts.

  it('row 80: multifactor authentication and a strength together are refused on save', () => {
    const both = { ...sent('P22'), grantControls: { ...bodies.P22.grantControls, builtInControls: ['mfa'] } }
    expect(readPolicy(both)).toMatchObject({ ok: false, failure: { code: 'conditionalAccess.mfa_with_strength' } })
  })

  it.each(Object.keys(bodies) as PolicyName[])(
    '%s of the table can be saved, and is decided as it was sent',
    (name) => {
      const read = readPolicy(sent(name))
      expect(read.ok && readPolicy(policyBody(read.value))).toEqual(read)
      if (!read.ok) return
      const { displayName, state, ...document } = policyBody(read.value)
      const decided = (set: unknown) =>
        Object.values(addresses).map((address) => {
          const stored = [{ id: name, displayName, state: String(state), version: 1, document: set }]
          return evaluate(compile(stored, locations, [], mfaTrustedRanges, countryOf), aContext({ address }))
        })
      expect(decided(document)).toEqual(decided(stored(name).document))
    },
  )
})

const conditionsOf = (name: PolicyName) => sent(name).conditions as object

describe('what cannot be decided blocks whom it concerns', () => {
  it.each<[string, PolicyName]>([
    ['a device control is never met', 'P5'],
    ['nor beside multifactor authentication', 'P9'],
  ])('%s', (_title, policy) => {
    const decision = evaluate(setOf([policy]), aContext({ name: 'ben', proofs: sessions['pw+push'] }))
    expect(inWords(decision)).toBe('BLOCK 53000 deviceRequired')
  })

  it('MFA or a device is met by MFA alone', () => {
    const given = { name: 'ben', target: { kind: 'application', id: applicationX } } as const
    expect(inWords(evaluate(setOf(['P8']), aContext(given)))).toBe('MFA policy')
    expect(inWords(evaluate(setOf(['P8']), aContext({ ...given, proofs: sessions['pw+push'] })))).toBe('ALLOW')
  })

  it.each<[string, object]>([
    ['conditions.times', { conditions: { ...conditionsOf('P4'), times: { includedRanges: ['x'] } } }],
    [
      'conditions.platforms.includePlatforms.0',
      { conditions: { ...conditionsOf('P12'), platforms: { includePlatforms: ['amiga'] } } },
    ],
    [
      'conditions.devices.deviceFilter.rule',
      { conditions: { ...conditionsOf('P25'), devices: { deviceFilter: { mode: 'include', rule: 'x' } } } },
    ],
    ['grantControls.customAuthenticationFactors', { grantControls: { customAuthenticationFactors: ['x'] } }],
    ['sessionControls.networkAccessSecurity', { sessionControls: { networkAccessSecurity: { isEnabled: true } } }],
    ['sessionControls.persistentBrowser.mode', { sessionControls: { persistentBrowser: { mode: 'sometimes' } } }],
  ])('a stored policy with %s blocks, and names it', (member, part) => {
    const row = { ...stored('P4'), document: { ...(stored('P4').document as object), ...part } }
    const decision = evaluate(compile([row], [], [], []), aContext({ proofs: sessions.tap }))
    expect(inWords(decision)).toBe('BLOCK 53003 evaluationError')
    expect(decision.trace[0]).toMatchObject({ result: 'failure', reason: 'invalidCondition', detail: member })
  })

  it('a location that is gone blocks, and not those whom the policy excludes', () => {
    expect(evaluate(setOf(['P6'], []), aContext()).trace[0]?.detail).toContain('namedLocation')
    const context = aContext({ name: 'bg', target: { kind: 'application', id: applicationX } })
    expect(inWords(evaluate(setOf(['P6'], []), context))).toBe('ALLOW')
  })

  it('without a source a device is nothing, and the line says so', () => {
    const [line] = evaluate(setOf(['P5']), aContext()).trace
    expect(line).toMatchObject({ result: 'failure', detail: 'noDeviceSource' })
    const [filtered] = evaluate(setOf(['P25']), aContext()).trace
    expect(filtered).toMatchObject({ result: 'failure', detail: 'noDeviceSource' })
  })

  it('without a source every risk is none, and the line says so', () => {
    const context = aContext({ target: { kind: 'application', id: applicationX } })
    expect(evaluate(setOf(['P14']), context).trace[0]).toMatchObject({
      ...{ result: 'notApplied', reason: 'signInRisk', detail: 'noRiskSource' },
    })
  })

  const onPages = (grantControls: object, more: object = {}) => {
    const document = { ...(stored('P4').document as object), grantControls, ...more }
    return compile([{ ...stored('P4'), document }], [], [], [])
  }
  const withPassword = { operator: 'AND', builtInControls: ['mfa', 'passwordChange'] }
  const withTerms = { builtInControls: [], termsOfUse: [applicationX] }
  const atX = { name: 'ben', target: { kind: 'application', id: applicationX } } as const
  const proven = aContext({ ...atX, proofs: sessions['pw+push'] })

  it.each([
    ['passwordChange', withPassword, 'PASSWORD', { canChangePassword: false }],
    ['terms of use', withTerms, 'TERMS 1', { offeredTerms: [] }],
  ])('%s is asked for on its page, and blocks where that cannot be', (_title, grantControls, expected, without) => {
    const set = onPages(grantControls)
    expect(inWords(evaluate(set, proven))).toBe(expected)
    expect(inWords(evaluate(set, { ...proven, ...without }))).toBe('BLOCK 53003 notOfferedHere')
    const done = { ...proven, hasChangedPassword: true, acceptedTerms: [applicationX] }
    expect(inWords(evaluate(set, done))).toBe('ALLOW')
  })

  it('a second factor comes first, then the password, then the terms', () => {
    const all = onPages({ ...withPassword, termsOfUse: [applicationX] })
    expect(inWords(evaluate(all, aContext(atX)))).toBe('MFA policy')
    expect(inWords(evaluate(all, proven))).toBe('PASSWORD')
    expect(inWords(evaluate(all, { ...proven, hasChangedPassword: true }))).toBe('TERMS 1')
  })

  it('terms stand before the wizard too, after the proof that is fresh enough for it', () => {
    const set = onPages(withTerms)
    expect(inWords(evaluate(set, aContext()))).toBe('TERMS 1')
    expect(inWords(evaluate(set, aContext({ name: 'ben' })))).toBe('MFA freshness')
    expect(inWords(evaluate(set, aContext({ name: 'ben', proofs: sessions['pw+push'] })))).toBe('TERMS 1')
    expect(inWords(evaluate(set, aContext({ acceptedTerms: [applicationX] })))).toBe('ALLOW')
  })

  it('of two things nobody can meet and one text, any will do: the text is asked for', () => {
    const set = onPages({ operator: 'OR', builtInControls: ['compliantDevice'], termsOfUse: [applicationX] })
    expect(inWords(evaluate(set, proven))).toBe('TERMS 1')
  })

  it('a new password is not taken from who holds a pass and has no method', () => {
    const held = aContext({ ...atX, name: 'ana', proofs: sessions.tap })
    expect(inWords(evaluate(onPages(withPassword), held))).toBe('BLOCK 53004 noMethod')
  })

  it('report-only terms are told and ask nobody', () => {
    const document = { ...(stored('P4').document as object), grantControls: withTerms }
    const row = { ...stored('P4'), state: 'enabledForReportingButNotEnforced', document }
    const decision = evaluate(compile([row], [], [], []), proven)
    expect(inWords(decision)).toBe('ALLOW')
    expect(decision.trace[0]?.result).toBe('reportOnlyInterrupted')
  })

  it.each([
    [['always'], 'always'],
    [['never'], 'never'],
    [['always', 'never'], 'never'],
    [['never', 'always', 'always'], 'never'],
    [[], null],
  ] as const)('persistent browser %j of the policies that apply is %s', (modes, expected) => {
    const rows = ['none', ...modes].map((mode, place) => ({
      ...stored('P4'),
      id: `${place}`,
      document: {
        ...(stored('P4').document as object),
        sessionControls: mode === 'none' ? null : { persistentBrowser: { isEnabled: true, mode } },
      },
    }))
    const off = { ...(rows.at(-1) as (typeof rows)[number]), id: 'report', state: 'enabledForReportingButNotEnforced' }
    const quiet = { ...off, document: { ...off.document, sessionControls: { persistentBrowser: { mode: 'never' } } } }
    expect(evaluate(compile([...rows, quiet], [], [], []), proven).persistentBrowser).toBe(expected)
  })

  it('session controls of other systems are kept and change nothing', () => {
    const sessionControls = {
      cloudAppSecurity: { isEnabled: true, cloudAppSecurityType: 'monitorOnly' },
      secureSignInSession: { isEnabled: true },
    }
    expect(inWords(evaluate(onPages({}, { sessionControls }), aContext(atX)))).toBe('ALLOW')
  })

  it('a new password is not taken from who has no method yet', () => {
    const grantControls = { operator: 'AND', builtInControls: ['mfa', 'passwordChange'] }
    const row = { ...stored('P4'), document: { ...(stored('P4').document as object), grantControls } }
    const decision = evaluate(
      compile([row], [], [], []),
      aContext({ target: { kind: 'application', id: applicationX } }),
    )
    expect(inWords(decision)).toBe('BLOCK 53004 noMethod')
  })

  it('a trusted location that cannot be read makes every question about trust undecidable', () => {
    const broken = [{ ...hq, document: { '@odata.type': 'something else' } }]
    expect(inWords(evaluate(setOf(['P1'], broken), aContext({ address: addresses.in })))).toBe(
      'BLOCK 53003 evaluationError',
    )
  })

  it('an exception blocks', () => {
    const subject = { ...people.ana.subject, groupIds: null as unknown as ReadonlySet<string> }
    expect(inWords(evaluate(setOf(['P1']), aContext({ subject })))).toBe('BLOCK 53003 evaluationError')
    expect(inWords(evaluate(setOf([]), aContext({ proofs: null as unknown as [] })))).toBe(
      'BLOCK 53003 evaluationError',
    )
  })

  it.each([null, 'unknown', '203.0.113.10.', '0313.0.113.10', '203.0.113.10%0'])(
    'the address %s is in no trusted location',
    (address) => {
      expect(inWords(evaluate(setOf(['P1']), aContext({ address })))).toBe('BLOCK 53003 noMethod')
    },
  )
})

describe('what counts as multifactor authentication for registering', () => {
  const registeredHere = [proof('password'), proof('softwareOath', 1, { registered: true })]

  it('the method registered in this session, where a policy on all resources opened the wizard', () => {
    const context = aContext({ proofs: registeredHere, usableModes: ['softwareOath'] })
    expect(inWords(evaluate(setOf(['P4']), context))).toBe('ALLOW')
    expect(inWords(evaluate(setOf(['P4', 'P1']), context))).toBe('MFA policy')
  })

  it('for a policy on the action never the method registered in this session', () => {
    const context = aContext({ proofs: registeredHere, usableModes: ['softwareOath'] })
    expect(inWords(evaluate(setOf(['P1']), context))).toBe('MFA policy')
    expect(inWords(evaluate(setOf(['P2']), context))).toBe('MFA policy')
  })

  it('for the freshness rule and for an application it does', () => {
    const context = aContext({ proofs: registeredHere, usableModes: ['softwareOath'] })
    expect(inWords(evaluate(setOf([]), context))).toBe('ALLOW')
    const application = { kind: 'application', id: applicationX } as const
    expect(inWords(evaluate(setOf(['P4']), { ...context, target: application }))).toBe('ALLOW')
  })

  it('a second factor, a passkey and a pass count for ten minutes, and a claim for an application without end', () => {
    const old = [proof('temporaryAccessPassOneTime', 11)]
    expect(inWords(evaluate(setOf(['P1']), aContext({ proofs: old })))).toBe('BLOCK 53003 noMethod')
    expect(inWords(evaluate(setOf(['P1']), aContext({ proofs: old, freshnessSeconds: 720 })))).toBe('ALLOW')
    const stale = [proof('password', 60), proof('microsoftAuthenticatorPush', 11)]
    expect(inWords(evaluate(setOf(['P1']), aContext({ name: 'ben', proofs: stale })))).toBe('MFA policy')
    const target = { kind: 'application', id: applicationX } as const
    expect(inWords(evaluate(setOf(['P4']), aContext({ proofs: old, target })))).toBe('ALLOW')
  })

  it('an old first factor beside a fresh second one is enough, whatever it was', () => {
    for (const first of [proof('password', 50), proof('temporaryAccessPassOneTime', 50)]) {
      const proofs = [first, proof('softwareOath')]
      const context = aContext({ proofs, usableModes: ['softwareOath'] })
      expect(inWords(evaluate(setOf(['P1']), context))).toBe('ALLOW')
      expect(inWords(evaluate(setOf([]), context))).toBe('ALLOW')
    }
  })

  it('never a code by email, nor a passkey that did not verify its user', () => {
    const email = [proof('password'), proof('email')]
    expect(inWords(evaluate(setOf(['P1']), aContext({ proofs: email, usableModes: ['email'] })))).toBe(
      'BLOCK 53003 noMethod',
    )
    const touch = [proof('password'), proof('fido2', 0, { userVerified: false })]
    expect(inWords(evaluate(setOf(['P1']), aContext({ name: 'cia', proofs: touch })))).toBe('MFA policy')
  })

  it('who can prove more is asked before the wizard opens, also when another policy leads there', () => {
    // Phishing-resistant for everything, push registered: without this a password would register a passkey.
    expect(inWords(evaluate(setOf(['P7']), aContext({ name: 'adm' })))).toBe('MFA freshness')
    expect(inWords(evaluate(setOf(['P7', 'P4']), aContext({ name: 'adm' })))).toBe('MFA policy')
    expect(inWords(evaluate(setOf(['P7']), aContext({ name: 'adm', proofs: sessions['pw+push'] })))).toBe('REG')
  })

  it('the ways offered meet every unmet control at once', () => {
    const context = aContext({ name: 'cia', address: addresses.off })
    const decision = evaluate(setOf(['P1', 'P22']), context)
    expect(decision.required).toMatchObject({ ways: [['fido2']], registrable: [] })
    expect(evaluate(setOf(['P1']), context).required?.ways).toEqual([['fido2'], ['microsoftAuthenticatorPush']])
  })

  it('outside interrupt mode a strength on all resources is not skipped (row 32)', () => {
    const decision = evaluate(setOf(['P7', 'P16']), aContext({ name: 'adm', proofs: sessions.tap }))
    expect(inWords(decision)).toBe('REG')
  })
})
