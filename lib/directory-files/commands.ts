import 'server-only'
import type { Activity } from '@/lib/audit/model'
import { record, recordAlone } from '@/lib/audit/record'
import { may, type Right } from '@/lib/directory/rights'
import { loadSubject } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { db, type Tx, transaction } from '@/lib/platform/db'
import { fail, ok, type Result } from '@/lib/result'
import { type Asking, type DirectoryFilesFailureCode, type FileKind, rightOf } from './model'
import { readFile } from './read'
import { countWaiting, deleteImport, findImport, insertImport, markConfirmed } from './store/imports'
import { insertLines } from './store/lines'

/** A file is taken, looked at, and confirmed or thrown away; the job does the work between. */

/**
 * Takes a file for a dry run and answers its id. Only what is known here is kept of it: passwords in it are not. Failures:
 * `directory_files.not_allowed`, `file_missing`, `file_too_large`, `file_kind`, `file_encoding`, `file_empty`, `file_header`,
 * `file_column_twice`, `file_too_many_lines`, `too_many_waiting`.
 */
export async function acceptFile(
  asking: Asking,
  input: { readonly kind: FileKind; readonly fileName: string; readonly bytes: Uint8Array },
): Promise<Result<{ readonly importId: string }, DirectoryFilesFailureCode>> {
  const { kind, bytes } = input
  const bounds = limits.directoryFiles
  if (bytes.length === 0) return fail('invalid', 'directory_files.file_missing', { field: 'file' })
  if (bytes.length > bounds.uploadBytesMax) return fail('invalid', 'directory_files.file_too_large', { field: 'file' })
  const fileName = cleanFileName(input.fileName)
  if (!/\.(csv|txt)$/i.test(fileName)) return fail('invalid', 'directory_files.file_kind', { field: 'file' })
  const read = readFile(bytes, kind)
  if (typeof read === 'string') return fail('invalid', `directory_files.${read}`, { field: 'file' })
  const { lines, unusedColumns } = read
  return withRight(asking, 'directoryFileUploaded', rightOf(kind), async (tx, at, createdById) => {
    if ((await countWaiting(tx)) >= bounds.openMax) return fail('refused', 'directory_files.too_many_waiting')
    const facts = { kind, fileName, linesTotal: lines.length, unusedColumns, asking: asOf(asking), createdById, at }
    const importId = await insertImport(tx, facts)
    await insertLines(tx, importId, lines)
    await record(tx, {
      ...{ activity: 'directoryFileUploaded', at, outcome: 'success', ...asOf(asking) },
      target: { kind: 'directoryImport', id: importId, name: fileName },
      after: { kind, bytes: bytes.length, lines: lines.length },
    })
    return ok({ importId })
  })
}

/**
 * Lets the job carry out what was shown, on behalf of whoever confirms. Failures: `directory_files.not_allowed`, `not_found`,
 * `not_ready`, `nothing_to_do`.
 */
export async function confirmImport(asking: Asking, id: string): Promise<Result<undefined, DirectoryFilesFailureCode>> {
  const kind = await kindOf(id)
  if (kind === null) return fail('refused', 'directory_files.not_found')
  return withRight(asking, 'directoryFileImported', rightOf(kind), async (tx, at) => {
    const file = await findImport(tx, id)
    if (!file) return fail('refused', 'directory_files.not_found')
    if (file.state !== 'ready') return fail('refused', 'directory_files.not_ready')
    if (file.found.new + file.found.changed === 0) return fail('refused', 'directory_files.nothing_to_do')
    if (!(await markConfirmed(tx, id, asOf(asking), at))) return fail('refused', 'directory_files.not_ready')
    await record(tx, {
      ...{ activity: 'directoryFileImported', at, outcome: 'success', reason: 'confirmed', ...asOf(asking) },
      target: { kind: 'directoryImport', id, name: file.fileName },
      after: { kind, ...file.found },
    })
    return ok()
  })
}

/** Throws a file away that was not confirmed. Failures: `directory_files.not_allowed`, `not_found`. */
export async function discardImport(asking: Asking, id: string): Promise<Result<undefined, DirectoryFilesFailureCode>> {
  const kind = await kindOf(id)
  if (kind === null) return fail('refused', 'directory_files.not_found')
  return withRight(asking, 'directoryFileDiscarded', rightOf(kind), async (tx, at) => {
    const gone = await deleteImport(tx, id)
    if (!gone) return fail('refused', 'directory_files.not_found')
    await record(tx, {
      ...{ activity: 'directoryFileDiscarded', at, outcome: 'success', ...asOf(asking) },
      target: { kind: 'directoryImport', id, name: gone.fileName },
    })
    return ok()
  })
}

/** What may be taken away as a file. Members are named by their login names. */
export const exportKinds = ['people', 'groups', 'groupsWithMembers'] as const
export type ExportKind = (typeof exportKinds)[number]

/** Tells the trail what is handed out, before it is. Failures: `directory_files.not_allowed`. @see SEC-210 */
export function recordExport(asking: Asking, kind: ExportKind): Promise<Result<undefined, DirectoryFilesFailureCode>> {
  return withRight(asking, 'directoryExported', exportRightOf(kind), async (tx, at) => {
    await record(tx, { activity: 'directoryExported', at, outcome: 'success', ...asOf(asking), after: { kind } })
    return ok()
  })
}

export function exportRightOf(kind: ExportKind): 'users.export' | 'groups.export' {
  return kind === 'people' ? 'users.export' : 'groups.export'
}

async function kindOf(id: string): Promise<FileKind | null> {
  const file = await findImport(db(), id)
  return file?.kind ?? null
}

/** One transaction with the rights as they are now; a refusal is recorded on its own. */
async function withRight<Value>(
  asking: Asking,
  activity: Activity,
  right: Right,
  work: (tx: Tx, at: Date, actorId: string) => Promise<Result<Value, DirectoryFilesFailureCode>>,
): Promise<Result<Value, DirectoryFilesFailureCode>> {
  const at = now()
  const result = await transaction(async (tx): Promise<Result<Value, DirectoryFilesFailureCode>> => {
    const subject = 'id' in asking.actor ? await loadSubject(tx, asking.actor.id) : null
    if (!subject || !may(subject, right)) return fail('refused', 'directory_files.not_allowed')
    return work(tx, at, subject.id)
  })
  if (!result.ok) await recordAlone({ activity, at, outcome: 'failure', reason: result.failure.code, ...asOf(asking) })
  return result
}

/** What of a visit is kept: no session rides along. */
function asOf({ actor, origin }: Asking): Asking {
  return { actor, origin }
}

/** The last part of what the browser named, without what no name of a file needs. */
function cleanFileName(text: string): string {
  const last = text.split(/[\\/]/).at(-1) ?? ''
  return [...last.replace(/[\p{C}\p{Zl}\p{Zp}"<>|:*?]/gu, '').trim()].slice(-fileNameLengthMax).join('')
}
const fileNameLengthMax = 120
