import 'server-only'
import { limits } from '@/lib/limits'
import type { Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { fail, ok, type Result } from '@/lib/result'
import { compile, examplePlacesOf } from '../compile'
import { shutsOutEveryone } from '../lockout'
import type {
  ConditionalAccessFailureCode,
  IpNamedLocation,
  IpNamedLocationDocument,
  NamedLocation,
  NamedLocationDocument,
  StoredLocation,
} from '../model'
import type { RangeNotice } from '../network'
import { concernsAbout, isIpLocation, locationBody, readLocation } from '../read-location'
import { usedBy } from '../references'
import {
  findNamedLocation,
  globalAdministrators,
  insertNamedLocation,
  listNamedLocations,
  loadDecisionRows,
  markNamedLocationDeleted,
  replaceNamedLocation,
} from '../store'
import { type Asking, change, changedMeanwhile, confirmationMissing, type Refusal } from './change'

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
    async (the) => {
      const read = readLocation(input.location)
      if (!read.ok) return read
      const { document, notices } = read.value
      if ((await listNamedLocations(the.tx)).length >= limits.conditionalAccess.namedLocationsMax)
        return fail('refused', 'conditionalAccess.too_many_locations')
      const refusal = await unconfirmed(the.tx, document, null, input.confirmation)
      if (refusal) return refusal
      const location = await insertNamedLocation(the.tx, document, the.at)
      await the.log(location, null, locationBody(document))
      return ok({ location, notices })
    },
  )
}

/** Replaces the whole location. `version` is the one the form showed; another one fails with `changed_meanwhile`. */
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
      const refusal =
        changedMeanwhile(before.version, input.version) ??
        (await unconfirmed(the.tx, document, before, input.confirmation))
      if (refusal) return refusal
      const location = await replaceNamedLocation(the.tx, id, document, the.at)
      await the.log(location, bodyOf(before), locationBody(document))
      return ok({ location, notices })
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

function bodyOf(location: NamedLocation) {
  if (isIpLocation<IpNamedLocation>(location)) {
    const { displayName, isTrusted, ipRanges } = location
    return locationBody({ displayName, isTrusted, ipRanges })
  }
  const { displayName, countriesAndRegions, includeUnknownCountriesAndRegions, countryLookupMethod } = location
  return locationBody({ displayName, countriesAndRegions, includeUnknownCountriesAndRegions, countryLookupMethod })
}

/** The name is asked for when trusting is dangerous, or when the change would leave no administrator a way in. */
async function unconfirmed(
  tx: Tx,
  document: NamedLocationDocument,
  before: NamedLocation | null,
  confirmation: string | undefined,
): Promise<Refusal | null> {
  const concern = concernsAbout(document, env().TRUSTED_PROXIES)[0]
  const isShut = concern === undefined && before !== null && (await shutsOut(tx, document, before))
  return confirmationMissing(isShut ? 'shutsOutGlobalAdministrators' : concern, document.displayName, confirmation)
}

async function shutsOut(tx: Tx, document: NamedLocationDocument, before: NamedLocation): Promise<boolean> {
  const { policies, locations, strengths, mfaTrustedRanges } = await loadDecisionRows(tx)
  const changed: StoredLocation = { ...before, isTrusted: trustOf(document), document: locationBody(document) }
  const after = locations.map((location) => (location.id === before.id ? changed : location))
  const compiled = (places: readonly StoredLocation[]) => compile(policies, places, strengths, mfaTrustedRanges)
  const places = examplePlacesOf([...locations, changed], mfaTrustedRanges)
  return shutsOutEveryone(compiled(locations), compiled(after), await globalAdministrators(tx), places)
}

function trustOf(document: NamedLocationDocument): boolean {
  return isIpLocation<IpNamedLocationDocument>(document) && document.isTrusted
}
