import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { purgeExpired } from '@/lib/jobs/purge'
import { askForHelp } from '@/lib/password-reset/contact'
import { setNewPassword } from '@/lib/password-reset/finish'
import { proveWithOath, proveWithSentCode } from '@/lib/password-reset/prove'
import { sendToGate } from '@/lib/password-reset/send'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { type ResetEvent, usageOf } from '@/lib/reports/password-resets'
import {
  countReasons,
  countUsage,
  countWays,
  eachResetEvent,
  findResetEvent,
  findResetEvents,
} from '@/lib/reports/password-resets-store'
import { sentCode } from '@/tests/support/asking'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'
import { allowAllMethods, beginReset, decideReset, someone, TestDirectory } from '@/tests/support/password-reset'

/** The line that each reset leaves, and the numbers over them. */

const database = testDatabase()
const clock = testClock()
const next = 'fog rolls over the crane'

beforeAll(allowAllMethods)
beforeEach(async () => {
  clock.turn(0)
  await database.query('DELETE FROM password_reset_event')
  await decideReset()
})

const event = async (id: string) => {
  const found = await findResetEvent(db(), id, now())
  if (!found) throw new Error('no line for the reset')
  return found
}

describe('what a reset leaves', () => {
  it('a new password, after a wrong code: done, by which ways, and where the password lives', async () => {
    const person = await someone(['app', 'email'])
    await decideReset({ numberOfMethodsRequired: 2 })
    const browser = await beginReset(person.userPrincipalName)
    expect((await event(browser.id)).outcome).toBe('open')
    await browser.go((asking) => proveWithOath(asking, '000000'))
    await browser.go((asking) => proveWithOath(asking, person.code()))
    await browser.go((asking) => sendToGate(asking, 'email', null))
    const code = await sentCode(person.id)
    await browser.go((asking) => proveWithSentCode(asking, code))
    expect(await browser.go((asking) => setNewPassword(asking, next))).toBe('done')
    expect(await event(browser.id)).toMatchObject({
      ...{ userId: person.id, userPrincipalName: person.userPrincipalName, purpose: 'reset', outcome: 'done' },
      ...{ provenWays: ['oath', 'email'], failedWays: ['oath'], reason: 'password_reset.code_mismatch' },
      ...{ home: 'local', directoryName: null, isHelpAsked: false },
    })
  })

  it('a refusal is not hidden by what is tried afterwards, and says that help was asked for', async () => {
    const person = await someone(['email'])
    await decideReset({ numberOfMethodsRequired: 2 })
    const browser = await beginReset(person.userPrincipalName)
    await browser.go((asking) => proveWithOath(asking, '000000'))
    await askForHelp(browser.resetting)
    const line = await event(browser.id)
    expect(line).toMatchObject({ outcome: 'refused', reason: 'SSPR_0014', failedWays: ['oath'], isHelpAsked: true })
    const { events } = await findResetEvents(db(), { reference: line.reference }, {}, now())
    expect(events.map(({ id }) => id)).toEqual([browser.id])
  })

  it('too many attempts are told as that', async () => {
    const person = await someone(['app'])
    const browser = await beginReset(person.userPrincipalName)
    for (let attempt = 0; attempt < 6; attempt++) await browser.go((asking) => proveWithOath(asking, '000000'))
    expect(await event(browser.id)).toMatchObject({ outcome: 'locked', reason: 'too_many_attempts' })
  })

  it('a name that nobody has is nowhere in the line: it may be a password', async () => {
    const typed = 'correct-horse-battery@staple.example'
    const browser = await beginReset(typed)
    expect(await event(browser.id)).toMatchObject({ outcome: 'refused', reason: 'account_unknown', home: null })
    const rows = await database.query('SELECT row_to_json(e)::text AS text FROM password_reset_event e')
    expect(JSON.stringify(rows)).not.toContain('correct-horse')
  })

  it('a password in a directory says which, and that the directory refused', async () => {
    const person = await someone(['app'])
    const directory = new TestDirectory()
    directory.keeps(person.id)
    directory.answer = 'refused'
    const browser = await beginReset(person.userPrincipalName, { directory })
    await browser.go((asking) => proveWithOath(asking, person.code()))
    await browser.go((asking) => setNewPassword(asking, next))
    const line = { home: 'directory', directoryName: 'Harbor LDAP', reason: 'directory_refused' }
    expect(await event(browser.id)).toMatchObject({ ...line, outcome: 'open' })
    clock.turn(3600)
    expect(await event(browser.id)).toMatchObject({ ...line, outcome: 'abandoned' })
  })
})

describe('numbers and lists', () => {
  it('every number is the sum of the lines, pages have no gaps, and filters ask what they say', async () => {
    await database.query(
      `
      INSERT INTO password_reset_event (id, reference, started_at, changed_at, ends_at, user_principal_name, purpose, outcome,
        reason, proven_ways, failed_ways)
      SELECT gen_random_uuid(), 'R' || i, $1::timestamptz - make_interval(hours => i % 150), $1,
        $1::timestamptz + make_interval(mins => CASE WHEN i % 8 = 0 THEN 1 ELSE -1 END),
        CASE WHEN i % 9 > 0 THEN 'p' || i END, CASE WHEN i % 4 = 0 THEN 'unlock' WHEN i % 4 < 3 THEN 'reset' END,
        (ARRAY['open', 'done', 'refused', 'locked'])[1 + i % 4], CASE WHEN i % 2 = 0 THEN 'SSPR_0014' END,
        CASE WHEN i % 3 = 0 THEN ARRAY['sms', 'email'] ELSE '{}' END, CASE WHEN i % 5 = 0 THEN ARRAY['oath'] ELSE '{}' END
      FROM generate_series(1, 500) i`,
      [now().toISOString()],
    )
    const listed: ResetEvent[] = []
    for await (const events of eachResetEvent(db(), {}, now())) listed.push(...events)
    expect(new Set(listed.map(({ id }) => id)).size).toBe(500)
    const sorted = listed.map(({ startedAt }) => startedAt.getTime())
    expect(sorted).toEqual(sorted.toSorted((one, other) => other - one))

    const month = usageOf(await countUsage(db(), 'month', now()), 'month', now())
    const count = (which: (line: (typeof listed)[number]) => boolean) => listed.filter(which).length
    expect(month.totals).toEqual({
      reset: count(({ outcome, purpose }) => outcome === 'done' && purpose !== 'unlock'),
      unlock: count(({ outcome, purpose }) => outcome === 'done' && purpose === 'unlock'),
      refused: count(({ outcome }) => outcome === 'refused'),
      locked: count(({ outcome }) => outcome === 'locked'),
      abandoned: count(({ outcome }) => outcome === 'abandoned'),
    })
    const ways = await countWays(db(), 'month', now())
    for (const { way, proven, failed } of ways) {
      expect(proven).toBe(count(({ provenWays }) => provenWays.includes(way)))
      expect(failed).toBe(count(({ failedWays }) => failedWays.includes(way)))
    }
    expect(ways.map(({ way }) => way)).toEqual(['email', 'sms', 'oath'])
    const [reason] = await countReasons(db(), 'month', now())
    expect(reason).toEqual({
      reason: 'SSPR_0014',
      count: count((line) => line.reason !== null && !['done', 'open'].includes(line.outcome)),
    })

    const filtered = async (filter: Parameters<typeof findResetEvents>[1]) => {
      const found = []
      for await (const events of eachResetEvent(db(), filter, now())) found.push(...events)
      return found.length
    }
    expect(await filtered({ outcome: 'abandoned' })).toBe(count(({ outcome }) => outcome === 'abandoned'))
    expect(await filtered({ isUnknownPerson: true })).toBe(count((line) => line.userPrincipalName === null))
    expect(await filtered({ way: 'oath' })).toBe(count(({ failedWays }) => failedWays.includes('oath')))
    expect(await filtered({ purpose: 'unlock' })).toBe(count(({ purpose }) => purpose === 'unlock'))
    const from = secondsFrom(now(), -48 * 3600)
    expect(await filtered({ from })).toBe(count(({ startedAt }) => startedAt >= from))
  })

  it('lines go after thirty days, and a deleted person takes the id along', async () => {
    const person = await someone(['app'])
    const browser = await beginReset(person.userPrincipalName)
    await database.query('DELETE FROM "user" WHERE id = $1', [person.id])
    expect(await event(browser.id)).toMatchObject({ userId: null, userPrincipalName: person.userPrincipalName })
    await purgeExpired(secondsFrom(now(), 29 * 86_400))
    expect(await findResetEvent(db(), browser.id, now())).not.toBeNull()
    await purgeExpired(secondsFrom(now(), 31 * 86_400))
    expect(await findResetEvent(db(), browser.id, now())).toBeNull()
  })
})
