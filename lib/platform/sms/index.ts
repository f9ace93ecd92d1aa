import 'server-only'
import { type Env, env } from '../env'
import type { SmsProviderName } from '../env-sms'
import { gatewayProvider } from './gateway'
import type { SmsProvider, SmsReceipt } from './provider'
import { smppProvider } from './smpp'
import { twilioProvider } from './twilio'

export type { SmsHandOver, SmsMessage, SmsProvider, SmsReceipt } from './provider'
export { receiptUrl } from './receipt-url'

/** The providers of `SMS_PROVIDERS`, in their order. Nothing is connected before the first message or `keep`. */
export function smsProviders(onReceipt: (receipt: SmsReceipt) => Promise<void>): readonly SmsProvider[] {
  return env().SMS_PROVIDERS.map((name) => makers[name](env(), onReceipt))
}

type Receive = Parameters<typeof smsProviders>[0]
const makers: Readonly<Record<SmsProviderName, (settings: Env, onReceipt: Receive) => SmsProvider>> = {
  twilio: (settings) =>
    twilioProvider({
      apiUrl: settings.TWILIO_API_URL,
      accountSid: settings.TWILIO_ACCOUNT_SID ?? '',
      authToken: settings.TWILIO_AUTH_TOKEN ?? '',
      from: settings.TWILIO_FROM ?? '',
    }),
  smpp: (settings, onReceipt) => smppProvider(smppSettings(settings), onReceipt),
  http: (settings) =>
    gatewayProvider({
      url: settings.SMS_GATEWAY_URL ?? '',
      template: settings.SMS_GATEWAY_TEMPLATE,
      token: settings.SMS_GATEWAY_TOKEN,
    }),
}

const defaultPorts = { 'smpp:': 2775, 'ssmpp:': 3550 }

function smppSettings(settings: Env): Parameters<typeof smppProvider>[0] {
  const url = new URL(settings.SMPP_URL ?? '')
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || defaultPorts[url.protocol === 'ssmpp:' ? 'ssmpp:' : 'smpp:'],
    isSecure: url.protocol === 'ssmpp:',
    systemId: decodeURIComponent(url.username),
    password: settings.SMPP_PASSWORD ?? '',
    systemType: settings.SMPP_SYSTEM_TYPE,
    from: settings.SMPP_FROM ?? '',
    bind: settings.SMPP_BIND,
    encoding: settings.SMPP_ENCODING,
  }
}
