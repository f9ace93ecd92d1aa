import 'server-only'
import { duration, formatDate, t } from '@/lib/i18n'
import { env } from '@/lib/platform/env'
import { roughPlace } from './mask'
import type { CodeValues, Mail, MailTemplate, NoticeTemplate, NoticeValues, Template, TemplateValues } from './model'

/**
 * The mail of a template. The code never stands in the subject nor within the first lines, which lock screens show;
 * links lead to a page of ours and carry nothing. The HTML part loads nothing and says what the text says.
 *
 * @see SEC-063, SEC-072, SEC-221
 */
export function renderMail<Name extends MailTemplate>(template: Name, values: TemplateValues[Name]): Mail {
  return isCode(template, values) ? codeMail(values) : noticeMail(template as NoticeTemplate, values as NoticeValues)
}

/**
 * The text message of a code. Its last line binds the code to this site, so that browsers fill it in nowhere else.
 *
 * @see SEC-072, https://wicg.github.io/sms-one-time-codes/
 */
export function renderSms(values: CodeValues): string {
  const service = plain(env().ORGANISATION_NAME)
  const host = new URL(env().PUBLIC_ORIGIN).hostname
  const text = t(`notifications.verificationCode.sms.${values.purpose}`, { service, code: values.code })
  return `${text}\n\n@${host} #${values.code}`
}

function isCode(template: Template, values: TemplateValues[Template]): values is CodeValues {
  return template === 'verificationCode' && 'code' in values
}

function codeMail(values: CodeValues): Mail {
  const service = plain(env().ORGANISATION_NAME)
  return toMail(t('notifications.verificationCode.subject'), [
    { text: t(`notifications.verificationCode.lead.${values.purpose}`, { service }) },
    { text: t('notifications.verificationCode.code', { code: values.code }), isStrong: true },
    { text: t('notifications.verificationCode.validity', { lifetime: duration(values.lifetimeSeconds) }) },
    { text: t('notifications.verificationCode.notYou') },
    { text: t('notifications.footer', { service }), isQuiet: true },
  ])
}

function noticeMail(template: NoticeTemplate, values: NoticeValues): Mail {
  const service = plain(env().ORGANISATION_NAME)
  const method = values.method === undefined ? t('notifications.notice.someMethod') : plain(values.method)
  const network = roughPlace(values.clientAddress)
  const facts = [
    t('notifications.notice.when', { at: formatDate(new Date(values.at)) }),
    ...(network === null ? [] : [t('notifications.notice.where', { place: network })]),
    ...(values.by === undefined ? [] : [t(`notifications.notice.by.${values.by}`, { service })]),
  ]
  const isAboutOthers = isForOthers(template)
  const place = isAboutOthers ? placesForOthers[template] : 'security-info'
  const link = `${env().PUBLIC_ORIGIN}/${place}`
  return toMail(t(`notifications.${template}.subject`), [
    {
      text: t(`notifications.${template}.what`, {
        ...{ service, method, left: values.left ?? 0 },
        account: plain(values.account ?? ''),
        reference: plain(values.reference ?? ''),
      }),
    },
    { text: facts.join('\n') },
    { text: t(isAboutOthers ? `notifications.${template}.next` : 'notifications.notice.notYou', { link }) },
    { text: t('notifications.footer', { service }), isQuiet: true },
  ])
}

/** What a notice is about that concerns the organisation, and not the account of who reads it. */
/** Notices that are not about the reader's own account lead into the admin area. */
const placesForOthers = {
  textMessagesStopped: 'admin/message-delivery',
  breakGlassSignedIn: 'admin/sign-in-log',
  administratorPasswordReset: 'admin/users',
  helpAsked: 'admin/users',
} as const

function isForOthers(template: NoticeTemplate): template is keyof typeof placesForOthers {
  return template in placesForOthers
}

type Paragraph = { readonly text: string; readonly isStrong?: boolean; readonly isQuiet?: boolean }

function toMail(subject: string, paragraphs: readonly Paragraph[]): Mail {
  const service = plain(env().ORGANISATION_NAME)
  const text = `${[...paragraphs.map((one) => one.text), service].join('\n\n')}\n`
  const body = paragraphs.map(({ text: words, isStrong, isQuiet }) => {
    const style = isStrong
      ? 'font-size:20px;font-weight:600;margin:24px 0'
      : isQuiet
        ? 'font-size:13px;opacity:.75;margin:24px 0 0'
        : 'margin:0 0 16px'
    return `<p style="${style}">${escapeHtml(words).replaceAll('\n', '<br>')}</p>`
  })
  const html = [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">',
    `<title>${escapeHtml(subject)}</title></head>`,
    '<body style="font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;max-width:560px;margin:24px auto;padding:0 16px">',
    `<p style="font-weight:600;margin:0 0 24px">${escapeHtml(service)}</p>`,
    ...body,
    '</body></html>\n',
  ].join('\n')
  return { subject, text, html }
}

/** One line without controls, at most 100 characters: what somebody typed cannot look like another message. */
export function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, 100)
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
