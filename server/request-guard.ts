/**
 * What is refused before the framework sees it, because the framework would answer: foreign hosts, methods a page
 * does not serve, state changes from other origins. Pure; the order is the order of the clauses.
 */
export type GuardedRequest = {
  readonly method: string
  /** The request target as sent. */
  readonly target: string
  /** All `Host` lines; a second one is a request that two readers would understand differently. */
  readonly hosts: readonly string[]
  readonly origins: readonly string[]
  readonly fetchSite: string | undefined
}

export type Refusal = { readonly status: 400 | 403 | 404 | 405 | 421; readonly reason: string; readonly allow?: string }

const pageMethods = ['GET', 'HEAD', 'POST']
const apiMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']

/** Paths whose callers show a bearer token and hold no cookie: programs, which send no `Origin`. */
export function isBearerPath(path: string): boolean {
  return /^\/(v1\.0|beta|scim)(\/|$)/.test(path)
}

/** Paths that providers of text messages and calls call: no browser, no cookie; each call carries its own proof. */
export function isCallbackPath(path: string): boolean {
  return /^\/callbacks(\/|$)/.test(path)
}

/** The path of a target, without its query. */
export function pathOf(target: string): string {
  const end = target.search(/[?#]/)
  return end < 0 ? target : target.slice(0, end)
}

/** Why this request is not served, or null. @see SEC-160, SEC-180 */
export function refuse(request: GuardedRequest, publicOrigin: string): Refusal | null {
  if (!request.target.startsWith('/')) return { status: 421, reason: 'target_not_a_path' }
  if (request.hosts.length !== 1 || !isPublicHost(request.hosts[0] ?? '', publicOrigin))
    return { status: 421, reason: 'host_not_ours' }
  const path = pathOf(request.target)
  if (!isPlainPath(path)) return { status: 400, reason: 'path_malformed' }
  // The image optimizer fetches what it is told to; this product does not use it.
  if (/^\/_next\/image(\/|$)/.test(path)) return { status: 404, reason: 'not_served' }
  const allowed = isBearerPath(path) ? apiMethods : pageMethods
  if (!allowed.includes(request.method)) return { status: 405, reason: 'method_not_served', allow: allowed.join(', ') }
  if (request.method === 'GET' || request.method === 'HEAD' || isBearerPath(path) || isCallbackPath(path)) return null
  if (request.origins.length !== 1 || request.origins[0] !== publicOrigin)
    return { status: 403, reason: 'origin_not_ours' }
  if (request.fetchSite !== undefined && request.fetchSite !== 'same-origin')
    return { status: 403, reason: 'fetch_site_not_same_origin' }
  return null
}

function isPublicHost(host: string, publicOrigin: string): boolean {
  const { host: ours, hostname, protocol, port } = new URL(publicOrigin)
  const given = host.toLowerCase()
  return given === ours || (port === '' && given === `${hostname}:${protocol === 'https:' ? 443 : 80}`)
}

/** One leading slash, no backslash, no control character, well-formed percent encoding: nothing two parsers read differently. */
function isPlainPath(path: string): boolean {
  if (path.startsWith('//') || path.includes('\\') || path.length > 2048) return false
  try {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
    return !/[\u0000-\u001f\u007f]/.test(decodeURIComponent(path))
  } catch {
    return false
  }
}
