import 'server-only'
import type { Tx } from '@/lib/platform/db'
import type { LockRule } from '@/lib/throttle/model'
import { defaultPasswordProtection, type PasswordProtection, passwordProtectionSchema } from './policy-model'

/** The organisation's decisions about passwords. A row that does not fit its schema throws: a rule must not be guessed. */
const name = 'passwordProtection'

export async function loadPasswordProtection(tx: Tx): Promise<PasswordProtection> {
  return (await readPasswordProtection(tx)).document
}

/** With the version, for a form that saves what it showed. Version 0: nothing was decided yet, the default applies. */
export async function readPasswordProtection(
  tx: Tx,
): Promise<{ readonly document: PasswordProtection; readonly version: number }> {
  const [row] = await tx.$queryRaw<{ document: string; version: number }[]>`
    SELECT document::text, version FROM tenant_policy WHERE name = ${name}`
  if (row === undefined) return { document: defaultPasswordProtection, version: 0 }
  if (lastRead?.text !== row.document)
    lastRead = { text: row.document, document: passwordProtectionSchema.parse(JSON.parse(row.document)) }
  return { document: lastRead.document, version: row.version }
}

/** The same text is the same document: a thousand words are not read again for every sign-in. */
let lastRead: { readonly text: string; readonly document: PasswordProtection } | null = null

/** Writes the whole document; false when `expectedVersion` is no longer the version stored. */
export async function savePasswordProtection(
  tx: Tx,
  document: PasswordProtection,
  expectedVersion: number,
  modifiedAt: Date,
): Promise<boolean> {
  const checked = passwordProtectionSchema.parse(document)
  if (expectedVersion === 0) {
    const data = [{ name, document: checked, modifiedAt }]
    return (await tx.tenantPolicy.createMany({ data, skipDuplicates: true })).count === 1
  }
  const changed = await tx.tenantPolicy.updateMany({
    where: { name, version: expectedVersion },
    data: { document: checked, modifiedAt, version: { increment: 1 } },
  })
  return changed.count === 1
}

/** How wrong passwords are counted, by what the organisation has decided. */
export async function lockRule(tx: Tx): Promise<LockRule> {
  const { lockoutThreshold, lockoutSeconds } = await loadPasswordProtection(tx)
  return { threshold: lockoutThreshold, firstLockSeconds: lockoutSeconds }
}
