import { describe, expect, it } from 'vitest'
import { type Source, sources } from './sources'

/** The promise of the product, held by reading the code: no method changes but through the gate. */

const lib = sources('lib')
const app = sources('app')
const outside = [...sources('scripts'), ...sources('prisma').filter(({ path }) => !path.startsWith('prisma/client'))]

describe('method rows', () => {
  const writes =
    /\.(authenticationMethod|passkey|softwareOath|phone|email|temporaryAccessPass|recoveryCode|securityAnswer)\s*\.\s*(create|createMany|update|updateMany|updateManyAndReturn|upsert|delete|deleteMany)\(/
  const rawWrites =
    /\b(INSERT INTO|UPDATE|DELETE FROM)\s+"?(authentication_method|passkey|software_oath|phone|email|temporary_access_pass|recovery_code|security_answer)\b/i

  it('are written in one place: added, changed and removed by one file, used up by another', () => {
    const writers = [...lib, ...app, ...outside].filter(({ text }) => writes.test(text) || rawWrites.test(text))
    expect(writers.map(({ path }) => path).sort()).toEqual([
      'lib/registered-methods/store/change.ts',
      'lib/registered-methods/store/use.ts',
    ])
  })

  it('stand beside a hardware token only where methods are written', () => {
    const activates = /hardware_oath_token\s+SET\s+method_id|hardwareOathToken\s*\.\s*(create|update|upsert)/i
    const writers = [...lib, ...app, ...outside].filter(({ text }) => activates.test(text))
    expect(writers.map(({ path }) => path)).toEqual(['lib/registered-methods/store/change.ts'])
  })

  it('are added, changed and removed only from the room that asks the gate', () => {
    const verbs =
      /import \{[^}]*\b(insertMethod|replaceContact|renameMethod|setTextSignIn|deleteMethod)\b[^}]*\} from '[^']*registered-methods\/store\/change'/
    const callers = [...lib, ...app, ...outside].filter(({ text }) => verbs.test(text))
    expect(callers.length).toBeGreaterThan(3)
    expect(callers.filter(({ path }) => !path.startsWith('lib/security-info/')).map(({ path }) => path)).toEqual([])
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
    const callers = [...lib, ...app].filter(
      ({ path, text }) => /\bprovisionMethod\b/.test(text) && path !== 'lib/security-info/provision.ts',
    )
    expect(callers.map(({ path }) => path)).toEqual([])
    expect(app.filter(({ text }) => /first-administrator|provision/.test(text)).map(({ path }) => path)).toEqual([])
  })
})

describe('doors', () => {
  const actionFiles = app.filter(({ text }) => /^['"]use server['"]/m.test(text))

  it('are server actions in files of their own', () => {
    expect(actionFiles.length).toBeGreaterThan(5)
    expect(actionFiles.filter(({ path }) => !/actions\.ts$/.test(path)).map(({ path }) => path)).toEqual([])
  })

  it('all pass the front desk', () => {
    for (const { path, text } of actionFiles) {
      for (const door of exportsOf(text)) expect(door, path).toMatch(/\b(formAction|scriptAction)(<[^(]*>)?\(/)
    }
  })

  it('of the admin area name the right they need', () => {
    for (const { path, text } of actionFiles.filter(({ path: at }) => at.startsWith('app/(admin)/'))) {
      // A right may be said once for all doors of a file, in the part that each of them spreads.
      const shared = /^const door = \{[^}]*right: '/m.test(text)
      for (const door of exportsOf(text)) expect(door, path).toMatch(shared ? /right: '|\.\.\.door\b/ : /right: '/)
    }
  })

  it('that are route handlers check the form token or carry no session', () => {
    const handlers = app.filter(
      ({ path, text }) => /\/route\.tsx?$/.test(path) && /export (async )?function (POST|PUT|PATCH|DELETE)/.test(text),
    )
    const ownPages = handlers.filter(({ path }) => !path.startsWith('app/callbacks/'))
    for (const { path, text } of ownPages) expect(text, path).toMatch(/isFormToken|formToken|takeUpload\(request, \{/)
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

/** The text of each export up to the next one. */
function exportsOf(text: string): string[] {
  return text.split(/^(?=export (?:const|async function|function|default))/m).slice(1)
}
