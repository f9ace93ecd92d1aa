import 'server-only'
import { record } from '@/lib/audit/record'
import { textDecoder } from '@/lib/csv/decode'
import type { Subject } from '@/lib/directory/model'
import { may, refusalToActOn } from '@/lib/directory/rights'
import { now } from '@/lib/platform/clock'
import { db, type Tx, transaction } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import { randomUUID } from '@/lib/platform/random'
import type { LineReason, ReadPiece, TokenInput, TokenReader, TokenRecord } from './model'
import { csvReader } from './read-csv'
import { pskcReader } from './read-pskc'
import { insertTokens, type NumberedToken, peopleByName, serialsOfUpload } from './store/tokens'
import {
  type ClaimedUpload,
  claimUpload,
  endUpload,
  insertFailures,
  loadUploader,
  moveOn,
  type NumberedFailure,
  readPart,
  releaseUpload,
} from './store/uploads'

/**
 * The job that brings uploaded files into the inventory.
 *
 * A file is read piece by piece and stored in batches; each batch moves the count of records in its own transaction. A
 * process that dies leaves whole batches behind: the next one reads the file again, passes over what was judged, and goes on.
 *
 * It acts on behalf of whoever uploaded the file, and each batch asks what that person may do now: with the inventory, and
 * with each person to whom a line gives a token.
 */
const batchRecords = 500

/** Imports whatever waits, one file after the other, until nothing does or `isStopping` says so. */
export async function importUploads(isStopping: () => boolean = () => false): Promise<void> {
  while (!isStopping()) {
    const upload = await claimUpload(db(), now())
    if (upload === null) return
    await importUpload(upload, isStopping)
  }
}

async function importUpload(upload: ClaimedUpload, isStopping: () => boolean): Promise<void> {
  const reader: TokenReader = upload.format === 'csv' ? csvReader() : pskcReader(upload.key)
  const decoder = textDecoder()
  let stored = upload.recordsRead
  let seen = 0
  let bytesRead = 0
  let waiting: TokenRecord[] = []

  const flush = async (isLast: boolean): Promise<Stored> => {
    while (waiting.length >= batchRecords || (isLast && waiting.length > 0)) {
      const batch = waiting.slice(0, batchRecords)
      const answer = await storeBatch(upload.id, stored, batch, bytesRead)
      if (answer !== 'stored') return answer
      waiting = waiting.slice(batch.length)
      stored += batch.length
    }
    return 'stored'
  }

  for (let number = 0; ; number++) {
    if (isStopping()) return releaseUpload(db(), upload.id)
    const part = await readPart(db(), upload.id, number)
    const pieces: ReadPiece[] = part ? [reader.push(decoder.push(part))] : [reader.push(decoder.end()), reader.end()]
    bytesRead += part?.length ?? 0
    for (const { records } of pieces) {
      for (const one of records) if (++seen > upload.recordsRead) waiting.push(one)
    }
    const refusal = pieces.find((piece) => piece.refusal !== null)?.refusal ?? null
    const isLast = part === null || refusal !== null
    const answer = await flush(isLast)
    if (answer === 'taken_over') return
    if (answer === 'not_allowed') return finish(upload, stored, { reason: answer, line: waiting[0]?.line ?? 0 })
    if (isLast) return finish(upload, stored, refusal)
  }
}

/** `taken_over`: another process has the upload. `not_allowed`: whoever uploaded it may no longer do that. */
type Stored = 'stored' | 'taken_over' | 'not_allowed'

/** Judges and stores one batch, or nothing. */
async function storeBatch(
  uploadId: string,
  from: number,
  batch: readonly TokenRecord[],
  bytesRead: number,
): Promise<Stored> {
  return transaction(async (tx) => {
    const at = now()
    const actor = await actorOf(tx, uploadId)
    if (actor === null) return 'not_allowed'
    // First of all writes, so that of two processes the slower one waits here and then leaves with nothing written.
    const count = { records: batch.length, imported: 0, failed: 0, bytesRead }
    if (!(await moveOn(tx, uploadId, from, count, at))) return 'taken_over'
    const { tokens, failures } = await judge(tx, from, batch, actor)
    const imported = await insertTokens(tx, uploadId, tokens, at)
    failures.push(
      ...(await duplicates(
        tx,
        uploadId,
        tokens.filter((one) => !imported.has(one.record)),
      )),
    )
    await insertFailures(tx, uploadId, failures)
    const result = { records: 0, imported: imported.size, failed: failures.length, bytesRead }
    await moveOn(tx, uploadId, from + batch.length, result, at)
    return 'stored'
  })
}

/** Whoever uploaded the file, as they stand now; null when they may no longer do that. */
async function actorOf(tx: Tx, uploadId: string): Promise<Subject | null> {
  const subject = await loadUploader(tx, uploadId)
  return subject && may(subject, 'hardwareOath.update') ? subject : null
}

type JudgedToken = NumberedToken & { readonly line: number }

/** Whose each token becomes, decided as where an administrator assigns it; and what is left out. */
async function judge(
  tx: Tx,
  from: number,
  batch: readonly TokenRecord[],
  actor: Subject,
): Promise<{ readonly tokens: readonly JudgedToken[]; readonly failures: NumberedFailure[] }> {
  const names = batch.flatMap((one) => ('token' in one && one.token.userPrincipalName) || [])
  const people = await peopleByName(tx, names)
  const failures: NumberedFailure[] = []
  const tokens: JudgedToken[] = []
  batch.forEach((one, index) => {
    const number = from + index + 1
    if ('reason' in one) {
      failures.push({ record: number, failure: one })
      return
    }
    const name = one.token.userPrincipalName
    const person = name === null ? null : people.get(name)
    const reason = person === null ? null : refusalToGive(actor, person)
    if (reason) failures.push(failed(number, one, reason))
    else tokens.push({ record: number, line: one.line, token: one.token, assignedToId: person?.id ?? null })
  })
  return { tokens, failures }
}

function refusalToGive(actor: Subject, person: Subject | undefined): LineReason | null {
  if (!person) return 'unknown_user'
  if (refusalToActOn(actor, 'methods.update', person)) return 'not_allowed'
  return person.userType === 'guest' ? 'guest' : null
}

async function duplicates(tx: Tx, uploadId: string, left: readonly JudgedToken[]): Promise<NumberedFailure[]> {
  const own = await serialsOfUpload(
    tx,
    uploadId,
    left.map(({ token }) => token.serialNumber),
  )
  return left.map((one) =>
    failed(one.record, one, own.has(one.token.serialNumber) ? 'duplicate_in_file' : 'already_there'),
  )
}

function failed(
  record: number,
  { line, token }: { readonly line: number; readonly token: TokenInput },
  reason: LineReason,
): NumberedFailure {
  const { userPrincipalName, serialNumber } = token
  return { record, failure: { line, reason, userPrincipalName: userPrincipalName ?? '', serialNumber } }
}

/** Ends the upload and tells the trail, once. */
async function finish(upload: ClaimedUpload, stored: number, refusal: ReadPiece['refusal']): Promise<void> {
  await transaction(async (tx) => {
    const at = now()
    const ended = await endUpload(tx, upload.id, stored, refusal, at)
    if (ended === null) return
    await record(tx, {
      activity: 'hardwareOathUploaded',
      at,
      outcome: refusal === null ? 'success' : 'failure',
      reason: refusal === null ? 'finished' : refusal.reason,
      actor: { kind: 'system' },
      origin: { requestId: randomUUID(), clientAddress: null, addressSource: 'unknown', userAgent: null },
      target: { kind: 'hardwareOathUpload', id: upload.id, name: upload.fileName },
      after: { imported: ended.imported, failed: ended.failed },
    })
    log.info('tokens.imported', { kind: refusal === null ? 'done' : refusal.reason, count: ended.imported })
  })
}
