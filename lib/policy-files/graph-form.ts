import { type AuthenticationStrength, requirementsSatisfied } from '@/lib/authentication-methods/strengths'
import { policyBody } from '@/lib/conditional-access/body'
import type {
  CountryNamedLocation,
  IpNamedLocation,
  NamedLocation,
  PolicyDocument,
} from '@/lib/conditional-access/model'
import { isIpLocation, locationBody } from '@/lib/conditional-access/read-location'

/**
 * Policies, named locations and strengths as Graph v1.0 answers them: what the JSON view shows and exports hold. What is written
 * here is read again by the import to the same thing.
 *
 * @see `70` §1.1, §1.6, §6, §7.2, §7.4
 */

type PolicyLike = {
  readonly id: string
  readonly version: number
  readonly templateId: string | null
  readonly createdAt: Date
  readonly modifiedAt: Date | null
  readonly document: PolicyDocument | null
  /** As stored; shown for a policy that this version cannot read. */
  readonly body: Readonly<Record<string, unknown>>
}
type Strengths = ReadonlyMap<string, StrengthLike>
type StrengthLike = AuthenticationStrength & { readonly version?: number }

/** Where annotations point; a path of the service itself, as nobody knows from where a file will be read. */
const metadata = '$metadata#identity/conditionalAccess'

export function graphPolicy(policy: PolicyLike, strengths: Strengths) {
  const { displayName, description, state, ...rest } = policy.document ? policyBody(policy.document) : policy.body
  return {
    '@odata.etag': etag(policy.version),
    id: policy.id,
    templateId: policy.templateId,
    displayName,
    description,
    createdDateTime: policy.createdAt.toISOString(),
    modifiedDateTime: policy.modifiedAt?.toISOString() ?? null,
    deletedDateTime: null,
    state,
    ...rest,
    ...(policy.document?.grantControls.authenticationStrength
      ? { grantControls: withStrength((rest as ReturnType<typeof policyBody>).grantControls, strengths) }
      : {}),
  }
}

/** Readers get the whole strength; writers name its id. */
function withStrength(grant: ReturnType<typeof policyBody>['grantControls'], strengths: Strengths) {
  const strength = grant?.authenticationStrength && strengths.get(grant.authenticationStrength.id)
  return strength ? { ...grant, authenticationStrength: graphStrength(strength) } : grant
}

export function graphLocation(location: NamedLocation) {
  const { id, displayName, version } = location
  const document = isIpLocation<IpNamedLocation>(location)
    ? { displayName, isTrusted: location.isTrusted, ipRanges: location.ipRanges }
    : countriesOf(location)
  const { '@odata.type': type, displayName: _name, ...rest } = locationBody(document)
  return {
    '@odata.type': type,
    '@odata.etag': etag(version),
    id,
    displayName,
    createdDateTime: location.createdAt.toISOString(),
    modifiedDateTime: location.modifiedAt?.toISOString() ?? null,
    deletedDateTime: null,
    ...rest,
  }
}

function countriesOf(location: CountryNamedLocation) {
  const { displayName, countriesAndRegions, includeUnknownCountriesAndRegions, countryLookupMethod } = location
  return { displayName, countriesAndRegions, includeUnknownCountriesAndRegions, countryLookupMethod }
}

export function graphStrength(strength: StrengthLike) {
  const { id, displayName, description, policyType, allowedCombinations } = strength
  return {
    id,
    displayName,
    description,
    policyType,
    requirementsSatisfied: requirementsSatisfied(strength),
    allowedCombinations,
    combinationConfigurations: [],
  }
}

/** Several policies as one answer of Graph. */
export function graphCollection(kind: 'policies' | 'namedLocations', value: readonly object[]) {
  return { '@odata.context': `${metadata}/${kind}`, value }
}

export function graphEntity(kind: 'policies' | 'namedLocations' | 'authenticationStrength/policies', value: object) {
  return { '@odata.context': `${metadata}/${kind}/$entity`, ...value }
}

/** As a file or a page shows it. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function etag(version: number): string {
  return `W/"${version}"`
}

/** A name for a file of this thing: what every system takes, short, and made different by part of the id. */
export function fileNameOf({ displayName, id }: { readonly displayName: string; readonly id: string }): string {
  const name = displayName
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N} ._()-]/gu, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
  return `${[...name].slice(0, 80).join('').trim() || 'policy'} (${id.slice(0, 8)}).json`
}
