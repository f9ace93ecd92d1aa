import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PostOffice, startPostOffice } from './post-office'

let office: PostOffice

beforeAll(async () => {
  office = await startPostOffice()
})
afterAll(() => office.stop())

test('a mail arrives with its text and its code, whatever its encoding', async () => {
  const transport = createTransport(office.smtpUrl)
  const text = `Grüße: your code is 048213. ${'It ends in five minutes. '.repeat(8)}`
  await transport.sendMail({
    from: 'a@harbor.example',
    to: 'b@harbor.example',
    subject: 'Dein Code für Häfen',
    text,
    html: `<p>${text}</p>`,
  })
  const message = await office.waitFor((candidate) => candidate.to === 'b@harbor.example')
  expect(message).toMatchObject({ kind: 'email', subject: 'Dein Code für Häfen', code: '048213' })
  expect(message.text).toContain('Grüße: your code')
})

test('a text message arrives, and its inbox page shows it as text', async () => {
  const body = JSON.stringify({ to: '+4915112345678', text: '<b>123456</b> is your code', id: 'm1' })
  const answer = await fetch(office.smsGatewayUrl, { method: 'POST', body })
  expect(answer.status).toBe(202)
  const message = await office.waitFor((candidate) => candidate.kind === 'sms')
  expect(message).toMatchObject({ to: '+4915112345678', code: '123456', messageId: 'm1' })
  expect(await (await fetch(office.inboxUrl.replace('localhost', '127.0.0.1'))).text()).toContain('&#60;b&#62;123456')
})

test('faults are answered as asked for', async () => {
  office.setFault('sms', { status: 503 })
  office.setFault('smtp', { status: 550 })
  expect((await fetch(office.smsGatewayUrl, { method: 'POST', body: '{}' })).status).toBe(503)
  const sent = createTransport(office.smtpUrl).sendMail({ from: 'a@x.example', to: 'b@x.example', text: 'hello' })
  await expect(sent).rejects.toMatchObject({ responseCode: 550 })
})
