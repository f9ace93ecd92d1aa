import type { Proof } from '@/lib/authentication-methods/model'
import type { Subject } from '@/lib/directory/model'
import { compile, type ExamplePlace, type PolicySet } from './compile'
import { type DevicePlatform, devicePlatforms } from './conditions-model'
import { withoutSources } from './decision'
import { evaluate } from './evaluate'
import { matchesUsers } from './match'
import { applications, type PolicyDocument, registerSecurityInformation, type StoredPolicy } from './model'

/** Why saving needs the name typed as confirmation. */
export type LockoutConcern = 'shutsOutGlobalAdministrators' | 'emergencyAccountNoLongerExcluded'

/**
 * True when the change would leave no Global Administrator a way into the admin area, and there was one before.
 *
 * Each is tried from nowhere in particular and from each of `places`, on every platform where that matters, with everything this product can ask
 * for performed just now: password, verified passkey, authenticator app, text message. What an administrator has
 * really registered is not looked at, and a Temporary Access Pass does not count, because somebody must be able to
 * get in to issue it. Of two readings of a doubtful policy this takes the one that warns.
 *
 * @see SEC-015
 */
export function shutsOutEveryone(
  before: PolicySet,
  after: PolicySet,
  administrators: readonly Subject[],
  places: readonly ExamplePlace[],
): boolean {
  const isOpen = (set: PolicySet) =>
    administrators.some((subject) =>
      [nowhere, ...places].some((place) =>
        platformsFor(set).some((platform) => reaches(set, subject, place, platform)),
      ),
    )
  return isOpen(before) && !isOpen(after)
}

const nowhere: ExamplePlace = { address: null }

function platformsFor({ policies }: PolicySet): readonly (DevicePlatform | null)[] {
  return policies.some(({ platforms }) => platforms !== null) ? [null, ...devicePlatforms] : [null]
}

const everything: readonly Proof[] = [
  { mode: 'password', methodId: null, at: 0 },
  { mode: 'fido2', methodId: null, at: 0, userVerified: true },
  { mode: 'softwareOath', methodId: null, at: 0 },
  { mode: 'sms', methodId: null, at: 0 },
  { mode: 'voice', methodId: null, at: 0 },
]

function reaches(set: PolicySet, subject: Subject, place: ExamplePlace, platform: DevicePlatform | null): boolean {
  const { outcome } = evaluate(set, {
    now: 0,
    subject,
    target: { kind: 'application', id: applications.administration },
    ...place,
    platform,
    clientApp: 'browser',
    ...withoutSources,
    interruptMode: false,
    proofs: everything,
    usableModes: everything.map((proof) => proof.mode),
    registrableModes: [],
    freshnessSeconds: 0,
  })
  // A new password and terms of use are pages that whoever comes so far can act on.
  return outcome.kind === 'allow' || outcome.kind === 'acceptTerms' || outcome.kind === 'changePassword'
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
