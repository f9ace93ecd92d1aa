import * as syntax from 'typescript/unstable/ast'
import type { Declaration, Graph } from './source-graph'

/** Every way into the product: what a browser, a provider, a clock or somebody on the host can set off. */
export const entryKinds = ['action', 'route', 'page', 'job', 'start', 'command'] as const
export type EntryKind = (typeof entryKinds)[number]

export type Entry = {
  readonly kind: EntryKind
  /** What a reader looks for: the path and the action's name, the job's name, the command. */
  readonly name: string
  readonly file: string
  /** What the front desk asks, by the entry's own words: stages, right. Null where the entry passes no desk. */
  readonly desk: string | null
  /** What runs first; of the list of jobs, what one element mentions. */
  readonly starts: readonly Start[]
}
export type Start = Pick<Declaration, 'id' | 'mentions' | 'touches' | 'node' | 'source'>

const methods = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/
/** The files to which the framework gives a meaning; a new kind of them is an entry like all others. */
const routeFiles = /^app\/(.*\/)?route\.[jt]sx?$/
const pageFiles =
  /^app\/(.*\/)?(page|layout|template|default|not-found|global-not-found|error|global-error|loading|forbidden|unauthorized)\.[jt]sx?$/
const metaFiles = /^app\/(.*\/)?(sitemap|robots|manifest|icon|apple-icon|opengraph-image|twitter-image)\d?\.[jt]sx?$/
const startFiles = /^(server|proxy|middleware|instrumentation|instrumentation-client)\.(ts|js|mjs)$/

/** `jobs`: the function that starts them, whose list has one element a job. */
export function entriesOf(graph: Graph, jobs: string): Entry[] {
  const found: Entry[] = []
  for (const { path, directive, declarations, exports } of graph.files.values()) {
    const loaded = declarations.filter(({ name }) => name === 'module')
    const exported = [...exports].map(([name, ids]) => ({
      name,
      starts: ids.flatMap((id) => graph.declarations.get(id) ?? []),
    }))
    const each = (kind: EntryKind, doors: typeof exported, nameOf: (name: string) => string): void => {
      for (const { name, starts } of doors)
        found.push({ kind, name: nameOf(name), file: path, desk: deskOfAll(graph, starts), starts })
    }
    const whole = (kind: EntryKind, name: string, starts: readonly Declaration[]): void => {
      found.push({ kind, name, file: path, desk: null, starts })
    }
    if (directive === 'server') {
      each('action', exported, (name) => `${placeOf(path)} · ${name}`)
      if (loaded.length > 0) whole('start', path, loaded)
    } else if (directive === 'client') {
      // Runs in the browser; what it sets off are actions.
    } else if (pageFiles.test(path) || metaFiles.test(path)) {
      whole('page', pageName(path), [...exported.flatMap(({ starts }) => starts), ...loaded])
    } else if (startFiles.test(path)) {
      whole('start', path, [...declarations, ...exported.flatMap(({ starts }) => starts)])
    } else if (/^scripts\/[^/]+$/.test(path)) {
      whole('command', path, loaded)
    } else {
      const handlers = exported.filter(({ name }) => methods.test(name))
      if (routeFiles.test(path)) each('route', handlers, (name) => `${name} ${placeOf(path)}`)
      if (loaded.length > 0) whole('start', path, loaded)
    }
  }
  const starter = graph.declarations.get(jobs)
  if (starter) found.push(...jobsOf(starter))
  return found.sort((one, other) => (one.kind + one.name < other.kind + other.name ? -1 : 1))
}

/** The address of a page: groups in brackets are left out of it. */
function placeOf(path: string): string {
  const folder = path.replace(/^app/, '').replace(/\/[^/]+$/, '')
  return folder.replace(/\/\([^)]+\)/g, '') || '/'
}

function pageName(path: string): string {
  const file = /([^/]+)\.tsx?$/.exec(path)?.[1]
  return file === 'page' ? placeOf(path) : `${placeOf(path)} · ${file}`
}

/** What all declarations ask that a door stands for: there is no desk where one of them passes none. */
function deskOfAll(graph: Graph, starts: readonly Declaration[]): string | null {
  const desks = starts.map((one) => deskOf(graph, one))
  return desks.includes(null) ? null : (desks[0] ?? null)
}

/** `who` and `right` of a door, read from the object that is given to the front desk; else what a route asks for itself. */
function deskOf(graph: Graph, declaration: Declaration): string | null {
  const text = textOf(declaration)
  if (!/\b(formAction|scriptAction)\b/.test(text)) return ownDeskOf(graph, declaration)
  const spread = /\.\.\.(\w+),/.exec(text)?.[1]
  const said = text + (spread ? textOfNamed(graph, declaration, spread) : '')
  const right = /\bright: '([\w.]+)'/.exec(said)?.[1]
  const written = /\bwho(?:: ('\w+'|\[[^\]]*\]|\w+))?,/.exec(said)?.[1] ?? 'who'
  const stages = /^\w+$/.test(written)
    ? (/(\[[^\]]*\]|'\w+')/.exec(textOfNamed(graph, declaration, written))?.[1] ?? '')
    : written
  const who = stages.replace(/['[\]]/g, '').trim()
  if (who === '') throw new Error(`${declaration.id} does not say who may come`)
  return right ? `${who}; right \`${right}\`` : who
}

function textOf({ node, source }: Declaration): string {
  return node.getText(source)
}

/** The text of a constant that a declaration mentions. */
function textOfNamed(graph: Graph, { mentions }: Declaration, name: string): string {
  const id = mentions.find(({ to }) => to.endsWith(`#${name}`))?.to
  const there = id === undefined ? undefined : graph.declarations.get(id)
  return there ? textOf(there) : ''
}

const ownDesk = /\b(isFormToken|is\w+(?:Signature|Proof)|adminPageVisit|pageVisit|signedInVisit|takeUpload)\(/

/** What a route asks, itself or in the function of its own file to which it hands on. */
function ownDeskOf(graph: Graph, declaration: Declaration): string | null {
  const near = declaration.mentions.flatMap(({ to }) => graph.declarations.get(to) ?? [])
  const own = [declaration, ...near.filter(({ file }) => file === declaration.file)]
  const asked = own.map(textOf).join(' ')
  const desk = ownDesk.exec(asked)?.[1]
  const right = /\bright: '([\w.]+)'|\bmay\([^,]+, '([\w.]+)'\)|\brights: \['([\w.]+)'\]/.exec(asked)
  const named = right?.[1] ?? right?.[2] ?? right?.[3]
  return desk ? `\`${desk}\`${named ? `; right \`${named}\`` : ''}` : null
}

function jobsOf(starter: Declaration): Entry[] {
  const elements: syntax.Node[] = []
  const look = (node: syntax.Node): void => {
    if (syntax.isArrayLiteralExpression(node)) elements.push(...node.elements)
    else node.forEachChild(look)
  }
  look(starter.node)
  return elements.map((element) => {
    const text = element.getText(starter.source)
    const name = /'([\w.]+)'/.exec(text)?.[1] ?? /\w+/.exec(text)?.[0] ?? text
    const mentions = starter.mentions.filter(({ to }) => new RegExp(`\\b${to.split('#')[1]}\\b`).test(text))
    return { kind: 'job' as const, name, file: starter.file, desk: null, starts: [{ ...starter, mentions }] }
  })
}
