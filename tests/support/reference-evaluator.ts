/**
 * A second opinion: the evaluation of `30` §4 written down once more, slowly and in its own words, from raw JSON. It shares
 * nothing with the engine but types, so that a misreading must be made twice to pass. Only for what the specification
 * decides: it expects documents that can be read, and knows device filters by a table of its caller.
 *
 * @see `30` §2–§7, SEC-006…010
 */
import type { Context } from '@/lib/conditional-access/decision'
import type { StoredLocation, StoredPolicy } from '@/lib/conditional-access/model'

type Json = Readonly<Record<string, unknown>>
type Proof = Context['proofs'][number]

export type World = {
  readonly policies: readonly StoredPolicy[]
  readonly locations: readonly StoredLocation[]
  readonly strengths: readonly { readonly id: string; readonly allowedCombinations: readonly string[] }[]
  readonly mfaTrustedRanges: readonly string[]
  readonly countryOf: (address: string) => string | null
  /** What each device filter says of a device. */
  readonly filters: ReadonlyMap<string, (device: Json) => boolean>
}

export type Opinion = {
  /** `allow`, `register`, `challenge policy`, `challenge freshness`, or `block <error> <reason>`. */
  readonly outcome: string
  /** Of each policy that is not disabled: its result, and the condition that did not match. */
  readonly trace: readonly string[]
}

const rsi = 'urn:user:registersecurityinfo'

export function secondOpinion(world: World, request: Context): Opinion {
  const isRsi = request.target.kind === 'userAction' && request.target.action === rsi
  const rows = world.policies.filter((policy) => policy.state !== 'disabled')
  const reasons = rows.map((policy) => unmetCondition(world, policy, request))
  const on = rows.filter((policy, index) => policy.state === 'enabled' && reasons[index] === null)
  const frequencies = on.flatMap((policy) => frequencyOf(policy) ?? [])
  const strengthOnRsi = on.some(
    (policy) => names(policy, rsi) && strengthOf(policy) !== null && !isUndecidable(world, policy),
  )
  const isSkipped = (policy: StoredPolicy) => isRsi && request.interruptMode && strengthOnRsi && !names(policy, rsi)

  const open = (policy: StoredPolicy) => {
    const own = policy.state === 'enabled' ? [] : [frequencyOf(policy) ?? []].flat()
    const session = sessionFor(request, isRsi && names(policy, rsi), [...frequencies, ...own])
    return unmetOf(world, policy, request, session, isSkipped(policy))
  }
  const trace = rows.map((policy, index) => {
    const isOn = policy.state === 'enabled'
    const reason = reasons[index]
    if (reason) return `${isOn ? 'notApplied' : 'reportOnlyNotApplied'}/${reason}`
    if (isUndecidable(world, policy)) return `${isOn ? 'failure' : 'reportOnlyFailure'}/invalidCondition`
    const unmet = open(policy)
    if (unmet.length === 0) return isOn ? 'success' : 'reportOnlySuccess'
    if (isOn) return 'failure'
    const canBeAsked = unmet.every((control) => !['block', ...deviceControls].includes(control))
    return canBeAsked ? 'reportOnlyInterrupted' : 'reportOnlyFailure'
  })
  return { outcome: outcomeOf(), trace }

  function outcomeOf(): string {
    if (on.some((policy) => !isUndecidable(world, policy) && controlsOf(policy).includes('block')))
      return 'block 53003 blockControl'
    if (on.some((policy) => isUndecidable(world, policy))) return 'block 53003 evaluationError'
    const demands = on.flatMap((policy) => open(policy).map((control) => ({ policy, control })))
    const session = sessionFor(request, isRsi, frequencies)
    const proofs = demands.filter(({ control }) => control === 'mfa' || control.startsWith('strength '))
    const impossible = proofs.filter(({ control }) => !canProve(world, control, session, request.usableModes))
    const asksAnything =
      proofs.length > impossible.length || demands.some(({ control }) => control === 'signInFrequency')
    if (isRsi && impossible.some(({ policy }) => names(policy, rsi))) {
      const hasAny = isMultifactor(session.forFreshness) || canBecomeMultifactor(request.usableModes)
      return `block 53003 ${hasAny ? 'otherMethodNeeded' : 'noMethod'}`
    }
    const wantsPassword = demands.some(({ control }) => control === 'passwordChange')
    const hadMethod = canBecomeMultifactor(request.usableModes)
    if (impossible.some(({ policy }) => controlsOf(policy).includes('passwordChange')) || (wantsPassword && !hadMethod))
      return 'block 53004 noMethod'
    const helps = (control: string, mode: string) =>
      canProve(world, control, nothing, [...request.usableModes, mode as Proof['mode']])
    if (impossible.some(({ control }) => !request.registrableModes.some((mode) => helps(control, mode))))
      return 'block 53003 notRegistrable'
    const device = deviceControls.find((control) => demands.some((demand) => demand.control === control))
    const blockedByDevice = device && `block ${errors[device]} deviceRequired`
    const texts = [...new Set(demands.map(({ control }) => control).filter((control) => control.startsWith('terms ')))]
    const isGone = texts.some((control) => request.offeredTerms?.includes(control.slice(6)) === false)
    const blockedByPage =
      isGone || (wantsPassword && request.canChangePassword === false)
        ? 'block 53003 notOfferedHere'
        : wantsPassword
          ? 'changePassword'
          : texts.length > 0 && 'acceptTerms'
    if (isRsi) {
      if (asksAnything) return 'challenge policy'
      if (blockedByDevice) return blockedByDevice
      if (hadMethod && !isMultifactor(session.forFreshness)) return 'challenge freshness'
      if (blockedByPage) return blockedByPage
      return impossible.length > 0 ? 'register' : 'allow'
    }
    if (impossible.length > 0) {
      const target = { kind: 'userAction', action: rsi } as const
      const gate = secondOpinion(world, { ...request, target, interruptMode: true }).outcome
      return gate.startsWith('block') ? gate : 'register'
    }
    if (asksAnything) return 'challenge policy'
    return blockedByDevice || blockedByPage || 'allow'
  }
}

const deviceControls = ['compliantDevice', 'domainJoinedDevice', 'approvedApplication', 'compliantApplication'] as const
const errors = {
  compliantDevice: 53000,
  domainJoinedDevice: 53001,
  approvedApplication: 53002,
  compliantApplication: 53009,
} as const

// ---- conditions, in the order of `30` §10 ----

function unmetCondition(world: World, policy: StoredPolicy, request: Context): string | null {
  const { subject, target } = request
  const conditions = member(policy.document, 'conditions')
  const users = member(conditions, 'users')
  if (!isMeant(users, 'include', subject) || isMeant(users, 'exclude', subject)) return 'users'
  if (!isAbout(member(conditions, 'applications'), target))
    return { application: 'application', userAction: 'userActions', authenticationContext: 'authenticationContext' }[
      target.kind
    ]
  // Of what cannot be decided no more is asked: it concerns these people, and blocks.
  if (isUndecidable(world, policy)) return null
  const platforms = conditions.platforms as Json | null
  if (platforms) {
    const isOn = (list: readonly string[]) => list.includes('all') || list.includes(request.platform ?? '')
    if (!isOn(texts(platforms.includePlatforms)) || isOn(texts(platforms.excludePlatforms))) return 'devicePlatform'
  }
  const clients = texts(conditions.clientAppTypes)
  const asEas = request.clientApp === 'exchangeActiveSync' && clients.includes('easSupported')
  if (clients.length > 0 && !clients.includes('all') && !clients.includes(request.clientApp) && !asEas)
    return 'clientApps'
  const places = conditions.locations as Json | null
  if (places) {
    const isAt = (id: string) => id === 'All' || isThere(world, id, request)
    if (!texts(places.includeLocations).some(isAt) || texts(places.excludeLocations).some(isAt)) return 'location'
  }
  const differs = (levels: readonly string[], level: string) => levels.length > 0 && !levels.includes(level)
  if (differs(texts(conditions.signInRiskLevels), request.risk?.signIn ?? 'none')) return 'signInRisk'
  if (differs(texts(conditions.userRiskLevels), request.risk?.user ?? 'none')) return 'userRisk'
  if (differs(texts(conditions.insiderRiskLevels), request.risk?.insider ?? 'none')) return 'insiderRisk'
  const filter = member(conditions.devices, 'deviceFilter')
  if (typeof filter.rule === 'string') {
    const matches = world.filters.get(filter.rule)
    if (!matches) throw new Error(`no such filter: ${filter.rule}`)
    if (matches((request.device ?? {}) as Json) === (filter.mode === 'exclude')) return 'devices'
  }
  const flows = conditions.authenticationFlows as Json | null
  if (flows && !texts(flows.transferMethods).includes(request.transferMethod ?? '')) return 'authenticationFlow'
  return null
}

function isMeant(users: Json, side: 'include' | 'exclude', subject: Context['subject']): boolean {
  const ids = texts(users[`${side}Users`])
  if (ids.includes('All') || ids.includes(subject.id)) return true
  if (texts(users[`${side}Groups`]).some((id) => subject.groupIds.has(id))) return true
  if (texts(users[`${side}Roles`]).some((id) => subject.roleIds.has(id))) return true
  if (subject.userType !== 'guest') return false
  if (ids.includes('GuestsOrExternalUsers')) return true
  const guests = users[`${side}GuestsOrExternalUsers`] as Json | null | undefined
  if (!guests) return false
  // In doubt the stricter answer: meant by what includes, not meant by what excludes.
  const inDoubt = side === 'include'
  const isOfType =
    subject.guestType === null ? inDoubt : texts(guests.guestOrExternalUserTypes).includes(subject.guestType)
  const tenants = member(guests, 'externalTenants')
  if (!isOfType || tenants.membershipKind !== 'enumerated' || subject.guestType === 'internalGuest') return isOfType
  return subject.homeTenantId === null ? inDoubt : texts(tenants.members).includes(subject.homeTenantId)
}

function isAbout(applications: Json, target: Context['target']): boolean {
  const included = texts(applications.includeApplications)
  switch (target.kind) {
    case 'application':
      return (
        (included.includes('All') || included.includes(target.id)) &&
        !texts(applications.excludeApplications).includes(target.id)
      )
    case 'userAction':
      return (
        texts(applications.includeUserActions).includes(target.action) ||
        (target.action === rsi && included.includes('All'))
      )
    case 'authenticationContext':
      return texts(applications.includeAuthenticationContextClassReferences).includes(target.id)
  }
}

const mfaTrustedIps = '00000000-0000-0000-0000-000000000000'

function isThere(world: World, id: string, request: Context): boolean {
  if (id === 'AllTrusted')
    return [mfaTrustedIps, ...world.locations.filter((each) => each.isTrusted).map((each) => each.id)].some((each) =>
      isThere(world, each, request),
    )
  if (id === mfaTrustedIps) return world.mfaTrustedRanges.some((range) => isInside(request.address, range))
  const location = world.locations.find((each) => each.id === id)
  const document = (location?.document ?? {}) as Json
  if (Array.isArray(document.ipRanges))
    return document.ipRanges.some((range) => isInside(request.address, String(range.cidrAddress)))
  const country = request.address === null ? null : world.countryOf(request.address)
  if (country === null) return document.includeUnknownCountriesAndRegions === true
  return texts(document.countriesAndRegions).includes(country)
}

function isInside(address: string | null, range: string): boolean {
  const [network = '', length = ''] = range.split('/')
  const [one, other] = [bitsOf(address), bitsOf(network)]
  return one !== null && other !== null && one.length === other.length && one.startsWith(other.slice(0, Number(length)))
}

/** The address as a text of ones and zeros. */
function bitsOf(address: string | null): string | null {
  if (address === null) return null
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(mapped?.[1] ?? address)
  if (v4)
    return v4
      .slice(1)
      .map((octet) => Number(octet).toString(2).padStart(8, '0'))
      .join('')
  if (!/^[0-9a-f:]+$/i.test(address)) return null
  const [left = '', right] = address.split('::')
  const groups = (text: string) => text.split(':').filter((group) => group !== '')
  const gap = right === undefined ? 0 : 8 - groups(left).length - groups(right).length
  const all = [...groups(left), ...new Array(gap).fill('0'), ...groups(right ?? '')]
  return all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('')
}

/** Something that it names is not there. */
function isUndecidable(world: World, policy: StoredPolicy): boolean {
  const places = member(member(policy.document, 'conditions'), 'locations')
  const known = ['All', 'AllTrusted', mfaTrustedIps, ...world.locations.map(({ id }) => id)]
  const named = [...texts(places.includeLocations), ...texts(places.excludeLocations)]
  const strength = strengthOf(policy)
  return (
    named.some((id) => !known.includes(id)) ||
    (strength !== null && !(strength in builtIn) && !world.strengths.some(({ id }) => id === strength))
  )
}

// ---- controls ----

function names(policy: StoredPolicy, action: string): boolean {
  return texts(member(member(policy.document, 'conditions'), 'applications').includeUserActions).includes(action)
}

function strengthOf(policy: StoredPolicy): string | null {
  const id = member(member(policy.document, 'grantControls'), 'authenticationStrength').id
  return typeof id === 'string' ? id : null
}

function controlsOf(policy: StoredPolicy): readonly string[] {
  const grant = member(policy.document, 'grantControls')
  const strength = strengthOf(policy)
  return [
    ...texts(grant.builtInControls),
    ...texts(grant.termsOfUse).map((id) => `terms ${id}`),
    ...(strength ? [`strength ${strength}`] : []),
  ]
}

type Frequency = { readonly first: number; readonly second: number }

function frequencyOf(policy: StoredPolicy): Frequency | null {
  const control = member(member(policy.document, 'sessionControls'), 'signInFrequency')
  if (control.isEnabled !== true) return null
  const unit = control.type === 'days' ? 86_400 : 3600
  const second = control.frequencyInterval === 'everyTime' ? 300 : Number(control.value) * unit
  return { second, first: control.authenticationType === 'secondaryAuthentication' ? Number.POSITIVE_INFINITY : second }
}

type Session = {
  readonly proven: readonly string[]
  readonly forMfa: readonly string[]
  readonly forFreshness: readonly string[]
  readonly isSignInRecent: boolean
}
const nothing: Session = { proven: [], forMfa: [], forFreshness: [], isSignInRecent: true }
const isFirst = (mode: string) => mode === 'password' || mode === 'federatedSingleFactor'

/** What of the session counts: see SEC-008, SEC-009 and the freshness rule for the action, `30` §6 for frequencies. */
function sessionFor(request: Context, isForAction: boolean, frequencies: readonly Frequency[]): Session {
  const isRsi = request.target.kind === 'userAction' && request.target.action === rsi
  const grace = request.graceSeconds ?? 0
  const first = Math.min(Number.POSITIVE_INFINITY, ...frequencies.map((each) => each.first))
  const second = Math.min(Number.POSITIVE_INFINITY, ...frequencies.map((each) => each.second))
  const age = (proof: Proof) => (request.now - proof.at) / 1000
  const within = (proof: Proof, seconds: number) => age(proof) <= seconds && age(proof) >= -60
  const isReal = (proof: Proof) => proof.mode !== 'fido2' || proof.userVerified === true
  const isFrequent = (proof: Proof) => {
    const bound = isFirst(proof.mode) ? (first === Number.POSITIVE_INFINITY ? first : second) : second
    return bound === Number.POSITIVE_INFINITY || within(proof, bound + grace)
  }
  const isFresh = (proof: Proof) => !isRsi || isFirst(proof.mode) || within(proof, request.freshnessSeconds)
  const isWhole = (proof: Proof) => isReal(proof) && isMultifactor([proof.mode])
  const performed = request.proofs.filter((proof) => !(isRsi && isForAction && proof.registered === true))
  const proven = performed.filter((proof) => isReal(proof) && isFresh(proof) && isFrequent(proof))
  const modes = (proofs: readonly Proof[]) => proofs.map(({ mode }) => mode)
  const opened = performed.filter(
    (proof) => isWhole(proof) && (first === Number.POSITIVE_INFINITY || within(proof, first + grace)),
  )
  const countsAsFirst = (isRsi || frequencies.length > 0) && opened.length > 0
  return {
    proven: modes(proven),
    forMfa: [...modes(proven), ...(countsAsFirst ? ['password'] : [])],
    forFreshness: [
      ...modes(request.proofs.filter((proof) => isReal(proof) && isFresh(proof))),
      ...(isRsi && request.proofs.some(isWhole) ? ['password'] : []),
    ],
    isSignInRecent:
      first === Number.POSITIVE_INFINITY ||
      request.proofs.some(
        (proof) => proof.registered !== true && (isFirst(proof.mode) || isWhole(proof)) && within(proof, first + grace),
      ),
  }
}

function unmetOf(
  world: World,
  policy: StoredPolicy,
  request: Context,
  session: Session,
  isStrengthSkipped: boolean,
): readonly string[] {
  const asked = controlsOf(policy).filter((control) => !(isStrengthSkipped && control.startsWith('strength ')))
  const isMet = (control: string): boolean => {
    if (control === 'mfa') return isMultifactor(session.forMfa)
    if (control.startsWith('strength ')) return combos(world, control).some((combo) => covers(session.proven, combo))
    if (control.startsWith('terms ')) return request.acceptedTerms.includes(control.slice(6))
    if (control === 'compliantDevice') return request.device?.isCompliant === true
    if (control === 'domainJoinedDevice') return request.device?.trustType === 'ServerAD'
    if (control === 'compliantApplication') return request.device?.isAppProtected === true
    return control === 'passwordChange' && request.hasChangedPassword
  }
  const rest = frequencyOf(policy) && !session.isSignInRecent ? ['signInFrequency'] : []
  const unmet = asked.filter((control) => !isMet(control))
  if (member(policy.document, 'grantControls').operator !== 'OR') return [...unmet, ...rest]
  if (unmet.length < asked.length) return rest
  const proofs = unmet.filter((control) => control === 'mfa' || control.startsWith('strength '))
  // A page somebody can act on comes before what nobody can.
  const pages = unmet.filter((control) => control === 'passwordChange' || control.startsWith('terms '))
  return [...(proofs.length > 0 ? proofs : [...pages, ...unmet].slice(0, 1)), ...rest]
}

const alone = 'windowsHelloForBusiness fido2 x509CertificateMultiFactor'.split(' ')
const passwordless = [...alone, 'deviceBasedPush']
const withSomething = (first: string, seconds: string) => seconds.split(' ').map((second) => `${first} ${second}`)
const multifactor = [
  ...passwordless,
  ...'temporaryAccessPassOneTime temporaryAccessPassMultiUse federatedMultiFactor'.split(' '),
  ...withSomething('password', 'microsoftAuthenticatorPush softwareOath hardwareOath sms voice'),
  ...withSomething('password', 'x509CertificateSingleFactor x509CertificateMultiFactor'),
  ...withSomething('federatedSingleFactor', 'microsoftAuthenticatorPush softwareOath hardwareOath sms voice'),
].map((text) => text.split(' '))
/** A recovery code stands in for any second factor, and belongs to no strength (SEC-102). */
const mfaGrant = [...multifactor, ['password', 'recoveryCode']]

const builtIn: Readonly<Record<string, readonly (readonly string[])[]>> = {
  '00000000-0000-0000-0000-000000000002': multifactor,
  '00000000-0000-0000-0000-000000000003': passwordless.map((mode) => [mode]),
  '00000000-0000-0000-0000-000000000004': alone.map((mode) => [mode]),
}

function combos(world: World, control: string): readonly (readonly string[])[] {
  if (control === 'mfa') return mfaGrant
  const id = control.slice('strength '.length)
  const custom = world.strengths.find((each) => each.id === id)
  return builtIn[id] ?? custom?.allowedCombinations.map((text) => text.split(',')) ?? []
}

function covers(modes: readonly string[], combo: readonly string[]): boolean {
  return combo.every((mode) => modes.includes(mode))
}

function isMultifactor(modes: readonly string[]): boolean {
  return mfaGrant.some((combo) => covers(modes, combo))
}

function canBecomeMultifactor(usable: readonly string[]): boolean {
  return isMultifactor([...usable, 'password'])
}

/** With what is proven and what could be: a password can always be asked for. */
function canProve(world: World, control: string, session: Session, usable: readonly string[]): boolean {
  const proven = control === 'mfa' ? session.forMfa : session.proven
  return combos(world, control).some((combo) => covers([...proven, ...usable, 'password'], combo))
}

// ---- JSON ----

function member(value: unknown, name: string): Json {
  const found = typeof value === 'object' && value !== null ? (value as Json)[name] : undefined
  return typeof found === 'object' && found !== null ? (found as Json) : {}
}

/** A list, or flags written as one text. */
function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(',').map((part) => part.trim())
  return Array.isArray(value) ? value.map(String) : []
}
