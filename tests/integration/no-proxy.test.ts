import { existsSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoPassword } from '@/prisma/cast'
import { type RunningProduct, startProduct } from '@/tests/support/e2e-server'

/**
 * Nothing is decided by a proxy or by middleware: there is none in the build, and requests that pretend to come from one,
 * to be rewritten by one or to have passed one get the answers that they get without.
 */

const root = fileURLToPath(new URL('../../', import.meta.url))
let product: RunningProduct
beforeAll(async () => {
  product = await startProduct()
}, 180_000)
afterAll(() => product?.stop())

type Asked = { readonly method?: string; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
type Answer = { readonly status: number; readonly headers: NodeJS.Dict<string | string[]>; readonly text: string }

/** Without `fetch`, which would hold back some of these headers. */
function ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Answer> {
  const { host, port } = new URL(product.origin)
  return new Promise((done, failed) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers: { host, ...headers } }, (res) => {
      let text = ''
      res.setEncoding('utf8')
      res.on('data', (chunk: string) => {
        text += chunk
      })
      res.on('end', () => done({ status: res.statusCode ?? 0, headers: res.headers, text }))
    })
    sent.on('error', failed)
    sent.end(body)
  })
}

/** What the framework's own proxy would say, or had said, to a request that passed it. */
const pretended: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'as its own sub-request': { 'x-middleware-subrequest': Array(6).fill('middleware').join(':') },
  'as a sub-request of a proxy': { 'x-middleware-subrequest': Array(6).fill('proxy').join(':') },
  'as one of a source folder': { 'x-middleware-subrequest': Array(6).fill('src/middleware').join(':') },
  'as let through': { 'x-middleware-next': '1', 'x-middleware-invoke': '1', 'x-middleware-prefetch': '1' },
  'as rewritten': {
    'x-middleware-rewrite': '/security-info',
    'x-nextjs-rewrite': '/admin',
    'x-matched-path': '/admin',
  },
  'with headers put over': {
    'x-middleware-override-headers': 'cookie,x-forwarded-for',
    'x-middleware-request-cookie': 'admin=1',
    'x-middleware-request-x-forwarded-for': '203.0.113.10',
    'x-middleware-set-cookie': 'admin=1',
  },
  'as the framework speaking to itself': {
    'x-nextjs-data': '1',
    'x-invoke-path': '/admin',
    'x-invoke-status': '200',
    'x-invoke-output': '/admin',
    'x-next-internal': '1',
  },
}

/** One of every kind of way in; what is allowed and what is not. */
const asked: Readonly<Record<string, () => Promise<readonly [string, Asked]>>> = {
  'a page for everybody': async () => ['/sign-in', {}],
  'a page of one’s own': async () => ['/security-info', {}],
  'a step of the wizard': async () => ['/security-info/register/passkey', {}],
  'a page of the admin area': async () => ['/admin/conditional-access', {}],
  'a page of a password reset': async () => ['/password-reset/new-password', {}],
  'a download': async () => ['/admin/conditional-access/export/file', {}],
  'an upload': async () => [
    '/admin/hardware-tokens/upload/file',
    { method: 'POST', headers: { origin: product.origin } },
  ],
  'a receipt': async () => ['/callbacks/gateway/messages/018f3c2a-7b1d-7e44-9a51-0c2b6f9e1d33/none?status=sent', {}],
  'signing out without a token': async () => ['/sign-out', { method: 'POST', headers: { origin: product.origin } }],
  'an action from another site': async () => [
    '/sign-in',
    { method: 'POST', headers: { origin: 'https://evil.example' } },
  ],
  'an action without a token': async () => ['/sign-in', await form('nobody@harbor.example', null)],
  'a wrong password': async () => ['/sign-in', await form('nobody@harbor.example')],
  'a right password': async () => ['/sign-in', await form('ben@harbor.example')],
  'nothing that is there': async () => ['/nowhere', {}],
}

let places = 0
const boundary = 'a-boundary'
const plain = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&')
const cookieOf = ({ headers }: Answer) => String(headers['set-cookie']?.[0]).split(';')[0] ?? ''

/** The form of the sign-in page as a browser without scripts posts it. `token`: null leaves it out. */
async function form(username: string, token?: null): Promise<Asked> {
  const page = await ask('/sign-in')
  const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?/g)]
  const fields: Record<string, string> = {
    ...Object.fromEntries(hidden.map(([, name = '', value = '']) => [name, plain(value)])),
    username,
    password: demoPassword,
  }
  if (token === null) delete fields.formToken
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return {
    method: 'POST',
    headers: {
      origin: product.origin,
      cookie: cookieOf(page),
      'content-type': `multipart/form-data; boundary=${boundary}`,
      // Another place each time: tries are counted by place.
      'x-forwarded-for': `203.0.113.${++places}`,
    },
    body: `${parts.join('')}--${boundary}--\r\n`,
  }
}

/** What a browser would notice: the status, where it leads, which cookies come, the heading and the alerts. */
async function outcomeOf(what: () => Promise<readonly [string, Asked]>, more: Asked['headers'] = {}) {
  const [path, { headers, ...rest }] = await what()
  const answer = await ask(path, { ...rest, headers: { ...headers, ...more } })
  const cookies = [answer.headers['set-cookie'] ?? []].flat().map((cookie) => cookie.split('=')[0])
  return {
    status: answer.status,
    location: answer.headers.location ?? null,
    cookies,
    heading: /<h1[^>]*>(.*?)<\/h1>/.exec(answer.text)?.[1] ?? null,
    alert: /role="alert"[^>]*>(.*?)<\/div>/s.exec(answer.text)?.[1]?.replace(/<[^>]*>/g, '') ?? null,
  }
}

describe('no proxy', () => {
  it('and no middleware is in the sources or in the build', () => {
    const names = ['proxy', 'middleware', 'src/proxy', 'src/middleware', 'app/proxy', 'app/middleware']
    const present = names.flatMap((name) => ['.ts', '.tsx', '.js', '.mjs'].map((ending) => name + ending))
    expect(present.filter((path) => existsSync(`${root}${path}`))).toEqual([])
    const manifest = JSON.parse(readFileSync(`${root}.next/server/middleware-manifest.json`, 'utf8'))
    expect([manifest.middleware, manifest.sortedMiddleware, manifest.functions]).toEqual([{}, [], {}])
    const functions = readFileSync(`${root}.next/server/functions-config-manifest.json`, 'utf8')
    expect(functions).not.toContain('/_middleware')
  })

  it('a right password and a wrong one are told apart, so that the rows below compare something', async () => {
    const of = (name: string) => outcomeOf(asked[name] as () => Promise<readonly [string, Asked]>)
    const [right, wrong, signedOut] = [
      await of('a right password'),
      await of('a wrong password'),
      await of('a page of one’s own'),
    ]
    expect(right.status).toBe(303)
    expect(wrong.status).toBe(200)
    expect(wrong.alert).not.toBeNull()
    expect(signedOut.location ?? '').toContain('/sign-in')
  })

  it.each(Object.keys(asked))(
    '%s: the same answer, whatever a request pretends of a proxy',
    async (name) => {
      const what = asked[name] as () => Promise<readonly [string, Asked]>
      const without = await outcomeOf(what)
      for (const [how, headers] of Object.entries(pretended)) {
        expect(await outcomeOf(what, headers), how).toEqual(without)
      }
    },
    60_000,
  )
})
