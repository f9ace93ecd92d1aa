/**
 * An authenticator made of software, for tests and measurements: it makes passkeys and signs with them as a phone would,
 * and lies where it is told to. ES256; attestation `none` unless told otherwise. Node's crypto only, so it shares no code with what it tests.
 *
 * @see WebAuthn L3 §6.3.2, §6.3.3
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

export type AuthenticatorSettings = {
  readonly origin: string
  /** Defaults to the host name of the origin. */
  readonly rpId?: string
  readonly userPresent?: boolean
  readonly userVerified?: boolean
  readonly backupEligible?: boolean
  readonly backupState?: boolean
  /** Added to the count at each use; 0 keeps it at 0, as synced passkeys do. */
  readonly signCountStep?: number
  readonly aaguid?: string
  /** Added to or replacing members of the client data. */
  readonly clientData?: Readonly<Record<string, unknown>>
  /** Makes the attestation statement over what is to be signed. */
  readonly attest?: (made: MadeCredential) => Attestation
}

export type MadeCredential = {
  readonly authenticatorData: Buffer
  readonly clientDataHash: Buffer
  readonly credential: SoftwareCredential
}
export type Attestation = { readonly format: string; readonly statement: Buffer }

export type SoftwareCredential = {
  readonly id: string
  readonly rpId: string
  readonly userHandle: string
  readonly privateKey: KeyObject
  readonly publicKey: Uint8Array
  signCount: number
}

/** The parts of the browsers' options that an authenticator reads. */
export type CreationRequest = {
  readonly challenge: string
  readonly rp?: { readonly id?: string }
  readonly user: { readonly id: string }
  readonly excludeCredentials?: readonly { readonly id: string }[]
}
export type AssertionRequest = {
  readonly challenge: string
  readonly rpId?: string
  readonly allowCredentials?: readonly { readonly id: string }[]
}

export class SoftwareAuthenticator {
  readonly credentials: SoftwareCredential[] = []

  constructor(private readonly settings: AuthenticatorSettings) {}

  /** Like `navigator.credentials.create()` and `toJSON()`. Throws when an excluded credential is here. */
  create(request: CreationRequest, changed: Partial<AuthenticatorSettings> = {}) {
    const settings = { ...this.settings, ...changed }
    if (request.excludeCredentials?.some(({ id }) => this.credentials.some((known) => known.id === id))) {
      throw new Error('InvalidStateError: this authenticator already has a passkey for the account')
    }
    const rpId = settings.rpId ?? request.rp?.id ?? new URL(settings.origin).hostname
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
    const coseKey = cborMap([
      [cborInteger(1), cborInteger(2)],
      [cborInteger(3), cborInteger(-7)],
      [cborInteger(-1), cborInteger(1)],
      [cborInteger(-2), cborBytes(Buffer.from(x, 'base64url'))],
      [cborInteger(-3), cborBytes(Buffer.from(y, 'base64url'))],
    ])
    const credentialId = randomBytes(32)
    const credential: SoftwareCredential = {
      id: credentialId.toString('base64url'),
      rpId,
      userHandle: request.user.id,
      privateKey,
      publicKey: coseKey,
      signCount: 0,
    }
    this.credentials.push(credential)
    const aaguid = Buffer.from((settings.aaguid ?? '00000000-0000-0000-0000-000000000000').replaceAll('-', ''), 'hex')
    const length = Buffer.alloc(2)
    length.writeUInt16BE(credentialId.length)
    const authenticatorData = Buffer.concat([
      this.head(settings, credential, true),
      aaguid,
      length,
      credentialId,
      coseKey,
    ])
    const client = clientData('webauthn.create', request.challenge, settings)
    const clientDataHash = createHash('sha256').update(client).digest()
    const { format, statement } = settings.attest?.({ authenticatorData, clientDataHash, credential }) ?? {
      format: 'none',
      statement: cborMap([]),
    }
    const attestationObject = cborMap([
      [cborText('fmt'), cborText(format)],
      [cborText('attStmt'), statement],
      [cborText('authData'), cborBytes(authenticatorData)],
    ])
    return {
      id: credential.id,
      rawId: credential.id,
      type: 'public-key' as const,
      authenticatorAttachment: 'platform',
      clientExtensionResults: { credProps: { rk: true } },
      response: {
        clientDataJSON: client.toString('base64url'),
        attestationObject: attestationObject.toString('base64url'),
        transports: ['internal', 'hybrid'],
      },
    }
  }

  /** Like `navigator.credentials.get()` and `toJSON()`, with the newest fitting credential. Throws when none fits. */
  get(request: AssertionRequest, changed: Partial<AuthenticatorSettings> = {}) {
    const settings = { ...this.settings, ...changed }
    const rpId = settings.rpId ?? request.rpId ?? new URL(settings.origin).hostname
    const allowed = request.allowCredentials?.map(({ id }) => id) ?? []
    const credential = this.credentials.findLast(
      (known) => known.rpId === rpId && (allowed.length === 0 || allowed.includes(known.id)),
    )
    if (credential === undefined) throw new Error('NotAllowedError: no passkey here fits')
    credential.signCount += settings.signCountStep ?? 1
    const authenticatorData = this.head(settings, credential, false)
    const client = clientData('webauthn.get', request.challenge, settings)
    const signed = Buffer.concat([authenticatorData, createHash('sha256').update(client).digest()])
    return {
      id: credential.id,
      rawId: credential.id,
      type: 'public-key' as const,
      authenticatorAttachment: 'platform',
      clientExtensionResults: {},
      response: {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: authenticatorData.toString('base64url'),
        signature: sign('sha256', signed, credential.privateKey).toString('base64url'),
        userHandle: credential.userHandle,
      },
    }
  }

  private head(settings: AuthenticatorSettings, credential: SoftwareCredential, isAttested: boolean): Buffer {
    const { userPresent = true, userVerified = true, backupEligible = false, backupState = false } = settings
    const flags =
      Number(userPresent) |
      (Number(userVerified) << 2) |
      (Number(backupEligible) << 3) |
      (Number(backupState) << 4) |
      (Number(isAttested) << 6)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(credential.signCount)
    return Buffer.concat([createHash('sha256').update(credential.rpId).digest(), Buffer.from([flags]), count])
  }
}

function clientData(type: string, challenge: string, settings: AuthenticatorSettings): Buffer {
  const { origin, clientData: changed } = settings
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false, ...changed }))
}

function cborHead(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value])
  if (value < 0x100) return Buffer.from([(major << 5) | 24, value])
  if (value < 0x10000) return Buffer.from([(major << 5) | 25, value >> 8, value & 0xff])
  throw new Error('too long for this encoder')
}

export function cborInteger(value: number): Buffer {
  return value < 0 ? cborHead(1, -1 - value) : cborHead(0, value)
}

export function cborBytes(bytes: Uint8Array): Buffer {
  return Buffer.concat([cborHead(2, bytes.length), bytes])
}

export function cborText(text: string): Buffer {
  return Buffer.concat([cborHead(3, Buffer.byteLength(text)), Buffer.from(text)])
}

export function cborList(items: readonly Buffer[]): Buffer {
  return Buffer.concat([cborHead(4, items.length), ...items])
}

export function cborMap(entries: readonly (readonly [Buffer, Buffer])[]): Buffer {
  return Buffer.concat([cborHead(5, entries.length), ...entries.flat()])
}

/** Packed attestation by a certificate, leaf first with those above it. */
export function packedBy(
  leaf: { readonly der: Buffer; readonly privateKey: KeyObject },
  above: readonly { readonly der: Buffer }[] = [],
  algorithm = -7,
): (made: MadeCredential) => Attestation {
  return ({ authenticatorData, clientDataHash }) => ({
    format: 'packed',
    statement: cborMap([
      [cborText('alg'), cborInteger(algorithm)],
      [cborText('sig'), cborBytes(sign('sha256', Buffer.concat([authenticatorData, clientDataHash]), leaf.privateKey))],
      [cborText('x5c'), cborList([leaf, ...above].map(({ der }) => cborBytes(der)))],
    ]),
  })
}
