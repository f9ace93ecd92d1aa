import { describe, expect, it } from 'vitest'
import { maskEmail, maskPhone, roughPlace } from './mask'
import { mailTemplates, noticeTemplates } from './model'
import { sampleValues } from './samples'
import { type MailSettings, plainMailSettings, renderMail, renderSms } from './templates'

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
    expect(mail.html).not.toMatch(/src=|url\(|<script|<link|<img|@import/i)
  })

  it('says in its subject whose code it is', () => {
    expect(mail.subject).toBe('Your verification code for Harbor')
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

  it.each([
    ['administratorPasswordReset', 'admin/users'],
    ['helpAsked', 'admin/password-resets'],
  ] as const)('%s tells others whose account it is about, and leads to %s', (template, place) => {
    const about = { account: 'ana@harbor.example\nBcc: x@evil.example', reference: 'K7Q2M9XD4T' }
    const { text } = renderMail(template, { at: values.at, clientAddress: values.clientAddress, ...about })
    expect(text).toContain('ana@harbor.example Bcc: x@evil.example')
    expect(text).toContain(`http://localhost:3000/${place}`)
    expect(text).toContain('203.0.113.x')
    expect(text.includes('K7Q2M9XD4T')).toBe(template === 'helpAsked')
  })

  it('that methods have to be set up again names those that no longer work', () => {
    const about = { at: values.at, by: 'administrator' } as const
    const { text } = renderMail('reregistrationRequired', { ...about, methods: ['Authenticator app', 'Phone'] })
    expect(text).toContain('These no longer work: Authenticator app, Phone')
    expect(renderMail('reregistrationRequired', { ...about, methods: [] }).text).not.toContain('no longer')
  })

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
    expect(maskEmail('a🔑b@example.com')).toBe('a🔑•••@example.com')
    expect(maskEmail('🔑@example.com')).toBe('🔑•••@example.com')
    expect(maskPhone('+442079460958')).toBe('••••••58')
    expect(roughPlace('2001:db8:1:2::5')).toBe('2001:db8:1::/48')
    expect(roughPlace('::1')).toBeNull()
    expect(roughPlace(null)).toBeNull()
  })
})

describe('every mail', () => {
  const at = new Date('2026-11-22T18:04:00.000Z')
  const logo = { mediaType: 'image/png', width: 300, height: 100, bytes: new Uint8Array(8) } as const
  const hostile = '<img src=x onerror=alert(1)>"\'& https://evil.example/a\r\nBcc: eve@evil.example'
  const settings = (more: Partial<MailSettings> = {}): MailSettings => ({
    ...plainMailSettings,
    name: 'Ada Lovelace',
    branding: {
      accent: '#7a1f5c',
      supportContact: 'help@harbor.example',
      footer: 'Harbor Ltd\n1 Quay',
      language: 'en',
    },
    logo,
    ...more,
  })
  const links = (html: string) =>
    [...html.matchAll(/(?:href|src|action|background)="([^"]*)"/g)].map(([, to = '']) => to)

  it.each(mailTemplates.flatMap((template) => [[template, 'en'] as const, [template, 'de'] as const]))(
    '%s in %s: both parts say the same, name whom to ask, load nothing, and lead to us alone',
    (template, language) => {
      const { subject, text, html } = renderMail(template, sampleValues(template, at), settings({ language }))
      expect(subject).toMatch(/^\P{Cc}{5,}$/u)
      expect(html).toContain(`<html lang="${language}" dir="ltr">`)
      expect(readable(html)).toEqual(text.trim().split(/\n+/).sort())
      // The code goes to an address that nobody has proven yet: whoever reads it there learns no name.
      expect(text.includes('Ada Lovelace')).toBe(template !== 'verificationCode')
      expect(text).toContain('help@harbor.example')
      expect(text).toContain('Harbor Ltd\n1 Quay')
      for (const to of links(html)) expect(to).toMatch(/^(http:\/\/localhost:3000\/[\w/-]+|cid:logo@twofold)$/)
      expect(links(html).filter((to) => to.startsWith('cid:'))).toHaveLength(1)
      expect(html).not.toMatch(/url\(|<script|<link|@import|<form|<iframe|\son\w+=/i)
      // A sheet, not a fixed width: it fits a telephone.
      expect(html).toContain('max-width:560px')
      expect(html).not.toMatch(/[^-]width:\d{3,}px/)
      expect(html).toContain('prefers-color-scheme:dark')
      expect([subject, text].join()).not.toMatch(/\{[a-z]|undefined|\[object/)
    },
  )

  it.each(mailTemplates)('%s in German says nothing in English', (template) => {
    const mail = renderMail(template, sampleValues(template, at), settings({ language: 'de' }))
    // Addresses of pages are the same in every language.
    const said = mail.text.replace(/https?:\S+/g, '')
    expect(said).not.toMatch(/\b(you|your|the|account|password)\b/i)
    expect(mail.subject).not.toMatch(/\b(you|your|the|from)\b/i)
  })

  it.each(mailTemplates)('%s: no HTML, no header and no link of a hostile name survives', (template) => {
    const sample = sampleValues(template, at)
    const values = 'code' in sample ? sample : { ...sample, method: hostile, account: hostile, reference: hostile }
    const own = { subject: '{organisation} {method} {account}', introduction: '{method} {account} {reference}' }
    const { subject, text, html } = renderMail(
      template,
      values as typeof sample,
      settings({ name: hostile, texts: { off: [], own: { [template]: { en: own } } } }),
    )
    expect(subject).not.toMatch(/\p{Cc}/u)
    expect(text).not.toMatch(/\r|\n\s*Bcc/)
    expect(html.match(/<img/g)).toHaveLength(1)
    for (const [tag] of html.matchAll(/<[^>]*>/g)) expect(tag).not.toMatch(/onerror|evil/)
    expect(links(html).join()).not.toContain('evil')
    // A name is no link, not even for programs that make links of whatever looks like one.
    expect(text).not.toContain('https://evil.example')
  })

  it('cuts a long name between two characters', () => {
    const name = `${'x'.repeat(99)}🔑🔑`
    const { text } = renderMail('methodAdded', { at: at.toISOString(), method: 'Phone' }, settings({ name }))
    expect(text).toContain(`${'x'.repeat(99)}🔑`)
    expect(text.isWellFormed()).toBe(true)
  })

  it('has the organisation’s own subject and first sentences in the reader’s language, and everything else besides', () => {
    const texts = {
      off: [],
      own: {
        methodAdded: {
          de: { subject: '{organisation}: {method}', introduction: 'Neu:\n{method} bei {organisation}.' },
          en: { subject: null, introduction: 'Mind <this> & that.' },
        },
      },
    }
    const values = { at: at.toISOString(), method: 'Phone', by: 'you' } as const
    const german = renderMail('methodAdded', values, settings({ language: 'de', texts }))
    expect(german.subject).toBe('Harbor: Telefon')
    expect(german.text).toContain('Neu:\nTelefon bei Harbor.')
    expect(german.text).toContain('Zu Ihrem Konto bei Harbor ist hinzugekommen: Telefon.')
    const english = renderMail('methodAdded', values, settings({ texts }))
    expect(english.subject).toBe('A sign-in method was added to your account')
    expect(english.html).toContain('Mind &lt;this&gt; &amp; that.')
    expect(english.text).toContain('contact your help desk at once')
  })

  it('leaves a name that somebody gave as it is, and says the product’s own words in the reader’s language', () => {
    const mail = (method: string) =>
      renderMail('methodRemoved', { at: at.toISOString(), method }, settings({ language: 'de' })).text
    expect(mail('Adas blauer Schlüssel')).toContain('Adas blauer Schlüssel')
    expect(mail('Authenticator app')).toContain('Authenticator-App')
    expect(mail('A set of recovery codes')).toContain('Wiederherstellungscodes')
  })

  it('that is a test says so first, in subject and text', () => {
    const { subject, text } = renderMail('passwordReset', { at: at.toISOString() }, settings({ isTest: true }))
    expect(subject).toBe('Test: Your password was reset')
    expect(text).toMatch(/^This is a test that an administrator sent to themselves\. Nothing happened\./)
  })

  it('a code greets by name only where the address is known to be theirs', () => {
    const text = (purpose: 'signIn' | 'register') =>
      renderMail('verificationCode', { ...code, purpose }, settings()).text
    expect(text('signIn')).toContain('Hello Ada Lovelace,')
    expect(text('register')).not.toContain('Ada')
  })

  it('a code stays away from the beginning, whatever comes before it', () => {
    for (const language of ['en', 'de'] as const) {
      const { subject, text } = renderMail('verificationCode', code, settings({ language, name: 'A' }))
      expect(subject).not.toContain(code.code)
      expect(text.slice(0, 120)).not.toContain(code.code)
    }
  })
})

/** The lines that somebody sees in the HTML part. */
function readable(html: string): readonly string[] {
  const body = html.slice(html.indexOf('<body'))
  return body
    .replace(/<br>|<\/(p|td|span)>/g, '\n')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .sort()
}
