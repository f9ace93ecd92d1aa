import 'server-only'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectSecure, type TLSSocket } from 'node:tls'
import { ExtendedRequest } from 'ldapts'
import { LdapError } from './error'
import { messageLength, readAnswer } from './read'

/** One server of a directory and how to trust it. There is no way to say that its certificate need not be checked. */
export type LdapServer = {
  /** `ldaps://host:636` for `ldaps`, `ldap://host:389` for `startTls`; IPv6 in brackets. */
  readonly url: string
  readonly security: 'ldaps' | 'startTls'
  /** Trusted instead of the public authorities. */
  readonly certificateAuthorityPem?: string
}

const startTlsName = '1.3.6.1.4.1.1466.20037'

/**
 * A socket on which everything is encrypted and the server has proven its name, or an `LdapError` of kind `notReached`
 * within the time given. Nothing was said on it that a password could be part of.
 *
 * @see RFC 4513 §3.1, SEC-129
 */
export function openTransport(server: LdapServer, milliseconds: number): Promise<TLSSocket> {
  const { protocol, hostname, port } = new URL(server.url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const isDirect = server.security === 'ldaps'
  if (protocol !== (isDirect ? 'ldaps:' : 'ldap:')) throw new LdapError('notReached', { reason: 'scheme_mismatch' })
  return new Promise((resolve, reject) => {
    const plain = connectPlain({ host, port: port === '' ? (isDirect ? 636 : 389) : Number(port) })
    let secure: TLSSocket | null = null
    const giveUp = (reason: string) => {
      clearTimeout(late)
      // Set before the error is told, whatever is wrong with the certificate.
      const isUntrusted = Boolean(secure?.authorizationError)
      secure?.destroy()
      plain.destroy()
      reject(new LdapError('notReached', { reason, isUntrusted }))
    }
    const late = setTimeout(() => giveUp('connect_timeout'), milliseconds)
    const onError = (error: NodeJS.ErrnoException) => giveUp((error.code ?? 'failed').toLowerCase())
    const onEarlyEnd = () => giveUp('connection_lost')
    plain.on('error', onError)
    plain.on('close', onEarlyEnd)
    const encrypt = () => {
      secure = connectSecure({
        socket: plain,
        host,
        ...(isIP(host) === 0 ? { servername: host } : {}),
        ...(server.certificateAuthorityPem === undefined ? {} : { ca: server.certificateAuthorityPem }),
        minVersion: 'TLSv1.2',
        rejectUnauthorized: true,
      })
      const ready = secure
      ready.on('error', onError)
      ready.once('secureConnect', () => {
        clearTimeout(late)
        ready.off('error', onError)
        plain.off('error', onError)
        plain.off('close', onEarlyEnd)
        plain.on('error', () => ready.destroy())
        ready.setNoDelay(true)
        ready.setKeepAlive(true, 30_000)
        resolve(ready)
      })
    }
    plain.once('connect', () => (isDirect ? encrypt() : askForTls(plain, encrypt, giveUp)))
  })
}

/**
 * Asks for TLS and hands over once the server agreed. Whatever it says beyond that one answer was said in the clear, by
 * anybody, and must not be taken for what follows on the encrypted connection: then there is none.
 */
function askForTls(socket: Socket, onAgreed: () => void, giveUp: (reason: string) => void): void {
  let bytes = Buffer.alloc(0)
  const listen = (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    if (bytes.length > 4096) return giveUp('start_tls_refused')
    try {
      const length = messageLength(bytes)
      if (length === null || bytes.length < length) return
      socket.off('data', listen)
      socket.pause()
      const answer = readAnswer(bytes.subarray(0, length))
      const agreed = answer.kind === 'result' && answer.id === 1 && answer.code === 0 && bytes.length === length
      if (agreed) onAgreed()
      else giveUp('start_tls_refused')
    } catch {
      giveUp('start_tls_refused')
    }
  }
  socket.on('data', listen)
  socket.write(new ExtendedRequest({ messageId: 1, oid: startTlsName }).write())
}
