import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '@/lib/limits'
import { bitsFor, hasZeroBits, isWorkAnswer, readWork, workInput, workText } from './proof-of-work'

const work = { bits: 15, expiresAt: new Date('2026-11-29T08:00:00Z'), nonce: 'abcdefghijklmnopqrstuv' }

describe('how much is asked', () => {
  it.each([
    [1, 0, 0, 0],
    [2, 60, 5, 0],
    [3, 61, 0, 1],
    [4, 120, 0, 1],
    [5, 121, 0, 2],
    [6, 0, 6, 1],
    [7, 0, 20, 2],
    [8, 1_000_000, 0, 5],
  ])('%i: %i a minute, %i from this address: %i bits more', (_number, perMinute, perAddressAndHour, more) => {
    expect(bitsFor({ perMinute, perAddressAndHour })).toBe(limits.proofOfWork.bitsMin + more)
  })
  it('never falls while more is asked, and stays within its bounds', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (perMinute, more) => {
        const [less, bits] = [perMinute, perMinute + more].map((count) =>
          bitsFor({ perMinute: count, perAddressAndHour: 0 }),
        )
        return (bits ?? 0) >= (less ?? 0) && (bits ?? 0) <= limits.proofOfWork.bitsMax
      }),
    )
  })
})

describe('the text', () => {
  it('reads what it wrote', () => expect(readWork(workText(work))).toEqual(work))
  it.each([
    '',
    '1.15',
    '2.15.1764403200000.abcdefghijklmnopqrstuv',
    '1.-1.1764403200000.abcdefghijklmnopqrstuv',
    '1.15.x.abcdefghijklmnopqrstuv',
    '1.15.1764403200000.short',
    `${workText(work)}.more`,
  ])('refuses %s', (text) => expect(readWork(text)).toBeNull())
})

describe('zero bits', () => {
  it.each([
    [[0, 0, 255], 16, true],
    [[0, 0, 255], 17, false],
    [[0, 1], 15, true],
    [[0, 2], 15, false],
    [[255], 0, true],
    [[], 1, false],
  ] as const)('%j has %i: %s', (bytes, bits, has) => expect(hasZeroBits(Uint8Array.from(bytes), bits)).toBe(has))

  it('an answer is found by counting, and fits no other text', () => {
    const hash = (text: string, answer: number) =>
      createHash('sha256')
        .update(workInput(text, String(answer)))
        .digest()
    const text = workText({ ...work, bits: 10 })
    let answer = 0
    while (!hasZeroBits(hash(text, answer), 10)) answer++
    expect(isWorkAnswer(String(answer))).toBe(true)
    const others = Array.from({ length: 8 }, (_, number) =>
      workText({ ...work, bits: 10, nonce: `${number}bcdefghijklmnopqrstuv` }),
    )
    expect(others.filter((other) => hasZeroBits(hash(other, answer), 10)).length).toBeLessThan(2)
  })
  it.each(['', '-1', '1e5', '1.5', '12345678901234567', ' 1'])('%s is no answer', (text) =>
    expect(isWorkAnswer(text)).toBe(false),
  )
})
