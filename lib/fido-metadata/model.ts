/**
 * What the FIDO Alliance publishes about models of authenticators: what they are called, which roots their attestation leads to, and
 * whether something is known against them.
 *
 * The room keeps the last list that was imported and answers questions about a model, named by its AAGUID. Its invariant: nothing
 * is stored that was not signed under the pinned root, and the number of the list never goes back. It decides
 * about no passkey; the policy does.
 *
 * @see FIDO Metadata Service 3.1 §3; FIDO Metadata Statement 3.1
 */
import { z } from 'zod'

const aaguid = z
  .string()
  .transform((text) => text.toLowerCase())
  .pipe(z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/))

export const statusReportSchema = z.object({
  status: z.string().max(64),
  effectiveDate: z.iso.date().optional(),
})
export type StatusReport = z.infer<typeof statusReportSchema>

/** Only what is used is read; members of later versions are no reason to refuse a list. */
export const payloadSchema = z.object({
  no: z.number().int().min(0).max(2_147_483_647),
  nextUpdate: z.iso.date(),
  entries: z
    .array(
      z.object({
        aaguid: aaguid.optional(),
        metadataStatement: z
          .object({
            description: z.string().max(1000),
            attestationRootCertificates: z.array(z.string().max(20_000)).max(200).default([]),
            icon: z.string().max(2_000_000).optional(),
          })
          .optional(),
        statusReports: z.array(statusReportSchema).max(100),
      }),
    )
    .max(20_000),
})

export type ModelEntry = {
  readonly aaguid: string
  readonly description: string
  /** A `data:` address of a PNG picture, or null. */
  readonly icon: string | null
  /** DER. */
  readonly rootCertificates: readonly Uint8Array<ArrayBuffer>[]
  readonly statusReports: readonly StatusReport[]
}

export type MetadataList = {
  readonly number: number
  /** When the next one is due. */
  readonly nextUpdateAt: Date
  readonly models: readonly ModelEntry[]
}

/** Why a list was not taken; the word stands in the audit trail. */
export type MetadataRefusal = 'malformed' | 'signature' | 'untrusted' | 'signer' | 'rollback' | 'stale'

export type ImportResult =
  | {
      readonly ok: true
      readonly outcome: 'imported' | 'unchanged'
      readonly number: number
      readonly nextUpdateAt: Date
      readonly models: number
    }
  | { readonly ok: false; readonly reason: MetadataRefusal }

/** What people may see of a model. */
export type ModelView = {
  readonly name: string
  readonly icon: string | null
  /** Something is known against it: it may not be registered any more. */
  readonly isRefused: boolean
}

/** A model to choose from. Its picture is asked for by itself: pictures are large. */
export type ModelChoice = {
  readonly aaguid: string
  readonly name: string
  readonly hasPicture: boolean
  readonly isRefused: boolean
}
