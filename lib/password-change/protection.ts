import 'server-only'
import type { AuditActor, AuditOrigin } from '@/lib/audit/model'
import { record, recordAlone } from '@/lib/audit/record'
import { may } from '@/lib/directory/rights'
import { loadSubject } from '@/lib/directory/store'
import type { PasswordProtection } from '@/lib/password/policy-model'
import { readPasswordProtection, savePasswordProtection } from '@/lib/password/store'
import { now } from '@/lib/platform/clock'
import { type Tx, transaction } from '@/lib/platform/db'
import { fail, ok, type Result } from '@/lib/result'

/** What a change of the rules concerns: nobody's password stops working, so these are the next ones. */
export type ProtectionReach = {
  /** People with an enabled account. */
  readonly people: number
  /** Of them, who have a password, so the rules hold at their next change. */
  readonly withPassword: number
  /** Of them, who must set a new one now, in place of a temporary one. */
  readonly temporary: number
}

export async function reachOfProtection(tx: Tx): Promise<ProtectionReach> {
  const [row] = await tx.$queryRaw<ProtectionReach[]>`
    SELECT count(*)::int AS people, count(password_hash)::int AS "withPassword",
      count(*) FILTER (WHERE temporary_password_ends_at IS NOT NULL)::int AS temporary
    FROM "user" WHERE account_enabled`
  return row ?? { people: 0, withPassword: 0, temporary: 0 }
}

/**
 * Replaces the organisation's rules for passwords under the version that was shown. They count at once. Failures:
 * `policyChanges.changed_meanwhile`, `directory.forbidden`.
 */
export async function updatePasswordProtection(
  { actor, origin }: { readonly actor: AuditActor; readonly origin: AuditOrigin },
  after: PasswordProtection,
  version: number,
): Promise<Result<undefined, 'policyChanges.changed_meanwhile' | 'directory.forbidden'>> {
  const at = now()
  const event = { activity: 'passwordProtectionChanged', at, actor, origin } as const
  const target = { kind: 'policy', id: 'passwordProtection' } as const
  const result = await transaction<Awaited<ReturnType<typeof updatePasswordProtection>>>(async (tx) => {
    const subject = 'id' in actor ? await loadSubject(tx, actor.id) : null
    if (!subject || !may(subject, 'passwordProtection.update')) return fail('refused', 'directory.forbidden')
    const before = (await readPasswordProtection(tx)).document
    if (!(await savePasswordProtection(tx, after, version, at)))
      return fail('refused', 'policyChanges.changed_meanwhile')
    const [was, is] = recorded(before, after)
    await record(tx, { ...event, outcome: 'success', target, before: was, after: is })
    return ok()
  })
  if (!result.ok) await recordAlone({ ...event, outcome: 'failure', reason: result.failure.code, target })
  return result
}

/** Of a thousand words the event names those that went and came, and at most so many of each. */
const wordsNamedMax = 100

function recorded(before: PasswordProtection, after: PasswordProtection): readonly [unknown, unknown] {
  const only = (one: PasswordProtection, other: PasswordProtection) => {
    const there = new Set(other.blockedWords)
    return one.blockedWords.filter((word) => !there.has(word)).slice(0, wordsNamedMax)
  }
  const part = ({ blockedWords, ...rest }: PasswordProtection, words: readonly string[]) => ({
    ...rest,
    blockedWordsCount: blockedWords.length,
    blockedWordsOnlyHere: words,
  })
  return [part(before, only(before, after)), part(after, only(after, before))]
}
