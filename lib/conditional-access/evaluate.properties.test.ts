import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { authenticationMethodModes, type Proof } from '@/lib/authentication-methods/model'
import { evaluate } from '@/lib/conditional-access/evaluate'
import {
  aContext,
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
  registration,
  sessions,
  stored,
  strengths,
} from '@/tests/support/decision-table'
import { compile } from './compile'
import { clientApps, devicePlatforms } from './conditions-model'
import type { Context } from './decision'
import type { StoredPolicy } from './model'

/** Laws of the decision: what must hold for every set of policies and every request, not only for the table's rows. */
const names = Object.keys(bodies) as PolicyName[]
const states = ['enabled', 'disabled', 'enabledForReportingButNotEnforced'] as const

const policy = fc
  .record({ name: fc.constantFrom(...names), state: fc.constantFrom(...states), n: fc.nat({ max: 99 }) })
  .map(({ name, state, n }): StoredPolicy => ({ ...stored(name), id: `${name}-${n}`, state }))
const policies = fc.uniqueArray(policy, { maxLength: 6, selector: (each) => each.id })

const proof: fc.Arbitrary<Proof> = fc.record({
  mode: fc.constantFrom(...authenticationMethodModes),
  methodId: fc.constant(null),
  at: fc.integer({ min: 0, max: 3600_000 }).map((age) => now - age),
  userVerified: fc.boolean(),
  registered: fc.boolean(),
})
const modes = fc.uniqueArray(fc.constantFrom(...authenticationMethodModes), { maxLength: 4 })
const context: fc.Arbitrary<Context> = fc
  .record({
    name: fc.constantFrom(...(Object.keys(people) as Name[])),
    target: fc.constantFrom<Context['target']>(
      { kind: 'userAction', action: 'urn:user:registersecurityinfo' },
      { kind: 'application', id: applicationX },
    ),
    address: fc.oneof(fc.constantFrom(...Object.values(addresses), null), fc.ipV4(), fc.ipV6(), fc.string()),
    platform: fc.constantFrom(...devicePlatforms, null),
    clientApp: fc.constantFrom(...clientApps),
    device: fc.constantFrom<Context['device']>(
      null,
      {},
      { isCompliant: true },
      { isCompliant: false, trustType: 'ServerAD' },
    ),
    risk: fc.constantFrom<Context['risk']>(null, { signIn: 'high', user: 'none', insider: 'none' }),
    interruptMode: fc.boolean(),
    proofs: fc.oneof(fc.constantFrom(...Object.values(sessions)), fc.array(proof, { maxLength: 4 })),
    usableModes: modes,
    registrableModes: modes,
    freshnessSeconds: fc.constantFrom(300, 420, 600, 720),
  })
  .map((given) => aContext(given))

const compiled = (rows: readonly StoredPolicy[]) =>
  compile(rows, locations, Object.values(strengths), mfaTrustedRanges, countryOf)
const decide = (rows: readonly StoredPolicy[], given: Context) => evaluate(compiled(rows), given)
const blockEverybody: StoredPolicy = {
  id: 'block',
  displayName: 'Block',
  state: 'enabled',
  version: 1,
  document: {
    conditions: { users: { includeUsers: ['All'] }, applications: { includeApplications: ['All'] } },
    grantControls: { builtInControls: ['block'] },
  },
}

function holds(law: (rows: readonly StoredPolicy[], given: Context) => void) {
  fc.assert(fc.property(policies, context, law), { numRuns: 500 })
}

describe('laws of the decision', () => {
  it('order and duplicates change nothing', () => {
    holds((rows, given) => {
      const { outcome, required } = decide(rows, given)
      const other = decide([...rows].reverse().concat(rows), given)
      expect(other.outcome).toEqual(outcome)
      expect(other.required).toEqual(required)
      expect(new Set(other.trace)).toEqual(new Set(decide(rows, given).trace))
    })
  })

  it('block wins', () => {
    holds((rows, given) => {
      expect(decide([...rows, blockEverybody], given).outcome).toEqual({
        kind: 'block',
        reason: 'blockControl',
        error: 53003,
      })
    })
  })

  it('a further block never widens access', () => {
    fc.assert(
      fc.property(policies, context, fc.constantFrom<PolicyName>('P3', 'P11', 'P18', 'P6'), (rows, given, name) => {
        const extra = { ...stored(name), id: 'extra', state: 'enabled' }
        if (decide(rows, given).outcome.kind === 'block')
          expect(decide([...rows, extra], given).outcome.kind).toBe('block')
      }),
      { numRuns: 500 },
    )
  })

  it('an exclusion beats an inclusion: an excluded person never meets the policy', () => {
    holds((rows, given) => {
      const users = { includeUsers: ['All', given.subject.id], excludeUsers: [given.subject.id] }
      const excluded = rows.map((row) => ({
        ...row,
        document: { ...(row.document as object), conditions: { users, applications: registration } },
      }))
      for (const line of decide(excluded, given).trace) expect(line.reason).toBe('users')
    })
  })

  it('report-only and disabled policies never change the outcome', () => {
    holds((rows, given) => {
      const enforced = rows.filter((row) => row.state === 'enabled')
      const { outcome, required } = decide(rows, given)
      expect(decide(enforced, given)).toMatchObject({ outcome, required })
    })
  })

  it('every policy that is not disabled has one line, and its result fits its state', () => {
    holds((rows, given) => {
      const { trace } = decide(rows, given)
      const expected = rows.filter((row) => row.state !== 'disabled').map((row) => row.id)
      expect(trace.map((line) => line.policyId)).toEqual(expected)
      for (const line of trace) {
        const isReportOnly = rows.find((row) => row.id === line.policyId)?.state !== 'enabled'
        expect(line.result.startsWith('reportOnly')).toBe(isReportOnly)
      }
    })
  })

  it('who is let in to register has met every policy on it, except by registering', () => {
    holds((rows, given) => {
      const { outcome, trace } = decide(rows, given)
      if (outcome.kind !== 'allow') return
      for (const line of trace) expect(line.result).not.toBe('failure')
    })
  })

  it('a method registered in this session never meets a policy on registering', () => {
    fc.assert(
      fc.property(policies, context, proof, (rows, given, extra) => {
        const registering: Context = {
          ...given,
          target: { kind: 'userAction', action: 'urn:user:registersecurityinfo' },
        }
        const more = { ...registering, proofs: [...given.proofs, { ...extra, registered: true }] }
        const onAction = new Set(
          rows
            .filter(({ document }) => JSON.stringify(document).includes('urn:user:registersecurityinfo'))
            .map(({ id }) => id),
        )
        const results = (each: Context) =>
          decide(rows, each).trace.flatMap((line) => (onAction.has(line.policyId) ? [line.result] : []))
        expect(results(more)).toEqual(results(registering))
      }),
      { numRuns: 500 },
    )
  })

  it('whoever has a method for MFA is not let in to register without a fresh use of it', () => {
    holds((rows, given) => {
      const registering: Context = {
        ...given,
        target: { kind: 'userAction', action: 'urn:user:registersecurityinfo' },
        usableModes: ['softwareOath'],
        proofs: sessions.pw,
      }
      expect(['challenge', 'block']).toContain(decide(rows, registering).outcome.kind)
    })
  })

  it('a challenge names ways that really satisfy it', () => {
    holds((rows, given) => {
      const { outcome, required } = decide(rows, given)
      if (outcome.kind !== 'challenge') return
      expect(required?.ways.length).toBeGreaterThan(0)
      for (const way of required?.ways ?? []) {
        const performed = way.map((mode): Proof => ({ mode, methodId: null, at: given.now, userVerified: true }))
        const after = decide(rows, { ...given, proofs: [...given.proofs, ...performed] })
        // A challenge for a policy may be followed by one for freshness, when a single factor met the policy.
        expect(after.outcome.kind === 'challenge' && after.outcome.reason).not.toBe('policy')
        expect(after.outcome).not.toEqual(outcome)
      }
    })
  })

  it('an excluded platform, place or device never meets the policy, whatever is included', () => {
    fc.assert(
      fc.property(context, fc.constantFrom(...devicePlatforms), (given, platform) => {
        const conditions = { users: { includeUsers: ['All'] }, applications: { includeApplications: ['All'] } }
        const reasonWith = (more: object) => {
          const document = { ...(blockEverybody.document as object), conditions: { ...conditions, ...more } }
          const asked: Context = { ...given, platform, target: { kind: 'application', id: applicationX } }
          return decide([{ ...blockEverybody, document }], asked).trace[0]?.reason
        }
        const platforms = { includePlatforms: ['all', platform], excludePlatforms: [platform] }
        expect(reasonWith({ platforms })).toBe('devicePlatform')
        expect(reasonWith({ locations: { includeLocations: ['All'], excludeLocations: ['All'] } })).toBe('location')
        const everyDevice = {
          deviceFilter: { mode: 'exclude', rule: 'device.model -eq null -or device.model -ne null' },
        }
        expect(reasonWith({ devices: everyDevice })).toBe('devices')
      }),
    )
  })

  it('a further sign-in frequency never widens access', () => {
    const frequency = {
      ...blockEverybody,
      document: {
        conditions: { users: { includeUsers: ['All'] }, applications: { includeApplications: ['All'] } },
        sessionControls: { signInFrequency: { isEnabled: true, frequencyInterval: 'everyTime' } },
      },
    }
    holds((rows, given) => {
      if (decide(rows, given).outcome.kind !== 'allow')
        expect(decide([...rows, frequency], given).outcome.kind).not.toBe('allow')
    })
  })

  it('forgetting a proof never opens what was closed', () => {
    holds((rows, given) => {
      if (decide(rows, given).outcome.kind === 'allow' || given.usableModes.length === 0) return
      expect(decide(rows, { ...given, proofs: given.proofs.slice(1) }).outcome.kind).not.toBe('allow')
    })
  })

  it('any document and any request give an answer', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), context, (document, given) => {
        const { outcome } = decide([{ id: 'any', displayName: 'any', state: 'enabled', version: 1, document }], given)
        expect(outcome).toEqual({ kind: 'block', reason: 'evaluationError', error: 53003 })
      }),
    )
  })

  it('a group of which the person is no member never brings a policy', () => {
    const context = aContext({ name: 'eve' })
    const conditions = {
      users: { includeGroups: [groups.staff, groups.hr, groups.breakGlass] },
      applications: registration,
    }
    const row = { ...blockEverybody, document: { ...(blockEverybody.document as object), conditions } }
    expect(decide([row], context).trace[0]?.reason).toBe('users')
  })
})
