import { randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { importMetadata, importMetadataFrom } from '@/lib/fido-metadata/commands'
import { findList, findModel } from '@/lib/fido-metadata/store'
import { refreshMetadata } from '@/lib/jobs/refresh-metadata'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { finishPasskey, startPasskey } from '@/lib/security-info/passkey'
import { passkeyModels } from '@/lib/security-info/passkey-models'
import { methodViews } from '@/lib/security-info/view'
import { loadFacts } from '@/lib/sign-in/facts'
import { anAsking } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { issue, pemOf } from '@/tests/support/certificate-authority'
import { forgetSettings, testDatabase } from '@/tests/support/database'
import { aBlob, metadataRoot, pngIcon } from '@/tests/support/metadata-blob'
import { SoftwareAuthenticator } from '@/tests/support/software-authenticator'

testDatabase()
const aaguid = randomUUID()
const entry = { aaguid, description: 'Harbor Key 5', icon: pngIcon, roots: [issue({ isAuthority: true })] }

beforeAll(() => {
  process.env.FIDO_METADATA_ROOT_FILE = join(mkdtempSync(join(tmpdir(), 'twofold-metadata-')), 'root.pem')
  writeFileSync(process.env.FIDO_METADATA_ROOT_FILE, pemOf(metadataRoot))
  forgetSettings()
})

const events = () =>
  db().auditEvent.findMany({
    where: { activity: 'App: FIDO metadata imported' },
    orderBy: { id: 'asc' },
    select: { outcome: true, reason: true },
  })

async function serve(blob: string): Promise<{ address: string; close: () => Promise<unknown> }> {
  const server = createServer((request, response) => {
    if (request.url === '/blob') response.end(blob)
    else if (request.url === '/long') response.end('x'.repeat(34 * 1024 * 1024))
    else response.writeHead(302, { location: '/blob' }).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((done) => server.close(done))
    },
  }
}

describe('importing the list', () => {
  it('takes it over whole, records it, and keeps it when the same comes again', async () => {
    const text = aBlob({ no: 10, entries: [entry, { aaguid: randomUUID() }] })
    expect(await importMetadata(text, 'blob.jwt')).toMatchObject({
      ok: true,
      outcome: 'imported',
      number: 10,
      models: 2,
    })
    expect(await importMetadata(text, 'blob.jwt')).toMatchObject({ ok: true, outcome: 'unchanged' })
    expect(await events()).toEqual([{ outcome: 'success', reason: null }])
    expect(await findModel(db(), aaguid)).toMatchObject({ anchors: [{ version: 3 }] })
  })

  it('never goes back, and takes nothing that another root signed; both are recorded', async () => {
    expect(await importMetadata(aBlob({ no: 9 }), 'old.jwt')).toEqual({ ok: false, reason: 'rollback' })
    const stranger = issue({ isAuthority: true })
    const forged = aBlob({ no: 99, signedBy: issue({}, stranger) })
    expect(await importMetadata(forged, 'forged.jwt')).toEqual({ ok: false, reason: 'untrusted' })
    expect(await importMetadata(aBlob({ no: 99, nextUpdate: '2020-01-01' }), 'old.jwt')).toMatchObject({
      reason: 'stale',
    })
    expect(await findList(db())).toMatchObject({ number: 10 })
    expect((await events()).slice(1).map(({ reason }) => reason)).toEqual(['rollback', 'untrusted', 'stale'])
  })

  it('comes one after the other: of two at once the higher number stays', async () => {
    await Promise.all([12, 11, 12, 11].map((no) => importMetadata(aBlob({ no, entries: [entry] }), `${no}.jwt`)))
    expect(await findList(db())).toMatchObject({ number: 12 })
    expect(await db().fidoModel.count()).toBe(1)
  })

  it('from an address: whole, of a bearable size, without redirects', async () => {
    const blob = aBlob({ no: 13, entries: [entry] })
    const { address, close } = await serve(blob)
    await expect(importMetadataFrom(`${address}/moved`)).rejects.toThrow('answered 302')
    await expect(importMetadataFrom(`${address}/long`)).rejects.toThrow('longer than')
    await expect(importMetadataFrom('http://mds.harbor.example/')).rejects.toThrow('https')
    expect(await importMetadataFrom(`${address}/blob`)).toMatchObject({ ok: true, number: 13 })
    await close()
  })

  it('by the job: once in a turn, from the configured address', async () => {
    const { address, close } = await serve(aBlob({ no: 20, entries: [entry] }))
    process.env.FIDO_METADATA_URL = `${address}/blob`
    forgetSettings()
    await refreshMetadata()
    expect(await findList(db())).toMatchObject({ number: 20 })
    await close()
    // Not its turn: it does not even ask the address, which is gone.
    await refreshMetadata()
  })
})

describe('what the list is good for', () => {
  async function somebody() {
    const user = await aUser(db())
    const asking = await anAsking(user.id)
    const add = async (settings: object) => {
      const started = await startPasskey(asking)
      if (!started.ok) throw new Error(started.failure.code)
      const device = new SoftwareAuthenticator({ origin: 'http://localhost:3000', ...settings })
      return finishPasskey(asking, { response: device.create(started.value), name: null })
    }
    const views = async () => {
      const facts = await loadFacts(db(), user.id, 'now')
      return facts ? methodViews(facts, now(), await passkeyModels(facts.methods, now())) : []
    }
    return { add, views }
  }

  it('a passkey is told with its model and the picture of it, one of an unknown model without', async () => {
    const { add, views } = await somebody()
    expect(await add({ aaguid })).toMatchObject({ ok: true })
    expect(await add({ aaguid: randomUUID() })).toMatchObject({ ok: true })
    const [known, unknown] = await views()
    expect(known).toMatchObject({
      detail: 'Harbor Key 5 · On one device only',
      picture: pngIcon,
      isModelRefused: false,
    })
    expect(unknown).toMatchObject({ detail: 'On one device only', picture: null })
  })

  it('a model that was revoked is refused from then on; a passkey that is there is marked and stays usable', async () => {
    const { add, views } = await somebody()
    expect(await add({ aaguid })).toMatchObject({ ok: true })
    const revoked = { ...entry, statusReports: [{ status: 'REVOKED', effectiveDate: '2026-01-01' }] }
    expect(await importMetadata(aBlob({ no: 21, entries: [revoked] }), 'blob.jwt')).toMatchObject({ ok: true })
    expect(await add({ aaguid })).toMatchObject({
      failure: { code: 'passkey.not_allowed', details: { reason: 'model_refused' } },
    })
    expect(await views()).toMatchObject([{ isModelRefused: true, unusableReason: null }])
  })
})
