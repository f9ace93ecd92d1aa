import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { findAuditRecords } from '@/lib/audit/store'
import { type Asking, createNamedLocation, createPolicy } from '@/lib/conditional-access/commands'
import { listNamedLocations, listPolicies, listStrengths } from '@/lib/conditional-access/store'
import { limits } from '@/lib/limits'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { acceptFiles, discardImport, importDraft, recordExport, saveChoices } from '@/lib/policy-files/commands'
import { exportArchive, exportJson, exportPolicy } from '@/lib/policy-files/export'
import { type Choices, noChoices } from '@/lib/policy-files/model'
import { planImport } from '@/lib/policy-files/plan'
import { findImport, listImports, loadHere, loadItems, purgeImports } from '@/lib/policy-files/store'
import type { Result } from '@/lib/result'
import { aGroup, aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'
import { foreign, policyFolder } from '@/tests/support/policy-folder'

const database = testDatabase()
const origin = { requestId: 'test', clientAddress: null, addressSource: 'unknown', userAgent: null } as const

async function somebody(role: 'globalAdministrator' | 'securityReader'): Promise<Asking> {
  const person = await aUser(db(), { roles: [role] })
  return { actor: { kind: 'administrator', ...person }, origin }
}
function valueIn<Value>(result: Result<Value>): Value {
  if (!result.ok) throw new Error(result.failure.code)
  return result.value
}
const codeOf = (result: Result<unknown>) => (result.ok ? 'ok' : result.failure.code)
const aFile = (...values: readonly unknown[]) => [
  { name: 'policies.json', bytes: Buffer.from(JSON.stringify({ value: values })) },
]
const aPolicy = (more: object = {}) => ({
  displayName: `Policy ${randomUUID()}`,
  state: 'enabled',
  conditions: { users: { includeUsers: ['All'] }, applications: { includeApplications: ['All'] } },
  grantControls: { operator: 'OR', builtInControls: ['mfa'] },
  ...more,
})
async function upload(asking: Asking, files: Parameters<typeof acceptFiles>[1]): Promise<string> {
  const accepted = valueIn(await acceptFiles(asking, files))
  if (!('importId' in accepted)) throw new Error(accepted.unread.trouble)
  return accepted.importId
}
async function planOf(id: string) {
  const draft = await findImport(db(), id, now())
  if (!draft) throw new Error('no draft')
  const items = await loadItems(db(), id)
  const plan = planImport(items, draft.choices, await loadHere(db(), items, draft.choices))
  const { policies, locations, strengths } = plan.taken
  return { draft, plan, expected: policies + locations + strengths }
}
async function importAsPlanned(asking: Asking, id: string) {
  const { draft, expected } = await planOf(id)
  return importDraft(asking, id, { version: draft.version, expected })
}
const activities = async () => {
  const { records } = await findAuditRecords({}, { size: 200 })
  return records.map(({ activity }) => activity)
}

beforeEach(async () => {
  await database.query('DELETE FROM policy_import')
  await database.query('DELETE FROM conditional_access_policy')
  await database.query('DELETE FROM named_location')
  await database.query('DELETE FROM authentication_strength_policy')
})

describe('importing a folder', () => {
  it('makes what was decided in one transaction, off, each with its entry in the trail', async () => {
    const asking = await somebody('globalAdministrator')
    const group = await aGroup(db(), {})
    const id = await upload(asking, policyFolder())
    const { plan, draft } = await planOf(id)
    expect(plan.taken.policies).toBe(4)
    const references = plan.references.map(({ kind, value }) => ({
      kind,
      value,
      to: kind === 'group' ? group.id : null,
    }))
    valueIn(await saveChoices(asking, id, { version: draft.version, choices: { ...noChoices, references } }))
    const made = valueIn(await importAsPlanned(asking, id))
    expect(made).toEqual({ policies: 48, locations: 2, strengths: 1 })

    const policies = await listPolicies(db())
    expect(policies).toHaveLength(48)
    expect(new Set(policies.map(({ state }) => state))).toEqual(new Set(['disabled']))
    expect(policies.every(({ document }) => document !== null)).toBe(true)
    const locations = await listNamedLocations(db())
    expect(locations.map(({ displayName, isTrusted }) => [displayName, isTrusted]).sort()).toEqual([
      ['Countries we do not work in', false],
      ['Headquarters (imported)', false],
    ])
    // What named the file's location names the new one.
    const ids = new Set(locations.map((location) => location.id))
    const placed = policies.filter(({ displayName }) => displayName.includes('Exchange only from headquarters'))
    expect(placed).toHaveLength(4)
    for (const { document } of placed)
      expect(document?.conditions.locations?.excludeLocations.every((each) => ids.has(each))).toBe(true)
    const [strength] = await listStrengths(db())
    const enrolment = policies.find(({ displayName }) => displayName.includes('Enrolment'))
    expect(enrolment?.document?.grantControls.authenticationStrength).toEqual({ id: strength?.id })

    const trail = await activities()
    const count = (name: string) => trail.filter((activity) => activity === name).length
    expect(count('Add conditional access policy')).toBe(48)
    expect(count('Add named location')).toBe(2)
    expect(count('Authentication Strength Policy Create')).toBe(1)
    expect(count('App: policy files imported')).toBe(1)
    const { records } = await findAuditRecords({ activity: 'Add conditional access policy' }, { size: 1 })
    expect(records[0]?.detail).toMatchObject({ before: null, after: { state: 'disabled' } })
  })

  it('works once: of two who import the same draft, one is told', async () => {
    const asking = await somebody('globalAdministrator')
    const id = await upload(asking, aFile(aPolicy()))
    const both = await Promise.all([importAsPlanned(asking, id), importAsPlanned(asking, id)])
    expect(both.map(codeOf).sort()).toEqual(['ok', 'policy_files.already_imported'])
    expect(await listPolicies(db())).toHaveLength(1)
    expect(await loadItems(db(), id)).toEqual([])
  })

  it('never passes the limit, also when two imports race', async () => {
    const asking = await somebody('globalAdministrator')
    const filling = Array.from({ length: limits.conditionalAccess.policiesMax - 3 }, () => aPolicy())
    valueIn(await importAsPlanned(asking, await upload(asking, aFile(...filling))))
    const [one, two] = [
      await upload(asking, aFile(aPolicy(), aPolicy())),
      await upload(asking, aFile(aPolicy(), aPolicy())),
    ]
    const both = await Promise.all([importAsPlanned(asking, one), importAsPlanned(asking, two)])
    expect(both.map(codeOf).sort()).toEqual(['ok', 'policy_files.too_many_policies'])
    expect(both.find((each) => !each.ok)).toMatchObject({ failure: { details: { count: 1 } } })
    expect(await listPolicies(db())).toHaveLength(239)
  })

  it('stores nothing of it when one thing cannot be made any more', async () => {
    const asking = await somebody('globalAdministrator')
    const group = await aGroup(db(), {})
    const users = { includeGroups: [group.id] }
    const conditions = { users, applications: { includeApplications: ['All'] } }
    const id = await upload(asking, aFile(aPolicy(), aPolicy({ conditions })))
    const { draft, expected } = await planOf(id)
    expect(expected).toBe(2)
    await database.query('DELETE FROM "group" WHERE id = $1', [group.id])
    const made = await importDraft(asking, id, { version: draft.version, expected })
    expect(codeOf(made)).toBe('policy_files.changed_meanwhile')
    expect(await listPolicies(db())).toEqual([])
    expect((await findImport(db(), id, now()))?.state).toBe('open')
  })

  it('undoes all of it when a step of the form refuses in the middle', async () => {
    const asking = await somebody('globalAdministrator')
    const id = await upload(asking, aFile(aPolicy(), aPolicy()))
    const { draft } = await planOf(id)
    await database.query(`CREATE FUNCTION stop_second() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF (SELECT count(*) FROM conditional_access_policy) >= 1 THEN RAISE EXCEPTION 'stopped'; END IF; RETURN NEW; END $$`)
    await database.query(
      'CREATE TRIGGER stop_second BEFORE INSERT ON conditional_access_policy FOR EACH ROW EXECUTE FUNCTION stop_second()',
    )
    await expect(importDraft(asking, id, { version: draft.version, expected: 2 })).rejects.toThrow()
    await database.query('DROP TRIGGER stop_second ON conditional_access_policy')
    expect(await listPolicies(db())).toEqual([])
    expect((await findImport(db(), id, now()))?.state).toBe('open')
    expect(codeOf(await importAsPlanned(asking, id))).toBe('ok')
  })

  it('goes on with nothing that somebody else has changed', async () => {
    const asking = await somebody('globalAdministrator')
    const id = await upload(asking, aFile(aPolicy()))
    const save = (version: number, choices: Choices) => saveChoices(asking, id, { version, choices })
    expect(codeOf(await save(1, noChoices))).toBe('ok')
    expect(codeOf(await save(1, noChoices))).toBe('policy_files.changed_meanwhile')
    expect(codeOf(await importDraft(asking, id, { version: 1, expected: 1 }))).toBe('policy_files.changed_meanwhile')
    const none = { ...noChoices, items: [{ number: 1, isTaken: false, isReportOnly: false, isTrusted: false }] }
    expect(codeOf(await save(2, none))).toBe('ok')
    expect(codeOf(await importDraft(asking, id, { version: 3, expected: 0 }))).toBe('policy_files.nothing_chosen')
  })

  it('needs the right, at the moment of importing', async () => {
    const asking = await somebody('globalAdministrator')
    const reader = await somebody('securityReader')
    expect(codeOf(await acceptFiles(reader, aFile(aPolicy())))).toBe('policy_files.not_allowed')
    const id = await upload(asking, aFile(aPolicy()))
    expect(codeOf(await importDraft(reader, id, { version: 1, expected: 1 }))).toBe('conditionalAccess.not_allowed')
    expect(codeOf(await saveChoices(reader, id, { version: 1, choices: noChoices }))).toBe('policy_files.not_allowed')
    expect(codeOf(await discardImport(reader, id))).toBe('policy_files.not_allowed')
    expect(await listPolicies(db())).toEqual([])
  })
})

describe('an upload', () => {
  it.each([
    [1, '', 'policy_files.file_missing'],
    [2, '[]', 'unread:nothing_known'],
    [3, '{"displayName": ', 'unread:unfinished'],
    [4, '{"state":"on","state":"off"}', 'unread:repeated_member'],
    [5, '[1]', 'unread:not_object'],
    [6, `{"conditions":${'['.repeat(50)}`, 'unread:too_deep'],
    [7, `{"displayName":"${'x'.repeat(2_000_000)}","conditions":{}}`, 'unread:item_too_large'],
    [8, ' '.repeat(10_485_760), 'policy_files.file_too_large'],
    [9, `[${Array.from({ length: 501 }, () => '{"conditions":{}}').join()}]`, 'policy_files.too_many_items'],
    [10, '{"__proto__":{"conditions":1}}', 'unread:forbidden_member'],
  ])('row %i that cannot be read is refused and leaves nothing behind', async (_row, text, expected) => {
    const asking = await somebody('globalAdministrator')
    const name = text === '' ? '' : 'a.json'
    const result = await acceptFiles(asking, [{ name, bytes: Buffer.from(text) }])
    const said = result.ok && 'unread' in result.value ? `unread:${result.value.unread.trouble}` : codeOf(result)
    expect(said).toBe(expected)
    expect(await listImports(db(), now())).toEqual([])
    expect(await database.query('SELECT 1 FROM policy_import_item')).toEqual([])
  })

  it('keeps what is no policy by its first characters, whole ones', async () => {
    const asking = await somebody('globalAdministrator')
    const id = await upload(asking, aFile(aPolicy(), `${'x'.repeat(18)}🔑🔑`))
    const { draft } = await planOf(id)
    expect(draft.unread).toMatchObject([{ trouble: 'not_object', found: `"${'x'.repeat(18)}🔑` }])
  })

  it('is gone after a day, with its items, and can be thrown away before', async () => {
    const asking = await somebody('globalAdministrator')
    const [one, two] = [await upload(asking, aFile(aPolicy())), await upload(asking, aFile(aPolicy()))]
    valueIn(await discardImport(asking, one))
    expect(codeOf(await discardImport(asking, one))).toBe('policy_files.not_found')
    const tomorrow = secondsFrom(now(), limits.policyFiles.draftKeptHours * 3600 + 1)
    expect(await findImport(db(), two, tomorrow)).toBeNull()
    expect(await purgeImports(db(), tomorrow.toISOString(), 100)).toBe(1)
    expect(await database.query('SELECT 1 FROM policy_import_item')).toEqual([])
  })

  it('is one of twenty at most', async () => {
    const asking = await somebody('globalAdministrator')
    for (let count = 0; count < limits.policyFiles.openDraftsMax; count++) await upload(asking, aFile(aPolicy()))
    expect(codeOf(await acceptFiles(asking, aFile(aPolicy())))).toBe('policy_files.too_many_drafts')
  })
})

describe('an export', () => {
  it('as an archive, imported where nothing is, makes the same policies, locations and strengths', async () => {
    const asking = await somebody('globalAdministrator')
    const id = await upload(asking, policyFolder())
    const { plan, draft } = await planOf(id)
    const references = plan.references.map(({ kind, value }) => ({ kind, value, to: null }))
    valueIn(await saveChoices(asking, id, { version: draft.version, choices: { ...noChoices, references } }))
    valueIn(await importAsPlanned(asking, id))
    const before = (await listPolicies(db())).map(({ body }) => withoutOwnIds(body))
    const parts: Uint8Array[] = []
    for await (const part of exportArchive([], now())) parts.push(part)

    await database.query('DELETE FROM conditional_access_policy')
    await database.query('DELETE FROM named_location')
    await database.query('DELETE FROM authentication_strength_policy')
    const again = await upload(asking, [{ name: 'conditional-access.zip', bytes: Buffer.concat(parts) }])
    const second = await planOf(again)
    expect(second.plan.references).toEqual([])
    expect(second.draft.unread).toEqual([])
    expect(valueIn(await importAsPlanned(asking, again))).toEqual({ policies: 48, locations: 2, strengths: 1 })
    const after = (await listPolicies(db())).map(({ body }) => withoutOwnIds(body))
    expect(after.sort()).toEqual(before.sort())
  })

  it('imported where it comes from proposes nothing: all of it is here', async () => {
    const asking = await somebody('globalAdministrator')
    const made = valueIn(await createPolicy(asking, { policy: aPolicy({ state: 'disabled' }) }))
    valueIn(
      await createNamedLocation(asking, {
        location: {
          ...{ '@odata.type': '#microsoft.graph.ipNamedLocation', displayName: 'Office', isTrusted: false },
          ipRanges: [{ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress: '192.0.2.0/24' }],
        },
      }),
    )
    const parts: Uint8Array[] = []
    for await (const part of exportArchive([], now())) parts.push(part)
    const id = await upload(asking, [{ name: 'all.zip', bytes: Buffer.concat(parts) }])
    const { plan } = await planOf(id)
    expect(plan.taken).toEqual({ policies: 0, locations: 0, strengths: 0 })
    expect(plan.items).toMatchObject([
      { isHere: true, hasNameTwin: true },
      { kind: 'location', isTaken: false },
    ])
    const one = JSON.parse(await exportJson([made.policy.id]))
    expect(one).toEqual(JSON.parse((await exportPolicy(made.policy.id)) ?? ''))
    expect(one).toMatchObject({ id: made.policy.id, '@odata.etag': 'W/"1"', displayName: made.policy.displayName })
    expect(JSON.parse(await exportJson([])).value).toHaveLength(1)
    expect(JSON.parse(await exportJson([randomUUID()])).value).toEqual([])
  })

  it('is told to the trail, and refused without the right', async () => {
    const reader = await somebody('securityReader')
    const nobody = await aUser(db(), {})
    expect(codeOf(await recordExport(reader, { form: 'zip', ids: [] }))).toBe('ok')
    const asking: Asking = { actor: { kind: 'administrator', ...nobody }, origin }
    expect(codeOf(await recordExport(asking, { form: 'zip', ids: [] }))).toBe('policy_files.not_allowed')
    const { records } = await findAuditRecords({ activity: 'App: policies exported' }, { size: 10 })
    expect(records.map(({ outcome }) => outcome)).toEqual(['failure', 'success'])
  })
})

/** The body as text, naming locations and strengths by nothing: those get new ids where they are made. */
function withoutOwnIds(body: Readonly<Record<string, unknown>>): string {
  const known = new Set<string>(Object.values(foreign))
  return JSON.stringify(body, (_key, value: unknown) =>
    typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-4/.test(value) && !known.has(value) ? 'id' : value,
  )
}
