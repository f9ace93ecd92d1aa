import { SaxesParser, type SaxesTagNS } from 'saxes'
import { judgeSecret, judgeSerial, judgeText } from './fields'
import type { FileReason, LineReason, OathHash, ReadPiece, TokenReader, TokenRecord } from './model'
import { type Ciphertext, type ContainerKeys, containerKeys, openValue } from './pskc-keys'

/**
 * Reads Portable Symmetric Key Containers, one key package at a time.
 *
 * The parser knows no document type and no entities of its own; a file with a DOCTYPE is refused where it stands. TOTP
 * only, six digits, SHA-1 or SHA-256, steps of 30 or 60 seconds. Keys may be in clear, under a pre-shared key or under a
 * password.
 *
 * @see RFC 6030 §4, §6; the TOTP profile of the PSKC Algorithm Profile registry
 */
export function pskcReader(typedKey: string | null): TokenReader {
  const parser = new SaxesParser({ xmlns: true })
  const container = new Container(typedKey)
  const path: string[] = []
  let text = ''
  let startLine = 1
  let records: TokenRecord[] = []
  let isOver = false

  parser.on('doctype', () => refuse('doctype'))
  parser.on('error', () => refuse('not_xml'))
  parser.on('opentagstart', () => {
    startLine = parser.line
  })
  parser.on('opentag', (tag) => {
    path.push(tag.local)
    text = ''
    if (path.length > depthMax) refuse('too_deep')
    if (path.length === 1 && (tag.local !== 'KeyContainer' || tag.uri !== namespace)) refuse('not_pskc')
    container.open(path.join('/'), tag, startLine)
  })
  const hear = (more: string) => {
    if (text.length < textLengthMax) text += more
  }
  parser.on('text', hear)
  parser.on('cdata', hear)
  parser.on('closetag', () => {
    const record = container.close(path.join('/'), text.trim())
    if (record !== null) records.push(record)
    text = ''
    path.pop()
  })

  function read(work: () => void): ReadPiece {
    if (isOver) return { records: [], refusal: null }
    records = []
    try {
      work()
      return { records, refusal: null }
    } catch (error) {
      isOver = true
      if (error instanceof FileRefusal) return { records, refusal: { reason: error.reason, line: parser.line } }
      throw error
    }
  }
  return {
    push: (piece) => read(() => parser.write(piece)),
    end: () => read(() => parser.close()),
  }
}

const namespace = 'urn:ietf:params:xml:ns:keyprov:pskc'
const totp = 'urn:ietf:params:xml:ns:keyprov:pskc:totp'
const depthMax = 32
const textLengthMax = 4096

class FileRefusal extends Error {
  constructor(readonly reason: FileReason) {
    super(reason)
  }
}

function refuse(reason: FileReason): never {
  throw new FileRefusal(reason)
}

/** What one key package has said so far. */
type Package = {
  readonly line: number
  serialNumber: string
  manufacturer: string
  model: string
  keys: number
  algorithm: string
  suite: string
  digits: string
  encoding: string
  interval: string
  plain: string | null
  cipherAlgorithm: string
  cipher: string | null
  mac: string | null
}

/** The container as far as it was read: its keys first, then one package after the other. */
class Container {
  readonly #typedKey: string | null
  #derivation: { algorithm: string; salt: string; iterations: string; keyBytes: string; prf: string } | null = null
  #mac: { algorithm: string; cipherAlgorithm: string; cipher: string | null } | null = null
  #package: Package | null = null
  #keys: ContainerKeys | null = null

  constructor(typedKey: string | null) {
    this.#typedKey = typedKey
  }

  open(path: string, tag: SaxesTagNS, line: number): void {
    const attribute = (name: string) => tag.attributes[name]?.value ?? ''
    const pack = this.#package
    switch (path) {
      case 'KeyContainer/EncryptionKey/DerivedKey':
        this.#derivation = { algorithm: '', salt: '', iterations: '', keyBytes: '', prf: '' }
        return
      case `${derived}`:
        if (this.#derivation) this.#derivation.algorithm = attribute('Algorithm')
        return
      case `${derived}/PBKDF2-params/PRF`:
        if (this.#derivation) this.#derivation.prf = attribute('Algorithm')
        return
      case 'KeyContainer/MACMethod':
        this.#mac = { algorithm: attribute('Algorithm'), cipherAlgorithm: '', cipher: null }
        return
      case 'KeyContainer/MACMethod/MACKey/EncryptionMethod':
        if (this.#mac) this.#mac.cipherAlgorithm = attribute('Algorithm')
        return
      case 'KeyContainer/KeyPackage':
        this.#package = emptyPackage(line)
        return
      case key:
        if (pack) {
          pack.keys++
          pack.algorithm = attribute('Algorithm')
        }
        return
      case `${key}/AlgorithmParameters/ResponseFormat`:
        if (pack) {
          pack.digits = attribute('Length')
          pack.encoding = attribute('Encoding')
        }
        return
      case `${key}/Data/Secret/EncryptedValue/EncryptionMethod`:
        if (pack) pack.cipherAlgorithm = attribute('Algorithm')
    }
  }

  /** A record where a key package ends. */
  close(path: string, text: string): TokenRecord | null {
    if (path === 'KeyContainer/KeyPackage' && this.#package) {
      const record = this.#recordOf(this.#package)
      this.#package = null
      return record
    }
    if (this.#derivation && path.startsWith(`${derived}/PBKDF2-params/`)) {
      if (path.endsWith('/Salt/Specified')) this.#derivation.salt = text
      if (path.endsWith('/IterationCount')) this.#derivation.iterations = text
      if (path.endsWith('/KeyLength')) this.#derivation.keyBytes = text
    }
    if (this.#mac && path === 'KeyContainer/MACMethod/MACKey/CipherData/CipherValue') this.#mac.cipher = text
    const name = textPlaces[path]
    if (this.#package && name !== undefined) this.#package[name] = text
    return null
  }

  #recordOf(pack: Package): TokenRecord {
    const bad = (reason: LineReason): TokenRecord => ({
      line: pack.line,
      reason,
      userPrincipalName: '',
      serialNumber: pack.serialNumber.slice(0, 128),
    })
    if (pack.keys !== 1) return bad('several_keys')
    if (pack.algorithm.toLowerCase() !== totp) return bad('not_totp')
    const serial = judgeSerial(pack.serialNumber)
    if ('reason' in serial) return bad(serial.reason)
    if (pack.digits !== '' && (pack.digits !== '6' || pack.encoding !== 'DECIMAL')) return bad('digits')
    const algorithm = hashOf(pack.suite)
    if (algorithm === null) return bad('hash')
    if (pack.interval !== '' && pack.interval !== '30' && pack.interval !== '60') return bad('bad_interval')
    const manufacturer = judgeText(pack.manufacturer)
    if ('reason' in manufacturer) return bad(manufacturer.reason)
    const model = judgeText(pack.model)
    if ('reason' in model) return bad(model.reason)
    const opened = this.#secretOf(pack)
    if ('reason' in opened) return bad(opened.reason)
    const secret = judgeSecret(opened.secret)
    if ('reason' in secret) return bad(secret.reason)
    return {
      line: pack.line,
      token: {
        userPrincipalName: null,
        serialNumber: serial.value,
        secret: secret.value,
        algorithm,
        periodSeconds: pack.interval === '60' ? 60 : 30,
        manufacturer: manufacturer.value,
        model: model.value,
      },
    }
  }

  #secretOf(pack: Package): { readonly secret: Uint8Array } | { readonly reason: LineReason } {
    if (pack.plain !== null) {
      const secret = fromBase64(pack.plain)
      return secret === null ? { reason: 'bad_key' } : { secret }
    }
    const cipher = pack.cipher === null ? null : fromBase64(pack.cipher)
    if (cipher === null) return { reason: 'bad_key' }
    this.#keys ??= this.#openKeys()
    const value: Ciphertext = { algorithm: pack.cipherAlgorithm, bytes: cipher }
    return openValue(value, pack.mac === null ? null : fromBase64(pack.mac), this.#keys)
  }

  #openKeys(): ContainerKeys {
    const derivation = this.#derivation && {
      algorithm: this.#derivation.algorithm,
      salt: fromBase64(this.#derivation.salt),
      iterations: Number(this.#derivation.iterations),
      keyBytes: Number(this.#derivation.keyBytes || 16),
      prf: this.#derivation.prf,
    }
    const macCipher = this.#mac?.cipher ? fromBase64(this.#mac.cipher) : null
    const opened = containerKeys(
      this.#typedKey,
      derivation,
      this.#mac && {
        algorithm: this.#mac.algorithm,
        key: macCipher && { algorithm: this.#mac.cipherAlgorithm, bytes: macCipher },
      },
    )
    if ('reason' in opened) refuse(opened.reason)
    return opened.keys
  }
}

const derived = 'KeyContainer/EncryptionKey/DerivedKey/KeyDerivationMethod'
const key = 'KeyContainer/KeyPackage/Key'

/** Elements of a key package whose text is kept. */
const textPlaces: Readonly<
  Record<string, 'serialNumber' | 'manufacturer' | 'model' | 'suite' | 'interval' | 'plain' | 'cipher' | 'mac'>
> = {
  'KeyContainer/KeyPackage/DeviceInfo/SerialNo': 'serialNumber',
  'KeyContainer/KeyPackage/DeviceInfo/Manufacturer': 'manufacturer',
  'KeyContainer/KeyPackage/DeviceInfo/Model': 'model',
  [`${key}/AlgorithmParameters/Suite`]: 'suite',
  [`${key}/Data/TimeInterval/PlainValue`]: 'interval',
  [`${key}/Data/Secret/PlainValue`]: 'plain',
  [`${key}/Data/Secret/EncryptedValue/CipherData/CipherValue`]: 'cipher',
  [`${key}/Data/Secret/ValueMAC`]: 'mac',
}

function emptyPackage(line: number): Package {
  const texts = { serialNumber: '', manufacturer: '', model: '', algorithm: '', suite: '', digits: '', encoding: '' }
  return { line, ...texts, keys: 0, interval: '', plain: null, cipherAlgorithm: '', cipher: null, mac: null }
}

function hashOf(suite: string): OathHash | null {
  const word = suite.replace(/[^a-z0-9]/gi, '').toUpperCase()
  if (word === '' || word === 'HMACSHA1' || word === 'SHA1') return 'SHA1'
  return word === 'HMACSHA256' || word === 'SHA256' ? 'SHA256' : null
}

function fromBase64(text: string): Uint8Array | null {
  const letters = text.replace(/\s+/g, '')
  return letters !== '' && /^[A-Za-z0-9+/]+={0,2}$/.test(letters) ? Buffer.from(letters, 'base64') : null
}
