import { directoryRoles } from '@/lib/directory/model'
import type { MessageKey } from '@/lib/i18n'
import { t } from '@/lib/i18n'
import type { Decision, TracedControl, TraceLine } from './decision'
import { applications, type IpNamedLocation, mfaTrustedIpsId, type PolicyDocument, type PolicyState } from './model'

/** Names by id of what policies refer to: people, groups, locations, custom and built-in strengths. */
export type Names = ReadonlyMap<string, string>

export type PolicyListRow = {
  readonly id: string
  readonly displayName: string
  readonly state: PolicyState
  readonly stateText: string
  /** One sentence: who, when, from where, must do what. */
  readonly summary: string
  /** False when another version wrote it and this one can only block by it. */
  readonly isReadable: boolean
  readonly changedAt: Date
}

type PolicyLike = {
  readonly id: string
  readonly displayName: string
  readonly state: PolicyState
  readonly createdAt: Date
  readonly modifiedAt: Date | null
  readonly document: PolicyDocument | null
}

export function policyListRow(policy: PolicyLike, names: Names): PolicyListRow {
  return {
    id: policy.id,
    displayName: policy.displayName,
    state: policy.state,
    stateText: t(`conditionalAccess.state.${policy.state}`),
    summary: policy.document ? summaryOf(policy.document, names) : t('conditionalAccess.summary.unreadable'),
    isReadable: policy.document !== null,
    changedAt: policy.modifiedAt ?? policy.createdAt,
  }
}

/** The policy as one sentence: "Staff, when registering security info from anywhere but All trusted locations, must …". */
export function summaryOf(document: PolicyDocument, names: Names): string {
  const who = capitalised(whoOf(document, names))
  const target = targetOf(document)
  const demand = demandOf(document, names)
  const place = placeOf(document, names)
  return place === null
    ? t('conditionalAccess.summary.anywhere', { who, target, demand })
    : t('conditionalAccess.summary.from', { who, target, place, demand })
}

function whoOf({ conditions: { users } }: PolicyDocument, names: Names): string {
  const included = peopleOf('include', users, names)
  const excluded = peopleOf('exclude', users, names)
  const who = included.length > 0 ? list(included) : t('conditionalAccess.who.nobody')
  return excluded.length > 0 ? t('conditionalAccess.summary.except', { who, exceptions: list(excluded) }) : who
}

const roleNames = new Map<string, string>(
  Object.entries(directoryRoles).map(([name, id]) => [id, capitalised(name.replace(/([A-Z])/g, ' $1'))]),
)

function peopleOf(side: 'include' | 'exclude', users: PolicyDocument['conditions']['users'], names: Names) {
  const gone = t('conditionalAccess.who.gone')
  const named: readonly string[] = users[`${side}Users`]
  const words: Readonly<Record<string, string | null>> = {
    All: t('conditionalAccess.who.everyone'),
    None: null,
    GuestsOrExternalUsers: t('conditionalAccess.who.guests'),
  }
  const guests = users[`${side}GuestsOrExternalUsers`]
  const isEveryKind =
    guests?.guestOrExternalUserTypes.length === 6 && guests.externalTenants?.membershipKind !== 'enumerated'
  return [
    ...named.flatMap((id) => (id in words ? (words[id] ?? []) : (names.get(id) ?? gone))),
    ...users[`${side}Groups`].map((id) => names.get(id) ?? gone),
    ...users[`${side}Roles`].map((id) => t('conditionalAccess.who.role', { role: roleNames.get(id) ?? gone })),
    ...(guests ? [t(isEveryKind ? 'conditionalAccess.who.guests' : 'conditionalAccess.who.some_guests')] : []),
  ]
}

function targetOf({ conditions: { applications: target } }: PolicyDocument): string {
  if (target.includeUserActions.length > 0) return t('conditionalAccess.target.registration')
  if (target.includeApplications.includes('All'))
    return target.excludeApplications.length > 0
      ? t('conditionalAccess.target.all_but', { apps: list(target.excludeApplications.map(applicationName)) })
      : t('conditionalAccess.target.all')
  const ids = target.includeApplications.filter((id) => id !== 'None')
  return ids.length > 0
    ? t('conditionalAccess.target.apps', { apps: list(ids.map(applicationName)) })
    : t('conditionalAccess.target.none')
}

/** What people call the place with this application id. */
export function applicationName(id: string): string {
  if (id === applications.securityInfo) return t('conditionalAccess.target.security_info')
  if (id === applications.administration) return t('conditionalAccess.target.administration')
  return t('conditionalAccess.target.other_app')
}

function placeOf({ conditions: { locations } }: PolicyDocument, names: Names): string | null {
  if (!locations) return null
  const place = list(locations.includeLocations.map((id) => locationName(id, names)))
  if (locations.excludeLocations.length === 0) return place
  const exceptions = list(locations.excludeLocations.map((id) => locationName(id, names)))
  return t('conditionalAccess.summary.place_but', { place, exceptions })
}

function locationName(id: string, names: Names): string {
  if (id === 'All') return t('conditionalAccess.place.anywhere')
  if (id === 'AllTrusted') return t('conditionalAccess.place.all_trusted')
  if (id === mfaTrustedIpsId) return t('conditionalAccess.place.mfa_trusted')
  return names.get(id) ?? t('conditionalAccess.place.gone')
}

function demandOf({ grantControls }: PolicyDocument, names: Names): string {
  const { builtInControls, authenticationStrength, operator } = grantControls
  if (builtInControls.includes('block')) return t('conditionalAccess.demand.blocked')
  const strength = authenticationStrength && names.get(authenticationStrength.id)
  const controls = [
    ...builtInControls.map((control) => t(`conditionalAccess.control.${control}`)),
    ...(strength ? [t('conditionalAccess.control.strength', { strength })] : []),
    ...(authenticationStrength && !strength ? [t('conditionalAccess.control.strength_gone')] : []),
  ]
  return t('conditionalAccess.demand.must', {
    controls: list(controls, operator === 'OR' ? 'disjunction' : 'conjunction'),
  })
}

export type LocationListRow = {
  readonly id: string
  readonly displayName: string
  readonly isTrusted: boolean
  readonly rangeCount: number
  /** The first few, as text. */
  readonly ranges: readonly string[]
  readonly changedAt: Date
}

const rangesShown = 3

export function locationListRow(location: IpNamedLocation): LocationListRow {
  return {
    id: location.id,
    displayName: location.displayName,
    isTrusted: location.isTrusted,
    rangeCount: location.ipRanges.length,
    ranges: location.ipRanges.slice(0, rangesShown).map((range) => range.cidrAddress),
    changedAt: location.modifiedAt ?? location.createdAt,
  }
}

/** One policy's part in a decision, for somebody reading a log: what became of it, and why. */
export type TraceLineView = {
  readonly policyId: string
  readonly displayName: string
  readonly version: number
  readonly result: TraceLine['result']
  readonly resultText: string
  readonly reasonText: string
}

export function traceLineView(line: TraceLine): TraceLineView {
  return {
    policyId: line.policyId,
    displayName: line.displayName,
    version: line.policyVersion,
    result: line.result,
    resultText: t(`conditionalAccess.result.${line.result}`),
    reasonText: reasonOf(line),
  }
}

function reasonOf({ reason, detail, controls }: TraceLine): string {
  if (reason === 'invalidCondition') return t('conditionalAccess.reason.invalidCondition', { detail: detail ?? '' })
  if (reason !== null) return t(`conditionalAccess.reason.${reason}`)
  const named = (state: 'met' | 'unmet') => list(controls.filter((each) => each.state === state).map(controlName))
  const sentences = [
    ...(named('met') ? [t('conditionalAccess.reason.met', { controls: named('met') })] : []),
    ...(named('unmet') ? [t('conditionalAccess.reason.unmet', { controls: named('unmet') })] : []),
  ]
  return sentences.join(' ')
}

function controlName({ control }: { readonly control: TracedControl }): string {
  if (control.kind === 'authenticationStrength')
    return t('conditionalAccess.control.strength', { strength: control.strength.displayName })
  return t(`conditionalAccess.control.${control.kind === 'device' ? control.control : control.kind}`)
}

/** The whole decision in a few words. */
export function outcomeText({ outcome }: Decision): string {
  const key: MessageKey = `conditionalAccess.outcome.${outcome.kind === 'block' ? outcome.reason : outcome.kind}`
  return t(key)
}

function list(parts: readonly string[], type: 'conjunction' | 'disjunction' = 'conjunction'): string {
  return new Intl.ListFormat('en', { type }).format(parts)
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
