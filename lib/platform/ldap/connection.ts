import 'server-only'
import type { TLSSocket } from 'node:tls'
import {
  Attribute,
  BindRequest,
  Change,
  Control,
  ExtendedRequest,
  FilterParser,
  ModifyRequest,
  PagedResultsControl,
  PresenceFilter,
  SearchRequest,
  UnbindRequest,
} from 'ldapts'
import { limits } from '@/lib/limits'
import { LdapError, resultCodes } from './error'
import { passwordPolicyName } from './passwords'
import { type Attributes, Fields, type LdapAnswer, type LdapResult, messageLength, readAnswer } from './read'
import { type LdapServer, openTransport } from './transport'

/** One connection to one server. It never reconnects by itself: what follows a break would be said by nobody, in the clear. */
export type LdapConnection = {
  /**
   * Proves to be somebody. Answers what the server said, also when it refused; an empty password is refused here, because
   * servers take it for no question at all (RFC 4513 §5.1.2).
   */
  bind(dn: string, password: string): Promise<LdapResult>
  /** Entries page by page: what is held at a time is one page. Throws `LdapError`; a search that ended early never looks complete. */
  search(base: string, options: SearchOptions): AsyncGenerator<LdapEntry>
  /** All values of an attribute, also where a server divides them among ranges (MS-ADTS §3.1.1.3.1.3.3). */
  values(dn: string, attribute: string): AsyncGenerator<Buffer>
  modify(dn: string, changes: readonly LdapChange[]): Promise<LdapResult>
  extended(name: string, value: Buffer): Promise<LdapResult>
  close(): void
}

export type LdapEntry = { readonly dn: string; readonly attributes: Attributes }
export type SearchOptions = {
  readonly scope: 'base' | 'one' | 'sub'
  /** RFC 4515, as an administrator wrote it: no text of anybody else goes into it. Any entry when absent. */
  readonly filter?: string
  readonly attributes: readonly string[]
  readonly pageEntries?: number
}
export type LdapChange = {
  readonly operation: 'add' | 'delete' | 'replace'
  readonly attribute: string
  readonly values: readonly (string | Buffer)[]
}

/** Failures: `LdapError`. Each answer may take `answerMilliseconds`, then the connection is given up. */
export async function openConnection(server: LdapServer, answerMilliseconds: number): Promise<LdapConnection> {
  const socket = await openTransport(server, Math.min(limits.ldap.connectMilliseconds, answerMilliseconds))
  const { send, close } = converse(socket, answerMilliseconds)
  let lastId = 1
  const nextId = () => ++lastId

  async function ask(request: { write(): Buffer }, id: number): Promise<LdapResult> {
    for await (const answer of send(id, request.write())) if (answer.kind === 'result') return answer
    throw new LdapError('lost', { reason: 'connection_lost' })
  }

  async function* search(base: string, options: SearchOptions): AsyncGenerator<LdapEntry> {
    const filter =
      options.filter === undefined ? new PresenceFilter({ attribute: 'objectClass' }) : parseFilter(options.filter)
    let cookie: Buffer | undefined
    do {
      const messageId = nextId()
      const paging = { size: options.pageEntries ?? limits.ldap.pageEntries, cookie }
      const request = new SearchRequest({
        messageId,
        baseDN: base,
        scope: options.scope,
        filter,
        attributes: [...options.attributes],
        timeLimit: 0,
        // Critical: a server that cannot page must say so instead of sending everything at once.
        controls: options.scope === 'base' ? [] : [new PagedResultsControl({ critical: true, value: paging })],
      })
      const page: LdapEntry[] = []
      let end: LdapResult | null = null
      for await (const answer of send(messageId, request.write())) {
        if (answer.kind === 'entry') page.push({ dn: answer.dn, attributes: answer.attributes })
        if (answer.kind === 'result') end = answer
      }
      if (end === null) throw new LdapError('lost', { reason: 'connection_lost' })
      if (end.code !== resultCodes.success) throw new LdapError('refused', { result: end })
      yield* page
      // A page may be empty and not the last one: only the cookie says so.
      cookie = cookieOf(end)
    } while (cookie !== undefined)
  }

  return {
    bind: async (dn, password) => {
      if (password === '' || dn === '') return { code: resultCodes.invalidCredentials, ...nothingSaid }
      const messageId = nextId()
      return ask(new BindRequest({ messageId, dn, password, controls: [new Control(passwordPolicyName)] }), messageId)
    },
    search,
    values: (dn, attribute) => valuesOf(search, dn, attribute),
    modify: (dn, changes) => {
      const messageId = nextId()
      const written = changes.map(
        ({ operation, attribute, values }) =>
          new Change({ operation, modification: new Attribute({ type: attribute, values: values.map(bytesOf) }) }),
      )
      const controls = [new Control(passwordPolicyName)]
      return ask(new ModifyRequest({ messageId, dn, changes: written, controls }), messageId)
    },
    extended: (oid, value) => {
      const messageId = nextId()
      return ask(new ExtendedRequest({ messageId, oid, value, controls: [new Control(passwordPolicyName)] }), messageId)
    },
    close: () => close(new UnbindRequest({ messageId: nextId() }).write()),
  }
}

function parseFilter(text: string) {
  try {
    return FilterParser.parseString(text)
  } catch {
    // The library's message repeats the filter.
    throw new LdapError('notReached', { reason: 'filter_unreadable' })
  }
}

const nothingSaid = { diagnostic: '', controls: new Map<string, Buffer>(), responseName: null }

function bytesOf(value: string | Buffer): Buffer {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : value
}

function cookieOf({ controls }: LdapResult): Buffer | undefined {
  const value = controls.get(PagedResultsControl.type)
  if (value === undefined) return undefined
  const fields = new Fields(value).next(0x30)
  fields.integer()
  const cookie = fields.bytes(0x04)
  return cookie.length === 0 ? undefined : Buffer.from(cookie)
}

async function* valuesOf(search: LdapConnection['search'], dn: string, attribute: string): AsyncGenerator<Buffer> {
  const name = attribute.toLowerCase()
  for (let from: number | null = 0; from !== null; ) {
    const asked: string = from === 0 ? attribute : `${attribute};range=${from}-*`
    let next: number | null = null
    for await (const entry of search(dn, { scope: 'base', attributes: [asked] })) {
      yield* entry.attributes.get(name) ?? []
      for (const [key, values] of entry.attributes) {
        const [, last]: readonly (string | undefined)[] = key.startsWith(`${name};`)
          ? (/;range=\d+-(\d+|\*)$/.exec(key) ?? [])
          : []
        if (last === undefined) continue
        yield* values
        // A server that gives no end above the beginning would be asked for ever.
        if (last !== '*' && Number(last) >= from) next = Number(last) + 1
      }
    }
    from = next
  }
}

type Listener = {
  readonly take: (answer: LdapAnswer, bytes: number) => void
  readonly fail: (error: LdapError) => void
}

/** Sends messages and hands each answer to whoever asked. After anything unreadable or late nothing more is read. */
function converse(socket: TLSSocket, answerMilliseconds: number) {
  const listeners = new Map<number, Listener>()
  let chunks: Buffer[] = []
  let held = 0
  let needed = 2
  let ended: LdapError | null = null

  const end = (reason: string) => {
    if (ended) return
    ended = new LdapError('lost', { reason })
    socket.destroy()
    chunks = []
    for (const { fail } of listeners.values()) fail(ended)
    listeners.clear()
  }
  socket.on('error', (error: NodeJS.ErrnoException) => end((error.code ?? 'failed').toLowerCase()))
  socket.on('close', () => end('connection_lost'))
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    held += chunk.length
    // Put together once it is there: a long message must not be copied with every piece of it.
    if (held < needed) return
    let unread = Buffer.concat(chunks)
    try {
      for (
        let length = messageLength(unread);
        length !== null && unread.length >= length;
        length = messageLength(unread)
      ) {
        const answer = readAnswer(unread.subarray(0, length))
        unread = unread.subarray(length)
        // Number 0 is the server's notice that it closes the connection: RFC 4511 §4.4.1.
        if (answer.id === 0) return end('disconnected')
        listeners.get(answer.id)?.take(answer, length)
      }
      chunks = [unread]
      held = unread.length
      needed = messageLength(unread) ?? held + 1
    } catch {
      end('unreadable_answer')
    }
  })

  /** The answers to one message up to its result. Whoever stops listening earlier ends the connection. */
  async function* send(id: number, message: Buffer): AsyncGenerator<LdapAnswer> {
    if (ended) throw new LdapError('notReached', { reason: ended.reason })
    const answers: LdapAnswer[] = []
    let failure: LdapError | null = null
    let bytes = 0
    let wake = () => {}
    const late = setTimeout(() => end('answer_timeout'), answerMilliseconds)
    const take = (answer: LdapAnswer, size: number) => {
      bytes += size
      if (bytes > limits.ldap.pageBytesMax) return end('answer_too_long')
      answers.push(answer)
      late.refresh()
      wake()
    }
    const fail = (error: LdapError) => {
      failure = error
      wake()
    }
    listeners.set(id, { take, fail })
    socket.write(message)
    try {
      for (;;) {
        const answer = answers.shift()
        if (answer !== undefined) {
          yield answer
          if (answer.kind === 'result') return
        } else if (failure !== null) throw failure
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    } finally {
      clearTimeout(late)
      listeners.delete(id)
    }
  }

  const close = (goodbye: Buffer) => {
    if (ended) return
    socket.end(goodbye)
    setTimeout(() => end('closed'), 1000).unref()
  }
  return { send, close }
}
