import 'server-only'
import { limits } from '@/lib/limits'
import { fail, ok, type Result } from '@/lib/result'
import {
  deletedLocationNames,
  findDeletedLocation,
  findDeletedPolicy,
  markLocationRestored,
  markPolicyRestored,
} from '../deleted-store'
import type { ConditionalAccessFailureCode, NamedLocation, PolicyDocument, PolicyState } from '../model'
import { readPolicy } from '../read-policy'
import { listNamedLocations, listPolicies } from '../store'
import { type Asking, type Change, change, changedMeanwhile, type Refusal } from './change'
import { bodyOf } from './named-locations'
import { type SavedPolicy, saved, unknownReference, writeGuarded } from './policies'

/**
 * Brings a deleted policy back, in report-only, off, or in the state in which it was deleted.
 *
 * Fails with `not_found`, `changed_meanwhile`, `too_many_policies`; to count again it must be readable, everything it
 * names must be there (`unknown_reference`, `deleted_reference` for a location that was deleted too), and somebody must
 * be left who can come in (`confirmation_needed`).
 *
 * @see `30` §3
 */
export function restorePolicy(
  asking: Asking,
  id: string,
  input: { readonly state: PolicyState; readonly version?: number; readonly confirmation?: string },
): Promise<Result<SavedPolicy, ConditionalAccessFailureCode>> {
  return change(
    asking,
    { activity: 'policyRestored', right: 'conditionalAccess.update', target: 'policy', id },
    async (the) => {
      const before = await findDeletedPolicy(the.tx, id)
      if (!before) return fail('refused', 'conditionalAccess.not_found')
      const meanwhile = changedMeanwhile(before.version, input.version)
      if (meanwhile) return meanwhile
      if (input.state === 'enabled' && before.state !== 'enabled')
        return fail('refused', 'conditionalAccess.invalid_policy', { field: 'state' })
      if ((await listPolicies(the.tx)).length >= limits.conditionalAccess.policiesMax)
        return fail('refused', 'conditionalAccess.too_many_policies')
      const write = async () => {
        const policy = await markPolicyRestored(the.tx, id, input.state, the.at)
        await the.log(policy, null, policy.body)
        return policy
      }
      if (input.state === 'disabled') return ok({ policy: await write(), warnings: [] })
      const read = readPolicy({ ...before.body, state: input.state })
      if (!read.ok) return read
      const refusal = input.state === 'enabled' ? await missingReference(the, read.value) : null
      if (refusal) return refusal
      return saved(read.value, await writeGuarded(the, read.value, null, input.confirmation, write))
    },
  )
}

/** What is gone would make the policy undecidable, and it would block whom it is about. */
async function missingReference({ tx }: Change, document: PolicyDocument): Promise<Refusal | null> {
  const { locations } = document.conditions
  const ids = [...(locations?.includeLocations ?? []), ...(locations?.excludeLocations ?? [])]
  const [name] = (await deletedLocationNames(tx, ids)).values()
  if (name !== undefined) return fail('refused', 'conditionalAccess.deleted_reference', { details: { name } })
  return unknownReference(tx, document, null)
}

/** Brings a deleted location back, not trusted. Fails with `not_found`, `changed_meanwhile`, `too_many_locations`. */
export function restoreNamedLocation(
  asking: Asking,
  id: string,
  input: { readonly version?: number } = {},
): Promise<Result<NamedLocation, ConditionalAccessFailureCode>> {
  return change(
    asking,
    { activity: 'locationRestored', right: 'namedLocation.update', target: 'namedLocation', id },
    async (the) => {
      const before = await findDeletedLocation(the.tx, id)
      if (!before) return fail('refused', 'conditionalAccess.not_found')
      const meanwhile = changedMeanwhile(before.version, input.version)
      if (meanwhile) return meanwhile
      if ((await listNamedLocations(the.tx)).length >= limits.conditionalAccess.namedLocationsMax)
        return fail('refused', 'conditionalAccess.too_many_locations')
      const location = await markLocationRestored(the.tx, id, the.at)
      await the.log(location, null, bodyOf(location))
      return ok(location)
    },
  )
}
