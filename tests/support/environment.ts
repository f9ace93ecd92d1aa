// Settings for a test process, so that any file may call `env()`. The database is named by tests/support/database.ts.
import { createHash } from 'node:crypto'

const key = (name: string) => createHash('sha256').update(`test key ${name}`).digest('base64')

/** Keys that are the same in every test process; never used by anything that serves people. */
export const testKeys = {
  ENCRYPTION_KEY: key('encryption'),
  PASSWORD_PEPPER: key('pepper'),
  CODE_KEY: key('code'),
  FORM_KEY: key('form'),
  AUDIT_KEY: key('audit'),
}

const settings: Record<string, string> = {
  ...testKeys,
  TWOFOLD_TEST: '1',
  DATABASE_URL: 'postgresql://nobody:none@127.0.0.1:1/no_database_in_this_suite',
  PUBLIC_ORIGIN: 'http://localhost:3000',
  ORGANISATION_NAME: 'Harbor',
  MAIL_FROM: 'Twofold <no-reply@harbor.example>',
  SMTP_URL: 'smtp://127.0.0.1:1',
  SMS_GATEWAY_URL: 'http://127.0.0.1:1/messages',
  TWILIO_API_URL: 'http://127.0.0.1:1',
  // The account is for calls here.
  SMS_PROVIDERS: 'http',
  TWILIO_ACCOUNT_SID: 'ACtesting',
  TWILIO_AUTH_TOKEN: 'the-test-telephone-token',
  TWILIO_FROM: '+441632960000',
  SMS_COUNTRIES: 'DE,GB,US',
  LOG_LEVEL: 'error',
}
for (const [name, value] of Object.entries(settings)) process.env[name] ??= value
