import { randomBytes, randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { findAuditRecords } from '@/lib/audit/store'
import type { MethodKind } from '@/lib/authentication-methods/model'
import { loadMethodsPolicy, readMethodsPolicy } from '@/lib/authentication-methods/store'
import { listAdministrators } from '@/lib/conditional-access/administrator-store'
import {
  type Asking,
  createNamedLocation,
  createPolicy,
  createStrength,
  deleteNamedLocation,
  deletePolicy,
  duplicatePolicy,
  keepingAWayIn,
  restoreNamedLocation,
  restorePolicy,
  setPolicyState,
  updateMfaTrustedIps,
  updateNamedLocation,
  updatePolicy,
  updateStrength,
} from '@/lib/conditional-access/commands'
import { findDeletedPolicy, listDeletedLocations, listDeletedPolicies } from '@/lib/conditional-access/deleted-store'
import { readMfaTrustedIps } from '@/lib/conditional-access/mfa-trusted-ips-store'
import { findPolicy, listPolicies } from '@/lib/conditional-access/store'
import { purgeSoftDeleted } from '@/lib/jobs/purge'
import { limits } from '@/lib/limits'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { updateMethodsPolicy } from '@/lib/policy-changes/commands'
import { fail, ok, type Result } from '@/lib/result'
import { loadFacts } from '@/lib/sign-in/facts'
import { mfaModes, registrableModes } from '@/lib/sign-in/usable'
import { aGroup, aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

const database = testDatabase()
const origin = { requestId: 'test', clientAddress: null, addressSource: 'unknown', userAgent: null } as const

afterEach(() =>
  database.query(`TRUNCATE conditional_access_policy, named_location, authentication_strength_policy, tenant_policy,
    role_assignment, authentication_method, sign_in_log CASCADE`),
)

async function aMethod(userId: string, kind: MethodKind): Promise<void> {
  const id = randomUUID()
  const slot = kind === 'mobilePhone' ? 'mobile' : id
  await db().authenticationMethod.create({ data: { id, userId, kind, slot } })
  if (kind === 'softwareOath')
    await db().softwareOath.create({
      data: { methodId: id, secretSealed: 'sealed', algorithm: 'SHA1', periodSeconds: 30, lastStep: 0n },
    })
  if (kind === 'mobilePhone') await db().phone.create({ data: { methodId: id, phoneNumber: '+15555550100' } })
  if (kind !== 'passkey') return
  const data = { methodId: id, credentialId: Uint8Array.from(randomBytes(16)), publicKey: Uint8Array.from([1]) }
  await db().passkey.create({
    data: {
      ...{ ...data, algorithm: -7, signCount: 0n, aaguid: randomUUID(), backupEligible: true, backupState: true },
      ...{ transports: [], attestationFormat: 'none' },
    },
  })
}

/** A Global Administrator with a password and an app who asks, and an emergency account with a passkey, in a group. */
async function anOffice(emergencyKind: MethodKind | null = 'passkey') {
  const administrator = await aUser(db(), { roles: ['globalAdministrator'], passwordHash: 'x', displayName: 'Ada' })
  await aMethod(administrator.id, 'softwareOath')
  const emergency = await aUser(db(), { roles: ['globalAdministrator'], passwordHash: 'x', displayName: 'Glass' })
  if (emergencyKind) await aMethod(emergency.id, emergencyKind)
  const breakGlass = await aGroup(db(), { memberIds: [emergency.id] })
  const asking: Asking = { actor: { kind: 'administrator', ...administrator }, origin }
  return { administrator, emergency, breakGlass, asking }
}

const aBody = (
  more: { users?: object; target?: object; grant?: object; locations?: object | null; state?: string } = {},
) => ({
  displayName: `Policy ${randomUUID().slice(0, 8)}`,
  state: more.state ?? 'enabled',
  conditions: {
    users: more.users ?? { includeUsers: ['All'] },
    applications: more.target ?? { includeApplications: ['All'] },
    locations: more.locations ?? null,
  },
  grantControls: more.grant ?? { builtInControls: ['block'] },
})
const passkeyOnly = { builtInControls: [], authenticationStrength: { id: '00000000-0000-0000-0000-000000000004' } }
const aLocation = (cidrAddress: string, isTrusted: boolean) => ({
  '@odata.type': '#microsoft.graph.ipNamedLocation',
  displayName: `Office ${randomUUID().slice(0, 8)}`,
  isTrusted,
  ipRanges: [{ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress }],
})

function saved<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(`refused: ${result.failure.code}`)
  return result.value
}
const codeOf = (result: Result<unknown>) => (result.ok ? 'ok' : result.failure.code.replace(/^\w+\./, ''))
const concernOf = (result: Result<unknown>) => (result.ok ? 'ok' : result.failure.details?.concern)

describe('what administrators hold', () => {
  it('is told by the guard as by a sign-in', async () => {
    const { administrator, emergency } = await anOffice()
    await aMethod(administrator.id, 'mobilePhone')
    const found = await listAdministrators(db(), now())
    expect(found).toHaveLength(2)
    for (const { subject, modes, registrable } of found) {
      const facts = await loadFacts(db(), subject.id, 'now')
      if (!facts) throw new Error('nobody there')
      expect(modes.filter((mode) => mode !== 'password').toSorted()).toEqual(mfaModes(facts).toSorted())
      expect(registrable.toSorted()).toEqual([...new Set(registrableModes(facts))].toSorted())
    }
    await db().user.update({ where: { id: emergency.id }, data: { accountEnabled: false } })
    expect((await listAdministrators(db(), now())).map(({ subject }) => subject.id)).toEqual([administrator.id])
  })
})

describe('SEC-015: the guard asks about the methods people really hold', () => {
  it('an excluded emergency account without a usable method is no way in', async () => {
    const { asking, breakGlass, emergency } = await anOffice(null)
    await db().user.update({ where: { id: emergency.id }, data: { passwordHash: null } })
    const users = { includeUsers: ['All'], excludeGroups: [breakGlass.id] }
    const body = aBody({ users })
    const refused = await createPolicy(asking, { policy: body })
    expect(refused).toMatchObject({
      failure: {
        code: 'conditionalAccess.confirmation_needed',
        details: {
          concern: 'shutsOutGlobalAdministrators',
          who: expect.stringMatching(/Ada is stopped by Policy \w+.*Glass has no method/),
        },
      },
    })
    expect(await listPolicies(db())).toEqual([])
    await aMethod(emergency.id, 'passkey')
    expect(codeOf(await createPolicy(asking, { policy: body }))).toBe('ok')
  })

  it('a strength that becomes one nobody holds is refused, with no name that could be typed', async () => {
    const { asking } = await anOffice(null)
    const input = { displayName: 'Mine', allowedCombinations: ['password,softwareOath'] }
    const strength = saved(await createStrength(asking, input))
    const grant = { builtInControls: [], authenticationStrength: { id: strength.id } }
    saved(await createPolicy(asking, { policy: aBody({ grant }) }))
    const impossible = { ...input, allowedCombinations: ['x509CertificateMultiFactor'] }
    for (const confirmation of [undefined, 'Mine'])
      expect(codeOf(await updateStrength(asking, strength.id, impossible, confirmation))).toBe('no_administrator_left')
    const possible = { ...input, allowedCombinations: ['password,softwareOath', 'fido2'] }
    expect(concernOf(await updateStrength(asking, strength.id, possible))).toBe('strengthInUse')
    expect(codeOf(await updateStrength(asking, strength.id, possible, 'Mine'))).toBe('ok')
  })

  it('the methods policy does not take the only method that a policy lets in', async () => {
    const { asking } = await anOffice()
    saved(await createPolicy(asking, { policy: aBody({ grant: passkeyOnly }) }))
    const { version, document } = await readMethodsPolicy(db())
    const { passkeyProfiles: _p, defaultPasskeyProfile: _d, ...passkey } = document.methods.passkey
    const change = { part: 'passkey', configuration: { ...passkey, state: 'disabled' } } as const
    // Ada keeps her app, so counting second factors alone would let it pass.
    expect(codeOf(await updateMethodsPolicy(asking, change, version))).toBe('no_administrator_left')
    expect((await loadMethodsPolicy(db())).methods.passkey.state).toBe('enabled')
  })

  it('groups and roles change under the same guard', async () => {
    const { asking, breakGlass, emergency } = await anOffice()
    const users = { includeUsers: ['All'], excludeGroups: [breakGlass.id] }
    saved(await createPolicy(asking, { policy: aBody({ users }) }))
    const without = (work: (tx: Parameters<Parameters<typeof transaction>[0]>[0]) => Promise<unknown>) =>
      transaction((tx) =>
        keepingAWayIn<undefined, 'left'>(
          tx,
          now(),
          async () => {
            await work(tx)
            return ok()
          },
          () => fail('refused', 'left'),
        ),
      )
    expect(codeOf(await without((tx) => tx.groupMember.deleteMany({ where: { userId: emergency.id } })))).toBe('left')
    expect(codeOf(await without((tx) => tx.roleAssignment.deleteMany({ where: { userId: emergency.id } })))).toBe(
      'left',
    )
    expect(await db().groupMember.count({ where: { userId: emergency.id } })).toBe(1)
    const other = await aUser(db(), {})
    expect(
      codeOf(await without((tx) => tx.groupMember.create({ data: { groupId: breakGlass.id, userId: other.id } }))),
    ).toBe('ok')
  })

  it('a country where no administrator ever was is a way in on paper only', async () => {
    const { asking, administrator } = await anOffice()
    await db().signInLog.create({
      data: {
        ...{ at: now(), userId: administrator.id, target: 'x', clientAddress: '198.18.0.5', addressSource: 'peer' },
        ...{ errorCode: 0, authenticationDetails: [], conditionalAccessStatus: 'success', appliedPolicies: [] },
        ...{ correlationId: randomUUID(), requestId: 'test' },
      },
    })
    const location = saved(
      await createNamedLocation(asking, {
        location: {
          '@odata.type': '#microsoft.graph.countryNamedLocation',
          displayName: 'DE',
          countriesAndRegions: ['DE'],
        },
      }),
    ).location
    const body = aBody({ locations: { includeLocations: ['All'], excludeLocations: [location.id] } })
    expect(concernOf(await createPolicy(asking, { policy: body }))).toBe('shutsOutOfUsualPlaces')
    expect(codeOf(await createPolicy(asking, { policy: body, confirmation: body.displayName }))).toBe('ok')
  })

  it('two saves at once, each harmless alone, do not lock everybody out together', async () => {
    const { asking, administrator, emergency } = await anOffice()
    for (let round = 0; round < 5; round++) {
      const both = await Promise.all(
        [administrator, emergency].map(({ id }) =>
          createPolicy(asking, { policy: aBody({ users: { includeUsers: [id] } }) }),
        ),
      )
      expect(both.map(concernOf).toSorted()).toEqual(['ok', 'shutsOutGlobalAdministrators'])
      await db().conditionalAccessPolicy.deleteMany()
    }
  })

  it('a policy and the methods policy at once neither', async () => {
    const { asking } = await anOffice()
    const { version, document } = await readMethodsPolicy(db())
    const { passkeyProfiles: _p, defaultPasskeyProfile: _d, ...passkey } = document.methods.passkey
    const both = await Promise.all([
      createPolicy(asking, { policy: aBody({ grant: passkeyOnly }) }),
      updateMethodsPolicy(asking, { part: 'passkey', configuration: { ...passkey, state: 'disabled' } }, version),
    ])
    expect(both.filter(({ ok: isOk }) => isOk)).toHaveLength(1)
  })
})

describe('a deleted policy', () => {
  it('comes back in report-only or as it was, and the trail says so', async () => {
    const { asking } = await anOffice()
    const body = aBody({ grant: { builtInControls: ['mfa'] } })
    const { policy } = saved(await createPolicy(asking, { policy: body }))
    saved(await deletePolicy(asking, policy.id))
    const { rows } = await listDeletedPolicies(db(), { after: null, size: 10 })
    expect(rows.map(({ id, state }) => [id, state])).toEqual([[policy.id, 'enabled']])
    const [deleted] = rows
    expect(deleted?.endsAt).toEqual(secondsFrom(deleted?.deletedAt ?? now(), 30 * 86_400))
    const restored = saved(
      await restorePolicy(asking, policy.id, { state: 'enabledForReportingButNotEnforced', version: deleted?.version }),
    )
    expect(restored.policy).toMatchObject({ id: policy.id, state: 'enabledForReportingButNotEnforced' })
    expect(codeOf(await restorePolicy(asking, policy.id, { state: 'disabled' }))).toBe('not_found')
    const { records } = await findAuditRecords({ target: policy.id })
    expect(records[0]).toMatchObject({ activity: 'App: conditional access policy restored', outcome: 'failure' })
    expect(records[1]).toMatchObject({
      outcome: 'success',
      detail: { before: null, after: { displayName: body.displayName } },
    })
    // On again: only what was on when it was deleted.
    saved(await deletePolicy(asking, policy.id))
    expect(codeOf(await restorePolicy(asking, policy.id, { state: 'enabled' }))).toBe('invalid_policy')
  })

  it('does not come back on when it would shut everybody out, unless its name is typed', async () => {
    const { asking } = await anOffice()
    const body = aBody()
    const { policy } = saved(await createPolicy(asking, { policy: body, confirmation: body.displayName }))
    saved(await deletePolicy(asking, policy.id))
    expect(concernOf(await restorePolicy(asking, policy.id, { state: 'enabled' }))).toBe('shutsOutGlobalAdministrators')
    expect(await findDeletedPolicy(db(), policy.id)).not.toBeNull()
    const confirmation = body.displayName
    expect(codeOf(await restorePolicy(asking, policy.id, { state: 'enabled', confirmation }))).toBe('ok')
  })

  it('does not come back on while a location that it names is deleted too', async () => {
    const { asking } = await anOffice()
    const { location } = saved(await createNamedLocation(asking, { location: aLocation('203.0.113.0/24', false) }))
    const locations = { includeLocations: [location.id], excludeLocations: [] }
    const { policy } = saved(await createPolicy(asking, { policy: aBody({ locations }) }))
    saved(await deletePolicy(asking, policy.id))
    expect(codeOf(await deleteNamedLocation(asking, location.id))).toBe('ok')
    expect(await restorePolicy(asking, policy.id, { state: 'enabled' })).toMatchObject({
      failure: { code: 'conditionalAccess.deleted_reference', details: { name: location.displayName } },
    })
    saved(await restoreNamedLocation(asking, location.id))
    expect(codeOf(await restorePolicy(asking, policy.id, { state: 'enabled' }))).toBe('ok')
  })

  it('counts in no limit, and comes back only where there is room', async () => {
    const { asking } = await anOffice()
    const { policy } = saved(await createPolicy(asking, { policy: aBody({ state: 'disabled' }) }))
    saved(await deletePolicy(asking, policy.id))
    await db().conditionalAccessPolicy.createMany({
      data: Array.from({ length: limits.conditionalAccess.policiesMax - 1 }, (_, n) => ({
        ...{ displayName: `Filler ${n}`, state: 'disabled', document: {} },
      })),
    })
    const { policy: last } = saved(await createPolicy(asking, { policy: aBody({ state: 'disabled' }) }))
    expect(codeOf(await createPolicy(asking, { policy: aBody({ state: 'disabled' }) }))).toBe('too_many_policies')
    expect(codeOf(await restorePolicy(asking, policy.id, { state: 'disabled' }))).toBe('too_many_policies')
    saved(await deletePolicy(asking, last.id))
    const both = await Promise.all([
      restorePolicy(asking, policy.id, { state: 'disabled' }),
      restorePolicy(asking, last.id, { state: 'disabled' }),
    ])
    expect(both.map(codeOf).toSorted()).toEqual(['ok', 'too_many_policies'])
  })

  it('is gone for good after thirty days, and the trail says so', async () => {
    const { asking } = await anOffice()
    const { policy } = saved(await createPolicy(asking, { policy: aBody({ state: 'disabled' }) }))
    const { location } = saved(await createNamedLocation(asking, { location: aLocation('203.0.113.0/24', false) }))
    saved(await deletePolicy(asking, policy.id))
    saved(await deleteNamedLocation(asking, location.id))
    expect(await purgeSoftDeleted(secondsFrom(now(), 29 * 86_400))).toBe(0)
    expect(await purgeSoftDeleted(secondsFrom(now(), 30 * 86_400 + 60))).toBe(2)
    expect(codeOf(await restorePolicy(asking, policy.id, { state: 'disabled' }))).toBe('not_found')
    expect(codeOf(await restoreNamedLocation(asking, location.id))).toBe('not_found')
    const { records } = await findAuditRecords({
      target: location.id,
      activity: 'App: named location removed for good',
    })
    expect(records).toMatchObject([{ actorKind: 'system', detail: { target: { name: location.displayName } } }])
  })
})

describe('a deleted location', () => {
  it('comes back, and is not trusted', async () => {
    const { asking } = await anOffice()
    const raw = aLocation('203.0.113.0/24', true)
    const { location } = saved(await createNamedLocation(asking, { location: raw }))
    saved(await updateNamedLocation(asking, location.id, { location: { ...raw, isTrusted: false } }))
    saved(await deleteNamedLocation(asking, location.id))
    // As an older version may have left it.
    await db().namedLocation.update({ where: { id: location.id }, data: { isTrusted: true } })
    const { rows } = await listDeletedLocations(db(), { after: null, size: 10 })
    expect(rows.map(({ id }) => id)).toEqual([location.id])
    const version = rows[0]?.version ?? 0
    expect(codeOf(await restoreNamedLocation(asking, location.id, { version: version - 1 }))).toBe('changed_meanwhile')
    expect(saved(await restoreNamedLocation(asking, location.id, { version }))).toMatchObject({ isTrusted: false })
  })

  it('lists page by page, the last deleted first', async () => {
    const at = now()
    await db().namedLocation.createMany({
      data: Array.from({ length: 5 }, (_, n) => ({
        displayName: `Gone ${n}`,
        document: { '@odata.type': '#microsoft.graph.ipNamedLocation', ipRanges: [{ cidrAddress: '10.0.0.0/24' }] },
        deletedAt: secondsFrom(at, n),
      })),
    })
    const first = await listDeletedLocations(db(), { after: null, size: 3 })
    const second = await listDeletedLocations(db(), { after: first.next, size: 3 })
    const names = [...first.rows, ...second.rows].map(({ displayName }) => displayName)
    expect(names).toEqual(['Gone 4', 'Gone 3', 'Gone 2', 'Gone 1', 'Gone 0'])
    expect(second.next).toBeNull()
  })
})

describe('a copy of a policy', () => {
  it('is off, has its own name, and keeps what the original names even when it is gone', async () => {
    const { asking, administrator } = await anOffice()
    const group = await aGroup(db())
    const users = { includeGroups: [group.id], excludeUsers: [administrator.id] }
    const { policy } = saved(await createPolicy(asking, { policy: aBody({ users }) }))
    await db().group.delete({ where: { id: group.id } })
    const copy = saved(await duplicatePolicy(asking, policy.id, { displayName: 'Copy of it' })).policy
    expect(copy).toMatchObject({ displayName: 'Copy of it', state: 'disabled' })
    expect(copy.id).not.toBe(policy.id)
    expect(copy.document?.conditions).toEqual(policy.document?.conditions)
    expect(await findPolicy(db(), policy.id)).toMatchObject({ version: policy.version, state: 'enabled' })
    expect(codeOf(await duplicatePolicy(asking, policy.id, { displayName: ' ' }))).toBe('invalid_policy')
    expect(codeOf(await duplicatePolicy(asking, randomUUID(), { displayName: 'x' }))).toBe('not_found')
    const reader = await aUser(db(), { roles: ['securityReader'] })
    const asReader: Asking = { actor: { kind: 'administrator', ...reader }, origin }
    expect(codeOf(await duplicatePolicy(asReader, policy.id, { displayName: 'x' }))).toBe('not_allowed')
  })
})

describe('MFA trusted IPs', () => {
  it('are at most fifty IPv4 ranges, kept under a version, recorded, and guarded', async () => {
    const { asking } = await anOffice()
    const save = (ranges: readonly string[], version: number) => updateMfaTrustedIps(asking, { ranges, version })
    expect(codeOf(await save(['2001:db8::/32'], 0))).toBe('invalid_trusted_ip')
    expect(codeOf(await save(['10.0.0.0/8'], 0))).toBe('range_too_wide')
    expect(
      codeOf(
        await save(
          Array.from({ length: 51 }, (_, n) => `192.0.2.${n}/32`),
          0,
        ),
      ),
    ).toBe('too_many_ranges')
    const first = saved(await save(['192.0.2.9/28', '192.0.2.0/28', '::ffff:198.51.100.0/120'], 0))
    expect(first.ranges).toEqual(['192.0.2.0/28', '198.51.100.0/24'])
    expect(first.notices.map(({ kind }) => kind)).toEqual(['hostBitsCleared', 'duplicate', 'mappedUnwrapped'])
    expect(codeOf(await save([], 0))).toBe('changed_meanwhile')
    const { version } = await readMfaTrustedIps(db())
    const locations = { includeLocations: ['All'], excludeLocations: ['AllTrusted'] }
    const { policy } = saved(await createPolicy(asking, { policy: aBody({ locations }) }))
    expect(codeOf(await save([], version))).toBe('no_administrator_left')
    expect((await readMfaTrustedIps(db())).ranges).toEqual(first.ranges)
    saved(await setPolicyState(asking, policy.id, { state: 'disabled' }))
    expect(saved(await save([], version)).ranges).toEqual([])
    const { records } = await findAuditRecords({ activity: 'App: MFA trusted IPs updated', outcome: 'success' })
    expect(records[0]?.detail).toMatchObject({ before: { trustedIps: first.ranges }, after: { trustedIps: [] } })
  })
})

it('an update that would shut everybody out leaves the policy as it was', async () => {
  const { asking } = await anOffice()
  const body = aBody({ grant: { builtInControls: ['mfa'] } })
  const { policy } = saved(await createPolicy(asking, { policy: body }))
  const closed = { ...body, grantControls: { builtInControls: ['block'] } }
  expect(codeOf(await updatePolicy(asking, policy.id, { policy: closed }))).toBe('confirmation_needed')
  expect(await findPolicy(db(), policy.id)).toMatchObject({ version: policy.version, body: policy.body })
})
