import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { forgetSettings } from './database'

/**
 * A clock to turn, for the test file that calls this at its top: `turn(600)` puts `now()` ten minutes ahead of the
 * real time, `turn(0)` puts it right. The database's own clock does not turn.
 */
export function testClock(): { turn(seconds: number): void } {
  const file = join(mkdtempSync(join(tmpdir(), 'twofold-clock-')), 'offset')
  const turn = (seconds: number) => {
    writeFileSync(file, String(Math.round(seconds * 1000)))
    Reflect.deleteProperty(globalThis, Symbol.for('twofold.clock'))
  }
  process.env.CLOCK_FILE = file
  forgetSettings()
  turn(0)
  afterAll(() => turn(0))
  return { turn }
}
