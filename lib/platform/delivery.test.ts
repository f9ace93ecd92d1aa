import { describe, expect, it } from 'vitest'
import { classifySmtpError } from './mail'
import { classifyStatus, fillTemplate } from './sms'

describe('what a mail server said', () => {
  const error = (code: string, responseCode?: number) => Object.assign(new Error('x'), { code, responseCode })

  it.each([
    ['an unknown recipient is refused for good', error('EENVELOPE', 550), true, 'permanent'],
    ['a full mailbox may be tried again', error('EENVELOPE', 452), true, 'transient'],
    ['a refused message is refused for good', error('EMESSAGE', 554), true, 'permanent'],
    ['a wrong password is the operator’s matter, not the recipient’s', error('EAUTH', 535), false, 'transient'],
    ['nobody listens', error('ESOCKET'), false, 'transient'],
    ['silence before the message', error('ETIMEDOUT'), false, 'transient'],
    ['silence after the message began', error('ETIMEDOUT'), true, 'unknown'],
    ['the connection broke in the middle of the message', error('ECONNECTION'), true, 'unknown'],
  ])('%s', (_, given, hasBegun, outcome) => {
    expect(classifySmtpError(given, hasBegun).outcome).toBe(outcome)
  })
})

describe('what a gateway said', () => {
  it.each([
    [200, 'sent'],
    [202, 'sent'],
    [302, 'permanent'],
    [400, 'permanent'],
    [408, 'transient'],
    [429, 'transient'],
    [500, 'transient'],
    [503, 'transient'],
  ])('%d is %s', (status, outcome) => {
    expect(classifyStatus(status).outcome).toBe(outcome)
  })
})

describe('the body for a gateway', () => {
  const message = { id: 'm1', to: '+442079460958', text: 'Line "one"\n\n@host #123456 & more \\ {{to}}' }

  it('in JSON no text can end its string', () => {
    const { body, contentType } = fillTemplate('{"to":"{{to}}","text":"{{text}}","id":"{{id}}"}', message)
    expect(JSON.parse(body)).toEqual({ to: message.to, text: message.text, id: 'm1' })
    expect(contentType).toBe('application/json')
  })

  it('in a form no text can begin another field', () => {
    const { body, contentType } = fillTemplate('to={{to}}&body={text}&ref={id}', message)
    const form = new URLSearchParams(body)
    expect([...form.keys()]).toEqual(['to', 'body', 'ref'])
    expect(form.get('body')).toBe(message.text)
    expect(form.get('to')).toBe(message.to)
    expect(contentType).toBe('application/x-www-form-urlencoded')
  })
})
