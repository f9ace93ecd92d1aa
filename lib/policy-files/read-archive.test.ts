import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { limits } from '@/lib/limits'
import { readArchive, shownName } from './read-archive'
import { writeArchive } from './write-archive'

const at = new Date('2026-11-29T13:00:10Z')
async function archive(files: readonly { name: string; text: string }[]): Promise<Buffer> {
  async function* each() {
    yield* files
  }
  const parts: Uint8Array[] = []
  for await (const part of writeArchive(each(), at)) parts.push(part)
  return Buffer.concat(parts)
}
const texts = (bytes: Uint8Array) => {
  const read = readArchive(bytes)
  if ('trouble' in read) throw new Error(read.trouble)
  return read.entries.map((entry) => ({
    name: entry.name,
    text: 'bytes' in entry ? Buffer.from(entry.bytes).toString() : entry.trouble,
  }))
}
/** The offset of the first record in the central directory. */
const directoryOf = (bytes: Buffer) => bytes.readUInt32LE(bytes.length - 6)

describe('archives', () => {
  it('are read as they were written, whatever the texts', async () => {
    const file = fc.record({ name: fc.stringMatching(/^[a-zä ]{1,20}$/), text: fc.string({ unit: 'grapheme' }) })
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(file, { selector: ({ name }) => name, maxLength: 8 }), async (given) => {
        const files = given.map(({ name, text }) => ({ name: `p${name.trim()}.json`, text }))
        expect(texts(await archive(files))).toEqual(files)
      }),
      { numRuns: 50 },
    )
  })

  it.skipIf(!existsSync('/usr/bin/zip') || !existsSync('/usr/bin/unzip'))(
    'agree with other programs: one reads ours, ours reads theirs',
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'twofold-zip-'))
      try {
        const ours = join(folder, 'ours.zip')
        writeFileSync(ours, await archive([{ name: 'policies/Zürich.json', text: '{"a":1}' }]))
        expect(execFileSync('/usr/bin/unzip', ['-t', ours]).toString()).toContain('No errors detected')
        expect(execFileSync('/usr/bin/unzip', ['-p', ours]).toString()).toBe('{"a":1}')
        writeFileSync(join(folder, 'one.json'), 'x'.repeat(5000))
        writeFileSync(join(folder, 'stored.json'), '{}')
        execFileSync('/usr/bin/zip', ['-q', '-r', 'theirs.zip', '.', '-i', '*.json'], { cwd: folder })
        const { readFileSync } = await import('node:fs')
        expect(texts(readFileSync(join(folder, 'theirs.zip'))).sort((a, b) => a.name.localeCompare(b.name))).toEqual([
          { name: 'one.json', text: 'x'.repeat(5000) },
          { name: 'stored.json', text: '{}' },
        ])
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  )

  it('leave out folders and what macOS adds, and name what they do not open', async () => {
    const files = ['policies/', '__MACOSX/policies/._a.json', 'a.json', 'inner.zip', 'readme.txt']
    const inner = await archive([{ name: 'b.json', text: '{}' }])
    const bytes = await archive(files.map((name) => ({ name, text: name.endsWith('/') ? '' : '{}' })))
    expect(texts(bytes)).toEqual([
      { name: 'a.json', text: '{}' },
      { name: 'inner.zip', text: 'archive_nested' },
      { name: 'readme.txt', text: 'not_json' },
    ])
    // Also under another name: the bytes say what it is. Our own writer takes text, so it is stored by hand.
    expect(texts(byHand('hidden.json', inner))).toEqual([{ name: 'hidden.json', text: 'archive_nested' }])
  })

  it('that unpack into far more than they are, are refused before they are unpacked', async () => {
    const bomb = await archive([{ name: 'a.json', text: ' '.repeat(5_000_000) }])
    expect(bomb.length).toBeLessThan(10_000)
    expect(readArchive(bomb)).toEqual({ trouble: 'archive_ratio' })
    const many = await archive(Array.from({ length: 501 }, (_, index) => ({ name: `${index}.json`, text: '' })))
    expect(readArchive(many)).toEqual({ trouble: 'archive_entries' })
    const announced = await archive([{ name: 'a.json', text: '{}' }])
    announced.writeUInt32LE(limits.policyFiles.unpackedBytesMax + 1, directoryOf(announced) + 24)
    expect(readArchive(announced)).toEqual({ trouble: 'archive_too_large' })
  })

  it('that announce less than they hold, share bytes, are damaged, encrypted or cut, are refused', async () => {
    const whole = await archive([
      { name: 'a.json', text: '{"a":1}'.repeat(50) },
      { name: 'b.json', text: '{}' },
    ])
    const changed = (change: (bytes: Buffer, directory: number) => void) => {
      const bytes = Buffer.from(whole)
      change(bytes, directoryOf(bytes))
      return readArchive(bytes)
    }
    expect(changed((bytes, at) => bytes.writeUInt32LE(10, at + 24))).toEqual({ trouble: 'archive_broken' })
    expect(changed((bytes, at) => bytes.writeUInt32LE(1, at + 16))).toEqual({ trouble: 'archive_checksum' })
    expect(changed((bytes, at) => bytes.writeUInt16LE(1, at + 8))).toEqual({ trouble: 'archive_encrypted' })
    expect(changed((bytes, at) => bytes.writeUInt16LE(12, at + 10))).toEqual({ trouble: 'archive_broken' })
    expect(changed((bytes, at) => bytes.writeUInt32LE(0, at + 46 + 6 + 42))).toEqual({ trouble: 'archive_broken' })
    expect(changed((bytes) => bytes.write('z', 30))).toEqual({ trouble: 'archive_broken' })
    for (let length = 0; length < whole.length; length++)
      expect(readArchive(whole.subarray(0, length)), `${length} bytes`).toEqual({ trouble: 'archive_broken' })
  })

  it('never throw, whatever bytes are changed', async () => {
    const whole = await archive([{ name: 'a.json', text: '{"a":1}' }])
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (index, value) => {
        const bytes = Buffer.from(whole)
        bytes[index] = value
        expect(() => readArchive(bytes)).not.toThrow()
      }),
      { numRuns: 2000 },
    )
  })
})

it('shows a path only as text, without what turns a line around', () => {
  expect(shownName('../../etc/\u202epasswd\n.json')).toBe('../../etc/passwd.json')
  expect([...shownName('x'.repeat(1000))]).toHaveLength(200)
  expect(shownName('\u0000')).toBe('?')
})

/** An archive of one deflated entry of any bytes. */
function byHand(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content)
  const common = Buffer.alloc(26)
  common.writeUInt16LE(20, 0)
  common.writeUInt16LE(8, 4)
  common.writeUInt32LE(crc32(content), 10)
  common.writeUInt32LE(packed.length, 14)
  common.writeUInt32LE(content.length, 18)
  common.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed])
  const record = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, Buffer.alloc(14), Buffer.from(name)])
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(record.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, record, end])
}
