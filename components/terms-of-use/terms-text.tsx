import type { LanguageText } from '@/lib/terms-of-use/model'
import { type Block, readText, type Span } from '@/lib/terms-of-use/read-text'

/**
 * A text of terms of use. Its parts are strings that React writes as text, and links lead to `https` alone: whatever
 * stands in the text, no markup of somebody's own comes out of it.
 */
export function TermsText({ text }: { text: LanguageText }) {
  return (
    <div lang={text.language} dir="auto" className="grid gap-4 leading-relaxed wrap-anywhere">
      {readText(text.text).map((block, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the text never changes while it is shown.
        <BlockView key={place} block={block} />
      ))}
    </div>
  )
}

const headings = { 2: 'h2', 3: 'h3', 4: 'h4' } as const
const headingLooks = { 2: 'mt-2 text-lg font-semibold', 3: 'mt-1 font-semibold', 4: 'font-medium' } as const

function BlockView({ block }: { block: Block }) {
  switch (block.kind) {
    case 'heading': {
      const Heading = headings[block.level]
      return (
        <Heading className={headingLooks[block.level]}>
          <Spans spans={block.spans} />
        </Heading>
      )
    }
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul'
      const look = block.ordered ? 'list-decimal' : 'list-disc'
      return (
        <List className={`grid gap-1.5 pl-6 marker:text-accent ${look}`}>
          {block.items.map((spans, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above.
            <li key={place}>
              <Spans spans={spans} />
            </li>
          ))}
        </List>
      )
    }
    case 'paragraph':
      return (
        <p>
          {block.lines.map((spans, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above.
            <span key={place}>
              {place > 0 && <br />}
              <Spans spans={spans} />
            </span>
          ))}
        </p>
      )
  }
}

function Spans({ spans }: { spans: readonly Span[] }) {
  return spans.map((span, place) => {
    const key = `${place} ${span.kind}`
    if (span.kind === 'strong') return <strong key={key}>{span.text}</strong>
    if (span.kind !== 'link') return <span key={key}>{span.text}</span>
    return (
      <a
        key={key}
        href={span.href}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="rounded-sm text-accent underline decoration-1 underline-offset-4 hover:decoration-2"
      >
        {span.text}
      </a>
    )
  })
}
