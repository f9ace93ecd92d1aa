/** What this project uses of the package `smpp`, which brings no types. */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events'
  import type { Server as NetServer } from 'node:net'

  export type Text = string | Buffer | { readonly udh?: unknown; readonly message: string | Buffer }
  export type Pdu = {
    readonly command: string
    readonly command_status: number
    readonly message_id?: string
    readonly esm_class?: number
    readonly data_coding?: number
    readonly source_addr?: string
    readonly destination_addr?: string
    readonly system_id?: string
    readonly password?: string
    readonly short_message?: Text
    readonly message_payload?: Text
    readonly receipted_message_id?: string
    readonly message_state?: number
    response(fields?: Readonly<Record<string, unknown>>): Pdu
  }
  type Command = (fields: Readonly<Record<string, unknown>>, answered?: (pdu: Pdu) => void) => boolean
  export type Session = EventEmitter & {
    readonly bind_transceiver: Command
    readonly bind_transmitter: Command
    readonly bind_receiver: Command
    readonly submit_sm: Command
    readonly deliver_sm: Command
    readonly enquire_link: Command
    readonly unbind: Command
    /** False: the connection takes nothing any more. */
    send(pdu: Pdu): boolean
    close(): void
    destroy(): void
  }
  const smpp: {
    connect(options: Readonly<Record<string, unknown>>): Session
    createServer(onSession: (session: Session) => void): NetServer
  }
  export default smpp
}
