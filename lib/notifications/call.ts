import 'server-only'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { env } from '@/lib/platform/env'
import type { CodeValues, KeyCallValues } from './model'
import { plain } from './templates'

/**
 * What calls say, as TwiML. The words are spoken by a machine to somebody who has a telephone at the ear: short, the digits
 * one by one, everything twice.
 *
 * @see https://www.twilio.com/docs/voice/twiml
 */

/** What a call carries for the provider: its words, and where its end is told. */
export type SpokenCall = { readonly twiml: string; readonly endedUrl: string | null }

export function renderCall(values: CodeValues | KeyCallValues): SpokenCall {
  if ('code' in values) return { twiml: spokenCode(values), endedUrl: null }
  return { twiml: askedKey(values), endedUrl: callUrl(values, 'ended') }
}

/** Where the provider tells what became of a call. Its last part is the event, the one before a secret of this call. */
export function callUrl({ challengeId, secret }: KeyCallValues, event: 'key' | 'ended'): string {
  return `${env().PUBLIC_ORIGIN}/callbacks/twilio/calls/${challengeId}/${secret}/${event}`
}

/** What is said after a key, and then the call ends. */
export function renderKeyAnswer(answer: 'approved' | 'denied' | 'resetDenied' | 'tooLate'): string {
  return response(say(t(`notifications.call.${answer}`)), '<Hangup/>')
}

function spokenCode({ code, purpose }: CodeValues): string {
  const digits = [...code].join(', ')
  const service = plain(env().ORGANISATION_NAME)
  return response(
    pause,
    say(t(`notifications.call.code.${purpose}`, { service })),
    say(t('notifications.call.code.first', { digits })),
    pause,
    say(t('notifications.call.code.again', { digits })),
    say(t('notifications.call.code.notYou')),
  )
}

/**
 * # has to reach us like any other key, so none of them ends the waiting (`finishOnKey` is empty). Whoever is silent is asked
 * once more; then the call ends, which is no answer.
 */
function askedKey(values: KeyCallValues): string {
  const isReset = values.purpose === 'passwordReset'
  const service = plain(env().ORGANISATION_NAME)
  const action = escapeXml(callUrl(values, 'key'))
  const gather = (words: string) =>
    `<Gather input="dtmf" numDigits="1" finishOnKey="" timeout="${limits.call.keyWaitSeconds}" method="POST" action="${action}">${say(words)}</Gather>`
  return response(
    pause,
    gather(t(isReset ? 'notifications.call.key.askReset' : 'notifications.call.key.ask', { service })),
    gather(t(isReset ? 'notifications.call.key.againReset' : 'notifications.call.key.again')),
    say(t(isReset ? 'notifications.call.key.silentReset' : 'notifications.call.key.silent')),
  )
}

const pause = '<Pause length="1"/>'

function say(words: string): string {
  return `<Say language="en-GB">${escapeXml(words)}</Say>`
}

function response(...parts: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${parts.join('')}</Response>`
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;')
}
