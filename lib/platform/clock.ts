import 'server-only'
import { readFileSync } from 'node:fs'
import { env } from '@/lib/platform/env'

/**
 * The one source of time. Every instance follows the database's clock through an offset that a job measures, so two
 * instances whose own clocks differ agree on expiry, throttles and one-time codes.
 */
type ClockState = { offsetMilliseconds: number; shift: { readAt: number; milliseconds: number } }

const key = Symbol.for('twofold.clock')
const store = globalThis as unknown as Record<symbol, ClockState | undefined>

function state(): ClockState {
  store[key] ??= { offsetMilliseconds: 0, shift: { readAt: 0, milliseconds: 0 } }
  return store[key]
}

/** The present instant by the database's clock. */
export function now(): Date {
  return new Date(Date.now() + state().offsetMilliseconds + testShift())
}

/** Tells the clock how far the database is ahead of this machine, in milliseconds. */
export function setClockOffset(offsetMilliseconds: number): void {
  state().offsetMilliseconds = offsetMilliseconds
}

export function clockOffset(): number {
  return state().offsetMilliseconds
}

/** In tests only (start-up refuses CLOCK_FILE otherwise): a file holds a shift in milliseconds, read at most every 50 ms. */
function testShift(): number {
  const file = env().CLOCK_FILE
  if (!file) return 0
  const shift = state().shift
  const at = Date.now()
  if (at - shift.readAt > 50) {
    shift.readAt = at
    try {
      const value = Number.parseInt(readFileSync(file, 'utf8'), 10)
      shift.milliseconds = Number.isFinite(value) ? value : 0
    } catch {
      shift.milliseconds = 0
    }
  }
  return shift.milliseconds
}

export function secondsFrom(instant: Date, seconds: number): Date {
  return new Date(instant.getTime() + seconds * 1000)
}
