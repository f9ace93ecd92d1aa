import 'server-only'
import { generateKeyPairSync } from 'node:crypto'
import { record } from '@/lib/audit/record'
import { newSecret } from '@/lib/authentication-methods/kinds/software-oath'
import { newPass } from '@/lib/authentication-methods/kinds/temporary-access-pass'
import {
  defaultMethodsPolicy,
  defaultPasswordResetPolicy,
  type MethodsPolicy,
} from '@/lib/authentication-methods/policy-model'
import { saveMethodsPolicy, savePasswordResetPolicy } from '@/lib/authentication-methods/store'
import { policyBody } from '@/lib/conditional-access/body'
import type { IpNamedLocationDocument, PolicyDocument } from '@/lib/conditional-access/model'
import { locationBody } from '@/lib/conditional-access/read-location'
import { forgetCachedPolicySet, insertNamedLocation, insertPolicy } from '@/lib/conditional-access/store'
import { trustedNetworksPolicy } from '@/lib/conditional-access/templates'
import { addMember, assignRole, type By, bySystem, createGroup, createUser, nestGroup } from '@/lib/directory/commands'
import { limits } from '@/lib/limits'
import { hashSecret } from '@/lib/password/hashing'
import { now } from '@/lib/platform/clock'
import { db, type Tx, transaction } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { randomBytes } from '@/lib/platform/random'
import { recordedMethodsPolicy } from '@/lib/policy-changes/model'
import type { NewMethod } from '@/lib/registered-methods/model'
import { provisionMethod } from '@/lib/security-info/provision'
import {
  type DemoGroup,
  type DemoMethod,
  type DemoPerson,
  demoCast,
  demoCrew,
  demoDomain,
  demoGroups,
  demoPassword,
  demoReserve,
} from './cast'

/**
 * Loads Harbor into the database of a demonstration or a test: people, policies and locations in one transaction, with
 * the events that real changes leave. Does nothing when Harbor is there. Throws anywhere else, because everybody
 * knows these passwords.
 */
export async function seedDemo(): Promise<void> {
  if (!env().TWOFOLD_DEMO && !env().TWOFOLD_TEST)
    throw new Error('demo people are for the demonstration and tests only')
  if (await isLoaded(db())) return
  const people = await prepared([...demoCast, ...demoReserve, ...demoCrew])
  const by = bySystem(now(), 'demo')
  await transaction(async (tx) => {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtext('twofold demo'))`
    if (await isLoaded(tx)) return
    const groups = await addGroups(tx, by)
    for (const one of people) await addPerson(tx, one, groups, by)
    await decidePolicies(tx, by)
    await addLocations(tx, by)
    await addConditionalAccess(tx, groups, by)
    await record(tx, {
      ...{ activity: 'demoLoaded', at: by.at, outcome: 'success', actor: by.actor, origin: by.origin },
      target: { kind: 'tenant', id: demoDomain, name: 'Harbor' },
      after: { people: people.length, groups: demoGroups.length },
    })
  }, loadMilliseconds)
  forgetCachedPolicySet()
}

/** Into an empty database, which nobody waits for; a busy machine must not end a first start. */
const loadMilliseconds = 300_000

async function isLoaded(tx: Tx): Promise<boolean> {
  return (await tx.user.count({ where: { userPrincipalName: demoCast[0]?.userPrincipalName } })) > 0
}

type Prepared = DemoPerson & {
  readonly passwordHash: string
  readonly newMethods: readonly { readonly method: NewMethod; readonly at: Date }[]
  readonly joinedAt: Date
}

/** The slow work before the transaction. A few at a time: the queue before the hashing is bounded. */
async function prepared(people: readonly DemoPerson[]): Promise<readonly Prepared[]> {
  const ready: Prepared[] = []
  const atOnce = 8
  for (let start = 0; start < people.length; start += atOnce)
    ready.push(
      ...(await Promise.all(people.slice(start, start + atOnce).map((one, place) => prepare(one, start + place)))),
    )
  return ready
}

async function prepare(one: DemoPerson, place: number): Promise<Prepared> {
  const passwordHash = await hashed(demoPassword)
  // Joined over the last two years, registered some days later, one method a minute: an order that repeats every time.
  const joinedAt = daysAgo(20 + ((place * 37) % 700))
  const registeredAt = daysAgo((place * 37) % 20)
  const newMethods = []
  for (const [index, method] of one.methods.entries()) {
    const at = new Date(registeredAt.getTime() + index * 60_000)
    newMethods.push({ method: await methodOf(one, method, place), at: method === 'pass' ? now() : at })
  }
  return { ...one, passwordHash, newMethods, joinedAt: one.methods.length === 0 ? now() : joinedAt }
}

function daysAgo(days: number): Date {
  return new Date(now().getTime() - days * 86_400_000 - 3_600_000)
}

async function hashed(text: string): Promise<string> {
  const hash = await hashSecret(text)
  if (!hash.ok) throw new Error(`demo secrets cannot be hashed: ${hash.failure.code}`)
  return hash.value
}

async function methodOf(one: DemoPerson, method: DemoMethod, place: number): Promise<NewMethod> {
  const name = one.userPrincipalName.slice(0, one.userPrincipalName.indexOf('@'))
  switch (method) {
    case 'app':
      return app('Authenticator app', one.authenticatorSecret ?? newSecret())
    case 'lostApp':
      return app('Old phone', newSecret())
    case 'phone':
      return { kind: 'mobilePhone', phoneNumber: phoneNumberOf(place) }
    case 'email':
      return { kind: 'email', emailAddress: `${name}@mail.example` }
    case 'passkey':
      return passkey(syncedPasskeys[place % syncedPasskeys.length] ?? syncedPasskeys[0], true)
    case 'securityKey':
      return passkey({ name: 'Security key', aaguid: 'cb69481e-8ff7-4039-93ec-0a2729a154a8' }, false)
    case 'pass': {
      const { defaultLength, maximumLifetimeInMinutes } = demoMethodsPolicy.methods.temporaryAccessPass
      return {
        kind: 'temporaryAccessPass',
        passHash: await hashed(newPass(defaultLength)),
        startsAt: now(),
        expiresAt: new Date(now().getTime() + maximumLifetimeInMinutes * 60_000),
        isUsableOnce: false,
        createdById: null,
      }
    }
  }
}

/**
 * 555-0100 to 555-0199 are kept for fiction in every area of North America, so no demo person has the number of a real one.
 * Ofcom's range for drama, 07700 900000, will not do: a number that no operator may give out is refused at every door.
 */
function phoneNumberOf(place: number): string {
  const areas = ['202', '312', '415']
  const area = areas[Math.floor(place / 100)]
  if (area === undefined) throw new Error('the demo organisation has more people than numbers that belong to nobody')
  return `+1${area}55501${String(place % 100).padStart(2, '0')}`
}

function app(name: string, secret: string): NewMethod {
  if (!/^[A-Z2-7]{26,}$/.test(secret)) throw new Error(`the demo secret of ${name} is too short`)
  return {
    kind: 'softwareOath',
    name,
    secret,
    algorithm: 'SHA1',
    periodSeconds: limits.totp.periodSeconds,
    lastStep: -1n,
  }
}

const syncedPasskeys = [
  { name: 'iCloud Keychain', aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd' },
  { name: 'Google Password Manager', aaguid: 'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4' },
  { name: '1Password', aaguid: 'bada5566-a7aa-401f-bd96-45619a55120d' },
] as const

/** A true key pair whose private half is thrown away: the passkey is on the list and in nobody's hands. */
function passkey(model: { readonly name: string; readonly aaguid: string }, isSynced: boolean): NewMethod {
  const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  const coordinate = (text: string | undefined) => Buffer.from(text ?? '', 'base64url')
  return {
    ...{ kind: 'passkey', name: model.name, aaguid: model.aaguid, credentialId: randomBytes(32) },
    // COSE_Key: { 1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y }, RFC 9053 §7.1.
    publicKey: Buffer.concat([
      ...[Buffer.from('a5010203262001215820', 'hex'), coordinate(x)],
      ...[Buffer.from('225820', 'hex'), coordinate(y)],
    ]),
    ...{ algorithm: -7, signCount: isSynced ? 0n : 1n, backupEligible: isSynced, backupState: isSynced },
    ...{ transports: isSynced ? ['internal', 'hybrid'] : ['usb'], attestationFormat: 'none', isAttested: false },
  }
}

type GroupIds = ReadonlyMap<DemoGroup, string>

async function addGroups(tx: Tx, by: By): Promise<GroupIds> {
  const ids = new Map<DemoGroup, string>()
  for (const group of demoGroups) {
    const { id } = await createGroup(
      tx,
      {
        displayName: group.name,
        description: group.description,
        isRoleAssignable: 'isRoleAssignable' in group && group.isRoleAssignable,
      },
      by,
    )
    ids.set(group.name, id)
    if (group.within !== null) await nestGroup(tx, { parentId: idOf(ids, group.within), childId: id }, by)
  }
  return ids
}

function idOf(groups: GroupIds, name: DemoGroup): string {
  const id = groups.get(name)
  if (id === undefined) throw new Error(`demo group ${name} does not exist yet`)
  return id
}

async function addPerson(tx: Tx, one: Prepared, groups: GroupIds, by: By): Promise<void> {
  const { userPrincipalName, displayName, guestType, businessPhone, passwordHash, joinedAt } = one
  const made = await createUser(
    tx,
    { userPrincipalName, displayName, mail: userPrincipalName, businessPhone, guestType, passwordHash, joinedAt },
    by,
  )
  if (!made.ok) throw new Error(`demo person ${userPrincipalName}: ${made.failure.code}`)
  const userId = made.value.id
  for (const group of one.groups) await addMember(tx, { groupId: idOf(groups, group), userId }, by)
  for (const role of one.roles) await assignRole(tx, { userId, role }, by)
  for (const { method, at } of one.newMethods) await provisionMethod(tx, { userId, method, at })
}

/** The defaults, and text messages: the demonstration shows every method, and its messages go nowhere. */
const demoMethodsPolicy: MethodsPolicy = {
  ...defaultMethodsPolicy,
  methods: {
    ...defaultMethodsPolicy.methods,
    mobilePhone: { ...defaultMethodsPolicy.methods.mobilePhone, state: 'enabled' },
  },
}

/** One method for people, asked for at sign-in: the defaults, written down so that the page shows a decision. */
const demoPasswordResetPolicy = {
  ...defaultPasswordResetPolicy,
  enabledFor: 'all' as const,
  isRegistrationRequired: true,
}

async function decidePolicies(tx: Tx, by: By): Promise<void> {
  const isNew =
    (await saveMethodsPolicy(tx, demoMethodsPolicy, 0, by.at)) &&
    (await savePasswordResetPolicy(tx, demoPasswordResetPolicy, 0, by.at))
  if (!isNew) throw new Error('policies were decided before the demo organisation was loaded')
  const event = { at: by.at, outcome: 'success', actor: by.actor, origin: by.origin } as const
  await record(tx, {
    ...{ ...event, activity: 'methodsPolicyUpdated', target: { kind: 'policy', id: 'authenticationMethodsPolicy' } },
    after: recordedMethodsPolicy(demoMethodsPolicy),
  })
  await record(tx, {
    ...{ ...event, activity: 'passwordPolicyChanged', target: { kind: 'policy', id: 'passwordResetPolicy' } },
    after: demoPasswordResetPolicy,
  })
}

const v4 = (cidrAddress: string) => ({ '@odata.type': '#microsoft.graph.iPv4CidrRange' as const, cidrAddress })
const v6 = (cidrAddress: string) => ({ '@odata.type': '#microsoft.graph.iPv6CidrRange' as const, cidrAddress })

/** No address is trusted by itself, this machine's neither: the demonstration says so in a location that can be switched off. */
const demoLocations: readonly IpNamedLocationDocument[] = [
  { displayName: 'Harbor HQ', isTrusted: true, ipRanges: [v4('203.0.113.0/24')] },
  {
    displayName: 'This computer (demo only: trusted, so that you are “in the office”)',
    isTrusted: true,
    ipRanges: [v4('127.0.0.1/32'), v6('::1/128')],
  },
]

async function addLocations(tx: Tx, by: By): Promise<void> {
  for (const document of demoLocations) {
    const { id } = await insertNamedLocation(tx, document, by.at)
    await record(tx, {
      ...{ activity: 'locationAdded', at: by.at, outcome: 'success', actor: by.actor, origin: by.origin },
      target: { kind: 'namedLocation', id, name: document.displayName },
      after: locationBody(document),
    })
  }
}

async function addConditionalAccess(tx: Tx, groups: GroupIds, by: By): Promise<void> {
  for (const document of policiesOf(idOf(groups, 'BreakGlass'))) {
    const { id } = await insertPolicy(tx, document, { templateId: null, createdAt: by.at })
    await record(tx, {
      ...{ activity: 'policyAdded', at: by.at, outcome: 'success', actor: by.actor, origin: by.origin },
      target: { kind: 'policy', id, name: document.displayName },
      after: policyBody(document),
    })
  }
}

/**
 * Harbor asks everybody for a second factor, which is why a new joiner registers at the first sign-in. The policy of
 * the how-to is there and off: switching it on is the administrator's first act in the demonstration.
 */
function policiesOf(breakGlass: string): readonly PolicyDocument[] {
  const { conditions } = trustedNetworksPolicy
  const users = { ...conditions.users, excludeGroups: [breakGlass] }
  return [
    {
      ...trustedNetworksPolicy,
      displayName: 'Multifactor authentication for everybody',
      conditions: {
        ...conditions,
        users,
        applications: { ...conditions.applications, includeApplications: ['All'], includeUserActions: [] },
        locations: null,
      },
    },
    { ...trustedNetworksPolicy, state: 'disabled', conditions: { ...conditions, users } },
  ]
}
