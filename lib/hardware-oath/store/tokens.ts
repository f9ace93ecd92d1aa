import 'server-only'
import type { Subject } from '@/lib/directory/model'
import { containsPattern, loadSubjectsWith } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import type { Tx } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { seal, unseal } from '@/lib/platform/seal'
import { isUuid } from '@/lib/platform/uuid'
import { Prisma } from '@/prisma/client/client'
import type { Token, TokenInput, TokenQuery, TokenSecret, TokenStatus } from '../model'

/** The tokens themselves. Secrets are sealed to their row and opened only where a code is compared. */

export type NumberedToken = {
  readonly record: number
  readonly token: TokenInput
  /** Whose it becomes; null: nobody's. */
  readonly assignedToId: string | null
}

/**
 * Stores these tokens in one statement and answers the records that were new. A serial number that exists, or stands twice
 * among them, is left out: the first one counts.
 */
export async function insertTokens(
  tx: Tx,
  uploadId: string,
  tokens: readonly NumberedToken[],
  at: Date,
): Promise<ReadonlySet<number>> {
  if (tokens.length === 0) return new Set()
  const rows = tokens.map(({ record, token, assignedToId }) => {
    const id = randomUUID()
    return {
      id,
      serial_number: token.serialNumber,
      secret_sealed: seal(Buffer.from(token.secret).toString('hex'), secretPlace(id)),
      algorithm: token.algorithm,
      period_seconds: token.periodSeconds,
      manufacturer: token.manufacturer,
      model: token.model,
      assigned_to_id: assignedToId,
      upload_record: record,
    }
  })
  const instant = at.toISOString()
  const stored = await tx.$queryRaw<{ record: number }[]>`
    INSERT INTO hardware_oath_token (id, serial_number, secret_sealed, algorithm, period_seconds, manufacturer, model,
      assigned_to_id, assigned_at, upload_id, upload_record, created_at)
    SELECT id, serial_number, secret_sealed, algorithm, period_seconds, manufacturer, model, assigned_to_id,
      CASE WHEN assigned_to_id IS NULL THEN NULL ELSE ${instant}::timestamptz END, ${uploadId}::uuid, upload_record,
      ${instant}::timestamptz
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (id uuid, serial_number text, secret_sealed text,
      algorithm text, period_seconds int, manufacturer text, model text, assigned_to_id uuid, upload_record int)
    ORDER BY upload_record
    ON CONFLICT (serial_number) DO NOTHING
    RETURNING upload_record AS record`
  return new Set(stored.map(({ record }) => record))
}

/** Which of these serial numbers came with this very upload. */
export async function serialsOfUpload(
  tx: Tx,
  uploadId: string,
  serialNumbers: readonly string[],
): Promise<ReadonlySet<string>> {
  if (serialNumbers.length === 0) return new Set()
  const rows = await tx.$queryRaw<{ serialNumber: string }[]>`
    SELECT serial_number AS "serialNumber" FROM hardware_oath_token
    WHERE upload_id = ${uploadId}::uuid AND serial_number = ANY(${[...serialNumbers]}::text[])`
  return new Set(rows.map(({ serialNumber }) => serialNumber))
}

/** The people behind these user names as they stand now, by user name. */
export async function peopleByName(tx: Tx, names: readonly string[]): Promise<ReadonlyMap<string, Subject>> {
  if (names.length === 0) return new Map()
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM "user" WHERE user_principal_name = ANY(${[...names]}::text[])`
  const ids = rows.map(({ id }) => id)
  const people = await loadSubjectsWith<object>(tx, ids, Prisma.empty)
  return new Map(people.map(({ subject }) => [subject.userPrincipalName, subject]))
}

const columns = Prisma.sql`token.id::text, token.serial_number AS "serialNumber", token.manufacturer, token.model,
  token.algorithm, token.period_seconds AS "periodSeconds", token.method_id::text AS "methodId",
  token.assigned_to_id::text AS "assignedToId", token.created_at AS "createdAt",
  person.display_name AS "assignedToName", person.user_principal_name AS "assignedToUserName",
  method.last_used_at AS "lastUsedAt"`
const tables = Prisma.sql`hardware_oath_token token
  LEFT JOIN "user" person ON person.id = token.assigned_to_id
  LEFT JOIN authentication_method method ON method.id = token.method_id`

type Row = Omit<Token, 'status' | 'assignedTo'> & {
  readonly assignedToId: string | null
  readonly assignedToName: string | null
  readonly assignedToUserName: string | null
}

function fromRow({ assignedToId, assignedToName, assignedToUserName, ...row }: Row): Token {
  return {
    ...row,
    status: row.methodId !== null ? 'activated' : assignedToId !== null ? 'assigned' : 'available',
    assignedTo:
      assignedToId === null
        ? null
        : { id: assignedToId, displayName: assignedToName ?? '', userPrincipalName: assignedToUserName ?? '' },
  }
}

/** One page of the inventory by serial number; `next` is the last one shown when there are more. */
export async function findTokens(
  tx: Tx,
  query: TokenQuery,
): Promise<{ readonly tokens: readonly Token[]; readonly next: string | null }> {
  const size = limits.page.sizeDefault
  const pattern = query.search === undefined ? null : containsPattern(query.search)
  const conditions = [
    ...(query.after === undefined ? [] : [Prisma.sql`token.serial_number > ${query.after}`]),
    ...(query.status === undefined ? [] : [hasStatus(query.status)]),
    ...(pattern === null
      ? []
      : [
          Prisma.sql`(token.serial_number LIKE upper(${pattern}) OR person.user_principal_name LIKE lower(${pattern})
            OR lower(person.display_name) LIKE lower(${pattern}))`,
        ]),
  ]
  const where = conditions.length === 0 ? Prisma.empty : Prisma.sql`WHERE ${Prisma.join(conditions, ' AND ')}`
  const rows = await tx.$queryRaw<Row[]>`
    SELECT ${columns} FROM ${tables} ${where} ORDER BY token.serial_number LIMIT ${size + 1}`
  const tokens = rows.slice(0, size).map(fromRow)
  return { tokens, next: rows.length > size ? (tokens.at(-1)?.serialNumber ?? null) : null }
}

function hasStatus(status: TokenStatus): Prisma.Sql {
  switch (status) {
    case 'available':
      return Prisma.sql`token.assigned_to_id IS NULL`
    case 'assigned':
      return Prisma.sql`(token.assigned_to_id IS NOT NULL AND token.method_id IS NULL)`
    case 'activated':
      return Prisma.sql`token.method_id IS NOT NULL`
  }
}

export async function findToken(tx: Tx, id: string): Promise<Token | null> {
  if (!isUuid(id)) return null
  const [row] = await tx.$queryRaw<Row[]>`SELECT ${columns} FROM ${tables} WHERE token.id = ${id}::uuid`
  return row ? fromRow(row) : null
}

/** The tokens that are assigned to the person, activated or not. */
export async function tokensOf(tx: Tx, userId: string): Promise<Token[]> {
  const rows = await tx.$queryRaw<Row[]>`
    SELECT ${columns} FROM ${tables} WHERE token.assigned_to_id = ${userId}::uuid ORDER BY token.serial_number`
  return rows.map(fromRow)
}

/** Whether the inventory has a token that this person could still add: a free one, or one of theirs that waits for its code. */
export async function hasTokenFor(tx: Tx, userId: string): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ found: boolean }[]>`
    SELECT EXISTS (SELECT 1 FROM hardware_oath_token WHERE method_id IS NULL
      AND (assigned_to_id IS NULL OR assigned_to_id = ${userId}::uuid)) AS found`
  return row?.found ?? false
}

/** What a code is compared with, by the token's id. The row stays locked until the transaction ends. */
export async function lockToken(tx: Tx, id: string): Promise<TokenSecret | null> {
  if (!isUuid(id)) return null
  const [row] = await tx.$queryRaw<TokenSecret[]>`
    SELECT ${secretColumns} FROM hardware_oath_token WHERE id = ${id}::uuid FOR UPDATE`
  return row ?? null
}

/** As `lockToken`, by the number on its back and without the lock. */
export async function findTokenBySerial(tx: Tx, serialNumber: string): Promise<TokenSecret | null> {
  const [row] = await tx.$queryRaw<TokenSecret[]>`
    SELECT ${secretColumns} FROM hardware_oath_token WHERE serial_number = ${serialNumber}`
  return row ?? null
}

const secretColumns = Prisma.sql`id::text, serial_number AS "serialNumber", secret_sealed AS "secretSealed", algorithm,
  period_seconds AS "periodSeconds", drift_steps AS "driftSteps", last_step AS "lastStep",
  assigned_to_id::text AS "assignedToId", method_id::text AS "methodId"`

/** The shared secret, opened; it must not outlive the comparison. */
export function openTokenSecret(token: { readonly tokenId: string; readonly secretSealed: string }): Uint8Array {
  return Buffer.from(unseal(token.secretSealed, secretPlace(token.tokenId)), 'hex')
}

/** Gives a token that is nobody's to a person; false when it is no longer free. */
export async function assignToken(tx: Tx, id: string, userId: string, at: Date): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE hardware_oath_token SET assigned_to_id = ${userId}::uuid, assigned_at = ${at.toISOString()}::timestamptz
    WHERE id = ${id}::uuid AND assigned_to_id IS NULL AND method_id IS NULL`
  return count === 1
}

/** Puts a token back among the free ones. Its method, if it had one, was removed before. */
export async function freeToken(tx: Tx, id: string): Promise<boolean> {
  const count = await tx.$executeRaw`
    UPDATE hardware_oath_token SET assigned_to_id = NULL, assigned_at = NULL
    WHERE id = ${id}::uuid AND method_id IS NULL AND assigned_to_id IS NOT NULL`
  return count === 1
}

/** Removes a token that is nobody's; false when it is somebody's or gone. */
export async function deleteToken(tx: Tx, id: string): Promise<boolean> {
  const count = await tx.$executeRaw`
    DELETE FROM hardware_oath_token WHERE id = ${id}::uuid AND assigned_to_id IS NULL AND method_id IS NULL`
  return count === 1
}

function secretPlace(id: string) {
  return { table: 'hardware_oath_token', column: 'secret_sealed', rowId: id, ownerId: '' }
}
