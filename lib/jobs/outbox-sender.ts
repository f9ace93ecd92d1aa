import 'server-only'
import type { MailLocale } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { renderCall } from '@/lib/notifications/call'
import { mailSettingsFor } from '@/lib/notifications/mail-settings'
import { type Channel, channels, type HandOver, type Lane, switchedOff } from '@/lib/notifications/model'
import { openPayload } from '@/lib/notifications/outbox'
import { takeReceipt } from '@/lib/notifications/receipts'
import { type MailSettings, renderMail, renderSms } from '@/lib/notifications/templates'
import { onOutboxWoken } from '@/lib/notifications/wake'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import { sendMail } from '@/lib/platform/mail'
import { receiptUrl, type SmsProvider, smsProviders } from '@/lib/platform/sms'
import { sendCall } from '@/lib/platform/voice'
import { failoverRoute, type Route, singleRoute } from './delivery-route'
import { bury, giveBack, type Leased, leaseMessages, markSent, sweepOutbox } from './outbox-store'
import { type Job, repeat } from './repeat'
import { afterHandOver } from './retry'

type Routes = Readonly<Record<Channel, Route<Leased>>>

/** How often a standing connection to a message centre is looked after. */
const keepSeconds = 30

/**
 * Sends what the outbox holds, until stopped: each lane with hands of its own, so that a heap of notices never keeps
 * a code waiting. Looks every `lookSeconds` and whenever `wakeOutbox()` rings. `handOver` replaces how messages leave; it
 * must not throw and must end well within the lease.
 *
 * @see REL-030 … REL-037
 */
export function startOutboxSender(handOver?: (message: Leased) => Promise<HandOver>, lookSeconds = 1): Job {
  const providers = handOver ? [] : smsProviders(takeReceipt)
  const routes: Routes = handOver
    ? { mail: singleRoute(handOver), sms: singleRoute(handOver), voice: singleRoute(handOver) }
    : { mail: singleRoute(handOverMail), sms: smsRoute(providers), voice: singleRoute(handOverCall) }
  const lanes = [
    openLane('code', limits.outbox.codesAtOnce, routes),
    openLane('notification', limits.outbox.notificationsAtOnce, routes),
  ]
  const look = () => Promise.all(lanes.map((lane) => lane.fill()))
  const looking = repeat('outbox.look', lookSeconds, async () => {
    await look()
  })
  const sweeping = repeat('outbox.sweep', 5, async () => {
    const count = await sweepOutbox(now())
    if (count > 0) log.warn('outbox.given_up', { count })
  })
  const keeping = repeat('sms.keep', keepSeconds, async () => {
    await Promise.all(providers.map((provider) => provider.keep?.()))
  })
  const unsubscribe = onOutboxWoken(() => looking.run())
  return {
    run: () => looking.run(),
    stop: async () => {
      unsubscribe()
      await Promise.all([looking, sweeping, keeping, ...lanes].map((one) => one.stop()))
      await Promise.all(providers.map((provider) => provider.close?.()))
    },
  }
}

/** Opens a row. One that does not open, or whose time has come to an end, is not sent. */
async function handOverOpened(
  message: Leased,
  send: (payload: ReturnType<typeof openPayload>) => Promise<HandOver>,
): Promise<HandOver> {
  if (message.notAfter <= now()) return { outcome: 'permanent', reason: 'expired' }
  try {
    return await send(openPayload(message))
  } catch (error) {
    log.error('outbox.unreadable', { messageId: message.id, error })
    return { outcome: 'permanent', reason: 'unreadable' }
  }
}

function handOverMail(message: Leased): Promise<HandOver> {
  return handOverOpened(message, async ({ to, template, values, test }) => {
    if (template === 'keyCall' || 'secret' in values) return { outcome: 'permanent', reason: 'unreadable' }
    const settings = await readSettings(message, test)
    if (settings === null) return { outcome: 'transient', reason: 'settings_unread' }
    const isOff = template !== 'verificationCode' && settings.texts.off.includes(template)
    if (isOff && test === undefined) return { outcome: 'permanent', reason: switchedOff }
    return sendMail({
      id: message.id,
      to,
      ...renderMail(template, values, { ...settings, isTest: test !== undefined }),
    })
  })
}

/** How mails look now and the reader's language; null while the database cannot tell. A message must not be lost by that. */
async function readSettings({ id, userId }: Leased, language: MailLocale | undefined): Promise<MailSettings | null> {
  try {
    return await mailSettingsFor(db(), userId, language)
  } catch (error) {
    log.warn('mail.settings_unread', { messageId: id, error })
    return null
  }
}

function handOverCall(message: Leased): Promise<HandOver> {
  return handOverOpened(message, async ({ to, values }) => {
    if (!('code' in values) && !('secret' in values)) return { outcome: 'permanent', reason: 'unreadable' }
    const [number = '', extension = null] = to.split('x')
    return sendCall({ to: number, extension, ...renderCall(values) })
  })
}

/** Text messages through the operator's providers. The providers claim their own probes, in the moment they are asked. */
function smsRoute(providers: readonly SmsProvider[]): Route<Leased> {
  const { allowed, send } = failoverRoute(providers)
  return {
    allowed,
    claim: () => () => undefined,
    send: (message) =>
      handOverOpened(message, async ({ to, values }) => {
        if (!('code' in values)) return { outcome: 'permanent', reason: 'unreadable' }
        const { id, notAfter } = message
        const text = renderSms(values)
        return send({ id, to, text, receiptUrl: (provider) => receiptUrl(provider, id) }, (at) => at < notAfter)
      }),
  }
}

function openLane(lane: Lane, hands: number, routes: Routes) {
  const running = new Set<Promise<void>>()
  let isStopped = false
  let filling: Promise<void> | null = null

  /** Leases only what is handed over at once: a code that waits in this process would be lost with it. */
  async function fillOnce(): Promise<void> {
    for (let hasMore = true; hasMore && !isStopped; ) {
      hasMore = false
      const open = channels.filter((channel) => routes[channel].allowed(now()) === 'any')
      const count = hands - running.size
      if (open.length > 0 && count > 0) {
        const leased = await leaseMessages(lane, open, count, now())
        for (const message of leased) begin(message)
        hasMore = leased.length === count && running.size < hands
      }
      for (const channel of channels) if (routes[channel].allowed(now()) === 'one') await probe(channel)
    }
  }

  /** The probe is claimed before its message is leased, so that the lanes do not send one each. */
  async function probe(channel: Channel): Promise<void> {
    if (running.size >= hands) return
    const giveBackClaim = routes[channel].claim()
    let leased: readonly Leased[] = []
    try {
      leased = await leaseMessages(lane, [channel], 1, now())
    } finally {
      if (leased.length === 0) giveBackClaim()
    }
    for (const message of leased) begin(message)
  }

  function begin(message: Leased): void {
    const work = sendOne(message).finally(() => {
      running.delete(work)
      if (!isStopped) fill().catch(() => undefined)
    })
    running.add(work)
  }

  async function sendOne(message: Leased): Promise<void> {
    const result = await routes[message.channel].send(message)
    try {
      await settle(message, result)
    } catch (error) {
      // The lease ends by itself: a notice is then sent again with the same Message-ID, a code is given up.
      log.error('outbox.not_settled', { messageId: message.id, error })
    }
  }

  function fill(): Promise<void> {
    filling ??= fillOnce().finally(() => {
      filling = null
    })
    return filling
  }

  return {
    fill,
    stop: async () => {
      isStopped = true
      await filling?.catch(() => undefined)
      await Promise.all(running)
    },
  }
}

async function settle(message: Leased, result: HandOver): Promise<void> {
  const at = now()
  const verdict = afterHandOver(message, result, at, Math.random())
  const { provider } = result
  if (verdict.next === 'sent')
    return withRetries(() => markSent(message, at, result.outcome === 'sent' ? result : { provider }))
  const { id: messageId, channel: kind, attempts: attempt } = message
  log.warn(verdict.next === 'dead' ? 'outbox.dead' : 'outbox.delayed', {
    messageId,
    kind,
    attempt,
    code: verdict.reason,
  })
  if (verdict.next === 'again') return withRetries(() => giveBack(message, verdict.at, verdict.reason, provider))
  return withRetries(() => bury(message, at, verdict.reason, provider))
}

/** The message has left; a moment's trouble of the database must not make that look unknown. */
async function withRetries(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (error) {
      if (attempt === 3) throw error
      await new Promise((resolve) => setTimeout(resolve, attempt * 500))
    }
  }
}
