import type { AuditEvent } from '@/lib/audit/model'
import type { Asking } from './model'
import type { GroupWrite } from './plan-groups'
import type { PersonWrite } from './plan-people'

/** What the trail is told of each line that was carried out. Contacts are not in it, only that they changed. */

export type By = Asking & { readonly at: Date; readonly importId: string }

/** So many ids of an event are written out; the number is always whole. */
const idsTold = 100

/** `changed`: the columns that the line changed. */
export function personEvents(by: By, id: string, write: PersonWrite, changed: readonly string[]): AuditEvent[] {
  const target = { kind: 'user', id, name: write.userPrincipalName } as const
  const { userPrincipalName, displayName, guestType, accountEnabled, addToGroupIds } = write
  const told = { ...base(by), outcome: 'success', target } as const
  const about = { importId: by.importId, changed, ...(addToGroupIds.length > 0 && { groupIds: [...addToGroupIds] }) }
  if (write.id === null) {
    const after = { ...about, userPrincipalName, displayName, guestType, accountEnabled }
    return [{ ...told, activity: 'userCreated', reason: 'imported', after }]
  }
  const reason = changed.includes('accountEnabled') ? (accountEnabled ? 'enabled' : 'disabled') : 'imported'
  return [{ ...told, activity: 'userUpdated', reason, after: { ...about, displayName, accountEnabled } }]
}

/** One event a group that people of a batch were put into: the people's own events say who is in which. */
export function joinEvents(
  by: By,
  joined: ReadonlyMap<string, readonly string[]>,
  groupNames: ReadonlyMap<string, string>,
): AuditEvent[] {
  return [...joined].map(([id, userIds]) => {
    const name = groupNames.get(id)
    const target = { kind: 'group', id, ...(name !== undefined && { name }) } as const
    const after = { importId: by.importId, count: userIds.length, memberIds: userIds.slice(0, idsTold) }
    return { ...base(by), activity: 'groupChanged', outcome: 'success', reason: 'members_added', target, after }
  })
}

export function groupEvents(by: By, id: string, write: GroupWrite): AuditEvent[] {
  const told = { ...base(by), activity: 'groupChanged', outcome: 'success' } as const
  const target = { kind: 'group', id, name: write.displayName } as const
  const { importId } = by
  const { displayName, description, addIds, removeIds } = write
  const members = (ids: readonly string[]) => ({ importId, count: ids.length, memberIds: ids.slice(0, idsTold) })
  const events: AuditEvent[] = []
  if (write.id === null)
    events.push({ ...told, target, reason: 'created', after: { importId, displayName, description } })
  else if (write.isDescribed) events.push({ ...told, target, reason: 'imported', after: { importId, description } })
  if (addIds.length > 0) events.push({ ...told, target, reason: 'members_added', after: members(addIds) })
  if (removeIds.length > 0) events.push({ ...told, target, reason: 'members_removed', after: members(removeIds) })
  return events
}

export function nestingEvent(
  by: By,
  parent: { readonly id: string; readonly name: string },
  childIds: string[],
): AuditEvent {
  const after = { importId: by.importId, count: childIds.length, childIds: childIds.slice(0, idsTold) }
  const target = { kind: 'group', ...parent } as const
  return { ...base(by), activity: 'groupChanged', outcome: 'success', reason: 'group_nested', target, after }
}

function base({ actor, origin, at }: By) {
  return { actor, origin, at }
}
