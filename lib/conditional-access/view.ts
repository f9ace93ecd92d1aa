import { directoryRoles } from '@/lib/directory/model'
import type { MessageKey } from '@/lib/i18n'
import { t } from '@/lib/i18n'
import type { DevicePlatform, InsiderRiskLevel, RiskLevel } from './conditions-model'
import { countryName } from './countries'
import type { Decision, TracedControl, TraceLine } from './decision'
import {
  applications,
  type GuestCondition,
  type IpNamedLocation,
  mfaTrustedIpsId,
  type NamedLocation,
  type PolicyDocument,
  type PolicyState,
  registerSecurityInformation,
  resetPassword,
} from './model'
import { keptOnly } from './notes'
import { isIpLocation } from './read-location'

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
  const target = [targetOf(document), ...withOf(document)].join(' ')
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
  const isEveryKind = guests?.guestOrExternalUserTypes.length === 6
  return [
    ...named.flatMap((id) => (id in words ? (words[id] ?? []) : (names.get(id) ?? gone))),
    ...users[`${side}Groups`].map((id) => names.get(id) ?? gone),
    ...users[`${side}Roles`].map((id) => t('conditionalAccess.who.role', { role: roleNames.get(id) ?? gone })),
    ...(guests ? [guestsOf(isEveryKind, guests)] : []),
  ]
}

function guestsOf(isEveryKind: boolean, { externalTenants }: GuestCondition): string {
  const guests = t(isEveryKind ? 'conditionalAccess.who.guests' : 'conditionalAccess.who.some_guests')
  return externalTenants?.membershipKind === 'enumerated'
    ? t('conditionalAccess.who.guests_of', { guests, count: externalTenants.members.length })
    : guests
}

function targetOf({ conditions: { applications: target } }: PolicyDocument): string {
  const contexts = target.includeAuthenticationContextClassReferences
  if (contexts.length > 0) return t('conditionalAccess.target.contexts', { contexts: list(contexts) })
  if (target.includeUserActions.length > 0)
    return list(
      target.includeUserActions.map((action) => t(`conditionalAccess.target.${userActionWord(action)}`)),
      'disjunction',
    )
  if (target.includeApplications.includes('All'))
    return target.excludeApplications.length > 0
      ? t('conditionalAccess.target.all_but', { apps: list(target.excludeApplications.map(applicationName)) })
      : t('conditionalAccess.target.all')
  const ids = target.includeApplications.filter((id) => id !== 'None')
  return ids.length > 0
    ? t('conditionalAccess.target.apps', { apps: list(ids.map(applicationName)) })
    : t('conditionalAccess.target.none')
}

function userActionWord(action: string): 'registration' | 'passwordReset' | 'device' {
  if (action === registerSecurityInformation) return 'registration'
  return action === resetPassword ? 'passwordReset' : 'device'
}

/** The conditions beside people, target and place, each as a few words. */
export function withOf({ conditions }: PolicyDocument): readonly string[] {
  const { platforms, clientAppTypes, devices, authenticationFlows, insiderRiskLevels } = conditions
  const or = (parts: readonly string[]) => list(parts, 'disjunction')
  const platformNames = (names: readonly DevicePlatform[] | readonly string[]) =>
    or(names.map((name) => t(`conditionalAccess.platform.${name as DevicePlatform | 'all'}`)))
  const levels = (named: readonly (RiskLevel | InsiderRiskLevel)[]) =>
    or(named.map((level) => t(`conditionalAccess.risk.${level}`)))
  const included = platforms ? platformNames(platforms.includePlatforms) : ''
  const excluded = platforms && platforms.excludePlatforms.length > 0 ? platformNames(platforms.excludePlatforms) : ''
  const clients = clientAppTypes.flatMap((type) => (type === 'all' ? [] : [t(`conditionalAccess.client.${type}`)]))
  const flows = authenticationFlows?.transferMethods.map((method) => t(`conditionalAccess.flow.${method}`)) ?? []
  const parts: readonly (readonly [boolean, () => string])[] = [
    [included !== '' && excluded === '', () => t('conditionalAccess.with.platforms', { platforms: included })],
    [excluded !== '', () => t('conditionalAccess.with.platforms_but', { platforms: included, exceptions: excluded })],
    [clients.length > 0, () => t('conditionalAccess.with.clients', { clients: or(clients) })],
    [devices !== null, () => t(`conditionalAccess.with.devices_${devices?.deviceFilter.mode ?? 'include'}`)],
    [flows.length > 0, () => t('conditionalAccess.with.flows', { methods: or(flows) })],
    [
      conditions.signInRiskLevels.length > 0,
      () => t('conditionalAccess.with.sign_in_risk', { levels: levels(conditions.signInRiskLevels) }),
    ],
    [
      conditions.userRiskLevels.length > 0,
      () => t('conditionalAccess.with.user_risk', { levels: levels(conditions.userRiskLevels) }),
    ],
    [
      insiderRiskLevels !== null,
      () => t('conditionalAccess.with.insider_risk', { levels: levels(insiderRiskLevels ?? []) }),
    ],
  ]
  return parts.flatMap(([isSet, text]) => (isSet ? [text()] : []))
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

/** What is asked of the session, each as a few words. */
export function sessionOf({ sessionControls }: PolicyDocument): readonly string[] {
  const frequency = sessionControls?.signInFrequency
  const kept = keptOnly(sessionControls).map((name) => t(`conditionalAccess.session.${name}`))
  return [
    ...(frequency?.frequencyInterval === 'everyTime' ? [t('conditionalAccess.session.every_time')] : []),
    ...(frequency?.frequencyInterval === 'timeBased'
      ? [t(`conditionalAccess.session.${frequency.type}`, { count: frequency.value })]
      : []),
    ...(sessionControls?.persistentBrowser
      ? [t(`conditionalAccess.session.${sessionControls.persistentBrowser.mode}`)]
      : []),
    ...(kept.length > 0 ? [t('conditionalAccess.session.kept', { controls: list(kept) })] : []),
  ]
}

function demandOf(document: PolicyDocument, names: Names): string {
  const { builtInControls, authenticationStrength, operator, termsOfUse } = document.grantControls
  if (builtInControls.includes('block')) return t('conditionalAccess.demand.blocked')
  const strength = authenticationStrength && names.get(authenticationStrength.id)
  const controls = [
    ...builtInControls.map((control) => t(`conditionalAccess.control.${control}`)),
    ...(strength ? [t('conditionalAccess.control.strength', { strength })] : []),
    ...(authenticationStrength && !strength ? [t('conditionalAccess.control.strength_gone')] : []),
    ...termsOf(termsOfUse, names),
  ]
  const grant = controls.length > 0 ? [list(controls, operator === 'OR' ? 'disjunction' : 'conjunction')] : []
  return t('conditionalAccess.demand.must', { controls: list([...grant, ...sessionOf(document)]) })
}

/** Each of the terms that a policy asks for, as something to do. */
export function termsOf(ids: readonly string[], names: Names): readonly string[] {
  return ids.map((id) => {
    const terms = names.get(id)
    return terms === undefined
      ? t('conditionalAccess.control.terms_gone')
      : t('conditionalAccess.control.termsNamed', { terms })
  })
}

export type LocationListRow = {
  readonly id: string
  readonly displayName: string
  readonly isTrusted: boolean
  readonly kind: 'ranges' | 'countries'
  readonly count: number
  /** The first few, as text. */
  readonly shown: readonly string[]
  readonly changedAt: Date
}

const rangesShown = 3

export function locationListRow(location: NamedLocation): LocationListRow {
  const isIp = isIpLocation<IpNamedLocation>(location)
  const members = isIp
    ? location.ipRanges.map((range) => range.cidrAddress)
    : [
        ...location.countriesAndRegions.map(countryName),
        ...(location.includeUnknownCountriesAndRegions ? [t('conditionalAccess.place.unknown_country')] : []),
      ]
  return {
    id: location.id,
    displayName: location.displayName,
    isTrusted: location.isTrusted,
    kind: isIp ? 'ranges' : 'countries',
    count: members.length,
    shown: members.slice(0, rangesShown),
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

/** How a result looks beside its word. */
export const traceTones = {
  success: 'success',
  failure: 'danger',
  notApplied: 'neutral',
  reportOnlySuccess: 'info',
  reportOnlyFailure: 'warning',
  reportOnlyInterrupted: 'warning',
  reportOnlyNotApplied: 'neutral',
} as const satisfies Record<TraceLine['result'], string>

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
  const source =
    detail === 'noRiskSource' || detail === 'noDeviceSource' ? [t(`conditionalAccess.reason.${detail}`)] : []
  if (reason !== null) return [t(`conditionalAccess.reason.${reason}`), ...source].join(' ')
  const named = (state: 'met' | 'unmet') => list(controls.filter((each) => each.state === state).map(controlName))
  const sentences = [
    ...(named('met') ? [t('conditionalAccess.reason.met', { controls: named('met') })] : []),
    ...(named('unmet') ? [t('conditionalAccess.reason.unmet', { controls: named('unmet') })] : []),
    ...source,
  ]
  return sentences.join(' ')
}

/** What a control asks for, as the end of "they must …". */
export function controlName({ control }: { readonly control: TracedControl }): string {
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
