import 'server-only'
import smpp, { type Pdu, type Session } from 'smpp'
import { limits } from '@/lib/limits'
import { log } from '../log'
import { errorWord } from './http-post'

export type SmppAddress = {
  readonly host: string
  readonly port: number
  readonly isSecure: boolean
  readonly systemId: string
  readonly password: string
  readonly systemType: string
}

export type BindMode = 'transceiver' | 'transmitter' | 'receiver'

export type Bound =
  | { readonly isBound: true; readonly session: Session }
  /** `isRefused`: the centre does not want us; else it was not to be reached. */
  | { readonly isBound: false; readonly isRefused: boolean; readonly reason: string }

/** One standing connection to a message centre, made when it is needed and made again after it broke. */
export type SmppLink = {
  ready(): Promise<Bound>
  /** Asks the other side for a sign of life, or connects; a side that stays silent is left. */
  keep(): Promise<void>
  close(): Promise<void>
}

const interfaceVersion = 0x34

/**
 * @param onDelivered a deliver_sm; its answer is the command status that the centre gets
 * @see SMPP 3.4 §4.1 (bind), §4.11 (enquire_link)
 */
export function openLink(address: SmppAddress, mode: BindMode, onDelivered: (pdu: Pdu) => Promise<number>): SmppLink {
  let current: Promise<Bound> | null = null

  const ready = (): Promise<Bound> => {
    if (current) return current
    // A connection that ends late must not forget the one that was made since.
    const forget = () => {
      if (current === made) current = null
    }
    const made = connect(address, mode, onDelivered, forget).then((bound) => {
      if (!bound.isBound) forget()
      return bound
    })
    current = made
    return made
  }
  return {
    ready,
    keep: async () => {
      const bound = await ready()
      if (!bound.isBound) return log.warn('sms.smpp_not_bound', { kind: mode, code: bound.reason })
      const answered = await ask(bound.session, 'enquire_link', {}, limits.delivery.answerMilliseconds)
      if (typeof answered === 'string') bound.session.destroy()
    },
    close: async () => {
      const bound = await current
      if (!bound?.isBound) return
      await ask(bound.session, 'unbind', {}, 1000)
      bound.session.destroy()
    },
  }
}

function connect(
  address: SmppAddress,
  mode: BindMode,
  onDelivered: (pdu: Pdu) => Promise<number>,
  onEnd: () => void,
): Promise<Bound> {
  return new Promise((resolve) => {
    const { host, port, isSecure } = address
    // The certificate is verified against the host's name: nothing here turns that off (SEC-292).
    const session = smpp.connect({ host, port, ...(isSecure ? { tls: true, servername: host } : {}) })
    // Every message that waits for its answer listens for the end of the connection.
    session.setMaxListeners(64)
    const end = (bound: Bound) => {
      clearTimeout(connecting)
      if (!bound.isBound) session.destroy()
      resolve(bound)
    }
    const notReached = (reason: string) => end({ isBound: false, isRefused: false, reason })
    const connecting = setTimeout(() => notReached('connect_timeout'), limits.delivery.connectMilliseconds)
    session.on('error', (error: Error) => {
      notReached(errorWord(error))
      // After an unreadable message nothing that follows on this connection can be read either.
      session.destroy()
    })
    session.once('close', () => {
      notReached('connection_lost')
      onEnd()
    })
    session.on('enquire_link', (pdu: Pdu) => session.send(pdu.response()))
    session.on('unbind', (pdu: Pdu) => {
      session.send(pdu.response())
      session.close()
    })
    session.on('deliver_sm', async (pdu: Pdu) => {
      session.send(pdu.response({ command_status: await onDelivered(pdu) }))
    })
    session.once(isSecure ? 'secureConnect' : 'connect', async () => {
      const { systemId, password, systemType } = address
      const fields = {
        system_id: systemId,
        password,
        system_type: systemType,
        interface_version: interfaceVersion,
      }
      const answer = await ask(session, `bind_${mode}`, fields, limits.delivery.connectMilliseconds)
      if (typeof answer === 'string') return notReached(answer)
      if (answer.command_status === 0) return end({ isBound: true, session })
      end({ isBound: false, isRefused: true, reason: `smpp_${answer.command_status}` })
    })
  })
}

/** One request and its answer; a word where there is none: `not_sent`, `timeout`, `connection_lost`. */
export function ask(
  session: Session,
  command: 'bind_transceiver' | 'bind_transmitter' | 'bind_receiver' | 'submit_sm' | 'enquire_link' | 'unbind',
  fields: Readonly<Record<string, unknown>>,
  milliseconds: number,
): Promise<Pdu | 'not_sent' | 'timeout' | 'connection_lost'> {
  return new Promise((resolve) => {
    const end = (answer: Pdu | 'not_sent' | 'timeout' | 'connection_lost') => {
      clearTimeout(waiting)
      session.off('close', lost)
      resolve(answer)
    }
    const lost = () => end('connection_lost')
    const waiting = setTimeout(() => end('timeout'), milliseconds)
    session.once('close', lost)
    if (!session[command](fields, end)) end('not_sent')
  })
}
