import { describe, expect, it } from 'vitest'
import { maskEmail, maskPhone, roughPlace } from './mask'
import { noticeTemplates } from './model'
import { renderMail, renderSms } from './templates'

const code = { code: '048213', purpose: 'register', lifetimeSeconds: 300 } as const

describe('the mail with a code', () => {
  const mail = renderMail('verificationCode', code)

  it('the code stands in the body, not in the subject nor where lock screens show it', () => {
    expect(mail.subject).not.toContain(code.code)
    expect(mail.text).toContain(code.code)
    expect(mail.text.slice(0, 120)).not.toContain(code.code)
  })

  it('names the service, the purpose and what to do if it was not you', () => {
    expect(mail.text).toContain('Harbor')
    expect(mail.text).toContain('setting up a sign-in method')
    expect(mail.text).toContain('Not you?')
    expect(mail.text).toContain('5 minutes')
  })

  it('the HTML part loads nothing', () => {
    expect(mail.html).not.toMatch(/src=|url\(|<script|<link|<img/i)
  })
})

describe('the text message with a code', () => {
  it.each(['register', 'signIn', 'confirm', 'passwordReset'] as const)(
    'for %s ends with the line that binds it to this site',
    (purpose) => {
      const text = renderSms({ ...code, purpose })
      expect(text.split('\n').at(-1)).toBe('@localhost #048213')
      expect(text).toContain('Harbor')
      expect(text).toContain('Not you?')
      expect(text).toMatch(/^[\x20-\x7e\n]*$/)
      expect(text.length).toBeLessThanOrEqual(160)
    },
  )
})

describe('notices', () => {
  const values = {
    at: '2026-11-22T18:04:00.000Z',
    method: 'My <b>phone</b>\r\nBcc: x@evil.example',
    clientAddress: '203.0.113.77',
    by: 'you',
  } as const

  const aboutOthers = ['textMessagesStopped', 'breakGlassSignedIn', 'administratorPasswordReset', 'helpAsked']
  const aboutTheAccount = noticeTemplates.filter((template) => !aboutOthers.includes(template))
  it.each(aboutTheAccount)('%s says what, when with its zone, roughly where, and how to object', (template) => {
    const { subject, text, html } = renderMail(template, values)
    expect(subject).not.toMatch(/[\r\n]/)
    expect(text).toContain('22 Nov 2026, 18:04 UTC')
    expect(text).toContain('203.0.113.x')
    expect(text).not.toContain('203.0.113.77')
    expect(text).toContain('contact your help desk')
    expect(text).toContain('http://localhost:3000/security-info')
    expect(html).not.toContain('<b>')
    expect(text).not.toMatch(/\r|\nBcc/)
  })

  it.each(['administratorPasswordReset', 'helpAsked'] as const)(
    '%s tells others whose account it is about',
    (template) => {
      const about = { account: 'ana@harbor.example\nBcc: x@evil.example', reference: 'K7Q2M9XD4T' }
      const { text } = renderMail(template, { at: values.at, clientAddress: values.clientAddress, ...about })
      expect(text).toContain('ana@harbor.example Bcc: x@evil.example')
      expect(text).toContain('http://localhost:3000/admin/users')
      expect(text).toContain('203.0.113.x')
      expect(text.includes('K7Q2M9XD4T')).toBe(template === 'helpAsked')
    },
  )

  it('that text messages were stopped leads administrators to where they can be released', () => {
    const { text } = renderMail('textMessagesStopped', { at: values.at, method: '+44740012…' })
    expect(text).toContain('stopped text messages to +44740012…')
    expect(text).toContain('http://localhost:3000/admin/message-delivery')
    expect(text).not.toContain('security-info')
  })

  it('that an emergency account signed in says which, when, roughly where, and leads to the log', () => {
    const { text } = renderMail('breakGlassSignedIn', {
      at: values.at,
      method: 'bg@harbor.example',
      clientAddress: '203.0.113.77',
    })
    expect(text).toContain('The emergency account bg@harbor.example signed in')
    expect(text).toContain('22 Nov 2026, 18:04 UTC')
    expect(text).toContain('203.0.113.x')
    expect(text).toContain('http://localhost:3000/admin/sign-in-log')
    expect(text).not.toContain('security-info')
  })
})

describe('masks', () => {
  it('show enough to recognise and not enough to use', () => {
    expect(maskEmail('ada.lovelace@example.com')).toBe('ad•••@example.com')
    expect(maskEmail('a@example.com')).toBe('a•••@example.com')
    expect(maskEmail('nonsense')).toBe('•••')
    expect(maskPhone('+442079460958')).toBe('••••••58')
    expect(roughPlace('2001:db8:1:2::5')).toBe('2001:db8:1::/48')
    expect(roughPlace('::1')).toBeNull()
    expect(roughPlace(null)).toBeNull()
  })
})
