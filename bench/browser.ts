import { readFileSync } from 'node:fs'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { join } from 'node:path'
import { root } from './installation'

/** The HTTP that a browser with scripts speaks when it calls a server action; nothing else of a browser. */

export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }
export type Client = {
  readonly origin: string
  readonly agent: Agent
  /** The cookie and the token that every form needs; both come from one visit of the sign-in page. */
  readonly formCookie: string
  readonly formToken: string
}

/** Opens a client with as many kept connections as it sends requests at once. */
export async function openClient(origin: string, connections: number): Promise<Client> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const page = await send({ origin, agent }, 'GET', '/sign-in', {})
  const formCookie = cookiesOf(page).find((cookie) => cookie.startsWith('__Host-twofold-form=')) ?? ''
  const formToken = /name="formToken" value="([^"]+)"/.exec(page.body)?.[1] ?? ''
  if (!formCookie || !formToken) throw new Error(`the sign-in page has no form (${page.status})`)
  return { origin, agent, formCookie, formToken }
}

export type Submission = {
  readonly path: string
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  readonly cookies?: readonly string[]
  readonly address: string
}
/** Where an action leads, and the cookies it set. */
export type Led = { readonly location: string; readonly cookies: readonly string[] }

const noAnswer = '{"attempt":0,"errors":[],"values":{}}'

/** Submits a form as a browser without scripts does: the answer is a redirection, and nothing is drawn for it. */
export async function post(client: Client, form: Submission): Promise<Led> {
  const framework = {
    $ACTION_REF_1: '',
    '$ACTION_1:0': JSON.stringify({ id: form.action, bound: '$@1' }),
    '$ACTION_1:1': `[${noAnswer}]`,
    $ACTION_KEY: 'k0',
  }
  const answer = await sendForm(client, form, { ...framework, formToken: client.formToken, ...form.fields }, {})
  return led(form, answer, answer.headers.location)
}

/**
 * Submits a form as a browser with scripts does: its action is called with the last answer and the form's data, and the
 * answer says where that leads.
 */
export async function call(client: Client, form: Submission): Promise<Led> {
  const data = { formToken: client.formToken, ...form.fields }
  const parts = Object.fromEntries(Object.entries(data).map(([name, value]) => [`_1_${name}`, value]))
  const headers = { accept: 'text/x-component', 'next-action': form.action }
  const answer = await sendForm(client, form, { ...parts, '0': `[${noAnswer},"$K1"]` }, headers)
  return led(form, answer, /"go":"([^"]+)"/.exec(answer.body)?.[1])
}

/**
 * Calls a form's action with a token that is nobody's: it is refused before the database is asked anything, so this costs what the
 * framework takes for any action.
 */
export async function knock(client: Client, form: Pick<Submission, 'path' | 'action' | 'address'>): Promise<void> {
  const parts = { _1_formToken: 'nobody', '0': `[${noAnswer},"$K1"]` }
  const headers = { accept: 'text/x-component', 'next-action': form.action }
  const { status, body } = await sendForm(client, { ...form, fields: {} }, parts, headers)
  if (status !== 200 || !body.includes('"errors":[{')) throw new Error(`${form.path} answered ${status}: ${body}`)
}

export type ScriptCall = {
  readonly path: string
  readonly action: string
  /** Members beside the form token. */
  readonly argument: Readonly<Record<string, unknown>>
  readonly cookies?: readonly string[]
  readonly address: string
}

/** Calls an action as a script of the page does (the passkey ceremonies): one object there, one object back. */
export async function callScript<Value>(
  client: Client,
  { path, action, argument, cookies = [], address }: ScriptCall,
): Promise<{ readonly go?: string; readonly value?: Value; readonly cookies: readonly string[] }> {
  const headers = {
    ...{ accept: 'text/x-component', 'next-action': action, 'content-type': 'text/plain;charset=UTF-8' },
    ...{ origin: client.origin, cookie: [client.formCookie, ...cookies].join('; '), 'x-forwarded-for': address },
  }
  const body = JSON.stringify([{ formToken: client.formToken, ...argument }])
  const answer = await send(client, 'POST', path, headers, body)
  const outcome = returned<Value>(answer.body)
  if (!outcome.ok) throw new Error(`${path} answered ${answer.status}: ${answer.body.slice(0, 300)}`)
  return { go: outcome.go, value: outcome.value, cookies: cookiesOf(answer) }
}

/** What an action returned: the row 1 of the framework's answer, with the rows that it refers to (`$2`) in their places. */
function returned<Value>(body: string): { ok: boolean; go?: string; value?: Value } {
  const rows = new Map([...body.matchAll(/^([0-9a-f]+):([{[].*)$/gm)].map(([, id = '', row = '']) => [id, row]))
  const read = (id: string): unknown =>
    JSON.parse(rows.get(id) ?? '{"ok":false}', (_, value) => {
      const [, other] = typeof value === 'string' ? (/^\$([0-9a-f]+)$/.exec(value) ?? []) : []
      if (other !== undefined && rows.has(other)) return read(other)
      return value === '$undefined' ? undefined : value
    })
  return read('1') as { ok: boolean; go?: string; value?: Value }
}

function sendForm(
  client: Client,
  form: Submission,
  parts: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  const boundary = 'twofold-bench-9c1f0d'
  // The framework reads the call itself last, and names that are numbers come first in an object.
  const ordered = Object.entries(parts).sort(([left], [right]) => Number(left === '0') - Number(right === '0'))
  const body = ordered.map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  return send(
    client,
    'POST',
    form.path,
    {
      ...headers,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      origin: client.origin,
      cookie: [client.formCookie, ...(form.cookies ?? [])].join('; '),
      'x-forwarded-for': form.address,
    },
    `${body.join('')}--${boundary}--\r\n`,
  )
}

function led(form: Submission, answer: Answer, location: string | undefined): Led {
  if (!location) {
    throw new Error(`${form.path} answered ${answer.status} and leads nowhere: ${answer.body.slice(0, 300)}`)
  }
  return { location, cookies: cookiesOf(answer) }
}

export function send(
  client: Pick<Client, 'origin' | 'agent'>,
  method: 'GET' | 'POST',
  path: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): Promise<Answer> {
  const { port, host } = new URL(client.origin)
  return new Promise((done, failed) => {
    const asked = request(
      {
        ...{ host: '127.0.0.1', port, method, path, agent: client.agent },
        headers: { host, ...headers, ...(body && { 'content-length': Buffer.byteLength(body) }) },
      },
      (res) => {
        const chunks: Buffer[] = []
        res.on('data', (chunk: Buffer) => chunks.push(chunk))
        res.on('end', () =>
          done({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks).toString('utf8') }),
        )
        res.on('error', failed)
      },
    )
    asked.on('error', failed)
    asked.end(body)
  })
}

function cookiesOf(answer: Answer): string[] {
  return (answer.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0] ?? '')
}

/** The id under which the build serves an exported action. */
export function actionId(file: string, name: string): string {
  const manifest: { node: Record<string, { filename: string; exportedName: string }> } = JSON.parse(
    readFileSync(join(root, '.next/server/server-reference-manifest.json'), 'utf8'),
  )
  const found = Object.entries(manifest.node).find(
    ([, action]) => action.filename === file && action.exportedName === name,
  )
  if (!found) throw new Error(`the build has no action ${name} of ${file}`)
  return found[0]
}
