import type { Tx } from '@/lib/platform/db'

/**
 * Does `work`, asks whether some administrator can still come in, and takes it back where none could: false then. Handed
 * down by whoever starts a run, because this room does not know what the policies ask.
 *
 * @see SEC-253
 */
export type KeepsAWayIn = (tx: Tx, at: Date, work: () => Promise<void>) => Promise<boolean>

/** What a run keeps to: it ends when it is asked to stop (`check` throws), and shuts nobody out who is needed. */
export type Within = { readonly check: () => void; readonly keepsAWayIn: KeepsAWayIn }

/** Does all of `steps` that leave a way in, in their order; answers those that were not done. */
export async function doGuarded<Step>(
  tx: Tx,
  at: Date,
  steps: readonly Step[],
  keepsAWayIn: KeepsAWayIn,
  work: (steps: readonly Step[]) => Promise<void>,
): Promise<ReadonlySet<Step>> {
  if (steps.length === 0) return new Set()
  // Mostly nothing is wrong with any of them, and asking takes as long for one as for all.
  if (await keepsAWayIn(tx, at, () => work(steps))) return new Set()
  if (steps.length === 1) return new Set(steps)
  const refused = new Set<Step>()
  for (const step of steps) if (!(await keepsAWayIn(tx, at, () => work([step])))) refused.add(step)
  return refused
}
