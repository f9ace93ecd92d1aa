import type { Path, ReferenceKind } from './model'

/** The lists of a policy that name things by id, and of what kind those are. */
export const referenceLists: readonly { readonly path: Path; readonly kind: ReferenceKind }[] = [
  { path: ['conditions', 'users', 'includeUsers'], kind: 'user' },
  { path: ['conditions', 'users', 'excludeUsers'], kind: 'user' },
  { path: ['conditions', 'users', 'includeGroups'], kind: 'group' },
  { path: ['conditions', 'users', 'excludeGroups'], kind: 'group' },
  { path: ['conditions', 'users', 'includeRoles'], kind: 'role' },
  { path: ['conditions', 'users', 'excludeRoles'], kind: 'role' },
  { path: ['conditions', 'applications', 'includeApplications'], kind: 'application' },
  { path: ['conditions', 'applications', 'excludeApplications'], kind: 'application' },
  { path: ['conditions', 'locations', 'includeLocations'], kind: 'location' },
  { path: ['conditions', 'locations', 'excludeLocations'], kind: 'location' },
  { path: ['grantControls', 'termsOfUse'], kind: 'termsOfUse' },
]

const words = new Set(['all', 'none', 'guestsorexternalusers', 'alltrusted'])

/** Whether the text names a thing; words that mean the same everywhere do not. Placeholders such as `<group id>` do. */
export function isReference(text: string): boolean {
  return !words.has(text.trim().toLowerCase())
}

export function referenceKey(kind: ReferenceKind, value: string): string {
  return `${kind} ${value.trim().toLowerCase()}`
}

/**
 * What administrators know by name and files only by id: roles that do not exist here, and applications of the real
 * service.
 *
 * @see the permissions reference of the directory roles, and the list of first-party applications
 */
export const knownElsewhere: ReadonlyMap<string, string> = new Map([
  ['29232cdf-9323-42fd-ade2-1d097af3e4de', 'Exchange Administrator'],
  ['f28a1f50-f6e7-4571-818b-6a12f2af6b6c', 'SharePoint Administrator'],
  ['9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', 'Application Administrator'],
  ['158c047a-c907-4556-b7ef-446551a6b5f7', 'Cloud Application Administrator'],
  ['b0f54661-2d74-4c50-afa3-1ec803f12efe', 'Billing Administrator'],
  ['3a2c62db-5318-420d-8d74-23affee5d9d5', 'Intune Administrator'],
  ['8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2', 'Hybrid Identity Administrator'],
  ['5f2222b1-57c3-48ba-8ad5-d4759f1fde6f', 'Security Operator'],
  ['69091246-20e8-4a56-aa4d-066075b2a7a8', 'Teams Administrator'],
  ['17315797-102d-40b4-93e0-432062caca18', 'Compliance Administrator'],
  ['00000002-0000-0ff1-ce00-000000000000', 'Office 365 Exchange Online'],
  ['00000003-0000-0ff1-ce00-000000000000', 'Office 365 SharePoint Online'],
  ['00000003-0000-0000-c000-000000000000', 'Microsoft Graph'],
  ['797f4846-ba00-4fd7-ba43-dac1f8f63013', 'Windows Azure Service Management API'],
  ['d4ebce55-015a-49b5-a083-c84d1797ae8c', 'Microsoft Intune Enrollment'],
  ['0000000a-0000-0000-c000-000000000000', 'Microsoft Intune'],
  ['office365', 'Office 365'],
  ['microsoftadminportals', 'Microsoft Admin Portals'],
  ['allagentidresources', 'All agent resources'],
])
