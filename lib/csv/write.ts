/**
 * One line of a file for a spreadsheet. A cell that a spreadsheet would run as a formula begins with an apostrophe, so that
 * it is read as text; one that looks as if that had been done already gets another, so that `plainCell` always finds the
 * text as it was. @see OWASP CSV Injection
 */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** The text of a cell that `csvLine` wrote: without the apostrophe that kept it from being run. */
export function plainCell(cell: string): string {
  return cell.startsWith("'") && isFormula.test(cell) ? cell.slice(1) : cell
}

/** What a spreadsheet would run, behind any number of apostrophes. */
const isFormula = /^'*\s*[=+\-@|%＝＋－＠]|^'*[\t\r\n]/

function csvCell(text: string): string {
  const plain = isFormula.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) || plain !== plain.trim() ? `"${plain.replaceAll('"', '""')}"` : plain
}
