import { createCipheriv } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { asTotp, figure2, figure6, figure6Key, figure7, figure7Password } from '@/tests/support/rfc6030'
import type { ReadPiece } from './model'
import { pskcReader } from './read-pskc'

const secret = Buffer.from('12345678901234567890')

function read(text: string, key: string | null = null, size = text.length): ReadPiece {
  const reader = pskcReader(key)
  const pieces: ReadPiece[] = []
  for (let at = 0; at < text.length; at += size) pieces.push(reader.push(text.slice(at, at + size)))
  pieces.push(reader.end())
  return {
    records: pieces.flatMap(({ records }) => records),
    refusal: pieces.find(({ refusal }) => refusal !== null)?.refusal ?? null,
  }
}

const reasons = (piece: ReadPiece) => piece.records.map((record) => ('reason' in record ? record.reason : 'good'))
const withSerial = (text: string) => text.replace('<Key Id', '<DeviceInfo><SerialNo>1</SerialNo></DeviceInfo><Key Id')

/** A container with one key in clear, changed as a test wants. */
function container(
  change: { data?: string; format?: string; suite?: string; algorithm?: string; device?: string } = {},
) {
  return `<KeyContainer xmlns="urn:ietf:params:xml:ns:keyprov:pskc"><KeyPackage>
    <DeviceInfo>${change.device ?? '<Manufacturer>=1+1</Manufacturer><SerialNo>ab 1</SerialNo><Model>M</Model>'}</DeviceInfo>
    <Key Id="1" Algorithm="urn:ietf:params:xml:ns:keyprov:pskc:${change.algorithm ?? 'totp'}"><AlgorithmParameters>
    ${change.suite ?? ''}${change.format ?? ''}</AlgorithmParameters><Data><Secret><PlainValue>${secret.toString('base64')}</PlainValue></Secret>
    ${change.data ?? ''}</Data></Key></KeyPackage></KeyContainer>`
}

describe('the examples of RFC 6030', () => {
  it.each([
    ['figure 2, in clear', withSerial(asTotp(figure2)), null, '1'],
    ['figure 6, pre-shared key', asTotp(figure6), figure6Key, '987654321'],
    ['figure 7, password', asTotp(figure7), figure7Password, '987654321'],
  ])('give the secret that the document names: %s', (_, text, key, serialNumber) => {
    const { records, refusal } = read(text, key)
    expect(refusal).toBeNull()
    expect(records).toHaveLength(1)
    expect(records[0]).toMatchObject({ token: { serialNumber, algorithm: 'SHA1', periodSeconds: 30 } })
    const [record] = records
    expect(record && 'token' in record && Buffer.from(record.token.secret).equals(secret)).toBe(true)
  })

  it('as printed are counter-based, which no token here may be', () => {
    expect(reasons(read(figure2))).toEqual(['not_totp'])
    expect(reasons(read(figure6, figure6Key))).toEqual(['not_totp'])
    expect(reasons(read(figure7, figure7Password))).toEqual(['not_totp'])
  })

  it('are read alike in pieces of any size', () => {
    for (const size of [1, 7, 100]) expect(reasons(read(asTotp(figure7), figure7Password, size))).toEqual(['good'])
  })
})

describe('an encrypted container', () => {
  it('is refused without a key, and with a wrong one', () => {
    expect(read(asTotp(figure6)).refusal).toMatchObject({ reason: 'password_needed' })
    expect(read(asTotp(figure6), 'no key').refusal).toMatchObject({ reason: 'password_wrong' })
    const wrong = read(asTotp(figure7), 'Qwerty')
    expect(wrong.refusal?.reason ?? reasons(wrong)[0]).toMatch(/password_wrong|mac_mismatch/)
  })

  it('gives nothing when its text, its MAC or the way its key is made was changed', () => {
    expect(reasons(read(asTotp(figure6).replace('AAECAwQF', 'AAECAwQG'), figure6Key))).toEqual(['mac_mismatch'])
    expect(reasons(read(asTotp(figure6).replace('Su+NvtQf', 'Su+NvtQg'), figure6Key))).toEqual(['mac_mismatch'])
    expect(reasons(read(asTotp(figure6).replace(/<ValueMAC>[\s\S]*<\/ValueMAC>/, ''), figure6Key))).toEqual([
      'mac_missing',
    ])
    expect(reasons(read(asTotp(figure6).replace(/<MACMethod[\s\S]*<\/MACMethod>/, ''), figure6Key))).toEqual([
      'mac_missing',
    ])
    for (const [from, to] of [
      ['>1000<', '>999999999<'],
      ['>1000<', '>0<'],
      ['#pbkdf2', '#scrypt'],
      ['>16<', '>7<'],
      ['Ej7/PEpyEpw=', ''],
    ] as const) {
      expect(read(asTotp(figure7).replace(from, to), figure7Password).refusal).toMatchObject({
        reason: 'key_derivation',
      })
    }
  })

  it('may wrap its keys', () => {
    const key = Buffer.alloc(32, 7)
    const wrapped = (plain: Buffer) => {
      const cipher = createCipheriv('id-aes256-wrap', key, Buffer.alloc(8, 0xa6))
      return Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64')
    }
    const long = Buffer.from('123456789012345678901234')
    const text = container().replace(
      /<PlainValue>[^<]*<\/PlainValue>/,
      `<EncryptedValue><EncryptionMethod xmlns="http://www.w3.org/2001/04/xmlenc#" Algorithm="http://www.w3.org/2001/04/xmlenc#kw-aes256"/>
      <x:CipherData xmlns:x="http://www.w3.org/2001/04/xmlenc#"><x:CipherValue>${wrapped(long)}</x:CipherValue></x:CipherData></EncryptedValue>`,
    )
    expect(reasons(read(text, key.toString('hex')))).toEqual(['good'])
    expect(reasons(read(text, Buffer.alloc(32, 8).toString('hex')))).toEqual(['encryption'])
  })
})

describe('a key package', () => {
  it.each([
    [container(), 'good'],
    [container({ suite: '<Suite>HMAC-SHA256</Suite>' }), 'good'],
    [container({ suite: '<Suite>HMAC-SHA512</Suite>' }), 'hash'],
    [container({ format: '<ResponseFormat Encoding="DECIMAL" Length="6"/>' }), 'good'],
    [container({ format: '<ResponseFormat Encoding="DECIMAL" Length="8"/>' }), 'digits'],
    [container({ format: '<ResponseFormat Encoding="HEXADECIMAL" Length="6"/>' }), 'digits'],
    [container({ data: '<TimeInterval><PlainValue>60</PlainValue></TimeInterval>' }), 'good'],
    [container({ data: '<TimeInterval><PlainValue>45</PlainValue></TimeInterval>' }), 'bad_interval'],
    [container({ algorithm: 'hotp' }), 'not_totp'],
    [container({ device: '' }), 'no_serial'],
    [container({ device: '<SerialNo>a;b</SerialNo>' }), 'bad_serial'],
    [container().replace(/<PlainValue>[^<]*</, '<PlainValue>%%<'), 'bad_key'],
    [container().replace(/<PlainValue>[^<]*</, '<PlainValue>c2hvcnQ=<'), 'key_too_short'],
    [container().replace('</KeyPackage>', '<Key Id="2" Algorithm="x"/></KeyPackage>'), 'several_keys'],
  ])('%# is judged: %s', (text, reason) => {
    expect(reasons(read(text))).toEqual([reason])
  })

  it('keeps text as text and the line it began on', () => {
    const [record] = read(container()).records
    expect(record).toMatchObject({ line: 1, token: { manufacturer: '=1+1', serialNumber: 'AB1', model: 'M' } })
  })
})

describe('what is no container', () => {
  it.each([
    ['', 'not_xml'],
    ['upn,serial number', 'not_xml'],
    ['<KeyContainer>', 'not_pskc'],
    ['<html xmlns="http://www.w3.org/1999/xhtml"/>', 'not_pskc'],
    ['<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', 'doctype'],
    ['<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', 'doctype'],
    ['<KeyContainer xmlns="urn:ietf:params:xml:ns:keyprov:pskc">&a;</KeyContainer>', 'not_xml'],
    [`<KeyContainer xmlns="urn:ietf:params:xml:ns:keyprov:pskc">${'<a>'.repeat(40)}`, 'too_deep'],
  ])('is refused whole: %s', (text, reason) => {
    expect(read(text).refusal).toMatchObject({ reason })
  })

  it('keeps what came before the fault', () => {
    const broken = read(container().replace('</KeyContainer>', '<'))
    expect(reasons(broken)).toEqual(['good'])
    expect(broken.refusal).toMatchObject({ reason: 'not_xml' })
  })
})
