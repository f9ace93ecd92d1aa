import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pagePath, readWaysIn, root } from '@/scripts/ways-in/read'
import { type Report, reportOn } from '@/scripts/ways-in/report'
import { readGraph } from '@/scripts/ways-in/source-graph'
import { methodTables, tokenTables } from '@/scripts/ways-in/touches'

/** No way in without a gate, held by following every way through the sources; and the page that says so is true. */

const slowly = 300_000

describe('ways in', () => {
  let report: Report
  beforeAll(() => {
    report = readWaysIn()
  }, slowly)

  it('each have a gate, a desk and a test', () => {
    expect(report.findings).toEqual([])
  })

  it('are the ones that the page names: npm run ways-in writes it', () => {
    expect(readFileSync(pagePath, 'utf8')).toBe(report.page)
  })

  it('meet gates that exist under their names', () => {
    expect(report.unknown).toEqual([])
  })

  it('are looked for in every table that holds a method', () => {
    const schema = readFileSync(join(root, 'prisma/schema.prisma'), 'utf8')
    const models = schema.split(/^(?=model )/m).filter((text) => /^model |\s+AuthenticationMethod\??\s/.test(text))
    const holding = models
      .filter(
        (text) => /^model AuthenticationMethod \{/.test(text) || /^\s+\w+\s+AuthenticationMethod\??\s/m.test(text),
      )
      .map((text) => /@@map\("(\w+)"\)/.exec(text)?.[1])
      // The account names its default method; its columns are looked at one by one.
      .filter((table) => table !== 'user')
    expect(holding.length).toBeGreaterThan(7)
    expect([...methodTables, ...tokenTables].sort()).toEqual(holding.sort())
  })
})

describe('a way in that was made up', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ways-in-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  put(
    'tsconfig.json',
    '{"compilerOptions":{"noResolve":true,"noLib":true,"types":[],"jsx":"preserve"},"include":["**/*"]}',
  )
  put(
    'lib/registered-methods/store.ts',
    'export async function insertMethod(tx) { await tx.passkey.create({ data: {} }) }',
  )
  put('lib/security-info/change.ts', 'export async function changeOwn(asking, plan, write) { return write() }')
  put(
    'lib/security-info/commands.ts',
    `import { insertMethod as store } from '../registered-methods/store'
     import * as change from '@/lib/security-info/change'
     import { changeOwn } from './change'
     const verbs = { quietly: (tx) => store(tx) }
     export const gated = (asking) => changeOwn(asking, {}, async ({ tx }) => { await write(tx) })
     export const gatedByNamespace = (asking) => change.changeOwn(asking, {}, ({ tx }) => write(tx))
     export async function beside(asking, tx) { await changeOwn(asking, {}, () => {}); await write(tx) }
     export function throughAnObject(tx) { return verbs.quietly(tx) }
     async function write(tx) { await store(tx) }`,
  )
  put(
    'app/good/actions.ts',
    `'use server'
     import { formAction } from '@/lib/request/action'
     import { gated } from '@/lib/security-info/commands'
     export const add = formAction({ name: 'add', who: ['full'], run: (asking) => gated(asking) })`,
  )
  put(
    'app/bad/actions.ts',
    `'use server'
     import { formAction } from '@/lib/request/action'
     import { beside, throughAnObject } from '@/lib/security-info/commands'
     export const besideTheGate = formAction({ name: 'a', who: ['full'], run: (asking, tx) => beside(asking, tx) })
     export const hidden = formAction({ name: 'b', who: ['full'], run: (asking, tx) => throughAnObject(tx) })
     export const local = formAction({ name: 'c', who: ['full'], run: (asking, tx) => helper(tx) })
     const helper = (tx) => tx.phone.deleteMany({})
     export async function bare(tx) { await tx.$executeRaw\`DELETE FROM authentication_method\` }`,
  )
  put(
    'app/api/methods/route.ts',
    `export async function DELETE() { const { drop } = await import('@/lib/drop'); drop() }`,
  )
  put('lib/drop.ts', `export const drop = (tx) => tx.user.update({ where: {}, data: { methods: { deleteMany: {} } } })`)
  put(
    'app/shown/page.tsx',
    `import { drop } from '@/lib/drop'\nexport default function Page() { drop(); return <p /> }`,
  )
  put(
    'app/good/page.tsx',
    `import { add } from './actions'\nexport default function Page() { return <form action={add} /> }`,
  )
  put(
    'lib/jobs/index.ts',
    `import { repeat } from './repeat'
     import { drop } from '../drop'
     export function startJobs() { return [repeat('tidy', 60, async () => { drop() })] }`,
  )
  put('server.ts', `import { startJobs } from './lib/jobs'\nstartJobs()`)
  put('proxy.ts', `import { drop } from '@/lib/drop'\nexport function proxy() { drop() }`)

  it(
    'is found and named where it lacks a gate, and only there',
    () => {
      const tests = [{ path: 'tests/all.test.ts', text: 'gated beside throughAnObject drop helper' }]
      const { findings } = reportOn(
        readGraph(folder, join(folder, 'tsconfig.json')),
        tests,
        'lib/jobs/index.ts#startJobs',
      )
      const lacking = 'no gate before "register, change or remove a method"'
      const write = 'lib/registered-methods/store.ts#insertMethod'
      const commands = 'lib/security-info/commands.ts'
      expect(findings).toEqual([
        `action /bad · bare: ${lacking}: app/bad/actions.ts#bare`,
        'action /bad · bare: passes no desk',
        'action /bad · bare: no test names it',
        `action /bad · besideTheGate: ${lacking}: app/bad/actions.ts#besideTheGate > ${commands}#beside > ${commands}#write > ${write}`,
        `action /bad · hidden: ${lacking}: app/bad/actions.ts#hidden > ${commands}#throughAnObject > ${commands}#verbs > ${write}`,
        `action /bad · local: ${lacking}: app/bad/actions.ts#local > app/bad/actions.ts#helper`,
        `job tidy: ${lacking}: lib/jobs/index.ts#startJobs > lib/drop.ts#drop`,
        `page /shown: ${lacking}: app/shown/page.tsx#default > lib/drop.ts#drop`,
        `route DELETE /api/methods: ${lacking}: app/api/methods/route.ts#DELETE > lib/drop.ts#drop`,
        'route DELETE /api/methods: passes no desk',
        `start proxy.ts: ${lacking}: proxy.ts#proxy > lib/drop.ts#drop`,
      ])
    },
    slowly,
  )
})
