import 'server-only'
import { type ProfileRefusal, refusalOfPasskey } from '@/lib/authentication-methods/passkey-profiles'
import { loadSubject } from '@/lib/directory/store'
import { modelViews } from '@/lib/fido-metadata/store'
import type { Tx } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import { flagsSql } from '@/lib/reports/flags-sql'
import { Prisma } from '@/prisma/client/client'
import type { Policies } from './store'

/**
 * The passkeys that work now and would not after a change. A person may keep another one, so the numbers about people do not
 * say this: a passkey in a drawer that no longer opens the door is found out when it is needed.
 */
type Change = { readonly before: Policies; readonly after: Policies; readonly now: Date }

export async function countStoppedPasskeys(
  tx: Tx,
  change: Change,
): Promise<{ readonly passkeys: number; readonly people: number }> {
  const [row] = await tx.$queryRaw<{ passkeys: number; people: number }[]>`
    SELECT count(*)::int AS passkeys, count(DISTINCT u.id)::int AS people ${await stopped(tx, change)}`
  return row ?? { passkeys: 0, people: 0 }
}

export type StoppedPasskey = {
  readonly id: string
  readonly userId: string
  readonly displayName: string
  readonly userPrincipalName: string
  readonly name: string | null
  /** What its model is called, as far as it is known. */
  readonly model: string | null
  readonly reason: ProfileRefusal
}

/** Which they are, by the name of their owner, from the one after `after` (a method's id) on. */
export async function findStoppedPasskeys(
  tx: Tx,
  change: Change,
  list: { readonly after: string | null; readonly size: number },
): Promise<{ readonly passkeys: readonly StoppedPasskey[]; readonly next: string | null }> {
  const start =
    list.after !== null && isUuid(list.after)
      ? Prisma.sql`AND (u.display_name, u.id, m.id) > (SELECT o.display_name, o.id, last.id
          FROM authentication_method last JOIN "user" o ON o.id = last.user_id WHERE last.id = ${list.after}::uuid)`
      : Prisma.empty
  const rows = await tx.$queryRaw<Row[]>`
    SELECT m.id::text, u.id::text AS "userId", u.display_name AS "displayName",
      u.user_principal_name AS "userPrincipalName", m.name, p.aaguid::text, p.backup_eligible AS "backupEligible",
      p.is_attested AS "isAttested" ${await stopped(tx, change)} ${start}
    ORDER BY u.display_name, u.id, m.id LIMIT ${list.size + 1}`
  const shown = rows.slice(0, list.size)
  const aaguids = shown.map(({ aaguid }) => aaguid)
  const models = await modelViews(tx, aaguids, change.now)
  const passkeys: StoppedPasskey[] = []
  for (const { aaguid, backupEligible, isAttested, ...row } of shown) {
    const subject = await loadSubject(tx, row.userId)
    const facts = { aaguid, backupEligible, isAttested }
    const reason = subject && refusalOfPasskey(change.after.methods, subject, facts, 'signIn')
    passkeys.push({ ...row, model: models.get(aaguid)?.name ?? null, reason: reason ?? 'no_profile' })
  }
  return { passkeys, next: rows.length > list.size ? (shown.at(-1)?.id ?? null) : null }
}

type Row = Omit<StoppedPasskey, 'model' | 'reason'> & {
  readonly aaguid: string
  readonly backupEligible: boolean
  readonly isAttested: boolean
}

/** `FROM` and `WHERE` over passkeys `p`, their rows `m` and their owners `u`. */
async function stopped(tx: Tx, { before, after, now }: Change): Promise<Prisma.Sql> {
  const was = await flagsSql(tx, before, now)
  const is = await flagsSql(tx, after, now)
  return Prisma.sql`FROM passkey p JOIN authentication_method m ON m.id = p.method_id JOIN "user" u ON u.id = m.user_id
    CROSS JOIN LATERAL (SELECT ${was.methodColumns}) was CROSS JOIN LATERAL (SELECT ${is.methodColumns}) becomes
    WHERE u.account_enabled AND was.is_usable AND ${was.isTargeted('passkey')}
      AND NOT (becomes.is_usable AND ${is.isTargeted('passkey')})`
}
