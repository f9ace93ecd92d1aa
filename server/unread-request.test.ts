import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { answerUnread } from './unread-request'

/** What arrives when a framework answers so; `isOurs`: a door had been reached. */
async function answered(isOurs: boolean, respond: (res: ServerResponse) => void) {
  let refusals = 0
  const server = createServer((_req, res) => {
    answerUnread(
      res,
      () => isOurs,
      () => refusals++,
    )
    respond(res)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}`, { method: 'POST' })
  const text = await answer.text()
  await new Promise((done) => server.close(done))
  return { status: answer.status, text, type: answer.headers.get('content-type'), refusals }
}

const ways: readonly [string, (res: ServerResponse, status: number) => void][] = [
  [
    'a status and an end',
    (res, status) => {
      res.statusCode = status
      res.setHeader('content-length', 21)
      res.end('Internal Server Error')
    },
  ],
  ['a head and an end', (res, status) => res.writeHead(status, { 'content-length': 4 }).end('oops')],
  [
    'a stream',
    (res, status) => {
      res.statusCode = status
      res.flushHeaders()
      res.write('some of ')
      res.write('the trouble')
      res.end()
    },
  ],
]

describe('what the framework could not read', () => {
  it.each(ways)("answered by %s is the sender's fault when no door was reached", async (_way, respond) => {
    expect(await answered(false, (res) => respond(res, 500))).toEqual({
      status: 400,
      text: 'malformed request\n',
      type: 'text/plain; charset=utf-8',
      refusals: 1,
    })
  })

  it.each(ways)('answered by %s is ours when a door was reached', async (_way, respond) => {
    expect(await answered(true, (res) => respond(res, 503))).toMatchObject({ status: 503, refusals: 0 })
  })

  it.each(ways)('answered well by %s stays as it is', async (_way, respond) => {
    expect(await answered(false, (res) => respond(res, 200))).toMatchObject({ status: 200, refusals: 0 })
  })
})
