import { describe, expect, it } from 'vitest'
import { isInstallationWarning, sendBudgets } from './send-budgets'

const request = {
  userId: 'u1',
  destination: ' Ada@Example.com',
  address: '203.0.113.7',
  channel: 'mail',
  signedIn: true,
} as const

describe('the budgets of a sent code', () => {
  it('a mail counts for the person, the destination and the client, not for the installation', () => {
    expect(sendBudgets(request, 500).map(({ budget, max }) => [budget, max])).toEqual([
      ['userHour', 5],
      ['userDay', 10],
      ['destinationHour', 5],
      ['destinationDay', 10],
      ['addressHour', 10],
      ['userTenMinutes', 10],
    ])
  })

  it('a text message counts for the installation too', () => {
    const budgets = sendBudgets({ ...request, channel: 'sms', destination: '+442079460958' }, 500)
    expect(budgets.find(({ budget }) => budget === 'installationDay')).toMatchObject({
      max: 500,
      windowSeconds: 86_400,
    })
  })

  it('calls and text messages count together, and a mail apart', () => {
    const of = (channel: 'sms' | 'voice' | 'mail') =>
      sendBudgets({ ...request, channel, destination: '+442079460958' }, 500)
    expect(of('voice')).toEqual(of('sms'))
    expect(of('mail')).not.toEqual(of('sms'))
  })

  it('an anonymous client has half of the sends, and its own count', () => {
    const signedIn = sendBudgets(request, 500).find(({ budget }) => budget === 'addressHour')
    const anonymous = sendBudgets({ ...request, signedIn: false }, 500).find(({ budget }) => budget === 'addressHour')
    expect(anonymous?.max).toBe(5)
    expect(anonymous?.subject).not.toEqual(signedIn?.subject)
  })

  it('the same address in another spelling is the same destination', () => {
    const subject = (destination: string) =>
      sendBudgets({ ...request, destination }, 500).find(({ budget }) => budget === 'destinationDay')?.subject
    expect(subject('ada@example.COM ')).toEqual(subject(' Ada@Example.com'))
  })

  it('the operator is warned at four fifths of the day, once', () => {
    expect([399, 400, 401].map((count) => isInstallationWarning(count, 500))).toEqual([false, true, false])
  })
})
