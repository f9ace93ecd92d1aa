import 'server-only'
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { androidKeySays } from './android-key'
import { type CborMap, type CborValue, MalformedData } from './cbor'
import { type Certificate, extensionIds, readCertificate, readName } from './certificate'
import { childrenOf, expectDer, insideOf, objectIdentifierOf, readDer } from './der'
import { readCertifyInfo, readPublicArea, type TpmPublicArea, tpmHashes } from './tpm-structures'

/**
 * Attestation statements: whether what an authenticator says of itself is well-formed, signed, and about this credential. Whether
 * its certificates lead to somebody who is trusted is asked of the metadata afterwards (`chainsToAnchor`).
 *
 * @see WebAuthn L3 §8.2 to §8.8; SEC-033 to SEC-035
 */
export type AttestationType = 'none' | 'self' | 'basic' | 'attCA' | 'anonCA'

export type VerifiedAttestation = {
  readonly format: string
  readonly type: AttestationType
  /** Leaf first; empty for `none` and `self`. */
  readonly chain: readonly Certificate[]
}

/** What a statement is about. */
export type Attested = {
  readonly format: string
  readonly statement: CborMap
  readonly authenticatorData: Uint8Array
  readonly rpIdHash: Uint8Array
  readonly credentialId: Uint8Array
  readonly aaguid: string
  /** The credential's own key, and the COSE algorithm it names. */
  readonly key: KeyObject
  readonly algorithm: number
  readonly clientDataHash: Uint8Array
}

/**
 * Verifies the statement; null when it does not hold or its format does not exist. A SafetyNet statement, which nobody has signed
 * since 2024, counts as none. Throws `MalformedData` for what cannot be read.
 */
export function verifyAttestation(attested: Attested): VerifiedAttestation | null {
  const { format, statement } = attested
  switch (format) {
    case 'none':
      return statement.size === 0 ? unattested(format) : null
    case 'android-safetynet':
      return unattested(format)
    case 'packed':
      return packed(attested)
    case 'tpm':
      return tpm(attested)
    case 'android-key':
      return androidKey(attested)
    case 'apple':
      return apple(attested)
    case 'fido-u2f':
      return fidoU2f(attested)
    default:
      return null
  }
}

function unattested(format: string): VerifiedAttestation {
  return { format, type: 'none', chain: [] }
}

/** §8.2: by a certificate of the model, or by the credential itself. */
function packed(attested: Attested): VerifiedAttestation | null {
  const { statement, algorithm, key } = attested
  if (!hasOnly(statement, ['alg', 'sig', 'x5c'])) return null
  const [alg, signature] = [numberIn(statement, 'alg'), bytesIn(statement, 'sig')]
  const signed = signedBytes(attested)
  if (!statement.has('x5c')) {
    const isRight = alg === algorithm && isSignedBy(key, alg, signed, signature)
    return isRight ? { format: attested.format, type: 'self', chain: [] } : null
  }
  const [leaf, chain] = chainIn(statement)
  if (!isSignedBy(leaf.x509.publicKey, alg, signed, signature)) return null
  if (!isPackedCertificate(leaf) || !agreesOnModel(leaf, attested.aaguid)) return null
  return { format: attested.format, type: 'basic', chain }
}

/** §8.2.1 */
function isPackedCertificate(leaf: Certificate): boolean {
  const subject = (id: string) => leaf.subject.get(id)?.[0] ?? ''
  return (
    leaf.version === 3 &&
    /^[A-Z]{2}$/.test(subject('2.5.4.6')) &&
    subject('2.5.4.10') !== '' &&
    subject('2.5.4.11') === 'Authenticator Attestation' &&
    subject('2.5.4.3') !== '' &&
    isEndEntity(leaf)
  )
}

/** §8.3: a TPM certifies, with a key of its own, that it made the credential's. */
function tpm(attested: Attested): VerifiedAttestation | null {
  const { statement } = attested
  if (!hasOnly(statement, ['ver', 'alg', 'sig', 'x5c', 'certInfo', 'pubArea']) || statement.get('ver') !== '2.0') {
    return null
  }
  const [alg, signature] = [numberIn(statement, 'alg'), bytesIn(statement, 'sig')]
  const [certInfo, pubArea] = [bytesIn(statement, 'certInfo'), bytesIn(statement, 'pubArea')]
  const area = readPublicArea(pubArea)
  const info = readCertifyInfo(certInfo)
  const hash = hashesOfTpm.get(alg)
  const nameHash = tpmHashes.get(area.nameAlgorithm)
  if (!hash || !nameHash || !keyOf(area)?.equals(attested.key)) return null
  const nameHead = Buffer.from([area.nameAlgorithm >> 8, area.nameAlgorithm & 255])
  const name = Buffer.concat([nameHead, createHash(nameHash).update(pubArea).digest()])
  if (!createHash(hash).update(signedBytes(attested)).digest().equals(info.extraData)) return null
  if (!name.equals(info.name)) return null
  const [leaf, chain] = chainIn(statement)
  if (!isSignedBy(leaf.x509.publicKey, alg, certInfo, signature, hashesOfTpm)) return null
  if (!isTpmCertificate(leaf) || !agreesOnModel(leaf, attested.aaguid)) return null
  return { format: attested.format, type: 'attCA', chain }
}

/** §8.3.1. Any manufacturer who is named will do here: whom to trust is the metadata's answer, not a list in the code. */
function isTpmCertificate(leaf: Certificate): boolean {
  const usage = leaf.extensions.get(extensionIds.extendedKeyUsage)
  const alternative = leaf.extensions.get(extensionIds.subjectAlternativeName)
  if (leaf.version !== 3 || leaf.subject.size > 0 || !isEndEntity(leaf) || !usage || !alternative?.isCritical)
    return false
  const usages = childrenOf(expectDer(readDer(usage.value), 'sequence')).map(objectIdentifierOf)
  const directory = childrenOf(expectDer(readDer(alternative.value), 'sequence')).find(
    ({ tagClass, tag }) => tagClass === 'context' && tag === 4,
  )
  const named = directory ? readName(insideOf(directory)) : new Map<string, readonly string[]>()
  const tpmAttributes = ['2.23.133.2.1', '2.23.133.2.2', '2.23.133.2.3']
  return usages.includes('2.23.133.8.3') && tpmAttributes.every((id) => named.get(id)?.[0])
}

function keyOf({ key }: TpmPublicArea): KeyObject | null {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')
  const exponent = Buffer.alloc(4)
  if (key.kind === 'rsa') exponent.writeUInt32BE(key.exponent)
  const jwk =
    key.kind === 'rsa'
      ? { kty: 'RSA', n: text(key.modulus), e: text(exponent.subarray(exponent.findIndex((byte) => byte !== 0))) }
      : { kty: 'EC', crv: key.curve, x: text(key.x), y: text(key.y) }
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return null
  }
}

/** §8.4: the certificate is the credential's own, and its extension tells how the key came to be. */
function androidKey(attested: Attested): VerifiedAttestation | null {
  const { statement } = attested
  if (!hasOnly(statement, ['alg', 'sig', 'x5c'])) return null
  const [leaf, chain] = chainIn(statement)
  const [alg, signature] = [numberIn(statement, 'alg'), bytesIn(statement, 'sig')]
  if (!isSignedBy(leaf.x509.publicKey, alg, signedBytes(attested), signature)) return null
  if (!leaf.x509.publicKey.equals(attested.key)) return null
  return androidKeySays(leaf, attested.clientDataHash) ? { format: attested.format, type: 'basic', chain } : null
}

/** §8.8: Apple signs a certificate for the credential, with the hash of this ceremony in it. */
function apple(attested: Attested): VerifiedAttestation | null {
  const { statement } = attested
  if (!hasOnly(statement, ['x5c'])) return null
  const [leaf, chain] = chainIn(statement)
  const extension = leaf.extensions.get('1.2.840.113635.100.8.2')
  if (!extension || !leaf.x509.publicKey.equals(attested.key)) return null
  const [nonce] = childrenOf(expectDer(readDer(extension.value), 'sequence'))
  const { content } = expectDer(insideOf(nonce), 'octetString')
  const isRight = createHash('sha256').update(signedBytes(attested)).digest().equals(content)
  return isRight ? { format: attested.format, type: 'anonCA', chain } : null
}

/** §8.6: what U2F keys signed. Its certificate names no model, so an AAGUID beside it is a claim. */
function fidoU2f(attested: Attested): VerifiedAttestation | null {
  const { statement, key, rpIdHash, clientDataHash, credentialId } = attested
  if (!hasOnly(statement, ['sig', 'x5c'])) return null
  const [leaf, chain] = chainIn(statement)
  const { crv, x, y } = key.export({ format: 'jwk' })
  const isCurve = leaf.x509.publicKey.asymmetricKeyDetails?.namedCurve === 'prime256v1'
  if (chain.length !== 1 || !isCurve || crv !== 'P-256' || !x || !y) return null
  const point = [Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
  const signed = Buffer.concat([Buffer.from([0]), rpIdHash, clientDataHash, credentialId, ...point])
  if (!isSignedBy(leaf.x509.publicKey, -7, signed, bytesIn(statement, 'sig'))) return null
  return agreesOnModel(leaf, attested.aaguid) ? { format: attested.format, type: 'basic', chain } : null
}

/** id-fido-gen-ce-aaguid, where the certificate has it: not critical, and the same model as the authenticator data name. */
function agreesOnModel(leaf: Certificate, aaguid: string): boolean {
  const extension = leaf.extensions.get(extensionIds.aaguid)
  if (!extension) return true
  const { content } = expectDer(readDer(extension.value), 'octetString')
  return !extension.isCritical && Buffer.from(content).toString('hex') === aaguid.replaceAll('-', '')
}

function isEndEntity(leaf: Certificate): boolean {
  return leaf.extensions.has(extensionIds.basicConstraints) && !leaf.x509.ca
}

/** COSE algorithms of statements to Node's hashes. */
const hashes: ReadonlyMap<number, string> = new Map([
  [-7, 'sha256'],
  [-35, 'sha384'],
  [-36, 'sha512'],
  [-257, 'sha256'],
  [-258, 'sha384'],
  [-259, 'sha512'],
])
/** RS1 is what older TPMs sign with, and only they. */
const hashesOfTpm: typeof hashes = new Map([...hashes, [-65_535, 'sha1']])
const edwards = -8
const elliptic = [-7, -35, -36]

function isSignedBy(
  key: KeyObject,
  algorithm: number,
  signed: Uint8Array,
  signature: Uint8Array,
  known = hashes,
): boolean {
  const type = algorithm === edwards ? 'ed25519' : elliptic.includes(algorithm) ? 'ec' : 'rsa'
  const hash = known.get(algorithm)
  if (key.asymmetricKeyType !== type || (hash === undefined && algorithm !== edwards)) return false
  try {
    return verify(hash ?? null, signed, key, signature)
  } catch {
    return false
  }
}

function signedBytes({ authenticatorData, clientDataHash }: Attested): Buffer {
  return Buffer.concat([authenticatorData, clientDataHash])
}

function chainIn(statement: CborMap): readonly [Certificate, readonly Certificate[]] {
  const certificates = statement.get('x5c')
  if (!Array.isArray(certificates) || certificates.length > 6) throw new MalformedData('x5c')
  const chain = certificates.map((der: CborValue) => {
    if (!(der instanceof Uint8Array)) throw new MalformedData('x5c')
    return readCertificate(der)
  })
  const [leaf] = chain
  if (!leaf) throw new MalformedData('x5c')
  return [leaf, chain]
}

function hasOnly(statement: CborMap, members: readonly string[]): boolean {
  return [...statement.keys()].every((name) => members.includes(String(name)))
}

function numberIn(statement: CborMap, name: string): number {
  const value = statement.get(name)
  if (typeof value !== 'number') throw new MalformedData(name)
  return value
}

function bytesIn(statement: CborMap, name: string): Uint8Array {
  const value = statement.get(name)
  if (!(value instanceof Uint8Array)) throw new MalformedData(name)
  return value
}
