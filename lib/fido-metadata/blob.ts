import { verify } from 'node:crypto'
import { z } from 'zod'
import { MalformedData } from '@/lib/authentication-methods/kinds/cbor'
import { type Certificate, chainsToAnchor, readCertificate } from '@/lib/authentication-methods/kinds/certificate'
import { type MetadataList, type MetadataRefusal, type ModelEntry, payloadSchema } from './model'

/**
 * The BLOB of the metadata service: a JWT whose signer has a certificate under the pinned root.
 *
 * @see FIDO Metadata Service 3.1 §3.1.7, §3.2; RFC 7515 §4.1.6
 */
export type BlobRoot = {
  readonly certificate: Certificate
  /**
   * Names one of which the signer's certificate must carry: anybody can buy a certificate under a public root. Null for a
   * root that exists for this purpose.
   */
  readonly signerHosts: readonly string[] | null
}

type Read =
  | { readonly ok: true; readonly list: MetadataList }
  | { readonly ok: false; readonly reason: MetadataRefusal }

const headerSchema = z.object({
  alg: z.enum(['RS256', 'ES256']),
  x5c: z.array(z.string().max(20_000)).min(1).max(6),
  /** Extensions that must be understood; none is. */
  crit: z.never().optional(),
})

/** Reads a BLOB that is signed under one of the roots at this moment. Never throws for anything a file can hold. */
export function readBlob(text: string, roots: readonly BlobRoot[], at: Date): Read {
  try {
    return read(text.trim(), roots, at)
  } catch (error) {
    if (error instanceof MalformedData || error instanceof SyntaxError || error instanceof z.ZodError) {
      return { ok: false, reason: 'malformed' }
    }
    throw error
  }
}

function read(text: string, roots: readonly BlobRoot[], at: Date): Read {
  const [head, body, signature, ...more] = text.split('.')
  if (!head || !body || !signature || more.length > 0) return { ok: false, reason: 'malformed' }
  const header = headerSchema.parse(parseJson(head))
  const chain = header.x5c.map((der) => readCertificate(Buffer.from(der, 'base64')))
  const [signer] = chain
  if (!signer || !isSignedBy(signer, header.alg, `${head}.${body}`, Buffer.from(signature, 'base64url'))) {
    return { ok: false, reason: 'signature' }
  }
  const trusting = roots.filter(({ certificate }) => chainsToAnchor(chain, [certificate], at))
  if (trusting.length === 0) return { ok: false, reason: 'untrusted' }
  const isRightSigner = trusting.some(
    ({ signerHosts }) => signerHosts === null || signerHosts.some((host) => signer.x509.checkHost(host) !== undefined),
  )
  if (!isRightSigner) return { ok: false, reason: 'signer' }
  const payload = payloadSchema.parse(parseJson(body))
  return {
    ok: true,
    list: {
      number: payload.no,
      nextUpdateAt: new Date(`${payload.nextUpdate}T00:00:00Z`),
      models: modelsOf(payload.entries),
    },
  }
}

function isSignedBy({ x509 }: Certificate, algorithm: 'RS256' | 'ES256', signed: string, signature: Buffer): boolean {
  const key = x509.publicKey
  const isElliptic = algorithm === 'ES256'
  if (isElliptic ? key.asymmetricKeyDetails?.namedCurve !== 'prime256v1' : key.asymmetricKeyType !== 'rsa') return false
  return verify('sha256', Buffer.from(signed), isElliptic ? { key, dsaEncoding: 'ieee-p1363' } : key, signature)
}

/** Entries of FIDO2 models; those of U2F and UAF have no AAGUID. Of two for one model the first counts. */
function modelsOf(entries: z.infer<typeof payloadSchema>['entries']): readonly ModelEntry[] {
  const models = new Map<string, ModelEntry>()
  for (const { aaguid, metadataStatement, statusReports } of entries) {
    if (aaguid === undefined || models.has(aaguid)) continue
    models.set(aaguid, {
      aaguid,
      description: cleanText(metadataStatement?.description ?? ''),
      icon: safeIcon(metadataStatement?.icon),
      rootCertificates: (metadataStatement?.attestationRootCertificates ?? []).map(
        (text) => new Uint8Array(Buffer.from(text, 'base64')),
      ),
      statusReports,
    })
  }
  return [...models.values()]
}

/** One line without control or direction characters, short enough for a list. */
function cleanText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 128)
}

const iconLengthMax = 100_000

/** A PNG picture as a `data:` address; anything else (drawings can carry script) is shown as no picture. */
function safeIcon(icon: string | undefined): string | null {
  if (icon === undefined || icon.length > iconLengthMax) return null
  const [, base64 = ''] = /^data:image\/png;base64,([A-Za-z0-9+/\s]+={0,2})\s*$/.exec(icon) ?? []
  const bytes = Buffer.from(base64, 'base64')
  const isPng = bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))
  return isPng ? `data:image/png;base64,${bytes.toString('base64')}` : null
}

function parseJson(part: string): unknown {
  return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
}
