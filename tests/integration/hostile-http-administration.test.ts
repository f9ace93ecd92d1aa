import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { request } from 'node:http'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directoryRoles } from '@/lib/directory/model'
import { type RunningProduct, startProduct } from '@/tests/support/e2e-server'

// What somebody with the highest role could send by mistake or on purpose: no address, and no form, is a failure of ours.

let product: RunningProduct
const token = randomBytes(32).toString('base64url')
const adminToken = randomBytes(32).toString('base64url')
const formCookie = randomBytes(32).toString('base64url')
const cookie = `__Host-twofold-session=${token}; __Host-twofold-admin=${adminToken}; __Host-twofold-form=${formCookie}`
const ids = { user: randomUUID(), other: randomUUID(), policy: randomUUID(), location: randomUUID() }

type Answer = { readonly status: number; readonly text: string; readonly location: string }

const boundary = 'a-boundary-as-long-as-browsers-make-them'

function ask(path: string, form?: string): Promise<Answer> {
  const { host, port } = new URL(product.origin)
  const headers = {
    host,
    cookie,
    ...(form === undefined
      ? {}
      : { origin: product.origin, 'content-type': `multipart/form-data; boundary=${boundary}` }),
  }
  return new Promise((done, failed) => {
    const method = form === undefined ? 'GET' : 'POST'
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (res) => {
      let text = ''
      res.setEncoding('utf8')
      res.on('data', (chunk: string) => {
        text += chunk
      })
      res.on('end', () => done({ status: res.statusCode ?? 0, text, location: res.headers.location ?? '' }))
    })
    sent.on('error', failed)
    sent.end(form)
  })
}

beforeAll(async () => {
  product = await startProduct({ seed: false })
  const client = new pg.Client({ connectionString: product.ownerUrl })
  await client.connect()
  const sha256 = (text: string) => createHash('sha256').update(text).digest()
  for (const [id, name] of [
    [ids.user, 'administrator@harbor.example'],
    [ids.other, 'somebody@harbor.example'],
  ])
    await client.query(
      `INSERT INTO "user" (id, user_principal_name, display_name, user_handle, updated_at) VALUES ($1, $2, $2, $3, now())`,
      [id, name, randomBytes(64)],
    )
  await client.query('INSERT INTO role_assignment (user_id, role_id) VALUES ($1, $2)', [
    ids.user,
    directoryRoles.globalAdministrator,
  ])
  const proofs = ['password', 'softwareOath'].map((mode) => ({ mode, methodId: null, at: Date.now() }))
  await client.query(
    `INSERT INTO session (id, token_hash, admin_token_hash, user_id, stage, proofs, correlation_id, idle_seconds, expires_at)
     VALUES ($1, $2, $3, $4, 'full', $5, $1, 3600, now() + interval '1 hour')`,
    [randomUUID(), sha256(token), sha256(adminToken), ids.user, JSON.stringify(proofs)],
  )
  const conditions = {
    users: { includeUsers: ['All'] },
    applications: { includeUserActions: ['urn:user:registersecurityinfo'] },
    clientAppTypes: ['all'],
  }
  await client.query(
    `INSERT INTO conditional_access_policy (id, display_name, state, document) VALUES ($1, 'A policy', 'disabled', $2)`,
    [ids.policy, { conditions, grantControls: { operator: 'OR', builtInControls: ['mfa'] } }],
  )
  const ipRanges = [{ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress: '192.0.2.0/24' }]
  await client.query(`INSERT INTO named_location (id, display_name, document) VALUES ($1, 'A place', $2)`, [
    ids.location,
    { '@odata.type': '#microsoft.graph.ipNamedLocation', ipRanges },
  ])
  await client.end()
}, 120_000)
afterAll(() => product.stop())

/** Some of the forms delete what the others are about. */
async function restore(): Promise<void> {
  const client = new pg.Client({ connectionString: product.ownerUrl })
  await client.connect()
  await client.query('UPDATE conditional_access_policy SET deleted_at = NULL, version = 1')
  await client.query('UPDATE named_location SET deleted_at = NULL, version = 1')
  await client.end()
}

function expectCalm(answer: Answer): void {
  expect(answer.status).toBeLessThan(500)
  expect(answer.text).not.toMatch(/\n\s+at .+:\d+:\d+|node_modules|PrismaClient|Invalid `/)
}

const pages = [
  '/admin',
  '/admin/users',
  '/admin/audit-log',
  '/admin/sign-in-log',
  '/admin/message-delivery',
  '/admin/named-locations',
  '/admin/named-locations/new',
  '/admin/conditional-access',
  '/admin/conditional-access/new',
  '/admin/conditional-access/template',
  '/admin/authentication-methods',
  '/admin/authentication-methods/temporaryAccessPass',
  '/admin/authentication-methods/settings',
  '/admin/authentication-methods/preview',
  '/admin/authentication-methods/preview/people',
  '/admin/authentication-strengths',
  '/admin/authentication-strengths/new',
  '/admin/password-reset',
  '/admin/password-reset/preview',
  '/admin/registration',
  '/admin/registration/mfa-policy',
  '/admin/registration/mfa-policy/preview',
  '/admin/registration/campaign',
  '/admin/registration/campaign/preview/people',
  '/admin/enter',
  '/security-info',
  '/security-info/sessions',
]
const odd = [
  '%00',
  '%ED%A0%80',
  '%25',
  "'",
  'constructor',
  '__proto__',
  '-1',
  '9'.repeat(40),
  'a'.repeat(3000),
  '[object%20Object]',
]
const names = [
  ...['search', 'mfa', 'sspr', 'passwordless', 'method', 'admin', 'sort', 'direction', 'after', 'before', 'cursor'],
  ...[
    'from',
    'to',
    'text',
    'service',
    'category',
    'activity',
    'status',
    'outcome',
    'initiator',
    'actor',
    'target',
    'user',
  ],
  ...['result', 'application', 'correlation', 'returnTo', 'saved', 'done', 'size', 'page', 'id', 'state', 'template'],
  ...['change', 'version', 'effect'],
]

describe('an address of the admin area with anything behind it', () => {
  it('is reached at all', async () => {
    for (const path of pages.slice(0, 4)) expect((await ask(path)).status).toBe(200)
  })

  it.each(pages)('%s', async (path) => {
    for (const value of odd) {
      if (value.length > 1000) continue
      expectCalm(await ask(`${path}?${names.map((name) => `${name}=${value}`).join('&')}`))
    }
    expectCalm(await ask(`${path}?${names.map((name) => `${name}=a&${name}=b`).join('&')}`))
    expectCalm(await ask(`${path}?from=2026-02-31&to=0000-00-00&from=+275760-09-13&cursor=${'A'.repeat(200)}`))
    for (const day of ['9999-12-31', '275760-09-13', '0001-01-01', '-271821-04-20'])
      expectCalm(await ask(`${path}?from=${day}&to=${day}`))
    expectCalm(await ask(`${path}?text=${odd[8]}&search=${odd[8]}`))
  })

  const places = [
    '/admin/users/ID',
    '/admin/users/ID/pass',
    '/admin/users/ID/revoke',
    '/admin/users/ID/reregister',
    '/admin/users/ID/mfa',
    '/admin/users/ID/delete/ID',
    '/admin/audit-log/ID',
    '/admin/sign-in-log/ID',
    '/admin/named-locations/ID',
    '/admin/named-locations/ID/delete',
    '/admin/conditional-access/ID',
    '/admin/conditional-access/ID/state',
    '/admin/conditional-access/ID/delete',
    '/security-info/rename/ID',
    '/security-info/remove/ID',
    '/security-info/change/ID',
    '/security-info/add/ID',
  ]
  it.each(places)('%s', async (place) => {
    for (const id of [
      ...odd.filter((value) => value !== '%00' && value.length < 1000),
      randomUUID(),
      ids.user,
      ids.other,
      '0',
    ])
      expectCalm(await ask(place.replaceAll('ID', id)))
  })
})

describe('a form of the admin area with other fields and other bound arguments', () => {
  const part = (name: string, value: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const plain = (text: string) => text.replaceAll('&quot;', '"').replaceAll('&amp;', '&').replaceAll('&#x27;', "'")

  /** The hidden fields of each form of a page. */
  function formsOf(text: string): Record<string, string>[] {
    return text
      .split('<form')
      .slice(1)
      .map((form) =>
        Object.fromEntries(
          [
            ...(form.split('</form>')[0] ?? '').matchAll(/<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?/g),
          ].map(([, name, value]) => [name ?? '', plain(value ?? '')]),
        ),
      )
      .filter((fields) => Object.keys(fields).some((name) => name.startsWith('$ACTION')))
  }
  const sources = [
    '/admin/named-locations/new',
    '/admin/conditional-access/new',
    '/admin/conditional-access/template',
    `/admin/users/${ids.other}/pass`,
    `/admin/users/${ids.other}/revoke`,
    `/admin/users/${ids.other}/reregister`,
    `/admin/users/${ids.other}/mfa`,
    '/admin/registration/mfa-policy',
    '/admin/registration/campaign',
    `/admin/named-locations/${ids.location}`,
    `/admin/named-locations/${ids.location}/delete`,
    `/admin/conditional-access/${ids.policy}`,
    `/admin/conditional-access/${ids.policy}/state`,
    `/admin/conditional-access/${ids.policy}/delete`,
  ]
  const bound = [
    '[]',
    '[null]',
    '[{"toString":1}]',
    '[{"toString":1},{"attempt":0}]',
    '[["a"],{"attempt":-1}]',
    '["x","y","z"]',
    '["\\u0000",{}]',
    '[7,7,7]',
  ]

  it.each(sources)(
    '%s',
    async (path) => {
      await restore()
      const page = await ask(path)
      expect(page.status).toBe(200)
      const forms = formsOf(page.text)
      expect(forms.length).toBeGreaterThan(0)
      for (const fields of forms) {
        const post = (change: Readonly<Record<string, string>>, more = '') => {
          const parts = Object.entries({ ...fields, ...change }).map(([name, value]) => part(name, value))
          return ask(path, `${parts.join('')}${more}--${boundary}--\r\n`)
        }
        // What is sent below differs from this in one place each, and this arrives.
        expect((await post({})).text).not.toContain('malformed')
        await restore()
        const argument = Object.keys(fields).find((name) => /^\$ACTION_.*:1$/.test(name))
        if (argument) for (const value of bound) expectCalm(await post({ [argument]: value }))
        expectCalm(await post({}, part('isAdmin', '1') + part('__proto__', 'x') + part('constructor', 'y')))
        expectCalm(
          await post({}, part('includeUsers[]', 'x') + part('includeUsers', 'y') + part('ranges[]', '999.1/99')),
        )
        for (const value of ['', 'x', '__proto__', 'a'.repeat(5000), "'; --", '\ud7ff\uffff']) {
          const own = Object.keys(fields).filter((name) => !name.startsWith('$') && name !== 'formToken')
          expectCalm(await post(Object.fromEntries(own.map((name) => [name, value]))))
        }
      }
    },
    120_000,
  )
})
