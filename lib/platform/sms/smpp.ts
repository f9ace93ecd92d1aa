import 'server-only'
import type { Pdu, Text } from 'smpp'
import { limits } from '@/lib/limits'
import type { SmsHandOver, SmsMessage, SmsProvider, SmsReceipt } from './provider'
import { ask, openLink, type SmppAddress } from './smpp-link'
import { readReceipt } from './smpp-receipt'
import { concatenationHeader, encodeText, type SmppEncoding } from './smpp-text'

export type SmppSettings = SmppAddress & {
  readonly from: string
  readonly bind: 'transceiver' | 'separate'
  readonly encoding: SmppEncoding
}

/** ESME_ROK, and the answer that asks a centre to deliver again later. */
const taken = 0x00
const later = 0x64

/**
 * SMPP 3.4 to a message centre: submit_sm, in several parts where the text is long, and receipts by deliver_sm.
 * `onReceipt` may throw; then the centre is asked to deliver the receipt again.
 *
 * @see SMPP 3.4 §4.4 (submit_sm), §4.6 (deliver_sm)
 */
export function smppProvider(settings: SmppSettings, onReceipt: (receipt: SmsReceipt) => Promise<void>): SmsProvider {
  const delivered = (pdu: Pdu) => deliver(pdu, onReceipt)
  const isSeparate = settings.bind === 'separate'
  const sending = openLink(settings, isSeparate ? 'transmitter' : 'transceiver', delivered)
  const links = isSeparate ? [sending, openLink(settings, 'receiver', delivered)] : [sending]
  return {
    name: 'smpp',
    send: async (message) => {
      const until = performance.now() + limits.delivery.totalMilliseconds
      const bound = await sending.ready()
      if (!bound.isBound) return { outcome: bound.isRefused ? 'unfit' : 'transient', reason: bound.reason }
      const submits = submitsOf(message, settings)
      let providerMessageId: string | null = null
      for (const [index, fields] of submits.entries()) {
        const milliseconds = Math.min(limits.delivery.answerMilliseconds, Math.max(1, until - performance.now()))
        const answer = handOverOf(await ask(bound.session, 'submit_sm', fields, milliseconds))
        if (answer.outcome === 'sent') providerMessageId = answer.providerMessageId
        // Half a message has left: another one would be a second message with the same code.
        else return index === 0 ? answer : { outcome: 'unknown', reason: 'partly_taken' }
      }
      return { outcome: 'sent', providerMessageId }
    },
    keep: async () => {
      await Promise.all(links.map((link) => link.keep()))
    },
    close: async () => {
      await Promise.all(links.map((link) => link.close()))
    },
  }
}

/** The fields of each submit_sm; a receipt is asked for the last part, which the phone waits for. */
export function submitsOf(
  message: Pick<SmsMessage, 'id' | 'to' | 'text'>,
  settings: Pick<SmppSettings, 'from' | 'encoding'>,
): readonly Readonly<Record<string, unknown>>[] {
  const { dataCoding, parts } = encodeText(message.text, settings.encoding)
  // The same in every hand-over of this message, different from its neighbours'.
  const reference = Number.parseInt(message.id.replace(/[^0-9a-f]/gi, '').slice(-2) || '0', 16)
  return parts.map((octets, index) => ({
    ...sourceOf(settings.from),
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    destination_addr: message.to.replace('+', ''),
    registered_delivery: index === parts.length - 1 ? 1 : 0,
    data_coding: dataCoding,
    short_message:
      parts.length === 1
        ? { message: octets }
        : { udh: concatenationHeader(reference, parts.length, index + 1), message: octets },
  }))
}

/** A name is alphanumeric, a number with `+` international, a short code of no type that anybody knows. */
function sourceOf(from: string): Readonly<Record<string, unknown>> {
  if (from.startsWith('+')) return { source_addr_ton: 1, source_addr_npi: 1, source_addr: from.slice(1) }
  const isNumber = /^\d+$/.test(from)
  return { source_addr_ton: isNumber ? 0 : 5, source_addr_npi: isNumber ? 1 : 0, source_addr: from }
}

/** Not now: system error, queue full, submit failed, throttled, temporary error. */
const transient = new Set([0x08, 0x14, 0x45, 0x58, 0x64])
/** About the recipient or the message: invalid or missing address, its type, length, content, permanent error, reject. */
const permanent = new Set([0x01, 0x0b, 0x48, 0x49, 0x50, 0x51, 0x65, 0x66, 0xc1, 0xc2, 0xc4])

/** What the answer to a submit_sm means; every other refusal is about us, so another provider may be asked. */
export function handOverOf(
  answer: Pick<Pdu, 'command_status' | 'message_id'> | 'not_sent' | 'timeout' | 'connection_lost',
): SmsHandOver {
  if (answer === 'not_sent') return { outcome: 'transient', reason: 'connection_lost' }
  if (typeof answer === 'string') return { outcome: 'unknown', reason: answer }
  const { command_status: status, message_id: id } = answer
  if (status === taken) return { outcome: 'sent', providerMessageId: id ? id.slice(0, 65) : null }
  const reason = `smpp_${status}`
  if (transient.has(status)) return { outcome: 'transient', reason }
  return { outcome: permanent.has(status) ? 'permanent' : 'unfit', reason }
}

/** What somebody texts to us is taken and forgotten; only receipts are for us. */
async function deliver(pdu: Pdu, onReceipt: (receipt: SmsReceipt) => Promise<void>): Promise<number> {
  const receipt = readReceipt({
    esmClass: pdu.esm_class ?? 0,
    text: textOf(pdu.short_message) || textOf(pdu.message_payload),
    receiptedMessageId: pdu.receipted_message_id,
    messageState: pdu.message_state,
  })
  if (receipt === null || receipt.state === 'underway') return taken
  const { providerMessageId, state, reason } = receipt
  try {
    await onReceipt({ provider: 'smpp', providerMessageId, state, reason })
    return taken
  } catch {
    return later
  }
}

function textOf(text: Text | undefined): string {
  if (text === undefined) return ''
  if (typeof text === 'string') return text
  if (Buffer.isBuffer(text)) return text.toString('latin1')
  return textOf(text.message)
}
