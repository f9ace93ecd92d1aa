import { renameSync, writeFileSync } from 'node:fs'
import { test as base, expect } from '@playwright/test'
import pg from 'pg'
import type { Message } from '@/demo/post-office'

/** Addresses to send as `X-Forwarded-For`. The seed's trusted location holds the first and not the second. */
export const addresses = { trusted: '203.0.113.10', untrusted: '198.51.100.23' } as const

export type World = {
  /** Puts the product's clock ahead by so many seconds; 0 puts it right. The browser's clock does not turn. */
  turnClock(seconds: number): void
  /** The newest message to `to` that arrived after `since`, waiting for it. */
  message(to: string, since?: Date): Promise<Message>
  /** The code of the newest message to `to` after `since`. */
  code(to: string, since?: Date): Promise<string>
  /** Rows as the owner of the database sees them. */
  rows<Row extends pg.QueryResultRow = pg.QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row[]>
}

/** Playwright's `test` with the world around the product: its clock, its messages, its rows. */
export const test = base.extend<{ world: World }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from this pattern
  baseURL: async ({}, use) => use(required('E2E_ORIGIN')),
  // Chromium hangs while closing when a page still asks an authenticator for a passkey, as the sign-in page does for its
  // autofill; leaving the page ends that question.
  page: async ({ page }, use) => {
    await use(page)
    if (!page.isClosed()) await page.goto('about:blank').catch(() => undefined)
  },
  // biome-ignore lint/correctness/noEmptyPattern: as above
  world: async ({}, use) => {
    const pool = new pg.Pool({ connectionString: required('E2E_OWNER_URL'), max: 2 })
    const world: World = {
      turnClock,
      message: findMessage,
      code: async (to, since) => {
        const { code, text } = await findMessage(to, since)
        if (code === null) throw new Error(`no code in: ${text}`)
        return code
      },
      rows: async (sql, values = []) => (await pool.query(sql, [...values])).rows,
    }
    await use(world)
    turnClock(0)
    await pool.end()
  },
})

export { expect }

/** Turns the product's clock and waits until it has noticed: it reads the file at most every 50 milliseconds. */
function turnClock(seconds: number): void {
  const file = required('E2E_CLOCK_FILE')
  // In one step: half a file would be another time.
  writeFileSync(`${file}.next`, String(Math.round(seconds * 1000)))
  renameSync(`${file}.next`, file)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
}

async function findMessage(to: string, since = new Date(0)): Promise<Message> {
  const inbox = new URL('messages.json', required('E2E_INBOX_URL').replace('localhost', '127.0.0.1'))
  const until = Date.now() + 15_000
  while (Date.now() < until) {
    const all: (Omit<Message, 'receivedAt'> & { receivedAt: string })[] = await (await fetch(inbox)).json()
    const found = all.findLast((message) => message.to === to && new Date(message.receivedAt) >= since)
    if (found !== undefined) return { ...found, receivedAt: new Date(found.receivedAt) }
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`no message to ${to} within 15 s`)
}

function required(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: run the journeys with npm test -- e2e`)
  return value
}
