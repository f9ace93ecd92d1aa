import 'server-only'
import { limits } from '@/lib/limits'
import { type Breaker, beginCall, callsAllowed, closedBreaker, endCall } from '../circuit-breaker'
import { now } from '../clock'
import { log } from '../log'
import { type LdapConnection, openConnection } from './connection'
import { isReadOnlyCopy, LdapError, resultCodes } from './error'
import type { LdapServer } from './transport'

/** The servers of one directory, in the order in which they are asked. They hold the same entries. */
export type LdapDirectory = {
  readonly servers: readonly LdapServer[]
  readonly answerMilliseconds: number
}

export type LdapIdentity = { readonly dn: string; readonly password: string }

/**
 * Lets `work` speak with the first server that can be reached, as `identity` where one is given, and closes the
 * connection after it. A server that fails again and again is left alone for a while.
 *
 * `isRepeatable`: asked when a connection broke in the middle, or a server changes nothing; where it says so, the work is done again with the next server.
 *
 * Throws `LdapError`: `notReached` when no server could be asked, with the reason of the last one, `refused` when the identity is not accepted, and what `work` throws.
 *
 * @see REL-033, SEC-129
 */
export async function withLdap<T>(
  directory: LdapDirectory,
  about: { readonly identity?: LdapIdentity; readonly isRepeatable: () => boolean },
  work: (connection: LdapConnection, server: LdapServer) => Promise<T>,
): Promise<T> {
  const release = await takePlace(directory)
  try {
    const end = performance.now() + limits.delivery.totalMilliseconds
    let failure: LdapError | undefined
    for (const server of directory.servers) {
      if (performance.now() >= end) break
      if (!mayCall(server.url)) {
        failure = shared().failures.get(server.url) ?? failure
        continue
      }
      let hasBegun = false
      try {
        const result = await once(server, directory.answerMilliseconds, about.identity, (connection) => {
          hasBegun = true
          // Work may last for minutes, such as reading everybody: whoever asks meanwhile must not wait for its end.
          if (about.identity) endProbe(server.url)
          return work(connection, server)
        })
        called(server.url, true)
        return result
      } catch (error) {
        const isLdap = error instanceof LdapError
        // A server that answers is well, whatever it answers; so is one whose answer some other code could not use.
        const isWell = !isLdap || (error.kind === 'refused' && !isAway(error.result?.code))
        called(server.url, isWell)
        const isCopy = isLdap && error.result !== null && isReadOnlyCopy(error.result)
        if (isWell && !isCopy) throw error
        failure = error
        if (!isWell) shared().failures.set(server.url, error)
        log.warn('ldap.server_failed', { kind: error.kind, code: error.reason, detail: new URL(server.url).host })
        if (hasBegun && !about.isRepeatable()) throw error
      }
    }
    const { reason = 'no_server', isUntrusted = false } = failure ?? {}
    throw new LdapError('notReached', { reason, isUntrusted })
  } finally {
    release()
  }
}

async function once<T>(
  server: LdapServer,
  answerMilliseconds: number,
  identity: LdapIdentity | undefined,
  work: (connection: LdapConnection) => Promise<T>,
): Promise<T> {
  const connection = await openConnection(server, answerMilliseconds)
  try {
    if (identity) await introduce(connection, identity)
    return await work(connection)
  } finally {
    connection.close()
  }
}

/** Nothing has been asked for yet, so a break here is a server that was not reached. */
async function introduce(connection: LdapConnection, { dn, password }: LdapIdentity): Promise<void> {
  let result: Awaited<ReturnType<LdapConnection['bind']>>
  try {
    result = await connection.bind(dn, password)
  } catch (error) {
    throw error instanceof LdapError ? new LdapError('notReached', { reason: error.reason }) : error
  }
  if (result.code !== resultCodes.success) throw new LdapError('refused', { result })
}

/** The server says that it cannot answer now; another one may. */
function isAway(code: number | undefined): boolean {
  return code === resultCodes.busy || code === resultCodes.unavailable
}

/** Once per process: bundles share what is known of a server, why it failed the last time, and its places. */
type Shared = {
  readonly breakers: Map<string, Breaker>
  readonly failures: Map<string, LdapError>
  readonly places: Map<string, Places>
}
type Places = { taken: number; readonly waiting: (() => void)[] }
const key = Symbol.for('twofold.ldap')

function shared(): Shared {
  const holder = globalThis as unknown as Record<symbol, Shared | undefined>
  holder[key] ??= { breakers: new Map(), failures: new Map(), places: new Map() }
  return holder[key]
}

function mayCall(url: string): boolean {
  const breaker = shared().breakers.get(url) ?? closedBreaker
  if (callsAllowed(breaker, now()) === 'none') return false
  shared().breakers.set(url, beginCall(breaker))
  return true
}

/** A probe has shown that the server is well; what comes of the call itself is told by `called`. */
function endProbe(url: string): void {
  if (shared().breakers.get(url)?.mode === 'probing') called(url, true)
}

function called(url: string, succeeded: boolean): void {
  shared().breakers.set(url, endCall(shared().breakers.get(url) ?? closedBreaker, succeeded, now()))
}

/** A directory that hangs must not hold on to everything: so many tasks at once, the others wait a moment or fail. */
function takePlace({ servers }: LdapDirectory): Promise<() => void> {
  const name = servers
    .map(({ url }) => url)
    .sort()
    .join(' ')
  const places = shared().places.get(name) ?? { taken: 0, waiting: [] }
  shared().places.set(name, places)
  const release = () => {
    const next = places.waiting.shift()
    if (next) next()
    else places.taken--
  }
  if (places.taken < limits.ldap.connectionsAtOnce) {
    places.taken++
    return Promise.resolve(release)
  }
  return new Promise((resolve, reject) => {
    const enter = () => {
      clearTimeout(late)
      resolve(release)
    }
    const late = setTimeout(() => {
      places.waiting.splice(places.waiting.indexOf(enter), 1)
      reject(new LdapError('notReached', { reason: 'too_many_at_once' }))
    }, limits.ldap.connectMilliseconds)
    places.waiting.push(enter)
  })
}
