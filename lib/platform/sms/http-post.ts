import 'server-only'
import { type ClientRequest, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { limits } from '@/lib/limits'

/** An answer, or why there is none; `hasGone`: the request may have been read. */
export type PostAnswer =
  | { readonly status: number; readonly body: string }
  | { readonly status: null; readonly hasGone: boolean; readonly reason: string }

/** Longer answers are cut: nothing that is asked for here says so much. */
const bodyCharactersMax = 65_536

/**
 * Posts `body` to an address of the operator's and answers what came back. Never throws; follows no redirect; TLS is
 * verified. Without `wantsBody` the answer is not read beyond its status: it may repeat the number or the text.
 *
 * @see SEC-292, REL-100
 */
export function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  { wantsBody = false } = {},
): Promise<PostAnswer> {
  return new Promise((resolve) => {
    let hasGone = false
    // A connection of its own: on a reused one nobody can tell whether the server read the request before closing.
    const options = {
      method: 'POST',
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      agent: false,
    } as const
    const request: ClientRequest = url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options)
    const end = (answer: PostAnswer) => {
      clearTimeout(connecting)
      clearTimeout(whole)
      resolve(answer)
      request.destroy()
    }
    const noAnswer = (reason: string) => end({ status: null, hasGone, reason })
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
      const status = response.statusCode ?? 0
      if (!wantsBody) {
        response.resume()
        return end({ status, body: '' })
      }
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text = (text + chunk).slice(0, bodyCharactersMax)
      })
      // The status has come, and it decides; a body that breaks off is as far as it came.
      for (const over of ['end', 'error', 'aborted']) response.once(over, () => end({ status, body: text }))
    })
    request.once('error', (error) => noAnswer(errorWord(error)))
    request.end(body)
  })
}

/** The system's word for what went wrong on the wire. */
export function errorWord(error: Error): string {
  const code: unknown = Reflect.get(error, 'code')
  return typeof code === 'string' ? code.toLowerCase() : 'failed'
}
