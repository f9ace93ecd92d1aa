import type { CodeValues, MailTemplate, NoticeValues, TemplateValues } from './model'

/** What a mail says when nothing has happened: for the preview and for a test. The code opens nothing. */
export function sampleValues(template: MailTemplate, at: Date): TemplateValues[MailTemplate] {
  return template === 'verificationCode' ? sampleCode : sampleNotice(template, at)
}

const sampleCode: CodeValues = { code: '123456', purpose: 'register', lifetimeSeconds: 300 }

function sampleNotice(template: Exclude<MailTemplate, 'verificationCode'>, at: Date): NoticeValues {
  const common = { at: at.toISOString(), clientAddress: '203.0.113.24' }
  switch (template) {
    case 'textMessagesStopped':
      return { at: common.at, method: '+44740065…' }
    case 'breakGlassSignedIn':
      return { ...common, method: 'emergency@example.org' }
    case 'administratorPasswordReset':
      return { ...common, account: 'administrator@example.org' }
    case 'helpAsked':
      return { ...common, account: 'somebody@example.org', reference: 'K7Q2M9XD4T' }
    case 'passCreated':
    case 'perUserMfaOn':
    case 'perUserMfaOff':
    case 'temporaryPasswordIssued':
      return { at: common.at, by: 'administrator' }
    case 'reregistrationRequired':
      return { at: common.at, by: 'administrator', methods: ['Authenticator app', 'Phone'] }
    case 'passStopped':
      return { at: common.at }
    case 'passwordReset':
    case 'accountUnlocked':
    case 'signInAfterFailures':
    case 'passUsed':
      return common
    case 'recoveryCodeUsed':
      return { ...common, left: 2 }
    case 'passkeySuspect':
      return { ...common, method: 'Passkey' }
    default:
      return { ...common, method: 'Authenticator app', by: 'you', left: 2 }
  }
}
