import { type AuditRecord, activities } from '@/lib/audit/model'
import { directoryRoles } from '@/lib/directory/model'
import { hasMessage, t } from '@/lib/i18n'
import { type Difference, differencesBetween } from './difference'
import { mfaTrustedIpsId, registerSecurityInformation } from './model'
import { applicationName } from './view'

/** A change of a policy or a location, for somebody reading its history. */
export type ChangeView = {
  /** The event's id in the audit trail. */
  readonly id: string
  readonly at: Date
  /** One sentence: who did what. */
  readonly sentence: string
  readonly lines: readonly string[]
  readonly before: unknown
  readonly after: unknown
}

/** A key made of a stable word; the catalogue's types cannot know it. */
const say = t as (key: string, values: Record<string, string>) => string

/** `names` are those of everything that the change names, by id, and of whoever made it. */
export function changeView(record: AuditRecord, names: ReadonlyMap<string, string>): ChangeView {
  const {
    before = null,
    after = null,
    actor,
    event,
  } = record.detail as {
    readonly before?: unknown
    readonly after?: unknown
    readonly actor?: { readonly userPrincipalName?: string }
    readonly event?: string
  }
  const who =
    record.actorKind === 'system'
      ? t('policies.history.operator')
      : (names.get(record.actorId ?? '') ?? actor?.userPrincipalName ?? t('admin.audit.someone'))
  const known = event !== undefined && event in activities ? event : 'other'
  const key = `policies.history.event.${known}`
  return {
    id: record.id,
    at: new Date(record.at),
    sentence: say(hasMessage(key) ? key : 'policies.history.event.other', { who, activity: record.activity }),
    // What was begun, deleted or restored is told as a whole, not member by member.
    lines: before === null || after === null ? [] : linesOf(differencesBetween(before, after), names),
    before,
    after,
  }
}

/** "Users: + Staff", "State: Report-only → On". */
export function linesOf(differences: readonly Difference[], names: ReadonlyMap<string, string>): readonly string[] {
  return differences.flatMap((difference) => {
    const { path, added, removed, isSingle } = difference
    const label = labelOf(path)
    const words = (values: readonly string[]) => shortened(values.map((value) => wordOf(path, value, names)))
    if (isSingle) {
      const [from, to] = [removed, added].map((values) =>
        values.length > 0 ? words(values) : t('policies.users.none'),
      )
      return [t('policies.history.changed', { label, from: from ?? '', to: to ?? '' })]
    }
    return [
      ...(added.length > 0 ? [t('policies.history.added', { label, values: words(added) })] : []),
      ...(removed.length > 0 ? [t('policies.history.removed', { label, values: words(removed) })] : []),
    ]
  })
}

/** The ids that these documents name, for looking their names up. */
export function idsNamedIn(documents: readonly unknown[]): readonly string[] {
  const found = JSON.stringify(documents).match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi) ?? []
  return [...new Set(found.map((id) => id.toLowerCase()))]
}

const valuesShownMax = 20

function shortened(words: readonly string[]): string {
  const shown = new Intl.ListFormat('en', { type: 'conjunction' })
  if (words.length <= valuesShownMax) return shown.format(words)
  const more = t('policies.history.more', { count: words.length - valuesShownMax })
  return shown.format([...words.slice(0, valuesShownMax), more])
}

function labelOf(path: string): string {
  const key = `policies.member.${path}`
  return hasMessage(key) ? say(key, {}) : path
}

const roleNames = new Map<string, string>(
  Object.entries(directoryRoles).map(([word, id]) => {
    const spaced = word.replace(/([A-Z])/g, ' $1')
    return [id, spaced.charAt(0).toUpperCase() + spaced.slice(1)]
  }),
)

/** Under which key the words of a member's values are found; the first part that the path ends with counts. */
const wordKeys: readonly (readonly [suffix: string, key: string])[] = [
  ['guestOrExternalUserTypes', 'policies.users.guest'],
  ['includePlatforms', 'conditionalAccess.platform'],
  ['excludePlatforms', 'conditionalAccess.platform'],
  ['clientAppTypes', 'conditionalAccess.client'],
  ['RiskLevels', 'conditionalAccess.risk'],
  ['transferMethods', 'conditionalAccess.flow'],
  ['builtInControls', 'policies.member.control'],
  ['state', 'conditionalAccess.state'],
  ['operator', 'policies.member.operator'],
  ['frequencyInterval', 'policies.session.frequency'],
  ['signInFrequency.type', 'policies.session.unit'],
  ['authenticationType', 'policies.member.authenticationType'],
  ['deviceFilter.mode', 'policies.client.devices'],
]

function wordOf(path: string, value: string, names: ReadonlyMap<string, string>): string {
  const name = names.get(value) ?? roleNames.get(value)
  if (name !== undefined) return name
  if (value === 'true' || value === 'false') return t(`policies.member.${value}`)
  if (/Users$/.test(path)) {
    if (value === 'All') return t('policies.users.all')
    if (value === 'GuestsOrExternalUsers') return t('policies.users.guests')
  }
  if (/Applications$/.test(path)) return value === 'All' ? t('policies.target.allApps') : applicationName(value)
  if (/UserActions$/.test(path))
    return t(value === registerSecurityInformation ? 'policies.target.register' : 'policies.target.device')
  if (/Locations$/.test(path)) {
    if (value === 'All') return t('policies.conditions.any')
    if (value === 'AllTrusted') return t('policies.conditions.trusted')
    if (value === mfaTrustedIpsId) return t('conditionalAccess.place.mfa_trusted')
  }
  const key = `${wordKeys.find(([suffix]) => path.endsWith(suffix))?.[1]}.${value}`
  if (hasMessage(key)) return say(key, {})
  return isId(value) ? t('conditionalAccess.who.gone') : value
}

function isId(value: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
}
