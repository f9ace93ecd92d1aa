import 'server-only'
import type { Tx } from '@/lib/platform/db'

/**
 * How many Temporary Access Passes can still open an account, now or from their start on. The same passes that the
 * registrations list finds by its method filter, so that the number and the list behind it agree.
 */
export async function countOpenPasses(tx: Tx, now: Date): Promise<number> {
  const [row] = await tx.$queryRaw<{ count: number }[]>`
    SELECT count(*)::int AS "count" FROM temporary_access_pass pass
      JOIN authentication_method m ON m.id = pass.method_id JOIN "user" u ON u.id = m.user_id
    WHERE u.account_enabled AND pass.expires_at > ${now}::timestamptz
      AND NOT (pass.is_usable_once AND pass.used_at IS NOT NULL)`
  return row?.count ?? 0
}
