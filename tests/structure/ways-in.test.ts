import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { pagePath, readWaysIn, root } from '@/scripts/ways-in/read'
import { type Report, reportOn } from '@/scripts/ways-in/report'
import { readGraph } from '@/scripts/ways-in/source-graph'
import { methodTables, relations, tokenTables } from '@/scripts/ways-in/touches'

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

  it('are looked for in every relation that leads to one', () => {
    const schema = readFileSync(join(root, 'prisma/schema.prisma'), 'utf8')
    const tables = new Map<string, string>()
    for (const [, model = '', table = ''] of schema.matchAll(/^model (\w+) \{[^}]*?@@map\("(\w+)"\)/gm))
      if ([...methodTables, ...tokenTables, 'user'].includes(table)) tables.set(model, table)
    const leading = [...schema.matchAll(/^ {2}(\w+) +(\w+)(?:\[\]|\?)?(?: |$)/gm)].flatMap(
      ([, field = '', type = '']) => {
        const table = tables.get(type)
        return table === undefined ? [] : [[field, table] as const]
      },
    )
    expect(tables.size).toBe(methodTables.length + tokenTables.length + 1)
    expect(relations).toEqual(Object.fromEntries(leading))
  })
})

/** A tree of sources that are only read, and what is found wrong with it. */
function madeUp(files: Readonly<Record<string, string>>, testText: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ways-in-'))
  const compilerOptions = { noResolve: true, noLib: true, types: [], jsx: 'preserve' }
  const all = { 'tsconfig.json': JSON.stringify({ compilerOptions, include: ['**/*'] }), ...files }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  try {
    const graph = readGraph(folder, join(folder, 'tsconfig.json'))
    return reportOn(graph, [{ path: 'tests/all.test.ts', text: testText }], 'lib/jobs/index.ts#startJobs').findings
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const lacking = 'no gate before "register, change or remove a method"'

describe('a way in that was made up', () => {
  const files: Record<string, string> = {}
  const put = (path: string, text: string) => {
    files[path] = text
  }
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
      const findings = madeUp(files, 'gated beside throughAnObject drop helper')
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

/** An action that passes the desk and no gate. */
const actionWith = (body: string) => `'use server'
  import { formAction } from '@/lib/request/action'
  export const act = formAction({ name: 'act', who: ['full'], run: async (asking, tx) => { ${body} } })`

/** A statement; `?` is what is put in at run time. */
const sql = (text: string) => `await tx.$executeRaw\`${text.replaceAll('?', `\${asking.more}`)}\``

describe('a write that was made up', () => {
  const writes: Readonly<Record<string, string>> = {
    'a schema': sql('DELETE FROM public.passkey'),
    'a schema in quotes': sql('INSERT INTO "public"."phone" VALUES (1)'),
    'one table alone': sql('UPDATE ONLY phone SET phone_number = 1'),
    'a merge': sql('MERGE INTO phone USING x ON true WHEN MATCHED THEN DELETE'),
    'a comment': sql('DELETE FROM /* all */ phone'),
    'several tables': sql('TRUNCATE session, phone'),
    'a table at run time': sql('DELETE FROM ?'),
    'text that is added': "await connection.query('DELETE FROM ' + asking.table)",
    'columns at run time': sql('UPDATE "user" SET ?'),
    'further columns': sql('UPDATE "user" SET updated_at = now(), ?'),
    'columns of a new row': sql('INSERT INTO "user" (id, ?) VALUES (1)'),
    'all columns of a new row': sql('INSERT INTO "user" VALUES (1)'),
    'a part of a statement': 'const more = Prisma.sql`now(), default_method_id = 1`; await change(tx, more)',
    'an element': "await tx['passkey'].deleteMany({})",
    'an element at run time': 'await tx[asking.model].deleteMany({})',
    'a verb at run time': 'await tx.passkey[asking.verb]({})',
    'a model taken out': 'const { passkey } = tx; await passkey.deleteMany({})',
    'a model under another name': 'const { passkey: rows } = tx; await rows.delete(asking.which)',
    'a model in a constant': 'const rows = tx.passkey; await rows.delete(asking.which)',
    'a model handed on': 'await wipe(tx.passkey)',
    'the rest of the client': 'const { session, ...others } = tx; await wipe(others)',
    'a model of nobody knows what': 'await asking().deleteMany({})',
    'an account’s methods': 'await tx.user.update({ where: {}, data: { methods: { deleteMany: {} } } })',
    'another model': 'await tx.session.update({ data: { user: { update: { methods: { deleteMany: {} } } } } })',
    'a relation at run time': 'await tx.session.update({ where: {}, data: { user: asking.change } })',
    'data at run time': 'await tx.user.update({ where: {}, data: asking.fields })',
    'data that are spread': 'await tx.user.update({ where: {}, data: { ...asking.fields } })',
    'a field at run time': 'await tx.user.update({ where: {}, data: { [asking.field]: 1 } })',
    'all arguments': 'await tx.user.update(asking)',
  }
  const plain: Readonly<Record<string, string>> = {
    reading: 'await tx.passkey.findMany({ where: { user: { is: {} } } }); tx.$queryRaw`SELECT phone FROM phone`',
    values: sql('UPDATE "user" SET a = f(1, ?), b = ? WHERE id = ? RETURNING a'),
    'another column':
      "await tx.user.update({ where: {}, data: { mail: 1, ...(asking.a ? { displayName: '' } : {}) } })",
    'whose it is': 'await tx.session.create({ data: { user: { connect: { id: asking.id } } } })',
    'maps and hashes': 'seen.delete(asking.id); createHash(asking.name).update(asking.text)',
  }
  const all = Object.entries({ ...writes, ...plain })
  const files = all.map(([, body], place) => [`app/${place}/actions.ts`, actionWith(body)] as const)
  let findings: readonly string[]
  beforeAll(() => {
    findings = madeUp(Object.fromEntries(files), '')
  }, slowly)

  it.each(all.map(([name], place) => ({ name, place })))(
    'is found where it says $name, or is none',
    ({ name, place }) => {
      const found = findings.includes(`action /${place} · act: ${lacking}: app/${place}/actions.ts#act`)
      expect(found).toBe(name in writes)
    },
  )
})

describe('a door that is written elsewhere', () => {
  const drop = 'export const drop = (tx) => tx.passkey.deleteMany({})\nexport default drop\nexport { drop as DELETE }'
  const doors: Readonly<Record<string, string>> = {
    'app/route.ts': "export { drop as GET } from '@/lib/drop'",
    'app/all/route.ts': "export * from '@/lib/drop'",
    'app/barrel/route.ts': "export { GET } from '@/lib/barrel'",
    'app/imported/route.ts': "import { drop } from '@/lib/drop.js'\nexport { drop as POST }",
    'app/later/route.ts': 'const drop = (tx) => tx.passkey.deleteMany({})\nexport { drop as PUT }',
    'app/page.tsx': "export { default } from '@/lib/drop'",
    'app/act/actions.ts': "'use server'\nexport { drop as act } from '@/lib/drop'",
    'proxy.ts': "export { drop as proxy } from '@/lib/drop'",
    'lib/loaded.ts': "import { drop } from '@/lib/drop'\ndrop(tx)",
  }

  it(
    'is one like all others',
    () => {
      const barrel = "import { drop } from './drop'\nimport * as all from './drop'\nexport { drop as GET, all }"
      const findings = madeUp({ ...doors, 'lib/drop.ts': drop, 'lib/barrel.ts': barrel }, 'drop')
      const open = findings.filter((finding) => finding.includes(lacking)).map((finding) => finding.split(':')[0])
      expect(open).toEqual([
        ...['action /act · act', 'page /', 'route DELETE /all', 'route GET /', 'route GET /barrel'],
        ...['route POST /imported', 'route PUT /later', 'start lib/loaded.ts', 'start proxy.ts'],
      ])
      expect(findings).toContain('route GET /: passes no desk')
    },
    slowly,
  )

  it(
    'is refused where it cannot be followed',
    () => {
      const findings = madeUp(
        {
          'app/inline/page.tsx':
            "export default function Page() { async function act() { 'use server'; f() } return act }",
          'app/late/actions.ts': "import { act as other } from '@/lib/act'\n'use server'\nexport const act = other",
          'app/package/route.ts': "export { GET } from 'some-package'",
          'app/whole-package/route.ts': "export * from 'some-package'",
          'lib/named.ts': 'export const load = (name) => import(name)\nexport const other = require("./drop")',
        },
        '',
      )
      expect(findings).toEqual([
        "app/inline/page.tsx: 'use server' is not the first line of a file",
        "app/late/actions.ts: 'use server' is not the first line of a file",
        'app/whole-package/route.ts: hands on a whole package',
        'lib/named.ts: imports what is named at run time',
        'lib/named.ts: loads by require',
        'route GET /package: is written in no source of ours',
      ])
    },
    slowly,
  )
})
