import { describe, expect, it } from 'vitest'
import { type Source, sources } from './sources'

/** Every page has a title, and one that comes with the page: the framework streams its own after it. */

const files = new Map(sources('app', 'components').map((source) => [source.path, source]))
const pages = [...files.values()].filter(({ path }) => /(^|\/)(page|not-found)\.tsx$/.test(path))
const heading = 'components/shell/page-heading.tsx'

function findSource(target: string): Source | undefined {
  return files.get(`${target}.tsx`) ?? files.get(`${target}.ts`)
}

/** Whether a page draws a heading, by itself or by what it imports. */
function reachesHeading(source: Source, seen = new Set<string>()): boolean {
  if (source.path === heading) return true
  if (seen.has(source.path)) return false
  seen.add(source.path)
  return source.imports.some((target) => {
    const imported = findSource(target)
    return imported !== undefined && reachesHeading(imported, seen)
  })
}

describe('the title of a page', () => {
  // The address of nothing leads on.
  it.each(pages.filter(({ path }) => path !== 'app/page.tsx').map((page) => [page.path, page] as const))(
    '%s has one',
    (_path, page) => {
      expect(reachesHeading(page)).toBe(true)
    },
  )

  it('comes from the heading or from the page of a fault, and never from the framework', () => {
    const writers = [...files.values()].filter(({ text }) => text.includes('<title>')).map(({ path }) => path)
    expect(writers.sort()).toEqual(['app/trouble-card.tsx', heading])
    const streamed = [...files.values()].filter(({ text }) =>
      /generateMetadata|metadata: Metadata = \{[^}]*\btitle:/.test(text),
    )
    expect(streamed.map(({ path }) => path)).toEqual([])
  })
})
