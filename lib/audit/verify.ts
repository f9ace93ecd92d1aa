import 'server-only'
import { createHash } from 'node:crypto'
import type { Tx } from '@/lib/platform/db'
import type { SignedHead } from './head'

/** Why the trail cannot be believed from `sequence` on. */
export type AuditProblem =
  | 'gap' // a link of the chain is missing
  | 'recordMissing' // the chain names an event that is gone
  | 'recordChanged' // the record, or its place in the chain, is not the one that was sealed
  | 'columnsChanged' // the columns by which the entry is found say something else than the record
  | 'tailMissing' // the chain ends before its head, or before a head that was signed
  | 'headChanged' // the head, or what stands at a signed position, is not what was sealed
  | 'unsealed' // an event stands outside the chain

export type AuditVerdict =
  | { readonly ok: true; readonly sequence: bigint; readonly hash: string }
  | {
      readonly ok: false
      readonly problem: AuditProblem
      /** Position in the chain; null for an event outside of it. */
      readonly sequence: bigint | null
      readonly eventId: bigint | null
    }

/** What verification asks of the database: reading. */
export type AuditReader = Pick<Tx, '$queryRaw'>

const batchSize = 1000
const origin = Buffer.alloc(32)

/**
 * Walks the chain from its beginning to the head that stood when it began, in batches, and names the first row that
 * is wrong. Events written meanwhile do not disturb it.
 *
 * `signedHeads` are the heads kept in the second place (`head.ts`), already checked for their signature: with them a
 * tail that was cut together with the head, or a chain that was computed anew, is found as well.
 *
 * @see SEC-213
 */
export async function verifyAudit(db: AuditReader, signedHeads: readonly SignedHead[] = []): Promise<AuditVerdict> {
  const [head] = await db.$queryRaw<Head[]>`SELECT sequence, hash FROM audit_head WHERE id = 1`
  if (head === undefined) return bad('headChanged', 0n)
  const signed = new Map(signedHeads.map((one) => [one.sequence, one.hash]))

  let sequence = 0n
  let hash: Buffer = origin
  while (sequence < head.sequence) {
    const links = await readLinks(db, sequence, head.sequence)
    if (links.length === 0) return bad('tailMissing', sequence + 1n)
    for (const link of links) {
      const problem = checkLink(link, sequence + 1n, hash)
      if (problem !== null) return bad(problem, problem === 'gap' ? sequence + 1n : link.sequence, link.event_id)
      sequence = link.sequence
      hash = Buffer.from(link.hash)
      const expected = signed.get(String(sequence))
      if (expected !== undefined && expected !== hash.toString('hex'))
        return bad('headChanged', sequence, link.event_id)
    }
  }
  if (!hash.equals(Buffer.from(head.hash))) return bad('headChanged', sequence)
  const newestSigned = signedHeads.reduce(
    (most, one) => (BigInt(one.sequence) > most ? BigInt(one.sequence) : most),
    0n,
  )
  if (newestSigned > sequence) return bad('tailMissing', sequence + 1n)
  return (await findUnsealed(db, head.sequence)) ?? { ok: true, sequence, hash: hash.toString('hex') }
}

type Head = { sequence: bigint; hash: Uint8Array }

type Link = {
  sequence: bigint
  event_id: bigint
  previous_hash: Uint8Array
  hash: Uint8Array
  record: string | null
  columns_fit: boolean | null
}

function checkLink(link: Link, expectedSequence: bigint, previous: Buffer): AuditProblem | null {
  if (link.sequence !== expectedSequence) return 'gap'
  if (link.record === null) return 'recordMissing'
  const computed = createHash('sha256').update(previous).update(`${link.sequence}\n${link.record}`).digest()
  if (!previous.equals(Buffer.from(link.previous_hash)) || !computed.equals(Buffer.from(link.hash)))
    return 'recordChanged'
  return link.columns_fit === true ? null : 'columnsChanged'
}

/** The columns are compared by the database: it knows best what it would find under them. */
async function readLinks(db: AuditReader, after: bigint, upTo: bigint): Promise<Link[]> {
  return db.$queryRaw<Link[]>`
    SELECT s.sequence, s.event_id, s.previous_hash, s.hash, e.record,
      CASE WHEN e.record IS JSON OBJECT THEN
        ROW(e.at, e.service, e.category, e.activity, e.outcome, e.reason, e.actor_kind, e.actor_id, e.target_id,
          e.correlation_id)
        IS NOT DISTINCT FROM
        (SELECT ROW(r."at"::timestamptz(3), r."service", r."category", r."activity", r."outcome", r."reason",
          r."actorKind", r."actorId", r."targetId", r."correlationId")
         FROM json_to_record(e.record::json) AS r("at" text, "service" text, "category" text, "activity" text,
          "outcome" text, "reason" text, "actorKind" text, "actorId" text, "targetId" text, "correlationId" text))
      END AS columns_fit
    FROM audit_seal s LEFT JOIN audit_event e ON e.id = s.event_id
    WHERE s.sequence > ${after} AND s.sequence <= ${upTo} ORDER BY s.sequence LIMIT ${batchSize}`
}

/** An event becomes visible together with its seal, so one without was put there around the trigger. */
async function findUnsealed(db: AuditReader, headSequence: bigint): Promise<AuditVerdict | null> {
  const [stray] = await db.$queryRaw<{ id: bigint }[]>`
    SELECT e.id FROM audit_event e WHERE NOT EXISTS (SELECT 1 FROM audit_seal s WHERE s.event_id = e.id)
    ORDER BY e.id LIMIT 1`
  if (stray !== undefined) return { ok: false, problem: 'unsealed', sequence: null, eventId: stray.id }
  const [head] = await db.$queryRaw<Head[]>`SELECT sequence, hash FROM audit_head WHERE id = 1`
  const [last] = await db.$queryRaw<{ sequence: bigint }[]>`
    SELECT sequence FROM audit_seal ORDER BY sequence DESC LIMIT 1`
  // A seal beyond a head that did not move was added by hand, or the head was turned back.
  const isBeyond = head?.sequence === headSequence && last !== undefined && last.sequence > headSequence
  return isBeyond ? bad('headChanged', headSequence + 1n) : null
}

function bad(problem: AuditProblem, sequence: bigint, eventId: bigint | null = null): AuditVerdict {
  return { ok: false, problem, sequence, eventId }
}
