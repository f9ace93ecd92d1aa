import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { gatherWrites } from './gathered-writes'

/** What one connection receives, piece by piece as it arrives, for one request that `respond` answers. */
async function pieces(respond: (res: ServerResponse) => void): Promise<string[]> {
  const server = createServer((_req, res) => {
    // Else two writes may arrive as one: the second would wait until the first is acknowledged.
    res.socket?.setNoDelay(true)
    gatherWrites(res)
    respond(res)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const received: string[] = []
  await new Promise<void>((done, failed) => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
    })
    socket.on('data', (piece) => received.push(piece.toString('latin1')))
    socket.on('error', failed)
    socket.on('close', () => done())
  })
  await new Promise((done) => server.close(done))
  return received
}

const bodyOf = (received: readonly string[]) => received.join('').split('\r\n\r\n').slice(1).join('\r\n\r\n')
const pause = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds))

describe('an answer', () => {
  it('that is written in one turn arrives in one piece', async () => {
    const received = await pieces((res) => {
      res.flushHeaders()
      res.write('one ')
      Promise.resolve().then(() => {
        res.write('two')
        process.nextTick(() => res.end())
      })
    })
    expect(received).toHaveLength(1)
    expect(bodyOf(received)).toBe('4\r\none \r\n3\r\ntwo\r\n0\r\n\r\n')
  })

  it('that takes its time arrives as it is written', async () => {
    let firstAfter = Number.POSITIVE_INFINITY
    const received = await pieces(async (res) => {
      res.write('one')
      await pause(20)
      firstAfter = res.writableLength
      await pause(200)
      res.end('two')
    })
    expect(firstAfter).toBe(0)
    expect(received.length).toBeGreaterThan(1)
    expect(bodyOf(received)).toBe('3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n')
  })

  it('that is larger than what a connection holds arrives whole, and waits for its reader', async () => {
    const block = 'x'.repeat(64 * 1024)
    const received = await pieces(async (res) => {
      for (let count = 0; count < 64; count++)
        if (!res.write(block)) await new Promise<void>((done) => res.once('drain', done))
      res.end()
    })
    expect(received.join('').length).toBeGreaterThan(64 * block.length)
    expect(bodyOf(received).endsWith('0\r\n\r\n')).toBe(true)
  })
})
