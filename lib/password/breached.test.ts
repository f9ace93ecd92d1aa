import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { inHashLines, inRecords, lookUp, requireHashLines } from './breached'

const directory = mkdtempSync(join(tmpdir(), 'twofold-breached-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))
const sha1 = (text: string) => createHash('sha1').update(text).digest()

describe('the bundled lists', () => {
  it.each([
    ['password', true, true],
    ['PassWord', true, true],
    ['1234567890987654321', true, true],
    ['Welcome123', false, true],
    ['!!65logan', false, true],
    ['seagulls-over-the-pier', false, false],
    ['kx4-vqpz-29tt', false, false],
  ])('%s: among the commonest %s, known %s', async (password, isCommon, isBreached) =>
    expect(await lookUp(password)).toEqual({ ok: true, value: { isCommon, isBreached } }),
  )

  it('hold at least 100 000 entries, and 3 000 of the commonest for either length', () => {
    expect(readFileSync('lib/password/lists/breached.bin').length / 5).toBeGreaterThan(100_000)
    expect(readFileSync('lib/password/lists/common.bin').length / 5).toBeGreaterThan(8_000)
  })

  it('are sorted, each entry once, and each is found', async () => {
    const bytes = readFileSync('lib/password/lists/common.bin')
    for (let at = 5; at < bytes.length; at += 5)
      expect(Buffer.compare(bytes.subarray(at - 5, at), bytes.subarray(at, at + 5))).toBe(-1)
    for (let at = 0; at < bytes.length; at += 5 * 97)
      expect(await inRecords('lib/password/lists/common.bin', bytes.subarray(at, at + 5))).toBe(true)
  })
})

describe("the operator's file", () => {
  const words = Array.from({ length: 5000 }, (_, number) => `known password ${number}`)
  const lines = (length: number, count: boolean) =>
    words
      .map((word) => sha1(word).toString('hex').toUpperCase().slice(0, length))
      .sort()
      .map((hash, number) => (count ? `${hash}:${(number * 7919) % 100_000}` : hash))
  const file = (name: string, text: string) => {
    const path = join(directory, name)
    writeFileSync(path, text)
    return path
  }

  /** As unsorted as can be with a first line that is smaller than the last one. */
  const byPrevalence = (sorted: string[]) => {
    const shuffled = sorted.slice(1, -1).sort((one, other) => (sha1(one).compare(sha1(other)) < 0 ? -1 : 1))
    return [sorted[0], ...shuffled, sorted.at(-1)].join('\r\n')
  }
  const cutInside = (sorted: string[]) =>
    sorted.map((line, number) => (number > 2000 && number < 3000 ? line.slice(0, 20) : line)).join('\n')

  it.each([
    ['whole hashes with counts', lines(40, true).join('\r\n')],
    ['whole hashes with counts and a last line end', `${lines(40, true).join('\n')}\n`],
    ['whole hashes alone', lines(40, false).join('\n')],
    ['lower case', lines(40, true).join('\n').toLowerCase()],
    ['cut hashes', `${lines(16, false).join('\r\n')}\r\n`],
    ['one line', `${sha1('known password 0').toString('hex')}:3`],
  ])('%s: what is in it is found, what is not is not', async (name, text) => {
    const path = file(name, text)
    await requireHashLines(path)
    const asked = name === 'one line' ? words.slice(0, 1) : words.filter((_, number) => number % 29 === 0)
    for (const word of asked) {
      if (!(await inHashLines(path, sha1(word)))) expect.fail(`${word} was not found`)
    }
    for (let number = 0; number < 150; number++)
      if (await inHashLines(path, sha1(`unknown ${number}`))) expect.fail(`unknown ${number} was found`)
  })

  it('may be replaced while the program runs', async () => {
    const path = file('replaced', lines(40, true).join('\n'))
    expect(await inHashLines(path, sha1('a later breach'))).toBe(false)
    renameSync(file('newer', `${sha1('a later breach').toString('hex')}:1\n`), path)
    expect(await inHashLines(path, sha1('a later breach'))).toBe(true)
  })

  it.each([
    ['nothing', '', 'the file is empty'],
    ['no hashes', 'password\n123456\n', 'no SHA-1 hash'],
    ['too short prefixes', 'ABCDE\nABCDF\n', 'no SHA-1 hash'],
    ['one endless line', 'A'.repeat(5000), 'no SHA-1 hash'],
    ['unsorted lines', `${'F'.repeat(40)}:1\n${'0'.repeat(40)}:1\n`, 'not sorted'],
    ['lines of two lengths', `${'0'.repeat(40)}:1\n${'F'.repeat(20)}\n`, 'different length'],
    ['lines by how often they were seen', byPrevalence(lines(40, true)), 'not sorted'],
    ['lines cut in the middle of the file', cutInside(lines(40, true)), 'different length'],
    ['NTLM hashes', lines(32, true).join('\n'), 'NTLM'],
  ])('%s is refused with the reason', async (name, text, reason) =>
    expect(requireHashLines(file(name, text))).rejects.toThrow(reason),
  )

  it('that is unsorted or empty stops a search instead of answering no', async () => {
    const unsorted = file('unsorted later', byPrevalence(lines(40, true)))
    const answers = await Promise.all(
      words.slice(0, 200).map((word) => inHashLines(unsorted, sha1(word)).catch((error: Error) => error.message)),
    )
    expect(answers).toContain('its lines are not sorted')
    expect(answers).not.toContain(false)
    await expect(inHashLines(file('emptied later', ''), sha1('password'))).rejects.toThrow('the file is empty')
  })

  it('that breaks later stops a search instead of answering no', async () => {
    const text = lines(40, true)
    text.splice(0, text.length - 1, ...text.slice(0, -1).map(() => 'rubbish'))
    await expect(inHashLines(file('broken', text.join('\n')), sha1('anything'))).rejects.toThrow('no SHA-1 hash')
  })
})
