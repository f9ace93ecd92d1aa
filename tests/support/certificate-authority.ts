/**
 * A certification authority made of software: certificates as an authenticator's maker or the FIDO Alliance would issue them, right or
 * wrong in one member. Writes DER itself, so it shares no code with what it tests.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

export type CertificateSettings = {
  readonly subject?: Readonly<Record<string, string>>
  readonly version?: number
  readonly isAuthority?: boolean
  readonly pathLength?: number
  readonly notBefore?: Date
  readonly notAfter?: Date
  /** Dotted id, critical or not, what the extension holds. */
  readonly extensions?: readonly (readonly [string, boolean, Buffer])[]
}

export type Issued = { readonly der: Buffer; readonly privateKey: KeyObject; readonly name: Buffer }

export const attestationSubject = {
  '2.5.4.6': 'SE',
  '2.5.4.10': 'Harbor Keys',
  '2.5.4.11': 'Authenticator Attestation',
  '2.5.4.3': 'Harbor Key Attestation',
}

export function aaguidExtension(aaguid: string, isCritical = false): readonly [string, boolean, Buffer] {
  return ['1.3.6.1.4.1.45724.1.1.4', isCritical, der(0x04, Buffer.from(aaguid.replaceAll('-', ''), 'hex'))]
}

/** A certificate with a new P-256 key; signs itself without an issuer. */
export function issue(settings: CertificateSettings, issuer?: Issued): Issued {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = nameOf(settings.subject ?? { '2.5.4.3': `Harbor Root ${randomBytes(4).toString('hex')}` })
  const notBefore = settings.notBefore ?? new Date('2020-01-01T00:00:00Z')
  const notAfter = settings.notAfter ?? new Date('2049-12-31T00:00:00Z')
  const { isAuthority = false, pathLength, version = 3 } = settings
  const constraints = der(
    0x30,
    isAuthority ? der(0x01, Buffer.from([0xff])) : Buffer.alloc(0),
    pathLength === undefined ? Buffer.alloc(0) : der(0x02, Buffer.from([pathLength])),
  )
  const extensions = [['2.5.29.19', true, constraints] as const, ...(settings.extensions ?? [])]
  const ecdsa = der(0x30, objectIdentifier('1.2.840.10045.4.3.2'))
  const tbs = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([version - 1]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsa,
    issuer?.name ?? name,
    der(0x30, time(notBefore), time(notAfter)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    ...(version === 3 ? [der(0xa3, der(0x30, ...extensions.map(extension)))] : []),
  )
  const signature = sign('sha256', tbs, issuer?.privateKey ?? privateKey)
  return { der: der(0x30, tbs, ecdsa, der(0x03, Buffer.alloc(1), signature)), privateKey, name }
}

export function pemOf({ der: bytes }: Issued): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** Tag, length and content. A tag above 0xff is written as it stands, for high tag numbers. */
export function der(tag: number | Buffer, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255]
  return Buffer.concat([typeof tag === 'number' ? Buffer.from([tag]) : tag, Buffer.from(size), content])
}

export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc & 127]
    for (let more = Math.floor(arc / 128); more > 0; more = Math.floor(more / 128)) digits.unshift((more & 127) | 128)
    return digits
  })
  return der(0x06, Buffer.from(bytes))
}

export function sha256(...parts: readonly Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest()
}

function nameOf(subject: Readonly<Record<string, string>>): Buffer {
  const attributes = Object.entries(subject).map(([id, text]) =>
    der(0x31, der(0x30, objectIdentifier(id), der(0x0c, Buffer.from(text)))),
  )
  return der(0x30, ...attributes)
}

function extension([id, isCritical, value]: readonly [string, boolean, Buffer]): Buffer {
  const critical = isCritical ? der(0x01, Buffer.from([0xff])) : Buffer.alloc(0)
  return der(0x30, objectIdentifier(id), critical, der(0x04, value))
}

function time(at: Date): Buffer {
  const text = at.toISOString().replace(/[-:T]|\.\d+/g, '')
  return at.getUTCFullYear() < 2050 ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text))
}
