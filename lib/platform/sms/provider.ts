import type { SmsProviderName } from '../env-sms'

/**
 * What every way of sending a text message looks like to the sender of the outbox. Each protocol has one file here;
 * which of them are used, and in which order, is the operator's setting.
 */
export type SmsProvider = {
  readonly name: SmsProviderName
  /** Hands over one message. Never throws, and ends within `limits.delivery.totalMilliseconds`. */
  send(message: SmsMessage): Promise<SmsHandOver>
  /** Keeps the standing connection, where the protocol has one; called every few seconds. Never throws. */
  keep?(): Promise<void>
  close?(): Promise<void>
}

export type SmsMessage = {
  /** Of the outbox row; a gateway that knows ids can refuse a repetition by it. */
  readonly id: string
  /** E.164. */
  readonly to: string
  readonly text: string
  /** Where a provider that calls back tells what became of this message; absolute. */
  readonly receiptUrl: (provider: SmsProviderName) => string
}

/**
 * What a hand-over came to. Of all but `sent` and `unknown` it is certain that the provider took nothing, so another
 * one may be asked at once. `reason` is a word for operators, never a number or a text.
 */
export type SmsHandOver =
  | { readonly outcome: 'sent'; readonly providerMessageId: string | null }
  | {
      /**
       * `transient`: not now. `unfit`: this provider takes nothing from us at present (credentials, no account).
       * `permanent`: this message or number is refused, by whomever. `unknown`: it may have been taken.
       */
      readonly outcome: 'transient' | 'unfit' | 'permanent' | 'unknown'
      readonly reason: string
    }

/** What a provider says later of a message that it took. */
export type SmsReceipt = {
  readonly provider: SmsProviderName
  /** Our own id where the provider knows it, else the provider's. */
  readonly messageId?: string
  readonly providerMessageId?: string
  readonly state: 'delivered' | 'failed'
  /** A word or number for operators. */
  readonly reason: string | null
}

/**
 * By what a server answers to an HTTP request: 429, 408 and 5xx may be tried again; 401, 402, 403, 404, 405, 407 and
 * redirects (which are never followed) say that this account or address takes nothing; the rest refuses the message.
 *
 * @see REL-034
 */
export function classifyStatus(status: number): Exclude<SmsHandOver, { outcome: 'sent' }> | null {
  if (status >= 200 && status < 300) return null
  const reason = `http_${status}`
  if (status >= 500 || status === 429 || status === 408) return { outcome: 'transient', reason }
  const isUnfit = (status >= 300 && status < 400) || [401, 402, 403, 404, 405, 407].includes(status)
  return { outcome: isUnfit ? 'unfit' : 'permanent', reason }
}
