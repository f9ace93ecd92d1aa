import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSignedHeads, signHead } from '@/lib/audit/head'
import type { AuditEvent } from '@/lib/audit/model'
import { record, recordAlone } from '@/lib/audit/record'
import { findAuditRecord, findAuditRecords } from '@/lib/audit/store'
import { verifyAudit } from '@/lib/audit/verify'
import { db, transaction } from '@/lib/platform/db'
import { testDatabase } from '@/tests/support/database'

const database = testDatabase()

const start = new Date('2026-11-22T09:00:00.000Z').getTime()

function anEvent(number: number, more: Partial<AuditEvent> = {}): AuditEvent {
  return {
    activity: 'registered',
    at: new Date(start + number * 1000),
    outcome: 'success',
    actor: { kind: 'user', id: `user-${number % 3}`, userPrincipalName: 'ada@harbor.example' },
    origin: { requestId: `r${number}`, clientAddress: '203.0.113.7', addressSource: 'peer', userAgent: null },
    target: { kind: 'user', id: `user-${number % 3}`, name: `Ada ${number}` },
    ...more,
  }
}

/** As somebody with all rights on the database, past the triggers; whatever was changed is put back afterwards. */
async function tampered(statements: readonly string[], check: () => Promise<void>): Promise<void> {
  const tables = ['audit_event', 'audit_seal', 'audit_head']
  for (const table of tables) await database.query(`CREATE TABLE kept_${table} AS SELECT * FROM ${table}`)
  const run = async (sqls: readonly string[]) => {
    const all = [...tables.slice(0, 2).map((table) => `ALTER TABLE ${table} DISABLE TRIGGER ALL`), ...sqls]
    for (const sql of all) await database.query(sql)
    for (const table of tables.slice(0, 2)) await database.query(`ALTER TABLE ${table} ENABLE TRIGGER ALL`)
  }
  try {
    await run(statements)
    await check()
  } finally {
    await run([
      ...tables.toReversed().map((table) => `DELETE FROM ${table}`),
      ...tables.map((table) => `INSERT INTO ${table} SELECT * FROM kept_${table}`),
      ...tables.map((table) => `DROP TABLE kept_${table}`),
    ])
  }
}

describe('the audit trail', () => {
  it('a change and its event are stored together or not at all', async () => {
    await expect(
      transaction(async (tx) => {
        await record(tx, anEvent(0))
        throw new Error('the change failed')
      }),
    ).rejects.toThrow('the change failed')
    expect(await db().auditEvent.count()).toBe(0)
    expect(await verifyAudit(db())).toMatchObject({ ok: true, sequence: 0n })
  })

  it('forty events written in parallel stand in one chain without a gap', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, number) => recordAlone(anEvent(number))))
    expect(await verifyAudit(db())).toMatchObject({ ok: true, sequence: 40n })
  })

  it('the role that serves cannot change or remove an event', async () => {
    await expect(db().$executeRaw`UPDATE audit_event SET outcome = 'failure'`).rejects.toThrow()
    await expect(db().$executeRaw`DELETE FROM audit_event`).rejects.toThrow()
    await expect(db().$executeRaw`INSERT INTO audit_seal SELECT * FROM audit_seal LIMIT 1`).rejects.toThrow()
    await expect(db().$executeRaw`UPDATE audit_head SET sequence = 0`).rejects.toThrow()
  })

  it('what a person typed cannot forge an entry', async () => {
    await recordAlone(
      anEvent(41, { target: { kind: 'user', id: 'x\u0000y', name: 'Eve\n{"outcome":"success"}\u202e' } }),
    )
    const { records } = await findAuditRecords({ target: 'x\\u0000y' })
    expect(records).toHaveLength(1)
    expect(JSON.stringify(records[0]?.detail)).toContain('Eve\\\\u000a')
    expect(await verifyAudit(db())).toMatchObject({ ok: true, sequence: 41n })
  })

  const at = (sequence: number) => `(SELECT event_id FROM audit_seal WHERE sequence = ${sequence})`

  it.each<[string, string[], string, bigint | null]>([
    [
      'a changed record',
      [`UPDATE audit_event SET record = replace(record, 'Ada', 'Eve') WHERE id = ${at(7)}`],
      'recordChanged',
      7n,
    ],
    ['a changed column', [`UPDATE audit_event SET outcome = 'failure' WHERE id = ${at(8)}`], 'columnsChanged', 8n],
    [
      'a changed time',
      [`UPDATE audit_event SET at = at + interval '1 hour' WHERE id = ${at(9)}`],
      'columnsChanged',
      9n,
    ],
    ['a removed event', [`DELETE FROM audit_event WHERE id = ${at(10)}`], 'recordMissing', 10n],
    [
      'an event removed with its seal',
      [`DELETE FROM audit_event WHERE id = ${at(11)}`, 'DELETE FROM audit_seal WHERE sequence = 11'],
      'gap',
      11n,
    ],
    [
      'two events that changed places',
      [
        `UPDATE audit_event SET record = other.record FROM audit_event other
         WHERE audit_event.id IN (${at(12)}, ${at(13)}) AND other.id IN (${at(12)}, ${at(13)}) AND other.id <> audit_event.id`,
      ],
      'recordChanged',
      12n,
    ],
    [
      'a tail that was cut',
      [`DELETE FROM audit_event WHERE id >= ANY(ARRAY[${at(41)}])`, 'DELETE FROM audit_seal WHERE sequence > 40'],
      'tailMissing',
      41n,
    ],
    [
      'an event put in around the chain',
      [
        `INSERT INTO audit_event (at, service, category, activity, outcome, actor_kind, record)
         VALUES (now(), 'Sign-in', 'UserManagement', 'x', 'success', 'system', '{}')`,
      ],
      'unsealed',
      null,
    ],
    ['a head that was turned back', ['UPDATE audit_head SET sequence = 40'], 'headChanged', 40n],
  ])('%s is found', async (_, statements, problem, sequence) => {
    await tampered(statements, async () => {
      const verdict = await verifyAudit(db())
      expect(verdict).toMatchObject({ ok: false, problem, sequence })
    })
    expect(await verifyAudit(db())).toMatchObject({ ok: true })
  })

  it('a tail that was cut together with the head is found by the signed head', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'twofold-head-')), 'heads')
    await signHead(file)
    const { heads } = await readSignedHeads(file)
    expect(heads).toHaveLength(1)
    expect(await verifyAudit(db(), heads)).toMatchObject({ ok: true })
    const cut = [
      `DELETE FROM audit_event WHERE id = ${at(41)}`,
      'DELETE FROM audit_seal WHERE sequence > 40',
      'UPDATE audit_head SET sequence = 40, hash = (SELECT hash FROM audit_seal WHERE sequence = 40)',
    ]
    await tampered(cut, async () => {
      expect(await verifyAudit(db())).toMatchObject({ ok: true, sequence: 40n })
      expect(await verifyAudit(db(), heads)).toMatchObject({ ok: false, problem: 'tailMissing', sequence: 41n })
    })
  })

  it('a signed head that was changed is not believed', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'twofold-head-')), 'heads')
    await signHead(file)
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"sequence":"\d+"/, '"sequence":"1"'))
    expect(await readSignedHeads(file)).toEqual({ heads: [], refused: 1 })
  })
})

describe('reading the audit log', () => {
  it('pages newest first without losing or repeating an entry', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await findAuditRecords({}, cursor === undefined ? { size: 7 } : { size: 7, cursor })
      seen.push(...page.records.map((one) => one.id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(new Set(seen).size).toBe(41)
    expect(seen).toHaveLength(41)
    const first = (await findAuditRecords({}, { size: 1 })).records[0]
    expect(first?.at).toBe(new Date(start + 41_000).toISOString())
    expect(await findAuditRecord(first?.id ?? '')).toEqual(first)
  })

  it('every filter narrows the list', async () => {
    await recordAlone(anEvent(60, { activity: 'policyAdded', outcome: 'failure', reason: 'directory.forbidden' }))
    const count = async (filter: Parameters<typeof findAuditRecords>[0]) =>
      (await findAuditRecords(filter, { size: 100 })).records.length
    expect(await count({ service: 'Conditional Access' })).toBe(1)
    expect(await count({ category: 'Policy' })).toBe(1)
    expect(await count({ outcome: 'failure' })).toBe(1)
    expect(await count({ activity: 'Add conditional access policy' })).toBe(1)
    expect(await count({ actor: 'user-1' })).toBe(13)
    expect(await count({ target: 'user-1' })).toBe(13)
    expect(await count({ text: 'ADA 17' })).toBe(1)
    expect(await count({ text: '%' })).toBe(0)
    expect(await count({ from: new Date(start + 10_000), to: new Date(start + 20_000) })).toBe(10)
  })

  it('a cursor of another filter, or a changed one, reads from the start', async () => {
    const { nextCursor } = await findAuditRecords({ outcome: 'success' }, { size: 3 })
    const first = await findAuditRecords({}, { size: 3 })
    expect(nextCursor).not.toBeNull()
    expect(await findAuditRecords({}, { size: 3, cursor: nextCursor ?? '' })).toEqual(first)
    expect(await findAuditRecords({}, { size: 3, cursor: '1.1.AAAAAAAAAAAAAAAAAAAAAA' })).toEqual(first)
  })
})
