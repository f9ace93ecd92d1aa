import { callUrl, renderKeyAnswer } from '@/lib/notifications/call'
import { env } from '@/lib/platform/env'
import { isTwilioSignature } from '@/lib/platform/sms/twilio-signature'
import { isVoiceConfigured } from '@/lib/platform/voice'
import { callbackVisit } from '@/lib/request/desk'
import { takeCallAnswer } from '@/lib/sign-in/phone-call'

/** What tells that a call is over; anything else is on its way. */
const ended: readonly string[] = ['completed', 'busy', 'no-answer', 'failed', 'canceled']

type Parts = { readonly challengeId: string; readonly secret: string; readonly event: string }

/**
 * Where the provider of calls tells which key was pressed, and that a call has ended. No browser comes here, so there is no
 * session and no form token: the provider's signature over the address and the whole form takes their place, and the door
 * is not there while no provider is configured.
 */
export async function POST(request: Request, { params }: { params: Promise<Parts> }): Promise<Response> {
  const { challengeId, secret, event } = await params
  const { TWILIO_AUTH_TOKEN } = env()
  if (!isVoiceConfigured() || TWILIO_AUTH_TOKEN === null || (event !== 'key' && event !== 'ended')) return answer(404)
  const fields = [...new URLSearchParams(await request.text())]
  const form = new Map(fields)
  // A field that comes twice could be signed as one and read as the other.
  if (form.size !== fields.length) return answer(400)
  // The address as it was given to the provider: what this request says of its own host is not asked.
  const url = callUrl({ challengeId, secret }, event)
  const signature = request.headers.get('x-twilio-signature') ?? ''
  if (!isTwilioSignature(TWILIO_AUTH_TOKEN, signature, url, fields)) return answer(403)
  const { origin } = callbackVisit()
  const to = form.get('To') ?? ''
  if (event === 'ended') {
    if (ended.includes(form.get('CallStatus') ?? '')) {
      await takeCallAnswer({ challengeId, secret, to, key: null }, origin)
    }
    return answer(204)
  }
  const taken = await takeCallAnswer({ challengeId, secret, to, key: form.get('Digits') ?? '' }, origin)
  return new Response(renderKeyAnswer(taken), {
    headers: { 'content-type': 'text/xml; charset=utf-8', 'cache-control': 'no-store' },
  })
}

function answer(status: 204 | 400 | 403 | 404): Response {
  return new Response(null, { status, headers: { 'cache-control': 'no-store' } })
}
