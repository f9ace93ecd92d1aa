import type { AddressInfo, Server } from 'node:net'
import smpp, { type Pdu, type Session } from 'smpp'
import { afterEach, describe, expect, it } from 'vitest'
import type { SmsProvider, SmsReceipt } from './provider'
import { handOverOf, type SmppSettings, smppProvider, submitsOf } from './smpp'

/** A message centre of this test: real sockets, the other half of the protocol. */
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

type Centre = {
  readonly port: number
  readonly sessions: Session[]
  readonly binds: Pdu[]
  readonly submits: Pdu[]
}

async function centre(
  answer: (pdu: Pdu, session: Session, count: number) => Pdu | null = (pdu) => pdu.response({ message_id: 'c-1' }),
  bindStatus = 0,
): Promise<Centre> {
  const seen: Omit<Centre, 'port'> = { sessions: [], binds: [], submits: [] }
  const server: Server = smpp.createServer((session) => {
    seen.sessions.push(session)
    session.on('error', () => undefined)
    for (const mode of ['transceiver', 'transmitter', 'receiver'])
      session.on(`bind_${mode}`, (pdu: Pdu) => {
        seen.binds.push(pdu)
        session.send(pdu.response({ command_status: bindStatus }))
      })
    for (const command of ['unbind', 'enquire_link']) session.on(command, (pdu: Pdu) => session.send(pdu.response()))
    session.on('submit_sm', (pdu: Pdu) => {
      seen.submits.push(pdu)
      const said = answer(pdu, session, seen.submits.length)
      if (said) session.send(said)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(async () => {
    for (const session of seen.sessions) session.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return { ...seen, port: (server.address() as AddressInfo).port }
}

function provider(port: number, more: Partial<SmppSettings> = {}, receipts: SmsReceipt[] = []): SmsProvider {
  const settings: SmppSettings = {
    host: '127.0.0.1',
    port,
    isSecure: false,
    systemId: 'twofold',
    password: 'pass',
    systemType: '',
    from: 'Harbor',
    bind: 'transceiver',
    encoding: 'gsm',
    ...more,
  }
  const made = smppProvider(settings, async (receipt) => {
    receipts.push(receipt)
  })
  ends.push(async () => made.close?.())
  return made
}

const message = {
  id: '01890000-0000-7000-8000-0000000000a7',
  to: '+442079460958',
  text: 'Your code: 123456\n\n@id.example #123456',
  receiptUrl: () => '',
}

const textOf = (pdu: Pdu) =>
  typeof pdu.short_message === 'object' && 'message' in pdu.short_message ? String(pdu.short_message.message) : ''

describe('a message centre', () => {
  it('gets one bind and each message, and tells what it calls them', async () => {
    const { port, binds, submits } = await centre((pdu, _, count) => pdu.response({ message_id: `c-${count}` }))
    const sender = provider(port)
    expect(await sender.send(message)).toEqual({ outcome: 'sent', providerMessageId: 'c-1' })
    expect(await sender.send(message)).toEqual({ outcome: 'sent', providerMessageId: 'c-2' })
    expect(binds).toHaveLength(1)
    expect(binds[0]).toMatchObject({ command: 'bind_transceiver', system_id: 'twofold', password: 'pass' })
    expect(submits[0]).toMatchObject({
      source_addr: 'Harbor',
      destination_addr: '442079460958',
      data_coding: 0,
      registered_delivery: 1,
    })
    expect(textOf(submits[0] as Pdu)).toBe(message.text)
  })

  it('binds once for sending and once for receipts where it wants that', async () => {
    const { port, binds } = await centre()
    const sender = provider(port, { bind: 'separate' })
    await sender.keep?.()
    await sender.send(message)
    expect(binds.map(({ command }) => command).sort()).toEqual(['bind_receiver', 'bind_transmitter'])
  })

  it('that is not there, or goes before anything was sent, leaves the message to others', async () => {
    expect(await provider(1).send(message)).toMatchObject({ outcome: 'transient', reason: 'econnrefused' })
  })

  it('that does not want us leaves the message to others', async () => {
    const { port } = await centre(undefined, 0x0e)
    expect(await provider(port).send(message)).toEqual({ outcome: 'unfit', reason: 'smpp_14' })
  })

  it('that hangs up over a message may have taken it', async () => {
    const { port } = await centre((_, session) => {
      session.destroy()
      return null
    })
    expect(await provider(port).send(message)).toEqual({ outcome: 'unknown', reason: 'connection_lost' })
  })

  it('that refuses the second half has the first: nobody else gets the message', async () => {
    const { port, submits } = await centre((pdu, _, count) =>
      pdu.response(count === 1 ? { message_id: 'c-1' } : { command_status: 0x58 }),
    )
    const long = { ...message, text: `${'a'.repeat(150)}${message.text}` }
    expect(await provider(port).send(long)).toEqual({ outcome: 'unknown', reason: 'partly_taken' })
    expect(submits).toHaveLength(2)
  })

  it('that was away is bound again for the next message', async () => {
    const first = await centre()
    const sender = provider(first.port)
    await sender.send(message)
    for (const session of first.sessions) session.destroy()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await sender.send(message)).outcome).toBe('sent')
    expect(first.binds).toHaveLength(2)
  })

  it('tells later that a message arrived, or did not, and gets an answer', async () => {
    const receipts: SmsReceipt[] = []
    const { port, sessions } = await centre()
    const sender = provider(port, {}, receipts)
    await sender.send(message)
    const deliver = (text: string, esm_class: number) =>
      new Promise<Pdu>((resolve) =>
        sessions[0]?.deliver_sm({ esm_class, short_message: text, source_addr: '1', destination_addr: '2' }, resolve),
      )
    const answers = [
      await deliver('id:c-1 sub:001 dlvrd:001 stat:DELIVRD err:000 text:', 4),
      await deliver('id:c-2 sub:001 dlvrd:000 stat:UNDELIV err:034 text:', 4),
      await deliver('id:c-3 sub:001 dlvrd:000 stat:ENROUTE err:000 text:', 4),
      await deliver('STOP', 0),
    ]
    expect(answers.map(({ command_status }) => command_status)).toEqual([0, 0, 0, 0])
    expect(receipts).toEqual([
      { provider: 'smpp', providerMessageId: 'c-1', state: 'delivered', reason: null },
      { provider: 'smpp', providerMessageId: 'c-2', state: 'failed', reason: 'undeliv_034' },
    ])
  })
})

describe('the answer to a submit_sm', () => {
  it.each([
    ['throttled', 0x58, 'transient'],
    ['queue full', 0x14, 'transient'],
    ['invalid destination', 0x0b, 'permanent'],
    ['invalid source', 0x0a, 'unfit'],
    ['not bound for sending', 0x04, 'unfit'],
  ])('%s', (_, command_status, outcome) => {
    expect(handOverOf({ command_status })).toEqual({ outcome, reason: `smpp_${command_status}` })
  })
  it.each([
    ['not_sent', 'transient'],
    ['timeout', 'unknown'],
    ['connection_lost', 'unknown'],
  ] as const)('that did not come: %s', (word, outcome) => {
    expect(handOverOf(word).outcome).toBe(outcome)
  })
})

describe('the fields of a submit_sm', () => {
  it.each([
    ['Harbor', { source_addr_ton: 5, source_addr_npi: 0, source_addr: 'Harbor' }],
    ['+4930123456', { source_addr_ton: 1, source_addr_npi: 1, source_addr: '4930123456' }],
    ['12345', { source_addr_ton: 0, source_addr_npi: 1, source_addr: '12345' }],
  ])('come from %s', (from, fields) => {
    expect(submitsOf(message, { from, encoding: 'gsm' })[0]).toMatchObject(fields)
  })

  it('of a long text ask for one receipt and share a reference', () => {
    const parts = submitsOf({ ...message, text: 'ж'.repeat(100) }, { from: 'Harbor', encoding: 'gsm' })
    expect(parts.map((part) => part.registered_delivery)).toEqual([0, 1])
    expect(parts[1]).toMatchObject({ data_coding: 8, short_message: { udh: Buffer.from([5, 0, 3, 0xa7, 2, 2]) } })
  })
})
