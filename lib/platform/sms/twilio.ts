import 'server-only'
import { z } from 'zod'
import { post } from './http-post'
import { classifyStatus, type SmsHandOver, type SmsProvider } from './provider'

export type TwilioSettings = {
  readonly apiUrl: string
  readonly accountSid: string
  readonly authToken: string
  /** E.164, a sender's name, or `MG…`. */
  readonly from: string
}

/**
 * The Messages resource of Twilio and of whoever speaks its language: a form by POST, basic authentication, 201 with
 * the message's SID, refusals as JSON with a number of their own.
 *
 * @see https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource
 */
export function twilioProvider(settings: TwilioSettings): SmsProvider {
  const { apiUrl, accountSid, authToken, from } = settings
  const url = new URL(`/2010-04-01/Accounts/${accountSid}/Messages.json`, apiUrl)
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    accept: 'application/json',
    authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
  }
  return {
    name: 'twilio',
    async send({ to, text, receiptUrl }): Promise<SmsHandOver> {
      const form = new URLSearchParams({
        To: to,
        [/^MG/.test(from) ? 'MessagingServiceSid' : 'From']: from,
        Body: text,
        StatusCallback: receiptUrl('twilio'),
      })
      const answer = await post(url, headers, form.toString(), { wantsBody: true })
      if (answer.status === null) return { outcome: answer.hasGone ? 'unknown' : 'transient', reason: answer.reason }
      return classifyTwilioAnswer(answer.status, answer.body)
    },
  }
}

const created = z.object({ sid: z.string().regex(/^[A-Za-z0-9]{8,64}$/), status: z.string().optional() })
const refused = z.object({ code: z.number().int().min(1).max(999_999) })

/** Numbers of refusals that are about this recipient; any other refusal is about us. */
const aboutTheRecipient = new Set([
  21211, // not a valid number
  21214, // cannot be reached
  21217,
  21219, // not verified (trial account)
  21408, // no permission for the region
  21421,
  21601, // cannot receive text messages
  21610, // the recipient has unsubscribed
  21612, // no route from this sender
  21614, // not a mobile number
  60200,
  60205,
  60410,
])

/** What the answer of the Messages resource means. A refusal that names no recipient leads to the next provider. */
export function classifyTwilioAnswer(status: number, body: string): SmsHandOver {
  const json = safeJson(body)
  const refusal = classifyStatus(status)
  if (refusal === null) {
    const message = created.safeParse(json)
    // Taken, and what it is called there cannot be read.
    return { outcome: 'sent', providerMessageId: message.success ? message.data.sid : null }
  }
  const error = refused.safeParse(json)
  if (!error.success || refusal.outcome === 'transient') return refusal
  const { code } = error.data
  return { outcome: aboutTheRecipient.has(code) ? 'permanent' : 'unfit', reason: `twilio_${code}` }
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
