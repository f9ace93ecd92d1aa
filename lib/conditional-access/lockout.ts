import type { AuthenticationMethodMode, Proof } from '@/lib/authentication-methods/model'
import type { Subject } from '@/lib/directory/model'
import { type Administrator, isGlobalAdministrator } from './administrator'
import { compile, type ExamplePlace, type PolicySet } from './compile'
import { type DevicePlatform, devicePlatforms } from './conditions-model'
import { type Decision, withoutSources } from './decision'
import { evaluate } from './evaluate'
import type { Target } from './match'
import { matchesUsers } from './match'
import { applications, type PolicyDocument, registerSecurityInformation, type StoredPolicy } from './model'

/** Why saving needs the name typed as confirmation, or is refused. */
export type LockoutConcern =
  | 'shutsOutGlobalAdministrators'
  | 'shutsOutOfUsualPlaces'
  | 'emergencyAccountNoLongerExcluded'

/** Who there is and what is decided, before or after a change. */
export type Entry = { readonly set: PolicySet; readonly administrators: readonly Administrator[] }

/** One administrator who would stand outside, and the names of the policies that keep them there; none: no method left. */
export type ShutOut = { readonly administrator: Administrator; readonly policies: readonly string[] }

export type Lockout = {
  readonly concern: Exclude<LockoutConcern, 'emergencyAccountNoLongerExcluded'>
  readonly shutOut: readonly ShutOut[]
  /** Who is not Global Administrator and could still open the policies and repair them. */
  readonly repairers: readonly Administrator[]
}

/**
 * What the change would close: null while some Global Administrator could still sign in to the admin area, or none
 * could before either.
 *
 * Each is tried with the methods they hold and may use, performed just now, from nowhere in particular, from their usual
 * places and from one example of each of `places`, on every platform where that matters. Somebody who is led to register
 * what is asked for counts as coming in, if registering is open to them. Where nobody could come in with what they hold
 * (a new installation), every method of this product counts instead. A Temporary Access Pass never does: somebody must
 * be able to come in to issue it. Of two readings of a doubtful policy this takes the one that warns.
 *
 * The usual places are a second question: a country from which nobody ever signed in is a way in on paper only.
 *
 * @see SEC-015, `30` §11
 */
export function lockoutOf(before: Entry, after: Entry, places: readonly ExamplePlace[]): Lockout | null {
  const [was, is] = [globalOf(before), globalOf(after)]
  if (opens(after.set, is, places)) {
    const isUsual = (entry: Entry, people: readonly Administrator[]) =>
      people.some((person) => opens(entry.set, [person], [], person.usualPlaces))
    const hasUsual = was.some(({ usualPlaces }) => usualPlaces.length > 0)
    if (!hasUsual || isUsual(after, is) || !isUsual(before, was)) return null
    return report('shutsOutOfUsualPlaces', after, places)
  }
  const isBlamed = opens(before.set, was, places)
    ? true
    : !opens(after.set, is.map(withEverything), places) && opens(before.set, was.map(withEverything), places)
  return isBlamed ? report('shutsOutGlobalAdministrators', after, places) : null
}

function globalOf({ administrators }: Entry): readonly Administrator[] {
  return administrators.filter(isGlobalAdministrator)
}

const nowhere: ExamplePlace = { address: null }
const repairersShownMax = 5
const shutOutShownMax = 10

function report(concern: Lockout['concern'], { set, administrators }: Entry, places: readonly ExamplePlace[]): Lockout {
  const shutOut = administrators
    .filter(isGlobalAdministrator)
    .slice(0, shutOutShownMax)
    .map((administrator) => ({ administrator, policies: whatStops(set, administrator) }))
  const repairers = administrators
    .filter((person) => !isGlobalAdministrator(person) && opens(set, [person], places))
    .slice(0, repairersShownMax)
  return { concern, shutOut, repairers }
}

/** Whether one of these people comes in: from nowhere, from one of `places`, or from where each of them usually is. */
function opens(
  set: PolicySet,
  people: readonly Administrator[],
  places: readonly ExamplePlace[],
  only?: readonly ExamplePlace[],
): boolean {
  const platforms = platformsFor(set)
  return people.some((person) =>
    (only ?? [nowhere, ...person.usualPlaces, ...places]).some((place) =>
      platforms.some((platform) => comesIn(set, person, place, platform)),
    ),
  )
}

function platformsFor({ policies }: PolicySet): readonly (DevicePlatform | null)[] {
  return policies.some(({ platforms }) => platforms !== null) ? [null, ...devicePlatforms] : [null]
}

/**
 * Whether this administrator reaches the admin area from there, perhaps after registering what is asked for. The way leads
 * through signing in, which is judged for one's own pages.
 */
export function comesIn(
  set: PolicySet,
  administrator: Administrator,
  place: ExamplePlace,
  platform: DevicePlatform | null,
): boolean {
  const { modes, registrable } = administrator
  // Every other factor comes second.
  if (!modes.some((mode) => mode === 'password' || mode === 'fido2')) return false
  const ask = (target: Target, performed: readonly AuthenticationMethodMode[], interruptMode = true) =>
    stepOf(decide(set, administrator, { place, platform, target, modes: performed, interruptMode }))
  const [signingIn, entering] = [ask(ownPages, modes), ask(administration, modes)]
  // The admin area opens only after a method of one's own; with a password alone one must be registered first.
  const hasOwn = modes.some((mode) => mode !== 'password')
  if (signingIn === 'allow' && entering === 'allow' && hasOwn) return true
  if ([signingIn, entering].some((step) => step !== 'allow' && step !== 'register')) return false
  // What only Administration asks for is registered after the sign-in, and interrupts nothing.
  const gate = ask(registration, modes, signingIn === 'register')
  return (
    (gate === 'allow' || gate === 'register') &&
    registrable.some((mode) => {
      const more = [...new Set([...modes, mode])]
      return ask(ownPages, more) === 'allow' && ask(administration, more) === 'allow'
    })
  )
}

/** A new password and terms of use are pages that whoever comes so far can act on. */
function stepOf({ outcome: { kind } }: Decision): Decision['outcome']['kind'] {
  return kind === 'acceptTerms' || kind === 'changePassword' ? 'allow' : kind
}

const ownPages: Target = { kind: 'application', id: applications.securityInfo }
const administration: Target = { kind: 'application', id: applications.administration }
const registration: Target = { kind: 'userAction', action: registerSecurityInformation }

type Asked = {
  readonly place: ExamplePlace
  readonly platform: DevicePlatform | null
  readonly target: Target
  readonly modes: readonly AuthenticationMethodMode[]
  readonly interruptMode: boolean
}

function decide(
  set: PolicySet,
  { subject, registrable }: Administrator,
  { place, platform, target, modes, interruptMode }: Asked,
): Decision {
  return evaluate(set, {
    now: 0,
    subject,
    target,
    ...place,
    platform,
    clientApp: 'browser',
    ...withoutSources,
    interruptMode,
    proofs: modes.map((mode): Proof => ({ mode, methodId: null, at: 0, userVerified: true })),
    usableModes: modes.filter((mode) => mode !== 'password'),
    registrableModes: registrable.filter((mode) => !modes.includes(mode)),
    freshnessSeconds: 0,
  })
}

/** The names of the enforced policies that stop this administrator where they usually are, or anywhere. */
function whatStops(set: PolicySet, administrator: Administrator): readonly string[] {
  const [place = nowhere] = administrator.usualPlaces
  const asked = { place, platform: null, modes: administrator.modes, interruptMode: true }
  const decisions = [ownPages, administration].map((target) => decide(set, administrator, { ...asked, target }))
  const lines = decisions.flatMap(({ trace, gate }) => [...trace, ...(gate?.trace ?? [])])
  return [...new Set(lines.filter(({ result }) => result === 'failure').map(({ displayName }) => displayName))]
}

/** With every method that this product can ask for. */
function withEverything(administrator: Administrator): Administrator {
  return { ...administrator, modes: ['password', 'fido2', 'softwareOath', 'sms', 'voice'], registrable: [] }
}

/**
 * The administrators whom the policy excluded, whatever its state, and now concerns. Excluded emergency accounts stay
 * excluded unless somebody says so on purpose.
 */
export function noLongerExcluded(
  before: StoredPolicy,
  after: StoredPolicy,
  administrators: readonly Subject[],
): readonly Subject[] {
  const [was, is] = [before, after].map(
    (policy) => compile([{ ...policy, state: 'enabled' }], [], [], []).policies[0]?.users,
  )
  if (!was || !is) return []
  return administrators.filter(
    (subject) =>
      matchesUsers({ ...was, exclude: nobody }, subject) && !matchesUsers(was, subject) && matchesUsers(is, subject),
  )
}

const nobody = {
  everybody: false,
  everyGuest: false,
  users: new Set<string>(),
  groups: new Set<string>(),
  roles: new Set<string>(),
  guests: null,
}

/** What the author of a policy should read before turning it on; none of it stops the saving. */
export type PolicyWarning = 'everyoneEverywhere' | 'nobodyCanRegister' | 'nobodyExcluded'

/** @see `30` §2 lockout guard, §11 */
export function warningsAbout({ conditions, grantControls }: PolicyDocument): readonly PolicyWarning[] {
  const { users, applications: target, locations } = conditions
  const isEveryone = users.includeUsers.includes('All')
  const isBlock = grantControls.builtInControls.includes('block')
  const isRegistration = target.includeUserActions.includes(registerSecurityInformation)
  const excludes = [users.excludeUsers, users.excludeGroups, users.excludeRoles]
  const isFromAnywhere = locations === null || locations.excludeLocations.length === 0
  const warnings: [PolicyWarning, boolean][] = [
    ['everyoneEverywhere', isEveryone && target.includeApplications.includes('All')],
    ['nobodyCanRegister', isEveryone && isRegistration && isBlock && isFromAnywhere],
    ['nobodyExcluded', isEveryone && excludes.every((list) => list.length === 0)],
  ]
  return warnings.filter(([, applies]) => applies).map(([warning]) => warning)
}
