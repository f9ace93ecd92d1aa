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

/** As `methodsPolicyText`, for the two documents about registration; `registrationPoliciesFrom` reads the answers. */
export const mfaRegistrationPolicyText = policyText('mfaRegistrationPolicy')
export const registrationCampaignText = policyText('registrationCampaign')

type RegistrationTexts = { readonly mfaRegistrationPolicy: string | null; readonly registrationCampaign: string | null }
type RegistrationPolicies = {
  readonly mfaRegistrationPolicy: MfaRegistrationPolicy
  readonly registrationCampaign: RegistrationCampaign
}

/** The documents from their texts; null is the default. The same text is not read again. */
export function registrationPoliciesFrom(texts: RegistrationTexts): RegistrationPolicies {
  const from = [texts.mfaRegistrationPolicy, texts.registrationCampaign] as const
  if (lastRegistrationRead === null || from.some((text, place) => text !== lastRegistrationRead?.from[place])) {
    const [policy, campaign] = from
    const policies = {
      mfaRegistrationPolicy:
        policy === null ? defaultMfaRegistrationPolicy : mfaRegistrationPolicySchema.parse(JSON.parse(policy)),
      registrationCampaign:
        campaign === null ? defaultRegistrationCampaign : registrationCampaignSchema.parse(JSON.parse(campaign)),
    }
    lastRegistrationRead = { from, policies }
  }
  return lastRegistrationRead.policies
}

let lastRegistrationRead: {
  readonly from: readonly [string | null, string | null]
  readonly policies: RegistrationPolicies
} | null = null

/** Queries for the two documents as text, for a statement that asks for more; `policiesFrom` reads the answers. */
export const methodsPolicyText = policyText('authenticationMethodsPolicy')
export const passwordResetPolicyText = policyText('passwordResetPolicy')

function policyText(name: PolicyName): Prisma.Sql {
  return Prisma.sql`SELECT document::text FROM tenant_policy WHERE name = ${name}`
}

type PolicyTexts = { readonly methodsPolicy: string | null; readonly passwordResetPolicy: string | null }
type ReadPolicies = { readonly methodsPolicy: MethodsPolicy; readonly passwordResetPolicy: PasswordResetPolicy }

/**
 * The documents as they hold now, from their texts; null is the default. The same text is the same document and is not
 * read again.
 */
export function policiesFrom({ methodsPolicy, passwordResetPolicy }: PolicyTexts): ReadPolicies {
  const from = [methodsPolicy, passwordResetPolicy, canText(), canCall()] as const
  if (lastRead === null || from.some((value, place) => value !== lastRead?.from[place])) {
    const methods = methodsPolicy === null ? defaultMethodsPolicy : methodsPolicySchema.parse(JSON.parse(methodsPolicy))
    const policies = {
      methodsPolicy: asItHolds(methods),
      passwordResetPolicy:
        passwordResetPolicy === null
          ? defaultPasswordResetPolicy
          : passwordResetPolicySchema.parse(JSON.parse(passwordResetPolicy)),
    }
    lastRead = { from, policies }
  }
  return lastRead.policies
}

let lastRead: {
  readonly from: readonly [string | null, string | null, boolean, boolean]
  readonly policies: ReadPolicies
} | null = null

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
