import 'server-only'
import { z } from 'zod'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import { applications, mfaTrustedIpsId } from '@/lib/conditional-access/model'
import { listNamedLocations, listStrengths } from '@/lib/conditional-access/store'
import { directoryRoles } from '@/lib/directory/model'
import { groupNames, userNames } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { secondsFrom } from '@/lib/platform/clock'
import type { Tx } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { randomUUID } from '@/lib/platform/random'
import { isUuid } from '@/lib/platform/uuid'
import type { Prisma } from '@/prisma/client/client'
import {
  type Choices,
  fileTroubles,
  type Item,
  type ItemKind,
  type Reference,
  referenceKinds,
  type Unread,
  type Upload,
} from './model'
import type { Here } from './plan'
import { readJson } from './read-json'
import { referenceKey, referenceLists } from './references'
import { at } from './split'

/** Drafts of imports. Each ends by itself after a day; what is past its time is not there, whether it was purged or not. */

export type Draft = Upload & {
  readonly choices: Choices
  readonly unread: readonly Unread[]
  readonly incomplete: readonly string[]
}

/** Rows of one statement, so that none is too large to be sent in one breath. */
const rowsAtOnce = 25

export async function insertImport(
  tx: Tx,
  given: {
    readonly fileName: string
    readonly items: readonly Item[]
    readonly unread: readonly Unread[]
    readonly incomplete: readonly string[]
    readonly createdById: string
    readonly at: Date
  },
): Promise<string> {
  const id = randomUUID()
  const { fileName, items, unread, incomplete, createdById, at: createdAt } = given
  await tx.policyImport.create({
    data: {
      ...{ id, fileName, createdById, createdAt },
      expiresAt: secondsFrom(createdAt, limits.policyFiles.draftKeptHours * 3600),
      unread: { files: unread, incomplete } as unknown as Prisma.InputJsonObject,
    },
  })
  for (let from = 0; from < items.length; from += rowsAtOnce) {
    await tx.policyImportItem.createMany({
      data: items.slice(from, from + rowsAtOnce).map(({ number, fileName: file, kind, place, source }) => ({
        ...{ importId: id, number, fileName: file, kind, source },
        ...{ line: place.line, column: place.column },
      })),
    })
  }
  return id
}

const placeSchema = z.object({ line: z.number(), column: z.number() })
const unreadSchema = z.object({
  files: z
    .array(
      z.object({
        fileName: z.string(),
        trouble: z.enum(fileTroubles),
        place: placeSchema.nullable(),
        found: z.string().nullable(),
      }),
    )
    .default([]),
  incomplete: z.array(z.string()).default([]),
})
const choicesSchema = z.object({
  references: z
    .array(z.object({ kind: z.enum(referenceKinds), value: z.string(), to: z.string().nullable() }))
    .default([]),
  items: z
    .array(z.object({ number: z.number(), isTaken: z.boolean(), isReportOnly: z.boolean(), isTrusted: z.boolean() }))
    .default([]),
})

/** Null when there is none, also when its time is over. */
export async function findImport(tx: Tx, id: string, now: Date): Promise<Draft | null> {
  const row = isUuid(id) ? await tx.policyImport.findFirst({ where: { id, expiresAt: { gt: now } } }) : null
  if (!row) return null
  const { files, incomplete } = unreadSchema.parse(row.unread)
  return { ...uploadFrom(row), choices: choicesSchema.parse(row.choices), unread: files, incomplete }
}

/** The newest first, as many as may be open at a time. */
export async function listImports(tx: Tx, now: Date): Promise<readonly Upload[]> {
  const rows = await tx.policyImport.findMany({
    where: { expiresAt: { gt: now } },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limits.policyFiles.openDraftsMax,
  })
  return rows.map(uploadFrom)
}

export function countOpenImports(tx: Tx, now: Date): Promise<number> {
  return tx.policyImport.count({ where: { state: 'open', expiresAt: { gt: now } } })
}

export async function loadItems(tx: Tx, importId: string): Promise<readonly Item[]> {
  const rows = await tx.policyImportItem.findMany({ where: { importId }, orderBy: { number: 'asc' } })
  return rows.map(({ number, fileName, kind, line, column, source }) => ({
    ...{ number, fileName, source, kind: kind as ItemKind, place: { line, column } },
  }))
}

/** Keeps what was chosen, if nobody chose meanwhile. */
export async function writeChoices(tx: Tx, id: string, version: number, choices: Choices): Promise<boolean> {
  const { count } = await tx.policyImport.updateMany({
    where: { id, version, state: 'open' },
    data: { choices: choices as unknown as Prisma.InputJsonObject, version: { increment: 1 } },
  })
  return count === 1
}

/** Closes the draft, once: of two who import it, one finds it closed. Its items are no longer needed. */
export async function markImported(tx: Tx, id: string, version: number, importedAt: Date): Promise<boolean> {
  const { count } = await tx.policyImport.updateMany({
    where: { id, version, state: 'open' },
    data: { state: 'imported', importedAt, version: { increment: 1 } },
  })
  if (count === 1) await tx.policyImportItem.deleteMany({ where: { importId: id } })
  return count === 1
}

export async function deleteImport(tx: Tx, id: string): Promise<boolean> {
  const { count } = await tx.policyImport.deleteMany({ where: { id, state: 'open' } })
  return count === 1
}

/** Removes drafts whose time is over, with their items. Answers how many. */
export function purgeImports(tx: Tx, now: string, limit: number): Promise<number> {
  return tx.$executeRaw`
    DELETE FROM policy_import WHERE id IN (
      SELECT id FROM policy_import WHERE expires_at <= ${now}::timestamptz LIMIT ${limit} FOR UPDATE SKIP LOCKED)`
}

/** Which of the things that these items name, and of those that were chosen for them, exist here; and what is stored. */
export async function loadHere(tx: Tx, items: readonly Item[], choices: Choices): Promise<Here> {
  const chosen = choices.references.flatMap(({ kind, to }) => (to === null ? [] : [{ kind, value: to }]))
  const named = [...items.flatMap(referencesIn), ...chosen]
  const idsOf = (kind: Reference['kind']) => [
    ...new Set(named.flatMap((each) => (each.kind === kind ? [each.value.trim().toLowerCase()] : []))),
  ]
  const people = await userNames(tx, idsOf('user'))
  const groups = await groupNames(tx, idsOf('group'))
  const locations = await listNamedLocations(tx)
  const custom = await listStrengths(tx)
  const keys = (kind: Reference['kind'], ids: Iterable<string>) => [...ids].map((id) => referenceKey(kind, id))
  return {
    known: new Set([
      ...keys('user', people.keys()),
      ...keys('group', groups.keys()),
      ...keys('role', Object.values(directoryRoles)),
      ...keys('application', Object.values(applications)),
      ...keys('location', [mfaTrustedIpsId, ...locations.map(({ id }) => id)]),
      ...keys(
        'strength',
        [...builtInStrengths, ...custom].map(({ id }) => id),
      ),
    ]),
    policies: await tx.conditionalAccessPolicy.findMany({
      where: { deletedAt: null },
      select: { id: true, displayName: true },
    }),
    locations: locations.map((location) => {
      const { id, version: _version, createdAt: _createdAt, modifiedAt: _modifiedAt, ...document } = location
      return { id, displayName: location.displayName, document }
    }),
    strengths: [...builtInStrengths, ...custom].map(({ id, displayName, allowedCombinations, policyType }) => ({
      ...{ id, displayName, allowedCombinations, isCustom: policyType === 'custom' },
    })),
    trustedProxies: env().TRUSTED_PROXIES,
  }
}

function referencesIn({ kind, source }: Item): readonly Reference[] {
  const read = kind === 'policy' ? readJson(source) : null
  if (!read || !('value' in read)) return []
  return referenceLists.flatMap(({ path, kind: named }) => {
    const list = at(read.value, path)
    const texts = Array.isArray(list) ? list.filter((value) => typeof value === 'string') : []
    return texts.map((value) => ({ kind: named, value }))
  })
}

/** Groups of exactly this name, a few at most: more than one means that a name does not say which. */
export async function groupsNamed(tx: Tx, name: string): Promise<readonly string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM "group" WHERE lower(display_name) = lower(${name}) ORDER BY id LIMIT 2`
  return rows.map(({ id }) => id)
}

/** The person with this complete user name. */
export async function personNamed(tx: Tx, userPrincipalName: string): Promise<string | null> {
  const row = await tx.user.findUnique({
    where: { userPrincipalName: userPrincipalName.toLowerCase() },
    select: { id: true },
  })
  return row?.id ?? null
}

/** Ids of all named locations; each is loaded by itself when its turn comes, because they can be large. */
export async function namedLocationIds(tx: Tx): Promise<readonly string[]> {
  const rows = await tx.namedLocation.findMany({
    where: { deletedAt: null },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    select: { id: true },
  })
  return rows.map(({ id }) => id)
}

function uploadFrom(row: Prisma.PolicyImportGetPayload<object>): Upload {
  const { id, fileName, version, createdAt, expiresAt, importedAt } = row
  return { id, fileName, state: row.state === 'open' ? 'open' : 'imported', version, createdAt, expiresAt, importedAt }
}
