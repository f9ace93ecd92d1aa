import { readdirSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Entry } from '@/scripts/ways-in/entries'
import { readWaysIn } from '@/scripts/ways-in/read'
import type { Report } from '@/scripts/ways-in/report'
import { methodTables } from '@/scripts/ways-in/touches'
import { root, type Source, sources } from './sources'

/** The promise of the product, held by reading the code: no method changes but through the gate. */

const lib = sources('lib')
const app = sources('app')

let read: Report
beforeAll(() => {
  read = readWaysIn()
}, 300_000)

/** The files in which one of these functions is mentioned, without their own. */
function mentioning(file: string, ...names: string[]): string[] {
  const wanted = names.map((name) => `${file}#${name}`)
  for (const id of wanted) expect(read.graph.declarations.has(id), id).toBe(true)
  const callers = [...read.graph.declarations.values()].filter(({ mentions }) =>
    mentions.some(({ to }) => wanted.includes(to)),
  )
  return [...new Set(callers.map((caller) => caller.file))].filter((path) => path !== file)
}

describe('method rows', () => {
  it('are written in one place: added, changed and removed by one file, used up by another', () => {
    const writers = [...read.graph.declarations.values()].filter(({ touches }) =>
      touches.some(({ what }) => methodTables.includes(what)),
    )
    expect([...new Set(writers.map(({ file }) => file))].sort()).toEqual([
      'lib/registered-methods/store/change.ts',
      'lib/registered-methods/store/use.ts',
    ])
  })

  it('stand beside a hardware token only where methods are written', () => {
    const activates = /hardware_oath_token"?\s+SET\s+method_id|hardwareOathToken\s*\.\s*(create|update|upsert)/i
    const writers = [...lib, ...app, ...sources('scripts')].filter(({ text }) => activates.test(text))
    expect(writers.map(({ path }) => path)).toEqual(['lib/registered-methods/store/change.ts'])
  })

  it('are added, changed and removed only from the room that asks the gate', () => {
    const verbs = ['insertMethod', 'replaceContact', 'renameMethod', 'setTextSignIn', 'deleteMethod']
    const callers = mentioning('lib/registered-methods/store/change.ts', ...verbs)
    expect(callers.length).toBeGreaterThan(3)
    expect(callers.filter((path) => !path.startsWith('lib/security-info/'))).toEqual([])
  })

  it('are touched in that room only inside the transaction that decides', () => {
    const callers = lib.filter(
      ({ path, text }) =>
        path.startsWith('lib/security-info/') &&
        /\b(insertMethod|replaceContact|renameMethod|setTextSignIn|deleteMethod)\(/.test(text),
    )
    const without = callers.filter(({ text }) => !/\bchange(Own|AsAdministrator)\b|\bremoveRow\b/.test(text))
    expect(without.map(({ path }) => path)).toEqual(['lib/security-info/provision.ts'])
  })

  it('are provisioned without a gate only on the host, never by a page', () => {
    const callers = mentioning('lib/security-info/provision.ts', 'provisionMethod')
    expect(callers.filter((path) => !/^(scripts|prisma)\//.test(path))).toEqual([])
    expect(app.filter(({ text }) => /first-administrator|provision/.test(text)).map(({ path }) => path)).toEqual([])
  })
})

describe('doors', () => {
  const doors = (kind: Entry['kind']) => read.entries.filter((entry) => entry.kind === kind)

  it('are only where they are looked for: the other folders of the framework are not there', () => {
    expect(readdirSync(root).filter((name) => /^(pages|src)$/.test(name))).toEqual([])
  })

  it('are server actions in files of their own', () => {
    expect(doors('action').length).toBeGreaterThan(50)
    expect(doors('action').filter(({ file }) => !/^app\/.*actions\.ts$/.test(file))).toEqual([])
  })

  it('all pass the front desk', () => {
    for (const { name, starts } of doors('action')) {
      expect(starts.length, name).toBeGreaterThan(0)
      for (const { node, source } of starts)
        expect(node.getText(source), name).toMatch(/\b(formAction|scriptAction)(<[^(]*>)?\(/)
    }
  })

  it('of the admin area name the right they need', () => {
    const without = doors('action').filter(
      ({ file, desk }) => file.startsWith('app/(admin)/') && !/right `/.test(desk ?? ''),
    )
    expect(without.map(({ name }) => name)).toEqual([])
  })

  it('that are route handlers check who asks; those that change something the form token, or carry no session', () => {
    expect(doors('route').length).toBeGreaterThan(20)
    expect(
      doors('route')
        .filter(({ desk }) => desk === null)
        .map(({ name }) => name),
    ).toEqual([])
    const ownPages = doors('route').filter(({ name }) => !/^(GET|HEAD|OPTIONS) |^\w+ \/callbacks\//.test(name))
    expect(ownPages.length).toBeGreaterThan(3)
    for (const { name, desk } of ownPages) expect(desk, name).toMatch(/isFormToken|takeUpload/)
    // The desk of those that take files asks for everything before it hands on.
    const upload = lib.find(({ path }) => path === 'lib/request/upload.ts')?.text ?? ''
    const handsOn = upload.indexOf('door.take(')
    for (const asked of ['signedInVisit()', 'may(visit.subject', 'mayEnterAdminArea(', 'consume(', 'isFormToken(']) {
      expect(upload.indexOf(asked), asked).toBeGreaterThan(0)
      expect(upload.indexOf(asked), asked).toBeLessThan(handsOn)
    }
  })

  it('that providers call hold no session and ask for a proof before they touch a row', () => {
    const callbacks = app.filter(({ path }) => path.startsWith('app/callbacks/'))
    expect(callbacks.length).toBeGreaterThan(1)
    for (const { path, text } of callbacks) {
      expect(path).toMatch(/\/route\.ts$/)
      const proof = text.search(/\bis(TwilioSignature|ReceiptProof)\(/)
      expect(proof, path).toBeGreaterThan(0)
      expect(text.search(/\btake(Receipt|CallAnswer)\(/), path).toBeGreaterThan(proof)
      expect(text, path).not.toMatch(/signedInVisit|pageVisit|cookies/)
    }
  })

  it('are pages that pass the desk, or are open to everybody on purpose', () => {
    const open = [
      /^app\/page\.tsx$/,
      /^app\/not-found\.tsx$/,
      /\(sign-in\)\/sign-in\/page\.tsx$/,
      /\(sign-in\)\/sign-in\/pass\/page\.tsx$/,
      /\(sign-in\)\/sign-in\/phone\/page\.tsx$/,
      /\(self-service\)\/password-reset\/page\.tsx$/,
    ]
    const pages = app.filter(({ path }) => path.endsWith('page.tsx') && !open.some((one) => one.test(path)))
    expect(pages.length).toBeGreaterThan(10)
    const unguarded = pages.filter((page) => !withNeighbours(page).some(({ text }) => desk.test(text)))
    expect(unguarded.map(({ path }) => path)).toEqual([])
  })
})

const desk = /\b(pageVisit|adminPageVisit|signedInVisit|resetVisit)\(/

/** The page and what it loads from its own part of `app`: several pages share one way past the desk. */
function withNeighbours(page: Source, seen = new Set<string>()): Source[] {
  if (seen.has(page.path)) return []
  seen.add(page.path)
  const near = app.filter(({ path }) =>
    page.imports.some((target) => path === `${target}.ts` || path === `${target}.tsx`),
  )
  return [page, ...near.flatMap((one) => withNeighbours(one, seen))]
}
