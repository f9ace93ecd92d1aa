import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { connect } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashSecret } from '@/lib/password/hashing'
import { type RunningProduct, startProduct } from '@/tests/support/e2e-server'

// What somebody without a browser sends: nothing of it may be a failure of ours, and nothing may tell how we are made.

let product: RunningProduct
let cookie = ''
let fields: Readonly<Record<string, string>> = {}
let actionId = ''

type Asked = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}
type Answer = { readonly status: number; readonly text: string; readonly headers: NodeJS.Dict<string | string[]> }

/** Without `fetch`, which would correct much of what is sent here. */
function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
  const { host, port } = new URL(product.origin)
  return new Promise((done, failed) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers: { host, ...headers } }, (res) => {
      let text = ''
      res.setEncoding('utf8')
      res.on('data', (chunk: string) => {
        text += chunk
      })
      res.on('end', () => done({ status: res.statusCode ?? 0, text, headers: res.headers }))
    })
    sent.on('error', failed)
    if (body !== undefined) sent.write(body)
    sent.end()
  })
}

beforeAll(async () => {
  product = await startProduct({ seed: false })
  const page = await ask('/sign-in')
  cookie = String(page.headers['set-cookie']?.[0]).split(';')[0] ?? ''
  fields = Object.fromEntries(
    [...page.text.matchAll(/<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?/g)].map(([, name, value]) => [
      name ?? '',
      plain(value ?? ''),
    ]),
  )
  actionId = (JSON.parse(fields['$ACTION_1:0'] ?? '{}') as { id: string }).id
}, 120_000)
afterAll(() => product.stop())

const plain = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&')
const own = () => ({ origin: product.origin, cookie })
const boundary = 'a-boundary'
const part = (name: string, value: string, more = '') =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`
const end = `--${boundary}--\r\n`

/** The sign-in form as a browser without scripts posts it, with other parts. */
function form(change: Readonly<Record<string, string | null>> = {}, more = ''): Asked {
  const all = { ...fields, username: 'nobody@harbor.example', password: 'not this one', ...change }
  const parts = Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [part(name, value)]))
  return multipart(parts.join('') + more + end)
}
const multipart = (body: string | Uint8Array, type = `multipart/form-data; boundary=${boundary}`): Asked => ({
  method: 'POST',
  headers: { ...own(), 'content-type': type },
  body,
})

/** The same action as a script calls it. */
const call = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): Asked => ({
  method: 'POST',
  headers: {
    ...own(),
    'next-action': actionId,
    'content-type': 'text/plain;charset=UTF-8',
    accept: 'text/x-component',
    ...headers,
  },
  body,
})
const calledWithForm = (body: string) => call(body, { 'content-type': `multipart/form-data; boundary=${boundary}` })

/** No failure of ours, and no word about our insides. */
function expectCalm(answer: Answer): void {
  expect(answer.status).toBeGreaterThanOrEqual(200)
  expect(answer.status).toBeLessThan(500)
  expect(answer.text).not.toMatch(/\n\s+at .+:\d+:\d+|node_modules|prisma|Unexpected token|Invalid `/i)
  expect(answer.headers['x-powered-by']).toBeUndefined()
  expect(answer.headers['x-content-type-options']).toBe('nosniff')
  expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
}

describe('a form that no browser posts', () => {
  const cases: readonly [string, () => Asked][] = [
    ['no action', () => multipart(part('a', 'b') + end)],
    ['nothing at all', () => ({ method: 'POST', headers: own() })],
    ['no boundary', () => multipart('x', 'multipart/form-data')],
    ['a body that is none', () => multipart(Buffer.alloc(500, 0xff))],
    ['an empty body', () => multipart('')],
    ['half a body', () => multipart(part('a', 'b').slice(0, -3))],
    ['a name of a hundred thousand characters', () => multipart(part('a'.repeat(100_000), 'b') + end)],
    [
      'three thousand fields',
      () => multipart(Array.from({ length: 3000 }, (_, at) => part(`f${at}`, '')).join('') + end),
    ],
    ['another encoding', () => multipart('username=a', 'application/x-www-form-urlencoded')],
    ['JSON', () => multipart('{"__proto__":{"a":1}}', 'application/json')],
    ['an action that is none', () => form({ '$ACTION_1:0': 'garbage' })],
    ['an action nobody knows', () => form({ '$ACTION_1:0': '{"id":"deadbeef","bound":"$@1"}' })],
    ['an action by a wrong id', () => multipart(part('$ACTION_ID_x', '') + end)],
    ['an action by an unknown id', () => multipart(part(`$ACTION_ID_${'0'.repeat(42)}`, '') + end)],
    ['an action that is missing', () => multipart(part('$ACTION_REF_9', '') + end)],
    ['a state that is no JSON', () => form({ '$ACTION_1:1': '{{{' })],
    ['a state that is missing', () => form({ '$ACTION_1:1': null })],
    ['a state that reaches for a prototype', () => form({ '$ACTION_1:1': '["$1:__proto__:constructor"]' })],
    ['a state of another shape', () => form({ '$ACTION_1:1': '[{"attempt":{"a":1},"errors":"x","values":7}]' })],
    ['an odd key', () => form({ $ACTION_KEY: '{' })],
    ['no form token', () => form({ formToken: null })],
    ["somebody else's form token", () => form({ formToken: 'A'.repeat(43) })],
    ['a field twice', () => form({}, part('username', 'somebody@harbor.example'))],
    ['fields of its own', () => form({}, part('isAdmin', '1') + part('__proto__', 'x') + part('constructor', 'y'))],
    ['a field missing', () => form({ password: null })],
    ['a file as user name', () => form({ username: null }, part('username', 'x', '; filename="a"'))],
    ['U+0000', () => form({ username: 'a\u0000b' })],
    [
      'bytes that are no UTF-8',
      () => multipart(Buffer.concat([Buffer.from(part('username', '')), Buffer.from([0xff])])),
    ],
    ['a user name of a hundred thousand characters', () => form({ username: 'a'.repeat(100_000) })],
    ['a password of a hundred thousand characters', () => form({ password: 'a'.repeat(100_000) })],
    ['somewhere else to go', () => form({ returnTo: '//evil.example/\\' })],
  ]
  it.each(cases)('%s', async (_what, asked) => {
    const answer = await ask('/sign-in', asked())
    expectCalm(answer)
    expect(String(answer.headers['set-cookie'] ?? '')).not.toContain('session')
    expect(String(answer.headers.location ?? '')).not.toContain('evil')
  })

  it('performs nothing at an address for programs, where no origin is asked', async () => {
    const log = new pg.Client({ connectionString: product.ownerUrl })
    await log.connect()
    const tries = async () => (await log.query('SELECT count(*)::int AS tries FROM sign_in_log')).rows[0].tries
    await ask('/sign-in', form())
    const before = await tries()
    expect(before).toBeGreaterThan(0)
    const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    for (const path of ['/callbacks', '/callbacks/sign-in', '/v1.0/sign-in', '/scim/sign-in'])
      for (const asked of [form(), call('["$K1"]'), call('[]')]) {
        const answer = await ask(path, { ...asked, headers: { ...asked.headers, ...evil } })
        expectCalm(answer)
        expect(String(answer.headers['set-cookie'] ?? '')).not.toContain('session')
      }
    expect(await tries()).toBe(before)
    await log.end()
  })

  it('too large is refused while it is read, and said so', async () => {
    const answer = await ask('/sign-in', form({ password: 'a'.repeat(400_000) })).catch(() => null)
    if (answer) expect(answer.status).toBe(413)
  })
})

describe('an action that no script calls', () => {
  const cases: readonly [string, () => Asked][] = [
    ['an unknown id', () => call('[]', { 'next-action': '0'.repeat(42) })],
    ['an id that is a path', () => call('[]', { 'next-action': '../../etc/passwd' })],
    ["an id that is a prototype's", () => call('[]', { 'next-action': '__proto__' })],
    ['no body', () => call('')],
    ['no JSON', () => call('{{{{')],
    ['a number', () => call('7')],
    ['a text', () => call('"x"')],
    ['null', () => call('null')],
    ['an object', () => call('{"a":1}')],
    ['no arguments', () => call('[]')],
    ['arguments of another kind', () => call('[1,2,3,4]')],
    ['null arguments', () => call('[null,null]')],
    ['an object in place of a form', () => call('[{},{"username":["a"],"password":{"a":1}}]')],
    ['references to nothing', () => call('["$K1","$F2","$@9","$Q1","$W1","$B1","$r1"]')],
    ['a reference to a prototype', () => call('["$1:__proto__:then"]')],
    ['a number of five thousand digits', () => call(`["$n${'9'.repeat(5000)}"]`)],
    ['twenty thousand brackets', () => call('['.repeat(20_000) + ']'.repeat(20_000))],
    ['bytes', () => call(Buffer.alloc(200, 0xfe))],
    ['half a form', () => calledWithForm(part('0', '["$K1"]').slice(0, -3))],
    ['a form without its first part', () => calledWithForm(part('7', '1') + end)],
    ['a form whose first part is no JSON', () => calledWithForm(part('0', '{{{') + end)],
    [
      'a form that reaches for a constructor',
      () => calledWithForm(part('0', '["$1:__proto__:constructor:constructor"]') + part('1', '{}') + end),
    ],
    ['no boundary', () => call('x', { 'content-type': 'multipart/form-data' })],
    ['another type', () => call('[]', { 'content-type': 'application/octet-stream' })],
    ['a broken place in the application', () => call('[]', { 'next-router-state-tree': '%7B' })],
  ]
  it.each(cases)('%s', async (_what, asked) => expectCalm(await ask('/sign-in', asked())))

  it('where no action lives', async () => {
    for (const path of ['/nope', '/sign-out', '/', '/admin/users', '/security-info'])
      expectCalm(await ask(path, call('[]')))
  })
})

describe('an address or a header that nobody follows', () => {
  const paths = [
    '/admin/users/not-a-uuid',
    '/admin/users/%00',
    '/admin/users/[id]',
    '/admin/users/not-a-uuid/delete/neither',
    '/admin/audit-log?from=never&to=%00&cursor=x&after=-1&activity=a&activity=b',
    '/admin/users?after=garbage&sort=password_hash&direction=sideways&search=%25%5C_',
    '/admin/conditional-access/not-a-uuid',
    '/security-info/change/%5B%5D',
    '/security-info/register/__proto__',
    '/security-info/register/constructor',
    '/security-info/blocked?reason=constructor&reason=__proto__',
    `/sign-in?returnTo=${'a'.repeat(12_000)}`,
    '/sign-in?returnTo=/a&returnTo=/b&ended=1&ended=2&__proto__=1&constructor=2',
    '/sign-in?returnTo=%E0%A4%A&x=%',
    '/sign-in?returnTo=%00&ended=%ED%A0%80',
    '/sign-in.rsc',
    '/_next/data/x/sign-in.json',
    '/_next/static/../../package.json',
    '/api/auth/session',
    '/.git/config',
    '/.env',
  ]
  it.each(paths)('%s', async (path) => {
    const answer = await ask(path)
    expectCalm(answer)
    expect(String(answer.headers.location ?? '')).not.toMatch(/^(https?:)?\/\/(?!localhost)/)
  })

  const headers: readonly [string, Readonly<Record<string, string>>][] = [
    [
      'cookies that are none',
      { cookie: '__Host-twofold-session=%E0%A4%A; __Host-twofold-form=%00; ;;; =; __proto__=1' },
    ],
    ['an empty session', { cookie: '__Host-twofold-session=; __Host-twofold-admin=' }],
    ['a session of eight thousand characters', { cookie: `__Host-twofold-session=${'a'.repeat(8000)}` }],
    ['ten session cookies', { cookie: Array(10).fill('__Host-twofold-session=x').join('; ') }],
    ['a broken place in the application', { rsc: '1', 'next-router-state-tree': '%7Bgarbage' }],
    ['a place of broken encoding', { rsc: '1', 'next-router-state-tree': '%E0%A4%A' }],
    ['a place of another shape', { rsc: '1', 'next-router-state-tree': '{"a":1}' }],
    ['a place without end', { rsc: '1', 'next-router-state-tree': '['.repeat(5000) }],
    ['an odd prefetch', { rsc: '1', 'next-router-prefetch': '7', 'next-router-segment-prefetch': '/../..' }],
    [
      'headers of other layers',
      {
        'x-middleware-subrequest': 'middleware:middleware:middleware',
        'x-nextjs-data': '1',
        'x-invoke-path': '/admin',
        'x-matched-path': '/admin',
        'next-resume': '1',
        'x-http-method-override': 'DELETE',
      },
    ],
  ]
  it.each(headers)('%s', async (_what, sent) => {
    for (const path of ['/sign-in', '/security-info', '/admin']) expectCalm(await ask(path, { headers: sent }))
  })

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])('the method %s is not served', async (method) => {
    const answer = await ask('/sign-in', { method, headers: own() })
    expect(answer.status).toBe(405)
    expectCalm(answer)
  })

  it.each([
    ['another origin', 'https://evil.example'],
    ['no origin of its own', 'null'],
    ['an origin that only begins like ours', 'http://localhost.evil.example'],
  ])('a form from %s is refused', async (_what, origin) => {
    const asked = form()
    const answer = await ask('/sign-in', { ...asked, headers: { ...asked.headers, origin } })
    expect(answer.status).toBe(403)
  })

  it('text that is no request at all is closed', async () => {
    const { port } = new URL(product.origin)
    const said = await new Promise<string>((done) => {
      let text = ''
      const socket = connect(Number(port), '127.0.0.1', () => socket.write('\u0000\u0001garbage\r\n\r\n'))
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1')
      })
      socket.on('close', () => done(text))
      socket.on('error', () => done(text))
    })
    expect(said).toMatch(/^(HTTP\/1\.1 400|$)/)
  })
})

describe('SEC-190: nobody learns over HTTP who exists', () => {
  const password = 'a password nobody guesses'
  const people = { known: 'known@harbor.example', without: 'without@harbor.example', off: 'disabled@harbor.example' }

  beforeAll(async () => {
    const hashed = await hashSecret(password)
    if (!hashed.ok) throw new Error(hashed.failure.code)
    const client = new pg.Client({ connectionString: product.ownerUrl })
    await client.connect()
    for (const [name, hash, enabled] of [
      [people.known, hashed.value, true],
      [people.without, null, true],
      [people.off, hashed.value, false],
    ])
      await client.query(
        `INSERT INTO "user" (id, user_principal_name, display_name, user_handle, password_hash, account_enabled, updated_at)
         VALUES (gen_random_uuid(), $1, $1, $2, $3, $4, now())`,
        [name, randomBytes(64), hash, enabled],
      )
    await client.end()
  })

  /** The answer without what differs from one request to the next, and without the name that was typed. */
  function comparable({ status, headers, text }: Answer, username: string) {
    const nonce = /'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1] ?? ''
    const { date: _date, 'x-request-id': _id, 'content-security-policy': policy, link, ...rest } = headers
    const plain = (part: string) => part.replaceAll(nonce, 'NONCE').replaceAll(username, 'NAME')
    return { status, headers: rest, policy: plain(String(policy)), link: plain(String(link)), text: plain(text) }
  }

  it.each(['/sign-in', '/sign-in/pass'])('%s answers alike to the last byte', async (path) => {
    const page = await ask(path, { headers: { cookie } })
    const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?/g)]
    const own = Object.fromEntries(hidden.map(([, name, value]) => [name ?? '', plain(value ?? '')]))
    const secret = path === '/sign-in' ? { password: 'not this one' } : { password: null, pass: 'not this one' }
    const seen = []
    for (const username of ['nobody@harbor.example', ...Object.values(people)]) {
      const parts = Object.entries({ ...own, ...secret, username })
      const body = parts.flatMap(([name, value]) => (value === null ? [] : [part(name, value)])).join('') + end
      seen.push(comparable(await ask(path, multipart(body)), username))
    }
    for (const each of seen) expect(each).toEqual(seen[0])
    expect(seen[0]?.status).toBe(200)
    expect(seen[0]?.headers['set-cookie']).toBeUndefined()
  })

  it('the right password of a disabled account answers like a wrong one, and that of an enabled one goes on', async () => {
    const wrong = await ask('/sign-in', form({ username: people.off }))
    const right = await ask('/sign-in', form({ username: people.off, password }))
    expect(comparable(right, people.off)).toEqual(comparable(wrong, people.off))
    const entered = await ask('/sign-in', form({ username: people.known, password }))
    expect(entered.status).toBe(303)
    expect(String(entered.headers['set-cookie'])).toContain('__Host-twofold-session=')
  })
})

describe('REL-064: no process joins with another key', () => {
  const names = ['ENCRYPTION_KEY', 'PASSWORD_PEPPER', 'CODE_KEY', 'FORM_KEY', 'AUDIT_KEY']
  it.each(names)('%s', async (name) => {
    const env = { ...product.environment, PORT: '0', [name]: randomBytes(32).toString('base64') }
    const child = spawn(process.execPath, ['.build/server.mjs'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8')
      })
    expect(await new Promise((done) => child.once('close', done))).toBe(1)
    expect(said.trim()).toBe(`twofold cannot start: set ${name} to the key that this database was begun with`)
  })
})

it('after all that it serves, and its log tells no secret', async () => {
  expect((await ask('/healthz')).status).toBe(200)
  expect((await ask('/sign-in')).status).toBe(200)
  const said = product.output()
  for (const secret of ['not this one', fields.formToken ?? 'x', cookie.split('=')[1] ?? 'x']) {
    expect(said).not.toContain(secret)
  }
})
