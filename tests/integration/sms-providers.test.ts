import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startOutboxSender } from '@/lib/jobs/outbox-sender'
import type { Job } from '@/lib/jobs/repeat'
import { deliveryState, queueSms, wakeOutbox } from '@/lib/notifications/outbox'
import { db, transaction } from '@/lib/platform/db'
import { forgetSettings, testDatabase } from '@/tests/support/database'
import {
  type MessageCentre,
  startMessageCentre,
  startTwilio,
  type TwilioServer,
} from '@/tests/support/sms-counterparts'

const database = testDatabase()
const accountSid = 'AC0123456789abcdef'
const authToken = 'token-of-a-test'
let twilio: TwilioServer
let centre: MessageCentre
const running: Job[] = []

beforeAll(async () => {
  twilio = await startTwilio(accountSid, authToken)
})
afterAll(() => twilio.stop())
beforeEach(async () => {
  centre = await startMessageCentre()
  await database.query('TRUNCATE outbox_message')
  twilio.taken.length = 0
  twilio.fault = null
  use({ SMS_PROVIDERS: 'twilio,smpp' })
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((job) => job.stop()))
  await centre.stop()
})

function use(more: Record<string, string>): void {
  Object.assign(process.env, {
    TWILIO_API_URL: twilio.url,
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_FROM: '+4930123456',
    SMPP_URL: `smpp://twofold@127.0.0.1:${centre.port}`,
    SMPP_PASSWORD: 'pass',
    SMPP_FROM: 'Harbor',
    ...more,
  })
  forgetSettings()
}

const start = () => {
  running.push(startOutboxSender())
}

async function send(code = '048213'): Promise<string> {
  const values = { code, purpose: 'register', lifetimeSeconds: 300 } as const
  const id = await transaction((tx) => queueSms(tx, { userId: null, to: '+442079460958', values }))
  wakeOutbox()
  return id
}

async function until(check: () => Promise<boolean> | boolean, milliseconds = 10_000): Promise<void> {
  const end = performance.now() + milliseconds
  while (!(await check())) {
    if (performance.now() > end) throw new Error('it did not happen in time')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
const reaches = (id: string, state: string) => until(async () => (await deliveryState(db(), id)) === state)
const rowOf = async (id: string) =>
  (
    await database.query(
      'SELECT state, attempts, provider, provider_message_id, last_error, receipt_state, receipt_reason FROM outbox_message WHERE id = $1',
      [id],
    )
  )[0]

describe('the first provider', () => {
  it('takes a code, and the row remembers what it is called there', async () => {
    start()
    const id = await send()
    await reaches(id, 'sent')
    expect(twilio.taken).toHaveLength(1)
    expect(twilio.taken[0]).toMatchObject({ to: '+442079460958' })
    expect(twilio.taken[0]?.text).toMatch(/048213[\s\S]*@localhost #048213$/)
    expect(centre.taken).toHaveLength(0)
    expect(await rowOf(id)).toMatchObject({
      state: 'sent',
      attempts: 1,
      provider: 'twilio',
      provider_message_id: twilio.taken[0]?.id,
      last_error: null,
    })
  })

  it('that is dead is followed by the second at once, and the code leaves once', async () => {
    use({ TWILIO_API_URL: 'http://127.0.0.1:1' })
    start()
    const id = await send()
    await reaches(id, 'sent')
    expect(centre.taken.map(({ text }) => text.match(/\d{6}/)?.[0])).toEqual(['048213'])
    expect(twilio.taken).toHaveLength(0)
    expect(await rowOf(id)).toMatchObject({
      attempts: 1,
      provider: 'smpp',
      provider_message_id: 'c-1',
      last_error: 'twilio: econnrefused',
    })
  })

  it.each([
    ['in trouble', { status: 503 }, 'twilio: http_503'],
    ['that does not know us', { status: 401, code: 20003 }, 'twilio: twilio_20003'],
  ])('%s is followed by the second', async (_, fault, note) => {
    twilio.fault = fault
    start()
    const id = await send()
    await reaches(id, 'sent')
    expect([twilio.taken.length, centre.taken.length]).toEqual([0, 1])
    expect(await rowOf(id)).toMatchObject({ provider: 'smpp', last_error: note })
  })

  it('that hangs up over a message may have it: nobody else gets the code', async () => {
    twilio.fault = { status: 0 }
    start()
    const id = await send()
    await reaches(id, 'failed')
    await new Promise((resolve) => setTimeout(resolve, 2500))
    expect([twilio.taken.length, centre.taken.length]).toEqual([1, 0])
    expect(await rowOf(id)).toMatchObject({ state: 'dead', provider: 'twilio', last_error: 'outcome_unknown' })
  })

  it('that refuses the number is believed', async () => {
    twilio.fault = { status: 400, code: 21211 }
    start()
    const id = await send()
    await reaches(id, 'failed')
    expect(centre.taken).toHaveLength(0)
    expect(await rowOf(id)).toMatchObject({ state: 'dead', provider: 'twilio', last_error: 'twilio_21211' })
  })
})

describe('all providers dead', () => {
  it('a code is tried again and leaves once when one is back', async () => {
    const { port } = centre
    await centre.stop()
    use({ TWILIO_API_URL: 'http://127.0.0.1:1', SMPP_URL: `smpp://twofold@127.0.0.1:${port}` })
    start()
    const id = await send()
    await reaches(id, 'slow')
    centre = await startMessageCentre(port)
    await reaches(id, 'sent')
    expect(centre.taken).toHaveLength(1)
    expect(await rowOf(id)).toMatchObject({ provider: 'smpp', attempts: 2 })
  })

  it('forty codes while one provider is dead: each leaves once', async () => {
    use({ TWILIO_API_URL: 'http://127.0.0.1:1' })
    start()
    const codes = Array.from({ length: 40 }, (_, number) => String(100_000 + number))
    const ids = await Promise.all(codes.map((code) => send(code)))
    for (const id of ids) await reaches(id, 'sent')
    expect(centre.taken.map(({ text }) => text.match(/\d{6}/)?.[0]).sort()).toEqual(codes)
  })
})

describe('a receipt of a message centre', () => {
  beforeEach(() => use({ SMS_PROVIDERS: 'smpp' }))

  it('that the message did not arrive is told to the page that waits', async () => {
    start()
    const id = await send()
    await reaches(id, 'sent')
    expect((await centre.deliverReceipt('c-1', 'UNDELIV', '034')).command_status).toBe(0)
    await reaches(id, 'failed')
    expect(await rowOf(id)).toMatchObject({ state: 'sent', receipt_state: 'failed', receipt_reason: 'undeliv_034' })
  })

  it('that it arrived stands, whatever comes later', async () => {
    start()
    const id = await send()
    await reaches(id, 'sent')
    await centre.deliverReceipt('c-1', 'DELIVRD')
    await centre.deliverReceipt('c-1', 'UNDELIV')
    expect(await rowOf(id)).toMatchObject({ receipt_state: 'delivered', receipt_reason: null })
  })

  it('about a message of somebody else changes nothing', async () => {
    start()
    const id = await send()
    await reaches(id, 'sent')
    expect((await centre.deliverReceipt('c-999', 'UNDELIV')).command_status).toBe(0)
    expect(await rowOf(id)).toMatchObject({ receipt_state: null })
  })
})
