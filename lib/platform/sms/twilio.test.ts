import { describe, expect, it } from 'vitest'
import { classifyTwilioAnswer } from './twilio'
import { isTwilioSignature, twilioSignature } from './twilio-signature'

describe('what the Messages resource answered', () => {
  const error = (code: number, status: number) =>
    JSON.stringify({ code, status, message: 'not for a log', more_info: '' })
  it.each([
    ['a message is taken under its SID', 201, '{"sid":"SM0123456789abcdef","status":"queued"}', 'sent', undefined],
    ['taken, whatever the answer is called', 201, 'not JSON', 'sent', undefined],
    ['a number that is none', 400, error(21211, 400), 'permanent', 'twilio_21211'],
    ['somebody who has unsubscribed', 400, error(21610, 400), 'permanent', 'twilio_21610'],
    ['a sender that is not ours', 400, error(21606, 400), 'unfit', 'twilio_21606'],
    ['wrong credentials', 401, error(20003, 401), 'unfit', 'twilio_20003'],
    ['too many at once', 429, error(20429, 429), 'transient', 'http_429'],
    ['trouble over there', 503, 'busy', 'transient', 'http_503'],
    ['a refusal without a number', 400, '<html>', 'permanent', 'http_400'],
  ])('%s', (_, status, body, outcome, reason) => {
    const answer = classifyTwilioAnswer(status, body)
    expect(answer.outcome).toBe(outcome)
    expect('reason' in answer ? answer.reason : undefined).toBe(reason)
  })
})

describe('the signature of a call', () => {
  const url = 'https://mycompany.com/myapp.php?foo=1&bar=2'
  const fields = [
    ['To', '+18005551212'],
    ['Digits', '1234'],
    ['From', '+14158675309'],
    ['CallSid', 'CA1234567890ABCDE'],
    ['Caller', '+14158675309'],
  ] as const

  it('is that of the documentation', () => {
    expect(twilioSignature('12345', url, fields)).toBe('RSOYDt4T1cUTdK1PDd93/VVr8B8=')
  })

  it.each([
    ['another token', '12346', url, fields],
    ['another address', '12345', `${url}3`, fields],
    ['another value', '12345', url, [...fields.slice(1), ['To', '+18005551213']] as const],
    ['a field more', '12345', url, [...fields, ['Extra', '']] as const],
  ])('%s has another', (_, token, at, given) => {
    const signature = twilioSignature('12345', url, fields)
    expect(isTwilioSignature('12345', signature, url, fields)).toBe(true)
    expect(isTwilioSignature(token, signature, at, given)).toBe(false)
  })

  it('of another length is refused', () => {
    expect(isTwilioSignature('12345', '', url, fields)).toBe(false)
  })
})
