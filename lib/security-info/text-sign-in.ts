import 'server-only'
import { type SmsSignInState, smsSignInState } from '@/lib/authentication-methods/policy'
import type { Tx } from '@/lib/platform/db'
import type { RegisteredMethod } from '@/lib/registered-methods/model'
import { setTextSignIn } from '@/lib/registered-methods/store/change'
import { findTextSignIn } from '@/lib/registered-methods/store/use'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { tell } from '@/lib/sign-in/tell'
import { type Asking, type ChangeContext, changeAsAdministrator, changeOwn } from './change'
import { methodTitle } from './view'

/** Switching on and off that a mobile number and a text message sign somebody in; by the person or an administrator. */

/** Failures: `security_info.not_found`, `security_info.text_sign_in_off`, `security_info.number_taken`, those of the gate. */
export async function switchOwnTextSignIn(
  asking: Asking,
  input: { readonly methodId: string; readonly isOn: boolean },
): Promise<Result<undefined>> {
  return changeOwn<undefined>(asking, { activity: 'updated', kind: 'mobilePhone' }, async (context) => {
    if (context.session.stage !== 'full') return fail('refused', 'sign_in.not_finished')
    return switchIn(context, input, { by: 'you', clientAddress: asking.origin.clientAddress })
  })
}

/** As `switchOwnTextSignIn`, for somebody else. Failures also `directory.…`. */
export async function switchTextSignInOf(
  asking: Asking,
  input: { readonly targetId: string; readonly methodId: string; readonly isOn: boolean },
): Promise<Result<undefined>> {
  return changeAsAdministrator<undefined>(
    asking,
    { activity: 'adminUpdated', kind: 'mobilePhone', right: 'methods.update', targetId: input.targetId },
    (context) => switchIn(context, input, { by: 'administrator' }),
  )
}

async function switchIn(
  context: ChangeContext,
  { methodId, isOn }: { readonly methodId: string; readonly isOn: boolean },
  who: { readonly by: 'you' | 'administrator'; readonly clientAddress?: string | null },
) {
  const { tx, facts, at } = context
  const method = facts.methods.find(({ id }) => id === methodId)
  if (method?.detail.kind !== 'mobilePhone') return fail('refused', 'security_info.not_found')
  const state = await stateOf(tx, facts, method)
  const refusal = isOn ? refusalFor(state) : null
  if (refusal) return refusal
  await setTextSignIn(tx, methodId, isOn, at)
  await tell(tx, method.userId, 'methodChanged', { at: at.toISOString(), method: methodTitle(method), ...who })
  return ok({
    value: undefined,
    event: {
      reason: isOn ? 'textSignInEnabled' : 'textSignInDisabled',
      method: { kind: method.kind, id: method.id },
      before: state,
      after: isOn ? 'ready' : 'notEnabled',
    },
  })
}

function refusalFor(state: SmsSignInState): Fail | null {
  if (state === 'ready' || state === 'notEnabled') return null
  return fail(
    'refused',
    state === 'phoneNumberNotUnique' ? 'security_info.number_taken' : 'security_info.text_sign_in_off',
  )
}

/** Graph's `smsSignInState` of a registered phone, asked of the rows as they are. */
async function stateOf(tx: Tx, facts: PersonFacts, { detail, kind, id }: RegisteredMethod): Promise<SmsSignInState> {
  if (detail.kind !== 'mobilePhone') return 'notSupported'
  const holder = await findTextSignIn(tx, detail.phoneNumber)
  const isTaken = holder !== null && holder.methodId !== id
  return smsSignInState(facts.methodsPolicy, facts.subject, { kind, isEnabled: detail.isSmsSignInEnabled, isTaken })
}

/** Whether a number that is stored now signs its owner in from now on: where policy allows it and nobody else does with it. */
export async function signsInFromNowOn(
  { tx, facts }: ChangeContext,
  kind: string,
  phoneNumber: string,
): Promise<boolean> {
  if (kind !== 'mobilePhone') return false
  const isTaken = (await findTextSignIn(tx, phoneNumber)) !== null
  const phone = { kind, isEnabled: false, isTaken } as const
  return smsSignInState(facts.methodsPolicy, facts.subject, phone) === 'notEnabled'
}
