import 'server-only'
import type { Subject } from '@/lib/directory/model'
import { loadOwnerWith } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { secondsFrom } from '@/lib/platform/clock'
import type { Tx } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { seal, unseal } from '@/lib/platform/seal'
import { isUuid } from '@/lib/platform/uuid'
import { Prisma } from '@/prisma/client/client'
import type { FileFormat, FileReason, LineReason, TokenRecord, Upload, UploadFailure } from '../model'

/** Files on their way into the inventory. Their pieces hold secrets and are sealed; both go when the import ends. */

/** A piece is small enough to be sealed, stored and read in one breath. */
export const partBytes = 65_536
const leaseSeconds = 30

export type NewUpload = {
  readonly fileName: string
  readonly format: FileFormat
  readonly bytes: Uint8Array
  /** Password or pre-shared key of an encrypted file. */
  readonly key: string | null
  readonly createdById: string
  readonly at: Date
}

export async function insertUpload(tx: Tx, upload: NewUpload): Promise<string> {
  const id = randomUUID()
  await tx.hardwareOathUpload.create({
    data: {
      id,
      fileName: upload.fileName,
      format: upload.format,
      bytesTotal: upload.bytes.length,
      keySealed: upload.key === null ? null : seal(upload.key, keyPlace(id)),
      createdById: upload.createdById,
      createdAt: upload.at,
    },
  })
  for (let number = 0; number * partBytes < upload.bytes.length; number++) {
    const piece = upload.bytes.subarray(number * partBytes, (number + 1) * partBytes)
    const contentSealed = seal(Buffer.from(piece).toString('base64'), partPlace(id, number))
    await tx.$executeRaw`
      INSERT INTO hardware_oath_upload_part (upload_id, number, content_sealed)
      VALUES (${id}::uuid, ${number}, ${contentSealed})`
  }
  return id
}

export type ClaimedUpload = {
  readonly id: string
  readonly fileName: string
  readonly format: FileFormat
  readonly bytesTotal: number
  readonly recordsRead: number
  readonly key: string | null
}

/** The oldest upload that nobody works on, taken for half a minute; null when there is none. */
export async function claimUpload(tx: Tx, at: Date): Promise<ClaimedUpload | null> {
  const instant = at.toISOString()
  const until = secondsFrom(at, leaseSeconds).toISOString()
  const [row] = await tx.$queryRaw<(Omit<ClaimedUpload, 'key'> & { keySealed: string | null })[]>`
    UPDATE hardware_oath_upload SET state = 'running', leased_until = ${until}::timestamptz
    WHERE id = (
      SELECT id FROM hardware_oath_upload WHERE state IN ('waiting', 'running')
        AND (leased_until IS NULL OR leased_until <= ${instant}::timestamptz)
      ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING id::text, file_name AS "fileName", format, bytes_total AS "bytesTotal", records_read AS "recordsRead",
      key_sealed AS "keySealed"`
  if (!row) return null
  const { keySealed, ...rest } = row
  return { ...rest, key: keySealed === null ? null : unseal(keySealed, keyPlace(row.id)) }
}

/** Lets go of an unfinished upload, so that the next process need not wait for the lease to end. */
export async function releaseUpload(tx: Tx, id: string): Promise<void> {
  await tx.$executeRaw`
    UPDATE hardware_oath_upload SET leased_until = NULL WHERE id = ${id}::uuid AND state = 'running'`
}

/** One piece of the file; null after the last. */
export async function readPart(tx: Tx, uploadId: string, number: number): Promise<Uint8Array | null> {
  const [row] = await tx.$queryRaw<{ contentSealed: string }[]>`
    SELECT content_sealed AS "contentSealed" FROM hardware_oath_upload_part
    WHERE upload_id = ${uploadId}::uuid AND number = ${number}`
  return row ? Buffer.from(unseal(row.contentSealed, partPlace(uploadId, number)), 'base64') : null
}

/** Whoever uploaded the file, as they stand now; null when they are gone. */
export async function loadUploader(tx: Tx, id: string): Promise<Subject | null> {
  const owner = Prisma.sql`SELECT created_by_id FROM hardware_oath_upload WHERE id = ${id}::uuid`
  const found = await loadOwnerWith<object>(tx, owner, Prisma.empty)
  return found?.subject ?? null
}

/**
 * Moves the upload on by one batch, only from the record it was at: whoever else works on it finds the count moved, and
 * undoes what it wrote. False: somebody else was faster.
 */
export async function moveOn(
  tx: Tx,
  id: string,
  from: number,
  by: { readonly records: number; readonly imported: number; readonly failed: number; readonly bytesRead: number },
  at: Date,
): Promise<boolean> {
  const until = secondsFrom(at, leaseSeconds).toISOString()
  const count = await tx.$executeRaw`
    UPDATE hardware_oath_upload SET records_read = records_read + ${by.records}, imported = imported + ${by.imported},
      failed = failed + ${by.failed}, bytes_read = greatest(bytes_read, ${by.bytesRead}),
      leased_until = ${until}::timestamptz
    WHERE id = ${id}::uuid AND state = 'running' AND records_read = ${from}`
  return count === 1
}

/** Ends the upload and removes its pieces and its key; answers what came of it, or null when it had ended already. */
export async function endUpload(
  tx: Tx,
  id: string,
  from: number,
  refusal: { readonly reason: FileReason; readonly line: number } | null,
  at: Date,
): Promise<{ readonly imported: number; readonly failed: number; readonly createdById: string | null } | null> {
  const [row] = await tx.$queryRaw<{ imported: number; failed: number; createdById: string | null }[]>`
    UPDATE hardware_oath_upload SET state = ${refusal ? 'refused' : 'done'}, ended_at = ${at.toISOString()}::timestamptz,
      refusal_reason = ${refusal?.reason ?? null}, refusal_line = ${refusal?.line ?? null}, key_sealed = NULL,
      leased_until = NULL, bytes_read = CASE WHEN ${refusal === null} THEN bytes_total ELSE bytes_read END
    WHERE id = ${id}::uuid AND state = 'running' AND records_read = ${from}
    RETURNING imported, failed, created_by_id::text AS "createdById"`
  if (!row) return null
  await tx.$executeRaw`DELETE FROM hardware_oath_upload_part WHERE upload_id = ${id}::uuid`
  return row
}

export type NumberedFailure = { readonly record: number; readonly failure: Exclude<TokenRecord, { token: unknown }> }

export async function insertFailures(tx: Tx, uploadId: string, failures: readonly NumberedFailure[]): Promise<void> {
  if (failures.length === 0) return
  await tx.hardwareOathUploadFailure.createMany({
    data: failures.map(({ record, failure }) => ({
      uploadId,
      record,
      line: failure.line,
      reason: failure.reason,
      userPrincipalName: failure.userPrincipalName,
      serialNumber: failure.serialNumber,
    })),
  })
}

/** The newest uploads first. */
export async function listUploads(tx: Tx): Promise<Upload[]> {
  const rows = await tx.hardwareOathUpload.findMany({
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: uploadsShown,
  })
  return rows.map(uploadFrom)
}
const uploadsShown = 20

export async function findUpload(tx: Tx, id: string): Promise<Upload | null> {
  const row = isUuid(id) ? await tx.hardwareOathUpload.findUnique({ where: { id } }) : null
  return row && uploadFrom(row)
}

/** Failures in the order of the file, after this record; at most `take`. */
export async function listFailures(
  tx: Tx,
  uploadId: string,
  afterRecord: number,
  take: number,
): Promise<UploadFailure[]> {
  const rows = await tx.hardwareOathUploadFailure.findMany({
    where: { uploadId, record: { gt: afterRecord } },
    orderBy: { record: 'asc' },
    take,
  })
  return rows.map(({ record, line, reason, userPrincipalName, serialNumber }) => ({
    record,
    line,
    reason: reason as LineReason,
    userPrincipalName,
    serialNumber,
  }))
}

/** Removes uploads that ended long ago, with their failures. Answers how many. */
export function purgeUploads(tx: Tx, at: string, limit: number): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM hardware_oath_upload WHERE id IN (
      SELECT id FROM hardware_oath_upload
      WHERE ended_at <= ${at}::timestamptz - make_interval(days => ${limits.hardwareOath.uploadKeptDays}::int)
      LIMIT ${limit} FOR UPDATE SKIP LOCKED)`
}

function uploadFrom(row: NonNullable<Awaited<ReturnType<Tx['hardwareOathUpload']['findUnique']>>>): Upload {
  return {
    id: row.id,
    fileName: row.fileName,
    state: row.state as Upload['state'],
    bytesTotal: row.bytesTotal,
    bytesRead: row.bytesRead,
    recordsRead: row.recordsRead,
    imported: row.imported,
    failed: row.failed,
    refusal:
      row.refusalReason === null ? null : { reason: row.refusalReason as FileReason, line: row.refusalLine ?? 0 },
    createdAt: row.createdAt,
    endedAt: row.endedAt,
  }
}

function keyPlace(id: string) {
  return { table: 'hardware_oath_upload', column: 'key_sealed', rowId: id, ownerId: '' }
}

function partPlace(id: string, number: number) {
  return { table: 'hardware_oath_upload_part', column: 'content_sealed', rowId: id, ownerId: String(number) }
}
