import type { IncomingMessage, ServerResponse } from 'node:http'
import { env } from '@/lib/platform/env'

/** Documents about passkeys at fixed places, for browsers and password managers. They are public and say only what is configured. */

const maxAgeSeconds = 3600
const methods = ['GET', 'HEAD']

/** Answers when the path is one of these documents; false: it is somebody else's. */
export function serveWellKnown(path: string, req: IncomingMessage, res: ServerResponse): boolean {
  const document = wellKnown(path, env())
  if (document === null) return false
  if (!methods.includes(req.method ?? '')) {
    res.writeHead(405, { allow: methods.join(', ') }).end()
    return true
  }
  const body = JSON.stringify(document)
  // Other sites of the operator read it, and what fetches it is no page of ours.
  res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
  res.setHeader('Cache-Control', `public, max-age=${maxAgeSeconds}`)
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
  res.end(req.method === 'HEAD' ? undefined : body)
  return true
}

/**
 * The document at this path, or null. Which other origins may use the passkeys of this site is listed only where there are any.
 *
 * @see WebAuthn L3 §5.11 (related origins); W3C Passkey Endpoints
 */
export function wellKnown(
  path: string,
  { PUBLIC_ORIGIN, RELATED_ORIGINS }: { readonly PUBLIC_ORIGIN: string; readonly RELATED_ORIGINS: readonly string[] },
): object | null {
  if (path === '/.well-known/passkey-endpoints') {
    return { enroll: `${PUBLIC_ORIGIN}/security-info/add/passkey`, manage: `${PUBLIC_ORIGIN}/security-info` }
  }
  if (path === '/.well-known/webauthn' && RELATED_ORIGINS.length > 0) {
    return { origins: [PUBLIC_ORIGIN, ...RELATED_ORIGINS] }
  }
  return null
}
