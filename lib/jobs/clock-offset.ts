import 'server-only'
import { setClockOffset } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'

/** A measurement that took longer says more about the network than about the clock. */
const roundTripMillisecondsMax = 500
const warnMilliseconds = 5000

/**
 * Measures how far the database's clock is ahead of this machine's, and tells the clock. The better half of the round
 * trip is taken as the way there. Answers the offset in milliseconds, or null when the answer took too long.
 *
 * @see REL-050, REL-051
 */
export async function measureClockOffset(): Promise<number | null> {
  const before = Date.now()
  const [row] = await db().$queryRaw<{ at: number }[]>`
    SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS at`
  const after = Date.now()
  // A clock that was set meanwhile gives a negative round trip; the next measurement is a minute away.
  if (row === undefined || after - before > roundTripMillisecondsMax || after < before) return null
  const offset = Math.round(row.at - (before + after) / 2)
  setClockOffset(offset)
  if (Math.abs(offset) > warnMilliseconds) log.warn('clock.off', { durationMilliseconds: offset })
  return offset
}
