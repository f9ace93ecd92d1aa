/** A BLOB as the metadata service would sign it, under an authority of the test's own. */
import { sign } from 'node:crypto'
import { type Issued, issue } from './certificate-authority'

export const metadataRoot = issue({ isAuthority: true })
const signer = issue({ subject: { '2.5.4.3': 'mds.harbor.example' } }, metadataRoot)

/** One transparent pixel. */
export const pngIcon =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

export type BlobEntry = {
  readonly aaguid?: string
  readonly description?: string
  readonly icon?: string
  readonly roots?: readonly Issued[]
  readonly statusReports?: readonly { readonly status: string; readonly effectiveDate?: string }[]
}

export function anEntry({ aaguid, description = 'A key', icon, roots = [], statusReports = [] }: BlobEntry) {
  return {
    aaguid,
    metadataStatement: {
      description,
      icon,
      attestationRootCertificates: roots.map(({ der }) => der.toString('base64')),
      protocolFamily: 'fido2',
    },
    statusReports: [{ status: 'FIDO_CERTIFIED_L1', effectiveDate: '2024-01-01' }, ...statusReports],
    timeOfLastStatusChange: '2024-01-01',
  }
}

export function aBlob(
  given: {
    readonly no?: number
    readonly nextUpdate?: string
    readonly entries?: readonly BlobEntry[]
    readonly payload?: Readonly<Record<string, unknown>>
    readonly header?: Readonly<Record<string, unknown>>
    readonly signedBy?: Issued
    readonly chain?: readonly Issued[]
  } = {},
): string {
  const { signedBy = signer, chain = [signedBy] } = given
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const x5c = chain.map(({ der }) => der.toString('base64'))
  const head = part({ alg: 'ES256', typ: 'JWT', x5c, ...given.header })
  const body = part({
    legalHeader: 'For tests only',
    no: given.no ?? 1,
    nextUpdate: given.nextUpdate ?? '2099-01-01',
    entries: (given.entries ?? []).map(anEntry),
    ...given.payload,
  })
  const signature = sign('sha256', Buffer.from(`${head}.${body}`), {
    key: signedBy.privateKey,
    dsaEncoding: 'ieee-p1363',
  })
  return `${head}.${body}.${signature.toString('base64url')}`
}
