import 'server-only'
import type { z } from 'zod'
import type { Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { isVoiceConfigured } from '@/lib/platform/voice'
import { Prisma } from '@/prisma/client/client'
import {
  defaultMethodsPolicy,
  defaultPasswordResetPolicy,
  type MethodsPolicy,
  methodsPolicySchema,
  type PasswordResetPolicy,
  passwordResetPolicySchema,
} from './policy-model'
import {
  defaultMfaRegistrationPolicy,
  defaultRegistrationCampaign,
  type MfaRegistrationPolicy,
  mfaRegistrationPolicySchema,
  type RegistrationCampaign,
  registrationCampaignSchema,
} from './registration-policy'

/**
 * The organisation's policy documents. Version 0 means that nothing was decided yet and the default applies. A row
 * that does not fit its schema throws: a rule that cannot be read must not be guessed.
 */
export type Versioned<Document> = { readonly document: Document; readonly version: number }

/**
 * As it holds now. Text messages are off, whatever the document says, while the operator has named no provider or no
 * country, and so are calls: a method whose code cannot arrive is neither offered nor counted.
 */
export async function loadMethodsPolicy(tx: Tx): Promise<MethodsPolicy> {
  return asItHolds((await readMethodsPolicy(tx)).document)
}

/** What a stored or proposed document means on this installation. */
export function asItHolds(document: MethodsPolicy): MethodsPolicy {
  const texted = canText() ? document : without(document, 'mobilePhone')
  return canCall() ? texted : without(texted, 'voice')
}

/** Whether the operator has named a provider for text messages and countries to send to. */
export function canText(): boolean {
  const { SMS_PROVIDERS, SMS_COUNTRIES } = env()
  return SMS_PROVIDERS.length > 0 && SMS_COUNTRIES.length > 0
}

/** Whether the operator has named a provider for calls and countries to call. */
export function canCall(): boolean {
  return isVoiceConfigured() && env().SMS_COUNTRIES.length > 0
}

function without(document: MethodsPolicy, name: 'mobilePhone' | 'voice'): MethodsPolicy {
  const { methods } = document
  return { ...document, methods: { ...methods, [name]: { ...methods[name], state: 'disabled' } } }
}

export async function loadPasswordResetPolicy(tx: Tx): Promise<PasswordResetPolicy> {
  return (await readPasswordResetPolicy(tx)).document
}

/** With the version, for a form that saves what it showed. */
export function readMethodsPolicy(tx: Tx): Promise<Versioned<MethodsPolicy>> {
  return read(tx, 'authenticationMethodsPolicy', methodsPolicySchema, defaultMethodsPolicy)
}

export function readPasswordResetPolicy(tx: Tx): Promise<Versioned<PasswordResetPolicy>> {
  return read(tx, 'passwordResetPolicy', passwordResetPolicySchema, defaultPasswordResetPolicy)
}

/** Writes the whole document; false when `expectedVersion` is no longer the version stored. */
export function saveMethodsPolicy(
  tx: Tx,
  document: MethodsPolicy,
  expectedVersion: number,
  modifiedAt: Date,
): Promise<boolean> {
  return save(tx, 'authenticationMethodsPolicy', methodsPolicySchema.parse(document), expectedVersion, modifiedAt)
}

/** Writes the whole document; false when `expectedVersion` is no longer the version stored. */
export function savePasswordResetPolicy(
  tx: Tx,
  document: PasswordResetPolicy,
  expectedVersion: number,
  modifiedAt: Date,
): Promise<boolean> {
  return save(tx, 'passwordResetPolicy', passwordResetPolicySchema.parse(document), expectedVersion, modifiedAt)
}

export function readMfaRegistrationPolicy(tx: Tx): Promise<Versioned<MfaRegistrationPolicy>> {
  return read(tx, 'mfaRegistrationPolicy', mfaRegistrationPolicySchema, defaultMfaRegistrationPolicy)
}

export function readRegistrationCampaign(tx: Tx): Promise<Versioned<RegistrationCampaign>> {
  return read(tx, 'registrationCampaign', registrationCampaignSchema, defaultRegistrationCampaign)
}

/** Writes the whole document; false when `expectedVersion` is no longer the version stored. */
export function saveMfaRegistrationPolicy(
  tx: Tx,
  document: MfaRegistrationPolicy,
  expectedVersion: number,
  modifiedAt: Date,
): Promise<boolean> {
  return save(tx, 'mfaRegistrationPolicy', mfaRegistrationPolicySchema.parse(document), expectedVersion, modifiedAt)
}

/** Writes the whole document; false when `expectedVersion` is no longer the version stored. */
export function saveRegistrationCampaign(
  tx: Tx,
  document: RegistrationCampaign,
  expectedVersion: number,
  modifiedAt: Date,
): Promise<boolean> {
  return save(tx, 'registrationCampaign', registrationCampaignSchema.parse(document), expectedVersion, modifiedAt)
}

/** The four documents that decide about people, as they hold now. */
export type PolicyDocuments = {
  readonly methodsPolicy: MethodsPolicy
  readonly passwordResetPolicy: PasswordResetPolicy
  readonly mfaRegistrationPolicy: MfaRegistrationPolicy
  readonly registrationCampaign: RegistrationCampaign
}

/**
 * A query for one text that differs when any document differs, also when it was changed past this program: it is made from
 * the rows' own places. Null when nothing is stored. For a statement that asks for more: the documents themselves are half of
 * what reading a person would cost.
 */
export const policyDocumentsStamp = Prisma.sql`
  SELECT string_agg(name || xmin || ctid, ',' ORDER BY name) FROM tenant_policy`

/** The documents whose `policyDocumentsStamp` was read a moment ago: those known by it, or read now. */
export async function policyDocumentsOf(tx: Tx, stamp: string | null): Promise<PolicyDocuments> {
  if (known?.asOf === asOf(stamp)) return known.documents
  const rows = await tx.$queryRaw<{ name: string; text: string; stamp: string }[]>`
    SELECT name, document::text AS text, (${policyDocumentsStamp}) AS stamp FROM tenant_policy`
  const stored = <Document>(name: PolicyName, schema: z.ZodType<Document>, absent: Document) => {
    const row = rows.find((one) => one.name === name)
    return row === undefined ? absent : schema.parse(JSON.parse(row.text))
  }
  const documents = {
    methodsPolicy: asItHolds(stored('authenticationMethodsPolicy', methodsPolicySchema, defaultMethodsPolicy)),
    passwordResetPolicy: stored('passwordResetPolicy', passwordResetPolicySchema, defaultPasswordResetPolicy),
    mfaRegistrationPolicy: stored('mfaRegistrationPolicy', mfaRegistrationPolicySchema, defaultMfaRegistrationPolicy),
    registrationCampaign: stored('registrationCampaign', registrationCampaignSchema, defaultRegistrationCampaign),
  }
  known = { asOf: asOf(rows[0]?.stamp ?? null), documents }
  return documents
}

let known: { readonly asOf: string; readonly documents: PolicyDocuments } | null = null

/** What they hold depends on what the operator has named, too (`asItHolds`). */
function asOf(stamp: string | null): string {
  return `${stamp} ${canText()} ${canCall()}`
}

type PolicyName =
  | 'authenticationMethodsPolicy'
  | 'passwordResetPolicy'
  | 'mfaRegistrationPolicy'
  | 'registrationCampaign'

async function read<Document>(
  tx: Tx,
  name: PolicyName,
  schema: z.ZodType<Document>,
  absent: Document,
): Promise<Versioned<Document>> {
  const row = await tx.tenantPolicy.findUnique({ where: { name } })
  if (row === null) return { document: absent, version: 0 }
  return { document: schema.parse(row.document), version: row.version }
}

/** "Only if unchanged" is the row count of one statement, so of two administrators who save at once only one wins. */
async function save(
  tx: Tx,
  name: PolicyName,
  document: Prisma.InputJsonObject,
  expectedVersion: number,
  modifiedAt: Date,
): Promise<boolean> {
  if (expectedVersion === 0) {
    const made = await tx.tenantPolicy.createMany({ data: [{ name, document, modifiedAt }], skipDuplicates: true })
    return made.count === 1
  }
  const changed = await tx.tenantPolicy.updateMany({
    where: { name, version: expectedVersion },
    data: { document, modifiedAt, version: { increment: 1 } },
  })
  return changed.count === 1
}
