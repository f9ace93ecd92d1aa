import 'server-only'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import {
  findNamedLocation,
  findPolicy,
  listPolicies,
  listStrengths,
  type PolicyRow,
} from '@/lib/conditional-access/store'
import { db } from '@/lib/platform/db'
import {
  fileNameOf,
  graphCollection,
  graphEntity,
  graphLocation,
  graphPolicy,
  graphStrength,
  jsonText,
} from './graph-form'
import { namedLocationIds } from './store'
import { type ArchiveFile, writeArchive } from './write-archive'

/** Policies on their way out. Without ids all of them; ids of what is gone are passed over. */

/** One policy as Graph answers it; null when there is none. */
export async function exportPolicy(id: string): Promise<string | null> {
  const policy = await findPolicy(db(), id)
  return policy && jsonText(graphEntity('policies', graphPolicy(policy, await strengthsById())))
}

/** One JSON document: the policy itself where one was asked for, else a collection. */
export async function exportJson(ids: readonly string[]): Promise<string> {
  const policies = await chosen(ids)
  const strengths = await strengthsById()
  const [first] = policies
  if (first && ids.length === 1) return jsonText(graphEntity('policies', graphPolicy(first, strengths)))
  return jsonText(
    graphCollection(
      'policies',
      policies.map((policy) => graphPolicy(policy, strengths)),
    ),
  )
}

/** A ZIP archive with one file for each policy, and for each named location and strength they use. */
export function exportArchive(ids: readonly string[], at: Date): AsyncGenerator<Uint8Array> {
  return writeArchive(filesOf(ids), at)
}

async function* filesOf(ids: readonly string[]): AsyncGenerator<ArchiveFile> {
  const policies = await chosen(ids)
  const strengths = await strengthsById()
  for (const policy of policies) {
    const text = jsonText(graphEntity('policies', graphPolicy(policy, strengths)))
    yield { name: `policies/${fileNameOf(policy)}`, text }
  }
  const isAll = ids.length === 0
  const texts = isAll ? '' : policies.map(({ body }) => JSON.stringify(body).toLowerCase()).join('\n')
  const isUsed = (id: string) => isAll || texts.includes(id)
  for (const id of await namedLocationIds(db())) {
    const location = isUsed(id) ? await findNamedLocation(db(), id) : null
    if (!location) continue
    const text = jsonText(graphEntity('namedLocations', graphLocation(location)))
    yield { name: `named-locations/${fileNameOf(location)}`, text }
  }
  for (const strength of strengths.values()) {
    if (strength.policyType !== 'custom' || !isUsed(strength.id)) continue
    const text = jsonText(graphEntity('authenticationStrength/policies', graphStrength(strength)))
    yield { name: `authentication-strengths/${fileNameOf(strength)}`, text }
  }
}

async function chosen(ids: readonly string[]): Promise<readonly PolicyRow[]> {
  const policies = await listPolicies(db())
  const wanted = new Set(ids.map((id) => id.toLowerCase()))
  return ids.length === 0 ? policies : policies.filter(({ id }) => wanted.has(id))
}

async function strengthsById() {
  const strengths = [...builtInStrengths, ...(await listStrengths(db()))]
  return new Map(strengths.map((strength) => [strength.id, strength] as const))
}
