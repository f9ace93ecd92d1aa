import { crc32, inflateRawSync } from 'node:zlib'
import { limits } from '@/lib/limits'
import { type FileTrouble, shortened } from './model'

export type ArchiveEntry = { readonly name: string } & (
  | { readonly bytes: Uint8Array }
  | { readonly trouble: FileTrouble }
)
export type ReadArchive = { readonly entries: readonly ArchiveEntry[] } | { readonly trouble: FileTrouble }

/** Whether the bytes begin as a ZIP archive does, also an empty one. */
export function isArchive(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5)
}

/**
 * The `.json` files of a ZIP archive, in memory. The central directory is believed only as far as it can be checked: entries
 * must not overlap, local names must agree, a packed entry is inflated into no more than its announced size, and size and
 * checksum must be right. Encryption, other packing methods, ZIP64, too many entries, too much in all or packed too tightly
 * refuse the archive; an archive inside it and files of other kinds are named and not opened. Nothing is written to disk, so
 * a path is only a name to show.
 *
 * @see PKWARE APPNOTE 6.3.10 §4.3; SEC-280
 */
export function readArchive(bytes: Uint8Array): ReadArchive {
  const directory = readDirectory(bytes)
  if ('trouble' in directory) return directory
  const files = directory.records.filter(({ name }) => !name.endsWith('/') && !/(^|\/)__MACOSX\//.test(name))
  if (files.length > limits.policyFiles.filesMax) return { trouble: 'archive_entries' }
  const total = files.reduce((sum, { size }) => sum + size, 0)
  if (total > limits.policyFiles.unpackedBytesMax) return { trouble: 'archive_too_large' }
  const isTight = files.some(
    ({ size, packed }) =>
      size > limits.policyFiles.ratioFreeBytes && size > Math.max(1, packed) * limits.policyFiles.ratioMax,
  )
  if (isTight) return { trouble: 'archive_ratio' }
  if (files.some(({ flags }) => (flags & encryptedFlags) !== 0)) return { trouble: 'archive_encrypted' }

  const entries: ArchiveEntry[] = []
  for (const file of files) {
    const name = shownName(file.name)
    if (/\.(zip|gz|tgz|tar|7z|rar|bz2|xz|jar)$/i.test(file.name)) entries.push({ name, trouble: 'archive_nested' })
    else if (!/\.json$/i.test(file.name)) entries.push({ name, trouble: 'not_json' })
    else if (file.size > limits.policyFiles.fileBytesMax) entries.push({ name, trouble: 'too_large' })
    else {
      const content = contentOf(bytes, file)
      if ('trouble' in content) return content
      entries.push(isArchive(content.bytes) ? { name, trouble: 'archive_nested' } : { name, bytes: content.bytes })
    }
  }
  return { entries }
}

/** A name from outside, for people: without what steers a terminal or turns a line around, and short. */
export function shownName(name: string): string {
  return shortened(name.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').trim(), 200) || '?'
}

type FileRecord = {
  readonly name: string
  readonly flags: number
  readonly method: number
  readonly checksum: number
  readonly packed: number
  readonly size: number
  readonly offset: number
}

const endBytes = 22
const recordBytes = 46
const localBytes = 30
/** Encrypted, strongly encrypted, or with a hidden directory. */
const encryptedFlags = 0x0001 | 0x0040 | 0x2000

function readDirectory(bytes: Uint8Array): { readonly records: readonly FileRecord[] } | { trouble: FileTrouble } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = endOf(view)
  if (end === null) return { trouble: 'archive_broken' }
  const count = view.getUint16(end + 10, true)
  const start = view.getUint32(end + 16, true)
  const isOneDisk = view.getUint16(end + 4, true) === 0 && view.getUint16(end + 8, true) === count
  if (!isOneDisk || start + view.getUint32(end + 12, true) !== end) return { trouble: 'archive_broken' }
  // Folders count here too; a directory of this length has no good reason.
  if (count > limits.policyFiles.filesMax * 4) return { trouble: 'archive_entries' }

  const records: FileRecord[] = []
  let at = start
  for (let number = 0; number < count; number++) {
    if (at + recordBytes > end || view.getUint32(at, true) !== 0x02014b50) return { trouble: 'archive_broken' }
    const nameLength = view.getUint16(at + 28, true)
    const next = at + recordBytes + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
    if (next > end) return { trouble: 'archive_broken' }
    records.push({
      name: new TextDecoder().decode(bytes.subarray(at + recordBytes, at + recordBytes + nameLength)),
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      checksum: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      offset: view.getUint32(at + 42, true),
    })
    at = next
  }
  if (at !== end || overlap(records, start)) return { trouble: 'archive_broken' }
  return { records }
}

/** Where the record at the end begins; its comment must reach to the very end, so that only one can. */
function endOf(view: DataView): number | null {
  for (let at = view.byteLength - endBytes; at >= Math.max(0, view.byteLength - endBytes - 0xffff); at--) {
    if (view.getUint32(at, true) === 0x06054b50 && view.getUint16(at + 20, true) === view.byteLength - at - endBytes)
      return at
  }
  return null
}

/** Entries that share bytes make a small archive unpack into a huge one. */
function overlap(records: readonly FileRecord[], directoryStart: number): boolean {
  const sorted = [...records].sort((a, b) => a.offset - b.offset)
  return sorted.some(({ offset, packed }, index) => {
    const limit = sorted[index + 1]?.offset ?? directoryStart
    return offset + localBytes + packed > limit
  })
}

function contentOf(bytes: Uint8Array, file: FileRecord): { readonly bytes: Uint8Array } | { trouble: FileTrouble } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { offset, packed, size, method, checksum } = file
  if (offset + localBytes > bytes.length || view.getUint32(offset, true) !== 0x04034b50)
    return { trouble: 'archive_broken' }
  const nameLength = view.getUint16(offset + 26, true)
  const start = offset + localBytes + nameLength + view.getUint16(offset + 28, true)
  const name = new TextDecoder().decode(bytes.subarray(offset + localBytes, offset + localBytes + nameLength))
  if (name !== file.name || view.getUint16(offset + 8, true) !== method || start + packed > bytes.length)
    return { trouble: 'archive_broken' }
  const data = bytes.subarray(start, start + packed)
  if (method !== 0 && method !== 8) return { trouble: 'archive_method' }
  const content = method === 0 ? data : inflated(data, size)
  if (content === null || content.length !== size) return { trouble: 'archive_broken' }
  return crc32(content) === checksum ? { bytes: content } : { trouble: 'archive_checksum' }
}

function inflated(data: Uint8Array, size: number): Uint8Array | null {
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, size) })
  } catch {
    return null
  }
}
