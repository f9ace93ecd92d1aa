import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningProduct, startProduct } from '../support/e2e-server'

// The built server as a process, spoken to over sockets: what a browser would not send is the point.

let product: RunningProduct
beforeAll(async () => {
  product = await startProduct({ seed: false, settings: { RELATED_ORIGINS: 'https://www.harbor-shop.example' } })
}, 120_000)
afterAll(() => product?.stop())

type Answer = { status: number; headers: IncomingHttpHeaders; text: string }

function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: Buffer } = {},
): Promise<Answer> {
  const { hostname, port, host } = new URL(product.origin)
  return new Promise((done, failed) => {
    const request = httpRequest(
      {
        hostname: hostname.replace('localhost', '127.0.0.1'),
        port,
        path,
        method: options.method ?? 'GET',
        headers: { host, ...options.headers },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.once('error', failed)
        response.once('end', () =>
          done({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        )
      },
    )
    request.once('error', failed)
    request.end(options.body)
  })
}

/** Sends bytes as they are and answers the first line; nothing where the connection ends without one. */
function say(bytes: string, { origin } = product): Promise<string> {
  const { port } = new URL(origin)
  return new Promise((done, failed) => {
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(bytes))
    let said = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      said += chunk
      if (said.includes('\r\n')) {
        socket.destroy()
        done(said.slice(0, said.indexOf('\r\n')))
      }
    })
    socket.once('error', failed)
    socket.once('close', () => done(''))
  })
}

const ourHost = () => new URL(product.origin).host

describe('health', () => {
  test('REL-081, REL-082: both answer one word, to any host name', async () => {
    expect(await ask('/healthz', { headers: { host: '10.0.0.1' } })).toMatchObject({ status: 200, text: 'ok' })
    // The database has a second to answer; on a busy machine it may take longer once.
    await expect
      .poll(() => ask('/readyz', { headers: { host: '10.0.0.1' } }), { timeout: 60_000 })
      .toMatchObject({ status: 200, text: 'ready' })
  })
})

describe('SEC-180: what is not ours is not served', () => {
  test('a foreign host, two hosts, an absolute target', async () => {
    expect((await ask('/', { headers: { host: 'evil.example' } })).status).toBe(421)
    expect(await say(`GET / HTTP/1.1\r\nHost: ${ourHost()}\r\nHost: evil.example\r\n\r\n`)).toContain(' 421 ')
    expect(await say(`GET http://evil.example/x HTTP/1.1\r\nHost: ${ourHost()}\r\n\r\n`)).toContain(' 421 ')
  })

  test('other methods, the image optimizer, files beside the program', async () => {
    for (const method of ['PUT', 'DELETE', 'TRACE', 'PROPFIND'])
      expect((await ask('/sign-in', { method })).status).toBe(405)
    for (const path of [
      '/_next/image?url=%2Ficon.svg&w=64&q=75',
      '/.env',
      '/.git/config',
      '/server.ts',
      '/package.json',
    ])
      expect((await ask(path)).status, path).toBe(404)
  })

  test('no malformed target is a failure of ours', async () => {
    for (const target of [
      '/%zz',
      '/%00',
      '//evil.example',
      '/\\evil',
      '/a/%2e%2e/%2e%2e/etc/passwd',
      `/${'a'.repeat(3000)}`,
    ])
      expect(await say(`GET ${target} HTTP/1.1\r\nHost: ${ourHost()}\r\n\r\n`), target).toMatch(/ (400|404) /)
  })
})

describe('documents about passkeys', () => {
  const places = {
    '/.well-known/passkey-endpoints': () => ({
      enroll: `${product.origin}/security-info/add/passkey`,
      manage: `${product.origin}/security-info`,
    }),
    '/.well-known/webauthn': () => ({ origins: [product.origin, 'https://www.harbor-shop.example'] }),
  }
  test.each(Object.entries(places))(
    '%s is JSON for everybody, kept for an hour, and sets no cookie',
    async (path, document) => {
      const answer = await ask(path, { headers: { origin: 'https://www.harbor-shop.example' } })
      expect(answer.status).toBe(200)
      expect(JSON.parse(answer.text)).toEqual(document())
      expect(answer.headers).toMatchObject({
        'content-type': 'application/json',
        'cache-control': 'public, max-age=3600',
        'cross-origin-resource-policy': 'cross-origin',
        'x-content-type-options': 'nosniff',
      })
      expect(answer.headers['set-cookie']).toBeUndefined()
      expect(await ask(path, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
      const posted = await ask(path, { method: 'POST', headers: { origin: product.origin } })
      expect([posted.status, posted.headers.allow]).toEqual([405, 'GET, HEAD'])
      expect((await ask(path, { headers: { host: 'evil.example' } })).status).toBe(421)
    },
  )

  test('a related origin may read it and change nothing', async () => {
    const answer = await ask('/sign-in', { method: 'POST', headers: { origin: 'https://www.harbor-shop.example' } })
    expect(answer.status).toBe(403)
  })
})

describe('SEC-160: a state change from elsewhere is refused before the framework', () => {
  test.each([
    ['no origin', {}],
    ['null', { origin: 'null' }],
    ['a foreign origin', { origin: 'https://evil.example' }],
    ['https for http', { origin: 'https://localhost' }],
    ['a forged forwarded host', { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' }],
  ])('%s', async (_title, headers) => {
    expect((await ask('/sign-in', { method: 'POST', headers, body: Buffer.from('a=b') })).status).toBe(403)
  })

  test('our origin from another site', async () => {
    const headers = { origin: product.origin, 'sec-fetch-site': 'cross-site' }
    expect((await ask('/sign-in', { method: 'POST', headers })).status).toBe(403)
  })
})

describe('headers', () => {
  test('SEC-162, SEC-163: a page has a policy with a fresh nonce that all its scripts carry', async () => {
    const [first, second] = [await ask('/no-such-page'), await ask('/no-such-page')]
    const nonceOf = (answer: Answer) => /'nonce-([^']+)'/.exec(String(answer.headers['content-security-policy']))?.[1]
    expect(nonceOf(first)).toBeDefined()
    expect(nonceOf(first)).not.toBe(nonceOf(second))
    const scripts = first.text.match(/<script\b[^>]*>/g) ?? []
    expect(scripts.length).toBeGreaterThan(0)
    for (const script of scripts) expect(script).toContain(`nonce="${nonceOf(first)}"`)
    expect(first.text).not.toMatch(/\sstyle="/)
    expect(first.headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' })
    expect(first.headers['cache-control']).toContain('no-store')
    expect(first.headers).not.toHaveProperty('x-powered-by')
  })

  test('a nonce that the client sends is not used', async () => {
    const answer = await ask('/no-such-page', { headers: { 'content-security-policy': "script-src 'nonce-mine'" } })
    expect(answer.text).not.toContain('mine')
  })

  test('the first page gives the browser a form cookie, and later ones leave it', async () => {
    const cookie = String((await ask('/no-such-page')).headers['set-cookie'])
    expect(cookie).toMatch(/^__Host-twofold-form=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/)
    const again = await ask('/no-such-page', { headers: { cookie: cookie.slice(0, cookie.indexOf(';')) } })
    expect(again.headers['set-cookie']).toBeUndefined()
  })

  test('static files come compressed, for a year, with the bare policy', async () => {
    const script = /\/_next\/static\/[^"]+\.js/.exec((await ask('/no-such-page')).text)?.[0] ?? ''
    const answer = await ask(script, { headers: { 'accept-encoding': 'gzip, br' } })
    expect(answer.headers).toMatchObject({
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    })
    const etag = String(answer.headers.etag)
    expect((await ask(script, { headers: { 'if-none-match': etag } })).status).toBe(304)
  })
})

describe('SEC-310: bodies are counted', () => {
  test('an announced length above the limit', async () => {
    const headers = { origin: product.origin, 'content-length': '300000' }
    expect((await ask('/sign-in', { method: 'POST', headers, body: Buffer.alloc(300_000) })).status).toBe(413)
  })

  test('headers above the limit', async () => {
    const long = `GET / HTTP/1.1\r\nHost: ${ourHost()}\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`
    expect(await say(long)).toContain(' 431 ')
  })
})

describe('threads', () => {
  // Elsewhere threads have no priorities, or (before Node 22) no names.
  const hasNames = process.platform === 'linux' && Number(process.versions.node.split('.')[0]) >= 22
  test.skipIf(!hasNames)('those that hash stand back behind the one that answers', () => {
    const tasks = `/proc/${product.server.pid}/task`
    // proc_pid_stat(5): the name in parentheses, and nice as the seventeenth value after it.
    const threads = readdirSync(tasks).map((thread) => {
      const [, name = '', values = ''] = /\((.*)\) (.*)/.exec(readFileSync(`${tasks}/${thread}/stat`, 'utf8')) ?? []
      return { isMain: thread === String(product.server.pid), name, nice: Number(values.split(' ')[16]) }
    })
    const main = threads.find(({ isMain }) => isMain)
    expect(main?.nice).toBeLessThanOrEqual(14)
    const pool = threads.filter(({ name }) => name === 'libuv-worker')
    expect(pool.length).toBeGreaterThanOrEqual(1)
    expect(pool.map(({ nice }) => nice - (main?.nice ?? 0))).toEqual(pool.map(() => 5))
  })
})

describe('stopping', () => {
  test('REL-080: a signal ends it cleanly, and the request in progress is answered', async () => {
    const own = await startProduct({ seed: false })
    const ended = new Promise((done) => own.server.once('exit', (code) => done(code)))
    const answer = fetch(`${own.origin.replace('localhost', '127.0.0.1')}/no-such-page`, {
      headers: { host: 'x' },
    }).catch(() => null)
    own.server.kill('SIGTERM')
    await answer
    expect(await ended).toBe(0)
    await own.stop()
  })
})

describe('several processes', () => {
  let several: RunningProduct
  beforeAll(async () => {
    several = await startProduct({ seed: false, settings: { PROCESSES: '2' } })
  }, 120_000)
  afterAll(() => several?.stop())
  const get = (path: string, host: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`

  test('SEC-180: each meets its own loop-back calls, and none lets an upgrade pass by the entry', async () => {
    const { host } = new URL(several.origin)
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n'
    // Connections are dealt out in turn, so both processes answer each of these.
    for (let call = 0; call < 4; call++) expect(await say(get('/sign-in', host), several)).toContain(' 200 ')
    for (let call = 0; call < 4; call++) {
      expect(await say(get('/sign-in', 'evil.example', upgrade), several)).toContain(' 421 ')
      expect(await say(get('/no-such-page', host, upgrade), several)).toContain(' 404 ')
    }
    expect(several.output()).not.toContain('the first page answered 421')
  })

  test('REL-080: a stop that cuts a request off is told by the exit code', async () => {
    const { host, origin, port } = new URL(several.origin)
    const ended = new Promise((done) => several.server.once('exit', done))
    const body = 'Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 10\r\nExpect: 100-continue\r\n'
    const socket = connect(Number(port), '127.0.0.1', () =>
      socket.write(`POST /sign-in HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\n${body}\r\n`),
    )
    socket.on('error', () => undefined)
    const said = await new Promise((done) => socket.once('data', done))
    expect(`${said}`).toBe('HTTP/1.1 100 Continue\r\n\r\n')
    several.server.kill('SIGTERM')
    // A second signal is taken for the first one's echo until then.
    await new Promise((done) => setTimeout(done, 500))
    several.server.kill('SIGTERM')
    expect(await ended).toBe(1)
  })
})

describe('REL-006: a start that cannot work ends at once with one line', () => {
  test.each<[string, Record<string, string>, RegExp]>([
    ['a weak key', { CODE_KEY: Buffer.alloc(32).toString('base64') }, /set CODE_KEY/],
    ['a public origin without https', { PUBLIC_ORIGIN: 'http://id.harbor.example' }, /PUBLIC_ORIGIN/],
    ['a database that does not answer', { DATABASE_URL: 'postgresql://a:b@127.0.0.1:1/x' }, /DATABASE_URL/],
    ['a taken port', {}, /PORT/],
    ['a turned clock in production', { TWOFOLD_TEST: '', DEMO_INBOX_URL: '' }, /CLOCK_FILE/],
    ['the demo inbox in production', { TWOFOLD_TEST: '', CLOCK_FILE: '' }, /DEMO_INBOX_URL/],
    ['the demonstration on another database', { TWOFOLD_DEMO: '1' }, /TWOFOLD_DEMO/],
  ])('%s', async (title, settings, line) => {
    const port = title === 'a taken port' ? new URL(product.origin).port : '0'
    const { code, said } = await tryStart({ ...product.environment, PORT: port, ...settings })
    expect(said).toMatch(line)
    expect(said.trim().split('\n').at(-1)).toMatch(/^twofold cannot start: /)
    expect(code).toBe(1)
  })
})

function tryStart(env: NodeJS.ProcessEnv): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ['.build/server.mjs'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
    })
  return new Promise((done) => child.once('close', (code) => done({ code, said })))
}
