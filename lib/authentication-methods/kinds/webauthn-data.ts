import { type CborMap, decodeCbor, decodeCborAt, MalformedData } from './cbor'

/**
 * The three byte strings of a WebAuthn response, read strictly: exactly the layout of the specification and nothing after
 * it. Everything throws `MalformedData`; whether the content is the right one is `passkey.ts`.
 *
 * @see WebAuthn L3 §5.8.1 client data, §6.1 authenticator data, §6.5.4 attestation object
 */
export type ClientData = {
  readonly type: string
  readonly challenge: string
  readonly origin: string
  readonly isCrossOrigin: boolean
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** A leading byte order mark is tolerated. Embedding of any kind, also a bare `topOrigin`, counts as cross-origin. */
export function readClientData(bytes: Uint8Array): ClientData {
  let data: unknown
  try {
    data = JSON.parse(utf8.decode(bytes))
  } catch {
    throw new MalformedData('client data is not JSON')
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) throw new MalformedData('client data')
  const member = (name: string): unknown => (Object.hasOwn(data, name) ? data[name as keyof typeof data] : undefined)
  const [type, challenge, origin] = [member('type'), member('challenge'), member('origin')]
  if (typeof type !== 'string' || typeof challenge !== 'string' || typeof origin !== 'string') {
    throw new MalformedData('client data lacks a member')
  }
  const crossOrigin = member('crossOrigin')
  const isCrossOrigin = (crossOrigin !== undefined && crossOrigin !== false) || member('topOrigin') !== undefined
  return { type, challenge, origin, isCrossOrigin }
}

export type AuthenticatorData = {
  readonly rpIdHash: Uint8Array
  readonly userPresent: boolean
  readonly userVerified: boolean
  readonly backupEligible: boolean
  readonly backupState: boolean
  /** Unsigned 32 bit. */
  readonly signCount: number
  readonly attested: {
    readonly aaguid: string
    readonly credentialId: Uint8Array<ArrayBuffer>
    /** COSE key, the bytes as they stand. */
    readonly publicKey: Uint8Array<ArrayBuffer>
  } | null
}

export function readAuthenticatorData(bytes: Uint8Array<ArrayBuffer>): AuthenticatorData {
  if (bytes.length < 37) throw new MalformedData('authenticator data is too short')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const flags = view.getUint8(32)
  const has = (bit: number) => (flags & (1 << bit)) !== 0
  let end = 37
  let attested: AuthenticatorData['attested'] = null
  if (has(6)) {
    if (bytes.length < end + 18) throw new MalformedData('attested credential data is too short')
    const idLength = view.getUint16(end + 16)
    const idStart = end + 18
    const keyStart = idStart + idLength
    if (idLength < 1 || idLength > 1023 || keyStart > bytes.length) throw new MalformedData('credential id length')
    const key = decodeCborAt(bytes, keyStart)
    attested = {
      aaguid: uuid(bytes.subarray(end, end + 16)),
      credentialId: bytes.slice(idStart, keyStart),
      publicKey: bytes.slice(keyStart, key.end),
    }
    end = key.end
  }
  if (has(7)) {
    const extensions = decodeCborAt(bytes, end)
    if (!(extensions.value instanceof Map)) throw new MalformedData('extensions are not a map')
    end = extensions.end
  }
  if (end !== bytes.length) throw new MalformedData('bytes follow the authenticator data')
  return {
    rpIdHash: bytes.slice(0, 32),
    userPresent: has(0),
    userVerified: has(2),
    backupEligible: has(3),
    backupState: has(4),
    signCount: view.getUint32(33),
    attested,
  }
}

export type AttestationObject = {
  readonly format: string
  readonly statement: CborMap
  readonly authenticatorData: Uint8Array<ArrayBuffer>
}

export function readAttestationObject(bytes: Uint8Array<ArrayBuffer>): AttestationObject {
  const value = decodeCbor(bytes)
  if (!(value instanceof Map) || value.size !== 3) throw new MalformedData('attestation object')
  const [format, statement, data] = [value.get('fmt'), value.get('attStmt'), value.get('authData')]
  if (typeof format !== 'string' || !(statement instanceof Map) || !(data instanceof Uint8Array)) {
    throw new MalformedData('attestation object lacks a member')
  }
  return { format, statement, authenticatorData: new Uint8Array(data) }
}

function uuid(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
