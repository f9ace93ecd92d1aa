import { describe, expect, it } from 'vitest'
import type { DirectoryRole } from '@/lib/directory/model'
import { acceptUpload, removeToken } from '@/lib/hardware-oath/commands'
import { importUploads } from '@/lib/hardware-oath/import'
import { findTokens } from '@/lib/hardware-oath/store/tokens'
import { claimUpload, findUpload, listFailures, moveOn } from '@/lib/hardware-oath/store/uploads'
import { purgeExpired } from '@/lib/jobs/purge'
import { limits } from '@/lib/limits'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { anAsking, auditOf } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'
import { asTotp, figure6, figure6Key, figure7, figure7Password } from '@/tests/support/rfc6030'

const database = testDatabase()
const header = 'upn,serial number,secret key,time interval,manufacturer,model'
const key = '2234567abcdef2234567abcdef'

async function administrator(role: DirectoryRole = 'globalAdministrator') {
  const user = await aUser(db(), { roles: [role] })
  return { ...(await anAsking(user.id)), userId: user.id, userPrincipalName: user.userPrincipalName }
}

type Administrator = Awaited<ReturnType<typeof administrator>>

async function upload(text: string | Uint8Array, fileName = 'tokens.csv', secret = '', by?: Administrator) {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  const accepted = await acceptUpload(by ?? (await administrator()), { fileName, bytes, key: secret })
  if (!accepted.ok) throw new Error(accepted.failure.code)
  return accepted.value.uploadId
}

const outcome = async (id: string) => {
  const found = await findUpload(db(), id)
  const failures = await listFailures(db(), id, 0, 1000)
  return { ...found, failures: failures.map(({ line, reason }) => [line, reason]) }
}

/** Files with many records, so that there are several batches. */
const manyLines = (count: number, prefix: string) =>
  [header, ...Array.from({ length: count }, (_, index) => `,${prefix}${index},${key},30,Contoso,K1`)].join('\n')

describe('a file with good and bad lines', () => {
  it('brings the good ones in and names each bad one', async () => {
    const ana = await aUser(db())
    const guest = await aUser(db(), { userType: 'guest' })
    const lines = [
      header,
      `${ana.userPrincipalName},A1,${key},60,Contoso,K1`,
      `,A2,${key},30,=1+1,@x`,
      `,a2,${key},30,,`,
      `,A3,k3y 189,30,,`,
      `nobody@harbor.example,A4,${key},30,,`,
      `${guest.userPrincipalName},A5,${key},30,,`,
      `,A6,${key},45,,`,
      `,A7,${key}`,
    ]
    const id = await upload(lines.join('\r\n'))
    await importUploads()
    expect(await outcome(id)).toMatchObject({
      state: 'done',
      imported: 2,
      failed: 6,
      recordsRead: 8,
      refusal: null,
      failures: [
        [4, 'duplicate_in_file'],
        [5, 'bad_key'],
        [6, 'unknown_user'],
        [7, 'guest'],
        [8, 'bad_interval'],
        [9, 'column_count'],
      ],
    })
    const { tokens } = await findTokens(db(), {})
    expect(tokens.map(({ serialNumber, status, assignedTo }) => [serialNumber, status, assignedTo?.id])).toEqual([
      ['A1', 'assigned', ana.id],
      ['A2', 'available', undefined],
    ])
  })

  it('that comes again finds its tokens there', async () => {
    const id = await upload(`${header}\n,A2,${key},30,,\n`)
    await importUploads()
    expect(await outcome(id)).toMatchObject({ imported: 0, failed: 1, failures: [[2, 'already_there']] })
  })

  it('may be UTF-16, and one with another header is refused whole', async () => {
    const good = await upload(Buffer.from(`\uFEFF${header}\n,B1,${key},30,Größe,\n`, 'utf16le'))
    const bad = await upload(`serial,key\n1,${key}`)
    await importUploads()
    expect(await outcome(good)).toMatchObject({ state: 'done', imported: 1 })
    expect(await outcome(bad)).toMatchObject({ state: 'refused', refusal: { reason: 'header', line: 1 }, imported: 0 })
  })
})

describe('a PSKC file', () => {
  it('under a pre-shared key or a password brings its token in', async () => {
    const one = await upload(asTotp(figure6), 'seed.pskcxml', figure6Key)
    const two = await upload(asTotp(figure7).replace('987654321', '987654322'), 'seed.xml', figure7Password)
    const without = await upload(asTotp(figure7), 'seed.xml')
    await importUploads()
    expect(await outcome(one)).toMatchObject({ state: 'done', imported: 1 })
    expect(await outcome(two)).toMatchObject({ state: 'done', imported: 1 })
    expect(await outcome(without)).toMatchObject({ state: 'refused', refusal: { reason: 'password_needed' } })
  })
})

describe('an import that is interrupted', () => {
  it('goes on where it was, and no line is imported or counted twice', async () => {
    const id = await upload(manyLines(2600, 'I'))
    let asked = 0
    // Stops after the first piece of the file was stored.
    await importUploads(() => ++asked > 2)
    const half = await outcome(id)
    expect(half).toMatchObject({ state: 'running' })
    expect(half.recordsRead).toBeGreaterThan(0)
    expect(half.recordsRead).toBeLessThan(2600)
    await importUploads()
    expect(await outcome(id)).toMatchObject({ state: 'done', imported: 2600, failed: 0, recordsRead: 2600 })
    const [{ count } = { count: 0 }] = await database.query<{ count: number }>(
      `SELECT count(*)::int FROM hardware_oath_token WHERE serial_number LIKE 'I%'`,
    )
    expect(count).toBe(2600)
  })

  it('by a process that died is taken over when its lease ends, and only then', async () => {
    const id = await upload(manyLines(700, 'L'))
    const dead = await claimUpload(db(), now())
    expect(dead?.id).toBe(id)
    await importUploads()
    expect(await outcome(id)).toMatchObject({ state: 'running', recordsRead: 0 })
    const other = await claimUpload(db(), secondsFrom(now(), 31))
    expect(other?.id).toBe(id)
    const moved = { records: 1, imported: 1, failed: 0, bytesRead: 1 }
    expect(await moveOn(db(), id, 0, moved, now())).toBe(true)
    // The one that was thought dead finds the count moved.
    expect(await moveOn(db(), id, 0, moved, now())).toBe(false)
  })
})

describe('what is kept', () => {
  it('holds no secret in clear, and neither the file nor its key after the end', async () => {
    const id = await upload(asTotp(figure7).replace('987654321', 'K1'), 'seed.xml', figure7Password)
    const before = JSON.stringify(await database.query('SELECT * FROM hardware_oath_upload_part'))
    expect(before).not.toContain('KeyContainer')
    await importUploads()
    const after = await database.query('SELECT * FROM hardware_oath_upload_part WHERE upload_id = $1', [id])
    expect(after).toEqual([])
    const rows = await database.query(
      'SELECT key_sealed, (SELECT json_agg(t) FROM hardware_oath_token t) AS tokens FROM hardware_oath_upload WHERE id = $1',
      [id],
    )
    expect(rows[0]?.key_sealed).toBeNull()
    expect(JSON.stringify(rows)).not.toContain(Buffer.from('12345678901234567890').toString('hex'))
  })

  it('goes 30 days after the end', async () => {
    const id = await upload(`${header}\n,Z1,1,30,,\n`)
    await importUploads()
    await purgeExpired(secondsFrom(now(), limits.hardwareOath.uploadKeptDays * 86_400 - 60))
    expect(await findUpload(db(), id)).not.toBeNull()
    await purgeExpired(secondsFrom(now(), limits.hardwareOath.uploadKeptDays * 86_400 + 60))
    expect(await findUpload(db(), id)).toBeNull()
    expect(await listFailures(db(), id, 0, 10)).toEqual([])
  })
})

describe('a file on behalf of whoever uploaded it', () => {
  it('gives tokens only to people on whom they may act', async () => {
    const [ana, top] = [await aUser(db()), await aUser(db(), { roles: ['globalAdministrator'] })]
    const lines = [header, `,P1,${key},30,,`, `${ana.userPrincipalName},P2,${key},30,,`]
    const ofPolicies = await administrator('authenticationPolicyAdministrator')
    lines.push(`${top.userPrincipalName},P3,${key},30,,`)
    const first = await upload(lines.join('\n'), 'a.csv', '', ofPolicies)
    const ofAll = await administrator()
    const others = [header, `${top.userPrincipalName},P4,${key},30,,`, `${ofAll.userPrincipalName},P5,${key},30,,`]
    const second = await upload(others.join('\n'), 'b.csv', '', ofAll)
    await importUploads()
    expect(await outcome(first)).toMatchObject({
      ...{ state: 'done', imported: 1, failed: 2 },
      failures: [
        [3, 'not_allowed'],
        [4, 'not_allowed'],
      ],
    })
    expect(await outcome(second)).toMatchObject({ state: 'done', imported: 1, failures: [[3, 'not_allowed']] })
    const { tokens } = await findTokens(db(), { status: 'assigned', search: 'P' })
    expect(tokens.filter(({ serialNumber }) => /^P\d$/.test(serialNumber)).map((one) => one.assignedTo?.id)).toEqual([
      top.id,
    ])
  })

  it('ends when they may no longer do that; what was imported stays, and the trail says so', async () => {
    const desk = await administrator('authenticationPolicyAdministrator')
    const id = await upload(manyLines(2600, 'S'), 'tokens.csv', '', desk)
    let asked = 0
    await importUploads(() => ++asked > 2)
    const { imported } = await outcome(id)
    await db().roleAssignment.deleteMany({ where: { userId: desk.userId } })
    await importUploads()
    const line = (imported ?? 0) + 2
    expect(await outcome(id)).toMatchObject({ state: 'refused', imported, refusal: { reason: 'not_allowed', line } })
    expect(await database.query('SELECT 1 FROM hardware_oath_upload_part WHERE upload_id = $1', [id])).toEqual([])
    expect((await auditOf(id)).map(({ outcome: how, reason }) => [how, reason])).toEqual([
      ['success', 'accepted'],
      ['failure', 'not_allowed'],
    ])
  })

  it('of an account that was disabled or is gone brings nothing in', async () => {
    const [disabled, gone] = [await administrator(), await administrator()]
    const ids = [
      await upload(`${header}\n,Q1,${key},30,,\n`, 'a.csv', '', disabled),
      await upload(`${header}\n,Q2,${key},30,,\n`, 'b.csv', '', gone),
    ]
    await db().user.update({ where: { id: disabled.userId }, data: { accountEnabled: false } })
    await db().user.delete({ where: { id: gone.userId } })
    await importUploads()
    for (const id of ids)
      expect(await outcome(id)).toMatchObject({
        state: 'refused',
        imported: 0,
        refusal: { reason: 'not_allowed', line: 2 },
      })
  })
})

describe('who may', () => {
  it('bring files in and take tokens out: those with the right, and the trail says so', async () => {
    const helpdesk = await aUser(db(), { roles: ['authenticationAdministrator'] })
    const asking = await anAsking(helpdesk.id)
    const refused = await acceptUpload(asking, { fileName: 'a.csv', bytes: Buffer.from('x'), key: '' })
    expect(refused).toMatchObject({ failure: { code: 'hardware_oath.not_allowed' } })
    const { tokens } = await findTokens(db(), { search: 'A2' })
    // Names of people are searched, too, and some of those are made up.
    const id = tokens.find(({ serialNumber }) => serialNumber === 'A2')?.id ?? ''
    expect(await removeToken(asking, id)).toMatchObject({ failure: { code: 'hardware_oath.not_allowed' } })
    const may = await administrator()
    expect(await removeToken(may, id)).toMatchObject({ ok: true })
    expect(await removeToken(may, id)).toMatchObject({ failure: { code: 'hardware_oath.not_found' } })
    const assigned = (await findTokens(db(), { status: 'assigned' })).tokens[0]
    expect(await removeToken(may, assigned?.id ?? '')).toMatchObject({
      failure: { code: 'hardware_oath.still_assigned' },
    })
    expect((await auditOf(id)).length).toBeGreaterThan(1)
  })

  it('send a file: one that is named and not too large', async () => {
    const asking = await administrator()
    const send = (fileName: string, bytes: Uint8Array) => acceptUpload(asking, { fileName, bytes, key: '' })
    expect(await send('a.csv', new Uint8Array(0))).toMatchObject({ failure: { code: 'hardware_oath.file_missing' } })
    expect(await send('a.exe', Buffer.from('x'))).toMatchObject({ failure: { code: 'hardware_oath.format_unknown' } })
    expect(await send('a.csv', new Uint8Array(limits.hardwareOath.uploadBytesMax + 1))).toMatchObject({
      failure: { code: 'hardware_oath.file_too_large' },
    })
  })
})
