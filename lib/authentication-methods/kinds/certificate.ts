import 'server-only'
import { X509Certificate } from 'node:crypto'
import { MalformedData } from './cbor'
import { childrenOf, type DerItem, expectDer, insideOf, integerOf, objectIdentifierOf, readDer } from './der'

/**
 * X.509 certificates as attestation and metadata need them: what Node's own class does not tell (version, the parts of the
 * subject, extensions), and whether a chain ends at an anchor. Nothing is fetched from an address in a certificate.
 *
 * @see RFC 5280 §4.1, §6.1
 */
export type Certificate = {
  readonly x509: X509Certificate
  /** 3 for what is called v3. */
  readonly version: number
  /** Attribute type, dotted, to its texts. */
  readonly subject: ReadonlyMap<string, readonly string[]>
  /** Dotted to what `extnValue` holds. */
  readonly extensions: ReadonlyMap<string, { readonly isCritical: boolean; readonly value: Uint8Array }>
}

export const extensionIds = {
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  subjectAlternativeName: '2.5.29.17',
  /** id-fido-gen-ce-aaguid */
  aaguid: '1.3.6.1.4.1.45724.1.1.4',
} as const

/** Longer than any authenticator's; each link costs a signature. */
const chainLengthMax = 6

/** Reads one certificate from DER. Throws `MalformedData`. */
export function readCertificate(der: Uint8Array): Certificate {
  const [tbs] = childrenOf(expectDer(readDer(der), 'sequence'))
  const fields = childrenOf(expectDer(tbs, 'sequence'))
  const isVersioned = fields[0]?.tagClass === 'context' && fields[0].tag === 0
  const [serial, , , , subject, , ...optional] = fields.slice(isVersioned ? 1 : 0)
  expectDer(serial, 'integer')
  const extensions = optional.find((item) => item.tagClass === 'context' && item.tag === 3)
  return {
    x509: parse(der),
    version: isVersioned ? integerOf(insideOf(fields[0])) + 1 : 1,
    subject: readName(expectDer(subject, 'sequence')),
    extensions: extensions ? readExtensions(insideOf(extensions)) : new Map(),
  }
}

/** The attributes of a distinguished name. */
export function readName(name: DerItem): ReadonlyMap<string, readonly string[]> {
  const attributes = new Map<string, readonly string[]>()
  for (const item of childrenOf(name).flatMap((set) => childrenOf(expectDer(set, 'set')))) {
    const [type, value] = childrenOf(item)
    const id = objectIdentifierOf(type)
    attributes.set(id, [...(attributes.get(id) ?? []), Buffer.from(value?.content ?? []).toString('utf8')])
  }
  return attributes
}

/**
 * Whether the chain, leaf first, ends at one of the anchors at this moment: each certificate valid, signed by the next, and
 * allowed to sign it. A certificate of the chain that is itself an anchor ends it, for metadata names leaves, too.
 */
export function chainsToAnchor(chain: readonly Certificate[], anchors: readonly Certificate[], at: Date): boolean {
  if (chain.length === 0 || chain.length > chainLengthMax) return false
  for (const [index, certificate] of chain.entries()) {
    if (!isValidAt(certificate, at)) return false
    if (anchors.some((anchor) => anchor.x509.raw.equals(certificate.x509.raw))) return true
    const mayIssue = (issuer: Certificate) => isIssuedBy(certificate, issuer, index)
    if (anchors.some((anchor) => isValidAt(anchor, at) && mayIssue(anchor))) return true
    const next = chain[index + 1]
    if (!next || !mayIssue(next)) return false
  }
  return false
}

function isValidAt({ x509 }: Certificate, at: Date): boolean {
  return Date.parse(x509.validFrom) <= at.getTime() && at.getTime() <= Date.parse(x509.validTo)
}

/** `below` counts the certificates between the issuer and the leaf, for its path length. */
function isIssuedBy(certificate: Certificate, issuer: Certificate, below: number): boolean {
  if (!issuer.x509.ca || !mayItSignCertificates(issuer) || below > pathLengthOf(issuer)) return false
  return certificate.x509.checkIssued(issuer.x509) && certificate.x509.verify(issuer.x509.publicKey)
}

function mayItSignCertificates({ extensions }: Certificate): boolean {
  const usage = extensions.get(extensionIds.keyUsage)
  if (!usage) return true
  const { content } = expectDer(readDer(usage.value), 'bitString')
  return ((content[1] ?? 0) & 4) !== 0
}

function pathLengthOf({ extensions }: Certificate): number {
  const constraints = extensions.get(extensionIds.basicConstraints)
  if (!constraints) return chainLengthMax
  const length = childrenOf(expectDer(readDer(constraints.value), 'sequence'))[1]
  return length ? integerOf(expectDer(length, 'integer')) : chainLengthMax
}

function readExtensions(list: DerItem): Certificate['extensions'] {
  const extensions = new Map<string, { isCritical: boolean; value: Uint8Array }>()
  for (const extension of childrenOf(expectDer(list, 'sequence'))) {
    const parts = childrenOf(expectDer(extension, 'sequence'))
    const id = objectIdentifierOf(parts[0])
    if (extensions.has(id)) throw new MalformedData('extension appears twice')
    const isCritical = parts.length === 3 && expectDer(parts[1], 'boolean').content[0] === 0xff
    extensions.set(id, { isCritical, value: expectDer(parts.at(-1), 'octetString').content })
  }
  return extensions
}

function parse(der: Uint8Array): X509Certificate {
  try {
    const certificate = new X509Certificate(der)
    // Node reads the key only when asked; one it cannot read is malformed here and not an exception later.
    void certificate.publicKey
    return certificate
  } catch {
    throw new MalformedData('certificate cannot be read')
  }
}
