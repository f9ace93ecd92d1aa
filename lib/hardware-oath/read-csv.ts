import { cellsOf } from '@/lib/csv/cells'
import { judgeBase32, judgeInterval, judgeSerial, judgeText, judgeUserName } from './fields'
import type { LineReason, ReadPiece, TokenReader, TokenRecord } from './model'

/**
 * Reads `upn,serial number,secret key,time interval,manufacturer,model`, the header first.
 *
 * A record is one line: no cell of this file has a line break, and so a quote that is never closed spoils its own line and
 * not the rest of the file. Cells may stand in quotes, a quote within is doubled. What begins like a formula is text.
 *
 * @see `10` §8; RFC 4180 but for line breaks in cells
 */
export const csvColumns = ['upn', 'serial number', 'secret key', 'time interval', 'manufacturer', 'model'] as const

/** Longer than any good line; what comes after is dropped, so a file without line breaks costs no memory. */
const lineLengthMax = 2048

export function csvReader(): TokenReader {
  let held = ''
  let isCut = false
  let endedWithReturn = false
  let line = 0
  let hasHeader = false
  let isOver = false

  function take(text: string, wasCut: boolean): TokenRecord | 'header' | null {
    line++
    if (text.trim() === '' && !wasCut) return null
    if (!hasHeader) {
      hasHeader = true
      return isHeader(text) ? null : 'header'
    }
    return wasCut ? bad(line, 'line_too_long', []) : readLine(text, line)
  }

  function collect(lines: readonly { text: string; wasCut: boolean }[]): ReadPiece {
    const records: TokenRecord[] = []
    for (const { text, wasCut } of lines) {
      const record = take(text, wasCut)
      if (record === 'header') {
        isOver = true
        return { records, refusal: { reason: 'header', line } }
      }
      if (record !== null) records.push(record)
    }
    return { records, refusal: null }
  }

  return {
    push(text) {
      if (isOver) return { records: [], refusal: null }
      const lines: { text: string; wasCut: boolean }[] = []
      // A line break of two characters may lie across two pieces.
      const piece = endedWithReturn && text.startsWith('\n') ? text.slice(1) : text
      if (text !== '') endedWithReturn = text.endsWith('\r')
      const parts = piece.split(/\r\n|\n|\r/)
      parts.forEach((part, index) => {
        const room = lineLengthMax - held.length
        isCut ||= part.length > room
        held += part.slice(0, room)
        if (index === parts.length - 1) return
        lines.push({ text: held, wasCut: isCut })
        held = ''
        isCut = false
      })
      return collect(lines)
    },
    end() {
      if (isOver) return { records: [], refusal: null }
      const last = held === '' && !isCut ? [] : [{ text: held, wasCut: isCut }]
      const read = collect(last)
      return hasHeader || read.refusal ? read : { records: [], refusal: { reason: 'empty', line: 1 } }
    },
  }
}

function isHeader(text: string): boolean {
  const cells = cellsOf(text)?.map((cell) => cell.trim().toLowerCase().replace(/\s+/g, ' '))
  return cells?.length === csvColumns.length && csvColumns.every((name, index) => cells[index] === name)
}

function readLine(text: string, line: number): TokenRecord {
  if (text.includes('\u0000') || text.includes('\uFFFD')) return bad(line, 'bad_characters', [])
  const cells = cellsOf(text)
  if (cells === null) return bad(line, 'quote', [])
  if (cells.length !== csvColumns.length) return bad(line, 'column_count', cells)
  const [upn = '', serialNumber = '', key = '', interval = '', maker = '', kind = ''] = cells
  const userPrincipalName = judgeUserName(upn)
  if ('reason' in userPrincipalName) return bad(line, userPrincipalName.reason, cells)
  const serial = judgeSerial(serialNumber)
  if ('reason' in serial) return bad(line, serial.reason, cells)
  const secret = judgeBase32(key)
  if ('reason' in secret) return bad(line, secret.reason, cells)
  const period = judgeInterval(interval)
  if ('reason' in period) return bad(line, period.reason, cells)
  const manufacturer = judgeText(maker)
  if ('reason' in manufacturer) return bad(line, manufacturer.reason, cells)
  const model = judgeText(kind)
  if ('reason' in model) return bad(line, model.reason, cells)
  return {
    line,
    token: {
      userPrincipalName: userPrincipalName.value,
      serialNumber: serial.value,
      secret: secret.value,
      algorithm: 'SHA1',
      periodSeconds: period.value,
      manufacturer: manufacturer.value,
      model: model.value,
    },
  }
}

/** With a wrong number of columns nobody can tell which cell is the key, so none is repeated. */
function bad(line: number, reason: LineReason, cells: readonly string[]): TokenRecord {
  const isWhole = cells.length === csvColumns.length
  const shown = (index: number) => (isWhole ? (cells[index] ?? '').trim().slice(0, 128) : '')
  return { line, reason, userPrincipalName: shown(0), serialNumber: shown(1) }
}
