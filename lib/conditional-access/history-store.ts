import 'server-only'
import type { AuditRecord } from '@/lib/audit/model'
import { findAuditRecord, findAuditRecords } from '@/lib/audit/store'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import { groupNames, userNames } from '@/lib/directory/store'
import type { Tx } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import { type ChangeView, changeView, idsNamedIn } from './difference-view'

/**
 * What became of one policy or location, newest first. The audit trail is the history: it keeps the JSON before and
 * after of every change, and nothing can change it, so there is no second copy that could say something else.
 */
export async function historyOf(
  tx: Tx,
  id: string,
  page: { readonly cursor?: string; readonly size?: number },
): Promise<{ readonly changes: readonly ChangeView[]; readonly nextCursor: string | null }> {
  if (!isUuid(id)) return { changes: [], nextCursor: null }
  const found = await findAuditRecords({ target: id, service, outcome: 'success' }, page)
  const names = await namesFor(tx, found.records)
  return { changes: found.records.map((record) => changeView(record, names)), nextCursor: found.nextCursor }
}

/** One change of this policy or location; null when there is none of this id, or it is about something else. */
export async function findChange(tx: Tx, id: string, eventId: string): Promise<ChangeView | null> {
  const record = await findAuditRecord(eventId)
  if (record?.targetId !== id || record.service !== service || record.outcome !== 'success') return null
  return changeView(record, await namesFor(tx, [record]))
}

const service = 'Conditional Access'

async function namesFor(tx: Tx, records: readonly AuditRecord[]): Promise<ReadonlyMap<string, string>> {
  const documents = records.map(({ detail }) => [detail.before, detail.after])
  return namesOfIds(tx, [...idsNamedIn(documents), ...records.flatMap(({ actorId }) => actorId ?? [])])
}

/** What people, groups, locations (deleted ones too) and strengths of these ids are called. */
export async function namesOfIds(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const known = ids.filter(isUuid)
  const where = { id: { in: known } }
  const select = { id: true, displayName: true }
  const [people, groups, locations, strengths] = [
    await userNames(tx, known),
    await groupNames(tx, known),
    await tx.namedLocation.findMany({ where, select }),
    await tx.authenticationStrengthPolicy.findMany({ where, select }),
  ]
  return new Map([
    ...[...people].map(([id, { displayName }]) => [id, displayName] as const),
    ...groups,
    ...[...locations, ...strengths, ...builtInStrengths].map((each) => [each.id, each.displayName] as const),
  ])
}
