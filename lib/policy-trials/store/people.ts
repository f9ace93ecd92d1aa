import 'server-only'
import { errorNumbers } from '@/lib/conditional-access/decision'
import { limits } from '@/lib/limits'
import { secondsFrom } from '@/lib/platform/clock'
import type { Tx } from '@/lib/platform/db'
import { errorCodes } from '@/lib/sign-in/model'
import type { PastRequests } from '../requests'

/** Everybody with an enabled account, in the order of names, and where they signed in from lately. */

export type NextPerson = { readonly id: string; readonly name: string }

/** The people after the given one; an empty list is the end. */
export async function nextPeople(
  tx: Tx,
  after: { readonly name: string; readonly id: string } | null,
  take: number,
): Promise<readonly NextPerson[]> {
  if (after === null) {
    return tx.$queryRaw<NextPerson[]>`
      SELECT id::text, display_name AS name FROM "user" WHERE account_enabled ORDER BY display_name, id LIMIT ${take}`
  }
  return tx.$queryRaw<NextPerson[]>`
    SELECT id::text, display_name AS name FROM "user"
    WHERE account_enabled AND (display_name, id) > (${after.name}, ${after.id}::uuid)
    ORDER BY display_name, id LIMIT ${take}`
}

/**
 * Endings of a request whose first factor was right. What anybody can bring about by knowing a name is not among them: a
 * wrong password says nothing about where its owner is.
 */
const ownEndings: readonly number[] = [
  errorCodes.success,
  errorCodes.passwordChangeRequired,
  errorCodes.mfaRequired,
  errorCodes.registrationRequired,
  ...new Set(Object.values(errorNumbers)),
]

/** A person who signs in from a new place every hour is not asked about from each of them. */
const kindsPerPersonMax = 2 * limits.policyTrial.placesPerPersonMax

/** The past sign-ins and registrations of these people, alike ones counted together; one sign-in counts once. */
export async function pastRequests(
  tx: Tx,
  userIds: readonly string[],
  at: Date,
): Promise<ReadonlyMap<string, readonly PastRequests[]>> {
  const since = secondsFrom(at, -limits.policyTrial.windowDays * 86_400).toISOString()
  const rows = await tx.$queryRaw<Row[]>`
    SELECT * FROM (
      SELECT *, row_number() OVER (PARTITION BY "userId" ORDER BY "lastAt" DESC) AS place FROM (
        SELECT user_id::text AS "userId", client_address AS address, user_agent AS "userAgent", target,
          (array_agg(authentication_details -> 0 ->> 'mode' ORDER BY at DESC)
            FILTER (WHERE authentication_details -> 0 ->> 'mode' IS NOT NULL))[1] AS mode,
          count(DISTINCT correlation_id)::int AS count, max(at) AS "lastAt"
        FROM sign_in_log
        WHERE user_id = ANY(${userIds}::uuid[]) AND at > ${since}::timestamptz AND at <= ${at.toISOString()}::timestamptz
          AND error_code = ANY(${ownEndings}::int[])
        GROUP BY user_id, client_address, user_agent, target
      ) kinds
    ) newest WHERE place <= ${kindsPerPersonMax}`
  const byPerson = new Map<string, PastRequests[]>()
  for (const { userId, lastAt, address, userAgent, target, mode, count } of rows) {
    const own = byPerson.get(userId) ?? []
    own.push({ address, userAgent, target, mode, count, lastAt: lastAt.getTime() })
    byPerson.set(userId, own)
  }
  return byPerson
}

type Row = Omit<PastRequests, 'lastAt'> & { readonly userId: string; readonly lastAt: Date }
