import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import { limits } from '@/lib/limits'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { equalBytes, keyedHash, sha256 } from '@/lib/platform/hash'
import { randomToken } from '@/lib/platform/random'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import { addressKey, throttleKey } from '@/lib/throttle/keys'
import { consume } from '@/lib/throttle/store'
import type { PasswordResetFailureCode } from './model'
import { bitsFor, hasZeroBits, isWorkAnswer, readWork, workInput, workText } from './proof-of-work'

/**
 * What an address may cost us before anybody is looked up: so many names an hour, each paid for by a little work that the
 * browser does unseen. A browser without scripts pays with patience instead, and may ask less often.
 *
 * @see `40` §5, SEC-192, SEC-196, SEC-322
 */
export type PaidWork = { readonly text: string; readonly answer: string }

/** A piece of work for this browser's form; harder while many ask. Reading it costs nobody anything. */
export async function newWork(origin: AuditOrigin, browserHash: Uint8Array): Promise<{ text: string; bits: number }> {
  const at = now()
  const rows = await db().throttleCounter.findMany({
    where: { key: { in: [installationKey, addressCounter(origin)] }, expiresAt: { gt: at } },
    select: { key: true, count: true },
  })
  const countOf = (key: string) => rows.find((row) => row.key === key)?.count ?? 0
  const bits = bitsFor({ perMinute: countOf(installationKey), perAddressAndHour: countOf(addressCounter(origin)) })
  const expiresAt = secondsFrom(at, limits.proofOfWork.lifetimeSeconds)
  const text = workText({ bits, expiresAt, nonce: randomToken(16) })
  return { text: `${text}.${sealOf(text, browserHash)}`, bits }
}

/**
 * Admits somebody to say who they are. Failures: `throttle.too_many_requests`; `password_reset.work_needed` when the work
 * is wrong, used or too old; `service.busy` when too many wait already.
 */
export async function admit(
  origin: AuditOrigin,
  browserHash: Uint8Array,
  work: PaidWork | null,
): Promise<Result<undefined, PasswordResetFailureCode | 'throttle.too_many_requests' | 'service.busy'>> {
  const at = now()
  const { passwordReset: rule } = limits
  await consume(db(), installationKey, { max: 1_000_000_000, windowSeconds: 60 }, at)
  const max = rule.identificationsPerAddressPerHour
  const asked = await consume(db(), addressCounter(origin), { max, windowSeconds: 3600 }, at)
  if (!asked.allowed) return tooMany(asked.retryAfterSeconds)
  if (work !== null) return (await isPaid(work, browserHash, at)) ? ok() : fail('refused', 'password_reset.work_needed')
  const patient = await consume(
    db(),
    throttleKey('resetWithoutWork', addressKey(origin.clientAddress)),
    { max: rule.identificationsWithoutWorkPerAddressPerHour, windowSeconds: 3600 },
    at,
  )
  if (!patient.allowed) return tooMany(patient.retryAfterSeconds)
  return wait()
}

/** Right, for this browser, in time, and used now for the first time. */
async function isPaid({ text, answer }: PaidWork, browserHash: Uint8Array, at: Date): Promise<boolean> {
  const cut = text.lastIndexOf('.')
  const bare = text.slice(0, Math.max(0, cut))
  const isOurs = equalBytes(Buffer.from(text.slice(cut + 1)), Buffer.from(sealOf(bare, browserHash)))
  const read = isOurs ? readWork(bare) : null
  if (!read || read.expiresAt <= at || !isWorkAnswer(answer)) return false
  if (!hasZeroBits(sha256(workInput(text, answer)), read.bits)) return false
  const windowSeconds = limits.proofOfWork.lifetimeSeconds
  return (await consume(db(), throttleKey('resetWork', read.nonce), { max: 1, windowSeconds }, at)).allowed
}

function sealOf(text: string, browserHash: Uint8Array): string {
  return Buffer.from(keyedHash('FORM_KEY', 'proof of work', text, browserHash)).toString('base64url')
}

/** Held back without holding a connection or a thread; but not as many at once as somebody likes. */
async function wait(): Promise<Result<undefined, 'service.busy'>> {
  const { waitMilliseconds, waitingMax } = limits.proofOfWork
  if (waiting.count >= waitingMax) return fail('busy', 'service.busy', { retryAfterSeconds: 30 })
  waiting.count++
  try {
    await new Promise((resolve) => setTimeout(resolve, waitMilliseconds))
  } finally {
    waiting.count--
  }
  return ok()
}

const waitingKey = Symbol.for('twofold.password-reset-waiting')
const shared = globalThis as unknown as Record<symbol, { count: number } | undefined>
shared[waitingKey] ??= { count: 0 }
const waiting = shared[waitingKey]

const installationKey = 'resetIdentify:minute'
function addressCounter({ clientAddress }: AuditOrigin): string {
  return throttleKey('resetIdentify', addressKey(clientAddress))
}

function tooMany(retryAfterSeconds: number): Fail<'throttle.too_many_requests'> {
  return fail('throttled', 'throttle.too_many_requests', { retryAfterSeconds })
}
