import 'server-only'
import { limits } from '@/lib/limits'
import { secondsFrom } from '@/lib/platform/clock'
import type { Tx } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { isUuid } from '@/lib/platform/uuid'
import type { Asking, Counts, DirectoryImport, FileKind, ImportState } from '../model'

/** Files on their way: which there are, how far each has come, and who works on it. */

const leaseSeconds = 30

export async function insertImport(
  tx: Tx,
  given: {
    readonly kind: FileKind
    readonly fileName: string
    readonly linesTotal: number
    readonly unusedColumns: readonly string[]
    readonly asking: Asking
    readonly createdById: string
    readonly at: Date
  },
): Promise<string> {
  const { asking, at, unusedColumns, ...rest } = given
  const row = await tx.directoryImport.create({
    data: { ...rest, unusedColumns: [...unusedColumns], asking: JSON.parse(JSON.stringify(asking)), createdAt: at },
    select: { id: true },
  })
  return row.id
}

/** How many files wait for a confirmation or are being checked. */
export function countWaiting(tx: Tx): Promise<number> {
  return tx.directoryImport.count({ where: { state: { in: ['checking', 'ready'] } } })
}

export type HeldImport = {
  readonly id: string
  readonly kind: FileKind
  readonly fileName: string
  readonly state: ImportState
  readonly asking: Asking
  readonly leaseId: string
}

/** The oldest file that something is to be done with and nobody works on, taken for half a minute; null when there is none. */
export async function claimImport(tx: Tx, at: Date): Promise<HeldImport | null> {
  const leaseId = randomUUID()
  const instant = at.toISOString()
  const [row] = await tx.$queryRaw<Omit<HeldImport, 'leaseId'>[]>`
    UPDATE directory_import SET lease_id = ${leaseId}::uuid,
      leased_until = ${secondsFrom(at, leaseSeconds).toISOString()}::timestamptz
    WHERE id = (
      SELECT id FROM directory_import WHERE state IN ('checking', 'importing')
        AND (leased_until IS NULL OR leased_until <= ${instant}::timestamptz)
      ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id::text, kind, file_name AS "fileName", state, asking`
  return row ? { ...row, leaseId } : null
}

/**
 * Renews the hold in the transaction that writes: whoever else took the file over waits here, and whoever has lost it is
 * told so and writes nothing.
 */
export async function keepHold(tx: Tx, held: HeldImport, at: Date): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE directory_import SET leased_until = ${secondsFrom(at, leaseSeconds).toISOString()}::timestamptz
    WHERE id = ${held.id}::uuid AND lease_id = ${held.leaseId}::uuid AND state = ${held.state}`
  return count === 1
}

/** Lets go, so that the next process need not wait for the lease to end. */
export async function letGo(tx: Tx, held: HeldImport): Promise<void> {
  await tx.$executeRaw`
    UPDATE directory_import SET leased_until = NULL
    WHERE id = ${held.id}::uuid AND lease_id = ${held.leaseId}::uuid`
}

/** Says that the check is over and somebody may confirm. */
export async function markReady(tx: Tx, held: HeldImport, found: Counts): Promise<void> {
  await tx.$executeRaw`
    UPDATE directory_import SET state = 'ready', found = ${JSON.stringify(found)}::jsonb, lease_id = NULL, leased_until = NULL
    WHERE id = ${held.id}::uuid`
}

/** From `ready` to `importing`, once; false when it is not ready any more. */
export async function markConfirmed(tx: Tx, id: string, asking: Asking, at: Date): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE directory_import SET state = 'importing', confirmed_at = ${at.toISOString()}::timestamptz,
      asking = ${JSON.stringify(asking)}::jsonb
    WHERE id = ${id}::uuid AND state = 'ready'`
  return count === 1
}

export async function markEnded(
  tx: Tx,
  held: HeldImport,
  state: Extract<ImportState, 'done' | 'stopped'>,
  done: Counts,
  at: Date,
): Promise<void> {
  await tx.$executeRaw`
    UPDATE directory_import SET state = ${state}, done = ${JSON.stringify(done)}::jsonb,
      ended_at = ${at.toISOString()}::timestamptz, lease_id = NULL, leased_until = NULL
    WHERE id = ${held.id}::uuid`
}

/** Throws a file away that is not being imported; answers its name. */
export async function deleteImport(
  tx: Tx,
  id: string,
): Promise<{ readonly fileName: string; readonly kind: FileKind } | null> {
  if (!isUuid(id)) return null
  const [row] = await tx.$queryRaw<{ fileName: string; kind: FileKind }[]>`
    DELETE FROM directory_import WHERE id = ${id}::uuid AND state IN ('checking', 'ready')
    RETURNING file_name AS "fileName", kind`
  return row ?? null
}

const none: Counts = { new: 0, changed: 0, unchanged: 0, refused: 0 }

type Row = Omit<DirectoryImport, 'found' | 'done' | 'linesDone'> & {
  readonly found: Counts | null
  readonly done: Counts | null
}

/** The file, with its lines counted as they stand now while something is done with them. */
export async function findImport(tx: Tx, id: string): Promise<DirectoryImport | null> {
  if (!isUuid(id)) return null
  const row = (await tx.directoryImport.findUnique({ where: { id } })) as Row | null
  return row && withCounts(tx, row)
}

/** The newest files of these kinds first. */
export async function listImports(tx: Tx, kinds: readonly FileKind[]): Promise<readonly DirectoryImport[]> {
  const rows = (await tx.directoryImport.findMany({
    where: { kind: { in: [...kinds] } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: importsShown,
  })) as Row[]
  return Promise.all(rows.map((row) => withCounts(tx, row)))
}
const importsShown = 20

async function withCounts(tx: Tx, row: Row): Promise<DirectoryImport> {
  const { id, kind, fileName, linesTotal, unusedColumns, createdById, createdAt, endedAt, state } = row
  const facts = { id, kind, fileName, state, linesTotal, unusedColumns, createdById, createdAt, endedAt }
  if (state === 'checking') {
    const found = await countFound(tx, id)
    return { ...facts, found, done: null, linesDone: sumOf(found) }
  }
  const found = row.found ?? none
  if (state !== 'importing') return { ...facts, found, done: row.done, linesDone: linesTotal }
  const done = await countDone(tx, id)
  return { ...facts, found, done, linesDone: sumOf(done) }
}

function sumOf(counts: Counts): number {
  return counts.new + counts.changed + counts.unchanged + counts.refused
}

/** Lines by what the check found so far. */
export async function countFound(tx: Tx, id: string): Promise<Counts> {
  const rows = await tx.$queryRaw<{ word: keyof Counts; count: number }[]>`
    SELECT outcome AS word, count(*)::int AS count FROM directory_import_line
    WHERE import_id = ${id}::uuid AND outcome IS NOT NULL GROUP BY outcome`
  return { ...none, ...Object.fromEntries(rows.map(({ word, count }) => [word, count])) }
}

/** Lines by what became of them so far; for what the check left as it is or left out, nothing more is to be done. */
export async function countDone(tx: Tx, id: string): Promise<Counts> {
  const rows = await tx.$queryRaw<{ word: keyof Counts; count: number }[]>`
    SELECT coalesce(result, outcome) AS word, count(*)::int AS count FROM directory_import_line
    WHERE import_id = ${id}::uuid AND (result IS NOT NULL OR outcome IN ('unchanged', 'refused')) GROUP BY 1`
  return { ...none, ...Object.fromEntries(rows.map(({ word, count }) => [word, count])) }
}

/** Removes files that ended long ago, and those that nobody confirmed. Answers how many. */
export function purgeDirectoryImports(tx: Tx, at: string, limit: number): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM directory_import WHERE id IN (
      SELECT id FROM directory_import
      WHERE ended_at <= ${at}::timestamptz - make_interval(days => ${limits.directoryFiles.keptDays}::int)
        OR (state IN ('checking', 'ready')
          AND created_at <= ${at}::timestamptz - make_interval(hours => ${limits.directoryFiles.waitingHours}::int))
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)`
}
