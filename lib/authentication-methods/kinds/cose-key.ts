import 'server-only'
import { createPublicKey, type KeyObject, webcrypto } from 'node:crypto'
import { type CborMap, decodeCbor, MalformedData } from './cbor'

/**
 * Public keys of passkeys, checked completely before they are stored: a key that registers must be one that can verify
 * later (SEC-030).
 *
 * @see RFC 9052 §7, RFC 9053; WebAuthn L3 §5.8.5 (algorithm and curve belong together)
 */
export const coseAlgorithms = { ES256: -7, EdDSA: -8, RS256: -257 } as const

type Jwk = { kty: string; crv?: string; x?: string; y?: string; n?: string; e?: string }

const label = { kty: 1, alg: 3, crv: -1, x: -2, y: -3, n: -1, e: -2 } as const
const rsaBits = { min: 2048, max: 8192 }

/** The algorithm a key names, whatever else is wrong with it. Throws `MalformedData` when it names none. */
export function coseAlgorithmOf(bytes: Uint8Array<ArrayBuffer>): number {
  const key = decodeCbor(bytes)
  const algorithm = key instanceof Map ? key.get(label.alg) : undefined
  if (typeof algorithm !== 'number') throw new MalformedData('key names no algorithm')
  return algorithm
}

/** The key when it is sound, else throws `MalformedData` saying what is wrong. */
export async function validateCoseKey(bytes: Uint8Array<ArrayBuffer>): Promise<KeyObject> {
  const key = decodeCbor(bytes)
  if (!(key instanceof Map)) throw new MalformedData('key is not a map')
  switch (key.get(label.alg)) {
    case coseAlgorithms.ES256:
      return importKey(ellipticKey(key), { name: 'ECDSA', namedCurve: 'P-256' })
    case coseAlgorithms.EdDSA:
      return importKey(edwardsKey(key), { name: 'Ed25519' })
    case coseAlgorithms.RS256:
      return importKey(rsaKey(key), { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' })
    default:
      throw new MalformedData('key of an algorithm that is not known')
  }
}

/** kty EC2, curve P-256, uncompressed; that the point lies on the curve is what the import checks. */
function ellipticKey(key: CborMap): Jwk {
  expectExactly(
    key,
    [
      [label.kty, 2],
      [label.crv, 1],
    ],
    [label.x, label.y],
  )
  return { kty: 'EC', crv: 'P-256', x: base64url(key, label.x, 32), y: base64url(key, label.y, 32) }
}

/** kty OKP, curve Ed25519. No import notices an encoding that is no point, so it is decompressed here. */
function edwardsKey(key: CborMap): Jwk {
  expectExactly(
    key,
    [
      [label.kty, 1],
      [label.crv, 6],
    ],
    [label.x],
  )
  if (!isEdwardsPoint(bytesOf(key, label.x, 32))) throw new MalformedData('key is no point of the curve')
  return { kty: 'OKP', crv: 'Ed25519', x: base64url(key, label.x, 32) }
}

/** kty RSA, modulus of 2048 to 8192 bits, odd, without leading zeros; public exponent odd and at least 3. */
function rsaKey(key: CborMap): Jwk {
  expectExactly(key, [[label.kty, 3]], [label.n, label.e])
  const modulus = bytesOf(key, label.n)
  const exponent = bytesOf(key, label.e)
  const [first = 0] = modulus
  const bits = modulus.length * 8 - Math.clz32(first) + 24
  const isModulus = first !== 0 && bits >= rsaBits.min && bits <= rsaBits.max && isOdd(modulus)
  const value = exponent.reduce((sum, byte) => sum * 256 + byte, 0)
  const isExponent = exponent.length <= 4 && exponent[0] !== 0 && value >= 3 && isOdd(exponent)
  if (!isModulus || !isExponent) throw new MalformedData('key is too weak or not in its one form')
  return { kty: 'RSA', n: base64url(key, label.n), e: base64url(key, label.e) }
}

/** Exactly these members beside `alg`: nothing missing, nothing more, so no private part either. */
function expectExactly(key: CborMap, fixed: readonly (readonly [number, number])[], free: readonly number[]): void {
  const isRight =
    key.size === 1 + fixed.length + free.length &&
    fixed.every(([name, value]) => key.get(name) === value) &&
    free.every((name) => key.has(name))
  if (!isRight) throw new MalformedData('key type, curve and algorithm do not belong together')
}

function bytesOf(key: CborMap, name: number, length?: number): Uint8Array {
  const value = key.get(name)
  if (!(value instanceof Uint8Array) || value.length === 0 || (length !== undefined && value.length !== length)) {
    throw new MalformedData('key member of a wrong length')
  }
  return value
}

function base64url(key: CborMap, name: number, length?: number): string {
  return Buffer.from(bytesOf(key, name, length)).toString('base64url')
}

function isOdd(bytes: Uint8Array): boolean {
  return ((bytes.at(-1) ?? 0) & 1) === 1
}

/** By both implementations: OpenSSL checks the point, and Web Crypto is what verifies every assertion later. */
async function importKey(
  jwk: Jwk,
  algorithm: webcrypto.AlgorithmIdentifier | webcrypto.EcKeyImportParams | webcrypto.RsaHashedImportParams,
): Promise<KeyObject> {
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    await webcrypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify'])
    return key
  } catch {
    throw new MalformedData('key cannot be imported')
  }
}

const prime = 2n ** 255n - 19n
const curveConstant = 37095705934669439343138083508754565189542113879843219016388785533085940283555n

/** Whether y has an x: -x² + y² = 1 + d·x²·y² has a solution. @see RFC 8032 §5.1.3 */
function isEdwardsPoint(encoded: Uint8Array): boolean {
  const littleEndian = Buffer.from(encoded).reverse()
  const y = BigInt(`0x${littleEndian.toString('hex')}`) & (2n ** 255n - 1n)
  if (y >= prime) return false
  const numerator = (y * y + prime - 1n) % prime
  const denominator = (curveConstant * y * y + 1n) % prime
  const square = (numerator * power(denominator, prime - 2n)) % prime
  return square === 0n || power(square, (prime - 1n) / 2n) === 1n
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let factor = base % prime, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % prime
    factor = (factor * factor) % prime
  }
  return result
}
