import 'server-only'
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { root } from '@/lib/platform/root'
import { fail, ok, type Result } from '@/lib/result'
import type { PasswordAbout, PasswordCode } from './model'

/**
 * Whether a candidate is known: among the commonest passwords, or in a list of breached ones. Everything is looked up on
 * this machine; nothing about a candidate leaves it.
 *
 * The lists stay on disk and are searched by halving, so they cost neither start-up nor memory. Each look-up opens them
 * anew: a file that the operator has replaced counts from the next one on.
 *
 * @see SEC-114
 */
export async function lookUp(
  candidate: string,
): Promise<Result<Pick<PasswordAbout, 'isCommon' | 'isBreached'>, PasswordCode>> {
  const text = candidate.normalize('NFC')
  const own = env().BREACHED_PASSWORDS_FILE
  try {
    const folded = sha1(text.toLowerCase())
    const isCommon = await inRecords(listPath('common'), folded)
    const isBreached = isCommon || (await inRecords(listPath('breached'), folded))
    if (isBreached || own === null) return ok({ isCommon, isBreached })
    return ok({ isCommon, isBreached: await inHashLines(own, sha1(text)) })
  } catch (error) {
    // A list that cannot be read must not let through what it would have stopped.
    log.error('a list of known passwords cannot be read', { error })
    return fail('busy', 'service.busy', { retryAfterSeconds: 60 })
  }
}

/**
 * Throws with one sentence for the operator when their file cannot be used. Looks at a hundred lines and at both ends: to
 * read all of them would take minutes, and what is unsorted is so nearly everywhere.
 */
export async function requireHashLines(path: string): Promise<void> {
  await withFile(path, async (file, size) => {
    let before: Line | null = null
    for (let number = 0; number <= linesProbed; number++) {
      const isLast = number === linesProbed
      const offset = Math.floor((size / linesProbed) * number)
      const line: Line | null = isLast ? await lastLine(file, size) : await lineFrom(file, offset, size)
      if (line === null) continue
      if (before && before.hash.length !== line.hash.length) throw new Error('its lines are of different length')
      if (before && before.hash > line.hash) throw unsorted()
      before = line
    }
    if (before === null) throw empty()
  })
}

function sha1(text: string): Buffer {
  return createHash('sha1').update(text, 'utf8').digest()
}

function listPath(name: 'common' | 'breached'): string {
  return join(root(), 'lib/password/lists', `${name}.bin`)
}

/** Bytes of a hash that the bundled lists keep: a false match among 200 000 entries comes once in five million. */
const recordBytes = 5
const blockBytes = recordBytes * 800

/** Sorted beginnings of SHA-1 hashes, one after the other. */
export function inRecords(path: string, hash: Buffer): Promise<boolean> {
  const wanted = hash.subarray(0, recordBytes)
  return withFile(path, async (file, size) => {
    if (size === 0 || size % recordBytes !== 0) throw new Error(`${path} is no list of known passwords`)
    let [low, high] = [0, size]
    while (high - low > blockBytes) {
      const middle = low + Math.floor((high - low) / 2 / recordBytes) * recordBytes
      const order = Buffer.compare(await read(file, middle, recordBytes), wanted)
      if (order === 0) return true
      if (order < 0) low = middle + recordBytes
      else high = middle
    }
    const block = await read(file, low, high - low)
    for (let at = 0; at < block.length; at += recordBytes)
      if (wanted.equals(block.subarray(at, at + recordBytes))) return true
    return false
  })
}

/** The longest line there can be: 40 digits, a colon, a count, and the end of the line. */
const lineBytesMax = 64

/** At start-up, evenly spaced: each is one read, also of a file of 40 GB. */
const linesProbed = 100

/**
 * Lines as Have I Been Pwned gives them: `SHA1:count`, sorted. The count may be missing, and the hash may be cut after at
 * least ten digits, in all lines alike. Throws where the file is empty, or what is met on the way is not sorted.
 */
export function inHashLines(path: string, hash: Buffer): Promise<boolean> {
  const wanted = hash.toString('hex').toUpperCase()
  return withFile(path, async (file, size) => {
    if (size === 0) throw empty()
    // Lines that begin before `low` are smaller than what is wanted, those from `high` on are greater.
    let [low, high] = [0, size]
    // The hashes that were met there; whatever lies between must lie between them, or "not found" would mean nothing.
    let [least, greatest]: [string, string | null] = ['', null]
    const isFound = ({ hash }: Line) => {
      if (wanted.startsWith(hash)) return true
      if (hash < least || (greatest !== null && hash > greatest)) throw unsorted()
      return false
    }
    while (high - low > lineBytesMax * 8) {
      const middle = low + Math.floor((high - low) / 2)
      const line = await lineFrom(file, middle, size)
      if (line === null) {
        high = middle
        continue
      }
      if (isFound(line)) return true
      if (line.hash < wanted) [low, least] = [line.end, line.hash]
      else [high, greatest] = [middle, line.hash]
    }
    for (let at = low; at < high; ) {
      const line = await lineFrom(file, at, size)
      if (line === null) return false
      if (isFound(line)) return true
      ;[at, least] = [line.end, line.hash]
    }
    return false
  })
}

/** NTLM hashes are distributed in the same form. They would be taken for cut SHA-1 hashes, of which none is ever found. */
const ntlmDigits = 32

type Line = { readonly hash: string; readonly end: number }

/** The first line that begins at or after `offset`; null where there is none. */
async function lineFrom(file: FileHandle, offset: number, size: number): Promise<Line | null> {
  // From the byte before: a line that begins exactly at `offset` is found by the end of the one before it.
  const from = Math.max(0, offset - 1)
  const text = (await read(file, from, Math.min(lineBytesMax * 2, size - from))).toString('latin1')
  const start = offset === 0 ? 0 : text.indexOf('\n') + 1
  if (offset > 0 && start === 0) {
    if (from + text.length < size) throw malformed(from)
    return null
  }
  if (from + start >= size) return null
  const end = text.indexOf('\n', start)
  if (end === -1 && from + text.length < size) throw malformed(from + start)
  const content = end === -1 ? text.slice(start) : text.slice(start, end)
  const [, hash] = /^([0-9A-Fa-f]{10,40})(?::\d{1,12})?\r?$/.exec(content) ?? []
  if (hash === undefined) throw malformed(from + start)
  if (hash.length === ntlmDigits) throw new Error('its lines are NTLM hashes; download the SHA-1 ones')
  return { hash: hash.toUpperCase(), end: end === -1 ? size : from + end + 1 }
}

async function lastLine(file: FileHandle, size: number): Promise<Line | null> {
  let last: Line | null = null
  for (let at = Math.max(0, size - lineBytesMax * 2); at < size; ) {
    const line: Line | null = await lineFrom(file, at, size)
    if (line === null) break
    last = line
    at = line.end
  }
  return last
}

function empty(): Error {
  return new Error('the file is empty')
}

function unsorted(): Error {
  return new Error('its lines are not sorted')
}

function malformed(offset: number): Error {
  return new Error(`at byte ${offset} stands no SHA-1 hash of at least ten hexadecimal digits`)
}

async function withFile<T>(path: string, work: (file: FileHandle, size: number) => Promise<T>): Promise<T> {
  const file = await open(path, 'r')
  try {
    return await work(file, (await file.stat()).size)
  } finally {
    await file.close()
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  if (bytesRead !== length) throw new Error('a list of known passwords was cut short')
  return buffer
}
