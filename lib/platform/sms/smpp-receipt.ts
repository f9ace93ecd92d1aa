/**
 * Reads a delivery receipt out of a deliver_sm: from the optional parameters where there are any, else from the text
 * that most centres write, `id:… sub:… dlvrd:… submit date:… done date:… stat:DELIVRD err:000 text:…`.
 *
 * @see SMPP 3.4 §5.2.12 (esm_class), §5.3.2.12, §5.3.2.35 and appendix B
 */
export type SmppReceipt = {
  readonly providerMessageId: string
  /** `underway` says nothing that is final. */
  readonly state: 'delivered' | 'failed' | 'underway'
  readonly reason: string | null
}

/** Message states by number and by the word of the text form. */
const states: Readonly<Record<string, SmppReceipt['state']>> = {
  1: 'underway',
  ENROUTE: 'underway',
  2: 'delivered',
  DELIVRD: 'delivered',
  3: 'failed',
  EXPIRED: 'failed',
  4: 'failed',
  DELETED: 'failed',
  5: 'failed',
  UNDELIV: 'failed',
  6: 'underway',
  ACCEPTD: 'underway',
  8: 'failed',
  REJECTD: 'failed',
}

/** Null: not a receipt, but a message that somebody sent to us, or a receipt that names no message. */
export function readReceipt(pdu: {
  readonly esmClass: number
  readonly text: string
  readonly receiptedMessageId?: string | undefined
  readonly messageState?: number | undefined
}): SmppReceipt | null {
  const isReceipt = (pdu.esmClass & 0x3c) === 0x04 || pdu.receiptedMessageId !== undefined
  if (!isReceipt) return null
  const providerMessageId = pdu.receiptedMessageId ?? /(?:^|\s)id:\s*(\S{1,64})/i.exec(pdu.text)?.[1]
  const word = pdu.messageState?.toString() ?? /(?:^|\s)stat:\s*([A-Za-z]{1,10})/i.exec(pdu.text)?.[1]?.toUpperCase()
  if (!providerMessageId || word === undefined) return null
  const error = /(?:^|\s)err:\s*([0-9A-Za-z]{1,8})/i.exec(pdu.text)?.[1]
  const state = states[word] ?? 'underway'
  const reason = state === 'failed' ? [word.toLowerCase(), error].filter(Boolean).join('_') : null
  return { providerMessageId, state, reason }
}
