import { takeReceipt } from '@/lib/notifications/receipts'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { isReceiptProof } from '@/lib/platform/sms/receipt-url'
import { stateOfWord } from '@/lib/platform/sms/receipt-words'
import { isUuid } from '@/lib/platform/uuid'

type At = { params: Promise<{ id: string; proof: string }> }

/**
 * A gateway tells what became of a message: `?status=delivered`, and an `error` if it has a word for it. Not there
 * unless the operator's template hands out the address; the address itself ends in the proof. By GET too, because
 * gateways call back so; telling the same twice changes nothing.
 */
export async function GET(request: Request, { params }: At): Promise<Response> {
  const { SMS_PROVIDERS, SMS_GATEWAY_TEMPLATE } = env()
  const { id, proof } = await params
  const isOpen = SMS_PROVIDERS.includes('http') && SMS_GATEWAY_TEMPLATE.includes('receiptUrl')
  if (!isOpen || !isUuid(id)) return said(404)
  if (!isReceiptProof(id, proof)) {
    log.warn('sms.receipt_refused', { kind: 'http' })
    return said(403)
  }
  const query = new URL(request.url).searchParams
  const words = query.getAll('status')
  if (words.length !== 1) return said(400)
  const state = stateOfWord(words[0] ?? '')
  const reason = /^[\w.-]{1,32}$/.exec(query.get('error') ?? '')?.[0] ?? null
  if (state) await takeReceipt({ provider: 'http', messageId: id, state, reason })
  return said(204)
}

/** The same by POST; what a body says beside the address is not read. */
export function POST(request: Request, at: At): Promise<Response> {
  return GET(request, at)
}

function said(status: number): Response {
  return new Response(null, { status, headers: { 'cache-control': 'no-store' } })
}
