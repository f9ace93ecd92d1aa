import { z } from 'zod'
import { failureMessage, hasMessage, type MessageValues, t } from '@/lib/i18n'
import { type AuditRecord, activities } from './model'

/**
 * An audit entry as its reader sees it: one sentence that says who did what to whom, then the facts. Built from the stored
 * record alone, beside which only the people's present names are looked up, so it can be read when they are gone.
 */
export type AuditEntryView = {
  readonly id: string
  /** Its place in the chain; null for the moment before it is sealed. */
  readonly sequence: string | null
  readonly at: Date
  readonly service: string
  readonly category: string
  readonly activity: string
  readonly outcome: 'success' | 'failure'
  readonly sentence: string
  /** Why it failed, as the person was told; null where nothing failed. */
  readonly reasonText: string | null
  /** The stable word behind it. */
  readonly reason: string | null
  readonly actor: { readonly id: string | null; readonly name: string; readonly detail: string | null }
  readonly target: { readonly id: string; readonly kind: string; readonly name: string } | null
  readonly method: { readonly kind: string; readonly id: string | null } | null
  readonly origin: {
    readonly clientAddress: string | null
    /** How the address was found, in words. */
    readonly addressSourceText: string
    readonly userAgent: string | null
    readonly requestId: string | null
  }
  readonly policies: readonly { readonly id: string; readonly version: number }[]
  readonly correlationId: string | null
  readonly before: unknown
  readonly after: unknown
}

const text = z.string().nullish().catch(null)
/** The record as far as a page shows it. What another version wrote differently is left out, never an error. */
const detailSchema = z.object({
  event: text,
  actor: z.object({ userPrincipalName: text }).catch({ userPrincipalName: null }),
  origin: z
    .object({ clientAddress: text, addressSource: text, userAgent: text, requestId: text })
    .catch({ clientAddress: null, addressSource: null, userAgent: null, requestId: null }),
  target: z.object({ kind: z.string(), id: z.string(), name: text }).nullish().catch(null),
  method: z.object({ kind: z.string(), id: text }).nullish().catch(null),
  policies: z.array(z.object({ id: z.string(), version: z.number() })).catch([]),
  before: z.unknown().optional(),
  after: z.unknown().optional(),
})

/** `names` holds the display names of people and groups, by id. */
export function auditEntryView(record: AuditRecord, names: ReadonlyMap<string, string>): AuditEntryView {
  const detail = detailSchema.parse(record.detail)
  const actorName = nameOfActor(record, detail.actor.userPrincipalName, names)
  const target = detail.target
    ? {
        id: detail.target.id,
        kind: detail.target.kind,
        name: names.get(detail.target.id) ?? detail.target.name ?? t('admin.audit.someone'),
      }
    : null
  const method = detail.method ? { kind: detail.method.kind, id: detail.method.id ?? null } : null
  return {
    id: record.id,
    sequence: record.sequence,
    at: new Date(record.at),
    service: record.service,
    category: record.category,
    activity: record.activity,
    outcome: record.outcome,
    sentence: sentenceOf(record, detail.event ?? null, {
      actor: actorName,
      target: target?.name ?? t('admin.audit.someone'),
      method: methodName(method?.kind),
      outcome: record.outcome,
      self: target !== null && target.id === record.actorId ? 'yes' : 'no',
    }),
    reasonText: record.outcome === 'failure' ? reasonText(record.reason) : null,
    reason: record.reason,
    actor: { id: record.actorId, name: actorName, detail: detail.actor.userPrincipalName ?? null },
    target,
    method,
    origin: {
      clientAddress: detail.origin.clientAddress ?? null,
      addressSourceText: addressSourceText(detail.origin.addressSource),
      userAgent: detail.origin.userAgent ?? null,
      requestId: detail.origin.requestId ?? null,
    },
    policies: detail.policies,
    correlationId: record.correlationId,
    before: detail.before,
    after: detail.after,
  }
}

/** The ids that entries speak of, to look names of people and groups up once for a whole page. */
export function idsIn(records: readonly AuditRecord[]): string[] {
  return [...new Set(records.flatMap(({ actorId, targetId }) => [actorId ?? [], targetId ?? []].flat()))]
}

/** The activities' names for a filter, by service. */
export function activityNames(): readonly string[] {
  return [...new Set(Object.values(activities).map(([, , name]) => name))].toSorted()
}

export function serviceNames(): readonly string[] {
  return [...new Set(Object.values(activities).map(([service]) => service))].toSorted()
}

/** How the entry of the process came to know a client's address, in words. */
export function addressSourceText(source: string | null | undefined): string {
  const key = `admin.address.${source}`
  return t(hasMessage(key) ? key : 'admin.address.unknown')
}

function sentenceOf(record: AuditRecord, event: string | null, values: MessageValues): string {
  const key = `admin.audit.event.${event}`
  const translate = t as (key: string, values: MessageValues) => string
  return hasMessage(key)
    ? translate(key, values)
    : translate('admin.audit.event.other', { ...values, activity: record.activity })
}

function nameOfActor(
  record: AuditRecord,
  userPrincipalName: string | null | undefined,
  names: ReadonlyMap<string, string>,
) {
  if (record.actorKind === 'system') return t('admin.audit.actor.system')
  if (record.actorKind === 'anonymous') return t('admin.audit.actor.anonymous')
  return (record.actorId ? names.get(record.actorId) : undefined) ?? userPrincipalName ?? t('admin.audit.someone')
}

function methodName(kind: string | undefined): string {
  const key = `securityInfo.method.${kind}`
  return hasMessage(key) ? t(key as 'securityInfo.method.passkey') : t('admin.audit.method')
}

function reasonText(reason: string | null): string | null {
  if (reason === null) return null
  return hasMessage(`failure.${reason}`) ? failureMessage({ kind: 'refused', code: reason }) : reason
}
