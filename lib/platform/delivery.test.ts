import { describe, expect, it } from 'vitest'
import { classifySmtpError } from './mail'
import { fillTemplate } from './sms/gateway'
import { classifyStatus } from './sms/provider'

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
    [200, undefined],
    [202, undefined],
    [302, 'unfit'],
    [400, 'permanent'],
    [401, 'unfit'],
    [403, 'unfit'],
    [404, 'unfit'],
    [408, 'transient'],
    [429, 'transient'],
    [500, 'transient'],
    [503, 'transient'],
  ])('%d is %s', (status, outcome) => {
    expect(classifyStatus(status)?.outcome).toBe(outcome)
  })
})

describe('the body for a gateway', () => {
  const message = {
    id: 'm1',
    to: '+442079460958',
    text: 'Line "one"\n\n@host #123456 & more \\ {{to}} </ud>',
    receiptUrl: () => 'https://id.harbor.example/callbacks/gateway/messages/m1/x?a=1&b=2',
  }

  it('in JSON no text can end its string', () => {
    const { body, contentType } = fillTemplate('{"to":"{{to}}","text":"{{text}}","id":"{{id}}"}', message)
    expect(JSON.parse(body)).toEqual({ to: message.to, text: message.text, id: 'm1' })
    expect(contentType).toBe('application/json')
  })

  it('in XML no text can end its element, and the address for receipts stands as it is', () => {
    const template = '<m to="{{to}}"><ud>{{text}}</ud><dlr-url>{{receiptUrl}}</dlr-url></m>'
    const { body, contentType } = fillTemplate(template, message)
    expect(body.match(/<\/ud>/g)).toHaveLength(1)
    expect(body).toContain('&#38; more')
    expect(body).toContain('<dlr-url>https://id.harbor.example/callbacks/gateway/messages/m1/x?a=1&#38;b=2</dlr-url>')
    expect(contentType).toBe('text/xml; charset=utf-8')
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
