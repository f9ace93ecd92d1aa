import 'server-only'
import { open, readFile } from 'node:fs/promises'
import { z } from 'zod'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { equalBytes, keyedHash } from '@/lib/platform/hash'
import { log } from '@/lib/platform/log'

/** The chain's end as it stood once, signed with the audit key: kept where the database's owner cannot change it. */
const signedHeadSchema = z.strictObject({
  at: z.iso.datetime(),
  sequence: z.string().regex(/^\d{1,19}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  signature: z.string().regex(/^[0-9a-f]{64}$/),
})
export type SignedHead = z.infer<typeof signedHeadSchema>

/**
 * Signs the chain's present end and appends it as one line to `file`, or to the log when there is none. Run daily and
 * at shutdown. Throws when the head cannot be read or the file not written.
 *
 * @see SEC-213
 */
export async function signHead(file: string | null = null): Promise<SignedHead> {
  const [head] = await db().$queryRaw<{ sequence: bigint; hash: Uint8Array }[]>`
    SELECT sequence, hash FROM audit_head WHERE id = 1`
  if (head === undefined) throw new Error('the audit trail has no head')
  const plain = {
    at: now().toISOString(),
    sequence: String(head.sequence),
    hash: Buffer.from(head.hash).toString('hex'),
  }
  const signed = { ...plain, signature: signatureOf(plain).toString('hex') }
  if (file === null) log.info('audit.head_signed', { detail: JSON.stringify(signed) })
  else await append(file, `${JSON.stringify(signed)}\n`)
  return signed
}

/** The heads kept in `file` whose signature is right, oldest first, and how many lines were not. */
export async function readSignedHeads(file: string): Promise<{ heads: SignedHead[]; refused: number }> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '')
  const heads = lines.map(parseSignedHead).filter((head) => head !== null)
  return { heads, refused: lines.length - heads.length }
}

/** One signed head from its line, or null when it is not one or was changed. */
export function parseSignedHead(line: string): SignedHead | null {
  try {
    const head = signedHeadSchema.parse(JSON.parse(line))
    return equalBytes(signatureOf(head), Buffer.from(head.signature, 'hex')) ? head : null
  } catch {
    return null
  }
}

function signatureOf(head: Omit<SignedHead, 'signature'>): Buffer {
  return Buffer.from(keyedHash('AUDIT_KEY', 'audit head v1', head.at, head.sequence, head.hash))
}

async function append(file: string, line: string): Promise<void> {
  const handle = await open(file, 'a', 0o600)
  try {
    await handle.write(line)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
