import 'server-only'
import type { Tx } from '@/lib/platform/db'
import type { HistoryChange } from './history'
import type { PasswordReset } from './model'

/** Where the password of the account lives; null for a name that nobody has. */
export type HistoryHome = {
  readonly kind: 'local' | 'directory' | 'readOnlyDirectory'
  readonly directoryName: string | null
}

/**
 * Adds a step to the line of a reset. What was done stays done; a refusal is only undone by success, so that what really
 * stood in the way is not hidden by what somebody tried afterwards. A name that nobody has is not kept: it may be a
 * password, typed into the wrong field.
 */
export async function keepHistory(
  tx: Tx,
  reset: Pick<PasswordReset, 'id' | 'reference' | 'startedAt' | 'expiresAt' | 'userId' | 'purpose'>,
  about: {
    readonly at: Date
    readonly userPrincipalName: string | null
    readonly clientAddress: string | null
    readonly home: HistoryHome | null
  },
  change: HistoryChange,
): Promise<void> {
  const { id, reference, userId } = reset
  const [startedAt, endsAt, at] = [reset.startedAt, reset.expiresAt, about.at].map((time) => time.toISOString())
  const ways = (way: string | undefined) => (way === undefined ? [] : [way])
  await tx.$executeRaw`
    INSERT INTO password_reset_event AS kept (id, reference, started_at, changed_at, ends_at, user_id, user_principal_name,
      client_address, purpose, outcome, reason, proven_ways, failed_ways, home, directory_name, is_help_asked)
    VALUES (${id}::uuid, ${reference}, ${startedAt}::timestamptz, ${at}::timestamptz, ${endsAt}::timestamptz,
      ${userId}::uuid, ${about.userPrincipalName}, ${about.clientAddress}, ${change.purpose ?? reset.purpose},
      ${change.outcome ?? 'open'}, ${change.reason ?? null}, ${ways(change.provenWay)}::text[],
      ${ways(change.failedWay)}::text[], ${about.home?.kind ?? null}, ${about.home?.directoryName ?? null},
      ${change.isHelpAsked ?? false})
    ON CONFLICT (id) DO UPDATE SET changed_at = excluded.changed_at, ends_at = excluded.ends_at,
      client_address = coalesce(excluded.client_address, kept.client_address),
      purpose = coalesce(excluded.purpose, kept.purpose),
      outcome = CASE WHEN excluded.outcome = 'open' OR kept.outcome = 'done'
        OR (kept.outcome = 'refused' AND excluded.outcome <> 'done') THEN kept.outcome ELSE excluded.outcome END,
      reason = CASE WHEN kept.outcome IN ('done', 'refused') THEN kept.reason
        ELSE coalesce(excluded.reason, kept.reason) END,
      proven_ways = kept.proven_ways || excluded.proven_ways, failed_ways = kept.failed_ways || excluded.failed_ways,
      home = coalesce(excluded.home, kept.home),
      directory_name = coalesce(excluded.directory_name, kept.directory_name),
      is_help_asked = kept.is_help_asked OR excluded.is_help_asked`
}
