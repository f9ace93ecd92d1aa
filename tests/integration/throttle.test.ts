import { describe, expect, it } from 'vitest'
import { limits } from '@/lib/limits'
import { db, type Tx, transaction, writeTogether } from '@/lib/platform/db'
import { keyedHash } from '@/lib/platform/hash'
import { throttleKey } from '@/lib/throttle/keys'
import type { SendRequest } from '@/lib/throttle/model'
import {
  checkPasswordLock,
  clearPasswordLock,
  recordWrongPassword,
  rememberingOf,
} from '@/lib/throttle/password-lock-store'
import { consume, consumeSendBudget } from '@/lib/throttle/store'
import { testDatabase } from '@/tests/support/database'

const database = testDatabase()

const start = new Date('2026-11-22T09:00:00Z')
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000)
const wrong = (user: string, password: string) => keyedHash('CODE_KEY', 'wrong password', user, password)

describe('counting tries', () => {
  it('of 200 parallel tries exactly as many are allowed as the limit says', async () => {
    const key = throttleKey('test', 'parallel')
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => consume(db(), key, { max: 7, windowSeconds: 60 }, start)),
    )
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(7)
    expect(answers.filter(({ allowed }) => !allowed).every(({ retryAfterSeconds }) => retryAfterSeconds === 60)).toBe(
      true,
    )
  })

  it('a new window begins when the old one has ended, and refused tries do not lengthen it', async () => {
    const key = throttleKey('test', 'window')
    const allowance = { max: 1, windowSeconds: 60 }
    expect(await consume(db(), key, allowance, start)).toMatchObject({ allowed: true, retryAfterSeconds: 0 })
    expect(await consume(db(), key, allowance, later(59))).toMatchObject({ allowed: false, retryAfterSeconds: 1 })
    expect(await consume(db(), key, allowance, later(60))).toMatchObject({ allowed: true, count: 1 })
  })
})

describe('the budgets of sent codes', () => {
  const request: SendRequest = {
    userId: 'u1',
    destination: '+442079460958',
    address: '203.0.113.7',
    channel: 'sms',
    signedIn: true,
  }
  const send = (more: Partial<SendRequest>, at = start) =>
    transaction((tx) => consumeSendBudget(tx, { ...request, ...more }, at))

  it('of 40 parallel sends to one number exactly five are allowed', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => send({ address: `198.51.100.${index}` })),
    )
    expect(answers.filter(({ ok }) => ok)).toHaveLength(5)
    const refused = answers.find(({ ok }) => !ok)
    expect(refused).toMatchObject({
      failure: { kind: 'throttled', code: 'registration.too_many_codes', retryAfterSeconds: 3600 },
    })
  })

  it('refused sends use up nothing: the next hour has its five again, up to ten a day', async () => {
    for (let number = 0; number < 5; number++) expect((await send({}, later(3600))).ok).toBe(true)
    const refused = await send({}, later(7300))
    expect(refused).toMatchObject({ ok: false, failure: { details: { budget: 'userDay' } } })
  })

  it('an IPv6 network is one client', async () => {
    const answers = []
    for (let number = 0; number < 6; number++) {
      answers.push(
        await send({
          userId: `v6-${number}`,
          destination: `+44207946000${number}`,
          address: `2001:db8:1:2::${number + 1}`,
          signedIn: false,
        }),
      )
    }
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true, true, false])
    expect(answers[5]).toMatchObject({ failure: { details: { budget: 'addressHour' } } })
  })

  it('the installation stops at its day’s limit, whoever asks', async () => {
    const key = throttleKey('installationDay')
    await database.query('UPDATE throttle_counter SET count = $1 WHERE key = $2', [
      limits.code.sendsPerInstallationPerDay - 1,
      key,
    ])
    expect((await send({ userId: 'a', destination: '+15005550001', address: '192.0.2.1' })).ok).toBe(true)
    expect(await send({ userId: 'b', destination: '+15005550002', address: '192.0.2.2' })).toMatchObject({
      failure: { details: { budget: 'installationDay' } },
    })
    const mail = await send({ userId: 'b', destination: 'b@mail.example', address: '192.0.2.2', channel: 'mail' })
    expect(mail.ok).toBe(true)
  })

  it('the operator’s warning comes once', async () => {
    await database.query('UPDATE throttle_counter SET count = 398 WHERE key = $1', [throttleKey('installationDay')])
    const warnings = []
    for (let number = 0; number < 3; number++) {
      const sent = await send({ userId: `w${number}`, destination: `+1500555100${number}`, address: '192.0.2.9' })
      warnings.push(sent.ok && sent.value.installationWarning)
    }
    expect(warnings).toEqual([false, true, false])
  })

  it('no number, address or name stands in the table in clear', async () => {
    const rows = await database.query<{ key: string }>('SELECT key FROM throttle_counter')
    expect(rows.map(({ key }) => key).join('\n')).not.toMatch(/2079460958|203\.0\.113|mail\.example/)
  })
})

describe('the password lockout', () => {
  const known = throttleKey('familiarPlace', 'a place that is known')
  const lockOf = async (tx: Tx, user: string, place: 'familiar' | 'unfamiliar', at: Date) => {
    await writeTogether(tx, [rememberingOf([known], 30 * 86_400, start)])
    const found = await checkPasswordLock(tx, user, place === 'familiar' ? [known] : [], at)
    expect(found.place).toBe(place)
    return found.lock
  }
  const guess = (user: string, password: string, at = start, place: 'familiar' | 'unfamiliar' = 'unfamiliar') =>
    transaction(async (tx) => {
      const lock = await lockOf(tx, user, place, at)
      if (lock.locked) return 'refused' as const
      await recordWrongPassword(tx, user, place, wrong(user, password), at)
      return 'judged' as const
    })

  it('of 60 parallel guesses ten are judged, known name or not', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => guess('nobody@harbor.example', `p${index}`)),
    )
    // The very first rows are made by guesses that had no row to wait for; each of them counted.
    const [row] = await database.query<{ count: number; locks: number }>(
      'SELECT count, locks FROM throttle_counter WHERE key = $1',
      [throttleKey('password', 'nobody@harbor.example', 'unfamiliar')],
    )
    expect(row).toMatchObject({ count: 10, locks: 1 })
    expect(answers.filter((answer) => answer === 'judged').length).toBeGreaterThanOrEqual(10)
  })

  it('doubles, forgets after a success, and keeps places apart', async () => {
    for (let number = 0; number < 10; number++) await guess('ada', `p${number}`)
    const lockAt = (seconds: number, place: 'familiar' | 'unfamiliar' = 'unfamiliar') =>
      transaction((tx) => lockOf(tx, 'ada', place, later(seconds)))
    expect(await lockAt(0)).toEqual({ locked: true, retryAfterSeconds: 60 })
    expect(await lockAt(0, 'familiar')).toEqual({ locked: false, retryAfterSeconds: 0 })
    expect(await guess('ada', 'another', later(60))).toBe('judged')
    expect(await lockAt(60)).toEqual({ locked: true, retryAfterSeconds: 120 })
    await transaction((tx) => clearPasswordLock(tx, 'ada', 'unfamiliar'))
    expect(await lockAt(60)).toEqual({ locked: false, retryAfterSeconds: 0 })
  })

  it('one wrong password repeated a hundred times locks nobody out', async () => {
    for (let number = 0; number < 100; number++) await guess('phone-user', 'the old one')
    expect(await transaction((tx) => lockOf(tx, 'phone-user', 'unfamiliar', start))).toMatchObject({
      locked: false,
    })
  })

  it('looks counters up by their index also where the table was empty when the look-up was planned', async () => {
    await database.query('TRUNCATE throttle_counter')
    await database.query('VACUUM ANALYZE throttle_counter')
    const scans = await transaction(async (tx) => {
      for (let time = 0; time < 12; time++) await checkPasswordLock(tx, `user ${time}`, [known], start)
      const [row] = await tx.$queryRaw<{ sequential: bigint; indexed: bigint }[]>`
        SELECT seq_scan AS sequential, idx_scan AS indexed
        FROM pg_stat_xact_user_tables WHERE relname = 'throttle_counter'`
      return row
    })
    expect(Number(scans?.sequential)).toBe(0)
    expect(Number(scans?.indexed)).toBeGreaterThan(0)
  })
})
