import { connect, createServer, type Socket } from 'node:net'

/**
 * Stands between the product and a directory and breaks a conversation at a chosen message. It reads nothing of it: over TLS 1.3
 * each message that the client sends is one record of application data. The first of these end the handshake: one, or two where
 * the server asks for the client's certificate.
 */
export type Relay = {
  readonly port: number
  /**
   * From the `message`th request of each new conversation on: its answer gets lost (the directory did what it was asked), or the
   * request does (it never heard of it). The connection stays, silent.
   */
  breakAt(message: number, lost: 'answer' | 'request'): void
  /** New conversations reach the end; broken ones stay broken. */
  mend(): void
  stop(): Promise<void>
}

type Rule = { readonly message: number; readonly lost: 'answer' | 'request' }
const applicationData = 23
const headerBytes = 5

export async function startRelay(target: {
  readonly port: number
  readonly host?: string
  readonly handshakeRecords?: 1 | 2
}): Promise<Relay> {
  const { handshakeRecords = 1 } = target
  let rule: Rule | null = null
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const directory = connect({ port: target.port, host: target.host ?? '127.0.0.1' })
    for (const socket of [client, directory]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        directory.destroy()
      })
    }
    const held = rule
    let [seen, isSilent] = [0, false]
    let unread = Buffer.alloc(0)
    client.on('data', (chunk: Buffer) => {
      unread = Buffer.concat([unread, chunk])
      while (unread.length >= headerBytes) {
        const length = headerBytes + unread.readUInt16BE(3)
        if (unread.length < length) break
        const record = unread.subarray(0, length)
        unread = unread.subarray(length)
        if (record[0] === applicationData) seen++
        const isBroken = held !== null && seen >= held.message + handshakeRecords
        if (isBroken) isSilent = true
        if (!isBroken || (held.lost === 'answer' && seen === held.message + handshakeRecords)) directory.write(record)
      }
    })
    directory.on('data', (chunk: Buffer) => {
      if (!isSilent) client.write(chunk)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the relay has no port')
  return {
    port: address.port,
    breakAt: (message, lost) => {
      rule = { message, lost }
    },
    mend: () => {
      rule = null
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
