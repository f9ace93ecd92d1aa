import { deflateRawSync } from 'node:zlib'
import type { Json } from '@/lib/policy-files/read-json'

/**
 * What an administrator of another tenant has in a folder after exporting everything: fifty policies as Graph v1.0 and beta write
 * them and as people's scripts save them, with the named locations and strengths they use. The ids mean nothing here.
 */

/** Things of the other tenant. */
export const foreign = {
  breakGlass: 'aaaaaaaa-0001-4000-8000-000000000001',
  staff: 'aaaaaaaa-0001-4000-8000-000000000002',
  contractors: 'aaaaaaaa-0001-4000-8000-000000000003',
  pilot: 'aaaaaaaa-0001-4000-8000-000000000004',
  emergencyUser: 'bbbbbbbb-0001-4000-8000-000000000001',
  headquarters: 'cccccccc-0001-4000-8000-000000000001',
  blockedCountries: 'cccccccc-0001-4000-8000-000000000002',
  gpsPlace: 'cccccccc-0001-4000-8000-000000000003',
  forgottenPlace: 'cccccccc-0001-4000-8000-000000000009',
  enrolment: 'dddddddd-0001-4000-8000-000000000001',
  nested: 'dddddddd-0001-4000-8000-000000000002',
  terms: 'eeeeeeee-0001-4000-8000-000000000001',
} as const
const role = {
  global: '62e90394-69f5-4237-9190-012177145e10',
  security: '194ae4cb-b126-40b2-bd5b-6091b380977d',
  exchange: '29232cdf-9323-42fd-ade2-1d097af3e4de',
}
const exchangeOnline = '00000002-0000-0ff1-ce00-000000000000'
const root = 'https://graph.microsoft.com/v1.0/$metadata#identity/conditionalAccess'

const everyone = { includeUsers: ['All'], excludeGroups: [foreign.breakGlass] }
const registration = { includeUserActions: ['urn:user:registersecurityinfo'] }
const allApps = { includeApplications: ['All'] }
const mfa = { operator: 'OR', builtInControls: ['mfa'] }
const block = { operator: 'OR', builtInControls: ['block'] }
const outside = { includeLocations: ['All'], excludeLocations: ['AllTrusted'] }

type Shape = {
  readonly name: string
  readonly users?: object
  readonly applications?: object
  readonly conditions?: object
  readonly grant?: object | null
  readonly session?: object | null
}

/** Kinds of policies, from what everybody has to what few do. Each becomes several, for several rings of people. */
const shapes: readonly Shape[] = [
  { name: 'Require MFA for all users' },
  { name: 'Security info from trusted networks', applications: registration, conditions: { locations: outside } },
  {
    name: 'Block legacy authentication',
    conditions: { clientAppTypes: ['exchangeActiveSync', 'other'] },
    grant: block,
  },
  {
    name: 'Phishing-resistant MFA for administrators',
    users: { includeRoles: [role.global, role.security, role.exchange], excludeUsers: [foreign.emergencyUser] },
    grant: {
      operator: 'OR',
      builtInControls: [],
      'authenticationStrength@odata.context': `${root}/policies('x')/grantControls/authenticationStrength/$entity`,
      authenticationStrength: {
        id: '00000000-0000-0000-0000-000000000004',
        displayName: 'Phishing-resistant MFA',
        policyType: 'builtIn',
        requirementsSatisfied: 'mfa',
        allowedCombinations: ['windowsHelloForBusiness', 'fido2', 'x509CertificateMultiFactor'],
      },
    },
  },
  {
    name: 'Block countries',
    conditions: { locations: { includeLocations: [foreign.blockedCountries], excludeLocations: [] } },
    grant: block,
  },
  {
    name: 'Exchange only from headquarters',
    users: { includeGroups: [foreign.staff], excludeGroups: [foreign.breakGlass] },
    applications: { includeApplications: [exchangeOnline, 'Office365'] },
    conditions: { locations: { includeLocations: ['All'], excludeLocations: [foreign.headquarters] } },
    grant: block,
  },
  {
    name: 'Compliant device for staff',
    users: { includeGroups: [foreign.staff] },
    grant: { operator: 'OR', builtInControls: ['compliantDevice', 'domainJoinedDevice'] },
  },
  {
    name: 'Contractors accept terms',
    users: { includeGroups: [foreign.contractors] },
    grant: { operator: 'AND', builtInControls: ['mfa'], termsOfUse: [foreign.terms] },
  },
  {
    name: 'Sign-in risk',
    conditions: { signInRiskLevels: ['high', 'medium'] },
    session: { signInFrequency: { isEnabled: true, frequencyInterval: 'everyTime', type: null, value: null } },
  },
  {
    name: 'Sessions of unmanaged devices',
    users: { includeUsers: ['All'], excludeUsers: ['%BREAKGLASS%'] },
    grant: null,
    session: {
      signInFrequency: { isEnabled: true, frequencyInterval: 'timeBased', type: 'hours', value: 4 },
      cloudAppSecurity: { isEnabled: true, cloudAppSecurityType: 'monitorOnly' },
      applicationEnforcedRestrictions: null,
      disableResilienceDefaults: null,
    },
  },
  {
    name: 'Enrolment with a strength of our own',
    applications: registration,
    grant: { operator: 'OR', builtInControls: [], authenticationStrength: { id: foreign.enrolment } },
  },
  {
    name: 'Guests prove who they are',
    users: {
      includeGuestsOrExternalUsers: {
        guestOrExternalUserTypes: 'b2bCollaborationGuest,internalGuest',
        externalTenants: {
          '@odata.type': '#microsoft.graph.conditionalAccessAllExternalTenants',
          membershipKind: 'all',
        },
      },
    },
  },
  {
    name: 'Workload identities',
    users: {},
    conditions: { clientApplications: { includeServicePrincipals: ['ServicePrincipalsInMyTenant'] } },
    grant: block,
  },
]
const rings = ['Global', 'Pilot', 'Europe', 'Americas'] as const
/** The shapes that, as they stand, cannot be taken at all, and so are there once. */
const once = new Set(['Workload identities'])

/** The fifty, in the order of their numbers. */
export const folderPolicies: readonly Json[] = shapes
  .flatMap((shape) => rings.slice(0, once.has(shape.name) ? 1 : rings.length).map((ring) => ({ shape, ring })))
  .concat([{ shape: { ...(shapes[4] as Shape), name: 'Block a place nobody exported' }, ring: 'Global' }])
  .map(({ shape, ring }, index) => policyOf(shape, ring, index + 1))

function policyOf(
  { name, users, applications, conditions, grant, session }: Shape,
  ring: string,
  number: number,
): Json {
  const displayName = `CA${String(number).padStart(3, '0')}-${ring}-${name}`
  const isLost = name === 'Block a place nobody exported'
  const locations = isLost ? { locations: { includeLocations: [foreign.forgottenPlace], excludeLocations: [] } } : {}
  const given = {
    ...(number % 3 === 0 ? { '@odata.context': `${root}/policies/$entity` } : {}),
    id: `12345678-0000-4000-8000-${String(number).padStart(12, '0')}`,
    templateId: null,
    displayName,
    createdDateTime: '2023-05-04T08:20:31.5012345Z',
    modifiedDateTime: number % 2 === 0 ? null : '2025-11-02T17:03:00Z',
    state: ['enabled', 'enabledForReportingButNotEnforced', 'disabled'][number % 3],
    ...(number % 4 === 0 ? { partialEnablementStrategy: null } : {}),
    sessionControls: session ?? null,
    conditions: {
      ...{ userRiskLevels: [], signInRiskLevels: [], clientAppTypes: ['all'], servicePrincipalRiskLevels: [] },
      ...{ insiderRiskLevels: null, platforms: null, locations: null, times: null, deviceStates: null, devices: null },
      ...{ clientApplications: null, authenticationFlows: null, agentIdRiskLevels: null },
      applications: {
        ...{ includeApplications: [], excludeApplications: [], includeUserActions: [] },
        ...{ includeAuthenticationContextClassReferences: [], applicationFilter: null, globalSecureAccess: null },
        ...(applications ?? allApps),
      },
      users: {
        ...{ includeUsers: [], excludeUsers: [], includeGroups: [], excludeGroups: [], includeRoles: [] },
        ...{ excludeRoles: [], includeGuestsOrExternalUsers: null, excludeGuestsOrExternalUsers: null },
        ...(users ?? everyone),
        ...(ring === 'Pilot' && users === undefined ? { includeUsers: [], includeGroups: [foreign.pilot] } : {}),
      },
      ...conditions,
      ...locations,
    },
    grantControls:
      grant === null
        ? null
        : {
            customAuthenticationFactors: [],
            termsOfUse: [],
            'authenticationStrength@odata.context': `${root}/policies('${number}')/grantControls/authenticationStrength/$entity`,
            authenticationStrength: null,
            ...(grant ?? mfa),
          },
  }
  return given as unknown as Json
}

export const folderLocations: Json = {
  '@odata.context': `${root}/namedLocations`,
  value: [
    {
      '@odata.type': '#microsoft.graph.ipNamedLocation',
      id: foreign.headquarters,
      displayName: 'Headquarters (imported)',
      createdDateTime: '2022-01-01T00:00:00Z',
      modifiedDateTime: '2022-01-01T00:00:00Z',
      isTrusted: true,
      ipRanges: [
        { '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress: '198.51.100.17/24' },
        { '@odata.type': '#microsoft.graph.iPv6CidrRange', cidrAddress: '2001:db8:40::/48' },
      ],
    },
    {
      '@odata.type': '#microsoft.graph.countryNamedLocation',
      id: foreign.blockedCountries,
      displayName: 'Countries we do not work in',
      countriesAndRegions: ['KP', 'IR'],
      includeUnknownCountriesAndRegions: true,
      countryLookupMethod: 'clientIpAddress',
    },
    {
      '@odata.type': '#microsoft.graph.countryNamedLocation',
      id: foreign.gpsPlace,
      displayName: 'By the phone’s position',
      countriesAndRegions: ['DE'],
      includeUnknownCountriesAndRegions: false,
      countryLookupMethod: 'authenticatorAppGps',
    },
  ],
}

export const folderStrengths: Json = {
  '@odata.context': `${root}/authenticationStrength/policies`,
  value: [
    {
      id: foreign.enrolment,
      createdDateTime: '2024-02-02T08:00:00Z',
      modifiedDateTime: '2024-02-02T08:00:00Z',
      displayName: 'Enrolment strength',
      description: 'Passkey or pass',
      policyType: 'custom',
      requirementsSatisfied: 'mfa',
      allowedCombinations: ['fido2', 'temporaryAccessPassOneTime', 'softwareOath, password'],
      'combinationConfigurations@odata.context': `${root}/x`,
      combinationConfigurations: [],
    },
  ],
}

export type FolderFile = { readonly name: string; readonly bytes: Buffer }

/** The folder, each file as another program saved it. The last one was cut off while it was copied. */
export function policyFolder(): readonly FolderFile[] {
  const policies = folderPolicies.map((policy, index) => {
    const text = JSON.stringify(policy, null, index % 2 === 0 ? 2 : undefined)
    return { name: `${(policy as { displayName: string }).displayName}.json`, bytes: encoded(text, index % 5) }
  })
  return [
    ...policies,
    { name: 'namedLocations.json', bytes: encoded(JSON.stringify(folderLocations, null, 4), 1) },
    { name: 'authenticationStrengths.json', bytes: encoded(JSON.stringify(folderStrengths), 2) },
    { name: 'CA099-cut off.json', bytes: Buffer.from('{\n  "displayName": "CA099",\n  "state": ') },
  ]
}

function encoded(text: string, way: number): Buffer {
  if (way === 1) return Buffer.from(`\uFEFF${text}`)
  if (way === 2) return Buffer.from(`\uFEFF${text}`, 'utf16le')
  if (way === 3) return Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()
  return Buffer.from(way === 4 ? text.replaceAll('\n', '\r\n') : text)
}

/** The files as an archive of a program that is not ours: sizes after the data, as streaming writers do. */
export function asArchive(files: readonly FolderFile[]): Buffer {
  const parts: Buffer[] = []
  const records: Buffer[] = []
  let offset = 0
  for (const { name, bytes } of files) {
    const packed = deflateRawSync(bytes)
    const nameBytes = Buffer.from(`Export/${name}`)
    const header = (sizes: boolean) => {
      const fields = Buffer.alloc(26)
      fields.writeUInt16LE(20, 0)
      fields.writeUInt16LE(0x0808, 2)
      fields.writeUInt16LE(8, 4)
      if (sizes) {
        fields.writeUInt32LE(checksum(bytes), 10)
        fields.writeUInt32LE(packed.length, 14)
        fields.writeUInt32LE(bytes.length, 18)
      }
      fields.writeUInt16LE(nameBytes.length, 22)
      return fields
    }
    const descriptor = Buffer.alloc(16)
    descriptor.write('PK\x07\x08')
    descriptor.writeUInt32LE(checksum(bytes), 4)
    descriptor.writeUInt32LE(packed.length, 8)
    descriptor.writeUInt32LE(bytes.length, 12)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), header(false), nameBytes, packed, descriptor])
    const more = Buffer.alloc(14)
    more.writeUInt32LE(offset, 10)
    records.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), header(true), more, nameBytes]))
    parts.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(records)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(records.length, 8)
  end.writeUInt16LE(records.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, directory, end])
}

/** CRC-32 by its definition, so that the reader's own way is not what tells. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}
