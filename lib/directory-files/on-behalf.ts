import 'server-only'
import { record } from '@/lib/audit/record'
import type { Subject } from '@/lib/directory/model'
import { may } from '@/lib/directory/rights'
import { loadSubject } from '@/lib/directory/store'
import type { Tx } from '@/lib/platform/db'
import type { GroupsByName } from './memberships'
import { type Counts, rightOf } from './model'
import { countDone, type HeldImport, markEnded } from './store/imports'
import { forgetLines, refuseRest } from './store/lines'

/** Whoever uploaded or confirmed a file, as they stand now; null when they may no longer do that. */
export async function actorOf(tx: Tx, held: HeldImport): Promise<Subject | null> {
  const { actor } = held.asking
  const subject = 'id' in actor ? await loadSubject(tx, actor.id) : null
  return subject && may(subject, rightOf(held.kind)) ? subject : null
}

/** Ends a file because nobody stands behind it any more. What was carried out stays. */
export async function endAsStopped(tx: Tx, held: HeldImport, at: Date): Promise<false> {
  await refuseRest(tx, held.id, 'not_allowed')
  await end(tx, held, 'stopped', at)
  return false
}

/** Ends a file, tells the trail, and forgets what its lines said. */
export async function end(tx: Tx, held: HeldImport, state: 'done' | 'stopped', at: Date): Promise<Counts> {
  const done = await countDone(tx, held.id)
  await markEnded(tx, held, state, done, at)
  await forgetLines(tx, held.id)
  await record(tx, {
    ...{ activity: 'directoryFileImported', at, ...held.asking },
    ...(state === 'done' ? { outcome: 'success', reason: 'finished' } : { outcome: 'failure', reason: 'not_allowed' }),
    target: { kind: 'directoryImport', id: held.id, name: held.fileName },
    after: { kind: held.kind, ...done },
  })
  return done
}

/** Names of groups by id, for the trail. */
export function groupNamesOf(groups: GroupsByName): ReadonlyMap<string, string> {
  return new Map([...groups.values()].flat().map(({ id, displayName }) => [id, displayName]))
}
