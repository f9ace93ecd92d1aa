import { z } from 'zod'

/** What the form of a directory sends, and the settings it stands for. */

const text = (max: number) => z.string().max(max).default('')

export const attributeNames = [
  ...(['entryId', 'userPrincipalName', 'displayName', 'mail'] as const),
  ...(['businessPhone', 'preferredLanguage', 'groupName', 'groupDescription', 'member'] as const),
] as const

export const connectorFieldsSchema = z.strictObject({
  version: text(16),
  name: text(256),
  kind: text(32),
  servers: text(4096),
  security: text(16),
  certificateAuthorityPem: text(70_000),
  bindDistinguishedName: text(2048),
  bindPassword: text(1024),
  baseDistinguishedNames: text(20_000),
  userFilter: text(4096),
  groupFilter: text(4096),
  ...{ entryId: text(128), userPrincipalName: text(128), displayName: text(128), mail: text(128) },
  ...{ businessPhone: text(128), preferredLanguage: text(128) },
  ...{ groupName: text(128), groupDescription: text(128), member: text(128) },
  ...{ timeoutSeconds: text(8), deletionThresholdPercent: text(8), syncEveryMinutes: text(8) },
  ...{ canWriteBackPasswords: text(8), mayUnlock: text(8), isEnabled: text(8) },
})
export type ConnectorFields = z.output<typeof connectorFieldsSchema>

/** Everything but the password. */
export const keptFields = Object.keys(connectorFieldsSchema.shape).filter(
  (name) => name !== 'bindPassword' && name !== 'version',
)

const lines = (value: string) =>
  value
    .split(/\r\n|\n|\r/)
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** Not judged here: the command reads it with the schema of connectors. */
export function connectorOf(fields: ConnectorFields) {
  const authority = fields.certificateAuthorityPem.trim()
  return {
    name: fields.name,
    kind: fields.kind,
    isEnabled: fields.isEnabled === 'on',
    settings: {
      servers: lines(fields.servers).map((url) => ({ url })),
      security: fields.security,
      ...(authority === '' ? {} : { certificateAuthorityPem: authority }),
      bindDistinguishedName: fields.bindDistinguishedName,
      baseDistinguishedNames: lines(fields.baseDistinguishedNames),
      userFilter: fields.userFilter,
      groupFilter: fields.groupFilter,
      attributeMap: Object.fromEntries(attributeNames.map((name) => [name, fields[name]])),
      timeoutSeconds: Number(fields.timeoutSeconds),
      canWriteBackPasswords: fields.canWriteBackPasswords === 'on',
      mayUnlock: fields.mayUnlock === 'on',
      deletionThresholdPercent: Number(fields.deletionThresholdPercent),
      syncEveryMinutes: Number(fields.syncEveryMinutes),
    },
  }
}

/** The field of the form for a member of the settings. */
export function fieldOf(member: string | undefined): string | undefined {
  if (member?.startsWith('attributeMap.')) return member.slice('attributeMap.'.length)
  return member?.split('.')[0] || undefined
}
