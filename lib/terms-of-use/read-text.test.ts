import fc from 'fast-check'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { TermsText } from '@/components/terms-of-use/terms-text'
import { type Block, readText, type Span } from './read-text'

const text = (words: string): Span => ({ kind: 'text', text: words })

describe('the text of terms', () => {
  it.each<[string, string, readonly Block[]]>([
    [
      'paragraphs and lines',
      'one\ntwo\n\nthree',
      [
        { kind: 'paragraph', lines: [[text('one')], [text('two')]] },
        { kind: 'paragraph', lines: [[text('three')]] },
      ],
    ],
    [
      'headings without a gap',
      '### Deep\n\n# Top',
      [
        { kind: 'heading', level: 2, spans: [text('Deep')] },
        { kind: 'heading', level: 2, spans: [text('Top')] },
      ],
    ],
    [
      'levels below each other',
      '# A\n## B\n### C',
      [
        { kind: 'heading', level: 2, spans: [text('A')] },
        { kind: 'heading', level: 3, spans: [text('B')] },
        { kind: 'heading', level: 4, spans: [text('C')] },
      ],
    ],
    [
      'both kinds of lists',
      '- a\n- b\n1. c',
      [
        { kind: 'list', ordered: false, items: [[text('a')], [text('b')]] },
        { kind: 'list', ordered: true, items: [[text('c')]] },
      ],
    ],
    [
      'bold and links',
      'x **y** [z](https://a.example/b)',
      [
        {
          kind: 'paragraph',
          lines: [
            [
              text('x '),
              { kind: 'strong', text: 'y' },
              text(' '),
              { kind: 'link', text: 'z', href: 'https://a.example/b' },
            ],
          ],
        },
      ],
    ],
    [
      'stars and brackets that mean nothing',
      '2 ** 3 [x] (y)',
      [{ kind: 'paragraph', lines: [[text('2 ** 3 [x] (y)')]] }],
    ],
    ['nothing', ' \n \n', []],
  ])('has %s', (_title, words, blocks) => {
    expect(readText(words)).toEqual(blocks)
  })

  it.each([
    '[x](javascript:alert(1))',
    '[x](http://a.example)',
    '[x](data:text/html,x)',
    '[x](//a.example)',
    '[x](https://bank.example@a.example/)',
    '[x](https://u:p@a.example/)',
  ])('%s is no link', (words) => {
    expect(JSON.stringify(readText(words))).not.toContain('"link"')
  })

  it('never becomes markup, whatever stands in it', () => {
    const hostile = fc.constantFrom(
      '<script>',
      '<img src=x onerror=y>',
      '"',
      "'",
      '&lt;',
      '[',
      '](https://',
      ')',
      '**',
      '# ',
      '- ',
      '1. ',
      '\n',
      '\n\n',
      'a',
      'javascript:',
      '\u202e',
    )
    fc.assert(
      fc.property(fc.array(hostile, { maxLength: 40 }), (parts) => {
        const html = renderToStaticMarkup(createElement(TermsText, { text: { language: 'en', text: parts.join('') } }))
        const tags = [...html.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag)
        const known = ['div', 'h2', 'h3', 'h4', 'p', 'span', 'br', 'ul', 'ol', 'li', 'strong', 'a']
        expect(tags.filter((tag) => !known.includes(tag ?? ''))).toEqual([])
        for (const [, href = ''] of html.matchAll(/href="([^"]*)"/g)) expect(href).toMatch(/^https:\/\//)
        expect(html).not.toMatch(/<[^>]*\son[a-z]+=/i)
      }),
    )
  })

  it('is read in time, however it is made', () => {
    // The processor's time, which neighbours on the machine do not spend.
    const began = process.cpuUsage()
    for (const part of ['**', '[', '[a](https://', '# ', '\n', '- ', '* ', '1. ', 'a '])
      readText(part.repeat(Math.floor(60_000 / part.length)))
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(2000)
  })
})
