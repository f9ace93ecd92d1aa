import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { entry } from './handler'

vi.stubEnv('CLIENT_ADDRESS_HEADER', 'X-Client')
const health = {
  isAlive: () => true,
  readiness: async () => ({ problems: ['the database is read-only'] }),
  drain: () => undefined,
  stop: async () => undefined,
}
const doors = entry({
  health,
  handle: async () => undefined,
  files: new Map(),
  isDevelopment: false,
  isDraining: () => false,
})
const server = createServer(doors.outer)
beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)))
afterAll(() => new Promise((done) => server.close(done)))

it.each([
  ['somebody on this machine', {}, 'not ready: the database is read-only'],
  ['somebody behind a proxy', { 'X-Forwarded-For': '203.0.113.7' }, 'not ready'],
  ['somebody behind a proxy with a header of its own', { 'X-Client': '203.0.113.7' }, 'not ready'],
])('SEC-334: %s', async (_who, headers, text) => {
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`, { headers: new Headers(headers) })
  expect([answer.status, await answer.text()]).toEqual([503, text])
})
