import 'server-only'
import { z } from 'zod'
import { MalformedData } from '@/lib/authentication-methods/kinds/cbor'
import { type Certificate, readCertificate } from '@/lib/authentication-methods/kinds/certificate'
import type { Tx } from '@/lib/platform/db'
import { Prisma } from '@/prisma/client/client'
import { type MetadataList, type ModelChoice, type ModelView, statusReportSchema } from './model'
import { isModelRefused, type KnownModel } from './standing'

/** The list as it was imported last: one row about it, one row a model. */

const listId = 1
/** So many rows a statement: a picture may have 100 kB. */
const rowsAtOnce = 50

export type StoredList = { readonly number: number; readonly nextUpdateAt: Date; readonly importedAt: Date }

export async function findList(tx: Tx): Promise<StoredList | null> {
  return tx.fidoMetadata.findUnique({
    where: { id: listId },
    select: { number: true, nextUpdateAt: true, importedAt: true },
  })
}

/** Lets one import after the other; held to the end of the transaction. */
export async function lockList(tx: Tx): Promise<void> {
  await tx.$executeRaw`LOCK TABLE fido_metadata IN SHARE ROW EXCLUSIVE MODE`
}

export async function replaceList(tx: Tx, list: MetadataList, source: string, importedAt: Date): Promise<void> {
  const about = { number: list.number, nextUpdateAt: list.nextUpdateAt, source, importedAt }
  await tx.fidoMetadata.upsert({ where: { id: listId }, create: { id: listId, ...about }, update: about })
  await tx.fidoModel.deleteMany()
  for (let start = 0; start < list.models.length; start += rowsAtOnce) {
    await tx.fidoModel.createMany({
      data: list.models.slice(start, start + rowsAtOnce).map((model) => ({
        ...model,
        rootCertificates: [...model.rootCertificates],
        statusReports: [...model.statusReports],
      })),
    })
  }
}

const reportsSchema = z.array(statusReportSchema)

/** What is needed to judge an attestation of this model; null when the list does not know it. */
export async function findModel(tx: Tx, aaguid: string): Promise<KnownModel | null> {
  const row = await tx.fidoModel.findUnique({ where: { aaguid } })
  const list = row ? await findList(tx) : null
  if (!row || !list) return null
  return {
    anchors: row.rootCertificates.flatMap(readAnchor),
    statusReports: reportsSchema.parse(row.statusReports),
    nextUpdateAt: list.nextUpdateAt,
  }
}

/** What people may see of these models, by AAGUID; those the list does not know are absent. */
export async function modelViews(
  tx: Tx,
  aaguids: readonly string[],
  at: Date,
): Promise<ReadonlyMap<string, ModelView>> {
  if (aaguids.length === 0) return new Map()
  const rows = await tx.fidoModel.findMany({
    where: { aaguid: { in: [...new Set(aaguids)] } },
    select: { aaguid: true, description: true, icon: true, statusReports: true },
  })
  return new Map(
    rows.map(({ aaguid, description, icon, statusReports }) => [
      aaguid,
      { name: description, icon, isRefused: isModelRefused(reportsSchema.parse(statusReports), at) },
    ]),
  )
}

/** These models without their pictures; those the list does not know are absent. */
export function namedModels(tx: Tx, aaguids: readonly string[], at: Date): Promise<ModelChoice[]> {
  return chooseModels(tx, Prisma.sql`aaguid = ANY(${[...aaguids]}::uuid[])`, aaguids.length, at)
}

/** Models whose name holds the text, or the one whose AAGUID it is; the first ones by name. */
export function searchModels(tx: Tx, text: string, size: number, at: Date): Promise<ModelChoice[]> {
  const wanted = text.trim().toLowerCase()
  return chooseModels(tx, Prisma.sql`(strpos(lower(description), ${wanted}) > 0 OR aaguid::text = ${wanted})`, size, at)
}

async function chooseModels(tx: Tx, which: Prisma.Sql, size: number, at: Date): Promise<ModelChoice[]> {
  const rows = await tx.$queryRaw<{ aaguid: string; name: string; hasPicture: boolean; reports: unknown }[]>`
    SELECT aaguid::text, description AS name, icon IS NOT NULL AS "hasPicture", status_reports AS reports
    FROM fido_model WHERE ${which} ORDER BY description, aaguid LIMIT ${size}`
  return rows.map(({ reports, ...model }) => ({
    ...model,
    isRefused: isModelRefused(reportsSchema.parse(reports), at),
  }))
}

/** The PNG picture of a model, or null. */
export async function modelPicture(tx: Tx, aaguid: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const row = await tx.fidoModel.findUnique({ where: { aaguid }, select: { icon: true } })
  const [, base64] = /^data:image\/png;base64,([A-Za-z0-9+/=]+)$/.exec(row?.icon ?? '') ?? []
  return base64 === undefined ? null : Uint8Array.from(Buffer.from(base64, 'base64'))
}

/** A root that cannot be read is no reason to lose the others. */
function readAnchor(der: Uint8Array): Certificate[] {
  try {
    return [readCertificate(der)]
  } catch (error) {
    if (error instanceof MalformedData) return []
    throw error
  }
}
