// The telephones of the demonstration: a provider of calls as the product meets one, with Twilio's Calls resource, and
// what somebody could do with a ringing telephone. Nobody is called; what a call would say is shown.
import { createHmac } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

/** As the product's settings name them. */
export type TelephoneAccount = {
  readonly apiUrl: string
  readonly accountSid: string
  readonly authToken: string
  readonly from: string
}

/** A call that was asked for. */
export type Call = {
  readonly sid: string
  readonly to: string
  readonly from: string
  /** Keys dialled once it is answered, as for an extension. */
  readonly sendDigits: string | null
  /** All that is said, in order. */
  readonly spoken: string
  /** Where a key goes; null: the call asks for none. */
  readonly keyUrl: string | null
  readonly endedUrl: string | null
}

/** Takes one request of `POST /2010-04-01/Accounts/<sid>/Calls.json`; a request that Twilio would refuse is refused alike. */
export async function takeCall(
  req: IncomingMessage,
  res: ServerResponse,
  account: Omit<TelephoneAccount, 'apiUrl'>,
  take: (call: Call) => void,
): Promise<void> {
  const answer = (status: number, body: object) =>
    void res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  if (req.url !== `/2010-04-01/Accounts/${account.accountSid}/Calls.json`) return answer(404, { code: 20404 })
  if (req.method !== 'POST') return answer(405, { code: 20004 })
  const credentials = Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64')
  if (req.headers.authorization !== `Basic ${credentials}`) return answer(401, { code: 20003 })
  const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
  const [to, from, twiml] = [form.get('To') ?? '', form.get('From') ?? '', form.get('Twiml') ?? '']
  if (!/^\+[1-9]\d{4,14}$/.test(to)) return answer(400, { code: 21211, message: 'invalid To' })
  if (from !== account.from) return answer(400, { code: 21210, message: 'From is not verified' })
  if (!twiml.includes('<Response>') || twiml.length > 4000) return answer(400, { code: 21205, message: 'Twiml' })
  if (!/^[0-9#*w]{0,32}$/.test(form.get('SendDigits') ?? '')) return answer(400, { code: 21220, message: 'SendDigits' })
  const sid = `CA${createHmac('md5', account.authToken).update(`${Date.now()} ${Math.random()}`).digest('hex')}`
  take({
    ...{ sid, to, from },
    sendDigits: form.get('SendDigits'),
    spoken: spokenIn(twiml),
    keyUrl: attribute(twiml, 'Gather', 'action'),
    endedUrl: form.get('StatusCallback'),
  })
  answer(201, { sid, status: 'queued', to, from })
}

/** Tells the product what was done with the telephone, signed as Twilio signs. Answers what the voice then says. */
export async function tell(
  account: Omit<TelephoneAccount, 'apiUrl'>,
  call: Call,
  done: { readonly key: string } | { readonly ended: string },
): Promise<{ readonly status: number; readonly spoken: string }> {
  const url = 'key' in done ? call.keyUrl : call.endedUrl
  if (url === null) return { status: 0, spoken: '' }
  const form = new URLSearchParams({
    AccountSid: account.accountSid,
    CallSid: call.sid,
    CallStatus: 'key' in done ? 'in-progress' : done.ended,
    From: call.from,
    To: call.to,
    ...('key' in done ? { Digits: done.key, FinishedOnKey: '' } : {}),
  })
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'x-twilio-signature': signature(account.authToken, url, form),
    },
    body: form.toString(),
  })
  return { status: answer.status, spoken: spokenIn(await answer.text()) }
}

/** https://www.twilio.com/docs/usage/security#validating-requests */
export function signature(authToken: string, url: string, form: URLSearchParams): string {
  const text = [...form].sort(([a], [b]) => (a < b ? -1 : 1)).reduce((sum, [name, value]) => sum + name + value, url)
  return createHmac('sha1', authToken).update(text).digest('base64')
}

function spokenIn(twiml: string): string {
  return [...twiml.matchAll(/<Say[^>]*>([^<]*)<\/Say>/g)].map(([, words = '']) => unescapeXml(words)).join('\n')
}

function attribute(twiml: string, element: string, name: string): string | null {
  const found = new RegExp(`<${element}[^>]*\\s${name}="([^"]*)"`).exec(twiml)?.[1]
  return found === undefined ? null : unescapeXml(found)
}

function unescapeXml(text: string): string {
  const named: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => named[name] ?? '')
}
