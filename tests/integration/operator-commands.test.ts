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
