import 'server-only'

/**
 * A knock on the sender's door, so that a code leaves at once and not at the next look. Nobody waits for a notice, and a look
 * costs as much as the notice did. The page and the job are separate copies of this code in one process, so the bell hangs on
 * `globalThis`; another process looks every second.
 */
type Bell = { readonly listeners: Set<() => void> }

const key = Symbol.for('twofold.outbox-bell')
const shared = globalThis as { [key]?: Bell }
shared[key] ??= { listeners: new Set() }
const bell = shared[key]

/** Tells the sender that somebody waits for a message. Call it after the commit; a forgotten call costs a second. */
export function wakeOutbox(): void {
  for (const listener of bell.listeners) setImmediate(listener)
}

/** Listens until the returned function is called. */
export function onOutboxWoken(listener: () => void): () => void {
  bell.listeners.add(listener)
  return () => bell.listeners.delete(listener)
}
