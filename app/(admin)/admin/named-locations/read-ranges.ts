import 'server-only'
import type { RangeNotice } from '@/lib/conditional-access/network'
import { overlapNotices, parseAddress, readRange } from '@/lib/conditional-access/network'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'

/** Lines named one by one; who pasted the wrong thing altogether need not read two thousand sentences. */
const linesNamedMax = 15

export type Line = { readonly number: number; readonly text: string }

/** The lines of the textarea that say something; commas separate as lines do. */
export function linesOf(text: string): readonly Line[] {
  return text
    .split(/\r?\n/)
    .flatMap((line, index) => line.split(',').map((part) => ({ number: index + 1, text: part.trim() })))
    .filter((line) => line.text !== '')
}

/** A sentence for each line that is no range, saying why; empty when all can be read. The command decides again. */
export function troubleWith(lines: readonly Line[]): readonly string[] {
  const sentences = lines.slice(0, limits.conditionalAccess.rangesPerLocationMax).flatMap((line) => {
    const read = readRange(line.text, 'ranges')
    return read.ok ? [] : [sentenceFor(line, read.failure.code)]
  })
  if (sentences.length <= linesNamedMax) return sentences
  const count = sentences.length - linesNamedMax
  return [...sentences.slice(0, linesNamedMax), t('namedLocations.line.more', { count })]
}

function sentenceFor(line: Line, code: string): string {
  const values = { line: line.number, text: line.text.slice(0, 64) }
  if (code === 'conditionalAccess.range_too_wide') return t('namedLocations.line.tooWide', values)
  const address = parseAddress(line.text)
  if (!address) return t('namedLocations.line.invalid', values)
  const suggestion = `${line.text}/${line.text.includes(':') ? 128 : 32}`
  return t('namedLocations.line.noLength', { ...values, suggestion })
}

/** At most this many changed ranges travel in the address of the page that tells of them. */
const toldMax = 20

/** The ranges that were stored in another way than they were typed, to tell of after saving. */
export function changedRanges(notices: readonly RangeNotice[]): readonly string[] {
  return notices
    .filter(({ kind }) => kind === 'hostBitsCleared' || kind === 'mappedUnwrapped' || kind === 'duplicate')
    .map(({ range }) => range)
    .slice(0, toldMax)
}

/**
 * What to know about a location's ranges. `given` are ranges as typed, from the address of the page; only what really
 * became a range of this location is told, so a link cannot put words on the page.
 */
export function noticesAbout(ranges: readonly string[], given: readonly string[]): readonly RangeNotice[] {
  const typed = given.slice(0, toldMax).flatMap((text) => {
    const read = readRange(text, 'ranges')
    if (!read.ok || !ranges.includes(read.value.range.cidrAddress)) return []
    const changed = read.value.notices.filter(({ kind }) => kind !== 'private')
    const { cidrAddress } = read.value.range
    return changed.length > 0 ? changed : [{ kind: 'duplicate' as const, range: cidrAddress, becomes: cidrAddress }]
  })
  const stored = ranges.flatMap((text) => {
    const read = readRange(text, 'ranges')
    return read.ok ? read.value.notices.filter(({ kind }) => kind === 'private') : []
  })
  const overlapping = overlapNotices(
    ranges.map((cidrAddress) => ({ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress })),
  )
  return [...typed, ...overlapping, ...stored]
}

export function noticeText({ kind, range, becomes }: RangeNotice): string {
  return t(`conditionalAccess.notice.${kind}`, { range, becomes: becomes ?? '' })
}
