import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AuditRecord } from '@/lib/audit/model'
import { findAuditRecords } from '@/lib/audit/store'
import {
  type Asking,
  createNamedLocation,
  createPolicy,
  createStrength,
  deleteNamedLocation,
  deletePolicy,
  deleteStrength,
  emergencyDisablePolicy,
  setPolicyState,
  updateNamedLocation,
  updatePolicy,
  updateStrength,
} from '@/lib/conditional-access/commands'
import { evaluate } from '@/lib/conditional-access/evaluate'
import {
  cachedPolicySet,
  findNamedLocation,
  findPolicy,
  listPolicies,
  loadPolicySet,
  policyNames,
} from '@/lib/conditional-access/store'
import { policyListRow } from '@/lib/conditional-access/view'
import { limits } from '@/lib/limits'
import { db, transaction } from '@/lib/platform/db'
import type { Result } from '@/lib/result'
import { aGroup, aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'
import { aContext } from '@/tests/support/decision-table'

const database = testDatabase()

const origin = { requestId: 'test', clientAddress: null, addressSource: 'unknown', userAgent: null } as const

/** An administrator who may do this, with another Global Administrator excluded by a group. */
async function anOffice() {
  const administrator = await aUser(db(), { roles: ['globalAdministrator'] })
  const emergency = await aUser(db(), { roles: ['globalAdministrator'] })
  const breakGlass = await aGroup(db(), { memberIds: [emergency.id] })
  const asking: Asking = { actor: { kind: 'administrator', ...administrator }, origin }
  return { administrator, emergency, breakGlass, asking }
}

const registration = { includeUserActions: ['urn:user:registersecurityinfo'] }
const untrusted = { includeLocations: ['All'], excludeLocations: ['AllTrusted'] }
const aBody = (
  more: { users?: object; applications?: object; grantControls?: object; locations?: object | null } = {},
) => ({
  displayName: `Policy ${randomUUID().slice(0, 8)}`,
  state: 'enabled',
  conditions: {
    users: more.users ?? { includeUsers: ['All'] },
    applications: more.applications ?? registration,
    locations: more.locations === undefined ? untrusted : more.locations,
  },
  grantControls: more.grantControls ?? { operator: 'OR', builtInControls: ['mfa'] },
})
const aLocation = (cidrAddress: string, isTrusted = true) => ({
  '@odata.type': '#microsoft.graph.ipNamedLocation',
  displayName: `Office ${randomUUID().slice(0, 8)}`,
  isTrusted,
  ipRanges: [{ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress }],
})

function saved<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(`refused: ${result.failure.code}`)
  return result.value
}
const codeOf = (result: Result<unknown>) => (result.ok ? 'ok' : result.failure.code.replace('conditionalAccess.', ''))

async function eventsOf(targetId: string): Promise<readonly AuditRecord[]> {
  return (await findAuditRecords()).records.filter((event) => event.targetId === targetId)
}

const outcomeOf = async (address: string) =>
  evaluate(await transaction(loadPolicySet), aContext({ address })).outcome.kind

describe('a policy', () => {
  it('decides as soon as it is saved, and no more when it is off or deleted', async () => {
    const { asking } = await anOffice()
    expect(await outcomeOf('198.18.0.5')).toBe('allow')
    const { policy } = saved(await createPolicy(asking, { policy: aBody() }))
    expect(await outcomeOf('198.18.0.5')).toBe('block')
    expect((await cachedPolicySet()).policies.map((each) => each.id)).toContain(policy.id)
    const off = saved(await setPolicyState(asking, policy.id, { state: 'disabled', version: policy.version })).policy
    expect(await outcomeOf('198.18.0.5')).toBe('allow')
    saved(await setPolicyState(asking, policy.id, { state: 'enabled', version: off.version }))
    expect(await outcomeOf('198.18.0.5')).toBe('block')
    saved(await deletePolicy(asking, policy.id))
    expect(await outcomeOf('198.18.0.5')).toBe('allow')
    expect(await findPolicy(db(), policy.id)).toBeNull()
    const [row] = await database.query('SELECT deleted_at FROM conditional_access_policy WHERE id = $1', [policy.id])
    expect(row?.deleted_at).not.toBeNull()
  })

  it('is recorded with the JSON before and after, in the transaction of its change', async () => {
    const { asking } = await anOffice()
    const body = aBody()
    const { policy } = saved(await createPolicy(asking, { policy: { ...body, state: 'disabled' } }))
    saved(await updatePolicy(asking, policy.id, { policy: { ...body, state: 'disabled', displayName: 'Renamed' } }))
    saved(await deletePolicy(asking, policy.id))
    const events = [...(await eventsOf(policy.id))].reverse()
    expect(events.map((event) => event.activity)).toEqual([
      'Add conditional access policy',
      'Update conditional access policy',
      'Delete conditional access policy',
    ])
    expect(events[0]?.detail).toMatchObject({ before: null, after: { displayName: body.displayName } })
    expect(events[1]?.detail).toMatchObject({
      before: { displayName: body.displayName },
      after: { displayName: 'Renamed' },
    })
  })

  it('is refused to those who may not, and the refusal is recorded', async () => {
    const reader = await aUser(db(), { roles: ['securityReader'] })
    const asking: Asking = { actor: { kind: 'administrator', ...reader }, origin }
    const before = (await listPolicies(db())).length
    expect(codeOf(await createPolicy(asking, { policy: aBody() }))).toBe('not_allowed')
    expect(codeOf(await createPolicy({ actor: { kind: 'anonymous' }, origin }, { policy: aBody() }))).toBe(
      'not_allowed',
    )
    expect((await listPolicies(db())).length).toBe(before)
    const { records } = await findAuditRecords()
    expect(records).toContainEqual(
      expect.objectContaining({ actorId: reader.id, outcome: 'failure', reason: 'conditionalAccess.not_allowed' }),
    )
  })

  it('V5: names only what exists; what it named before may be gone', async () => {
    const { asking } = await anOffice()
    const group = await aGroup(db())
    const gone = randomUUID()
    for (const given of [
      { users: { includeUsers: [gone] } },
      { users: { includeGroups: [gone] } },
      { users: { includeRoles: [gone] } },
      { applications: { includeApplications: [gone] } },
      { locations: { includeLocations: [gone] } },
      { grantControls: { builtInControls: [], authenticationStrength: { id: gone } } },
    ])
      expect(codeOf(await createPolicy(asking, { policy: aBody(given) }))).toBe('unknown_reference')
    const body = { ...aBody({ users: { includeGroups: [group.id] } }), state: 'disabled' }
    const { policy } = saved(await createPolicy(asking, { policy: body }))
    await db().group.delete({ where: { id: group.id } })
    expect(codeOf(await updatePolicy(asking, policy.id, { policy: { ...body, displayName: 'Still' } }))).toBe('ok')
    const rows = await listPolicies(db())
    const names = await policyNames(db(), rows)
    expect(rows.map((row) => policyListRow(row, names).summary).join()).toContain('no longer here')
  })

  it('a change made meanwhile by somebody else is not overwritten', async () => {
    const { asking } = await anOffice()
    const body = { ...aBody(), state: 'disabled' }
    const { policy } = saved(await createPolicy(asking, { policy: body }))
    const both = await Promise.all(
      ['One', 'Other'].map((displayName) =>
        updatePolicy(asking, policy.id, { policy: { ...body, displayName }, version: policy.version }),
      ),
    )
    expect(both.map(codeOf).sort()).toEqual(['changed_meanwhile', 'ok'])
    expect((await findPolicy(db(), policy.id))?.version).toBe(policy.version + 1)
  })

  it('nobody adds their own account to the exclusions of a policy that exists', async () => {
    const { asking, administrator } = await anOffice()
    const body = { ...aBody(), state: 'disabled' }
    const users = { includeUsers: ['All'], excludeUsers: [administrator.id] }
    const excluded = { ...body, conditions: { ...body.conditions, users } }
    const { policy } = saved(await createPolicy(asking, { policy: body }))
    expect(codeOf(await updatePolicy(asking, policy.id, { policy: excluded }))).toBe('own_exclusion')
    const own = saved(await createPolicy(asking, { policy: excluded })).policy
    expect(codeOf(await updatePolicy(asking, own.id, { policy: { ...excluded, displayName: 'Kept' } }))).toBe('ok')
  })

  it('SEC-015: shutting out every Global Administrator needs the name typed', async () => {
    const { asking, breakGlass, emergency } = await anOffice()
    const closed = {
      applications: { includeApplications: ['All'] },
      grantControls: { builtInControls: ['block'] },
      locations: null,
    }
    const body = aBody(closed)
    const refused = await createPolicy(asking, { policy: body })
    expect(refused).toMatchObject({
      failure: {
        code: 'conditionalAccess.confirmation_needed',
        details: { concern: 'shutsOutGlobalAdministrators', expected: body.displayName },
      },
    })
    expect(codeOf(await createPolicy(asking, { policy: body, confirmation: 'yes' }))).toBe('confirmation_needed')
    const { policy } = saved(await createPolicy(asking, { policy: { ...body, state: 'disabled' } }))
    expect(codeOf(await setPolicyState(asking, policy.id, { state: 'enabled' }))).toBe('confirmation_needed')

    // One who is excluded can still get in; ending the exclusion asks again.
    const users = { includeUsers: ['All'], excludeGroups: [breakGlass.id] }
    const open = { ...body, conditions: { ...body.conditions, users } }
    saved(await updatePolicy(asking, policy.id, { policy: open }))
    await db().groupMember.deleteMany({ where: { userId: emergency.id } })
    const other = await aGroup(db(), { memberIds: [emergency.id] })
    const both = { includeUsers: ['All'], excludeGroups: [breakGlass.id, other.id] }
    saved(
      await updatePolicy(asking, policy.id, { policy: { ...body, conditions: { ...body.conditions, users: both } } }),
    )
    const lost = await updatePolicy(asking, policy.id, {
      policy: { ...open, grantControls: { builtInControls: ['mfa'] } },
    })
    expect(lost).toMatchObject({ failure: { details: { concern: 'emergencyAccountNoLongerExcluded' } } })

    const confirmed = await updatePolicy(asking, policy.id, { policy: body, confirmation: body.displayName })
    expect(saved(confirmed).warnings).toEqual(['everyoneEverywhere', 'nobodyExcluded'])
    // Nobody gets in: the operator turns it off at the host.
    saved(await emergencyDisablePolicy(policy.id, origin))
    expect((await eventsOf(policy.id))[0]).toMatchObject({ activity: 'App: CA emergency disable', actorKind: 'system' })
    expect(await outcomeOf('198.18.0.5')).toBe('allow')
  })

  it('row 79: the 241st is refused, also when two come at once', async () => {
    const { asking } = await anOffice()
    const present = (await listPolicies(db())).length
    await db().conditionalAccessPolicy.createMany({
      data: Array.from({ length: limits.conditionalAccess.policiesMax - present - 1 }, (_, n) => ({
        displayName: `Filler ${n}`,
        state: 'disabled',
        document: {},
      })),
    })
    const policy = { ...aBody(), state: 'disabled' }
    const both = await Promise.all([createPolicy(asking, { policy }), createPolicy(asking, { policy })])
    expect(both.map(codeOf).sort()).toEqual(['ok', 'too_many_policies'])
    await database.query(`DELETE FROM conditional_access_policy WHERE display_name LIKE 'Filler %'`)
  })

  it('one that another version wrote blocks whom it concerns, and can be turned off', async () => {
    const { asking } = await anOffice()
    const conditions = { ...aBody().conditions, times: { includedRanges: ['working hours'] } }
    const row = await db().conditionalAccessPolicy.create({
      data: {
        displayName: 'Newer',
        state: 'enabled',
        document: { conditions, grantControls: { builtInControls: ['block'] } },
      },
    })
    expect((await findPolicy(db(), row.id))?.document).toBeNull()
    const { outcome } = evaluate(await loadPolicySet(db()), aContext())
    expect(outcome).toMatchObject({ kind: 'block', reason: 'evaluationError' })
    saved(await setPolicyState(asking, row.id, { state: 'disabled' }))
    expect(codeOf(await setPolicyState(asking, row.id, { state: 'enabled' }))).toBe('unsupported_member')
    expect(await outcomeOf('198.18.0.5')).toBe('allow')
  })

  it('a change past this program takes effect on the next decision too', async () => {
    const { asking } = await anOffice()
    const { policy } = saved(await createPolicy(asking, { policy: aBody() }))
    expect(await outcomeOf('198.18.0.5')).toBe('block')
    await database.query(`UPDATE conditional_access_policy SET state = 'disabled' WHERE id = $1`, [policy.id])
    expect(await outcomeOf('198.18.0.5')).toBe('allow')
  })

  it('a change that was rolled back leaves nothing behind in the decision', async () => {
    const { asking } = await anOffice()
    const { policy } = saved(await createPolicy(asking, { policy: aBody() }))
    await transaction(async (tx) => {
      await tx.conditionalAccessPolicy.update({ where: { id: policy.id }, data: { state: 'disabled' } })
      expect((await loadPolicySet(tx)).policies.map((each) => each.id)).not.toContain(policy.id)
      throw new Error('rolled back')
    }).catch(() => undefined)
    expect(await outcomeOf('198.18.0.5')).toBe('block')
    saved(await deletePolicy(asking, policy.id))
  })
})

describe('a named location', () => {
  it('makes a network trusted at once, and the MFA trusted ranges count too', async () => {
    const { asking } = await anOffice()
    const { policy } = saved(await createPolicy(asking, { policy: aBody() }))
    const raw = aLocation('203.0.113.7/24')
    const { location, notices } = saved(await createNamedLocation(asking, { location: raw }))
    expect(notices.map((notice) => notice.kind)).toEqual(['hostBitsCleared'])
    expect(await outcomeOf('203.0.113.10')).toBe('allow')
    expect(await outcomeOf('192.0.2.5')).toBe('block')
    await db().tenantPolicy.create({ data: { name: 'mfaServiceSettings', document: { trustedIps: ['192.0.2.0/28'] } } })
    expect(await outcomeOf('192.0.2.5')).toBe('allow')
    saved(await updateNamedLocation(asking, location.id, { location: { ...raw, isTrusted: false } }))
    expect(await outcomeOf('203.0.113.10')).toBe('block')
    expect((await eventsOf(location.id)).map((event) => event.activity)).toEqual([
      'Update named location',
      'Add named location',
    ])
    saved(await deletePolicy(asking, policy.id))
  })

  it('row 78: is not deleted while it is trusted, nor while a policy names it', async () => {
    const { asking } = await anOffice()
    const raw = aLocation('198.51.100.0/25')
    const { location } = saved(await createNamedLocation(asking, { location: raw }))
    const locations = { includeLocations: ['All'], excludeLocations: [location.id] }
    const body = { ...aBody({ locations }), state: 'disabled' }
    const { policy } = saved(await createPolicy(asking, { policy: body }))
    expect(codeOf(await deleteNamedLocation(asking, location.id))).toBe('location_trusted')
    saved(await updateNamedLocation(asking, location.id, { location: { ...raw, isTrusted: false } }))
    expect(await deleteNamedLocation(asking, location.id)).toMatchObject({
      failure: { code: 'conditionalAccess.location_in_use', details: { policies: body.displayName, count: 1 } },
    })
    saved(await deletePolicy(asking, policy.id))
    expect(codeOf(await deleteNamedLocation(asking, location.id))).toBe('ok')
    expect(codeOf(await deleteNamedLocation(asking, location.id))).toBe('not_found')
  })

  it('SEC-187: trusting a very large range needs the name typed', async () => {
    const { asking } = await anOffice()
    const ipRanges = [{ '@odata.type': '#microsoft.graph.iPv6CidrRange', cidrAddress: '2001:d00::/24' }]
    const location = { ...aLocation('10.0.0.0/24'), ipRanges }
    expect(await createNamedLocation(asking, { location })).toMatchObject({
      failure: { details: { concern: 'wideTrustedRange', expected: location.displayName } },
    })
    expect(codeOf(await createNamedLocation(asking, { location, confirmation: location.displayName }))).toBe('ok')
  })

  it('the last way in is not closed by distrusting its network', async () => {
    const { asking } = await anOffice()
    await db().tenantPolicy.deleteMany()
    await db().namedLocation.updateMany({ data: { isTrusted: false } })
    const raw = aLocation('203.0.111.0/24')
    const { location } = saved(await createNamedLocation(asking, { location: raw }))
    const applications = { includeApplications: ['All'] }
    const body = aBody({ applications, grantControls: { builtInControls: ['block'] } })
    const { policy } = saved(await createPolicy(asking, { policy: body }))
    const distrusted = { ...raw, isTrusted: false }
    const confirmation = raw.displayName
    const refused = await updateNamedLocation(asking, location.id, { location: distrusted, confirmation })
    expect(refused).toMatchObject({
      failure: {
        code: 'conditionalAccess.no_administrator_left',
        details: { who: expect.stringContaining(`is stopped by ${body.displayName}`) },
      },
    })
    // Neither the row nor an event of the change is left, only the refusal.
    expect((await findNamedLocation(db(), location.id))?.isTrusted).toBe(true)
    expect((await eventsOf(location.id)).map(({ outcome }) => outcome)).toEqual(['failure', 'success'])
    saved(await deletePolicy(asking, policy.id))
    expect(codeOf(await updateNamedLocation(asking, location.id, { location: distrusted }))).toBe('ok')
  })
})

describe('a custom strength', () => {
  it('is used by policies, asks before it changes under them, and is not deleted while they name it', async () => {
    const { asking } = await anOffice()
    const input = { displayName: 'Bootstrap', allowedCombinations: ['softwareOath, password', 'fido2', 'fido2'] }
    const strength = saved(await createStrength(asking, input))
    expect(strength.allowedCombinations).toEqual(['password,softwareOath', 'fido2'])
    const grantControls = { builtInControls: [], authenticationStrength: strength }
    const { policy } = saved(await createPolicy(asking, { policy: aBody({ grantControls }) }))
    expect(await outcomeOf('198.18.0.5')).toBe('block')
    expect(codeOf(await deleteStrength(asking, strength.id))).toBe('strength_in_use')
    const single = { ...input, allowedCombinations: ['password'] }
    expect(codeOf(await updateStrength(asking, strength.id, single))).toBe('confirmation_needed')
    expect(codeOf(await updateStrength(asking, strength.id, single, 'Bootstrap'))).toBe('ok')
    expect(await outcomeOf('198.18.0.5')).toBe('allow')
    saved(await deletePolicy(asking, policy.id))
    // A deleted policy may be restored: it still names the strength, but decides nothing.
    expect(codeOf(await deleteStrength(asking, strength.id))).toBe('ok')
  })

  it('built-in ones stay, unknown combinations and the 16th are refused', async () => {
    const { asking } = await anOffice()
    const builtIn = '00000000-0000-0000-0000-000000000002'
    const input = { displayName: 'Mine', allowedCombinations: ['fido2'] }
    expect(codeOf(await updateStrength(asking, builtIn, input))).toBe('strength_built_in')
    expect(codeOf(await deleteStrength(asking, builtIn))).toBe('strength_built_in')
    expect(codeOf(await createStrength(asking, { ...input, allowedCombinations: ['email'] }))).toBe('invalid_strength')
    for (let n = 0; n < limits.conditionalAccess.customStrengthsMax; n++) saved(await createStrength(asking, input))
    expect(codeOf(await createStrength(asking, input))).toBe('too_many_strengths')
  })
})

describe('the policies of pages', () => {
  it('are no older than what this process decided by last', async () => {
    const before = await cachedPolicySet()
    // Another instance changed them: rows move, and this process has not heard of it.
    await database.query('UPDATE conditional_access_policy SET version = version + 1')
    expect(await cachedPolicySet()).toBe(before)
    const present = await loadPolicySet(db())
    expect(present).not.toBe(before)
    expect(await cachedPolicySet()).toBe(present)
  })
})
