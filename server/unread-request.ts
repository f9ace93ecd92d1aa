import type { ServerResponse } from 'node:http'

/**
 * Turns the framework's 500 into a 400 when nothing of ours has run: then it could not read what was sent (half a
 * form, a body that is no JSON, arguments that refer to nothing), and that is the sender's fault and not a fault of
 * the service. `isOurs` says at the moment of answering whether a door was reached; from there on a 500 stays one.
 *
 * @see SEC-040, SEC-302
 */
export function answerUnread(res: ServerResponse, isOurs: () => boolean, onRefused: () => void): void {
  const plain = { write: res.write, end: res.end, writeHead: res.writeHead, flushHeaders: res.flushHeaders }
  const isUnread = () => !res.headersSent && res.statusCode >= 500 && !isOurs()
  const refuse = () => {
    Object.assign(res, plain)
    for (const name of ['content-length', 'content-encoding', 'transfer-encoding', 'etag']) res.removeHeader(name)
    res.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' })
    res.end('malformed request\n')
    // Whatever the framework still wants to say about its failure is said to nobody.
    Object.assign(res, { write: () => true, end: () => res, writeHead: () => res, flushHeaders: () => undefined })
    onRefused()
  }
  const guarded =
    <Given extends unknown[], Answer>(method: (this: ServerResponse, ...given: Given) => Answer, instead: Answer) =>
    (...given: Given): Answer => {
      if (!isUnread()) return method.apply(res, given)
      refuse()
      return instead
    }
  const guardedHead = guarded(plain.writeHead as (...given: unknown[]) => ServerResponse, res)
  Object.assign(res, {
    write: guarded(plain.write as (...given: unknown[]) => boolean, true),
    end: guarded(plain.end as (...given: unknown[]) => ServerResponse, res),
    flushHeaders: guarded(plain.flushHeaders, undefined),
    writeHead: (status: number, ...rest: unknown[]) => {
      res.statusCode = status
      return guardedHead(status, ...rest)
    },
  })
}
