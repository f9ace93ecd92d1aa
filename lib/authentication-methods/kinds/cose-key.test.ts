import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { cborBytes, cborInteger, cborMap } from '@/tests/support/software-authenticator'
import { decodeCbor, MalformedData } from './cbor'
import { validateCoseKey } from './cose-key'

describe('public keys', () => {
  const coordinate = (value: Buffer | string) =>
    cborBytes(typeof value === 'string' ? Buffer.from(value, 'base64url') : value)
  const key = (entries: readonly (readonly [number, Buffer])[]) =>
    new Uint8Array(cborMap(entries.map(([name, value]) => [cborInteger(name), value] as const)))
  const elliptic = (x: Buffer | string, y: Buffer | string, alg = -7, crv = 1, kty = 2) =>
    key([
      [1, cborInteger(kty)],
      [3, cborInteger(alg)],
      [-1, cborInteger(crv)],
      [-2, coordinate(x)],
      [-3, coordinate(y)],
    ])
  const rsa = (bits: number, change: (n: Buffer, e: Buffer) => [Buffer, Buffer] = (n, e) => [n, e]) => {
    const { n = '', e = '' } = generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' })
    const [modulus, exponent] = change(Buffer.from(n, 'base64url'), Buffer.from(e, 'base64url'))
    return key([
      [1, cborInteger(3)],
      [3, cborInteger(-257)],
      [-1, coordinate(modulus)],
      [-2, coordinate(exponent)],
    ])
  }
  const point = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
  const edwards = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
  const edwardsKey = (x: Buffer | string) =>
    key([
      [1, cborInteger(1)],
      [3, cborInteger(-8)],
      [-1, cborInteger(6)],
      [-2, coordinate(x)],
    ])

  test('sound keys of the three algorithms pass', async () => {
    await expect(validateCoseKey(elliptic(point.x ?? '', point.y ?? ''))).resolves.toMatchObject({ type: 'public' })
    await expect(validateCoseKey(edwardsKey(edwards.x ?? ''))).resolves.toMatchObject({ type: 'public' })
    await expect(validateCoseKey(rsa(2048))).resolves.toMatchObject({ type: 'public' })
  })

  test.each([
    ['a point off the curve', () => elliptic(point.x ?? '', randomBytes(32))],
    ['a short coordinate', () => elliptic(point.x ?? '', randomBytes(31))],
    ['another curve', () => elliptic(point.x ?? '', point.y ?? '', -7, 2)],
    ['another key type', () => elliptic(point.x ?? '', point.y ?? '', -7, 1, 1)],
    ['another algorithm', () => elliptic(point.x ?? '', point.y ?? '', -257)],
    ['an Ed25519 text that is no point', () => edwardsKey(Buffer.concat([Buffer.from([2]), Buffer.alloc(31)]))],
    ['an Ed25519 coordinate beyond the field', () => edwardsKey(Buffer.alloc(32, 0xff))],
    ['a short RSA modulus', () => rsa(1024)],
    ['an RSA exponent of one', () => rsa(2048, (n) => [n, Buffer.from([1])])],
    ['an even RSA exponent', () => rsa(2048, (n) => [n, Buffer.from([4])])],
    ['an RSA modulus with a leading zero', () => rsa(2048, (n, e) => [Buffer.concat([Buffer.alloc(1), n]), e])],
    [
      'a private part',
      () =>
        key([
          [1, cborInteger(2)],
          [3, cborInteger(-7)],
          [-1, cborInteger(1)],
          [-2, coordinate(point.x ?? '')],
          [-3, coordinate(point.y ?? '')],
          [-4, coordinate(randomBytes(32))],
        ]),
    ],
  ])('%s is refused', async (_, make) => {
    await expect(validateCoseKey(make())).rejects.toThrow(MalformedData)
  })
})

describe('bytes that are not what they claim', () => {
  const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

  test.each([
    ['trailing bytes', '0000'],
    ['a duplicate key', 'a2616101616102'],
    ['an indefinite map', 'bfff'],
    ['a length beyond the bytes', '5affffffff00'],
    ['a list longer than the bytes', '9b00000fffffffffff'],
    ['an integer in a longer form', '1817ff'.slice(0, 4)],
    ['a tag', 'c000'],
    ['a float', 'fb3ff0000000000000'],
    ['text that is not UTF-8', '61ff'],
    ['nothing', ''],
    ['a list in a list, seventeen deep', `${'81'.repeat(17)}00`],
  ])('CBOR with %s is malformed', (_, hex) => {
    expect(() => decodeCbor(bytes(hex))).toThrow(MalformedData)
  })

  test('sixteen levels are fine', () => {
    expect(decodeCbor(bytes(`${'81'.repeat(16)}00`))).toBeInstanceOf(Array)
  })
})
