import { takeReceipt } from '@/lib/notifications/receipts'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { receiptUrl } from '@/lib/platform/sms/receipt-url'
import { stateOfWord } from '@/lib/platform/sms/receipt-words'
import { isTwilioSignature } from '@/lib/platform/sms/twilio-signature'
import { isUuid } from '@/lib/platform/uuid'

/**
 * Twilio tells what became of a message that it took. Not there while Twilio is no provider; believed only with the
 * signature over this very address and these very fields.
 *
 * @see https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
 */
export async function POST(request: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { SMS_PROVIDERS, TWILIO_AUTH_TOKEN } = env()
  const { id } = await params
  if (!SMS_PROVIDERS.includes('twilio') || TWILIO_AUTH_TOKEN === null || !isUuid(id)) return said(404)
  if (!request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')) return said(415)
  const fields = [...new URLSearchParams(await request.text())]
  const form = new Map(fields)
  // A field that comes twice could be signed as one and read as the other.
  if (form.size !== fields.length) return said(400)
  const signature = request.headers.get('x-twilio-signature') ?? ''
  if (!isTwilioSignature(TWILIO_AUTH_TOKEN, signature, receiptUrl('twilio', id), fields)) {
    log.warn('sms.receipt_refused', { kind: 'twilio' })
    return said(403)
  }
  const state = stateOfWord(form.get('MessageStatus') ?? '')
  const code = /^\d{1,6}$/.exec(form.get('ErrorCode') ?? '')?.[0]
  if (state) await takeReceipt({ provider: 'twilio', messageId: id, state, reason: code ? `twilio_${code}` : null })
  return said(204)
}

function said(status: number): Response {
  return new Response(null, { status, headers: { 'cache-control': 'no-store' } })
}
