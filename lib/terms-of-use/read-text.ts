/**
 * The light markup of terms of use: headings (`#` to `###`), lists (`-`, `1.`), `**bold**` and `[words](https://…)`.
 * Everything else is text. The result is a tree of plain strings, never markup, so whatever somebody writes can
 * become nothing but words on a page.
 */
export type Span =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'strong'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }

export type Block =
  | { readonly kind: 'heading'; readonly level: 2 | 3 | 4; readonly spans: readonly Span[] }
  | { readonly kind: 'paragraph'; readonly lines: readonly (readonly Span[])[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Span[])[] }

/** Reads a text into blocks. Total: there is no text that cannot be read. */
export function readText(text: string): readonly Block[] {
  const raw = text
    .split(/\n(?:[ \t]*\n)+/)
    .flatMap((part) => blocksOf(part.split('\n').filter((line) => line.trim() !== '')))
  return withEvenHeadings(raw)
}

const heading = /^(#{1,3})[ \t]+(.+)$/
const bullet = /^[ \t]{0,3}[-*][ \t]+(.+)$/
const numbered = /^[ \t]{0,3}\d{1,3}[.)][ \t]+(.+)$/

function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = []
  let paragraph: (readonly Span[])[] = []
  let list: { ordered: boolean; items: (readonly Span[])[] } | null = null
  const end = () => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', lines: paragraph })
    if (list) blocks.push({ kind: 'list', ...list })
    paragraph = []
    list = null
  }
  for (const line of lines) {
    const [, marks = '', title] = heading.exec(line) ?? []
    const item = bullet.exec(line)?.[1] ?? numbered.exec(line)?.[1]
    if (title !== undefined) {
      end()
      blocks.push({ kind: 'heading', level: levelOf(marks.length), spans: spansOf(title) })
    } else if (item !== undefined) {
      const ordered = numbered.test(line)
      if (list === null || (list as { ordered: boolean }).ordered !== ordered) {
        end()
        list = { ordered, items: [] }
      }
      ;(list as { items: (readonly Span[])[] }).items.push(spansOf(item))
    } else {
      if (list) end()
      paragraph.push(spansOf(line.trim()))
    }
  }
  end()
  return blocks
}

function levelOf(marks: number): 2 | 3 | 4 {
  return marks <= 1 ? 2 : marks === 2 ? 3 : 4
}

/** No level is skipped, whichever marks somebody likes: readers of screens go from heading to heading. */
function withEvenHeadings(blocks: readonly Block[]): readonly Block[] {
  const used = [...new Set(blocks.flatMap((block) => (block.kind === 'heading' ? [block.level] : [])))].sort()
  let before = 1
  return blocks.map((block) => {
    if (block.kind !== 'heading') return block
    const level = levelOf(Math.min(used.indexOf(block.level) + 1, before))
    before = level
    return { ...block, level }
  })
}

// Bounded parts and no nesting, so that no text makes the search long.
const marked = /\*\*([^*\n]{1,500})\*\*|\[([^\]\n]{1,300})\]\((https:\/\/[^\s()<>"']{1,500})\)/g

function spansOf(line: string): readonly Span[] {
  const spans: Span[] = []
  let from = 0
  for (const match of line.matchAll(marked)) {
    const [whole, strong, words, href] = match
    if (match.index > from) spans.push({ kind: 'text', text: line.slice(from, match.index) })
    if (strong !== undefined) spans.push({ kind: 'strong', text: strong })
    else if (words !== undefined && href !== undefined && isAddress(href))
      spans.push({ kind: 'link', text: words, href })
    else spans.push({ kind: 'text', text: whole })
    from = match.index + whole.length
  }
  if (from < line.length) spans.push({ kind: 'text', text: line.slice(from) })
  return spans
}

/** Without a name and password, which only serve to look like another place. */
function isAddress(href: string): boolean {
  try {
    const { protocol, username, password } = new URL(href)
    return protocol === 'https:' && username === '' && password === ''
  } catch {
    return false
  }
}
