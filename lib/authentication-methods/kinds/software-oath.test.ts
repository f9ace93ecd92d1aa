import fc from 'fast-check'
import { generateSync } from 'otplib'
import { describe, expect, test } from 'vitest'
import { decodeBase32, encodeBase32 } from './base32'
import { acceptedStep, groupedSecret, hotp, newSecret, normaliseCode, otpauthUri, stepAt } from './software-oath'

const at = (seconds: number) => new Date(seconds * 1000)

describe('published vectors', () => {
  test('RFC 4226 appendix D', () => {
    const key = Buffer.from('12345678901234567890')
    const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489']
    expect(codes.map((_, counter) => hotp(key, counter))).toEqual(codes)
  })

  test.each([
    [59, '94287082', '46119246'],
    [1_111_111_109, '07081804', '68084774'],
    [1_111_111_111, '14050471', '67062674'],
    [1_234_567_890, '89005924', '91819424'],
    [2_000_000_000, '69279037', '90698825'],
    [20_000_000_000, '65353130', '77737706'],
  ])('RFC 6238 appendix B at %d s', (seconds, sha1, sha256) => {
    const step = stepAt(at(seconds), 30)
    expect(hotp(Buffer.from('12345678901234567890'), step, 'SHA1', 8)).toBe(sha1)
    expect(hotp(Buffer.from('12345678901234567890123456789012'), step, 'SHA256', 8)).toBe(sha256)
  })

  test.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('RFC 4648 base32 of "%s"', (plain, encoded) => {
    expect(encodeBase32(Buffer.from(plain))).toBe(encoded)
    expect(Buffer.from(decodeBase32(encoded.toLowerCase())).toString()).toBe(plain)
  })
})

describe('a code from an app', () => {
  const secret = newSecret()
  const seconds = 1_790_000_010
  const code = (shift: number) => generateSync({ secret, epoch: seconds + shift })

  test('a new secret has 20 bytes and differs each time', () => {
    expect(decodeBase32(secret)).toHaveLength(20)
    expect(secret).toMatch(/^[A-Z2-7]{32}$/)
    expect(newSecret()).not.toBe(secret)
    expect(groupedSecret('ABCDEFGHIJ')).toBe('ABCD EFGH IJ')
  })

  test('the step before, the present and the next are accepted, and none farther away', () => {
    const present = stepAt(at(seconds), 30)
    for (const distance of [-1, 0, 1]) {
      expect(acceptedStep(secret, code(distance * 30), at(seconds), -1)).toEqual({ step: present + distance })
    }
    for (const distance of [-3, -2, 2, 3]) {
      expect(acceptedStep(secret, code(distance * 30), at(seconds), -1)).toBeNull()
    }
  })

  test('a code works once: neither its own step nor an older one is accepted again', () => {
    const present = stepAt(at(seconds), 30)
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

  test('agrees with otplib at any time, also with SHA-256 and 60 seconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 33 }), fc.constantFrom(30, 60), (epoch, periodSeconds) => {
        for (const algorithm of ['SHA1', 'SHA256'] as const) {
          const named = algorithm === 'SHA1' ? 'sha1' : 'sha256'
          const token = generateSync({ secret, epoch, period: periodSeconds, algorithm: named })
          expect(acceptedStep(secret, token, at(epoch), -1, { algorithm, periodSeconds })).not.toBeNull()
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
