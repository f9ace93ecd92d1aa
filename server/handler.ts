import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type ClientAddress, clientAddress } from '@/lib/platform/client-address'
import { env } from '@/lib/platform/env'
import { log } from '@/lib/platform/log'
import { runWithRequest } from '@/lib/platform/request-context'
import { bodyBytesMax, limitBody } from './body-limit'
import { takeCspReport } from './csp-report'
import { newFormCookie } from './form-cookie'
import { gatherWrites } from './gathered-writes'
import type { Health } from './health'
import { isBearerPath, isCallbackPath, pathOf, refuse } from './request-guard'
import {
  bareContentSecurityPolicy,
  contentSecurityPolicy,
  cspReportPath,
  isMailPreview,
  mailPreviewPolicy,
  securityHeaders,
} from './security-headers'
import { type StaticFiles, serveStatic } from './static-files'
import { answerUnread } from './unread-request'
import { serveWellKnown } from './well-known'

type Framework = (req: IncomingMessage, res: ServerResponse) => Promise<void>

export type EntryOptions = {
  readonly handle: Framework
  readonly health: Health
  readonly files: StaticFiles
  readonly isDevelopment: boolean
  readonly isDraining: () => boolean
}

/** Headers by which somebody else says who the client is; none of them reaches the framework as sent. */
const forwardedHeaders = [
  ...['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-forwarded-port'],
  ...['x-forwarded-server', 'x-real-ip', 'true-client-ip', 'cf-connecting-ip', 'x-client-ip', 'x-cluster-client-ip'],
]

/** These, and the one by which the operator's own proxies say it. */
function addressHeaders(): string[] {
  return [...forwardedHeaders, env().CLIENT_ADDRESS_HEADER]
}

/**
 * Headers by which the framework's own parts speak to each other, about a proxy or a router before it. There is none, so
 * whoever sends one pretends: with `x-middleware-invoke` the framework answered nothing at all.
 */
const frameworkHeader =
  /^x-(?:(?:middleware|invoke|matched|now|action|next)-|nextjs-(?:data|matched|postponed|prerender|rewrit))/

/**
 * The two listeners of the process. `outer` is for the world. `inner` is for the framework, which fetches the page an
 * action redirects to from itself: it serves only requests that carry a secret header with the client's address, so
 * the page is drawn for the client and not for this machine. @see SEC-181
 */
export function entry(options: EntryOptions): {
  outer: RequestListener
  inner: RequestListener
  innerHeaders(): Record<string, string>
} {
  const innerHeader = `x-twofold-${randomBytes(16).toString('hex')}`

  const outer: RequestListener = (req, res) => {
    // Load balancers ask by address, so these two come before the check of the host; they say one word (SEC-334).
    const path = pathOf(req.url ?? '')
    if (path === '/healthz') return answer(res, options.health.isAlive() ? 200 : 503, 'ok')
    if (path === '/readyz') return void readyz(options.health, req, res)
    start(req, res, options)
    if (path === cspReportPath && req.method === 'POST') return takeCspReport(req, res)
    const refusal = refuse(
      {
        method: req.method ?? '',
        target: req.url ?? '',
        hosts: linesOf(req, 'host'),
        origins: linesOf(req, 'origin'),
        fetchSite: req.headers['sec-fetch-site']?.toString(),
      },
      env().PUBLIC_ORIGIN,
    )
    if (refusal !== null) {
      if (refusal.allow) res.setHeader('Allow', refusal.allow)
      log.info('request_refused', { method: req.method, status: refusal.status, code: refusal.reason })
      return answer(res, refusal.status, refusal.status === 421 ? '' : 'refused')
    }
    if (serveStatic(options.files, path, req, res)) return
    if (serveWellKnown(path, req, res)) return
    if (!limitBody(req, res, bodyBytesMax(path))) return
    const client = clientAddress(
      req.socket.remoteAddress,
      linesOf(req, env().CLIENT_ADDRESS_HEADER),
      env().TRUSTED_PROXIES,
    )
    for (const name of Object.keys(req.headers)) if (frameworkHeader.test(name)) delete req.headers[name]
    if (client.source === 'unknown') log.warn('client_address_unknown', { detail: client.detail })
    serve(req, res, client, path)
  }

  const inner: RequestListener = (req, res) => {
    start(req, res, options)
    const carried = req.headers[innerHeader]
    if (typeof carried !== 'string' || (req.method !== 'GET' && req.method !== 'HEAD')) return answer(res, 421, '')
    serve(req, res, JSON.parse(Buffer.from(carried, 'base64url').toString('utf8')), pathOf(req.url ?? ''))
  }

  const serve = (req: IncomingMessage, res: ServerResponse, client: ClientAddress, path: string) => {
    const nonce = randomBytes(18).toString('base64')
    const policy = contentSecurityPolicy(nonce, options.isDevelopment)
    const publicUrl = new URL(env().PUBLIC_ORIGIN)
    for (const name of addressHeaders()) delete req.headers[name]
    // No origin is asked of programs, so they get none of the authority that a browser carries along.
    if (isBearerPath(path) || isCallbackPath(path))
      for (const name of ['cookie', 'next-action']) delete req.headers[name]
    Object.assign(req.headers, {
      host: publicUrl.host,
      'x-forwarded-for': client.address ?? '',
      'x-forwarded-host': publicUrl.host,
      'x-forwarded-proto': publicUrl.protocol.slice(0, -1),
      'content-security-policy': policy,
      [innerHeader]: Buffer.from(JSON.stringify(client)).toString('base64url'),
    })
    res.setHeader('Content-Security-Policy', isMailPreview(path) ? mailPreviewPolicy : policy)
    if (isMailPreview(path)) res.setHeader('X-Frame-Options', 'SAMEORIGIN')
    if (req.method === 'GET' && isPage(path)) {
      const made = newFormCookie(req.headers.cookie)
      if (made !== null) {
        req.headers.cookie = made.cookie
        res.appendHeader('Set-Cookie', made.setCookie)
      }
    }
    const requestId = String(res.getHeader('X-Request-Id'))
    const progress = { isAtDesk: false }
    let isUnread = false
    const refuseUnread = () => {
      isUnread = true
      log.info('request_refused', { method: req.method, path, status: 400, code: 'body_malformed' })
    }
    gatherWrites(res)
    if (req.method === 'POST') answerUnread(res, () => progress.isAtDesk, refuseUnread)
    runWithRequest({ requestId, client, headers: req.headers, res, nonce, progress }, () => {
      res.once('finish', () => {
        // The framework goes on setting the status of an answer that has left.
        if (isUnread) return
        const line = { method: req.method, path, status: res.statusCode }
        if (res.statusCode >= 500) log.error('request_failed', line)
        else log.debug('request', line)
      })
      options.handle(req, res).catch((error: unknown) => {
        log.error('request_failed', { method: req.method, path, error })
        if (res.headersSent) res.destroy()
        else answer(res, 500, `something went wrong; quote ${requestId}`)
      })
    })
  }

  const innerHeaders = () => ({
    [innerHeader]: Buffer.from(JSON.stringify({ address: '127.0.0.1', source: 'peer' })).toString('base64url'),
  })
  return { outer, inner, innerHeaders }
}

/** What every answer carries, whoever writes it. */
function start(_req: IncomingMessage, res: ServerResponse, options: EntryOptions): void {
  for (const [name, value] of securityHeaders) res.setHeader(name, value)
  res.setHeader('X-Request-Id', randomUUID())
  res.setHeader('Cache-Control', 'no-store')
  res.setHeader('Content-Security-Policy', bareContentSecurityPolicy)
  if (options.isDraining()) res.setHeader('Connection', 'close')
}

function answer(res: ServerResponse, status: number, text: string): void {
  res.setHeader('Cache-Control', 'no-store')
  res.setHeader('Content-Security-Policy', bareContentSecurityPolicy)
  res.setHeader('X-Content-Type-Options', 'nosniff')
  res.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  res.end(text)
}

/** The word for everyone; the reasons for someone on this machine who did not come through a proxy. */
async function readyz(health: Health, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { problems } = await health.readiness()
  const isLocal = /^(::ffff:)?127\.|^::1$/.test(req.socket.remoteAddress ?? '')
  const isDirect = addressHeaders().every((name) => req.headers[name] === undefined)
  const word = problems.length === 0 ? 'ready' : 'not ready'
  const reasons = isLocal && isDirect && problems.length > 0 ? `: ${problems.join('; ')}` : ''
  answer(res, problems.length === 0 ? 200 : 503, word + reasons)
}

/** Pages get the form cookie; assets, the framework's own paths and the interfaces for programs do not. */
function isPage(path: string): boolean {
  return !path.startsWith('/_next/') && !path.startsWith('/api/') && !isBearerPath(path) && !isCallbackPath(path)
}

/** All values of a header in the order of its lines; Node's `headers` joins some and drops others. */
function linesOf(req: IncomingMessage, name: string): string[] {
  const lines: string[] = []
  for (let index = 0; index + 1 < req.rawHeaders.length; index += 2)
    if (req.rawHeaders[index]?.toLowerCase() === name) lines.push(req.rawHeaders[index + 1] ?? '')
  return lines
}
