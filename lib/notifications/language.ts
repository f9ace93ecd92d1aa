import 'server-only'
import type { AuditActor, AuditOrigin } from '@/lib/audit/model'
import { record } from '@/lib/audit/record'
import { type MailLocale, mailLocaleOf } from '@/lib/i18n'
import { type Tx, transaction } from '@/lib/platform/db'

/** The language of mails that a person chose, and the one their directory names; null where there is none that we write. */
export type MailLanguages = { readonly chosen: MailLocale | null; readonly ofDirectory: MailLocale | null }

export async function mailLanguagesOf(tx: Tx, userId: string): Promise<MailLanguages> {
  const [user] = await tx.$queryRaw<{ chosen: string | null; ofDirectory: string | null }[]>`
    SELECT preferred_language AS chosen, directory_language AS "ofDirectory" FROM "user" WHERE id = ${userId}::uuid`
  return { chosen: mailLocaleOf(user?.chosen), ofDirectory: mailLocaleOf(user?.ofDirectory) }
}

/** Sets the language of the person's own mails; null follows their directory, else the organisation. Choosing what stands already changes nothing. */
export async function chooseMailLanguage(
  asking: { readonly actor: AuditActor; readonly origin: AuditOrigin; readonly at: Date },
  userId: string,
  language: MailLocale | null,
): Promise<void> {
  const { actor, origin, at } = asking
  await transaction(async (tx) => {
    const [changed] = await tx.$queryRaw<{ before: string | null }[]>`
      UPDATE "user" SET preferred_language = ${language}, updated_at = ${at.toISOString()}::timestamptz
      FROM (SELECT id, preferred_language FROM "user" WHERE id = ${userId}::uuid FOR UPDATE) old
      WHERE "user".id = old.id AND old.preferred_language IS DISTINCT FROM ${language}
      RETURNING old.preferred_language AS before`
    if (changed === undefined) return
    await record(tx, {
      activity: 'userUpdated',
      at,
      outcome: 'success',
      reason: 'language of mails chosen',
      actor,
      origin,
      target: { kind: 'user', id: userId },
      before: { preferredLanguage: changed.before },
      after: { preferredLanguage: language },
    })
  })
}
