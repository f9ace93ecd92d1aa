import 'server-only'
import { type MailLocale, mailLocales } from '@/lib/i18n'
import { type BrandingInput, brandingFrom } from '@/lib/notifications/branding'
import { readLogo } from '@/lib/notifications/logo'
import {
  describeLogo,
  findLogo,
  readMailBranding,
  readMailTexts,
  saveMailBranding,
  saveMailTexts,
  storeLogo,
} from '@/lib/notifications/mail-settings'
import type { MailFailureCode, MailTemplate } from '@/lib/notifications/model'
import { queueMail, wakeOutbox } from '@/lib/notifications/outbox'
import { isSwitchable, ownTextFrom, withOwnText, withSwitch } from '@/lib/notifications/own-texts'
import { isPlainAddress } from '@/lib/notifications/recipients'
import { sampleValues } from '@/lib/notifications/samples'
import { env } from '@/lib/platform/env'
import { fail, ok, type Result } from '@/lib/result'
import type { Asking } from '@/lib/security-info/change'
import { save } from './commands'

/**
 * What the organisation decides about its mails: how they look, what they say besides, which notices it does not send. Each
 * command asks for the right in its own transaction and records what was before and after.
 */
export type MailSaved = Result<undefined, MailFailureCode | 'policyChanges.changed_meanwhile' | 'directory.forbidden'>

const branding = { activity: 'mailBrandingUpdated', right: 'mailSettings.update' } as const
const texts = { activity: 'mailTextsUpdated', right: 'mailSettings.update' } as const

export function updateMailBranding(asking: Asking, input: BrandingInput, version: number): Promise<MailSaved> {
  return save(asking, branding, async ({ tx, at, log }) => {
    const after = brandingFrom(input, env().PUBLIC_ORIGIN)
    if (!after.ok) return after
    const stored = await readMailBranding(tx)
    if (stored.version !== version || !(await saveMailBranding(tx, after.value, version, at))) return changed()
    await log({ id: 'mailBranding', name: 'mailBranding' }, stored.document, after.value)
    return ok()
  })
}

/** The bytes of a file, or null to take the logo away. */
export function updateMailLogo(asking: Asking, bytes: Uint8Array | null): Promise<MailSaved> {
  return save(asking, branding, async ({ tx, at, log }) => {
    const after = bytes === null ? ok(null) : readLogo(bytes)
    if (!after.ok) return after
    const before = await findLogo(tx)
    await storeLogo(tx, after.value, at)
    await log({ id: 'mailLogo', name: 'mailLogo' }, describeLogo(before), describeLogo(after.value))
    return ok()
  })
}

export type MailTextInput = {
  readonly isOn: boolean
  readonly texts: Readonly<Record<MailLocale, { readonly subject: string; readonly introduction: string }>>
}

/** The texts of one mail in all languages, and whether it is sent. Fields are named `subject-de`, `introduction-de`. */
export function updateMailText(
  asking: Asking,
  template: MailTemplate,
  input: MailTextInput,
  version: number,
): Promise<MailSaved> {
  return save(asking, texts, async ({ tx, at, log }) => {
    const stored = await readMailTexts(tx)
    if (stored.version !== version) return changed()
    const after = mailTextsWith(stored.document, template, input)
    if (!after.ok) return after
    if (!(await saveMailTexts(tx, after.value, version, at))) return changed()
    const of = (document: typeof after.value) => ({
      isSent: !document.off.some((off) => off === template),
      texts: document.own[template] ?? {},
    })
    await log({ id: 'mailTexts', name: template }, of(stored.document), of(after.value))
    return ok()
  })
}

/** The whole document with what was filled in for one mail; also what a preview shows before anything is saved. */
export function mailTextsWith(
  document: Parameters<typeof withOwnText>[0],
  template: MailTemplate,
  { isOn, texts: given }: MailTextInput,
): Result<typeof document, MailFailureCode> {
  if (!isOn && !isSwitchable(template)) return fail('invalid', 'mail.not_switchable', { field: 'isOn' })
  let after = isSwitchable(template) ? withSwitch(document, template, isOn) : document
  for (const language of mailLocales) {
    const text = ownTextFrom(template, given[language], env().PUBLIC_ORIGIN)
    if (!text.ok) return { ok: false, failure: { ...text.failure, field: `${text.failure.field}-${language}` } }
    after = withOwnText(after, template, language, text.value)
  }
  return ok(after)
}

/**
 * Sends one mail as it is saved now to whoever asks, and to nobody else, with invented facts. It says that it is a test. It
 * goes the way of every notice, so what becomes of it shows in the outbox.
 */
export async function sendTestMail(asking: Asking, template: MailTemplate, language: MailLocale): Promise<MailSaved> {
  const kind = { activity: 'testMailSent', right: 'mailSettings.update' } as const
  const sent = await save(asking, kind, async ({ tx, at, log }) => {
    const userId = 'id' in asking.actor ? asking.actor.id : null
    const user = userId === null ? null : await tx.user.findUnique({ where: { id: userId } })
    const to = [user?.mail, user?.userPrincipalName].find((one) => one && isPlainAddress(one))
    if (!user || !to) return fail('refused', 'mail.no_address')
    const values = sampleValues(template, at)
    await queueMail(tx, { userId: user.id, to, template, values, lane: 'notification', test: language })
    await log({ id: template, name: template }, null, { language })
    return ok()
  })
  if (sent.ok) wakeOutbox()
  return sent
}

function changed() {
  return fail('refused', 'policyChanges.changed_meanwhile')
}
