import 'server-only'
import { record } from '@/lib/audit/record'
import { textDecoder } from '@/lib/csv/decode'
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

  const flush = async (isLast: boolean) => {
    while (waiting.length >= batchRecords || (isLast && waiting.length > 0)) {
      const batch = waiting.slice(0, batchRecords)
      if (!(await storeBatch(upload.id, stored, batch, bytesRead))) return false
      waiting = waiting.slice(batch.length)
      stored += batch.length
    }
    return true
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
    if (!(await flush(isLast))) return
    if (isLast) return finish(upload, stored, refusal)
  }
}

/** Judges and stores one batch; false when another process has taken the upload over. */
async function storeBatch(
  uploadId: string,
  from: number,
  batch: readonly TokenRecord[],
  bytesRead: number,
): Promise<boolean> {
  return transaction(async (tx) => {
    const at = now()
    const names = batch.flatMap((one) => ('token' in one && one.token.userPrincipalName) || [])
    const people = await peopleByName(tx, names)
    const failures: NumberedFailure[] = []
    const tokens: (NumberedToken & { readonly line: number })[] = []
    batch.forEach((one, index) => {
      const number = from + index + 1
      if ('reason' in one) {
        failures.push({ record: number, failure: one })
        return
      }
      const name = one.token.userPrincipalName
      const person = name === null ? null : people.get(name)
      if (person === undefined) failures.push(failed(number, one, 'unknown_user'))
      else if (person?.isGuest) failures.push(failed(number, one, 'guest'))
      else tokens.push({ record: number, line: one.line, token: one.token, assignedToId: person?.id ?? null })
    })
    // First of all, so that of two processes the slower one waits here and then leaves with nothing written.
    const count = { records: batch.length, imported: 0, failed: 0, bytesRead }
    if (!(await moveOn(tx, uploadId, from, count, at))) return false
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
    return true
  })
}

async function duplicates(
  tx: Tx,
  uploadId: string,
  left: readonly (NumberedToken & { readonly line: number })[],
): Promise<NumberedFailure[]> {
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
