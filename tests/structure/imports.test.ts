import { describe, expect, it } from 'vitest'
import { roomOf, type Source, sources } from './sources'

/** The rooms from the ground up. A room uses the rooms before it; so there is always an order in which to read. */
const floors: readonly string[] = [
  'platform',
  'csv',
  'i18n',
  'audit',
  'throttle',
  'notifications',
  'directory',
  'authentication-methods',
  'fido-metadata',
  'hardware-oath',
  'password',
  'terms-of-use',
  'conditional-access',
  'policy-files',
  'directory-files',
  'registered-methods',
  'sign-in',
  'security-info',
  'registration',
  'password-change',
  'password-reset',
  'request',
  'reports',
  'policy-changes',
  'policy-trials',
  'jobs',
]

const lib = sources('lib')
const everything = [...lib, ...sources('app', 'components')]

/** Where each library lives. Whoever wants its services asks the room. */
const homes: Record<string, readonly RegExp[]> = {
  'next-auth': [/^lib\/sign-in\/next-auth\.ts$/],
  '@simplewebauthn/server': [/^lib\/authentication-methods\/kinds\/passkey/],
  saxes: [/^lib\/hardware-oath\/read-pskc\.ts$/],
  otplib: [/^lib\/authentication-methods\/kinds\/software-oath\.ts$/],
  'mmdb-lib': [/^lib\/platform\/geo\.ts$/],
  nodemailer: [/^lib\/platform\/mail\.ts$/],
  '@node-rs/argon2': [/^lib\/password\/hashing\.ts$/],
  ldapts: [/^lib\/platform\/ldap\//],
  smpp: [/^lib\/platform\/sms\/smpp(-link)?\.ts$/],
  'libphonenumber-js': [/^lib\/authentication-methods\/kinds\/phone/],
}

function offences(files: readonly Source[], isOffence: (file: Source, target: string) => boolean): string[] {
  return files.flatMap((file) =>
    file.imports.filter((target) => isOffence(file, target)).map((target) => `${file.path} imports ${target}`),
  )
}

describe('imports', () => {
  it('name every room in the order of floors', () => {
    const rooms = new Set(lib.map(({ path }) => roomOf(path)).filter((room) => room !== null))
    expect([...rooms].filter((room) => !floors.some((known) => known === room))).toEqual([])
  })

  it('point down: a room uses only rooms before it', () => {
    const place = (room: string | null) => floors.indexOf(room ?? '')
    // Types of a model may be shared both ways: they are nouns and hold no behaviour.
    const isModel = (target: string) => /\/(model|limits|result)$/.test(target)
    expect(
      offences(lib, (file, target) => {
        const [from, to] = [roomOf(file.path), roomOf(`${target}.ts`)]
        return from !== null && to !== null && from !== to && !isModel(target) && place(to) > place(from)
      }),
    ).toEqual([])
  })

  it('never lead from lib to pages', () => {
    expect(offences(lib, (_, target) => target.startsWith('app/'))).toEqual([])
    const formAnswer = 'components/ui/form-answer'
    expect(offences(lib, (_, target) => target.startsWith('components/') && target !== formAnswer)).toEqual([])
  })

  it('lead from primitives to nothing of the domain', () => {
    expect(
      offences(sources('components/ui'), (_, target) => target.startsWith('lib/') || target.startsWith('app/')),
    ).toEqual([])
  })

  it('bring nothing that touches a row into a component', () => {
    expect(
      offences(sources('components'), (_, target) => /(^|\/)(store|commands|db|change|session)$/.test(target)),
    ).toEqual([])
  })

  it('keep each library in its home', () => {
    for (const [library, home] of Object.entries(homes)) {
      expect(
        offences(
          everything,
          (file, target) =>
            (target === library || target.startsWith(`${library}/`)) && !home.some((at) => at.test(file.path)),
        ),
        library,
      ).toEqual([])
    }
  })

  it('let Next.js into the front desk only', () => {
    expect(offences(lib, (file, target) => /^next(\/|$)/.test(target) && roomOf(file.path) !== 'request')).toEqual([])
  })

  it('let rows be named only where rows are kept', () => {
    const keepers =
      /(^|\/)(store|db)\.ts$|\/store\/|^lib\/(registered-methods|jobs|audit|throttle|notifications|sign-in|security-info|registration|reports|directory|conditional-access|policy-changes|platform)\//
    expect(
      offences(everything, (file, target) => target.startsWith('prisma/client') && !keepers.test(file.path)),
    ).toEqual([])
  })
})

describe('files', () => {
  it('that must never reach a browser say so', () => {
    const mustSay = lib.filter(
      ({ path }) =>
        /\/(store|commands)\.ts$/.test(path) ||
        /^lib\/platform\/(db|env|mail|sms\/(index|gateway|http-post|twilio|smpp|smpp-link)|seal|hash|random|clock)\.ts$/.test(
          path,
        ),
    )
    expect(mustSay.length).toBeGreaterThan(8)
    expect(mustSay.filter(({ text }) => !text.includes("import 'server-only'")).map(({ path }) => path)).toEqual([])
  })

  it('read the environment in one place', () => {
    const allowed = ['lib/platform/env.ts', 'server.ts']
    expect(
      everything
        .filter(({ path, text }) => text.includes('process.env') && !allowed.includes(path))
        .map(({ path }) => path),
    ).toEqual([])
  })

  it('ask the clock for the time', () => {
    const rooms = [
      'directory',
      'authentication-methods',
      'conditional-access',
      'sign-in',
      'security-info',
      'registration',
      'registered-methods',
      'reports',
    ]
    const guilty = lib.filter(
      ({ path, text }) => rooms.includes(roomOf(path) ?? '') && /\bDate\.now\(\)|\bnew Date\(\)/.test(text),
    )
    expect(guilty.map(({ path }) => path)).toEqual([])
  })

  it('call the database client tx or client, under which its writes are looked for', () => {
    const named =
      /\b(\w+)\??: (?:Tx|PrismaClient|Prisma\.TransactionClient)\b|\b(?:transaction|together)(?:<.*>)?\((?:async )?\(?(\w+|\{)[,)}: ]/g
    const users = everything.filter(({ path }) => !path.startsWith('lib/platform/'))
    const names = users.flatMap(({ path, text }) =>
      [...text.matchAll(named)].map(([, typed, given]) => ({ path, name: typed ?? given })),
    )
    expect(names.length).toBeGreaterThan(500)
    expect(names.filter(({ name }) => !['tx', 'client'].includes(name ?? ''))).toEqual([])
    expect(users.filter(({ text }) => /(?:const|let) (?!client\b)\w+ = db\(\)(?!\.)/.test(text))).toEqual([])
  })

  it('never ask the database with untagged text', () => {
    expect(everything.filter(({ text }) => /\$(query|execute)RawUnsafe/.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('style nothing inline, because the content security policy allows none', () => {
    expect(
      sources('app', 'components')
        .filter(({ text }) => /\sstyle=\{/.test(text))
        .map(({ path }) => path),
    ).toEqual([])
  })
})
