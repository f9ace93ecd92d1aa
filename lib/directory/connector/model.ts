/**
 * The directories that people and groups live in: where they are reached, what is read from them, what may be written.
 *
 * A connector is told by an administrator or by a file. Its invariant: it speaks over a verified channel only, and the
 * password of its service account is never read back by anybody but the connection itself.
 *
 * @see SEC-129, SEC-292
 */
import { z } from 'zod'
import { displayNameSchema } from '@/lib/directory/user-principal-name'
import { limits } from '@/lib/limits'
import { partsOfName } from '@/lib/platform/ldap/escape'

export const connectorKinds = ['ldap', 'activeDirectory'] as const
export type ConnectorKind = (typeof connectorKinds)[number]

export const connectionSecurities = ['ldaps', 'startTls'] as const
export type ConnectionSecurity = (typeof connectionSecurities)[number]

const bounds = limits.directory

/** Name of an attribute, without options: RFC 4512 §2.5. */
const attributeNameSchema = z
  .string()
  .trim()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'directory.connector_attribute_invalid')

/** Which attribute of an entry says what. Names of attributes are compared without regard to case. */
export const attributeMapSchema = z.strictObject({
  /** Never changes and never comes back: who an entry is. */
  entryId: attributeNameSchema,
  userPrincipalName: attributeNameSchema,
  displayName: attributeNameSchema,
  mail: attributeNameSchema,
  businessPhone: attributeNameSchema,
  /** Named alike by RFC 2798 and by Active Directory, so a file need not say it. */
  preferredLanguage: attributeNameSchema.default('preferredLanguage'),
  groupName: attributeNameSchema,
  groupDescription: attributeNameSchema,
  member: attributeNameSchema,
})
export type AttributeMap = z.infer<typeof attributeMapSchema>

/** Of OpenLDAP and its like with `inetOrgPerson` and `groupOfNames`, and of Active Directory. */
export const attributeMapDefaults: Readonly<Record<ConnectorKind, AttributeMap>> = {
  ldap: {
    entryId: 'entryUUID',
    userPrincipalName: 'mail',
    displayName: 'cn',
    mail: 'mail',
    businessPhone: 'telephoneNumber',
    preferredLanguage: 'preferredLanguage',
    groupName: 'cn',
    groupDescription: 'description',
    member: 'member',
  },
  activeDirectory: {
    entryId: 'objectGUID',
    userPrincipalName: 'userPrincipalName',
    displayName: 'displayName',
    mail: 'mail',
    businessPhone: 'telephoneNumber',
    preferredLanguage: 'preferredLanguage',
    groupName: 'cn',
    groupDescription: 'description',
    member: 'member',
  },
}

export const filterDefaults: Readonly<Record<ConnectorKind, { readonly user: string; readonly group: string }>> = {
  ldap: { user: '(objectClass=inetOrgPerson)', group: '(objectClass=groupOfNames)' },
  // 805306368 is a person's account, which leaves out those of computers and of trusts.
  activeDirectory: { user: '(sAMAccountType=805306368)', group: '(objectClass=group)' },
}

const distinguishedName = (code: 'directory.connector_dn_invalid' | 'directory.connector_account_invalid') =>
  z
    .string()
    .trim()
    .min(1, code)
    .max(bounds.distinguishedNameLengthMax, code)
    .regex(/^[A-Za-z0-9.-]+ *=[^\p{Cc}]*$/u, code)
    .refine((name) => partsOfName(name) !== null, code)

const filterSchema = z
  .string()
  .trim()
  .max(bounds.filterLengthMax, 'directory.connector_filter_invalid')
  .refine(isFilter, 'directory.connector_filter_invalid')

const serverSchema = z.strictObject({
  /** `ldaps://host:636` or `ldap://host:389`, nothing after the port. */
  url: z
    .string()
    .trim()
    .max(300, 'directory.connector_url_invalid')
    .regex(/^ldaps?:\/\/(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(:[0-9]{1,5})?\/?$/, 'directory.connector_url_invalid')
    .transform((url) => url.replace(/\/$/, ''))
    .refine((url) => URL.canParse(url), 'directory.connector_url_invalid'),
})

/** What is stored of a connector beside its name and its password. */
export const connectorSettingsSchema = z
  .strictObject({
    /** Asked in this order; the next one when a server cannot be reached. */
    servers: z
      .array(serverSchema)
      .min(1, 'directory.connector_url_invalid')
      .max(bounds.serversMax, 'directory.connector_too_many'),
    security: z.enum(connectionSecurities),
    /** Certificates of who signs the servers' ones, in PEM; without them those that the operating system trusts. */
    certificateAuthorityPem: z
      .string()
      .trim()
      .max(bounds.certificateLengthMax, 'directory.connector_certificate_invalid')
      .regex(
        /^(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/,
        'directory.connector_certificate_invalid',
      )
      .optional(),
    /** In no other form that a server would take: by its name the account is known among the people, and protected. SEC-129 */
    bindDistinguishedName: distinguishedName('directory.connector_account_invalid'),
    baseDistinguishedNames: z
      .array(distinguishedName('directory.connector_dn_invalid'))
      .min(1, 'directory.connector_dn_invalid')
      .max(bounds.basesMax, 'directory.connector_too_many'),
    userFilter: filterSchema,
    groupFilter: filterSchema,
    attributeMap: attributeMapSchema,
    timeoutSeconds: z.int().min(bounds.timeoutSecondsMin).max(bounds.timeoutSecondsMax).default(bounds.timeoutSeconds),
    /** Whether passwords are set in the directory, and whether a locked account may be unlocked there. */
    canWriteBackPasswords: z.boolean().default(false),
    mayUnlock: z.boolean().default(false),
    /** A run that would disable more of the people who live here disables nobody. */
    deletionThresholdPercent: z.int().min(0).max(100).default(bounds.deletionThresholdPercent),
    syncEveryMinutes: z
      .int()
      .min(bounds.syncEveryMinutesMin)
      .max(bounds.syncEveryMinutesMax)
      .default(bounds.syncEveryMinutes),
  })
  .superRefine((settings, context) => {
    const scheme = settings.security === 'ldaps' ? 'ldaps:' : 'ldap:'
    settings.servers.forEach(({ url }, index) => {
      if (!url.startsWith(`${scheme}//`))
        context.addIssue({
          code: 'custom',
          path: ['servers', index, 'url'],
          message: 'directory.connector_security_mismatch',
        })
    })
  })
export type ConnectorSettings = z.infer<typeof connectorSettingsSchema>

export const connectorNameSchema = displayNameSchema.pipe(z.string().max(64))

/** What somebody tells of a directory, beside the password. */
export const connectorInputSchema = z.strictObject({
  name: connectorNameSchema,
  kind: z.enum(connectorKinds),
  settings: connectorSettingsSchema,
  isEnabled: z.boolean().default(true),
})
export type ConnectorInput = z.infer<typeof connectorInputSchema>

export const connectorFailureCodes = [
  'directory.forbidden',
  'directory.connector_invalid',
  'directory.connector_name_invalid',
  'directory.connector_password_again',
  'directory.connector_url_invalid',
  'directory.connector_security_mismatch',
  'directory.connector_dn_invalid',
  'directory.connector_account_invalid',
  'directory.connector_filter_invalid',
  'directory.connector_attribute_invalid',
  'directory.connector_certificate_invalid',
  'directory.connector_too_many',
  'directory.connector_password_needed',
  'directory.connector_kind_fixed',
  'directory.connector_name_taken',
  'directory.connector_changed_meanwhile',
  'directory.connector_not_found',
  'directory.connector_from_file',
  'directory.connector_in_use',
  'directory.connector_off',
  'directory.connector_list_old',
] as const
export type ConnectorFailureCode = (typeof connectorFailureCodes)[number]

/** A connector as the program uses it. Whoever connects reads the password for itself (`connectorPassword`). */
export type Connector = {
  readonly id: string
  readonly name: string
  readonly kind: ConnectorKind
  readonly settings: ConnectorSettings
  readonly isEnabled: boolean
  readonly isFromFile: boolean
  readonly version: number
  readonly syncRequestedAt: Date | null
  readonly lastSyncAt: Date | null
  readonly lastSyncDoneAt: Date | null
}

/** Where a person lives: the connector, the id there, and the name under which the entry was last seen. */
export type DirectoryHome = {
  readonly connectorId: string
  readonly entryId: string
  readonly distinguishedName: string
}

/** Whether the text can be a filter: one pair of brackets around everything, and every bracket has its other (RFC 4515). */
export function isFilter(text: string): boolean {
  if (!/^\(.+\)$/s.test(text) || /\p{Cc}/u.test(text)) return false
  let depth = 0
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '(') depth += 1
    if (text[index] === ')') depth -= 1
    if (depth < 0 || (depth === 0 && index < text.length - 1)) return false
  }
  return depth === 0
}
