import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// Below the ports that systems give to outgoing connections (Linux from 32768, others from 49152): one of those could take the
// port between the choice and the listening.
const [lowest, above] = [20_000, 32_768]

/**
 * A port on 127.0.0.1 that nobody listens on now.
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (let tries = 0; tries < 100; tries++) {
    const port = randomInt(lowest, above)
    if (await isFree(port)) return port
  }
  throw new Error('no port of 127.0.0.1 is free')
}

/**
 * Whether nobody listens on this port of 127.0.0.1.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function isFree(port) {
  return new Promise((done) => {
    const probe = createServer()
    probe.once('error', () => done(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)))
  })
}
