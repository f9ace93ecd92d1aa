import 'server-only'
import type { MailLocale } from '@/lib/i18n'
import { brandingFrom, type MailBranding, mailBrandingSchema } from '@/lib/notifications/branding'
import { mailSettingsFor } from '@/lib/notifications/mail-settings'
import type { Mail, MailTemplate } from '@/lib/notifications/model'
import { sampleValues } from '@/lib/notifications/samples'
import { renderMail } from '@/lib/notifications/templates'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { type MailTextInput, mailTextsWith } from '@/lib/policy-changes/mail'
import type { SignedInVisit } from '@/lib/request/desk'
import { readProposal } from '../proposal'
import { textChangeSchema } from './fields'

/** What a preview adds to what is saved; it comes from an address, so what would be refused when saved is left out. */
export type Change = { readonly branding?: unknown; readonly texts?: unknown }

/** One mail to the administrator who looks, with invented facts, as it is saved or as it would be after the change. */
export async function shownMail(
  { subject, at }: Pick<SignedInVisit, 'subject' | 'at'>,
  template: MailTemplate,
  language: MailLocale | undefined,
  change: Change,
): Promise<Mail & { readonly language: MailLocale }> {
  const branding = proposedBranding(change.branding)
  const settings = await mailSettingsFor(db(), subject.id, language ?? branding?.language)
  const input = proposedTexts(change.texts)
  const asked = input && mailTextsWith(settings.texts, template, input)
  const mail = renderMail(template, sampleValues(template, at), {
    ...settings,
    branding: branding ?? settings.branding,
    texts: asked?.ok ? asked.value : settings.texts,
  })
  return { ...mail, language: settings.language }
}

export function proposedBranding(text: unknown): MailBranding | null {
  const read = readProposal(mailBrandingSchema, text)
  if (!read) return null
  const input = { ...read, supportContact: read.supportContact ?? '', footer: read.footer ?? '' }
  const judged = brandingFrom(input, env().PUBLIC_ORIGIN)
  return judged.ok ? judged.value : null
}

export function proposedTexts(text: unknown): MailTextInput | null {
  return readProposal(textChangeSchema, text)
}
