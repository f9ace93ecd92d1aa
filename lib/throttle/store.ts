import 'server-only'
import { record } from '@/lib/audit/record'
import { now } from '@/lib/platform/clock'
import type { Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { randomUUID } from '@/lib/platform/random'
import { fail, ok, type Result } from '@/lib/result'
import { Prisma } from '@/prisma/client/client'
import { addressKey, throttleKey } from './keys'
import type { Allowance, Consumed, SendBudget, SendRequest, SendStop } from './model'
import { passBrakes } from './send-brakes'
import { isInstallationWarning, sendBudgets } from './send-budgets'

/**
 * Counts one try under `key` and says whether it is still within `max` a window, in one statement: of any number of
 * parallel tries exactly `max` are allowed.
 *
 * The window is fixed and begins with its first try; so at most `max` in each window, and at worst twice that across
 * the border of two. Refused tries count as well but do not lengthen the window. Inside a transaction the row stays
 * locked until its end, and a rollback takes the count back: count in the transaction that judges, and commit it.
 *
 * @see SEC-192, SEC-201
 */
export async function consume(
  tx: Tx,
  key: string,
  { max, windowSeconds }: Allowance,
  at: Date = now(),
): Promise<Consumed> {
  const [consumed] = await consumeEach(tx, [{ key, max, windowSeconds }], at)
  if (consumed === undefined) throw new Error('a throttle counter was not returned')
  return consumed
}

/** As `consume`, for a statement on its own (not inside of a transaction), which does not wait for the disk. */
export async function consumeUnhurried(tx: Tx, tried: Tried, at: Date = now()): Promise<Consumed> {
  const { consumed } = await consumeWith<object>(tx, tried, Prisma.empty, at)
  return consumed
}

/** What is counted, and how often it may be. */
export type Tried = Allowance & { readonly key: string }

/** As `consumeUnhurried`, and in the same statement what `more` selects: columns, each after a comma. */
export async function consumeWith<More extends object>(
  tx: Tx,
  { key, max, windowSeconds }: Tried,
  more: Prisma.Sql,
  at: Date,
): Promise<{ readonly consumed: Consumed; readonly more: More }> {
  const [row] = await tx.$queryRaw<(Pick<CounterRow, 'count' | 'expires_at'> & More)[]>`
    WITH counted AS (${tryOf(Prisma.sql`SELECT ${key}::text AS key`, windowSeconds, at)})
    SELECT count, expires_at, ${unhurried}${more} FROM counted`
  if (row === undefined) throw new Error('a throttle counter was not returned')
  return { consumed: consumedOf(row, max, at), more: row }
}

/**
 * A column of a statement that counts a try and is a transaction of its own: it is over before the disk has the count. A crash
 * of the database forgets the counts of its last half second, which is few; every action and every sign-in would wait for the
 * disk once more. Never inside of another transaction: all of it would not wait.
 */
export const unhurried = Prisma.sql`set_config('synchronous_commit', 'off', TRUE)`

/** Forgets what was counted under `key`, after a success that ends a row of failures. */
export async function clearThrottle(tx: Tx, key: string): Promise<void> {
  await tx.$executeRaw`DELETE FROM throttle_counter WHERE key = ${key}`
}

/**
 * Uses up every budget that one sent code costs, or none of them, and asks the brakes on pumping before a text message.
 * Call it in the transaction that queues the message, before anything is queued; the transaction commits what a refusal
 * counted. Failures: `registration.too_many_codes` (throttled) says when the longest spent budget is full again;
 * `registration.texts_paused`: the organisation's day is spent or a brake is on, and waiting a while would not help.
 * `details.budget` names which for operators and is never shown to the person.
 *
 * The value says whether this send passed the warning mark of the installation's day.
 *
 * @see SEC-065 … SEC-067
 */
export async function consumeSendBudget(
  tx: Tx,
  request: SendRequest,
  at: Date = now(),
): Promise<
  Result<{ readonly installationWarning: boolean }, 'registration.too_many_codes' | 'registration.texts_paused'>
> {
  const perDay = env().SMS_SENDS_PER_DAY
  const budgets = sendBudgets({ ...request, address: addressKey(request.address) }, perDay).map((one) => ({
    ...one,
    key: throttleKey(one.budget, ...one.subject),
  }))
  const consumed = await consumeEach(tx, budgets, at)
  const spent = budgets
    .map(({ budget }, index) => ({ budget, ...consumed[index] }))
    .filter((one): one is { budget: SendBudget } & Consumed => one.allowed === false)
    .sort((left, right) => right.retryAfterSeconds - left.retryAfterSeconds)[0]
  const isPassed = !spent && (request.channel === 'mail' || (await passBrakes(tx, request.destination, at)))
  if (isPassed) {
    const installation = consumed[budgets.findIndex(({ budget }) => budget === 'installationDay')]
    const installationWarning = installation !== undefined && isInstallationWarning(installation.count, perDay)
    if (installationWarning) await warnOfBudget(tx, 'nearly_spent', perDay, at)
    return ok({ installationWarning })
  }
  // Nothing will be sent, so nothing was used: else refused requests of one client would use up everybody's day.
  const keys = budgets.map(({ key }) => key)
  await tx.$executeRaw`UPDATE throttle_counter SET count = count - 1 WHERE key = ANY(${keys}::text[])`
  const stop: SendStop = spent?.budget ?? 'brake'
  log.warn('throttle.send_budget_spent', { kind: stop, userId: request.userId })
  const refusals = await consume(tx, refusedKey(stop), { max: 1_000_000_000, windowSeconds: 86_400 }, at)
  if (stop === 'installationDay' && refusals.count === 1) await warnOfBudget(tx, 'spent', perDay, at)
  const details = { budget: stop }
  if (!spent || stop === 'installationDay') return fail('refused', 'registration.texts_paused', { details })
  return fail('throttled', 'registration.too_many_codes', { retryAfterSeconds: spent.retryAfterSeconds, details })
}

const sendStops: readonly SendStop[] = [
  'userHour',
  'userDay',
  'userTenMinutes',
  'destinationHour',
  'destinationDay',
  'addressHour',
  'installationDay',
  'brake',
]

/** What operators see of the day: text messages that left, how many may, and what was refused why. */
export async function sendsOfDay(
  tx: Tx,
  at: Date = now(),
): Promise<{
  readonly used: number
  readonly max: number
  readonly refused: readonly { readonly stop: SendStop; readonly count: number }[]
}> {
  const installation = throttleKey('installationDay')
  const keys = [installation, ...sendStops.map(refusedKey)]
  const rows = await tx.$queryRaw<{ key: string; count: number }[]>`
    SELECT key, count FROM throttle_counter
    WHERE key = ANY(${keys}::text[]) AND expires_at > ${at.toISOString()}::timestamptz`
  const countOf = (key: string) => rows.find((row) => row.key === key)?.count ?? 0
  const refused = sendStops.map((stop) => ({ stop, count: countOf(refusedKey(stop)) }))
  return {
    used: countOf(installation),
    max: env().SMS_SENDS_PER_DAY,
    refused: refused.filter(({ count }) => count > 0),
  }
}

function refusedKey(stop: SendStop): string {
  return `sendRefused:${stop}`
}

/** Once a day each: counts pass the mark once, and the first refusal is one. */
async function warnOfBudget(tx: Tx, reason: 'nearly_spent' | 'spent', max: number, at: Date): Promise<void> {
  log.warn('throttle.send_budget_low', { kind: 'installationDay', code: reason })
  await record(tx, {
    activity: 'sendBudgetLow',
    at,
    outcome: 'success',
    reason,
    actor: { kind: 'system' },
    origin: { requestId: randomUUID(), clientAddress: null, addressSource: 'unknown', userAgent: null },
    after: { max },
  })
}

type CounterRow = { key: string; count: number; expires_at: Date }

/** Rows are locked in the order given, which is the same for every caller of one kind, so two cannot wait in a ring. */
async function consumeEach(tx: Tx, requests: readonly Tried[], at: Date): Promise<Consumed[]> {
  const keys = requests.map(({ key }) => key)
  const windows = requests.map(({ windowSeconds }) => windowSeconds)
  const instant = at.toISOString()
  const rows = await tx.$queryRaw<CounterRow[]>(
    counting(
      Prisma.sql`SELECT wanted.key, ${instant}::timestamptz, 1, '{}',
        ${instant}::timestamptz + make_interval(secs => wanted.window_seconds)
      FROM unnest(${keys}::text[], ${windows}::int[]) WITH ORDINALITY AS wanted (key, window_seconds, place)
      ORDER BY wanted.place`,
      instant,
    ),
  )
  const byKey = new Map(rows.map((row) => [row.key, row]))
  return requests.map(({ key, max }) => {
    const row = byKey.get(key)
    if (row === undefined) throw new Error('a throttle counter was not returned')
    return consumedOf(row, max, at)
  })
}

/**
 * One try as `consume` counts it, as part of another statement: an `INSERT … RETURNING key, count, expires_at` for the
 * key that `source` selects (`SELECT … AS key FROM …`), which may be none. `consumedOf` reads what it returns.
 */
export function tryOf(source: Prisma.Sql, windowSeconds: number, at: Date): Prisma.Sql {
  const instant = at.toISOString()
  return counting(
    Prisma.sql`SELECT wanted.key, ${instant}::timestamptz, 1, '{}'::bytea[],
      ${instant}::timestamptz + make_interval(secs => ${windowSeconds}::int) FROM (${source}) AS wanted`,
    instant,
  )
}

function counting(tries: Prisma.Sql, instant: string): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO throttle_counter AS counter (key, window_start, count, remembered, expires_at)
    ${tries}
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN counter.expires_at <= ${instant}::timestamptz THEN 1
        ELSE LEAST(counter.count + 1, 1000000000) END,
      window_start = CASE WHEN counter.expires_at <= ${instant}::timestamptz THEN excluded.window_start
        ELSE counter.window_start END,
      expires_at = CASE WHEN counter.expires_at <= ${instant}::timestamptz THEN excluded.expires_at
        ELSE counter.expires_at END
    RETURNING key, count, expires_at`
}

export function consumedOf(row: Pick<CounterRow, 'count' | 'expires_at'>, max: number, at: Date): Consumed {
  const allowed = row.count <= max
  const left = Math.ceil((row.expires_at.getTime() - at.getTime()) / 1000)
  return { allowed, retryAfterSeconds: allowed ? 0 : Math.max(1, left), count: row.count }
}
