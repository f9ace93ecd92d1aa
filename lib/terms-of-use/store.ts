import 'server-only'
import { limits } from '@/lib/limits'
import type { Tx } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import { Prisma } from '@/prisma/client/client'
import {
  type Acceptance,
  languageTextsSchema,
  type TermsForPerson,
  type TermsInput,
  type TermsOfUse,
  type TermsText,
} from './model'

/** Rows of terms, their texts, and who accepted them. */

/** All of them, those still asked for first, each part oldest first. */
export async function listTerms(tx: Tx): Promise<readonly TermsOfUse[]> {
  const rows = await tx.termsOfUse.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
  return [...rows.filter(({ retiredAt }) => !retiredAt), ...rows.filter(({ retiredAt }) => retiredAt)]
}

/** Those that policies may ask for. */
export async function listLiveTerms(tx: Tx): Promise<readonly TermsOfUse[]> {
  return tx.termsOfUse.findMany({ where: { retiredAt: null }, orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
}

export async function findTerms(tx: Tx, id: string): Promise<TermsOfUse | null> {
  return isUuid(id) ? tx.termsOfUse.findUnique({ where: { id } }) : null
}

/** A text in all its languages; null when there is no such text. */
export async function findText(tx: Tx, termsId: string, version: number): Promise<TermsText | null> {
  const row = await tx.termsOfUseText.findUnique({ where: { termsId_version: { termsId, version } } })
  return row && { languages: languageTextsSchema.parse(row.languages), createdAt: row.createdAt }
}

/** Every text there was, newest first, with the languages it had. Changes are few, and the newest are what matters. */
export async function listTexts(
  tx: Tx,
  termsId: string,
): Promise<readonly { readonly version: number; readonly languages: readonly string[]; readonly createdAt: Date }[]> {
  const rows = await tx.termsOfUseText.findMany({
    where: { termsId },
    orderBy: { version: 'desc' },
    take: limits.termsOfUse.versionsShownMax,
  })
  return rows.map(({ version, languages, createdAt }) => ({
    ...{ version, createdAt },
    languages: languageTextsSchema.parse(languages).map(({ language }) => language),
  }))
}

export async function insertTerms(tx: Tx, input: TermsInput, createdAt: Date): Promise<TermsOfUse> {
  const { languages, ...columns } = input
  const texts = { create: { version: 1, languages, createdAt } }
  return tx.termsOfUse.create({ data: { ...columns, createdAt, texts } })
}

/** `isNewText`: the text is the next one; then acceptances from `acceptedFromVersion` on count. */
export async function replaceTerms(
  tx: Tx,
  before: TermsOfUse,
  input: TermsInput,
  change: { readonly isNewText: boolean; readonly at: Date },
): Promise<TermsOfUse> {
  const { languages, ...columns } = input
  const textVersion = change.isNewText ? before.textVersion + 1 : before.textVersion
  const asksAgain = change.isNewText && input.asksAgainOnChange
  const acceptedFromVersion = asksAgain ? textVersion : before.acceptedFromVersion
  if (change.isNewText) {
    await tx.termsOfUseText.create({
      data: { termsId: before.id, version: textVersion, languages, createdAt: change.at },
    })
  }
  const data = { ...columns, textVersion, acceptedFromVersion, modifiedAt: change.at, version: { increment: 1 } }
  return tx.termsOfUse.update({ where: { id: before.id }, data })
}

export async function markTermsRetired(tx: Tx, id: string, retiredAt: Date): Promise<void> {
  await tx.termsOfUse.update({ where: { id }, data: { retiredAt, version: { increment: 1 } } })
}

/** What the person whose row is `person` has to do with the terms in force, for the one statement of the facts. */
export const termsOfPerson = Prisma.sql`
  SELECT jsonb_agg(jsonb_build_object('id', terms.id, 'acceptedFromVersion', terms.accepted_from_version,
    'asksAgainDays', terms.asks_again_days, 'textVersion', newest.text_version, 'acceptedAt', newest.accepted_at) ORDER BY terms.id)
  FROM terms_of_use AS terms LEFT JOIN LATERAL (
    SELECT text_version, accepted_at FROM terms_of_use_acceptance AS acceptance
    WHERE acceptance.user_id = person.id AND acceptance.terms_id = terms.id
    ORDER BY accepted_at DESC, acceptance.id DESC LIMIT 1) AS newest ON true
  WHERE terms.retired_at IS NULL`

export type TermsJson =
  | readonly {
      readonly id: string
      readonly acceptedFromVersion: number
      readonly asksAgainDays: number | null
      readonly textVersion: number | null
      readonly acceptedAt: string | null
    }[]
  | null

export function termsFrom(json: TermsJson): readonly TermsForPerson[] {
  return (json ?? []).map(({ textVersion, acceptedAt, ...terms }) => ({
    ...terms,
    accepted: textVersion === null || acceptedAt === null ? null : { textVersion, at: new Date(acceptedAt) },
  }))
}

export async function insertAcceptance(
  tx: Tx,
  acceptance: Omit<Acceptance, 'id'> & { readonly userId: string },
): Promise<void> {
  await tx.termsOfUseAcceptance.create({ data: acceptance })
}

export type OwnAcceptance = Acceptance & { readonly displayName: string; readonly isRetired: boolean }

/** What this person has accepted, newest first: of each terms the newest few are of use, so it is bounded. */
export async function listOwnAcceptances(tx: Tx, userId: string, take: number): Promise<readonly OwnAcceptance[]> {
  const rows = await tx.termsOfUseAcceptance.findMany({
    where: { userId },
    orderBy: [{ acceptedAt: 'desc' }, { id: 'desc' }],
    take,
    include: { terms: { select: { displayName: true, retiredAt: true } } },
  })
  return rows.map(({ terms, userId: _userId, ...row }) => ({
    ...row,
    displayName: terms.displayName,
    isRetired: terms.retiredAt !== null,
  }))
}

export async function findOwnAcceptance(tx: Tx, userId: string, id: string): Promise<OwnAcceptance | null> {
  if (!isUuid(id)) return null
  const row = await tx.termsOfUseAcceptance.findFirst({
    where: { id, userId },
    include: { terms: { select: { displayName: true, retiredAt: true } } },
  })
  if (!row) return null
  const { terms, userId: _userId, ...acceptance } = row
  return { ...acceptance, displayName: terms.displayName, isRetired: terms.retiredAt !== null }
}

export type AcceptanceRow = Acceptance & { readonly displayName: string; readonly userPrincipalName: string }

/** Who accepted these terms, newest first, from after the acceptance `after` on. An id that is none begins anew. */
export async function listAcceptances(
  tx: Tx,
  termsId: string,
  page: { readonly after?: string; readonly take: number },
): Promise<readonly AcceptanceRow[]> {
  const after = page.after && isUuid(page.after) ? page.after : null
  const last = after && (await tx.termsOfUseAcceptance.findFirst({ where: { id: after, termsId } }))
  const rows = await tx.termsOfUseAcceptance.findMany({
    where: {
      termsId,
      ...(last
        ? { OR: [{ acceptedAt: { lt: last.acceptedAt } }, { acceptedAt: last.acceptedAt, id: { lt: last.id } }] }
        : {}),
    },
    orderBy: [{ acceptedAt: 'desc' }, { id: 'desc' }],
    take: page.take,
    include: { user: { select: { displayName: true, userPrincipalName: true } } },
  })
  return rows.map(({ user, userId: _userId, ...row }) => ({ ...row, ...user }))
}

/** How many people have accepted each terms at some time, by its id. */
export async function countPeopleByTerms(tx: Tx): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.$queryRaw<{ id: string; count: number }[]>`
    SELECT terms_id::text AS id, count(DISTINCT user_id)::int AS count FROM terms_of_use_acceptance GROUP BY terms_id`
  return new Map(rows.map(({ id, count }) => [id, count]))
}
