import 'server-only'
import type { PhoneKind } from '@/lib/authentication-methods/model'
import { mayRegister } from '@/lib/authentication-methods/policy'
import { insertMethod } from '@/lib/registered-methods/store/change'
import { fail, ok, type Result } from '@/lib/result'
import { tell } from '@/lib/sign-in/tell'
import { type Asking, changeAsAdministrator } from './change'
import { maskContact, parseContact, refusalOfSecondUse, rowOf } from './contact-value'
import { signsInFromNowOn } from './text-sign-in'
import { methodTitle } from './view'

/**
 * Adds a phone to somebody else, as the organisation knows it: it counts as confirmed and says where it came from (SEC-068).
 * The person is told. Failures: the format's own, `registration.limit_reached`, `registration.method_not_allowed`,
 * `registration.mobile_phone_first`, `registration.already_registered`, `directory.…`.
 */
export async function addPhoneOf(
  asking: Asking,
  input: {
    readonly targetId: string
    readonly kind: PhoneKind
    readonly contact: string
    readonly country?: string
    readonly extension?: string
  },
): Promise<Result<{ readonly methodId: string }>> {
  const plan = {
    activity: 'adminRegistered',
    kind: input.kind,
    right: 'methods.update',
    targetId: input.targetId,
  } as const
  return changeAsAdministrator<{ readonly methodId: string }>(asking, plan, async (context) => {
    const { facts, tx, at } = context
    const parsed = parseContact(input, facts.subject.userPrincipalName)
    if (!parsed.ok) return parsed
    const have = facts.methods.map(({ kind }) => kind)
    const permission = mayRegister(facts.methodsPolicy, facts.subject, input.kind, have, 'administrator')
    if (!permission.allowed) return fail('refused', codeFor(permission.reason), { field: 'kind' })
    const elsewhere = refusalOfSecondUse(facts.methods, input.kind, parsed.value)
    if (elsewhere) return elsewhere
    const isSmsSignInEnabled = await signsInFromNowOn(context, input.kind, parsed.value)
    const row = rowOf(input.kind, parsed.value, { isSmsSignInEnabled })
    const { id: methodId } = await insertMethod(tx, input.targetId, row, 'admin', at)
    const method = methodTitle({ kind: input.kind, name: null })
    await tell(tx, input.targetId, 'methodAdded', { at: at.toISOString(), method, by: 'administrator' })
    return ok({
      value: { methodId },
      event: { method: { kind: input.kind, id: methodId }, after: maskContact(input.kind, parsed.value) },
    })
  })
}

function codeFor(reason: string) {
  if (reason === 'limit_reached') return 'registration.limit_reached'
  return reason === 'mobile_phone_first' ? 'registration.mobile_phone_first' : 'registration.method_not_allowed'
}
