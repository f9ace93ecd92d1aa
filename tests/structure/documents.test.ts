import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { catalogue } from '@/lib/authentication-methods/catalogue'
import { root, sources } from './sources'

/** The documents are held to the code: what they name exists, and what must be named is. */

const documents = [...markdown('.', false), ...markdown('docs', true)].map((path) => ({ path, text: read(path) }))
const prose = documents.map(({ path, text }) => ({ path, text: text.replace(/^```[\s\S]*?^```$/gm, '') }))

describe('documents', () => {
  it('are the ones that are promised', () => {
    const promised = ['README', 'ARCHITECTURE', 'CONTRIBUTING', 'SECURITY', 'CHANGELOG']
    expect(promised.filter((name) => !documents.some(({ path }) => path === `${name}.md`))).toEqual([])
  })

  it('link to files and headings that exist', () => {
    const broken = prose.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\(([^)\s]+)\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !/^[a-z]+:/.test(target) && !leadsSomewhere(path, target))
        .map((target) => `${path} links to ${target}`),
    )
    expect(broken).toEqual([])
  })

  it('name files and folders that exist', () => {
    const isPath = /^(app|components|demo|docs|lib|prisma|public|scripts|server|tests|bench)\/[\w./()[\]-]*$/
    const missing = prose.flatMap(({ path, text }) =>
      spans(text)
        .filter((span) => isPath.test(span) && !existsSync(join(root, span)))
        .map((span) => `${path} names ${span}`),
    )
    expect(missing).toEqual([])
  })

  it('name commands that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const programs = (command: string) => command.match(/scripts\/[\w-]+\.(?:mjs|ts)/g) ?? []
    const isThere = (name: string) =>
      programs(scripts[name] ?? 'scripts/none.ts').every((program) => existsSync(join(root, program)))
    const missing = documents.flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm run ([a-z][a-z-]*)/g)]
        .filter(([, name = '']) => !isThere(name))
        .map(([, name]) => `${path} names npm run ${name}`),
    )
    expect(missing).toEqual([])
  })

  it('stand alone: nothing outside the project is named', () => {
    const outside = [/\.\.\/shared\b/, /(^|[\s`("])\/(work|root|tmp|home)\//m, /\bissue #\d+/i, /\]\(\/(?!\/)/]
    const naming = documents.filter(({ text }) => outside.some((pattern) => pattern.test(text)))
    expect(naming.map(({ path }) => path)).toEqual([])
  })

  it('number each decision once and give it a status', () => {
    const decisions = documents.filter(({ path }) => path.startsWith('docs/decisions/'))
    const numbers = decisions.map(({ path }) => path.slice('docs/decisions/'.length, 'docs/decisions/0001'.length))
    // In order and never twice; a number that was given away for something that did not come stays free.
    expect(numbers).toEqual([...new Set(numbers)].sort())
    expect(decisions.filter(({ text }) => !/^Status: /m.test(text)).map(({ path }) => path)).toEqual([])
  })
})

describe('settings', () => {
  const schema = /const schema = z\.object\(\{([\s\S]*?)^\}\)/m.exec(read('lib/platform/env.ts'))?.[1] ?? ''
  const known = [...schema.matchAll(/^ {2}([A-Z][A-Z_]*):/gm)].map(([, name = '']) => name).sort()

  it('are those of the code in the operator’s table', () => {
    const table = section('docs/operations.md', 'Settings')
    const listed = [...table.matchAll(/^\| `([A-Z][A-Z_]*)` \|/gm)].map(([, name = '']) => name).sort()
    expect(known.length).toBeGreaterThan(20)
    expect(listed).toEqual(known)
  })

  it('are those of the code in the example', () => {
    const example = read('.env.example')
    const assigned = [...example.matchAll(/^#?([A-Z][A-Z_]*)=/gm)].map(([, name = '']) => name)
    const forbidden = /^# Not for production.*$/m.exec(example)?.[0].match(/\b[A-Z]+_[A-Z_]+\b/g) ?? []
    expect([...new Set([...assigned, ...forbidden])].sort()).toEqual(known)
  })
})

describe('packages', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
  const used = Object.keys({ ...dependencies, ...devDependencies }).sort()
  const rows = [...read('docs/dependencies.md').matchAll(/^\| `([^`]+)` \| ([^|]+) \| ([^|]+) \|/gm)]

  it('each have one line with a reason', () => {
    expect(rows.map(([, name]) => name).sort()).toEqual(used)
    expect(rows.filter(([, , reason = '']) => reason.trim().length < 10).map(([, name]) => name)).toEqual([])
  })

  it('have the licence that the line says', () => {
    const wrong = rows.flatMap(([, name = '', , licence = '']) => {
      const file = join('node_modules', name, 'package.json')
      if (!existsSync(join(root, file))) return []
      const stated = (JSON.parse(read(file)) as { license?: string }).license
      return stated === licence.trim() ? [] : [`${name} is ${stated}`]
    })
    expect(wrong).toEqual([])
  })
})

describe('authentication pathways', () => {
  const pathways = section('SECURITY.md', 'Authentication pathways')
  const named = (word: string) => pathways.includes(`\`${word}\``)

  it('name every kind and mode of the catalogue, and the password', () => {
    const words = Object.values(catalogue).flatMap(({ kind, modes }) => [kind, ...modes])
    expect(['password', ...words].filter((word) => !named(word))).toEqual([])
  })

  it('name every page of sign-in where something is proven', () => {
    const pages = sources('app')
      .filter(
        ({ path, text }) =>
          path.startsWith('app/(sign-in)/') && path.endsWith('/actions.ts') && text.includes("'use server'"),
      )
      .map(({ path }) => `/${dirname(path).slice('app/(sign-in)/'.length)}`)
    expect(pages.length).toBeGreaterThan(0)
    expect(pages.filter((path) => !named(path))).toEqual([])
  })
})

describe('what providers may call', () => {
  it('is listed, every path of it and no other', () => {
    const paths = sources('app')
      .filter(({ path }) => path.startsWith('app/callbacks/'))
      .map(({ path }) => `/${dirname(path).slice('app/'.length).replaceAll('[', '{').replaceAll(']', '}')}`)
    const listed = section('SECURITY.md', 'What providers may call').matchAll(/^\| `([^`]+)` \|/gm)
    expect([...listed].map(([, path]) => path).sort()).toEqual(paths.sort())
  })
})

describe('the map in ARCHITECTURE', () => {
  const architecture = read('ARCHITECTURE.md')
  const map = section('ARCHITECTURE.md', 'The map')

  it('has a line for every room, and for nothing else below lib', () => {
    const rooms = readdirSync(join(root, 'lib'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${entry.name}/`)
    const lines = map.slice(map.indexOf('\nlib/'), map.indexOf('\nprisma/')).matchAll(/^ {2}([a-z0-9-]+\/) /gm)
    expect([...lines].map(([, name]) => name).sort()).toEqual(rooms.sort())
  })

  it('has a line for every folder of the project', () => {
    const folders = [
      'app',
      'components',
      'demo',
      'docs',
      'lib',
      'prisma',
      'scripts',
      'server',
      'tests',
      'bench',
      'public',
    ]
    const present = folders.filter((folder) => existsSync(join(root, folder)))
    expect(present.filter((folder) => !new RegExp(`^${folder}/`, 'm').test(map))).toEqual([])
  })

  it('and the walks beside it name functions that exist', () => {
    const code = sources('app', 'components', 'lib', 'server', 'scripts').map(({ text }) => text)
    code.push(read('server.ts'), read('prisma/sql/constraints.sql'), read('prisma/schema.prisma'))
    const whole = code.join('\n')
    const names = spans(architecture).filter((span) => /^([a-z]+[A-Z]\w*|[a-z]+(_[a-z]+)+)$/.test(span))
    expect(names.length).toBeGreaterThan(30)
    expect(names.filter((name) => !new RegExp(`\\b${name}\\b`).test(whole))).toEqual([])
  })
})

function markdown(folder: string, isDeep: boolean): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = normalize(join(folder, entry.name))
      if (entry.isDirectory()) return isDeep ? markdown(path, true) : []
      return path.endsWith('.md') ? [path] : []
    })
    .sort()
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}

/** What stands in backticks. */
function spans(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span)
}

/** The text below a heading of the second or third level, up to the next of that level. */
function section(path: string, heading: string): string {
  const text = read(path)
  const start = text.indexOf(`\n## ${heading}\n`)
  if (start < 0) throw new Error(`${path} has no section ${heading}`)
  const end = text.indexOf('\n## ', start + 4)
  return text.slice(start, end < 0 ? undefined : end)
}

function leadsSomewhere(from: string, target: string): boolean {
  const [file = '', anchor] = target.split('#')
  const path = file === '' ? from : normalize(join(dirname(from), file))
  if (relative('.', path).startsWith('..') || !existsSync(join(root, path))) return false
  if (anchor === undefined) return true
  if (statSync(join(root, path)).isDirectory()) return false
  const headings = [...read(path).matchAll(/^#{1,4} (.+)$/gm)].map(([, heading = '']) => slug(heading))
  return headings.includes(anchor)
}

/** As hosts of repositories make an anchor of a heading. */
function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-')
}
