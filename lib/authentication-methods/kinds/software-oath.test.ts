import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { acceptedStep, groupedSecret, newSecret, normaliseCode, otpauthUri } from './software-oath'

const at = (seconds: number) => new Date(seconds * 1000)
const stepAt = (seconds: number, periodSeconds: number) => Math.floor(seconds / periodSeconds)

/** The secrets of the RFCs' appendices, `1234567890…`, in base32. */
const secrets = {
  SHA1: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  SHA256: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA',
} as const

/** RFC 4226 §5.3 written out once more, so that the library is not judged by itself. */
function independentCode(secret: string, step: number, algorithm: 'SHA1' | 'SHA256'): string {
  const bits = [...secret]
    .map((symbol) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(symbol).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const tag = createHmac(algorithm, key).update(counter).digest()
  const offset = (tag.at(-1) ?? 0) & 15
  return ((tag.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).toString().padStart(6, '0')
}

describe('published vectors', () => {
  test('RFC 4226 appendix D', () => {
    const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489']
    for (const [counter, code] of codes.entries()) {
      expect(acceptedStep(secrets.SHA1, code, at(counter * 30), -1)).toEqual({ step: counter })
    }
  })

  // The appendix prints eight digits; six are the same number modulo a million.
  test.each([
    [59, '94287082', '46119246'],
    [1_111_111_109, '07081804', '68084774'],
    [1_111_111_111, '14050471', '67062674'],
    [1_234_567_890, '89005924', '91819424'],
    [2_000_000_000, '69279037', '90698825'],
    [20_000_000_000, '65353130', '77737706'],
  ])('RFC 6238 appendix B at %d s', (seconds, sha1, sha256) => {
    const step = stepAt(seconds, 30)
    expect(acceptedStep(secrets.SHA1, sha1.slice(2), at(seconds), -1)).toEqual({ step })
    const parameters = { algorithm: 'SHA256', periodSeconds: 30 } as const
    expect(acceptedStep(secrets.SHA256, sha256.slice(2), at(seconds), -1, parameters)).toEqual({ step })
  })
})

describe('a code from an app', () => {
  const secret = newSecret()
  const seconds = 1_790_000_010
  const code = (shift: number) => independentCode(secret, stepAt(seconds + shift, 30), 'SHA1')

  test('a new secret has 20 bytes and differs each time', () => {
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(newSecret()).not.toBe(secret)
    expect(groupedSecret('ABCDEFGHIJ')).toBe('ABCD EFGH IJ')
  })

  test('the step before, the present and the next are accepted, and none farther away', () => {
    const present = stepAt(seconds, 30)
    for (const distance of [-1, 0, 1]) {
      expect(acceptedStep(secret, code(distance * 30), at(seconds), -1)).toEqual({ step: present + distance })
    }
    for (const distance of [-3, -2, 2, 3]) {
      expect(acceptedStep(secret, code(distance * 30), at(seconds), -1)).toBeNull()
    }
  })

  test('a code works once: neither its own step nor an older one is accepted again', () => {
    const present = stepAt(seconds, 30)
    expect(acceptedStep(secret, code(0), at(seconds), present)).toBeNull()
    expect(acceptedStep(secret, code(-30), at(seconds), BigInt(present))).toBeNull()
    expect(acceptedStep(secret, code(30), at(seconds), BigInt(present))).toEqual({ step: present + 1 })
  })

  test('spaces and hyphens are fine, digits of other scripts and other lengths are not', () => {
    const typed = code(0)
    expect(acceptedStep(secret, ` ${typed.slice(0, 3)}-${typed.slice(3)} `, at(seconds), -1)).not.toBeNull()
    for (const text of [
      '',
      '12345',
      '1234567',
      '１２３４５６',
      '١٢٣٤٥٦',
      '12345a',
      '1'.repeat(1000),
      '+12345',
      '12.456',
    ]) {
      expect(normaliseCode(text)).toBeNull()
      expect(acceptedStep(secret, text, at(seconds), -1)).toBeNull()
    }
  })

  test('agrees with an independent implementation at any time, also with SHA-256 and 60 seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 33 }), fc.constantFrom(30, 60), (epoch, periodSeconds) => {
        for (const algorithm of ['SHA1', 'SHA256'] as const) {
          const step = stepAt(epoch, periodSeconds)
          const typed = independentCode(secret, step, algorithm)
          expect(acceptedStep(secret, typed, at(epoch), -1, { algorithm, periodSeconds })).not.toBeNull()
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('the address in the QR code', () => {
  test('names issuer and account, encoded', () => {
    expect(otpauthUri({ issuer: 'Harbor & Sons', account: 'nora@harbor.example', secret: 'ABC' })).toBe(
      'otpauth://totp/Harbor%20%26%20Sons:nora%40harbor.example?secret=ABC&issuer=Harbor%20%26%20Sons&algorithm=SHA1&digits=6&period=30',
    )
  })

  test('says what the codes are made with, when that is not what every app expects', () => {
    const parameters = { algorithm: 'SHA256', periodSeconds: 60 } as const
    const { searchParams } = new URL(otpauthUri({ issuer: 'Harbor', account: 'nora', secret: 'ABC', ...parameters }))
    expect(Object.fromEntries(searchParams)).toMatchObject({ algorithm: 'SHA256', digits: '6', period: '60' })
  })

  test('control and direction characters, line breaks and a second colon cannot change what the app shows', () => {
    const uri = otpauthUri({
      issuer: 'Har\u202ebor\u0000:\r\n',
      account: `\u2066nora\u2028:${'x'.repeat(500)}`,
      secret: 'ABC',
    })
    const { pathname } = new URL(uri)
    expect(decodeURIComponent(pathname)).toMatch(/^\/{0,2}(totp\/)?Harbor:nora x{1,123}$/)
    expect(uri.length).toBeLessThan(400)
  })

  test('any text makes an address', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(new URL(otpauthUri({ issuer: text, account: text, secret: 'ABC' })).searchParams.get('secret')).toBe(
          'ABC',
        )
      }),
    )
  })
})
