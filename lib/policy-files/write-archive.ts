import { crc32, deflateRawSync } from 'node:zlib'

export type ArchiveFile = { readonly name: string; readonly text: string }

/**
 * A ZIP archive, written as its files come: each is packed, handed on and forgotten. Names are UTF-8 and must differ.
 *
 * @see PKWARE APPNOTE 6.3.10 §4.3
 */
export async function* writeArchive(files: AsyncIterable<ArchiveFile>, at: Date): AsyncGenerator<Uint8Array> {
  const records: Buffer[] = []
  let offset = 0
  for await (const { name, text } of files) {
    const content = Buffer.from(text)
    const packed = deflateRawSync(content)
    const nameBytes = Buffer.from(name)
    const common = commonFields(at, crc32(content), packed.length, content.length, nameBytes.length)
    const local = Buffer.concat([numbers([0x04034b50, 4]), common, nameBytes])
    // Made by version 2.0; no comment, disk 0, no attributes but "a file that everybody may read" of Unix.
    const record = Buffer.concat([
      numbers([0x02014b50, 4], [0x0314, 2]),
      common,
      numbers([0, 2], [0, 2], [0, 2], [0o100644 * 0x10000, 4], [offset, 4]),
      nameBytes,
    ])
    records.push(record)
    offset += local.length + packed.length
    yield local
    yield packed
  }
  const directory = Buffer.concat(records)
  yield directory
  const count = records.length
  yield numbers([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [directory.length, 4], [offset, 4], [0, 2])
}

/** What the header of an entry and its record in the directory share. */
function commonFields(at: Date, checksum: number, packed: number, size: number, nameLength: number): Buffer {
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
  const date = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  const [version, utf8Names, deflated] = [20, 0x0800, 8]
  return numbers(
    ...([
      [version, 2],
      [utf8Names, 2],
      [deflated, 2],
      [time, 2],
      [date, 2],
      [checksum, 4],
      [packed, 4],
      [size, 4],
      [nameLength, 2],
      [0, 2],
    ] as const),
  )
}

function numbers(...fields: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer {
  const buffer = Buffer.alloc(fields.reduce((sum, [, bytes]) => sum + bytes, 0))
  let at = 0
  for (const [value, bytes] of fields) {
    buffer.writeUIntLE(value, at, bytes)
    at += bytes
  }
  return buffer
}
