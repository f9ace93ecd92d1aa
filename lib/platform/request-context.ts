import 'server-only'
import { AsyncLocalStorage } from 'node:async_hooks'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { ClientAddress } from './client-address'

/** What the entry of the process knows about the request that is being answered, and no handler can be told otherwise. */
export type RequestContext = {
  /** Also in the answer's `x-request-id`; the reference a person may quote. */
  readonly requestId: string
  /** The client's address by SEC-181…185, already decided. */
  readonly client: ClientAddress
  /** What was sent, as the framework gets it: without what is not to be believed, and with the form cookie of a first visit. */
  readonly headers: IncomingHttpHeaders
  /** For what a server action cannot set through the framework: `Clear-Site-Data`, status 429. */
  readonly res: ServerResponse
  /** Of the content security policy of this answer. */
  readonly nonce: string
  /** Whether the front desk was reached: what fails before was not readable, what fails after is our failure. */
  readonly progress: { isAtDesk: boolean }
}

// The entry and the framework's bundle hold two copies of this file in one process; the storage exists once.
const key = Symbol.for('twofold.request-context')
const shared = globalThis as { [key]?: AsyncLocalStorage<RequestContext> }
shared[key] ??= new AsyncLocalStorage<RequestContext>()
const storage = shared[key]

/** The request being answered; throws outside of one, because an unknown client must not pass as a known one. */
export function currentRequest(): RequestContext {
  const context = storage.getStore()
  if (context === undefined) throw new Error('no request is being answered here')
  return context
}

/** As `currentRequest`, `null` outside of a request: for logs and jobs. */
export function findCurrentRequest(): RequestContext | null {
  return storage.getStore() ?? null
}

/** Runs `work` with `context` as the current request. For the entry, and for tests. */
export function runWithRequest<T>(context: RequestContext, work: () => T): T {
  return storage.run(context, work)
}
