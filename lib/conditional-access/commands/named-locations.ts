import 'server-only'
import { limits } from '@/lib/limits'
import { env } from '@/lib/platform/env'
import { fail, ok, type Result } from '@/lib/result'
import type { ConditionalAccessFailureCode, IpNamedLocation, NamedLocation, NamedLocationDocument } from '../model'
import type { RangeNotice } from '../network'
import { concernsAbout, isIpLocation, locationBody, readLocation } from '../read-location'
import { usedBy } from '../references'
import {
  countNamedLocations,
  findNamedLocation,
  insertNamedLocation,
  loadDecisionRows,
  markNamedLocationDeleted,
  replaceNamedLocation,
} from '../store'
import { type Asking, type Change, change, changedMeanwhile, confirmationMissing, type Refusal } from './change'
import { keepingAWayIn, noneLeft } from './guard'

export type SavedLocation = { readonly location: NamedLocation; readonly notices: readonly RangeNotice[] }
type Saved = Result<SavedLocation, ConditionalAccessFailureCode>

export type LocationInput = {
  /** Graph's JSON of an `ipNamedLocation` or `countryNamedLocation`, as it came. */
  readonly location: unknown
  /** The location's name, typed when the answer was `confirmation_needed`. */
  readonly confirmation?: string
}

/** Makes a location. Fails as `readLocation` does, and with `too_many_locations`, `confirmation_needed` (SEC-187). */
export function createNamedLocation(asking: Asking, input: LocationInput): Promise<Saved> {
  return change(
    asking,
    { activity: 'locationAdded', right: 'namedLocation.update', target: 'namedLocation' },
    async (the) => addNamedLocation(the, input),
  )
}

/** As `createNamedLocation`, inside a change that makes more than one thing. */
export async function addNamedLocation(the: Change, input: LocationInput): Promise<Saved> {
  const read = readLocation(input.location)
  if (!read.ok) return read
  const { document, notices } = read.value
  if ((await countNamedLocations(the.tx)) >= limits.conditionalAccess.namedLocationsMax)
    return fail('refused', 'conditionalAccess.too_many_locations')
  const refusal = unconfirmed(document, input.confirmation)
  if (refusal) return refusal
  // A policy may block from trusted places, so a new one can close a way in as well.
  return keepingAWayIn<SavedLocation, ConditionalAccessFailureCode>(
    the.tx,
    the.at,
    async () => {
      const location = await insertNamedLocation(the.tx, document, the.at)
      await the.log(location, null, locationBody(document))
      return ok({ location, notices })
    },
    noneLeft,
  )
}

/**
 * Replaces the whole location. `version` is the one the form showed; another one fails with `changed_meanwhile`. A change
 * after which no Global Administrator could come in is refused (`no_administrator_left`).
 */
export function updateNamedLocation(
  asking: Asking,
  id: string,
  input: LocationInput & { readonly version?: number },
): Promise<Saved> {
  return change(
    asking,
    { activity: 'locationUpdated', right: 'namedLocation.update', target: 'namedLocation', id },
    async (the) => {
      const read = readLocation(input.location)
      if (!read.ok) return read
      const { document, notices } = read.value
      const before = await findNamedLocation(the.tx, id)
      if (!before) return fail('refused', 'conditionalAccess.not_found')
      const refusal = changedMeanwhile(before.version, input.version) ?? unconfirmed(document, input.confirmation)
      if (refusal) return refusal
      return keepingAWayIn<SavedLocation, ConditionalAccessFailureCode>(
        the.tx,
        the.at,
        async () => {
          const location = await replaceNamedLocation(the.tx, id, document, the.at)
          await the.log(location, bodyOf(before), locationBody(document))
          return ok({ location, notices })
        },
        noneLeft,
      )
    },
  )
}

/** Deletes a location softly. Refused while it is trusted (`location_trusted`) or a policy names it (`location_in_use`). */
export function deleteNamedLocation(
  asking: Asking,
  id: string,
  input: { readonly version?: number } = {},
): Promise<Result<undefined, ConditionalAccessFailureCode>> {
  return change(
    asking,
    { activity: 'locationDeleted', right: 'namedLocation.update', target: 'namedLocation', id },
    async (the) => {
      const before = await findNamedLocation(the.tx, id)
      if (!before) return fail('refused', 'conditionalAccess.not_found')
      const meanwhile = changedMeanwhile(before.version, input.version)
      if (meanwhile) return meanwhile
      if (before.isTrusted) return fail('refused', 'conditionalAccess.location_trusted')
      const users = usedBy((await loadDecisionRows(the.tx)).policies, id)
      if (users.length > 0)
        return fail('refused', 'conditionalAccess.location_in_use', {
          details: { policies: users.map((policy) => policy.displayName).join(', '), count: users.length },
        })
      await markNamedLocationDeleted(the.tx, id, the.at)
      await the.log(before, bodyOf(before), null)
      return ok()
    },
  )
}

export function bodyOf(location: NamedLocation) {
  if (isIpLocation<IpNamedLocation>(location)) {
    const { displayName, isTrusted, ipRanges } = location
    return locationBody({ displayName, isTrusted, ipRanges })
  }
  const { displayName, countriesAndRegions, includeUnknownCountriesAndRegions, countryLookupMethod } = location
  return locationBody({ displayName, countriesAndRegions, includeUnknownCountriesAndRegions, countryLookupMethod })
}

/** The name is asked for when trusting is dangerous. */
function unconfirmed(document: NamedLocationDocument, confirmation: string | undefined): Refusal | null {
  return confirmationMissing(concernsAbout(document, env().TRUSTED_PROXIES)[0], document.displayName, confirmation)
}
