import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { queueSms } from '@/lib/notifications/outbox'
import { disconnect, transaction } from '@/lib/platform/db'
import { receiptUrl } from '@/lib/platform/sms/receipt-url'
import { twilioSignature } from '@/lib/platform/sms/twilio-signature'
import { forgetSettings } from '@/tests/support/database'
import { type RunningProduct, startProduct } from '@/tests/support/e2e-server'
import { startTwilio, type TwilioServer } from '@/tests/support/sms-counterparts'

// The built server as a process; providers call it over HTTP.

const accountSid = 'AC0123456789abcdef'
const authToken = 'token-of-a-test'
let twilio: TwilioServer
let product: RunningProduct
let owner: pg.Pool

beforeAll(async () => {
  twilio = await startTwilio(accountSid, authToken)
  product = await startProduct({
    seed: false,
    settings: {
      SMS_PROVIDERS: 'twilio,http',
      TWILIO_API_URL: twilio.url,
      TWILIO_ACCOUNT_SID: accountSid,
      TWILIO_AUTH_TOKEN: authToken,
      TWILIO_FROM: '+4930123456',
      SMS_GATEWAY_TEMPLATE: '{"to":"{{to}}","text":"{{text}}","id":"{{id}}","receiptUrl":"{{receiptUrl}}"}',
    },
  })
  process.env.DATABASE_URL = product.databaseUrl
  process.env.PUBLIC_ORIGIN = product.origin
  forgetSettings()
  owner = new pg.Pool({ connectionString: product.ownerUrl, max: 2 })
}, 120_000)
afterAll(async () => {
  await disconnect()
  await owner?.end()
  await product?.stop()
  await twilio?.stop()
})
beforeEach(() => {
  twilio.fault = null
})

async function sent(provider: string): Promise<string> {
  const values = { code: '048213', purpose: 'register', lifetimeSeconds: 300 } as const
  const id = await transaction((tx) => queueSms(tx, { userId: null, to: '+442079460958', values }))
  await expect.poll(() => rowOf(id), { timeout: 60_000 }).toMatchObject({ state: 'sent', provider })
  return id
}
const rowOf = async (id: string) =>
  (await owner.query('SELECT state, provider, receipt_state, receipt_reason FROM outbox_message WHERE id = $1', [id]))
    .rows[0]

describe('a call from Twilio', () => {
  it('goes where the message said, and tells what became of it', async () => {
    const id = await sent('twilio')
    const at = twilio.taken.at(-1)?.statusCallback ?? ''
    expect(at).toBe(`${product.origin}/callbacks/twilio/messages/${id}`)
    const fields = { MessageSid: 'SM1', AccountSid: accountSid, To: '+442079460958' }
    expect((await twilio.callBack(at, { ...fields, MessageStatus: 'sent' })).status).toBe(204)
    expect(await rowOf(id)).toMatchObject({ receipt_state: null })
    const failed = { ...fields, MessageStatus: 'undelivered', ErrorCode: '30003' }
    expect((await twilio.callBack(at, failed)).status).toBe(204)
    expect(await rowOf(id)).toMatchObject({ receipt_state: 'failed', receipt_reason: 'twilio_30003' })
  })

  it('is believed only with the signature over this address and these fields', async () => {
    const id = await sent('twilio')
    const other = await sent('twilio')
    const at = receiptUrl('twilio', id)
    const fields = { MessageStatus: 'failed' }
    const elsewhere = twilioSignature(authToken, receiptUrl('twilio', other), Object.entries(fields))
    const statuses = [
      await twilio.callBack(at, fields, ''),
      await twilio.callBack(at, fields, elsewhere),
      await twilio.callBack(at, fields, twilioSignature('another token', at, Object.entries(fields))),
      await twilio.callBack(`${at}?x=1`, fields),
      await twilio.callBack(at, { ...fields, More: '1' }, twilioSignature(authToken, at, Object.entries(fields))),
    ].map(({ status }) => status)
    expect(statuses).toEqual([403, 403, 403, 403, 403])
    expect(await rowOf(id)).toMatchObject({ receipt_state: null })
  })

  it('that is too long, of another type, by another method or about nothing is refused', async () => {
    const at = receiptUrl('twilio', await sent('twilio'))
    expect((await twilio.callBack(at, { MessageStatus: 'x'.repeat(70_000) })).status).toBe(413)
    const json = { 'content-type': 'application/json' }
    expect((await fetch(at, { method: 'POST', headers: json, body: '{}' })).status).toBe(415)
    expect((await fetch(at)).status).toBe(405)
    expect((await fetch(at, { method: 'PUT', body: '' })).status).toBe(405)
    const nothing = `${product.origin}/callbacks/twilio/messages/not-an-id`
    expect((await twilio.callBack(nothing, { MessageStatus: 'failed' })).status).toBe(404)
  })

  it('gets no cookie, no page and nothing to keep', async () => {
    const answer = await twilio.callBack(receiptUrl('twilio', await sent('twilio')), { MessageStatus: 'delivered' })
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.text()).toBe('')
  })
})

describe('a call from a gateway', () => {
  it('goes to the address of the message, by GET or POST, and says it in its words', async () => {
    twilio.fault = { status: 503 }
    const first = await sent('http')
    const second = await sent('http')
    expect((await fetch(`${receiptUrl('http', first)}?status=8`)).status).toBe(204)
    expect(await rowOf(first)).toMatchObject({ receipt_state: null })
    expect((await fetch(`${receiptUrl('http', first)}?status=delivered`)).status).toBe(204)
    expect(await rowOf(first)).toMatchObject({ receipt_state: 'delivered' })
    const undelivered = `${receiptUrl('http', second)}?status=UNDELIV&error=034`
    expect((await fetch(undelivered, { method: 'POST' })).status).toBe(204)
    expect(await rowOf(second)).toMatchObject({ receipt_state: 'failed', receipt_reason: '034' })
  })

  it('with the proof of another message, with none, or saying two things is refused', async () => {
    twilio.fault = { status: 503 }
    const id = await sent('http')
    const proof = receiptUrl('http', await sent('http'))
      .split('/')
      .at(-1)
    const path = `${product.origin}/callbacks/gateway/messages/${id}`
    expect((await fetch(`${path}/${proof}?status=failed`)).status).toBe(403)
    expect((await fetch(`${path}/x?status=failed`)).status).toBe(403)
    expect((await fetch(`${path}?status=failed`)).status).toBe(404)
    expect((await fetch(`${receiptUrl('http', id)}?status=failed&status=delivered`)).status).toBe(400)
    expect(await rowOf(id)).toMatchObject({ receipt_state: null })
  })
})
