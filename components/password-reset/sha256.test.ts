import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { sha256 } from './sha256'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('SHA-256', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('of the standard’s example %j', (text, hash) => expect(hex(sha256(text))).toBe(hash))

  it('agrees with the platform for every length of padding', () => {
    for (let length = 0; length <= 200; length++) {
      const text = 'ü'.repeat(length % 3) + 'x'.repeat(length)
      expect(hex(sha256(text)), String(length)).toBe(createHash('sha256').update(text).digest('hex'))
    }
  })
})
