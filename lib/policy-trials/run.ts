import 'server-only'
import type { StoredPolicy } from '@/lib/conditional-access/model'
import { type DecisionRows, loadDecisionRows, policySetFrom, readPolicySetStamp } from '@/lib/conditional-access/store'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { classifyDatabaseError, db, transaction } from '@/lib/platform/db'
import { log } from '@/lib/platform/log'
import { loadFactsOf, type PersonFacts } from '@/lib/sign-in/facts'
import { judge, type TrialSets } from './judge'
import type { PastRequests } from './requests'
import { type NextPerson, nextPeople, pastRequests } from './store/people'
import { insertResults, type NumberedVerdict, summarise } from './store/results'
import {
  beginTrial,
  type ClaimedTrial,
  claimTrial,
  endTrial,
  moveTrial,
  type Position,
  releaseTrial,
} from './store/trials'

/**
 * The job that tries policies on everybody.
 *
 * People are read in batches, and each batch moves the trial in the transaction that stores what was found: a process
 * that dies leaves whole batches behind, and the next one goes on from there. Everything rests on the policies as they
 * were when the trial began; a process that finds others ends it, because half of each would be true of nothing.
 */
export async function runTrials(
  isStopping: () => boolean = () => false,
  batchPeople: number = limits.policyTrial.batchPeople,
): Promise<void> {
  while (!isStopping()) {
    const trial = await claimTrial(db(), now())
    if (trial === null) return
    try {
      await runTrial(trial, isStopping, batchPeople)
    } catch (error) {
      // What the database could not answer now it will answer to whoever takes the trial next.
      if (classifyDatabaseError(error) !== 'bug') throw error
      log.error('policy_trial.failed', { error })
      await endTrial(db(), trial.id, 'failed', null, now())
    }
  }
}

async function runTrial(trial: ClaimedTrial, isStopping: () => boolean, batchPeople: number): Promise<void> {
  const policyStamp = await readPolicySetStamp(db())
  const begun = trial.begun ?? { askedAt: now(), policyStamp }
  if (begun.policyStamp !== policyStamp) {
    await endTrial(db(), trial.id, 'outdated', null, now())
    return
  }
  if (trial.begun === null && !(await beginTrial(db(), trial.id, begun))) return
  const sets = setsFor(trial, await loadDecisionRows(db()))
  let from = trial.position
  let ahead = readBatch(sets, from.after, begun.askedAt, batchPeople)
  while (!isStopping()) {
    const batch = await ahead
    const last = batch.people.at(-1)
    if (last === undefined) {
      await endTrial(db(), trial.id, 'done', await summarise(db(), trial.id), now())
      return
    }
    // The database reads the next people while these are judged. Whoever leaves early does not wait for the answer.
    ahead = readBatch(sets, last, begun.askedAt, batchPeople)
    ahead.catch(() => undefined)
    const results = await judgeAll(sets, batch, begun.askedAt, from.peopleConcerned)
    const to: Position = {
      peopleDone: from.peopleDone + batch.people.length,
      peopleConcerned: from.peopleConcerned + results.length,
      after: last,
    }
    const position = from
    const isOurs = await transaction(async (tx) => {
      // First of all, so that of two processes the slower one waits here and then leaves with nothing written.
      if (!(await moveTrial(tx, trial.id, position, to, now()))) return false
      await insertResults(tx, trial.id, results)
      return true
    })
    if (!isOurs) return
    from = to
  }
  await releaseTrial(db(), trial.id)
}

type Batch = {
  readonly people: readonly NextPerson[]
  readonly facts: ReadonlyMap<string, PersonFacts>
  readonly past: ReadonlyMap<string, readonly PastRequests[]>
}

/** The next people after this one, with all that is asked of them. */
async function readBatch(sets: TrialSets, after: Position['after'], at: Date, take: number): Promise<Batch> {
  const people = await nextPeople(db(), after, take)
  const ids = people.map(({ id }) => id)
  const facts = await loadFactsOf(db(), ids, sets.before)
  const past = await pastRequests(db(), ids, at)
  return { people, facts: new Map(facts.map((one) => [one.subject.id, one])), past }
}

/** The verdicts on these people, in their order. */
async function judgeAll(
  sets: TrialSets,
  { people, facts, past }: Batch,
  at: Date,
  positionBefore: number,
): Promise<NumberedVerdict[]> {
  const results: NumberedVerdict[] = []
  let rested = performance.now()
  for (const { id } of people) {
    const person = facts.get(id)
    const verdict = person ? judge(sets, person, past.get(id) ?? [], at) : null
    if (verdict !== null) results.push({ ...verdict, userId: id, position: positionBefore + results.length + 1 })
    if (performance.now() - rested < sliceMilliseconds) continue
    await new Promise((resolve) => setImmediate(resolve))
    rested = performance.now()
  }
  return results
}

/** Other requests of this process wait no longer than this for a trial. */
const sliceMilliseconds = 10

/** The policies as they are, and with the candidate in the place of what it would replace. */
function setsFor(trial: ClaimedTrial, rows: DecisionRows): TrialSets {
  const { displayName: _, description: __, state: ___, ...document } = trial.candidate
  const id = trial.policyId ?? trial.id
  const tried: StoredPolicy = { id, displayName: trial.displayName, state: 'enabled', version: 0, document }
  const others = rows.policies.filter((policy) => policy.id !== id)
  const after = policySetFrom({ ...rows, policies: [...others, tried] })
  const candidate = after.policies.find((policy) => policy.id === id)
  if (!candidate) throw new Error(`the policy of trial ${trial.id} is not among those it is tried with`)
  return { before: policySetFrom(rows), after, candidate }
}
