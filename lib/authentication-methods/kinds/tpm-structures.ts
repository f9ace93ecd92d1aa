import { MalformedData } from './cbor'

/**
 * The two structures of a TPM that an attestation statement carries, read strictly. Throws `MalformedData`.
 *
 * @see TPM 2.0 Library, Part 2, §10.12.8 TPMS_ATTEST, §12.2.4 TPMT_PUBLIC
 */
export type TpmPublicArea = {
  readonly nameAlgorithm: number
  readonly key:
    | { readonly kind: 'rsa'; readonly modulus: Uint8Array; readonly exponent: number }
    | { readonly kind: 'ec'; readonly curve: string; readonly x: Uint8Array; readonly y: Uint8Array }
}

export type TpmCertifyInfo = {
  readonly extraData: Uint8Array
  readonly name: Uint8Array
}

/** TPM_ALG_ID of hash functions to Node's names. */
export const tpmHashes: ReadonlyMap<number, string> = new Map([
  [0x0004, 'sha1'],
  [0x000b, 'sha256'],
  [0x000c, 'sha384'],
  [0x000d, 'sha512'],
])

const algorithm = { rsa: 0x0001, none: 0x0010, ecc: 0x0023 } as const
const curves: ReadonlyMap<number, string> = new Map([
  [0x0003, 'P-256'],
  [0x0004, 'P-384'],
  [0x0005, 'P-521'],
])
/** The exponent 0 stands for. */
const defaultExponent = 65_537
const generatedMagic = 0xff544347
const attestCertify = 0x8017

export function readPublicArea(bytes: Uint8Array): TpmPublicArea {
  const reader = new Reader(bytes)
  const type = reader.number(2)
  const nameAlgorithm = reader.number(2)
  reader.number(4) // objectAttributes
  reader.sized() // authPolicy
  if (reader.number(2) !== algorithm.none) reader.bytes(4) // symmetric: keyBits and mode
  const scheme = reader.number(2)
  if (scheme !== algorithm.none) reader.number(2) // its hash
  if (type === algorithm.rsa) {
    reader.number(2) // keyBits; the modulus says it
    const exponent = reader.number(4) || defaultExponent
    const modulus = reader.sized()
    reader.end()
    return { nameAlgorithm, key: { kind: 'rsa', modulus, exponent } }
  }
  const curve = curves.get(reader.number(2))
  if (type !== algorithm.ecc || curve === undefined) throw new MalformedData('public area of another type')
  if (reader.number(2) !== algorithm.none) reader.number(2) // key derivation and its hash
  const [x, y] = [reader.sized(), reader.sized()]
  reader.end()
  return { nameAlgorithm, key: { kind: 'ec', curve, x, y } }
}

/** Only what was made inside a TPM (`magic`) and certifies a key (`type`). */
export function readCertifyInfo(bytes: Uint8Array): TpmCertifyInfo {
  const reader = new Reader(bytes)
  if (reader.number(4) !== generatedMagic || reader.number(2) !== attestCertify) {
    throw new MalformedData('not the certification of a key by a TPM')
  }
  reader.sized() // qualifiedSigner
  const extraData = reader.sized()
  reader.bytes(17) // clockInfo
  reader.bytes(8) // firmwareVersion
  const name = reader.sized()
  reader.sized() // qualifiedName
  reader.end()
  return { extraData, name }
}

class Reader {
  private position = 0

  constructor(private readonly source: Uint8Array) {}

  number(size: number): number {
    return this.bytes(size).reduce((sum, byte) => sum * 256 + byte, 0)
  }

  /** TPM2B: two bytes of length, then as many. */
  sized(): Uint8Array {
    return this.bytes(this.number(2))
  }

  bytes(length: number): Uint8Array {
    const end = this.position + length
    if (end > this.source.length) throw new MalformedData('bytes end too early')
    const bytes = this.source.subarray(this.position, end)
    this.position = end
    return bytes
  }

  end(): void {
    if (this.position !== this.source.length) throw new MalformedData('bytes follow the structure')
  }
}
