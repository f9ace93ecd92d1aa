import 'server-only'
import { z } from 'zod'
import { type AuthenticationStrength, builtInStrengths } from '@/lib/authentication-methods/strengths'
import { directoryRoles, type Subject } from '@/lib/directory/model'
import { groupNames, loadSubject, userNames } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { db, type Tx } from '@/lib/platform/db'
import { countryOfAddress } from '@/lib/platform/geo'
import { listTerms } from '@/lib/terms-of-use/store'
import { Prisma } from '@/prisma/client/client'
import { policyBody } from './body'
import { compile, type PolicySet } from './compile'
import { isCountry } from './countries'
import {
  type CidrRange,
  type NamedLocation,
  type NamedLocationDocument,
  type PolicyDocument,
  type PolicyState,
  policyStates,
  type StoredLocation,
  type StoredPolicy,
  type StrengthInput,
} from './model'
import { locationBody, storedCountries, storedRanges } from './read-location'
import { readPolicy } from './read-policy'

/**
 * What is decided by, read now: for storing transactions. The rows' versions are read in this transaction; only the
 * work of compiling the very same rows is spared.
 *
 * @see SEC-012
 */
export async function loadPolicySet(tx: Tx): Promise<PolicySet> {
  const [row] = await tx.$queryRaw<{ stamp: string | null }[]>`SELECT (${policySetStamp}) AS stamp`
  return policySetOf(tx, row?.stamp ?? null)
}

/** The policies whose `policySetStamp` was read a moment ago in this transaction, by itself or beside other things. */
export async function policySetOf(tx: Tx, stamp: string | null): Promise<PolicySet> {
  const known = cache().compiled
  const set = known?.stamp === stamp ? known.set : await compileRows(tx)
  cache().compiled = { stamp, set }
  // Pages are no older than what was decided by: a sign-in must not lead to a page that still refuses.
  cache().fetched = { at: performance.now(), set }
  return set
}

async function compileRows(tx: Tx): Promise<PolicySet> {
  return policySetFrom(await loadDecisionRows(tx))
}

/** The policies of these rows, for asking what other ones would decide; nothing is kept of it. */
export function policySetFrom({ policies, locations, strengths, mfaTrustedRanges }: DecisionRows): PolicySet {
  return compile(policies, locations, strengths, mfaTrustedRanges, countryOf)
}

/** A text that differs when any row that decides differs. */
export async function readPolicySetStamp(tx: Tx): Promise<string> {
  const [row] = await tx.$queryRaw<{ stamp: string | null }[]>`SELECT (${policySetStamp}) AS stamp`
  return row?.stamp ?? ''
}

/** What the database calls a country and nobody else does, such as a continent, is not known. */
function countryOf(address: string): string | null {
  const country = countryOfAddress(address)
  return country !== null && isCountry(country) ? country : null
}

/**
 * As `loadPolicySet`, at most five seconds old: for pages, which the storing transaction does not believe. Whoever is in a
 * transaction says so, or many of them would hold a connection each and wait for another.
 */
export async function cachedPolicySet(tx: Tx = db()): Promise<PolicySet> {
  const { fetched } = cache()
  if (fetched && performance.now() - fetched.at < limits.conditionalAccess.cacheSeconds * 1000) return fetched.set
  const set = await loadPolicySet(tx)
  cache().fetched = { at: performance.now(), set }
  return set
}

/** After a change by this process: its own pages show it at once. */
export function forgetCachedPolicySet(): void {
  cache().fetched = undefined
}

type Cache = { compiled?: { stamp: string | null; set: PolicySet }; fetched?: { at: number; set: PolicySet } }
const cacheKey = Symbol.for('twofold.conditional-access')
function cache(): Cache {
  const store = globalThis as unknown as Record<symbol, Cache | undefined>
  store[cacheKey] ??= {}
  return store[cacheKey]
}

export type DecisionRows = {
  readonly policies: readonly StoredPolicy[]
  readonly locations: readonly StoredLocation[]
  readonly strengths: readonly AuthenticationStrength[]
  readonly mfaTrustedRanges: readonly string[]
}

/** The rows themselves, oldest first. Policies before what they refer to: a reference is made after its target. */
export async function loadDecisionRows(tx: Tx): Promise<DecisionRows> {
  const policies = await tx.conditionalAccessPolicy.findMany({ where: live, orderBy: oldestFirst })
  const locations = await tx.namedLocation.findMany({ where: live, orderBy: oldestFirst })
  return { policies, locations, strengths: await listStrengths(tx), mfaTrustedRanges: await loadMfaTrustedRanges(tx) }
}

const live = { deletedAt: null }
const oldestFirst = [{ createdAt: 'asc' as const }, { id: 'asc' as const }]
const mfaServiceSettings = 'mfaServiceSettings'

/**
 * A query for one text that differs when any row that decides differs, also when it was changed past this program: it
 * is made from the rows' own places. Null when nothing is stored.
 */
export const policySetStamp = Prisma.sql`
  SELECT md5(string_agg(entry, ',' ORDER BY entry)) FROM (
    SELECT 'p' || id || xmin || ctid AS entry FROM conditional_access_policy WHERE deleted_at IS NULL
    UNION ALL SELECT 'l' || id || xmin || ctid FROM named_location WHERE deleted_at IS NULL
    UNION ALL SELECT 's' || id || xmin || ctid FROM authentication_strength_policy
    UNION ALL SELECT 't' || name || xmin || ctid FROM tenant_policy WHERE name = ${mfaServiceSettings}
  ) entries`

const mfaServiceSettingsSchema = z.object({ trustedIps: z.array(z.string()).default([]) })

/** The older list of trusted IPv4 ranges; counted among *All trusted locations*. */
export async function loadMfaTrustedRanges(tx: Tx): Promise<readonly string[]> {
  const row = await tx.tenantPolicy.findUnique({ where: { name: mfaServiceSettings } })
  if (!row) return []
  const settings = mfaServiceSettingsSchema.safeParse(row.document)
  // Text that is no range: then every question about trusted places is undecidable, and blocks.
  return settings.success ? settings.data.trustedIps : ['unreadable']
}

/** A policy as lists and the editor read it; `document` is null when another version wrote it and this cannot read it. */
export type PolicyRow = {
  readonly id: string
  readonly displayName: string
  readonly state: PolicyState
  readonly templateId: string | null
  readonly version: number
  readonly createdAt: Date
  readonly modifiedAt: Date | null
  readonly document: PolicyDocument | null
  /** Graph's JSON as stored. */
  readonly body: Readonly<Record<string, unknown>>
}

type PolicyRecord = Prisma.ConditionalAccessPolicyGetPayload<object>

export function toPolicyRow(record: PolicyRecord): PolicyRow {
  const { id, displayName, description, templateId, version, createdAt, modifiedAt } = record
  const state = policyStates.find((known) => known === record.state)
  if (!state) throw new Error(`policy ${id} has an unknown state`)
  const stored = typeof record.document === 'object' && record.document !== null ? record.document : {}
  const body = { displayName, description, state, ...stored }
  const read = readPolicy(body)
  return {
    id,
    displayName,
    state,
    templateId,
    version,
    createdAt,
    modifiedAt,
    document: read.ok ? read.value : null,
    body,
  }
}

export async function listPolicies(tx: Tx): Promise<readonly PolicyRow[]> {
  const records = await tx.conditionalAccessPolicy.findMany({ where: live, orderBy: oldestFirst })
  return records.map(toPolicyRow)
}

/** How many there are in any state. */
export function countPolicies(tx: Tx): Promise<number> {
  return tx.conditionalAccessPolicy.count({ where: live })
}

/** Null when there is none, also when it was deleted. */
export async function findPolicy(tx: Tx, id: string): Promise<PolicyRow | null> {
  if (!isId(id)) return null
  const record = await tx.conditionalAccessPolicy.findFirst({ where: { id, ...live } })
  return record && toPolicyRow(record)
}

export async function insertPolicy(
  tx: Tx,
  document: PolicyDocument,
  more: { readonly templateId: string | null; readonly createdAt: Date },
): Promise<PolicyRow> {
  return toPolicyRow(await tx.conditionalAccessPolicy.create({ data: { ...columns(document), ...more } }))
}

export async function replacePolicy(
  tx: Tx,
  id: string,
  document: PolicyDocument,
  modifiedAt: Date,
): Promise<PolicyRow> {
  const data = { ...columns(document), modifiedAt, version: { increment: 1 } }
  return toPolicyRow(await tx.conditionalAccessPolicy.update({ where: { id }, data }))
}

export async function writePolicyState(tx: Tx, id: string, state: PolicyState, modifiedAt: Date): Promise<PolicyRow> {
  const data = { state, modifiedAt, version: { increment: 1 } }
  return toPolicyRow(await tx.conditionalAccessPolicy.update({ where: { id }, data }))
}

export async function markPolicyDeleted(tx: Tx, id: string, deletedAt: Date): Promise<void> {
  await tx.conditionalAccessPolicy.update({ where: { id }, data: { deletedAt, version: { increment: 1 } } })
}

function columns(document: PolicyDocument) {
  const { displayName, description, state, ...stored } = policyBody(document)
  return { displayName, description, state, document: stored as Prisma.InputJsonObject }
}

export async function listNamedLocations(tx: Tx): Promise<readonly NamedLocation[]> {
  const records = await tx.namedLocation.findMany({ where: live, orderBy: oldestFirst })
  return records.map(toLocation)
}

export function countNamedLocations(tx: Tx): Promise<number> {
  return tx.namedLocation.count({ where: live })
}

export async function findNamedLocation(tx: Tx, id: string): Promise<NamedLocation | null> {
  if (!isId(id)) return null
  const record = await tx.namedLocation.findFirst({ where: { id, ...live } })
  return record && toLocation(record)
}

export async function insertNamedLocation(
  tx: Tx,
  document: NamedLocationDocument,
  createdAt: Date,
): Promise<NamedLocation> {
  return toLocation(await tx.namedLocation.create({ data: { ...locationColumns(document), createdAt } }))
}

export async function replaceNamedLocation(
  tx: Tx,
  id: string,
  document: NamedLocationDocument,
  modifiedAt: Date,
): Promise<NamedLocation> {
  const data = { ...locationColumns(document), modifiedAt, version: { increment: 1 } }
  return toLocation(await tx.namedLocation.update({ where: { id }, data }))
}

export async function markNamedLocationDeleted(tx: Tx, id: string, deletedAt: Date): Promise<void> {
  await tx.namedLocation.update({ where: { id }, data: { deletedAt, version: { increment: 1 } } })
}

function locationColumns(location: NamedLocationDocument) {
  const { displayName, ...body } = locationBody(location)
  const { isTrusted, ...stored } = 'isTrusted' in body ? body : { ...body, isTrusted: false }
  return { displayName, isTrusted, document: stored as unknown as Prisma.InputJsonObject }
}

export function toLocation(record: Prisma.NamedLocationGetPayload<object>): NamedLocation {
  const { document, deletedAt: _deletedAt, ...row } = record
  const countries = storedCountries(document)
  if (countries) {
    return {
      ...row,
      isTrusted: false,
      countriesAndRegions: countries.names,
      includeUnknownCountriesAndRegions: countries.includesUnknown,
      countryLookupMethod: 'clientIpAddress',
    }
  }
  const ipRanges = (storedRanges(document) ?? []).map(
    (cidrAddress): CidrRange => ({
      '@odata.type': `#microsoft.graph.${cidrAddress.includes(':') ? 'iPv6CidrRange' : 'iPv4CidrRange'}`,
      cidrAddress,
    }),
  )
  return { ...row, ipRanges }
}

export type StoredStrength = AuthenticationStrength & { readonly version: number }

/** The custom strengths, oldest first; the built-in three are code. */
export async function listStrengths(tx: Tx): Promise<readonly StoredStrength[]> {
  const records = await tx.authenticationStrengthPolicy.findMany({ orderBy: oldestFirst })
  return records.map(toStrength)
}

export async function findStrength(tx: Tx, id: string): Promise<StoredStrength | null> {
  if (!isId(id)) return null
  const record = await tx.authenticationStrengthPolicy.findUnique({ where: { id } })
  return record && toStrength(record)
}

export async function insertStrength(tx: Tx, input: StrengthInput, createdAt: Date): Promise<StoredStrength> {
  const data = { ...input, description: input.description ?? '', createdAt }
  return toStrength(await tx.authenticationStrengthPolicy.create({ data }))
}

export async function replaceStrength(
  tx: Tx,
  id: string,
  input: StrengthInput,
  modifiedAt: Date,
): Promise<StoredStrength> {
  const data = { ...input, description: input.description ?? '', modifiedAt, version: { increment: 1 } }
  return toStrength(await tx.authenticationStrengthPolicy.update({ where: { id }, data }))
}

export async function removeStrength(tx: Tx, id: string): Promise<void> {
  await tx.authenticationStrengthPolicy.delete({ where: { id } })
}

function toStrength(record: Prisma.AuthenticationStrengthPolicyGetPayload<object>): StoredStrength {
  const { id, displayName, description, allowedCombinations, version } = record
  return { id, displayName, description: description || null, policyType: 'custom', allowedCombinations, version }
}

/**
 * Makes changes of this room wait for each other until the transaction ends, so that counts, references and the
 * question who would still get in are about what is stored. Administrators are few; decisions do not wait.
 *
 * @see SEC-201
 */
export async function lockRoom(tx: Tx): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(72707370)`
}

/** Everybody with an enabled account who holds the top role. */
export async function globalAdministrators(tx: Tx): Promise<readonly Subject[]> {
  const holders = await tx.roleAssignment.findMany({
    where: { roleId: directoryRoles.globalAdministrator, user: { accountEnabled: true } },
    orderBy: { userId: 'asc' },
    select: { userId: true },
  })
  const subjects: Subject[] = []
  for (const { userId } of holders) {
    const subject = await loadSubject(tx, userId)
    if (subject) subjects.push(subject)
  }
  return subjects
}

/** Policies and named locations by name, for choosing one: without what they say, which may be a lot. */
export async function listChoices(
  tx: Tx,
): Promise<{ readonly policies: readonly Choice[]; readonly locations: readonly Choice[] }> {
  const query = { where: live, orderBy: oldestFirst, select: { id: true, displayName: true } }
  return {
    policies: await tx.conditionalAccessPolicy.findMany(query),
    locations: await tx.namedLocation.findMany(query),
  }
}
type Choice = { readonly id: string; readonly displayName: string }

/** The names of everything that policies refer to, for sentences about them. */
export async function policyNames(tx: Tx, policies: readonly PolicyRow[]): Promise<ReadonlyMap<string, string>> {
  const documents = policies.flatMap(({ document }) => (document ? [document] : []))
  const users = documents.flatMap(({ conditions }) => [conditions.users.includeUsers, conditions.users.excludeUsers])
  const groups = documents.flatMap(({ conditions }) => [conditions.users.includeGroups, conditions.users.excludeGroups])
  const people = await userNames(tx, users.flat())
  const locations = await tx.namedLocation.findMany({ where: live, select: { id: true, displayName: true } })
  return new Map([
    ...[...people].map(([id, person]) => [id, person.displayName] as const),
    ...(await groupNames(tx, groups.flat())),
    ...[...locations, ...builtInStrengths, ...(await listStrengths(tx)), ...(await listTerms(tx))].map(
      (each) => [each.id, each.displayName] as const,
    ),
  ])
}

function isId(text: string): boolean {
  return z.guid().safeParse(text).success
}
