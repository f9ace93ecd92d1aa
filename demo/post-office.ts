// Demonstration and tests only. The product has no pretended delivery: it sends mail to this program by SMTP, texts
// by HTTP and calls by Twilio's REST interface, as it would to anybody's servers, and this program shows what arrived.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { DemoAuthenticator } from './authenticator'
import { inboxPage } from './inbox-page'
import { parseMail } from './mail-parser'
import { type Call, type TelephoneAccount, takeCall, tell } from './telephone'

export type Message = {
  readonly id: number
  readonly kind: 'email' | 'sms' | 'call'
  readonly to: string
  readonly from: string
  readonly subject: string
  readonly text: string
  /** The first run of six to eight digits that stands alone, if any. */
  readonly code: string | null
  readonly messageId: string | null
  /** Where the sender of a text wants to be told what became of it. */
  readonly receiptUrl?: string | null
  readonly receivedAt: Date
  readonly call?: Call
}

/** How the servers behave, for tests of faults; both fields may change at any time. */
export type Fault = {
  /** Wait before answering, in milliseconds. */
  delayMilliseconds?: number
  /** Answer with this status instead of taking the message: HTTP 4xx or 5xx, SMTP 450 or 550. */
  status?: number
}

export type PostOffice = {
  readonly smtpUrl: string
  readonly smsGatewayUrl: string
  /** For the product's settings of the same names. */
  readonly twilio: TelephoneAccount
  readonly inboxUrl: string
  /** Newest last. */
  messages(): readonly Message[]
  /** The newest message that fits, waiting for it if need be; rejects after `timeoutMilliseconds`. */
  waitFor(predicate: (message: Message) => boolean, timeoutMilliseconds?: number): Promise<Message>
  clear(): void
  /** Presses a key in a call, or hangs up without one; answers the status and what the voice says then. */
  press(message: Message, key: string): Promise<{ status: number; spoken: string }>
  hangUp(message: Message): Promise<{ status: number; spoken: string }>
  setFault(server: 'smtp' | 'sms' | 'voice', fault: Fault): void
  stop(): Promise<void>
}

const messagesKept = 200

/** Starts all three servers on 127.0.0.1; ports are chosen freely unless given. The page shows codes for `authenticators`, too. */
export async function startPostOffice(
  ports: { inbox?: number; smtp?: number; sms?: number; voice?: number } = {},
  authenticators: readonly DemoAuthenticator[] = [],
): Promise<PostOffice> {
  const messages: Message[] = []
  const waiting = new Set<() => void>()
  const faults: Record<'smtp' | 'sms' | 'voice', Fault> = { smtp: {}, sms: {}, voice: {} }
  let lastId = 0

  const receive = (message: Omit<Message, 'id' | 'code' | 'receivedAt'>) => {
    lastId += 1
    messages.push({ ...message, id: lastId, code: findCode(message.text), receivedAt: new Date() })
    if (messages.length > messagesKept) messages.shift()
    for (const wake of waiting) wake()
  }

  const smtp = mailServer(faults, receive)
  const sms = createServer((req, res) => void takeText(req, res, faults.sms, receive))
  const account = { accountSid: 'ACdemonstration', authToken: 'the-demo-telephone-token', from: '+441632960000' }
  const voice = createServer((req, res) => {
    const { delayMilliseconds = 0, status } = faults.voice
    if (status !== undefined) return void pause(delayMilliseconds).then(() => res.writeHead(status).end())
    return void takeCall(req, res, account, (call) =>
      receive({
        kind: 'call',
        ...{ to: call.to, from: call.from, subject: '', text: call.spoken, messageId: call.sid, call },
      }),
    )
  })
  const press: PostOffice['press'] = async ({ call }, key) =>
    call ? tell(account, call, { key }) : { status: 0, spoken: '' }
  const hangUp: PostOffice['hangUp'] = async ({ call }) =>
    call ? tell(account, call, { ended: 'completed' }) : { status: 0, spoken: '' }
  const answerCall = async (id: number, key: string | null): Promise<void> => {
    const message = messages.find((one) => one.id === id)
    if (message === undefined) return
    const said = key === null ? await hangUp(message) : await press(message, key)
    if (said.spoken !== '') receive({ ...message, subject: `You pressed ${key}`, text: said.spoken, call: undefined })
  }
  const inbox = createServer((req, res) => showInbox(req, res, messages, authenticators, answerCall))
  await Promise.all([
    new Promise<void>((done, failed) => {
      smtp.once('error', failed)
      smtp.listen(ports.smtp ?? 0, '127.0.0.1', () => done())
    }),
    listen(sms, ports.sms ?? 0),
    listen(voice, ports.voice ?? 0),
    listen(inbox, ports.inbox ?? 0),
  ])
  smtp.on('error', () => undefined)

  return {
    smtpUrl: `smtp://127.0.0.1:${portOf(smtp.server)}`,
    smsGatewayUrl: `http://127.0.0.1:${portOf(sms)}/messages`,
    twilio: { ...account, apiUrl: `http://127.0.0.1:${portOf(voice)}` },
    press,
    hangUp,
    inboxUrl: `http://localhost:${portOf(inbox)}/`,
    messages: () => messages,
    clear: () => {
      messages.length = 0
    },
    setFault: (server, fault) => {
      faults[server] = fault
    },
    waitFor: (predicate, timeoutMilliseconds = 10_000) =>
      new Promise((found, failed) => {
        const look = () => {
          const message = messages.findLast(predicate)
          if (message === undefined) return
          finish()
          found(message)
        }
        const timer = setTimeout(() => {
          finish()
          failed(new Error(`no such message within ${timeoutMilliseconds} ms; ${messages.length} others arrived`))
        }, timeoutMilliseconds)
        const finish = () => {
          clearTimeout(timer)
          waiting.delete(look)
        }
        waiting.add(look)
        look()
      }),
    stop: async () => {
      sms.closeAllConnections()
      voice.closeAllConnections()
      inbox.closeAllConnections()
      await Promise.all([
        new Promise<void>((done) => smtp.close(() => done())),
        new Promise<void>((done) => sms.close(() => done())),
        new Promise<void>((done) => voice.close(() => done())),
        new Promise<void>((done) => inbox.close(() => done())),
      ])
    },
  }
}

type Receive = (message: Omit<Message, 'id' | 'code' | 'receivedAt'>) => void

function mailServer(faults: Record<'smtp', Fault>, receive: Receive): SMTPServer {
  const refusedOnce = new Set<string>()
  return new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    size: 1_048_576,
    // As with any mail server, a mailbox may not be there yet: such a one is refused for good, and taken when asked again.
    onRcptTo: ({ address }, _session, done) => {
      const isNew = address.startsWith('not-there-yet.') && !refusedOnce.has(address)
      if (!isNew) return done()
      refusedOnce.add(address)
      done(Object.assign(new Error('no such mailbox'), { responseCode: 550 }))
    },
    onAuth: (_auth, _session, done) => done(null, { user: 'anyone' }),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.once('end', async () => {
        const { delayMilliseconds = 0, status } = faults.smtp
        await pause(delayMilliseconds)
        if (status !== undefined) {
          done(Object.assign(new Error('refused on purpose'), { responseCode: status }))
          return
        }
        const mail = parseMail(Buffer.concat(chunks).toString('utf8'))
        for (const recipient of session.envelope.rcptTo)
          receive({
            kind: 'email',
            to: recipient.address,
            from: mail.headers.get('from') ?? '',
            subject: mail.headers.get('subject') ?? '',
            text: mail.text,
            messageId: mail.headers.get('message-id') ?? null,
          })
        done()
      })
    },
  })
}

/** `POST /messages` with `{ to, text, id }`: what the gateway's default template sends. */
async function takeText(req: IncomingMessage, res: ServerResponse, fault: Fault, receive: Receive): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  await pause(fault.delayMilliseconds ?? 0)
  const answer = (status: number, body: object) =>
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  if (fault.status !== undefined) return void answer(fault.status, { error: 'refused on purpose' })
  if (req.method !== 'POST') return void answer(405, { error: 'POST only' })
  try {
    const body: { to?: unknown; text?: unknown; id?: unknown; receiptUrl?: unknown } = JSON.parse(
      Buffer.concat(chunks).toString('utf8'),
    )
    if (typeof body.to !== 'string' || typeof body.text !== 'string') return void answer(400, { error: 'to and text' })
    receive({
      kind: 'sms',
      to: body.to,
      from: 'Twofold',
      subject: '',
      text: body.text,
      messageId: typeof body.id === 'string' ? body.id : null,
      receiptUrl: typeof body.receiptUrl === 'string' ? body.receiptUrl : null,
    })
    answer(202, { accepted: true })
  } catch {
    answer(400, { error: 'not JSON' })
  }
}

function showInbox(
  req: IncomingMessage,
  res: ServerResponse,
  messages: readonly Message[],
  authenticators: readonly DemoAuthenticator[],
  answerCall: (id: number, key: string | null) => Promise<void>,
): void {
  const [path, query] = (req.url ?? '/').split('?')
  res.setHeader('cache-control', 'no-store')
  res.setHeader('x-content-type-options', 'nosniff')
  if (path === '/messages.json') {
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify(messages))
  } else if (path === '/calls' && req.method === 'POST' && isOwnForm(req)) {
    const asked = new URLSearchParams(query)
    answerCall(Number(asked.get('id')), asked.get('key'))
      .catch(() => undefined)
      .finally(() => res.writeHead(303, { location: '/' }).end())
  } else if (path === '/') {
    res.setHeader('content-type', 'text/html; charset=utf-8')
    res.end(inboxPage(messages, authenticators))
  } else {
    res.writeHead(404).end()
  }
}

/** Other pages on this machine have nothing to press here. */
function isOwnForm(req: IncomingMessage): boolean {
  return req.headers.origin === undefined || req.headers.origin === `http://${req.headers.host}`
}

/** Written in one run, or spoken digit by digit. */
function findCode(text: string): string | null {
  const spoken = /(?<!\d)\d(?:, \d){5,7}(?!\d)/.exec(text)?.[0].replaceAll(', ', '')
  return spoken ?? /(?<![\d+])\d{6,8}(?!\d)/.exec(text)?.[0] ?? null
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', failed)
    server.listen(port, '127.0.0.1', () => done())
  })
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds))
}
