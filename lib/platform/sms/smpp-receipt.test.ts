import { describe, expect, it } from 'vitest'
import { readReceipt } from './smpp-receipt'

const text = (stat: string, err = '000') =>
  `id:7f3a-12 sub:001 dlvrd:001 submit date:2611250801 done date:2611250802 stat:${stat} err:${err} text:Harbor: 1`

describe('a receipt as text', () => {
  it.each([
    ['DELIVRD', '000', 'delivered', null],
    ['UNDELIV', '012', 'failed', 'undeliv_012'],
    ['EXPIRED', '000', 'failed', 'expired_000'],
    ['REJECTD', '099', 'failed', 'rejectd_099'],
    ['DELETED', '000', 'failed', 'deleted_000'],
    ['ACCEPTD', '000', 'underway', null],
    ['ENROUTE', '000', 'underway', null],
    ['NONSENSE', '000', 'underway', null],
  ] as const)('%s with error %s is %s', (stat, err, state, reason) => {
    expect(readReceipt({ esmClass: 0x04, text: text(stat, err) })).toEqual({
      providerMessageId: '7f3a-12',
      state,
      reason,
    })
  })
})

describe('a receipt in optional parameters', () => {
  it('is believed before the text', () => {
    const receipt = { esmClass: 0x04, text: text('UNDELIV'), receiptedMessageId: 'other', messageState: 2 }
    expect(readReceipt(receipt)).toEqual({ providerMessageId: 'other', state: 'delivered', reason: null })
  })

  it('is one without the mark of a receipt, too', () => {
    expect(readReceipt({ esmClass: 0, text: '', receiptedMessageId: 'a', messageState: 5 })).toMatchObject({
      state: 'failed',
      reason: '5',
    })
  })
})

it.each([
  ['a text from somebody that looks like one', { esmClass: 0, text: text('DELIVRD') }],
  ['a receipt that names no message', { esmClass: 0x04, text: 'stat:DELIVRD' }],
  ['a receipt without a state', { esmClass: 0x04, text: 'id:1 text:stat' }],
])('%s is none', (_, pdu) => {
  expect(readReceipt(pdu)).toBeNull()
})
