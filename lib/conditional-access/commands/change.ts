import 'server-only'
import type { Activity, AuditActor, AuditEvent, AuditOrigin } from '@/lib/audit/model'
import { record, recordAlone } from '@/lib/audit/record'
import type { Subject } from '@/lib/directory/model'
import { may, type Right } from '@/lib/directory/rights'
import { loadSubject } from '@/lib/directory/store'
import { now } from '@/lib/platform/clock'
import { type Tx, transaction } from '@/lib/platform/db'
import { type Fail, type FailureDetails, fail, type Result } from '@/lib/result'
import type { TermsFailureCode } from '@/lib/terms-of-use/model'
import type { ConditionalAccessFailureCode } from '../model'
import { forgetCachedPolicySet, lockRoom } from '../store'

/** Who asks, and from where; the front desk fills it in. */
export type Asking = { readonly actor: AuditActor; readonly origin: AuditOrigin }

export type Refusal = Fail<ConditionalAccessFailureCode>
/** Of what is changed here; the texts of terms have refusals of their own room. */
type ChangeFailureCode = ConditionalAccessFailureCode | TermsFailureCode

type Kind = {
  readonly activity: Activity
  readonly right: Right
  readonly target: 'policy' | 'namedLocation' | 'strength' | 'termsOfUse' | 'tenant'
  /** The id of what is to change; absent when it is being made. */
  readonly id?: string
}

export type Change = {
  readonly tx: Tx
  readonly at: Date
  /** The administrator, with the roles held at this moment. */
  readonly subject: Subject
  /** Records the change in its transaction, with Graph's JSON before and after. */
  readonly log: (
    thing: { readonly id: string; readonly displayName: string },
    before: unknown,
    after: unknown,
  ) => Promise<void>
}

/**
 * The frame of every change in this room: one transaction, one change at a time, the administrator's rights as they
 * are now. A refusal is recorded on its own; malformed input is not, it changes nothing and says nothing.
 */
export async function change<Value, Code extends ChangeFailureCode = ConditionalAccessFailureCode>(
  asking: Asking,
  kind: Kind,
  work: (change: Change) => Promise<Result<Value, Code | ConditionalAccessFailureCode>>,
): Promise<Result<Value, Code | ConditionalAccessFailureCode>> {
  const { actor, origin } = asking
  const at = now()
  const event = { activity: kind.activity, at, actor, origin } as const
  const result = await transaction(async (tx): Promise<Result<Value, Code | ConditionalAccessFailureCode>> => {
    await lockRoom(tx)
    const subject = 'id' in actor ? await loadSubject(tx, actor.id) : null
    if (!subject || !may(subject, kind.right)) return fail('refused', 'conditionalAccess.not_allowed')
    const log: Change['log'] = ({ id, displayName }, before, after) =>
      record(tx, { ...event, outcome: 'success', target: { kind: kind.target, id, name: displayName }, before, after })
    return work({ tx, at, subject, log })
  })
  if (result.ok) forgetCachedPolicySet()
  else if (result.failure.kind === 'refused') await recordAlone(refusalEvent(event, kind, result.failure.code))
  return result
}

function refusalEvent(event: Omit<AuditEvent, 'outcome'>, kind: Kind, reason: string): AuditEvent {
  const target = kind.id === undefined ? {} : { target: { kind: kind.target, id: kind.id } }
  return { ...event, outcome: 'failure', reason, ...target }
}

/**
 * Null when the person typed the name of the thing, as asked; else why they are asked. The sentence is chosen by
 * `details.concern`.
 */
export function confirmationMissing(
  concern: string | undefined,
  displayName: string,
  confirmation: string | undefined,
  more: FailureDetails = {},
): Refusal | null {
  if (concern === undefined || isConfirmed(displayName, confirmation)) return null
  const details = { ...more, concern, expected: displayName }
  return fail('refused', 'conditionalAccess.confirmation_needed', { field: 'confirmation', details })
}

export function isConfirmed(displayName: string, confirmation: string | undefined): boolean {
  return confirmation?.trim() === displayName
}

/** Fails when somebody else has changed the thing since it was shown. */
export function changedMeanwhile(stored: number, shown: number | undefined): Refusal | null {
  return shown === undefined || shown === stored ? null : fail('refused', 'conditionalAccess.changed_meanwhile')
}
