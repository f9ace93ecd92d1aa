import 'server-only'
import { defaultNameOf, isDefaultEligible } from '@/lib/authentication-methods/default-method'
import { isPhoneKind, type MethodKind, type PhoneMode } from '@/lib/authentication-methods/model'
import { freeToken } from '@/lib/hardware-oath/store/tokens'
import { db } from '@/lib/platform/db'
import type { RegisteredMethod } from '@/lib/registered-methods/model'
import { deleteMethod, renameMethod } from '@/lib/registered-methods/store/change'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import { fail, ok, type Result } from '@/lib/result'
import { tell } from '@/lib/sign-in/tell'
import { mfaMethods } from '@/lib/sign-in/usable'
import { type Asking, type ChangeContext, changeOwn } from './change'
import { cleanName } from './method-name'
import { waysToPhone } from './phone-ways'
import { isRenamable, nameInNotice } from './view'

/** What a person does with methods that are there: rename, choose the default, remove. */

/** Failures: `registration.name_invalid`, `security_info.not_found`, those of the gate. */
export async function rename(
  asking: Asking,
  input: { readonly methodId: string; readonly name: string },
): Promise<Result<undefined>> {
  const kind = await kindOfOwn(asking, input.methodId)
  return changeOwn(asking, { activity: 'updated', kind }, async (context) => {
    const method = ownMethod(context, input.methodId)
    if (!method || !mayTouch(context, method)) return fail('refused', 'security_info.not_found')
    const name = cleanName(input.name)
    if (!name || !isRenamable(method.kind)) {
      return fail('invalid', 'registration.name_invalid', { field: 'name' })
    }
    await renameMethod(context.tx, method.id, name, context.at)
    return ok({
      value: undefined,
      event: { reason: 'renamed', method: { kind: method.kind, id: method.id }, before: method.name, after: name },
    })
  })
}

/**
 * `mode`: how a phone that is both texted and called is to be reached first. Failures: `security_info.not_found`,
 * `security_info.not_default_eligible`, those of the gate.
 */
export async function setDefault(
  asking: Asking,
  methodId: string,
  mode: PhoneMode | null = null,
): Promise<Result<undefined>> {
  const kind = await kindOfOwn(asking, methodId)
  return changeOwn(asking, { activity: 'changedDefault', kind }, async (context) => {
    const method = ownMethod(context, methodId)
    if (!method) return fail('refused', 'security_info.not_found')
    if (context.session.stage !== 'full') return fail('refused', 'sign_in.not_finished')
    const isUsable = mfaMethods(context.facts).some(({ id }) => id === methodId)
    if (!isUsable || !isDefaultEligible(method.kind)) return fail('refused', 'security_info.not_default_eligible')
    const ways = isPhoneKind(method.kind) ? waysToPhone(context.facts, method.kind) : []
    if (mode !== null && !ways.includes(mode)) return fail('refused', 'security_info.not_default_eligible')
    await context.tx.user.update({
      where: { id: context.facts.subject.id },
      data: { defaultMethodId: methodId, defaultMethodMode: mode },
    })
    await tellOf(context, asking, 'defaultMethodChanged', method)
    return ok({
      value: undefined,
      event: {
        reason: defaultNameOf(method.kind, mode) ?? undefined,
        method: { kind: method.kind, id: method.id },
        before: context.facts.defaultMethodId,
        after: methodId,
      },
    })
  })
}

/** Removes one of the own methods, also the last. Failures: `security_info.not_found`, those of the gate. */
export async function remove(
  asking: Asking,
  methodId: string,
): Promise<Result<{ readonly wasLastMfaMethod: boolean }>> {
  const kind = await kindOfOwn(asking, methodId)
  return changeOwn(asking, { activity: 'deleted', kind }, async (context) => {
    const method = ownMethod(context, methodId)
    if (!method) return fail('refused', 'security_info.not_found')
    if (context.session.stage !== 'full') return fail('refused', 'sign_in.not_finished')
    const usable = mfaMethods(context.facts)
    await removeRow(context, method)
    await tellOf(context, asking, 'methodRemoved', method)
    return ok({
      value: { wasLastMfaMethod: usable.length === 1 && usable[0]?.id === methodId },
      event: { method: { kind: method.kind, id: method.id } },
    })
  })
}

/**
 * Deletes the row; a default that pointed to it is let go first, and found anew by `change.ts`. A hardware token goes back
 * into the inventory, or with `keepsToken` stays the person's and has to be activated again.
 */
export async function removeRow(
  context: ChangeContext,
  method: RegisteredMethod,
  { keepsToken = false }: { readonly keepsToken?: boolean } = {},
): Promise<void> {
  await context.tx.user.updateMany({
    where: { id: method.userId, defaultMethodId: method.id },
    data: { defaultMethodId: null },
  })
  await deleteMethod(context.tx, method.id)
  if (method.detail.kind === 'hardwareOath' && !keepsToken) await freeToken(context.tx, method.detail.tokenId)
}

/**
 * The kind decides how fresh the proof must be: a passkey asks for a fresher one also when it is renamed or removed. A
 * method's kind never changes, so it may be read before the transaction.
 */
async function kindOfOwn(asking: Asking, methodId: string): Promise<MethodKind | null> {
  return (await loadMethods(db(), asking.session.userId)).find(({ id }) => id === methodId)?.kind ?? null
}

/** The wizard names what it has just registered, and touches nothing that was there before. */
function mayTouch({ session }: ChangeContext, method: RegisteredMethod): boolean {
  return (
    session.stage === 'full' ||
    session.proofs.some(({ methodId, registered }) => registered === true && methodId === method.id)
  )
}

function ownMethod(context: ChangeContext, methodId: string): RegisteredMethod | undefined {
  return context.facts.methods.find(({ id }) => id === methodId)
}

async function tellOf(
  context: ChangeContext,
  asking: Asking,
  template: 'methodRemoved' | 'defaultMethodChanged',
  method: RegisteredMethod,
): Promise<void> {
  const removedAddress =
    template === 'methodRemoved' && method.detail.kind === 'email' ? method.detail.emailAddress : null
  await tell(
    context.tx,
    method.userId,
    template,
    {
      at: context.at.toISOString(),
      method: nameInNotice(method),
      clientAddress: asking.origin.clientAddress,
      by: 'you',
    },
    { alsoTo: removedAddress },
  )
}
