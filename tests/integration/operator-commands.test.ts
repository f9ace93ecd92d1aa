import { spawn } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pemOf } from '../support/certificate-authority'
import { testDatabase } from '../support/database'
import { aBlob, metadataRoot } from '../support/metadata-blob'

// The operator's commands as they are typed, each a process of its own.

const database = testDatabase()

function run(script: string, ...rest: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['scripts/run.mjs', `scripts/${script}.ts`, ...rest], {
    env: { ...process.env, DATABASE_URL: database.url, MIGRATION_DATABASE_URL: database.ownerUrl },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
    })
  return new Promise((done) => child.once('close', (code) => done({ code, said })))
}

test('the first administrator gets a pass that is stored as a hash, and nobody becomes first twice', async () => {
  const { code, said } = await run('first-administrator', 'ada@harbor.example', 'Ada Moreau')
  expect(said).toContain('ada@harbor.example is Global Administrator')
  expect(code).toBe(0)
  const pass = /Pass +(\S+)/.exec(said)?.[1] ?? ''
  expect(pass).toHaveLength(16)
  const [row] = await database.query('SELECT pass_hash, is_usable_once FROM temporary_access_pass')
  expect(row).toMatchObject({ pass_hash: expect.stringMatching(/^\$argon2id\$/), is_usable_once: true })
  const events = await database.query('SELECT record FROM audit_event')
  expect(events.length).toBeGreaterThanOrEqual(3)
  expect(JSON.stringify(events)).not.toContain(pass)

  const second = await run('first-administrator', 'eve@harbor.example', 'Eve')
  expect(second).toMatchObject({ code: 1, said: expect.stringContaining('there is a Global Administrator already') })
})

test('a name that is none is refused with a sentence', async () => {
  expect(await run('first-administrator', 'not a name', 'X')).toMatchObject({ code: 1 })
  expect(await run('first-administrator')).toMatchObject({ code: 2, said: expect.stringContaining('usage') })
})

test('migrating an up-to-date schema says so', async () => {
  expect(await run('migrate')).toMatchObject({ code: 0, said: expect.stringContaining('up to date') })
})

test('the audit trail verifies, and no longer when a record was changed behind its back', async () => {
  expect(await run('verify-audit')).toMatchObject({ code: 0, said: expect.stringContaining('whole') })
  await database.query('ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_change')
  await database.query(
    "UPDATE audit_event SET record = replace(record, 'success', 'failure') WHERE id = (SELECT min(id) FROM audit_event)",
  )
  expect(await run('verify-audit')).toMatchObject({ code: 1, said: expect.stringContaining('broken') })
})

test('the list of authenticator models is imported from a file, and says why when it is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'twofold-import-'))
  const [blob, root] = [join(folder, 'blob.jwt'), join(folder, 'root.pem')]
  writeFileSync(blob, aBlob({ no: 3, entries: [{}] }))
  writeFileSync(root, pemOf(metadataRoot))
  expect(await run('import-metadata', blob)).toMatchObject({ code: 1, said: expect.stringContaining('pinned root') })
  process.env.FIDO_METADATA_ROOT_FILE = root
  expect(await run('import-metadata', blob)).toMatchObject({
    code: 0,
    said: expect.stringContaining('list 3 imported'),
  })
  writeFileSync(blob, aBlob({ no: 2 }))
  expect(await run('import-metadata', blob)).toMatchObject({ code: 1, said: expect.stringContaining('lower') })
  expect(await run('import-metadata', join(folder, 'none'))).toMatchObject({ code: 2 })
  expect(await run('import-metadata')).toMatchObject({ code: 2, said: expect.stringContaining('usage') })
})

test('one policy is turned off in an emergency, by its id or its exact name, while no program runs', async () => {
  const add = async (name: string, state = 'enabled') => {
    const [row] = await database.query<{ id: string }>(
      `INSERT INTO conditional_access_policy (id, display_name, state, document)
       VALUES (gen_random_uuid(), $1, $2, '{"conditions": {}}') RETURNING id`,
      [name, state],
    )
    return row?.id ?? ''
  }
  const stateOf = async (id: string) =>
    (await database.query<{ state: string }>('SELECT state FROM conditional_access_policy WHERE id = $1', [id]))[0]
      ?.state
  const block = await add('Block all \u001b[31mred')
  const [twin, other] = [await add('Twin'), await add('Twin', 'enabledForReportingButNotEnforced')]

  expect(await run('emergency-disable')).toMatchObject({ code: 2, said: expect.stringContaining('usage') })
  expect(await run('emergency-disable', 'a', 'b')).toMatchObject({ code: 2 })
  expect(await run('emergency-disable', 'Nothing')).toMatchObject({ code: 1, said: expect.stringContaining('--list') })
  const twins = await run('emergency-disable', 'Twin')
  expect(twins).toMatchObject({ code: 1, said: expect.stringContaining(twin) })
  expect(twins.said).toContain(other)
  expect(await stateOf(twin)).toBe('enabled')

  const listed = await run('emergency-disable', '--list')
  expect(listed.code).toBe(0)
  expect(listed.said.trim().split('\n')).toHaveLength(3)
  expect(listed.said).not.toContain('\u001b')

  expect(await run('emergency-disable', block.toUpperCase())).toMatchObject({
    code: 0,
    said: expect.stringContaining('is off. It was on.'),
  })
  expect(await stateOf(block)).toBe('disabled')
  expect(await run('emergency-disable', block)).toMatchObject({
    code: 0,
    said: expect.stringContaining('is off already'),
  })
  const events = await database.query<{ actor_kind: string }>(
    `SELECT actor_kind FROM audit_event WHERE target_id = $1 AND activity = 'App: CA emergency disable'`,
    [block],
  )
  expect(events).toEqual([{ actor_kind: 'system' }])
}, 120_000)

test('turning a policy off says what is wrong when the database is not there', async () => {
  const child = spawn(process.execPath, ['scripts/run.mjs', 'scripts/emergency-disable.ts', '--list'], {
    env: { ...process.env, DATABASE_URL: 'postgresql://nobody:x@127.0.0.1:1/none' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8')
  })
  expect(await new Promise((done) => child.once('close', done))).toBe(2)
  expect(said).toContain('emergency-disable:')
})
