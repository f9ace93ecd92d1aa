import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { callForm, sendCall } from './voice'

const settings = Symbol.for('twofold.env')
const servers: Server[] = []
const call = { to: '+442079460958', extension: null, twiml: '<Response/>', endedUrl: null }

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

async function answering(
  status: number,
): Promise<{ readonly asked: { url?: string; authorization?: string; body: string }[] }> {
  const asked: { url?: string; authorization?: string; body: string }[] = []
  const server = createServer((req, res) => {
    let body = ''
    req.on('data', (chunk) => {
      body += chunk
    })
    req.once('end', () => {
      asked.push({ url: req.url, authorization: req.headers.authorization, body })
      res.writeHead(status).end('{"sid":"CA1"}')
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  process.env.TWILIO_API_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  Reflect.deleteProperty(globalThis, settings)
  return { asked }
}

describe('the form of a call', () => {
  it('dials an extension once somebody answers', () => {
    expect(Object.fromEntries(callForm({ ...call, extension: '318' }, '+441632960000'))).toEqual({
      ...{ To: '+442079460958', From: '+441632960000', Twiml: '<Response/>', Timeout: '30', SendDigits: 'wwww318' },
    })
  })

  it('asks to be told of the end only where somebody waits for it', () => {
    expect([...callForm(call, '+1').keys()]).toEqual(['To', 'From', 'Twiml', 'Timeout'])
    expect(callForm({ ...call, endedUrl: 'https://id.example/x' }, '+1').get('StatusCallback')).toBe(
      'https://id.example/x',
    )
  })
})

describe('asking for a call', () => {
  it('is one request to the account, with its token', async () => {
    const { asked } = await answering(201)
    expect(await sendCall(call)).toEqual({ outcome: 'sent', providerMessageId: null })
    expect(asked).toHaveLength(1)
    expect(asked[0]?.url).toBe('/2010-04-01/Accounts/ACtesting/Calls.json')
    expect(asked[0]?.authorization).toBe(`Basic ${btoa('ACtesting:the-test-telephone-token')}`)
  })

  it.each([
    [400, 'permanent'],
    [401, 'permanent'],
    [429, 'transient'],
    [503, 'transient'],
  ] as const)('an answer of %d is %s', async (status, outcome) => {
    await answering(status)
    expect((await sendCall(call)).outcome).toBe(outcome)
  })

  it('without a provider nothing is asked', async () => {
    const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM } = process.env
    for (const name of ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_FROM']) delete process.env[name]
    Reflect.deleteProperty(globalThis, settings)
    expect(await sendCall(call)).toEqual({ outcome: 'permanent', reason: 'not_configured' })
    Object.assign(process.env, { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM })
    Reflect.deleteProperty(globalThis, settings)
  })
})
