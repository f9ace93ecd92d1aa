/** The characters that stand between cells; spreadsheets of some languages write the second. */
export type Delimiter = ',' | ';'

/** What has been read of a record: its cells so far, and the one whose quote is still open. */
type Reading = { readonly cells: string[]; open: string | null }

/**
 * The cells of one line; null when a quote is not closed, or stands where none may. Cells may stand in quotes, a quote within is
 * doubled. @see RFC 4180 §2, but for line breaks in cells
 */
export function cellsOf(line: string, delimiter: Delimiter = ','): string[] | null {
  const reading: Reading = { cells: [], open: null }
  return readOn(reading, line, delimiter) && reading.open === null ? reading.cells : null
}

/** Reads a line after what was read; false when a quote stands where none may. */
function readOn(reading: Reading, line: string, delimiter: Delimiter): boolean {
  let at = 0
  for (;;) {
    if (reading.open !== null || line[at] === '"') {
      let cell = reading.open ?? ''
      if (reading.open === null) at++
      for (;;) {
        const quote = line.indexOf('"', at)
        if (quote < 0) {
          reading.open = cell + line.slice(at)
          return true
        }
        cell += line.slice(at, quote)
        at = quote + 1
        if (line[at] !== '"') break
        cell += '"'
        at++
      }
      reading.open = null
      reading.cells.push(cell)
      if (at < line.length && line[at] !== delimiter) return false
    } else {
      const end = line.indexOf(delimiter, at)
      const cell = line.slice(at, end < 0 ? undefined : end)
      if (cell.includes('"')) return false
      reading.cells.push(cell)
      at = end < 0 ? line.length : end
    }
    if (at >= line.length) return true
    at++
  }
}

/** One record of a file, by the line it begins on. */
export type CsvRecord =
  | { readonly line: number; readonly cells: readonly string[] }
  | { readonly line: number; readonly trouble: 'quote' | 'too_long' }

/**
 * The records of a text; empty lines are passed over. A cell in quotes may have line breaks. Where a quote does not close
 * within `linesMax` lines, or what follows makes no sense, the line on which it opened is a trouble by itself and reading goes
 * on with the next one: a broken line spoils no other.
 *
 * @see RFC 4180 §2
 */
export function* recordsOf(
  text: string,
  delimiter: Delimiter,
  bounds: { readonly linesMax: number; readonly lengthMax: number },
): Generator<CsvRecord> {
  const lines = text.split(/\r\n|\n|\r/)
  for (let at = 0; at < lines.length; ) {
    const first = lines[at] ?? ''
    if (first.trim() === '') {
      at++
      continue
    }
    const line = at + 1
    if (first.length > bounds.lengthMax) {
      yield { line, trouble: 'too_long' }
      at++
      continue
    }
    const reading: Reading = { cells: [], open: null }
    let isSound = readOn(reading, first, delimiter)
    let length = first.length
    let taken = 1
    while (isSound && reading.open !== null) {
      const next = lines[at + taken]
      length += next?.length ?? 0
      if (next === undefined || taken >= bounds.linesMax || length > bounds.lengthMax) break
      reading.open += '\n'
      isSound = readOn(reading, next, delimiter)
      taken++
    }
    if (isSound && reading.open === null) {
      yield { line, cells: reading.cells }
      at += taken
    } else {
      yield { line, trouble: 'quote' }
      at++
    }
  }
}
