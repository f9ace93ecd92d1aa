import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { sendMail } from './mail'
import { gatewayProvider } from './sms/gateway'

const settings = Symbol.for('twofold.env')
const servers: Server[] = []

/** Points one setting at a server of this test; the next `env()` reads it. */
function use(url: string): void {
  process.env.SMTP_URL = url
  Reflect.deleteProperty(globalThis, settings)
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

function listen(server: Server): Promise<number> {
  servers.push(server)
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => {
      const address = server.address() as AddressInfo
      resolve(address.port)
    }),
  )
}

/** A mail server that follows the protocol and drops the connection at one moment. */
function droppingAt(moment: 'greeting' | 'RCPT' | 'DATA' | 'content'): Server {
  return createServer((socket: Socket) => {
    socket.on('error', () => undefined)
    if (moment === 'greeting') return void socket.destroy()
    socket.write('220 test ESMTP\r\n')
    let isContent = false
    socket.on('data', (chunk) => {
      const text = chunk.toString()
      if (isContent) return void (moment === 'content' && text.includes('\r\n.\r\n') && socket.destroy())
      for (const line of text.split('\r\n').filter(Boolean)) {
        const verb = line.slice(0, 4).toUpperCase()
        if (verb === moment) return void socket.destroy()
        if (verb === 'DATA') isContent = true
        socket.write(verb === 'DATA' ? '354 go on\r\n' : '250 fine\r\n')
      }
    })
  })
}

const mail = { id: 'm1', to: 'ada@mail.example', subject: 'Hello', text: 'text', html: '<p>text</p>', logo: null }
const text = { id: 'm1', to: '+442079460958', text: 'text', receiptUrl: () => '' }
const sendTo = (url: string) =>
  gatewayProvider({ url, template: '{"to":"{{to}}","text":"{{text}}"}', token: null }).send(text)

describe('a mail server that drops the connection', () => {
  it.each([
    ['greeting', 'transient'],
    ['RCPT', 'transient'],
    ['DATA', 'unknown'],
    ['content', 'unknown'],
  ] as const)('at %s leaves the message %s', async (moment, outcome) => {
    use(`smtp://127.0.0.1:${await listen(droppingAt(moment))}`)
    expect((await sendMail(mail)).outcome).toBe(outcome)
  })

  it('nobody listening is transient', async () => {
    use('smtp://127.0.0.1:1')
    expect((await sendMail(mail)).outcome).toBe('transient')
  })

  it.each([
    { to: 'ada@mail.example\r\nBcc: eve@evil.example' },
    { to: 'ada@mail.example,eve@evil.example' },
    { to: 'ada@mail.example\u0000' },
    { subject: 'Hello\r\nBcc: eve@evil.example' },
  ])('%j is refused before anybody is asked', async (more) => {
    expect(await sendMail({ ...mail, ...more })).toEqual({ outcome: 'permanent', reason: 'address_refused' })
  })
})

describe('a gateway on the wire', () => {
  const answering = (status: number, headers: Record<string, string> = {}) =>
    createHttpServer((req, res) => {
      asked.push(req.url ?? '')
      req.resume()
      req.once('end', () => res.writeHead(status, headers).end())
    })
  const asked: string[] = []

  it('a redirect is not followed', async () => {
    const port = await listen(answering(307, { location: '/elsewhere' }))
    expect(await sendTo(`http://127.0.0.1:${port}/messages`)).toEqual({ outcome: 'unfit', reason: 'http_307' })
    expect(asked).toEqual(['/messages'])
  })

  it('a connection that breaks after the request leaves the message unknown, before it transient', async () => {
    const port = await listen(createHttpServer((req) => req.once('data', () => req.socket.destroy())))
    expect((await sendTo(`http://127.0.0.1:${port}/messages`)).outcome).toBe('unknown')
    expect((await sendTo('http://127.0.0.1:1/messages')).outcome).toBe('transient')
  })
})
