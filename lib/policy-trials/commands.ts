import 'server-only'
import type { AuditActor, AuditOrigin } from '@/lib/audit/model'
import { record, recordAlone } from '@/lib/audit/record'
import { policyBody } from '@/lib/conditional-access/body'
import type { ConditionalAccessFailureCode } from '@/lib/conditional-access/model'
import { readPolicy } from '@/lib/conditional-access/read-policy'
import { findPolicy } from '@/lib/conditional-access/store'
import { may, type Right } from '@/lib/directory/rights'
import { loadSubject } from '@/lib/directory/store'
import { now } from '@/lib/platform/clock'
import { isUniqueViolation, type Tx, transaction } from '@/lib/platform/db'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import type { PolicyTrialsFailureCode } from './model'
import { endTrial, findTrial, insertTrial, runningTrialOf } from './store/trials'

export type Asking = { readonly actor: AuditActor; readonly origin: AuditOrigin }
type Started = Result<{ readonly trialId: string }, PolicyTrialsFailureCode | ConditionalAccessFailureCode>

/** What to try: a policy as it is stored, whatever its state, or a draft in the place of one (or of none). */
export type TrialInput =
  | { readonly policyId: string; readonly draft?: undefined }
  | { readonly policyId: string | null; readonly draft: unknown }

/**
 * Has a policy tried on everybody; a job does the work. Trying what is stored is reading it; a draft is for those who
 * could save it. Fails as `readPolicy` does (the draft is read as one that is on), and with `not_allowed`, `not_found`
 * and `already_running`, whose detail `trialId` names the one under way.
 */
export async function startTrial({ actor, origin }: Asking, input: TrialInput): Promise<Started> {
  const at = now()
  const right: Right = input.draft === undefined ? 'conditionalAccess.read' : 'conditionalAccess.update'
  const event = { activity: 'policyTried', at, actor, origin } as const
  const started = await startedAlone(() =>
    transaction(async (tx): Promise<Started> => {
      const subject = 'id' in actor ? await loadSubject(tx, actor.id) : null
      if (!subject || !may(subject, right)) return fail('refused', 'policy_trials.not_allowed')
      const stored = input.policyId === null ? null : await findPolicy(tx, input.policyId)
      if (input.policyId !== null && !stored) return fail('refused', 'policy_trials.not_found')
      const candidate = input.draft === undefined ? ok(stored?.body ?? {}) : readDraft(input.draft)
      if (!candidate.ok) return candidate
      const running = await runningTrialOf(tx, subject.id)
      if (running !== null) return alreadyRunning(running)
      const displayName = String(candidate.value.displayName ?? '')
      const policyId = stored?.id ?? null
      const trial = { createdById: subject.id, createdAt: at, policyId, displayName, candidate: candidate.value }
      const trialId = await insertTrial(tx, trial)
      const target = { kind: 'policy', id: policyId ?? trialId, name: displayName } as const
      await record(tx, { ...event, outcome: 'success', target, after: candidate.value })
      return ok({ trialId })
    }),
  )
  if (!started.ok && started.failure.kind === 'refused')
    await recordAlone({ ...event, outcome: 'failure', reason: started.failure.code })
  return started
}

/** Two requests in the same moment both find nothing under way; the database lets one of them through. */
async function startedAlone(start: () => Promise<Started>): Promise<Started> {
  try {
    return await start()
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    return alreadyRunning(null)
  }
}

function alreadyRunning(trialId: string | null): Fail<PolicyTrialsFailureCode> {
  return fail('refused', 'policy_trials.already_running', { details: { trialId } })
}

/** The draft's own state is kept for whoever goes on editing; whether it is complete is asked of it as switched on. */
function readDraft(draft: unknown): Result<Readonly<Record<string, unknown>>, ConditionalAccessFailureCode> {
  const state = typeof draft === 'object' && draft !== null && 'state' in draft ? draft.state : undefined
  const read = readPolicy(typeof draft === 'object' && draft !== null ? { ...draft, state: 'enabled' } : draft)
  if (!read.ok) return read
  const isKnown = state === 'disabled' || state === 'enabledForReportingButNotEnforced'
  return ok(policyBody(isKnown ? { ...read.value, state } : read.value))
}

/** Ends a trial that the asker began and no longer wants. Fails with `not_found`. */
export async function stopTrial(
  { actor }: Asking,
  trialId: string,
): Promise<Result<undefined, PolicyTrialsFailureCode>> {
  return transaction(async (tx: Tx) => {
    const trial = await findTrial(tx, trialId)
    if (!trial || !('id' in actor) || trial.createdById !== actor.id) return fail('refused', 'policy_trials.not_found')
    await endTrial(tx, trial.id, 'stopped', null, now())
    return ok()
  })
}
