import 'server-only'
import type { HandOver } from '@/lib/notifications/model'
import { type Breaker, beginCall, callsAllowed, closedBreaker, endCall } from '@/lib/platform/circuit-breaker'
import { now } from '@/lib/platform/clock'
import type { SmsHandOver, SmsMessage, SmsProvider } from '@/lib/platform/sms'

/** How the messages of one channel leave, with the breakers that stand before its servers. */
export type Route<Message> = {
  /** How many hand-overs may begin now. */
  allowed(at: Date): 'any' | 'one' | 'none'
  /** Claims the one probe before its message is looked for; what it answers gives the claim back. */
  claim(): () => void
  /** Never throws. */
  send(message: Message): Promise<HandOver>
}

/** One server, one breaker. @see REL-033 */
export function singleRoute<Message>(handOver: (message: Message) => Promise<HandOver>): Route<Message> {
  let breaker: Breaker = closedBreaker
  return {
    allowed: (at) => callsAllowed(breaker, at),
    claim: () => {
      const before = breaker
      breaker = beginCall(breaker)
      return () => {
        breaker = before
      }
    },
    send: async (message) => {
      const result = await handOver(message)
      breaker = endCall(breaker, saysNothingAgainstServer(result.outcome), now())
      return result
    },
  }
}

/** A refused recipient says nothing against the server that refused it. */
function saysNothingAgainstServer(outcome: SmsHandOver['outcome']): boolean {
  return outcome === 'sent' || outcome === 'permanent'
}

/**
 * Several providers in the operator's order, each with a breaker of its own. A provider that certainly took nothing is
 * followed by the next one at once; one that may have taken the message ends the round, because a code must not be
 * sent twice; so does a refusal of the number itself.
 *
 * `isDue` is asked before each: a code is not handed over after its end, however long the providers before took.
 *
 * @see REL-031, REL-033, REL-035
 */
export function failoverRoute(providers: readonly SmsProvider[]): Pick<Route<SmsMessage>, 'allowed'> & {
  send(message: SmsMessage, isDue?: (at: Date) => boolean): Promise<HandOver>
} {
  const breakers = new Map<SmsProvider, Breaker>(providers.map((provider) => [provider, closedBreaker]))
  const breakerOf = (provider: SmsProvider) => breakers.get(provider) ?? closedBreaker

  async function ask(provider: SmsProvider, message: SmsMessage): Promise<SmsHandOver> {
    breakers.set(provider, beginCall(breakerOf(provider)))
    const result = await provider.send(message)
    breakers.set(provider, endCall(breakerOf(provider), saysNothingAgainstServer(result.outcome), now()))
    return result
  }

  return {
    allowed: (at) => {
      // Without a provider a message is not kept waiting: it is told at once that it cannot leave.
      const each = providers.map((provider) => callsAllowed(breakerOf(provider), at))
      if (each.length === 0 || each.includes('any')) return 'any'
      return each.includes('one') ? 'one' : 'none'
    },
    send: async (message, isDue = () => true) => {
      if (providers.length === 0) return { outcome: 'permanent', reason: 'not_configured' }
      let refusal: HandOver | null = null
      let isWaiting = false
      for (const provider of providers) {
        if (!isDue(now())) return refusal ?? { outcome: 'permanent', reason: 'expired' }
        if (callsAllowed(breakerOf(provider), now()) === 'none') {
          isWaiting = true
          continue
        }
        const result = await ask(provider, message)
        const { name } = provider
        if (result.outcome === 'sent') {
          const note = refusal && 'reason' in refusal ? `${refusal.provider}: ${refusal.reason}` : null
          return { outcome: 'sent', provider: name, providerMessageId: result.providerMessageId, note }
        }
        const { outcome, reason } = result
        if (outcome === 'unknown' || outcome === 'permanent') return { outcome, reason, provider: name }
        if (outcome === 'transient') isWaiting = true
        refusal = { outcome: 'transient', reason, provider: name }
      }
      if (refusal === null) return { outcome: 'transient', reason: 'circuit_open' }
      // Nobody will take it later either: every provider refuses us for good.
      return isWaiting ? refusal : { ...refusal, outcome: 'permanent' }
    },
  }
}
