import 'server-only'
import { limits } from '@/lib/limits'
import { secondsFrom } from '@/lib/platform/clock'
import type { Tx } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import type { NamedLocation, PolicyState } from './model'
import { type PolicyRow, toLocation, toPolicyRow } from './store'

/** Policies and named locations that were deleted and can still be restored. They decide nothing and count in no limit. */
export type Deleted<Row> = Row & {
  readonly deletedAt: Date
  /** From then on it is gone for good. */
  readonly endsAt: Date
}

type Page<Row> = { readonly rows: readonly Deleted<Row>[]; readonly next: string | null }
type Asked = { readonly after: string | null; readonly size: number }

/** What was deleted last stands first; `after` is the id of the last one of the page before. */
export async function listDeletedPolicies(tx: Tx, asked: Asked): Promise<Page<PolicyRow>> {
  const records = await tx.conditionalAccessPolicy.findMany({ ...pageOf(asked), where: deleted, orderBy: newestFirst })
  return toPage(records.map(deletedPolicy), asked)
}

export async function listDeletedLocations(tx: Tx, asked: Asked): Promise<Page<NamedLocation>> {
  const records = await tx.namedLocation.findMany({ ...pageOf(asked), where: deleted, orderBy: newestFirst })
  return toPage(records.map(deletedLocation), asked)
}

/** Null when there is none, also when it was not deleted or is gone for good. */
export async function findDeletedPolicy(tx: Tx, id: string): Promise<Deleted<PolicyRow> | null> {
  if (!isUuid(id)) return null
  const record = await tx.conditionalAccessPolicy.findFirst({ where: { id, ...deleted } })
  return record && deletedPolicy(record)
}

export async function findDeletedLocation(tx: Tx, id: string): Promise<Deleted<NamedLocation> | null> {
  if (!isUuid(id)) return null
  const record = await tx.namedLocation.findFirst({ where: { id, ...deleted } })
  return record && deletedLocation(record)
}

/** Which of these ids are locations that were deleted, by name. */
export async function deletedLocationNames(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const where = { id: { in: ids.filter(isUuid) }, ...deleted }
  const found = await tx.namedLocation.findMany({ where, select: { id: true, displayName: true } })
  return new Map(found.map(({ id, displayName }) => [id, displayName]))
}

export async function markPolicyRestored(tx: Tx, id: string, state: PolicyState, modifiedAt: Date): Promise<PolicyRow> {
  const data = { deletedAt: null, state, modifiedAt, version: { increment: 1 } }
  return toPolicyRow(await tx.conditionalAccessPolicy.update({ where: { id }, data }))
}

/** A restored location is not trusted: what it contains may have been given to somebody else meanwhile. */
export async function markLocationRestored(tx: Tx, id: string, modifiedAt: Date): Promise<NamedLocation> {
  const data = { deletedAt: null, isTrusted: false, modifiedAt, version: { increment: 1 } }
  return toLocation(await tx.namedLocation.update({ where: { id }, data }))
}

const deleted = { deletedAt: { not: null } }
const newestFirst = [{ deletedAt: 'desc' as const }, { id: 'desc' as const }]

function pageOf({ after, size }: Asked): { take: number; skip?: number; cursor?: { id: string } } {
  const start = after !== null && isUuid(after) ? { cursor: { id: after }, skip: 1 } : {}
  return { take: size + 1, ...start }
}

function toPage<Row extends { readonly id: string }>(
  rows: readonly Deleted<Row>[],
  { size }: { readonly size: number },
): Page<Row> {
  const shown = rows.slice(0, size)
  return { rows: shown, next: rows.length > size ? (shown.at(-1)?.id ?? null) : null }
}

function deletedPolicy(record: Parameters<typeof toPolicyRow>[0]): Deleted<PolicyRow> {
  return { ...toPolicyRow(record), ...ends(record) }
}

function deletedLocation(record: Parameters<typeof toLocation>[0]): Deleted<NamedLocation> {
  return { ...toLocation(record), ...ends(record) }
}

function ends({ id, deletedAt }: { readonly id: string; readonly deletedAt: Date | null }) {
  if (deletedAt === null) throw new Error(`${id} was not deleted`)
  return { deletedAt, endsAt: secondsFrom(deletedAt, limits.conditionalAccess.deletedKeptDays * 86_400) }
}
