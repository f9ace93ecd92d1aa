import 'server-only'
import type { Activity, AuditActor, AuditEvent, AuditOrigin } from '@/lib/audit/model'
import { record, recordAlone } from '@/lib/audit/record'
import type { Subject } from '@/lib/directory/model'
import { may, type Right } from '@/lib/directory/rights'
import { loadSubject } from '@/lib/directory/store'
import { now } from '@/lib/platform/clock'
import { type Tx, transaction } from '@/lib/platform/db'
import { type Fail, type FailureDetails, fail, type Result } from '@/lib/result'
import type { ConditionalAccessFailureCode } from '../model'
import { forgetCachedPolicySet, lockRoom } from '../store'

/** Who asks, and from where; the front desk fills it in. */
export type Asking = { readonly actor: AuditActor; readonly origin: AuditOrigin }

export type Refusal = Fail<ConditionalAccessFailureCode>

type Logged = {
  readonly activity: Activity
  readonly target: 'policy' | 'namedLocation' | 'strength' | 'termsOfUse' | 'tenant' | 'policyImport'
}

export type Kind = Logged & {
  readonly right: Right
  /** The id of what is to change; absent when it is being made. */
  readonly id?: string
  /** How long it may take, where that is more than the default. */
  readonly milliseconds?: number
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
  /** The same change, as part of which something of another kind is recorded. */
  readonly as: (logged: Logged) => Change
}

/**
 * The frame of every change in this room: one transaction, one change at a time, the administrator's rights as they
 * are now. A refusal is recorded on its own; malformed input is not, it changes nothing and says nothing.
 */
export async function change<Value, Code extends string = ConditionalAccessFailureCode>(
  asking: Asking,
  kind: Kind,
  work: (change: Change) => Promise<Result<Value, Code>>,
): Promise<Result<Value, Code | 'conditionalAccess.not_allowed'>> {
  const { actor, origin } = asking
  const at = now()
  const event = { activity: kind.activity, at, actor, origin } as const
  const result = await transaction(async (tx): Promise<Result<Value, Code | 'conditionalAccess.not_allowed'>> => {
    await lockRoom(tx)
    const subject = 'id' in actor ? await loadSubject(tx, actor.id) : null
    if (!subject || !may(subject, kind.right)) return fail('refused', 'conditionalAccess.not_allowed')
    const as: Change['as'] = ({ activity, target }) => ({
      tx,
      at,
      subject,
      as,
      log: ({ id, displayName }, before, after) => {
        const what = { kind: target, id, name: displayName }
        return record(tx, { ...event, activity, outcome: 'success', target: what, before, after })
      },
    })
    return work(as(kind))
  }, kind.milliseconds)
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
