import 'server-only'
import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { type MailLocale, mailLocaleOf } from '@/lib/i18n'
import type { Tx } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import type { Prisma } from '@/prisma/client/client'
import { defaultMailBranding, type MailBranding, mailBrandingSchema } from './branding'
import { logoMediaTypes, type MailLogo } from './model'
import { defaultMailTexts, type MailTexts, mailTextsSchema } from './own-texts'
import type { MailSettings } from './templates'

/**
 * How the organisation's mails look and what it says in them, as rows: two documents beside the other decisions of the
 * organisation, and a picture. Version 0 of a document: nothing was decided yet.
 */
type Versioned<Document> = { readonly document: Document; readonly version: number }

export function readMailBranding(tx: Tx): Promise<Versioned<MailBranding>> {
  return read(tx, 'mailBranding', mailBrandingSchema, defaultMailBranding)
}

export function readMailTexts(tx: Tx): Promise<Versioned<MailTexts>> {
  return read(tx, 'mailTexts', mailTextsSchema, defaultMailTexts)
}

/** Writes the whole document; false when `expectedVersion` is no longer the version stored. */
export function saveMailBranding(tx: Tx, document: MailBranding, expectedVersion: number, at: Date): Promise<boolean> {
  return save(tx, 'mailBranding', mailBrandingSchema.parse(document), expectedVersion, at)
}

/** Writes the whole document; false when `expectedVersion` is no longer the version stored. */
export function saveMailTexts(tx: Tx, document: MailTexts, expectedVersion: number, at: Date): Promise<boolean> {
  return save(tx, 'mailTexts', mailTextsSchema.parse(document), expectedVersion, at)
}

export async function findLogo(tx: Tx): Promise<MailLogo | null> {
  const row = await tx.mailLogo.findUnique({ where: { id: 'logo' } })
  const mediaType = logoMediaTypes.find((known) => known === row?.mediaType)
  return row && mediaType ? { mediaType, width: row.width, height: row.height, bytes: row.bytes } : null
}

/** Puts the logo in place of the one before; null takes it away. */
export async function storeLogo(tx: Tx, logo: MailLogo | null, at: Date): Promise<void> {
  if (logo === null) {
    await tx.mailLogo.deleteMany({ where: { id: 'logo' } })
    return
  }
  const row = { ...logo, bytes: Uint8Array.from(logo.bytes), storedAt: at }
  await tx.mailLogo.upsert({ where: { id: 'logo' }, create: { id: 'logo', ...row }, update: row })
}

/** What the audit trail keeps of a picture: enough to tell two apart, and not the picture. */
export function describeLogo(logo: MailLogo | null) {
  if (logo === null) return null
  const { mediaType, width, height, bytes } = logo
  return { mediaType, width, height, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
}

/**
 * For one mail to `userId`: the language the person chose, else the one their directory names, else the organisation's; their
 * name; the branding as it is now. Mails written before a change look like those after it, because they are written when they leave.
 *
 * A document that cannot be read costs its own wishes and no mail.
 */
export async function mailSettingsFor(tx: Tx, userId: string | null, language?: MailLocale): Promise<MailSettings> {
  const [row] = await tx.$queryRaw<SettingsRow[]>`
    SELECT (SELECT document::text FROM tenant_policy WHERE name = 'mailBranding') AS branding,
      (SELECT document::text FROM tenant_policy WHERE name = 'mailTexts') AS texts,
      EXISTS (SELECT 1 FROM mail_logo) AS "hasLogo",
      (SELECT preferred_language FROM "user" WHERE id = ${userId}::uuid) AS "preferredLanguage",
      (SELECT directory_language FROM "user" WHERE id = ${userId}::uuid) AS "directoryLanguage",
      (SELECT display_name FROM "user" WHERE id = ${userId}::uuid) AS name`
  const branding = parsed(row?.branding, mailBrandingSchema, defaultMailBranding)
  return {
    language:
      language ?? mailLocaleOf(row?.preferredLanguage) ?? mailLocaleOf(row?.directoryLanguage) ?? branding.language,
    name: row?.name ?? null,
    branding,
    texts: parsed(row?.texts, mailTextsSchema, defaultMailTexts),
    logo: row?.hasLogo ? await findLogo(tx) : null,
  }
}

type SettingsRow = {
  readonly branding: string | null
  readonly texts: string | null
  readonly hasLogo: boolean
  readonly preferredLanguage: string | null
  readonly directoryLanguage: string | null
  readonly name: string | null
}

function parsed<Document>(text: string | null | undefined, schema: z.ZodType<Document>, absent: Document): Document {
  if (!text) return absent
  const found = schema.safeParse(JSON.parse(text))
  if (found.success) return found.data
  log.error('mail.settings_unreadable', { detail: found.error.issues[0]?.path.join('.') ?? '' })
  return absent
}

async function read<Document>(
  tx: Tx,
  name: 'mailBranding' | 'mailTexts',
  schema: z.ZodType<Document>,
  absent: Document,
): Promise<Versioned<Document>> {
  const row = await tx.tenantPolicy.findUnique({ where: { name } })
  return row === null
    ? { document: absent, version: 0 }
    : { document: schema.parse(row.document), version: row.version }
}

/** "Only if unchanged" is the row count of one statement, so of two administrators who save at once only one wins. */
async function save(
  tx: Tx,
  name: 'mailBranding' | 'mailTexts',
  document: Prisma.InputJsonObject,
  expectedVersion: number,
  modifiedAt: Date,
): Promise<boolean> {
  if (expectedVersion === 0) {
    const made = await tx.tenantPolicy.createMany({ data: [{ name, document, modifiedAt }], skipDuplicates: true })
    return made.count === 1
  }
  const changed = await tx.tenantPolicy.updateMany({
    where: { name, version: expectedVersion },
    data: { document, modifiedAt, version: { increment: 1 } },
  })
  return changed.count === 1
}
