import { describe, expect, it } from 'vitest'
import { hasMessage } from '@/lib/i18n'
import { errorKindOf, errorKinds, messageStateOf, messageStates } from './delivery'

describe('what became of a message', () => {
  const row = { state: 'pending', lastError: null, receiptState: null }
  it.each([
    [row, 'waiting'],
    [{ ...row, lastError: 'esocket' }, 'delayed'],
    [{ ...row, state: 'sent' }, 'handedOver'],
    [{ ...row, state: 'sent', receiptState: 'delivered' }, 'delivered'],
    [{ ...row, state: 'sent', receiptState: 'failed' }, 'notDelivered'],
    [{ ...row, state: 'dead' }, 'givenUp'],
    [{ ...row, state: 'dead', lastError: 'smtp_550' }, 'givenUp'],
    [{ ...row, state: 'dead', lastError: 'dropped' }, 'dropped'],
    [{ ...row, state: 'dead', lastError: 'switched_off' }, 'switchedOff'],
  ] as const)('%j is %s', (given, state) => {
    expect(messageStateOf(given)).toBe(state)
  })
})

describe('what an error means', () => {
  it.each([
    ['esocket', 'unreachable'],
    ['econnection', 'unreachable'],
    ['edns', 'unreachable'],
    ['etimedout', 'slow'],
    ['etls', 'notTrusted'],
    ['eauth', 'refusedLogin'],
    ['smtp_535', 'refusedLogin'],
    ['smtp_530', 'refusedLogin'],
    ['smtp_550', 'refusedRecipient'],
    ['smtp_554', 'refusedRecipient'],
    ['smtp_421', 'refusedForNow'],
    ['smtp_451', 'refusedForNow'],
    ['expired', 'expired'],
    ['outcome_unknown', 'unknownOutcome'],
    ['not_configured', 'notConfigured'],
    ['027', 'other'],
    ['smtp_5500', 'other'],
    ['', 'other'],
  ])('%s is %s', (error, kind) => {
    expect(errorKindOf(error)).toBe(kind)
  })

  it('has a sentence, as every state has a word', () => {
    for (const kind of errorKinds) expect(hasMessage(`delivery.error.${kind}`), kind).toBe(true)
    for (const state of messageStates) expect(hasMessage(`delivery.state.${state}`), state).toBe(true)
  })
})
