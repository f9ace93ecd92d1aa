import 'server-only'
import type { Activity, AuditActor, AuditOrigin } from '@/lib/audit/model'
import { record, recordAlone } from '@/lib/audit/record'
import { refusalOfResetMethods } from '@/lib/authentication-methods/policy'
import type { PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import {
  asItHolds,
  readMethodsPolicy,
  readPasswordResetPolicy,
  saveMethodsPolicy,
  savePasswordResetPolicy,
} from '@/lib/authentication-methods/store'
import { keepingAWayIn } from '@/lib/conditional-access/commands'
import type { Subject } from '@/lib/directory/model'
import { may, type Right } from '@/lib/directory/rights'
import { groupNames, loadSubject } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { type Tx, transaction } from '@/lib/platform/db'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import {
  changedMethodsPolicy,
  groupsOf,
  type MethodsChange,
  type PolicyChangesFailureCode,
  recordedMethodsPolicy,
  shutsOutAdministrators,
} from './model'
import { isRemovalOfAssigned } from './passkey-profiles'
import { differInScopeAlone } from './reset-change'
import { countImpact, type Policies } from './store'

export type Asking = { readonly actor: AuditActor; readonly origin: AuditOrigin }
export type Saved = Result<undefined, PolicyChangesFailureCode>
type Refusal = Fail<PolicyChangesFailureCode>

/** What is in force: the documents as they hold on this installation, with the versions stored. */
export async function policiesNow(
  tx: Tx,
): Promise<Policies & { readonly versions: { methods: number; passwordReset: number } }> {
  const methods = await readMethodsPolicy(tx)
  const passwordReset = await readPasswordResetPolicy(tx)
  return {
    methods: asItHolds(methods.document),
    passwordReset: passwordReset.document,
    versions: { methods: methods.version, passwordReset: passwordReset.version },
  }
}

/**
 * Changes one part of the methods policy under the version that was shown. Fails with `changed_meanwhile`,
 * `unknown_group`, `invalid`, `too_large`, `profile_assigned` for a profile that somebody has, and `no_administrator_left` when no Global Administrator could
 * sign in any more. Rows of methods stay as they are: what is no longer allowed is shown as not usable and works again once it is allowed.
 */
export function updateMethodsPolicy(asking: Asking, change: MethodsChange, version: number): Promise<Saved> {
  const kind = { activity: 'methodsPolicyUpdated', right: 'authenticationMethodsPolicy.update' } as const
  return save(asking, kind, async (the) => {
    const stored = await readMethodsPolicy(the.tx)
    if (stored.version !== version) return fail('refused', 'policyChanges.changed_meanwhile')
    if (isRemovalOfAssigned(stored.document.methods.passkey, change))
      return fail('refused', 'policyChanges.profile_assigned')
    const changed = changedMethodsPolicy(stored.document, change)
    if (!changed.ok) return fail('invalid', 'policyChanges.invalid', { field: changed.member })
    const after = changed.document
    if (Buffer.byteLength(JSON.stringify(after)) > limits.methodsPolicy.documentBytesMax)
      return fail('refused', 'policyChanges.too_large')
    const unknown = await unknownGroup(the.tx, groupsOf(change), stored.document)
    if (unknown) return unknown
    const passwordReset = (await readPasswordResetPolicy(the.tx)).document
    const impact = await countImpact(the.tx, {
      before: { methods: asItHolds(stored.document), passwordReset },
      after: { methods: asItHolds(after), passwordReset },
      asker: null,
      now: the.at,
    })
    if (shutsOutAdministrators(impact)) return fail('refused', 'policyChanges.no_administrator_left')
    // Counting says who has a second factor; the policies may ask for one that this change takes away.
    return keepingAWayIn<undefined, PolicyChangesFailureCode>(
      the.tx,
      the.at,
      async () => {
        if (!(await saveMethodsPolicy(the.tx, after, version, the.at)))
          return fail('refused', 'policyChanges.changed_meanwhile')
        await the.log(
          { id: 'authenticationMethodsPolicy', name: change.part },
          recordedMethodsPolicy(stored.document),
          recordedMethodsPolicy(after),
        )
        return ok()
      },
      () => fail('refused', 'policyChanges.no_administrator_left'),
    )
  })
}

/**
 * Replaces the password reset policy under the version that was shown. Fails as `updateMethodsPolicy` does, and with
 * `directory.forbidden` where more than whom reset is for would change and the administrator may change only that.
 */
export function updatePasswordResetPolicy(asking: Asking, after: PasswordResetPolicy, version: number): Promise<Saved> {
  const kind = { activity: 'passwordPolicyChanged', right: 'passwordResetScope.update' } as const
  return save(asking, kind, async (the) => {
    const stored = await readPasswordResetPolicy(the.tx)
    if (stored.version !== version) return fail('refused', 'policyChanges.changed_meanwhile')
    if (!may(the.subject, 'passwordResetPolicy.update') && !differInScopeAlone(stored.document, after))
      return fail('refused', 'directory.forbidden')
    // The form has asked this; what it proposed has been in the browser since.
    if (refusalOfResetMethods(after)) return fail('invalid', 'policyChanges.invalid', { field: 'allowedMethodKinds' })
    const unknown = await unknownGroup(the.tx, groupsOf(after), stored.document)
    if (unknown) return unknown
    if (!(await savePasswordResetPolicy(the.tx, after, version, the.at)))
      return fail('refused', 'policyChanges.changed_meanwhile')
    await the.log({ id: 'passwordResetPolicy', name: 'passwordReset' }, stored.document, after)
    return ok()
  })
}

type Work = {
  readonly tx: Tx
  readonly at: Date
  /** Who asks, with the roles of this moment. */
  readonly subject: Subject
  readonly log: (
    target: { readonly id: string; readonly name: string },
    before: unknown,
    after: unknown,
  ) => Promise<void>
}

/** One transaction with the administrator's rights as they are now. A refusal is recorded on its own; bad input is not. */
export async function save<Code extends string>(
  { actor, origin }: Asking,
  { activity, right }: { readonly activity: Activity; readonly right: Right },
  work: (the: Work) => Promise<Result<undefined, Code>>,
): Promise<Result<undefined, Code | 'directory.forbidden'>> {
  const at = now()
  const event = { activity, at, actor, origin } as const
  const result = await transaction(async (tx): Promise<Result<undefined, Code | 'directory.forbidden'>> => {
    const subject = 'id' in actor ? await loadSubject(tx, actor.id) : null
    if (!subject || !may(subject, right)) return fail('refused', 'directory.forbidden')
    const log: Work['log'] = (target, before, after) =>
      record(tx, { ...event, outcome: 'success', target: { kind: 'policy', ...target }, before, after })
    return work({ tx, at, subject, log })
  })
  if (!result.ok && result.failure.kind === 'refused')
    await recordAlone({ ...event, outcome: 'failure', reason: result.failure.code })
  return result
}

/** A group named before may be gone meanwhile; that stops nobody from editing. */
async function unknownGroup(tx: Tx, ids: readonly string[], before: unknown): Promise<Refusal | null> {
  const known = await groupNames(tx, ids)
  const present = JSON.stringify(before)
  const isUnknown = ids.some((id) => !known.has(id) && !present.includes(id))
  return isUnknown ? fail('invalid', 'policyChanges.unknown_group') : null
}
