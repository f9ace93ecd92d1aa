import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findAuditRecords } from '@/lib/audit/store'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import * as everyCommand from '@/lib/conditional-access/commands'
import {
  type Asking,
  createNamedLocation,
  createPolicy,
  createStrength,
  createTerms,
  deleteNamedLocation,
  deletePolicy,
  deleteStrength,
  duplicatePolicy,
  emergencyDisablePolicy,
  nameContexts,
  restoreNamedLocation,
  restorePolicy,
  retireTerms,
  setPolicyState,
  updateMfaTrustedIps,
  updateNamedLocation,
  updatePolicy,
  updateStrength,
  updateTerms,
} from '@/lib/conditional-access/commands'
import { findPolicy, findStrength } from '@/lib/conditional-access/store'
import { db } from '@/lib/platform/db'
import type { Result } from '@/lib/result'
import { findText } from '@/lib/terms-of-use/store'
import { anOrigin } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

/** The audit trail holds the whole JSON from before and after every change of what policies decide with. */

testDatabase()
let asking: Asking
beforeAll(async () => {
  const administrator = await aUser(db(), { roles: ['globalAdministrator'] })
  asking = { actor: { kind: 'administrator', ...administrator }, origin: anOrigin() }
})

function value<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(`${result.failure.code} ${result.failure.field ?? ''}`)
  return result.value
}

/** What the trail says of the last change, as JSON; `null` where there was nothing before or is nothing after. */
async function lastChange(): Promise<{ readonly activity: string; readonly before: unknown; readonly after: unknown }> {
  const { records } = await findAuditRecords({}, { size: 1 })
  const [last] = records
  if (!last) throw new Error('nothing was recorded')
  const { before = null, after = null } = last.detail as { before?: unknown; after?: unknown }
  return { activity: last.activity, before, after }
}

const tested = new Set<string>()
/** Makes the change, and answers what it was and what the trail says of it. */
async function told<Value>(command: keyof typeof everyCommand, run: () => Promise<Result<Value>>) {
  const made = value(await run())
  tested.add(command)
  return { made, ...(await lastChange()) }
}

describe('the trail holds the JSON from before and after', () => {
  it('of a policy', async () => {
    const policy = {
      displayName: `Policy ${randomUUID()}`,
      state: 'disabled',
      conditions: {
        users: { includeUsers: ['All'] },
        applications: { includeUserActions: ['urn:user:registerdevice'] },
      },
      grantControls: { operator: 'OR', builtInControls: ['mfa'] },
    }
    const bodyOf = async (id: string) => JSON.parse(JSON.stringify((await findPolicy(db(), id))?.body ?? null))
    const created = await told('createPolicy', () => createPolicy(asking, { policy }))
    const { id } = created.made.policy
    const first = await bodyOf(id)
    expect(first).toMatchObject({ displayName: policy.displayName, state: 'disabled' })
    expect([created.before, created.after]).toEqual([null, first])

    const changed = { ...policy, description: 'For every device' }
    const updated = await told('updatePolicy', () => updatePolicy(asking, id, { policy: changed }))
    const second = await bodyOf(id)
    expect(second).not.toEqual(first)
    expect([updated.before, updated.after]).toEqual([first, second])

    const on = await told('setPolicyState', () => setPolicyState(asking, id, { state: 'enabled' }))
    expect([on.before, on.after]).toEqual([second, { ...second, state: 'enabled' }])

    const off = await told('emergencyDisablePolicy', () => emergencyDisablePolicy(id, anOrigin()))
    expect([off.before, off.after]).toEqual([{ ...second, state: 'enabled' }, second])

    const copy = await told('duplicatePolicy', () => duplicatePolicy(asking, id, { displayName: 'A copy' }))
    expect([copy.before, copy.after]).toEqual([null, await bodyOf(copy.made.policy.id)])

    const deleted = await told('deletePolicy', () => deletePolicy(asking, id))
    expect([deleted.before, deleted.after]).toEqual([second, null])

    const restored = await told('restorePolicy', () => restorePolicy(asking, id, { state: 'disabled' }))
    expect([restored.before, restored.after]).toEqual([null, await bodyOf(id)])
  })

  it('of a named location of either kind', async () => {
    const ip = (...ranges: readonly string[]) => ({
      '@odata.type': '#microsoft.graph.ipNamedLocation',
      displayName: 'Pier',
      isTrusted: false,
      ipRanges: ranges.map((cidrAddress) => ({ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress })),
    })
    const countries = (...countriesAndRegions: readonly string[]) => ({
      '@odata.type': '#microsoft.graph.countryNamedLocation',
      displayName: 'North',
      countriesAndRegions,
      includeUnknownCountriesAndRegions: true,
      countryLookupMethod: 'clientIpAddress',
    })
    for (const [before, after] of [
      [ip('203.0.113.0/24'), ip('203.0.113.0/24', '198.51.100.0/25')],
      [countries('DE'), countries('DE', 'FR')],
    ]) {
      const created = await told('createNamedLocation', () => createNamedLocation(asking, { location: before }))
      const { id } = created.made.location
      expect([created.before, created.after]).toEqual([null, before])
      const updated = await told('updateNamedLocation', () => updateNamedLocation(asking, id, { location: after }))
      expect([updated.before, updated.after]).toEqual([before, after])
      const deleted = await told('deleteNamedLocation', () => deleteNamedLocation(asking, id))
      expect([deleted.before, deleted.after]).toEqual([after, null])
      const restored = await told('restoreNamedLocation', () => restoreNamedLocation(asking, id))
      expect([restored.before, restored.after]).toEqual([null, after])
    }
  })

  it('of the MFA trusted IPs', async () => {
    const first = { ranges: ['192.0.2.0/28'], version: 0 }
    const set = await told('updateMfaTrustedIps', () => updateMfaTrustedIps(asking, first))
    expect([set.before, set.after]).toEqual([{ trustedIps: [] }, { trustedIps: ['192.0.2.0/28'] }])
  })

  it('of a strength', async () => {
    const rowOf = async (id: string) => JSON.parse(JSON.stringify((await findStrength(db(), id)) ?? null))
    const input = { displayName: 'Deck crew', allowedCombinations: ['fido2'] }
    const created = await told('createStrength', () => createStrength(asking, input))
    const { id } = created.made
    expect(builtInStrengths.map((strength) => strength.id)).not.toContain(id)
    const first = await rowOf(id)
    expect([created.before, created.after]).toEqual([null, first])
    const more = { ...input, allowedCombinations: ['fido2', 'password,softwareOath'] }
    const updated = await told('updateStrength', () => updateStrength(asking, id, more))
    const second = await rowOf(id)
    expect([updated.before, updated.after]).toEqual([first, second])
    const deleted = await told('deleteStrength', () => deleteStrength(asking, id))
    expect([deleted.before, deleted.after]).toEqual([second, null])
  })

  it('of terms of use; each text is kept as its version, for good', async () => {
    const input = (text: string) => ({
      displayName: 'House rules',
      languages: [{ language: 'en', text }],
      asksAgainOnChange: true,
      asksAgainDays: null,
    })
    const created = await told('createTerms', () => createTerms(asking, input('Be kind.')))
    const { id, version } = created.made
    expect(created.before).toBeNull()
    expect(created.after).toMatchObject({ displayName: 'House rules', textVersion: 1, languages: ['en'] })
    const updated = await told('updateTerms', () => updateTerms(asking, id, input('Be on time.'), version))
    expect(updated.before).toEqual(created.after)
    expect(updated.after).toMatchObject({ displayName: 'House rules', textVersion: 2, languages: ['en'] })
    const retired = await told('retireTerms', () => retireTerms(asking, id, updated.made.version))
    expect(retired.before).toEqual({ ...(updated.after as object), isRetired: false })
    expect(retired.after).toEqual({ ...(updated.after as object), isRetired: true })
    const texts = [await findText(db(), id, 1), await findText(db(), id, 2)]
    expect(texts.map((text) => text?.languages[0]?.text)).toEqual(['Be kind.', 'Be on time.'])
  })

  it('of the names of authentication contexts', async () => {
    const first = await told('nameContexts', () => nameContexts(asking, 'c1 Files', 0))
    expect([first.before, first.after]).toEqual([[], [{ id: 'c1', name: 'Files' }]])
    const second = await told('nameContexts', () => nameContexts(asking, 'c1 Files\nc2 Money', 1))
    expect([second.before, second.after]).toEqual([
      [{ id: 'c1', name: 'Files' }],
      [
        { id: 'c1', name: 'Files' },
        { id: 'c2', name: 'Money' },
      ],
    ])
  })

  afterAll(() => {
    // A command that comes is to be added above. `keepingAWayIn` is a frame, not a change.
    const commands = Object.keys(everyCommand).filter((name) => name !== 'keepingAWayIn')
    expect([...tested].sort()).toEqual(commands.sort())
  })
})
