import 'server-only'
import { type ClientRequest, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { limits } from '@/lib/limits'
import { env } from './env'

/** As for mail: `unknown` means that the gateway may have taken the message. */
export type SmsHandOver =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'transient' | 'permanent' | 'unknown'; readonly reason: string }

export type SmsMessage = {
  /** Of the outbox row; a gateway that knows ids can refuse a repetition by it. */
  readonly id: string
  /** E.164. */
  readonly to: string
  readonly text: string
}

/**
 * Hands one text message to the gateway of `SMS_GATEWAY_URL`: one POST, the body made from `SMS_GATEWAY_TEMPLATE`
 * (JSON when it begins with a brace, else a form), the token as a bearer token. Never throws.
 *
 * 2xx is taken; 429, 408 and 5xx may be tried again; any other answer is final, redirects included, which are never
 * followed. No answer after the request had gone out is `unknown`.
 *
 * @see SEC-292, REL-031, REL-034, REL-100
 */
export async function sendSms(message: SmsMessage): Promise<SmsHandOver> {
  const { SMS_GATEWAY_URL, SMS_GATEWAY_TEMPLATE, SMS_GATEWAY_TOKEN } = env()
  if (SMS_GATEWAY_URL === null) return { outcome: 'permanent', reason: 'not_configured' }
  const { body, contentType } = fillTemplate(SMS_GATEWAY_TEMPLATE, message)
  const headers = {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    accept: 'application/json, text/plain, */*',
    ...(SMS_GATEWAY_TOKEN === null ? {} : { authorization: `Bearer ${SMS_GATEWAY_TOKEN}` }),
  }
  return post(new URL(SMS_GATEWAY_URL), headers, body)
}

/**
 * The request's body: `{{to}}`, `{{text}}` and `{{id}}` replaced by the values, escaped for the place they stand in,
 * so that no text can end its string. A single brace (`{to}`) is accepted in a form template too.
 */
export function fillTemplate(template: string, message: SmsMessage): { body: string; contentType: string } {
  const isJson = /^\s*[{[]/.test(template)
  const escaped = isJson ? (value: string) => JSON.stringify(value).slice(1, -1) : encodeURIComponent
  const pattern = isJson ? /\{\{(to|text|id)\}\}/g : /\{\{(to|text|id)\}\}|\{(to|text|id)\}/g
  const body = template.replace(pattern, (_, first: string | undefined, second: string | undefined) => {
    const name = first ?? second
    return escaped(name === 'to' ? message.to : name === 'text' ? message.text : message.id)
  })
  return { body, contentType: isJson ? 'application/json' : 'application/x-www-form-urlencoded' }
}

export function classifyStatus(status: number): SmsHandOver {
  if (status >= 200 && status < 300) return { outcome: 'sent' }
  const isTransient = status >= 500 || status === 429 || status === 408
  return { outcome: isTransient ? 'transient' : 'permanent', reason: `http_${status}` }
}

function post(url: URL, headers: Readonly<Record<string, string | number>>, body: string): Promise<SmsHandOver> {
  return new Promise((resolve) => {
    let hasGone = false
    // A connection of its own: on a reused one nobody can tell whether the gateway read the request before closing.
    const options = { method: 'POST', headers, agent: false } as const
    const request: ClientRequest = url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options)
    const end = (handOver: SmsHandOver) => {
      clearTimeout(connecting)
      clearTimeout(whole)
      resolve(handOver)
      request.destroy()
    }
    const noAnswer = (reason: string) => end({ outcome: hasGone ? 'unknown' : 'transient', reason })
    const connecting = setTimeout(() => noAnswer('connect_timeout'), limits.delivery.connectMilliseconds)
    const whole = setTimeout(() => noAnswer('timeout'), limits.delivery.answerMilliseconds)
    request.once('socket', (socket) => {
      const ready = url.protocol === 'https:' ? 'secureConnect' : 'connect'
      socket.once(ready, () => {
        clearTimeout(connecting)
        hasGone = true
      })
    })
    request.once('response', (response) => {
      // What the gateway says beyond its status is not read: it may repeat the number or the text.
      response.resume()
      end(classifyStatus(response.statusCode ?? 0))
    })
    request.once('error', (error) => noAnswer(errorWord(error)))
    request.end(body)
  })
}

function errorWord(error: Error): string {
  const code: unknown = Reflect.get(error, 'code')
  return typeof code === 'string' ? code.toLowerCase() : 'failed'
}
