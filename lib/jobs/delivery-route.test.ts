import { describe, expect, it } from 'vitest'
import { now } from '@/lib/platform/clock'
import type { SmsHandOver, SmsProvider } from '@/lib/platform/sms'
import { failoverRoute } from './delivery-route'

const message = { id: 'm1', to: '+442079460958', text: 'text', receiptUrl: () => '' }

/** Providers that answer what the test says, and how often each was asked. */
function providers(...answers: readonly SmsHandOver[]) {
  const names = ['twilio', 'smpp', 'http'] as const
  const asked = answers.map(() => 0)
  const list = answers.map(
    (answer, index): SmsProvider => ({
      name: names[index] ?? 'http',
      send: async () => {
        asked[index] = (asked[index] ?? 0) + 1
        return answer
      },
    }),
  )
  return { list, asked }
}

const sent: SmsHandOver = { outcome: 'sent', providerMessageId: 'x1' }
const answer = (outcome: 'transient' | 'unfit' | 'permanent' | 'unknown', reason = 'why'): SmsHandOver => ({
  outcome,
  reason,
})

describe('several providers', () => {
  it.each([
    ['the first takes it', [sent, sent], [1, 0], { outcome: 'sent', provider: 'twilio', providerMessageId: 'x1' }],
    [
      'one that is not to be reached is followed at once',
      [answer('transient', 'econnrefused'), sent],
      [1, 1],
      { outcome: 'sent', provider: 'smpp', note: 'twilio: econnrefused' },
    ],
    [
      'one that does not take our word is followed at once',
      [answer('unfit', 'http_401'), sent],
      [1, 1],
      { outcome: 'sent', provider: 'smpp', note: 'twilio: http_401' },
    ],
    [
      'one that may have taken it is the last',
      [answer('unknown', 'timeout'), sent],
      [1, 0],
      { outcome: 'unknown', provider: 'twilio', reason: 'timeout' },
    ],
    [
      'a number that is refused is refused',
      [answer('permanent', 'twilio_21211'), sent],
      [1, 0],
      { outcome: 'permanent', provider: 'twilio', reason: 'twilio_21211' },
    ],
    [
      'when none can take it now it is tried again later',
      [answer('transient'), answer('unfit', 'http_401')],
      [1, 1],
      { outcome: 'transient', reason: 'http_401', provider: 'smpp' },
    ],
    [
      'when all refuse us for good it ends',
      [answer('unfit'), answer('unfit', 'http_401')],
      [1, 1],
      { outcome: 'permanent', reason: 'http_401', provider: 'smpp' },
    ],
    ['without any it ends', [], [], { outcome: 'permanent', reason: 'not_configured' }],
  ] as const)('%s', async (_, answers, asked, result) => {
    const given = providers(...answers)
    expect(await failoverRoute(given.list).send(message)).toMatchObject(result)
    expect(given.asked).toEqual(asked)
  })

  it('one that fails five times is left alone, and the next goes on', async () => {
    const { list, asked } = providers(answer('transient'), sent)
    const route = failoverRoute(list)
    for (let number = 0; number < 8; number++) expect((await route.send(message)).outcome).toBe('sent')
    expect(asked).toEqual([5, 8])
    expect(route.allowed(now())).toBe('any')
  })

  it('when all are left alone nothing is handed over, and later one is asked', async () => {
    const { list, asked } = providers(answer('transient'), answer('transient'))
    const route = failoverRoute(list)
    for (let number = 0; number < 7; number++) await route.send(message)
    expect(asked).toEqual([5, 5])
    expect(await route.send(message)).toEqual({ outcome: 'transient', reason: 'circuit_open' })
    expect(route.allowed(now())).toBe('none')
    expect(route.allowed(new Date(now().getTime() + 31_000))).toBe('one')
  })

  it('no provider is asked after the message’s end', async () => {
    const { list, asked } = providers(answer('transient', 'connect_timeout'), sent)
    let isDue = true
    const route = failoverRoute(list)
    const result = await route.send(message, () => {
      const before = isDue
      isDue = false
      return before
    })
    expect(result).toMatchObject({ outcome: 'transient', reason: 'connect_timeout' })
    expect(asked).toEqual([1, 0])
  })
})
