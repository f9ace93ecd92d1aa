import { beforeEach, describe, expect, it } from 'vitest'
import { alertOfBrakes } from '@/lib/jobs/brake-alert'
import { purgeExpired } from '@/lib/jobs/purge'
import { retryNotice } from '@/lib/notifications/outbox-commands'
import { classifyDatabaseError, db, transaction } from '@/lib/platform/db'
import { findMessages } from '@/lib/reports/delivery-store'
import { brakesOn, confirmSends, releaseBrake } from '@/lib/throttle/send-brakes'
import { consumeSendBudget, sendsOfDay } from '@/lib/throttle/store'
import { forgetSettings, testDatabase } from '@/tests/support/database'

const database = testDatabase()
const start = new Date('2026-11-22T09:00:00Z')
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000)

beforeEach(async () => {
  await database.query('TRUNCATE sms_send, send_brake, throttle_counter, outbox_message')
  use({})
})

function use(settings: { SMS_SENDS_PER_DAY?: string; SMS_BRAKE_EXEMPT?: string }): void {
  process.env.SMS_SENDS_PER_DAY = settings.SMS_SENDS_PER_DAY ?? ''
  process.env.SMS_BRAKE_EXEMPT = settings.SMS_BRAKE_EXEMPT ?? ''
  forgetSettings()
}

let sender = 0
/** One send of somebody else from somewhere else each time: only the brakes and the day are in the way. */
function send(destination: string, at = start) {
  sender += 1
  const address = `198.51.${Math.floor(sender / 250)}.${sender % 250}`
  const request = { userId: `u${sender}`, destination, address, channel: 'sms', signedIn: true } as const
  return transaction((tx) => consumeSendBudget(tx, request, at))
}
const neighbour = (number: number) => `+44740012${String(1000 + number)}`
/** Numbers of which no two are neighbours. */
const stranger = (number: number) => `+4474${String(1000 + number)}00000`.slice(0, 13)
const confirm = (number: string, at = start) => transaction((tx) => confirmSends(tx, number, at))
const codeOf = (answer: Awaited<ReturnType<typeof send>>) => (answer.ok ? 'sent' : answer.failure.code)
const administrator = {
  actor: {
    kind: 'administrator',
    id: '01890000-0000-7000-8000-000000000001',
    userPrincipalName: 'ada@harbor.example',
  },
  origin: { requestId: 'r1', clientAddress: null, addressSource: 'unknown', userAgent: null },
} as const
const events = async (event: string) =>
  (await database.query('SELECT reason, outcome, record FROM audit_event ORDER BY id')).filter(
    ({ record }) => JSON.parse(record).event === event,
  )

describe('SEC-066: neighbouring numbers that nobody confirms', () => {
  it('the twenty-first stops its prefix, and no other', async () => {
    for (let number = 0; number < 20; number++) expect(codeOf(await send(neighbour(number)))).toBe('sent')
    const refused = await send(neighbour(20))
    expect(refused).toMatchObject({
      ok: false,
      failure: { kind: 'refused', code: 'registration.texts_paused', details: { budget: 'brake' } },
    })
    expect(refused.ok || refused.failure.retryAfterSeconds).toBeUndefined()
    expect(codeOf(await send(neighbour(3)))).toBe('registration.texts_paused')
    expect(codeOf(await send('+447511223344'))).toBe('sent')
    expect(await brakesOn(db())).toEqual([{ range: '44740012', engagedAt: start, seen: 21, confirmed: 0, stopped: 2 }])
    const [event] = await events('sendBrakeEngaged')
    expect(event).toMatchObject({ outcome: 'success', reason: 'unconfirmed_prefix' })
    expect(event?.record).not.toMatch(/447400121/)
  })

  it('of forty at once exactly twenty leave', async () => {
    // On a busy machine some wait too long for a connection; then nothing happened, and they come again.
    const patiently = async (destination: string): ReturnType<typeof send> => {
      try {
        return await send(destination)
      } catch (error) {
        if (classifyDatabaseError(error) !== 'busy') throw error
        return patiently(destination)
      }
    }
    const answers = await Promise.all(Array.from({ length: 40 }, (_, number) => patiently(neighbour(number))))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(20)
  })

  it('the same number again is no further number', async () => {
    for (let number = 0; number < 20; number++) await send(neighbour(number))
    expect(codeOf(await send(neighbour(7), later(60)))).toBe('sent')
  })

  it('do not stop when half of them are confirmed', async () => {
    for (let number = 0; number < 20; number++) await send(neighbour(number))
    for (let number = 0; number < 11; number++) await confirm(neighbour(number))
    expect(codeOf(await send(neighbour(20)))).toBe('sent')
    expect(await brakesOn(db())).toEqual([])
  })

  it('of the hour before do not count', async () => {
    for (let number = 0; number < 20; number++) await send(neighbour(number))
    expect(codeOf(await send(neighbour(20), later(3601)))).toBe('sent')
  })

  it('of a range of the organisation’s own are left alone', async () => {
    use({ SMS_BRAKE_EXEMPT: '+44740012' })
    for (let number = 0; number < 30; number++) expect(codeOf(await send(neighbour(number)))).toBe('sent')
  })

  it('refused sends use up nothing', async () => {
    for (let number = 0; number < 25; number++) await send(neighbour(number))
    expect(await sendsOfDay(db(), start)).toEqual({ used: 20, max: 500, refused: [{ stop: 'brake', count: 5 }] })
  })
})

describe('SEC-066: mostly unconfirmed messages', () => {
  it('of the last hundred stop all', async () => {
    for (let number = 0; number < 100; number++) await send(stranger(number))
    for (let number = 0; number < 49; number++) await confirm(stranger(number))
    expect(codeOf(await send('+447511223344'))).toBe('registration.texts_paused')
    expect(codeOf(await send('+12025550123'))).toBe('registration.texts_paused')
    expect(await brakesOn(db())).toMatchObject([{ range: '', seen: 100, confirmed: 49, stopped: 2 }])
  })

  it('stop nothing while half are confirmed, or while there are fewer', async () => {
    for (let number = 0; number < 99; number++) await send(stranger(number))
    expect(codeOf(await send(stranger(99)))).toBe('sent')
    for (let number = 0; number < 50; number++) await confirm(stranger(number))
    expect(codeOf(await send('+447511223344'))).toBe('sent')
  })
})

describe('a brake', () => {
  const brake = async () => {
    for (let number = 0; number < 21; number++) await send(neighbour(number))
  }

  it('is told to administrators by mail, once', async () => {
    await database.query('DELETE FROM "user"')
    await database.query(
      `INSERT INTO "user" (id, user_principal_name, display_name, mail, user_handle, updated_at)
       VALUES ($1, 'ada@harbor.example', 'Ada', 'ada@harbor.example', sha512('ada'), now()),
              ('01890000-0000-7000-8000-000000000002', 'ben@harbor.example', 'Ben', null, sha512('ben'), now())`,
      [administrator.actor.id],
    )
    await database.query(
      `INSERT INTO role_assignment (user_id, role_id) VALUES ($1, '62e90394-69f5-4237-9190-012177145e10')`,
      [administrator.actor.id],
    )
    await brake()
    await alertOfBrakes()
    await alertOfBrakes()
    const mails = await database.query('SELECT template, to_masked FROM outbox_message')
    expect(mails).toEqual([{ template: 'textMessagesStopped', to_masked: 'ad•••@harbor.example' }])
  })

  it('that is released lets messages go on, counts anew, and says who released it', async () => {
    await brake()
    await releaseBrake({ ...administrator, at: later(10) }, '44740012')
    await releaseBrake({ ...administrator, at: later(11) }, '44740012')
    expect(await brakesOn(db())).toEqual([])
    for (let number = 30; number < 50; number++) expect(codeOf(await send(neighbour(number), later(20)))).toBe('sent')
    expect(codeOf(await send(neighbour(50), later(20)))).toBe('registration.texts_paused')
    const released = await events('sendBrakeReleased')
    expect(released).toHaveLength(1)
    expect(JSON.parse(released[0]?.record)).toMatchObject({
      actor: { userPrincipalName: 'ada@harbor.example' },
      target: { name: '+44740012…' },
      before: { stopped: 1 },
    })
  })

  it('keeps no number, and forgets what was sent after a month', async () => {
    await send('+447400129876')
    const dump = JSON.stringify(await database.query('SELECT * FROM sms_send'))
    expect(dump).not.toContain('447400129876')
    await purgeExpired(later(31 * 86_400))
    expect(await database.query('SELECT 1 FROM sms_send')).toEqual([])
  })
})

describe('SEC-065, SEC-067: the organisation’s day', () => {
  it('warns operators at four fifths, stops at the end, and tells people no figures', async () => {
    use({ SMS_SENDS_PER_DAY: '5' })
    for (let number = 0; number < 5; number++) expect((await send(stranger(number))).ok).toBe(true)
    const refused = [await send(stranger(5)), await send(stranger(6))]
    for (const answer of refused) {
      expect(codeOf(answer)).toBe('registration.texts_paused')
      expect(answer.ok || answer.failure.retryAfterSeconds).toBeUndefined()
    }
    expect(await sendsOfDay(db(), start)).toEqual({
      used: 5,
      max: 5,
      refused: [{ stop: 'installationDay', count: 2 }],
    })
    const warned = (await events('sendBudgetLow')).map(({ reason }) => reason)
    expect(warned.slice(-2)).toEqual(['nearly_spent', 'spent'])
    expect(warned).toHaveLength(2)
  })
})

describe('the list of messages', () => {
  const row = (id: number, more: string) =>
    database.query(
      `INSERT INTO outbox_message (id, channel, lane, payload_sealed, template, to_masked, not_after, state, created_at,
         ended_at, last_error, provider, receipt_state, receipt_at)
       SELECT $1::uuid, x.channel, x.lane, x.payload, 't', '••••58',
         now(), x.state, now() + make_interval(secs => $3::int), now(), x.error, x.provider, x.receipt,
         CASE WHEN x.receipt IS NULL THEN NULL ELSE now() END
       FROM jsonb_to_record($2::jsonb) AS x (channel text, lane text, payload text, state text, error text, provider text, receipt text)`,
      [`01890000-0000-7000-8000-00000000000${id}`, more, id],
    )

  it('says how far each came, filters, and offers only given-up notices again', async () => {
    await row(1, '{"channel":"sms","lane":"code","payload":"","state":"sent","provider":"smpp","receipt":"failed"}')
    await row(2, '{"channel":"sms","lane":"code","payload":"","state":"dead","error":"http_400","provider":"http"}')
    await row(3, '{"channel":"mail","lane":"notification","payload":"sealed","state":"dead","error":"refused"}')
    await row(4, '{"channel":"mail","lane":"notification","payload":"sealed","state":"pending"}')
    const { messages } = await findMessages(db(), { at: new Date() })
    expect(messages.map(({ state, mayRetry }) => [state, mayRetry])).toEqual([
      ['waiting', false],
      ['givenUp', true],
      ['givenUp', false],
      ['notDelivered', false],
    ])
    expect((await findMessages(db(), { channel: 'sms', state: 'givenUp', at: new Date() })).messages).toMatchObject([
      { error: 'http_400', provider: 'http' },
    ])
    expect(JSON.stringify(messages)).not.toContain('sealed')
    const ids = messages.map(({ id }) => id)
    expect(await retryNotice({ ...administrator, at: new Date() }, ids[1] ?? '')).toBe(true)
    expect(await retryNotice({ ...administrator, at: new Date() }, ids[1] ?? '')).toBe(false)
    expect(await retryNotice({ ...administrator, at: new Date() }, ids[2] ?? '')).toBe(false)
    expect((await events('messageRetried')).length).toBe(1)
  })
})
