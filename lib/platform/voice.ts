import 'server-only'
import { limits } from '@/lib/limits'
import { env } from './env'
import { post } from './sms/http-post'
import { classifyStatus } from './sms/provider'

/** A call as the provider is asked for it. */
export type VoiceCall = {
  /** E.164. */
  readonly to: string
  /** Dialled once somebody answers; null: nothing. */
  readonly extension: string | null
  /** What the call says and asks, whole, so that no address of ours serves it. */
  readonly twiml: string
  /** Told when the call has ended; null: nobody waits for that. */
  readonly endedUrl: string | null
}

/** What asking for a call came to; the words are those of a text message. */
export type CallHandOver =
  | { readonly outcome: 'sent'; readonly providerMessageId: null }
  | { readonly outcome: 'transient' | 'permanent' | 'unknown'; readonly reason: string }

/** Whether the operator has named a provider for calls; a sender that is no number can text and not call. */
export function isVoiceConfigured(): boolean {
  const { TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM } = env()
  return TWILIO_ACCOUNT_SID !== null && TWILIO_AUTH_TOKEN !== null && (TWILIO_FROM?.startsWith('+') ?? false)
}

/**
 * Asks the provider for one call, by Twilio's Calls resource: one POST of a form with basic authentication. What the
 * answers mean is as for text messages. Never throws.
 *
 * @see https://www.twilio.com/docs/voice/api/call-resource#create-a-call-resource, SEC-292, REL-031, REL-034
 */
export async function sendCall(call: VoiceCall): Promise<CallHandOver> {
  const { TWILIO_API_URL, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_FROM } = env()
  if (!isVoiceConfigured()) return { outcome: 'permanent', reason: 'not_configured' }
  const credentials = Buffer.from(`${TWILIO_ACCOUNT_SID}:${TWILIO_AUTH_TOKEN}`).toString('base64')
  const answer = await post(
    new URL(`/2010-04-01/Accounts/${TWILIO_ACCOUNT_SID}/Calls.json`, TWILIO_API_URL),
    {
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
      authorization: `Basic ${credentials}`,
    },
    callForm(call, TWILIO_FROM ?? '').toString(),
  )
  if (answer.status === null) return { outcome: answer.hasGone ? 'unknown' : 'transient', reason: answer.reason }
  const refusal = classifyStatus(answer.status)
  if (refusal === null) return { outcome: 'sent', providerMessageId: null }
  // There is no other provider of calls to ask.
  return { outcome: refusal.outcome === 'transient' ? 'transient' : 'permanent', reason: refusal.reason }
}

/** The form of the Calls resource. An extension waits two seconds, the time an exchange takes to listen. */
export function callForm(call: VoiceCall, from: string): URLSearchParams {
  const form = new URLSearchParams({
    To: call.to,
    From: from,
    Twiml: call.twiml,
    Timeout: String(limits.call.ringSeconds),
  })
  if (call.extension !== null) form.set('SendDigits', `wwww${call.extension}`)
  if (call.endedUrl !== null) {
    form.set('StatusCallback', call.endedUrl)
    form.set('StatusCallbackMethod', 'POST')
    form.set('StatusCallbackEvent', 'completed')
  }
  return form
}
