import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import smpp, { type Pdu, type Session } from 'smpp'
import { twilioSignature } from '@/lib/platform/sms/twilio-signature'

/** Other people's services that text messages leave through, as far as their documents say what they do. */

export type TextTaken = { readonly to: string; readonly text: string; readonly id: string }

/** A server of the Messages resource: checks the account, takes forms, answers JSON, calls back with a signature. */
export type TwilioServer = {
  readonly url: string
  readonly taken: (TextTaken & { readonly statusCallback: string })[]
  /** Answers with this status and number instead of taking messages; 0: hangs up when it has read one. */
  fault: { status: number; code?: number } | null
  callBack(at: string, fields: Record<string, string>, signature?: string): Promise<Response>
  stop(): Promise<void>
}

export async function startTwilio(accountSid: string, authToken: string): Promise<TwilioServer> {
  const taken: TwilioServer['taken'] = []
  const server = createServer(async (req, res) => {
    const form = new URLSearchParams(await bodyOf(req))
    const answer = (status: number, body: object) =>
      res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
    if (req.headers.authorization !== expected)
      return answer(401, { code: 20003, message: 'Authenticate', status: 401 })
    if (req.method !== 'POST' || req.url !== `/2010-04-01/Accounts/${accountSid}/Messages.json`)
      return answer(404, { code: 20404, message: 'not found', status: 404 })
    const id = `SM${String(taken.length + 1).padStart(32, '0')}`
    const note = () =>
      taken.push({
        to: form.get('To') ?? '',
        text: form.get('Body') ?? '',
        id,
        statusCallback: form.get('StatusCallback') ?? '',
      })
    if (made.fault?.status === 0) {
      note()
      return res.destroy()
    }
    if (made.fault) return answer(made.fault.status, { code: made.fault.code ?? 30000, message: 'no', status: 400 })
    note()
    answer(201, { sid: id, status: 'queued', to: form.get('To'), error_code: null })
  })
  const made: TwilioServer = {
    url: `http://127.0.0.1:${await listen(server)}`,
    taken,
    fault: null,
    callBack: (at, fields, signature = twilioSignature(authToken, at, Object.entries(fields))) =>
      fetch(at, {
        method: 'POST',
        headers: { 'x-twilio-signature': signature },
        body: new URLSearchParams(fields),
        redirect: 'manual',
      }),
    stop: () => close(server),
  }
  return made
}

/** A message centre: takes binds and messages, tells of their delivery when asked to. */
export type MessageCentre = {
  readonly port: number
  readonly taken: TextTaken[]
  deliverReceipt(id: string, state: 'DELIVRD' | 'UNDELIV', error?: string): Promise<Pdu>
  /** Hangs up on everybody who is bound. */
  hangUp(): void
  stop(): Promise<void>
}

export async function startMessageCentre(port = 0): Promise<MessageCentre> {
  const sessions = new Set<Session>()
  const receivers: Session[] = []
  const taken: TextTaken[] = []
  const server = smpp.createServer((session) => {
    sessions.add(session)
    session.on('error', () => undefined)
    session.on('close', () => sessions.delete(session))
    for (const mode of ['transceiver', 'transmitter', 'receiver'])
      session.on(`bind_${mode}`, (pdu: Pdu) => {
        if (mode !== 'transmitter') receivers.push(session)
        session.send(pdu.response({ system_id: 'centre' }))
      })
    for (const command of ['unbind', 'enquire_link']) session.on(command, (pdu: Pdu) => session.send(pdu.response()))
    session.on('submit_sm', (pdu: Pdu) => {
      const id = `c-${taken.length + 1}`
      const message = pdu.short_message
      const text = typeof message === 'object' && 'message' in message ? String(message.message) : ''
      taken.push({ to: `+${pdu.destination_addr}`, text, id })
      session.send(pdu.response({ message_id: id }))
    })
  })
  const listening = await listen(server, port)
  return {
    port: listening,
    taken,
    deliverReceipt: (id, state, error = '000') =>
      new Promise((resolve, reject) => {
        const session = receivers.findLast((one) => sessions.has(one))
        if (!session) return reject(new Error('nobody is bound for receipts'))
        const short_message = `id:${id} sub:001 dlvrd:001 submit date:2611250801 done date:2611250801 stat:${state} err:${error} text:`
        session.deliver_sm({ esm_class: 4, short_message, source_addr: '1', destination_addr: '2' }, resolve)
      }),
    hangUp: () => {
      for (const session of sessions) session.destroy()
    },
    stop: async () => {
      for (const session of sessions) session.destroy()
      await close(server)
    },
  }
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

async function listen(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return (server.address() as AddressInfo).port
}

async function close(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve))
}
