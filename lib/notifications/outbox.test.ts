import { describe, expect, it } from 'vitest'
import { deliveryStateOf } from './outbox'
import { isPlainAddress, recipients } from './recipients'

const start = new Date('2026-11-22T09:00:00Z')
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000)
const row = { state: 'pending', createdAt: start, notAfter: later(300), lastError: null, receiptState: null }

describe('how far a message has come', () => {
  it.each([
    ['underway at first', row, 2, 'underway'],
    ['slow well before ten seconds', row, 8, 'slow'],
    ['slow as soon as a try failed', { ...row, lastError: 'refused' }, 1, 'slow'],
    ['failed when it may no longer be sent', row, 300, 'failed'],
    ['failed when it was given up', { ...row, state: 'dead' }, 1, 'failed'],
    ['sent when it was handed over', { ...row, state: 'sent' }, 400, 'sent'],
    ['failed when the provider told so later', { ...row, state: 'sent', receiptState: 'failed' }, 20, 'failed'],
    ['sent when it arrived after all', { ...row, state: 'dead', receiptState: 'delivered' }, 20, 'sent'],
  ] as const)('%s', (_, given, seconds, state) => {
    expect(deliveryStateOf(given, later(seconds))).toBe(state)
  })
})

describe('an address for a header', () => {
  it.each([
    ['ada@example.com', true],
    ['zoë+x@bücher.example', true],
    ['ada@example.com\r\nBcc: eve@evil.example', false],
    ['ada@example.com,eve@evil.example', false],
    ['ada@example.com;eve@evil.example', false],
    ['Ada <ada@example.com>', false],
    ['ada@@example.com', false],
    ['ada\u0000@example.com', false],
    ['', false],
  ])('%j is accepted: %s', (address, accepted) => {
    expect(isPlainAddress(address)).toBe(accepted)
  })
})

describe('who is told of a change', () => {
  const known = {
    verified: ['private@mail.example'],
    mail: 'Ada@Harbor.example',
    userPrincipalName: 'ada@harbor.example',
    alsoTo: null,
    except: null,
  }

  it('every verified address and the profile address, each once', () => {
    expect(recipients(known)).toEqual(['private@mail.example', 'Ada@Harbor.example'])
    expect(recipients({ ...known, mail: 'PRIVATE@mail.example' })).toEqual(['private@mail.example'])
  })

  it('the old address instead of the new one', () => {
    expect(recipients({ ...known, except: 'Private@mail.example', alsoTo: 'old@mail.example' })).toEqual([
      'Ada@Harbor.example',
      'old@mail.example',
    ])
  })

  it('the user name only when there is nothing else', () => {
    expect(recipients({ ...known, verified: [], mail: null })).toEqual(['ada@harbor.example'])
    expect(recipients({ ...known, verified: [], mail: null, userPrincipalName: 'ada' })).toEqual([])
  })
})
