import type { VerifiedAttestation } from '@/lib/authentication-methods/kinds/attestation'
import { type Certificate, chainsToAnchor } from '@/lib/authentication-methods/kinds/certificate'
import { limits } from '@/lib/limits'
import type { StatusReport } from './model'

/**
 * What the list says about a model at a moment, and whether an attestation proves it.
 *
 * @see SEC-033, SEC-036; FIDO Metadata Service 3.1 §3.1.4
 */
export type Trust =
  | 'trusted'
  /** Nothing was attested, or nothing that names a model. */
  | 'unattested'
  | 'unknown_model'
  | 'metadata_stale'
  | 'model_refused'
  /** The chain ends at none of the model's roots. */
  | 'untrusted'

export type KnownModel = {
  readonly anchors: readonly Certificate[]
  readonly statusReports: readonly StatusReport[]
  readonly nextUpdateAt: Date
}

const refusing = ['REVOKED', 'USER_VERIFICATION_BYPASS']

/**
 * Whether a report in effect refuses the model: it was revoked, its keys were compromised, or its user verification
 * can be passed. A later report of an update takes nothing back, for nobody here sees whether the update was made.
 */
export function isModelRefused(reports: readonly StatusReport[], at: Date): boolean {
  return reports.some(
    ({ status, effectiveDate }) =>
      (refusing.includes(status) || status.endsWith('_COMPROMISE')) &&
      (effectiveDate === undefined || Date.parse(effectiveDate) <= at.getTime()),
  )
}

/** `due`: the next list should have come. `stale`: so long ago that enforced attestation no longer rests on this one. */
export function freshnessOf(nextUpdateAt: Date, at: Date): 'current' | 'due' | 'stale' {
  const overdueDays = (at.getTime() - nextUpdateAt.getTime()) / 86_400_000
  if (overdueDays <= 0) return 'current'
  return overdueDays > limits.fidoMetadata.trustedAfterDueDays ? 'stale' : 'due'
}

/** Whether the attestation proves that the passkey is of this model. An AAGUID beside a U2F statement is signed by nobody. */
export function trustOf(attestation: VerifiedAttestation, model: KnownModel | null, at: Date): Trust {
  if (attestation.chain.length === 0 || attestation.format === 'fido-u2f') return 'unattested'
  if (model === null) return 'unknown_model'
  if (freshnessOf(model.nextUpdateAt, at) === 'stale') return 'metadata_stale'
  if (isModelRefused(model.statusReports, at)) return 'model_refused'
  return chainsToAnchor(attestation.chain, model.anchors, at) ? 'trusted' : 'untrusted'
}
