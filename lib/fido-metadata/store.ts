import 'server-only'
import { z } from 'zod'
import { MalformedData } from '@/lib/authentication-methods/kinds/cbor'
import { type Certificate, readCertificate } from '@/lib/authentication-methods/kinds/certificate'
import type { Tx } from '@/lib/platform/db'
import { type MetadataList, type ModelView, statusReportSchema } from './model'
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

/** A root that cannot be read is no reason to lose the others. */
function readAnchor(der: Uint8Array): Certificate[] {
  try {
    return [readCertificate(der)]
  } catch (error) {
    if (error instanceof MalformedData) return []
    throw error
  }
}
