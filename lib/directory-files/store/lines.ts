import 'server-only'
import type { Tx } from '@/lib/platform/db'
import { Prisma } from '@/prisma/client/client'
import type { Change, Column, GroupLine, LineReason, Outcome, PersonLine, ReadLine, Trouble, Verdict } from '../model'

/** The lines of a file: what each says, what it would do, what became of it. */

export type KeptLine<Says = PersonLine | GroupLine> = {
  /** Its place among the lines of the file, from 1. */
  readonly number: number
  readonly says: Says
  readonly outcome: Outcome | null
  readonly changes: readonly Change[]
  readonly result: Outcome | null
}

const rowsAtOnce = 2000

/** Keeps the lines in the order of the file. Those that could not be understood are left out from the start. */
export async function insertLines(tx: Tx, importId: string, lines: readonly ReadLine[]): Promise<void> {
  for (let from = 0; from < lines.length; from += rowsAtOnce) {
    const part = lines.slice(from, from + rowsAtOnce)
    const trouble = part.map((line) => ('trouble' in line ? line.trouble : null))
    await tx.$executeRaw`
      INSERT INTO directory_import_line (import_id, number, line, key, says, outcome, reason, "column", about)
      SELECT ${importId}::uuid, * FROM unnest(
        ${part.map((_, index) => from + index + 1)}::int[], ${part.map(({ line }) => line)}::int[],
        ${part.map(({ key }) => key)}::text[],
        ${part.map((line) => ('says' in line ? JSON.stringify(line.says) : null))}::jsonb[],
        ${trouble.map((one) => one && 'refused')}::text[], ${trouble.map((one) => one?.reason ?? null)}::text[],
        ${trouble.map((one) => one?.column ?? null)}::text[], ${trouble.map((one) => one?.about ?? null)}::text[])`
  }
}

const columns = Prisma.sql`number, says, outcome, changes, result`

/** Lines that nobody checked yet. */
export function linesToCheck<Says>(tx: Tx, importId: string, take: number): Promise<KeptLine<Says>[]> {
  return tx.$queryRaw<KeptLine<Says>[]>`
    SELECT ${columns} FROM directory_import_line
    WHERE import_id = ${importId}::uuid AND outcome IS NULL ORDER BY number LIMIT ${take}`
}

/** Lines that change something and were not carried out yet. */
export function linesToCarryOut<Says>(tx: Tx, importId: string, take: number): Promise<KeptLine<Says>[]> {
  return tx.$queryRaw<KeptLine<Says>[]>`
    SELECT ${columns} FROM directory_import_line
    WHERE import_id = ${importId}::uuid AND outcome IN ('new', 'changed') AND result IS NULL
    ORDER BY number LIMIT ${take}`
}

/** Good lines that put groups into their group and were not looked after yet. */
export function linesToNest(tx: Tx, importId: string, take: number): Promise<KeptLine<GroupLine>[]> {
  return tx.$queryRaw<KeptLine<GroupLine>[]>`
    SELECT ${columns} FROM directory_import_line
    WHERE import_id = ${importId}::uuid AND outcome IN ('new', 'changed') AND result <> 'refused' AND NOT is_nested
      AND changes @> '[{"column": "memberGroups"}]' ORDER BY number LIMIT ${take}`
}

/** All lines that are good so far and of which `judgeNestings` has to know. */
export function goodGroupLines(tx: Tx, importId: string): Promise<KeptLine<GroupLine>[]> {
  return tx.$queryRaw<KeptLine<GroupLine>[]>`
    SELECT number, jsonb_build_object('displayName', says->'displayName', 'memberGroups',
      coalesce(says->'memberGroups', '[]'::jsonb)) AS says, outcome, '[]'::jsonb AS changes, result
    FROM directory_import_line
    WHERE import_id = ${importId}::uuid AND outcome <> 'refused' AND says IS NOT NULL ORDER BY number`
}

/** Of these names, those of groups that lines of the file make. */
export async function namesComing(tx: Tx, importId: string, names: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await tx.$queryRaw<{ name: string }[]>`
    SELECT DISTINCT says->>'displayName' AS name FROM directory_import_line
    WHERE import_id = ${importId}::uuid AND outcome = 'new' AND says->>'displayName' = ANY(${[...names]}::text[])`
  return new Set(rows.map(({ name }) => name))
}

export type NumberedVerdict = { readonly number: number; readonly verdict: Verdict }

/** Notes what lines would do. */
export async function writeVerdicts(tx: Tx, importId: string, verdicts: readonly NumberedVerdict[]): Promise<void> {
  if (verdicts.length === 0) return
  const trouble = verdicts.map(({ verdict }) => ('trouble' in verdict ? verdict.trouble : null))
  await tx.$executeRaw`
    UPDATE directory_import_line AS line SET outcome = said.outcome, changes = said.changes, reason = said.reason,
      "column" = said."column", about = said.about
    FROM unnest(${verdicts.map(({ number }) => number)}::int[], ${verdicts.map(({ verdict }) => verdict.outcome)}::text[],
      ${verdicts.map(({ verdict }) => JSON.stringify('changes' in verdict ? verdict.changes : []))}::jsonb[],
      ${trouble.map((one) => one?.reason ?? null)}::text[], ${trouble.map((one) => one?.column ?? null)}::text[],
      ${trouble.map((one) => one?.about ?? null)}::text[])
      AS said (number, outcome, changes, reason, "column", about)
    WHERE line.import_id = ${importId}::uuid AND line.number = said.number`
}

/** Adds to what lines would do. */
export async function appendChanges(
  tx: Tx,
  importId: string,
  verdicts: readonly { readonly number: number; readonly outcome: Outcome; readonly change: Change }[],
): Promise<void> {
  if (verdicts.length === 0) return
  await tx.$executeRaw`
    UPDATE directory_import_line AS line SET outcome = said.outcome, changes = line.changes || said.change
    FROM unnest(${verdicts.map(({ number }) => number)}::int[], ${verdicts.map(({ outcome }) => outcome)}::text[],
      ${verdicts.map(({ change }) => JSON.stringify([change]))}::jsonb[]) AS said (number, outcome, change)
    WHERE line.import_id = ${importId}::uuid AND line.number = said.number`
}

export type NumberedResult = {
  readonly number: number
  readonly result: Outcome | Trouble
  readonly isNested?: boolean
}

/** Notes what became of lines. */
export async function writeResults(tx: Tx, importId: string, results: readonly NumberedResult[]): Promise<void> {
  if (results.length === 0) return
  const trouble = results.map(({ result }) => (typeof result === 'string' ? null : result))
  await tx.$executeRaw`
    UPDATE directory_import_line AS line SET result = said.result, is_nested = said.is_nested, reason = said.reason,
      "column" = said."column", about = said.about
    FROM unnest(${results.map(({ number }) => number)}::int[],
      ${results.map(({ result }) => (typeof result === 'string' ? result : 'refused'))}::text[],
      ${results.map(({ isNested }) => isNested ?? false)}::boolean[],
      ${trouble.map((one) => one?.reason ?? null)}::text[], ${trouble.map((one) => one?.column ?? null)}::text[],
      ${trouble.map((one) => one?.about ?? null)}::text[])
      AS said (number, result, is_nested, reason, "column", about)
    WHERE line.import_id = ${importId}::uuid AND line.number = said.number`
}

/** Leaves out whatever was not carried out yet. */
export async function refuseRest(tx: Tx, importId: string, reason: LineReason): Promise<void> {
  await tx.$executeRaw`
    UPDATE directory_import_line SET outcome = coalesce(outcome, 'refused'), result = 'refused', reason = ${reason}
    WHERE import_id = ${importId}::uuid AND result IS NULL AND (outcome IS NULL OR outcome IN ('new', 'changed'))`
}

/** Forgets what lines said once the file has ended: only which were left out, and why, remains. */
export async function forgetLines(tx: Tx, importId: string): Promise<void> {
  await tx.$executeRaw`
    DELETE FROM directory_import_line
    WHERE import_id = ${importId}::uuid AND outcome <> 'refused' AND result IS DISTINCT FROM 'refused'`
  await tx.$executeRaw`
    UPDATE directory_import_line SET says = NULL, changes = '[]' WHERE import_id = ${importId}::uuid`
}

/** A line as pages and the file of failures show it. */
export type ShownLine = {
  readonly number: number
  readonly line: number
  readonly key: string
  readonly outcome: Outcome
  readonly changes: readonly Change[]
  readonly trouble: Trouble | null
}

/** Lines with this outcome, in the order of the file after `after`; for those left out also what was left out at the end. */
export async function listLines(
  tx: Tx,
  importId: string,
  outcome: Outcome,
  after: number,
  take: number,
): Promise<readonly ShownLine[]> {
  type Row = Omit<ShownLine, 'trouble'> & {
    readonly reason: LineReason | null
    readonly column: Column | null
    readonly about: string | null
  }
  const which =
    outcome === 'refused'
      ? Prisma.sql`(outcome = 'refused' OR result = 'refused')`
      : Prisma.sql`outcome = ${outcome} AND result IS DISTINCT FROM 'refused'`
  const rows = await tx.$queryRaw<Row[]>`
    SELECT number, line, key, ${outcome} AS outcome, changes, reason, "column", about FROM directory_import_line
    WHERE import_id = ${importId}::uuid AND ${which} AND number > ${after} ORDER BY number LIMIT ${take}`
  return rows.map(({ reason, column, about, ...row }) => ({
    ...row,
    trouble: reason && { reason, column, ...(about !== null && { about }) },
  }))
}
