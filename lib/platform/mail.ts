import 'server-only'
import nodemailer from 'nodemailer'
import { limits } from '@/lib/limits'
import { env } from './env'

/** What a hand-over came to. `unknown`: the server may have taken it. `reason` is a word for operators, never a text. */
export type MailHandOver =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'transient' | 'permanent' | 'unknown'; readonly reason: string }

export type MailMessage = {
  /** Of the outbox row: the Message-ID comes from it, so a repeated hand-over is recognised as the same message. */
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** Goes with the mail, where `html` names it as `cid:logo@twofold`. */
  readonly logo: { readonly mediaType: 'image/png' | 'image/jpeg'; readonly bytes: Uint8Array } | null
}

/**
 * Hands one mail to the server of `SMTP_URL` over a connection of its own. Never throws: what went wrong is sorted by
 * whether the server can have taken the message, because a code must not be sent twice.
 *
 * TLS is required and verified; only a server on this very machine may be spoken to in the clear. A recipient or
 * subject that could add a header or another recipient is refused.
 *
 * @see SEC-073, SEC-292, REL-034, REL-100
 */
export async function sendMail(message: MailMessage): Promise<MailHandOver> {
  const url = env().SMTP_URL
  if (url === null) return { outcome: 'permanent', reason: 'not_configured' }
  if (isInjection(message)) return { outcome: 'permanent', reason: 'address_refused' }
  let hasBegun = false
  const transport = nodemailer.createTransport({
    ...serverOf(url),
    connectionTimeout: limits.delivery.connectMilliseconds,
    greetingTimeout: limits.delivery.connectMilliseconds,
    dnsTimeout: limits.delivery.connectMilliseconds,
    socketTimeout: limits.delivery.answerMilliseconds,
    disableFileAccess: true,
    disableUrlAccess: true,
    // The library reports a timeout in the middle of a message like one before it; the commands sent tell them apart.
    transactionLog: true,
    logger: watchingLogger(() => {
      hasBegun = true
    }),
  })
  try {
    await transport.sendMail({ ...toMail(message), signal: AbortSignal.timeout(limits.delivery.totalMilliseconds) })
    return { outcome: 'sent' }
  } catch (error) {
    return classifySmtpError(error, hasBegun)
  } finally {
    transport.close()
  }
}

/**
 * `permanent` when the server refused this recipient or message for good, `transient` when nothing was taken,
 * `unknown` when the message had begun and no answer came.
 */
export function classifySmtpError(error: unknown, hasBegun: boolean): MailHandOver {
  const { code, responseCode } = readError(error)
  const isAboutMessage = code === 'EENVELOPE' || code === 'EMESSAGE'
  if (responseCode !== null) {
    const outcome = isAboutMessage && responseCode >= 500 ? 'permanent' : 'transient'
    return { outcome, reason: `smtp_${responseCode}` }
  }
  if (code === 'EENVELOPE') return { outcome: 'permanent', reason: 'address_refused' }
  return { outcome: hasBegun ? 'unknown' : 'transient', reason: (code ?? 'failed').toLowerCase() }
}

/** CR, LF, NUL and what separates addresses must not reach a header. */
function isInjection({ to, subject }: MailMessage): boolean {
  return /[\p{Cc},;<>"]/u.test(to) || /[\p{Cc}\u2028\u2029]/u.test(subject) || !/^[^@]+@[^@]+$/.test(to)
}

function toMail({ id, to, subject, text, html, logo }: MailMessage) {
  return {
    from: env().MAIL_FROM,
    to: { name: '', address: to },
    subject,
    text,
    html,
    ...(logo === null ? {} : { attachments: [inline(logo)] }),
    messageId: `<${id}@${new URL(env().PUBLIC_ORIGIN).hostname}>`,
    // RFC 3834: no vacation replies to a machine.
    headers: { 'Auto-Submitted': 'auto-generated' },
  }
}

/** Beside the HTML part and not below the mail, so that nobody sees a file attached. RFC 2387, RFC 2392 */
function inline({ mediaType, bytes }: NonNullable<MailMessage['logo']>) {
  return {
    cid: 'logo@twofold',
    filename: mediaType === 'image/png' ? 'logo.png' : 'logo.jpg',
    content: Buffer.from(bytes),
    contentType: mediaType,
    contentDisposition: 'inline' as const,
  }
}

/** Only scheme, host, port and credentials are read: no parameter of the address can switch verification off. */
function serverOf(text: string) {
  const url = new URL(text)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const secure = url.protocol === 'smtps:'
  const isLoopback = ['localhost', '127.0.0.1', '::1'].includes(host)
  const user = decodeURIComponent(url.username)
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTLS: !secure && !isLoopback,
    ignoreTLS: !secure && isLoopback,
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2' as const },
    ...(user === '' ? {} : { auth: { user, pass: decodeURIComponent(url.password) } }),
  }
}

/** A logger that keeps nothing and notices the command with which a message begins. */
function watchingLogger(onBegin: () => void) {
  const watch = (entry: unknown, line: unknown) => {
    const isCommand = typeof entry === 'object' && entry !== null && Reflect.get(entry, 'tnx') === 'client'
    if (isCommand && typeof line === 'string' && /^DATA\b/i.test(line.trim())) onBegin()
  }
  const quiet = () => undefined
  return { level: quiet, trace: quiet, debug: watch, info: quiet, warn: quiet, error: quiet, fatal: quiet }
}

function readError(error: unknown): { code: string | null; responseCode: number | null } {
  if (typeof error !== 'object' || error === null) return { code: null, responseCode: null }
  const code: unknown = Reflect.get(error, 'code')
  const responseCode: unknown = Reflect.get(error, 'responseCode')
  return {
    code: typeof code === 'string' ? code : null,
    responseCode: typeof responseCode === 'number' ? responseCode : null,
  }
}
