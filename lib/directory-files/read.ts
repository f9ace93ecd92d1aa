import { type CsvRecord, type Delimiter, recordsOf } from '@/lib/csv/cells'
import { limits } from '@/lib/limits'
import { judgeGroup, judgePerson } from './fields'
import { type Header, hasBadCharacters, readHeader } from './header'
import type { FileKind, FileTrouble, GroupLine, PersonLine, ReadLine } from './model'

export type ReadFile = { readonly lines: readonly ReadLine[]; readonly unusedColumns: readonly string[] }

/**
 * Reads a file as a whole: every line says something or is named with what is wrong. Passwords and whatever else is not used
 * here end in this function. A string: why nothing of it can be read.
 *
 * A person who stands in it twice is taken once; a group may have several lines, which must agree about its description.
 */
export function readFile(bytes: Uint8Array, kind: FileKind): ReadFile | FileTrouble {
  const text = textOf(bytes)
  if (text === null) return 'file_encoding'
  if (text.trim() === '') return 'file_empty'
  const { linesMax, recordLinesMax, recordLengthMax } = limits.directoryFiles
  const records = recordsOf(text, delimiterOf(text), { linesMax: recordLinesMax, lengthMax: recordLengthMax })
  let header: Header | null = null
  let isEntraForm = false
  const lines: ReadLine[] = []
  for (const record of records) {
    if (header === null) {
      if (!('cells' in record)) return 'file_header'
      if (/^version:/i.test(record.cells[0]?.trim() ?? '')) {
        isEntraForm = true
        continue
      }
      const read = readHeader(record.cells, kind)
      if (typeof read === 'string') return read
      header = read
      continue
    }
    // The form comes with one line that shows how it is filled in.
    if (isEntraForm && lines.length === 0 && 'cells' in record && /^example:/i.test(record.cells[0]?.trim() ?? ''))
      continue
    if (lines.length >= linesMax) return 'file_too_many_lines'
    lines.push(readRecord(record, header, kind))
  }
  if (header === null) return 'file_header'
  if (lines.length === 0) return 'file_empty'
  return { lines: kind === 'people' ? eachOnce(lines) : inAgreement(lines), unusedColumns: header.unused }
}

function readRecord(record: CsvRecord, header: Header, kind: FileKind): ReadLine {
  const { line } = record
  if ('trouble' in record) return { line, key: '', trouble: { reason: record.trouble, column: null } }
  const { cells } = record
  const isLonger = cells.slice(header.width).some((cell) => cell.trim() !== '')
  if (isLonger || cells.length < header.width) {
    return { line, key: '', trouble: { reason: 'column_count', column: null } }
  }
  if (cells.some(hasBadCharacters)) return { line, key: '', trouble: { reason: 'bad_characters', column: null } }
  return { line, ...(kind === 'people' ? judgePerson(cells, header) : judgeGroup(cells, header)) }
}

/** Later lines of somebody who stood in the file before are left out. */
function eachOnce(lines: readonly ReadLine[]): ReadLine[] {
  const first = new Map<string, number>()
  return lines.map((one) => {
    if (!('says' in one)) return one
    const { userPrincipalName } = one.says as PersonLine
    const before = first.get(userPrincipalName)
    if (before === undefined) first.set(userPrincipalName, one.line)
    else {
      const trouble = { reason: 'duplicate', column: 'userPrincipalName', about: String(before) } as const
      return { line: one.line, key: one.key, trouble }
    }
    return one
  })
}

/** Lines of one group that say another description than its first one are left out. */
function inAgreement(lines: readonly ReadLine[]): ReadLine[] {
  const descriptions = new Map<string, string | null | undefined>()
  return lines.map((one) => {
    if (!('says' in one)) return one
    const { displayName, description } = one.says as GroupLine
    if (!descriptions.has(displayName)) descriptions.set(displayName, description)
    else if (descriptions.get(displayName) !== description) {
      return { line: one.line, key: one.key, trouble: { reason: 'description_differs', column: 'description' } }
    }
    return one
  })
}

/** UTF-8, or UTF-16 with its mark. Bytes that mean nothing become U+FFFD, which makes their line a bad one. */
function textOf(bytes: Uint8Array): string | null {
  const [one, two] = bytes
  if (one === 0xff && two === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (one === 0xfe && two === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  // Half of the characters of a UTF-16 file without its mark are zero.
  if (bytes.length > 3 && (one === 0 || two === 0)) return null
  return new TextDecoder('utf-8').decode(bytes)
}

/** The row that names the columns says what stands between them. */
function delimiterOf(text: string): Delimiter {
  const rows = text.slice(0, 16_384).split(/\r\n|\n|\r/)
  const row = rows.find((each) => each.trim() !== '' && !/^"?version:/i.test(each.trim())) ?? ''
  const outside = row.replace(/"[^"]*"/g, '')
  return outside.split(';').length > outside.split(',').length ? ';' : ','
}
