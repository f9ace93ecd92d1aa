import { type Entry, type EntryKind, entriesOf, entryKinds } from './entries'
import { type Gate, gates, handedOn, kindOf, uses } from './gates'
import { type Reach, waysThrough } from './paths'
import type { Graph } from './source-graph'
import { type TouchKind, touchKinds, touchWords } from './touches'

/** The page that an auditor reads, and what is wrong: both from one look at the sources. */
export type Report = {
  readonly graph: Graph
  readonly entries: readonly Entry[]
  readonly page: string
  /** Ways in that lack a gate, a desk or a test, each by name. */
  readonly findings: readonly string[]
  /** What the catalogue of gates names and the sources do not have: a gate that was renamed would be no gate. */
  readonly unknown: readonly string[]
}

/** A file with tests, as text: a way in is tested where one of the functions behind it is named. */
export type TestFile = { readonly path: string; readonly text: string }

type WayIn = Entry & { readonly reaches: readonly Reach[]; readonly testedIn: readonly string[] }

/** `jobs`: the function with the list of jobs. */
export function reportOn(graph: Graph, tests: readonly TestFile[], jobs: string): Report {
  const reachOf = waysThrough(graph, gates, [jobs])
  const entries = entriesOf(graph, jobs)
  const all = entries.map((entry): WayIn => {
    const reaches = reachOf(entry.starts)
    const through = new Set(reaches.flatMap((reach) => reach.through))
    return { ...entry, reaches, testedIn: testsOf(entry, [...through], tests) }
  })
  const touching = all.filter(({ reaches }) => reaches.length > 0)
  const unread = all.filter(({ kind, starts }) => /^(action|route|page)$/.test(kind) && starts.length === 0)
  const findings = [
    ...graph.refused,
    ...unread.map(({ kind, name }) => `${kind} ${name}: is written in no source of ours`),
    ...touching.flatMap(findingsOf),
  ]
  const named = [...gates.flatMap(({ functions }) => functions), ...uses, ...Object.keys(handedOn)]
  const unknown = named.filter((id) => !graph.declarations.has(id))
  return { graph, entries, page: pageOf(graph, all, touching), findings, unknown }
}

function findingsOf(way: WayIn): string[] {
  const about = `${way.kind} ${way.name}`
  // Whoever runs a command on the host holds the database and the keys: nothing here could stand in the way.
  const isHost = way.kind === 'command'
  const open = way.reaches
    .filter(({ past }) => past !== null && !isHost)
    .map(({ kind, past }) => `${about}: no gate before "${touchWords[kind]}": ${past?.join(' > ') ?? ''}`)
  const needsDesk = way.kind === 'action' || way.kind === 'route'
  return [
    ...open,
    ...(needsDesk && way.desk === null ? [`${about}: passes no desk`] : []),
    ...(way.testedIn.length === 0 ? [`${about}: no test names it`] : []),
  ]
}

function testsOf({ kind, file, name }: Entry, through: readonly string[], tests: readonly TestFile[]): string[] {
  const words = through.filter((id) => !id.startsWith('scripts/')).flatMap((id) => id.split('#')[1] ?? [])
  // A command on the host is tested as the program it is, too.
  if (kind === 'command') words.push(/([\w-]+)\.\w+$/.exec(file)?.[1] ?? name)
  if (words.length === 0) return []
  const named = new RegExp(`(?<![\\w-])(${words.join('|')})(?![\\w-])`)
  return tests.filter(({ text }) => named.test(text)).map(({ path }) => path)
}

const headings: Readonly<Record<EntryKind, string>> = {
  action: 'Server actions',
  route: 'Routes',
  page: 'Pages',
  job: 'Jobs',
  start: 'Start of the process',
  command: 'Commands on the host',
}

const notes: Readonly<Record<EntryKind, string>> = {
  action:
    'Each passes the front desk (`lib/request/action.ts`): form token, schema, session, stage, right, rate. *Desk* says who may come.',
  route: 'What a browser or a provider calls by address.',
  page: 'What is drawn when a page is asked for.',
  job: 'What the process does by itself (`lib/jobs/index.ts`).',
  start: 'What the process does before it serves.',
  command: 'Whoever can run these holds the database and its keys already; they are no part of what is served.',
}

function pageOf(graph: Graph, all: readonly WayIn[], touching: readonly WayIn[]): string {
  return [
    '# Ways in',
    '',
    'Every way in which something outside can touch an authentication method, and the gate that stands before it. This page is written by',
    '`npm run ways-in`, which reads the sources; a test compares the two, and fails for a way in without a gate, a desk or a test.',
    '',
    'How it is found: each function is followed through everything it mentions, also what it only hands on, from what a browser, a provider, a clock or',
    'somebody on the host can set off to the statements that write. So the page may name a way that is never taken, and misses none',
    'that is written out in the code: a table or a column that is put in at run time counts as any, and what cannot be followed (an action in the',
    'middle of a file, a file that is loaded by a name made at run time) the test refuses. Nothing depends on a proxy or on middleware: there is none',
    'in this process.',
    '',
    '## What touches a method',
    '',
    table(
      ['touch', 'rows and columns', 'written by'],
      touchKinds.map((kind) => touchRow(graph, kind)),
    ),
    '## Gates',
    '',
    'A gate opens the touches of its row and no other. All of them decide with what is true at that moment, in the transaction that writes or',
    'directly before it; what a form or a page showed decides nothing.',
    '',
    table(
      ['gate', 'opens', 'what it asks', 'where'],
      gates.map((gate) => gateRow(gate)),
    ),
    ...entryKinds.map((kind) => section(kind, all, touching)),
    '## Not there',
    '',
    'There are no API paths for programs in this version: every route and every action of the product is on this page or below it. There is no `proxy`, no',
    '`middleware` and no `instrumentation` file. If one of them comes, it is a way in like all others.',
    '',
    '## Ways in that touch no method',
    '',
    ...entryKinds.map((kind) => rest(kind, all)),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()
    .concat('\n')
}

function touchRow(graph: Graph, kind: TouchKind): string[] {
  const writers = [...graph.declarations.values()].flatMap(({ id, touches }) =>
    touches.filter((touch) => kindOf(id, touch) === kind).map(({ what }) => ({ id, what })),
  )
  const rows = [...new Set(writers.map(({ what }) => what))].sort()
  return [touchWords[kind], code(rows), places([...new Set(writers.map(({ id }) => id))])]
}

function gateRow({ name, opens, says, functions }: Gate): string[] {
  return [`**${name}**`, opens.map((kind) => touchWords[kind]).join('; '), says, places(functions)]
}

function section(kind: EntryKind, all: readonly WayIn[], touching: readonly WayIn[]): string {
  const ways = touching.filter((way) => way.kind === kind)
  const [total, hit] = [all.filter((way) => way.kind === kind).length, ways.length]
  const counted = `${hit === 0 ? 'None' : hit} of ${total} can touch a method.`
  const head = [`## ${headings[kind]}`, '', `${notes[kind]} ${counted}`, '']
  if (hit === 0) return head.join('\n')
  const isAsked = kind === 'action' || kind === 'route'
  const columns = ['way in', ...(isAsked ? ['desk'] : []), 'touches', 'gate', 'tested in']
  const rows = ways.map((way) => [
    `\`${way.name}\``,
    ...(isAsked ? [way.desk ?? '—'] : []),
    way.reaches.map((reach) => touchWords[reach.kind]).join('; '),
    gatesOf(way),
    code(way.testedIn.slice(0, 3)),
  ])
  return [...head, table(columns, rows)].join('\n')
}

function gatesOf(way: WayIn): string {
  if (way.kind === 'command') return 'the host itself'
  return [...new Set(way.reaches.flatMap((reach) => reach.gates.map(({ name }) => name)))].join('; ')
}

function rest(kind: EntryKind, all: readonly WayIn[]): string {
  const ways = all.filter((way) => way.kind === kind && way.reaches.length === 0)
  if (ways.length === 0) return ''
  const listed = ways.map(({ name, desk }) => (desk ? `\`${name}\` (${desk})` : `\`${name}\``))
  return `**${headings[kind]}**: ${listed.join(', ')}.\n`
}

/** Functions by their file, each file once. */
function places(ids: readonly string[]): string {
  const byFile = new Map<string, string[]>()
  for (const id of [...ids].sort()) {
    const [file = '', name = ''] = id.split('#')
    byFile.set(file, [...(byFile.get(file) ?? []), `\`${name}\``])
  }
  return [...byFile].map(([file, names]) => `\`${file}\`: ${names.join(', ')}`).join('; ')
}

function code(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ')
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line), ''].join('\n')
}
