import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Asking, createPolicy, setPolicyState } from '@/lib/conditional-access/commands'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { anOrigin } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

/** A change of the policies by one instance, seen by another process: at once where something is stored, on pages within five seconds. */

testDatabase()
let other: ChildProcessByStdio<Writable, Readable, null>
let answers: Interface

beforeAll(() => {
  other = spawn(
    process.execPath,
    ['--conditions=react-server', '--import', 'tsx', fileURLToPath(new URL('./policy-watcher.ts', import.meta.url))],
    { env: process.env, stdio: ['pipe', 'pipe', 'inherit'] },
  )
  answers = createInterface({ input: other.stdout })
})
afterAll(async () => {
  other.kill('SIGKILL')
  await once(other, 'exit')
})

/** The ids of the policies by which the other instance decides there. */
async function ask(where: 'page' | 'store'): Promise<readonly string[]> {
  const answer = once(answers, 'line')
  other.stdin.write(`${where}\n`)
  const [line] = await answer
  return JSON.parse(String(line)) as string[]
}

it('a policy that is switched on, and off again, is seen by another instance', async () => {
  const administrator = await aUser(db(), { roles: ['globalAdministrator'] })
  const asking: Asking = { actor: { kind: 'administrator', ...administrator }, origin: anOrigin() }
  const made = await createPolicy(asking, {
    policy: {
      displayName: 'Harbour gate',
      state: 'disabled',
      conditions: {
        users: { includeUsers: ['All'] },
        applications: { includeUserActions: ['urn:user:registerdevice'] },
      },
      grantControls: { operator: 'OR', builtInControls: ['mfa'] },
    },
  })
  if (!made.ok) throw new Error(made.failure.code)
  const { id } = made.value.policy
  expect(await ask('page')).not.toContain(id)

  for (const state of ['enabled', 'disabled'] as const) {
    const changed = await setPolicyState(asking, id, { state })
    if (!changed.ok) throw new Error(changed.failure.code)
    const changedAt = performance.now()
    const isSeen = (ids: readonly string[]) => ids.includes(id) === (state === 'enabled')
    // Pages first: the storing transaction would refresh what they know.
    for (;;) {
      // When it was asked, not when it answered: on a busy machine an answer waits, and is no older for it.
      const askedAt = performance.now()
      if (isSeen(await ask('page'))) break
      expect(askedAt - changedAt).toBeLessThan(limits.conditionalAccess.cacheSeconds * 1000 + 500)
      await new Promise((done) => setTimeout(done, 100))
    }
    const again = await setPolicyState(asking, id, { state: state === 'enabled' ? 'disabled' : 'enabled' })
    if (!again.ok) throw new Error(again.failure.code)
    expect(isSeen(await ask('store'))).toBe(false)
    const back = await setPolicyState(asking, id, { state })
    if (!back.ok) throw new Error(back.failure.code)
    expect(isSeen(await ask('store'))).toBe(true)
  }
  expect(limits.conditionalAccess.cacheSeconds).toBeLessThanOrEqual(5)
})
