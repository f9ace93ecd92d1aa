import 'server-only'
import { t } from '@/lib/i18n'
import type { Tx } from '@/lib/platform/db'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import type { Administrator } from '../administrator'
import { listAdministrators } from '../administrator-store'
import { type ExamplePlace, examplePlacesOf } from '../compile'
import { type Entry, type Lockout, lockoutOf } from '../lockout'
import { type DecisionRows, loadDecisionRows, lockRoom, policySetFrom } from '../store'
import { confirmationMissing } from './change'

/**
 * Makes a change and takes it back when it would leave no Global Administrator a way into the admin area.
 *
 * The change is written first, and the decisions are asked about what is then stored: whatever is changed (a policy, a
 * location, a strength, the methods policy, a group, a role), the answer is the engine's own. Taken back means back to
 * the savepoint: the transaction goes on, and neither a row nor an event of the change is left. All such changes wait
 * for each other, so that two of which each is harmless alone are judged one after the other.
 *
 * `refuse` makes the refusal of what was found; null lets it be. A refusal of the work itself is handed on as it is. `objection` is said
 * when nothing worse was found: whoever answers one question must not have answered the other unread.
 *
 * @see SEC-015, SEC-201, `30` §11
 */
export async function keepingAWayIn<Value, Code extends string>(
  tx: Tx,
  at: Date,
  work: () => Promise<Result<Value, Code>>,
  refuse: (lockout: Lockout) => Fail<Code> | null,
  objection: Fail<Code> | null = null,
): Promise<Result<Value, Code>> {
  await lockRoom(tx)
  const before = await entryOf(tx, at)
  await tx.$executeRaw`SAVEPOINT lockout_guard`
  const result = await work()
  if (!result.ok) return result
  const lockout = await found(tx, at, before)
  const refusal = (lockout && refuse(lockout)) ?? objection
  if (refusal === null) return result
  await tx.$executeRaw`ROLLBACK TO SAVEPOINT lockout_guard`
  return refusal
}

/** For a policy: its author may do it all the same by typing its name. @see SEC-015 */
export function confirmable(displayName: string) {
  return (lockout: Lockout) =>
    confirmationMissing(lockout.concern, displayName, undefined, wordsOf(lockout)) ??
    fail('refused', 'conditionalAccess.no_administrator_left', { details: wordsOf(lockout) })
}

/** For everything that a policy only refers to: there is no reason to do it before the policies are changed. */
export function noneLeft(lockout: Lockout): Fail<'conditionalAccess.no_administrator_left'> {
  return fail('refused', 'conditionalAccess.no_administrator_left', { details: wordsOf(lockout) })
}

/**
 * Does `work` in the caller's transaction and answers whether it stands; false: it was taken back. For what nobody watches: that
 * the way in which is left is an unusual one stops nothing, or whoever left would stay because the others have not signed in lately.
 */
export async function keptAWayIn(tx: Tx, at: Date, work: () => Promise<void>): Promise<boolean> {
  const made = await keepingAWayIn<undefined, 'conditionalAccess.no_administrator_left'>(
    tx,
    at,
    async (): Promise<Result<undefined, 'conditionalAccess.no_administrator_left'>> => {
      await work()
      return ok()
    },
    (lockout) => (lockout.concern === 'shutsOutGlobalAdministrators' ? noneLeft(lockout) : null),
  )
  return made.ok
}

/** Who would stand outside and why, and who could still repair it, for the sentence of the refusal. */
export function wordsOf({ shutOut, repairers }: Lockout): { readonly who: string; readonly repairers: string } {
  const who = shutOut.map(({ administrator, policies }) =>
    policies.length > 0
      ? t('conditionalAccess.shutOut.byPolicies', { name: nameOf(administrator), policies: listOf(policies) })
      : t('conditionalAccess.shutOut.noMethod', { name: nameOf(administrator) }),
  )
  return {
    who: who.join('; '),
    repairers:
      repairers.length > 0 ? t('conditionalAccess.shutOut.repairers', { names: listOf(repairers.map(nameOf)) }) : '',
  }
}

function nameOf({ subject }: Administrator): string {
  return subject.displayName
}

function listOf(parts: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(parts)
}

type Known = Entry & { readonly rows: DecisionRows }

async function entryOf(tx: Tx, at: Date): Promise<Known> {
  const rows = await loadDecisionRows(tx)
  const administrators = await listAdministrators(tx, at)
  return { rows, administrators, set: policySetFrom(rows) }
}

async function found(tx: Tx, at: Date, before: Known): Promise<Lockout | null> {
  const after = await entryOf(tx, at)
  return lockoutOf(before, after, distinct([...placesOf(after.rows), ...placesOf(before.rows)]))
}

function placesOf({ locations, mfaTrustedRanges }: DecisionRows): readonly ExamplePlace[] {
  return examplePlacesOf(locations, mfaTrustedRanges)
}

function distinct(places: readonly ExamplePlace[]): readonly ExamplePlace[] {
  return [...new Map(places.map((place) => [`${place.address} ${place.country}`, place])).values()]
}
