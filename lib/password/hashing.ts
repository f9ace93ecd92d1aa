import 'server-only'
import { Buffer } from 'node:buffer'
import { availableParallelism } from 'node:os'
import { hash, type Options, parseOptions, verify } from '@node-rs/argon2'
import { limits } from '@/lib/limits'
import { env } from '@/lib/platform/env'
import { equalBytes, keyedHash } from '@/lib/platform/hash'
import { fail, ok, type Result } from '@/lib/result'
import { isHashable, type PasswordCode } from './model'

/**
 * Slow hashing of passwords and Temporary Access Passes: argon2id over an HMAC of the text.
 *
 * Kept as a PHC string `$argon2id$v=19$m=19456,t=2,p=1,keyid=<id>$<salt>$<tag>`. `keyid` names the pepper (six base64
 * characters derived from it, so it tells nothing): after the pepper was changed old hashes do not verify, and this is
 * seen without a guess. The text is NFC-normalised and otherwise unchanged.
 *
 * At most as many hashes as cores run at once, in all processes together, and at most 32 wait in each; then every
 * function answers `service.busy` before anything else has moved, no lockout counter either (SEC-117).
 */

const options: Options = {
  memoryCost: limits.argon2.memoryKiB,
  timeCost: limits.argon2.passes,
  parallelism: limits.argon2.parallelism,
  outputLen: limits.argon2.tagBytes,
}

/** A PHC string for the text. Throws when the text is not `isHashable`: whoever sets a secret has checked it. */
export async function hashSecret(text: string): Promise<Result<string, PasswordCode>> {
  if (!isHashable(text)) throw new Error('text cannot be hashed as a secret')
  return limited(async () => withKeyId(await hash(peppered(text), options)))
}

export type Verification = {
  readonly matches: boolean
  /** The text was right and the hash is older than today's parameters: store `hashSecret(text)`. */
  readonly needsRehash: boolean
}

/**
 * Whether the text is the secret behind the PHC string. Text that could never have been hashed, a foreign pepper and a string that
 * is no hash do not match; the last two cost the same time as a wrong password.
 */
export async function verifySecret(text: string, phc: string): Promise<Result<Verification, PasswordCode>> {
  if (!isHashable(text)) return ok({ matches: false, needsRehash: false })
  const stored = readPhc(phc)
  if (stored === null) {
    const nothing = await verifyNothing(text)
    return nothing.ok ? ok({ matches: false, needsRehash: false }) : nothing
  }
  return limited(async () => {
    const matches = await verify(stored.plain, peppered(text))
    return { matches, needsRehash: matches && stored.isOld }
  })
}

/** Spends the time of a verification where there is nothing to verify: an unknown or passwordless account (SEC-116). */
export async function verifyNothing(text: string): Promise<Result<undefined, PasswordCode>> {
  if (!isHashable(text)) return ok()
  return limited(async () => {
    await hash(peppered(text), options)
    return undefined
  })
}

/** As base64 text: the library's `verify` takes no bytes that are not UTF-8. */
function peppered(text: string): string {
  return Buffer.from(keyedHash('PASSWORD_PEPPER', text.normalize('NFC'))).toString('base64')
}

/** Of each pepper, made once a process. */
const pepperIds = new Map<string, string>()

function pepperId(): string {
  const { PASSWORD_PEPPER: pepper } = env()
  const known = pepperIds.get(pepper)
  if (known !== undefined) return known
  const id = Buffer.from(keyedHash('PASSWORD_PEPPER', 'pepper', 'id'))
    .toString('base64')
    .slice(0, 6)
  pepperIds.set(pepper, id)
  return id
}

const phcPattern =
  /^(\$argon2id\$v=19\$m=\d{1,9},t=\d{1,4},p=\d{1,2}),keyid=([A-Za-z0-9+/]{6})(\$[A-Za-z0-9+/]{16,64}\$[A-Za-z0-9+/]{22,86})$/

function withKeyId(phc: string): string {
  const [, algorithm, version, parameters, salt, tag] = phc.split('$')
  return `$${algorithm}$${version}$${parameters},keyid=${pepperId()}$${salt}$${tag}`
}

/** The string as argon2 reads it, or null when it is none of ours or made with another pepper. */
function readPhc(phc: string): { readonly plain: string; readonly isOld: boolean } | null {
  const [, head, keyId, tail] = phcPattern.exec(phc) ?? []
  if (head === undefined || keyId === undefined || tail === undefined) return null
  if (!equalBytes(Buffer.from(keyId), Buffer.from(pepperId()))) return null
  const plain = `${head}${tail}`
  const used = parseOptions(plain)
  const isOld =
    used.memoryCost !== limits.argon2.memoryKiB ||
    used.timeCost !== limits.argon2.passes ||
    used.parallelism !== limits.argon2.parallelism ||
    used.outputLen !== limits.argon2.tagBytes ||
    used.saltLen !== limits.argon2.saltBytes
  return { plain, isOld }
}

/** One gate a process, whatever bundle asks: hashes share the thread pool with every file and name look-up. */
type Gate = { running: number; readonly waiting: (() => void)[] }
const key = Symbol.for('twofold.hashing')
const shared = globalThis as unknown as Record<symbol, Gate | undefined>
const allCores = availableParallelism()

/**
 * How many hashes a process may run at once: the cores are for all processes of this machine together, and each hash
 * works through 19 MiB. More of them take the time from each other, and from everything else.
 */
export function hashesAtOnce(cores: number, processes: number): number {
  return Math.max(1, Math.floor(cores / processes))
}

async function limited<T>(work: () => Promise<T>): Promise<Result<T, PasswordCode>> {
  shared[key] ??= { running: 0, waiting: [] }
  const gate = shared[key]
  if (gate.running >= hashesAtOnce(allCores, env().PROCESSES)) {
    if (gate.waiting.length >= limits.argon2.queueMax) return fail('busy', 'service.busy', { retryAfterSeconds: 1 })
    // Whoever ends hands the place over without giving it up, so nobody can step in between.
    await new Promise<void>((resolve) => gate.waiting.push(resolve))
  } else {
    gate.running++
  }
  try {
    return ok(await work())
  } finally {
    const next = gate.waiting.shift()
    if (next) next()
    else gate.running--
  }
}
