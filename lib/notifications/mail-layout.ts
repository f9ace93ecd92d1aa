import { directionOf, type Locale, type MailLocale } from '@/lib/i18n/locale'
import { limits } from '@/lib/limits'
import { type MailBranding, onDark } from './branding'
import type { Mail, MailLogo } from './model'

/**
 * The two parts of a mail from one list of paragraphs, so that they say the same. The HTML part loads nothing: colours
 * stand in it, and the logo comes along. It reads on a telephone and in dark mode, and without any style at all.
 *
 * @see SEC-221, WCAG 2.2 §1.4.3
 */
export type Paragraph = {
  readonly text: string
  readonly kind?: 'code' | 'facts' | 'test'
  /** The one part of the text that becomes a link: an address of ours. */
  readonly link?: string
}

export type Look = {
  readonly language: MailLocale
  readonly service: string
  readonly branding: MailBranding
  readonly logo: MailLogo | null
  /** The last lines, quieter than the rest. */
  readonly closing: readonly string[]
}

/** What the HTML part calls the picture that comes along. */
export const logoContentId = 'logo@twofold'

export function layOut(subject: string, paragraphs: readonly Paragraph[], look: Look): Mail {
  return { subject, text: textPart(paragraphs, look), html: htmlPart(subject, paragraphs, look), logo: look.logo }
}

function textPart(paragraphs: readonly Paragraph[], { closing, service }: Look): string {
  return `${[...paragraphs.map(({ text }) => text), ...closing, service].join('\n\n')}\n`
}

/** Tables, because some mail programs lay out nothing else; what is narrower than the sheet gets its own width. */
function htmlPart(subject: string, paragraphs: readonly Paragraph[], look: Look): string {
  const { accent } = look.branding
  const table = '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"'
  return [
    `<!doctype html><html lang="${look.language}" dir="${directionOf(look.language as Locale)}"><head><meta charset="utf-8">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark">',
    `<title>${escapeHtml(subject)}</title>`,
    `<style>${darkStyle(accent)}</style></head>`,
    `<body class="page" style="margin:0;padding:0;background:#eef1f3">`,
    `${table} class="page" style="background:#eef1f3"><tr><td align="center" style="padding:24px 12px">`,
    `${table} class="sheet" style="max-width:560px;background:#ffffff;border-radius:10px;overflow:hidden;font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.5;text-align:start">`,
    `<tr><td style="background:${accent};color:#ffffff;padding:14px 24px">${head(look)}</td></tr>`,
    '<tr><td class="text" style="padding:24px;color:#1a2226;overflow-wrap:anywhere">',
    ...paragraphs.map((one) => paragraph(one, accent)),
    '</td></tr>',
    '<tr><td class="quiet" style="padding:0 24px 24px;color:#55636b;font-size:13px;overflow-wrap:anywhere">',
    ...look.closing.map((text) => `<p style="margin:0 0 8px">${lines(text)}</p>`),
    '</td></tr></table></td></tr></table></body></html>\n',
  ].join('\n')
}

/** The logo stands on white, whatever the colours around: most logos are drawn for it. The name beside it says what it is. */
function head({ logo, service }: Look): string {
  const name = `<span style="font-size:17px;font-weight:600;vertical-align:middle">${escapeHtml(service)}</span>`
  if (logo === null) return name
  const height = Math.min(logo.height, limits.mail.logoShownHeight)
  const width = Math.min(220, Math.max(1, Math.round((logo.width * height) / logo.height)))
  const picture = `<img src="cid:${logoContentId}" alt="" width="${width}" height="${height}" style="display:block;border:0;object-fit:contain">`
  return `<span style="display:inline-block;vertical-align:middle;background:#ffffff;border-radius:6px;padding:6px 8px;margin-inline-end:12px">${picture}</span>${name}`
}

function paragraph({ text, kind, link }: Paragraph, accent: string): string {
  const [before = '', ...after] = link === undefined ? [text] : text.split(link)
  const anchor = link && `<a class="link" href="${escapeHtml(link)}" style="color:${accent}">${escapeHtml(link)}</a>`
  const words = anchor && after.length > 0 ? `${lines(before)}${anchor}${lines(after.join(link))}` : lines(text)
  if (kind === 'code') return `<p style="font-size:24px;font-weight:600;letter-spacing:1px;margin:24px 0">${words}</p>`
  if (kind === 'facts')
    return `<p class="facts" style="margin:0 0 16px;padding:0 0 0 14px;border-inline-start:3px solid ${accent}">${words}</p>`
  if (kind === 'test')
    return `<p class="facts" style="margin:0 0 16px;padding:10px 14px;border:1px dashed ${accent};border-radius:6px">${words}</p>`
  return `<p style="margin:0 0 16px">${words}</p>`
}

function darkStyle(accent: string): string {
  const readable = onDark(accent)
  return [
    ':root{color-scheme:light dark}',
    '@media (prefers-color-scheme:dark){',
    '.page{background:#101317!important}.sheet{background:#1b1f24!important}',
    '.text{color:#e8ecef!important}.quiet{color:#b4bec5!important}',
    `.link{color:${readable}!important}.facts{border-color:${readable}!important}`,
    '}',
  ].join('')
}

function lines(text: string): string {
  return escapeHtml(text).replaceAll('\n', '<br>')
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
