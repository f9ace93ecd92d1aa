import 'server-only'
import { record } from '@/lib/audit/record'
import { isDefaultEligible } from '@/lib/authentication-methods/default-method'
import { limits } from '@/lib/limits'
import { wakeOutbox } from '@/lib/notifications/outbox'
import { now } from '@/lib/platform/clock'
import { transaction } from '@/lib/platform/db'
import type { RegisteredMethod } from '@/lib/registered-methods/model'
import { deleteMethod, renameMethod } from '@/lib/registered-methods/store'
import { fail, ok, type Result } from '@/lib/result'
import { endSessionsOf } from '@/lib/sign-in/session'
import { tell } from '@/lib/sign-in/tell'
import { mfaMethods } from '@/lib/sign-in/usable'
import { type Asking, type ChangeContext, changeOwn } from './change'
import { methodTitle } from './view'

/** What a person does with methods that are there: rename, choose the default, remove, sign out elsewhere. */

/** Failures: `registration.name_invalid`, `security_info.not_found`, those of the gate. */
export function rename(
  asking: Asking,
  input: { readonly methodId: string; readonly name: string },
): Promise<Result<undefined>> {
  return changeOwn(asking, { activity: 'updated', kind: null }, async (context) => {
    const method = ownMethod(context, input.methodId)
    if (!method) return fail('refused', 'security_info.not_found')
    const name = cleanName(input.name)
    if (!name || (method.kind !== 'passkey' && method.kind !== 'softwareOath')) {
      return fail('invalid', 'registration.name_invalid', { field: 'name' })
    }
    await renameMethod(context.tx, method.id, name, context.at)
    return ok({
      value: undefined,
      event: { reason: 'renamed', method: { kind: method.kind, id: method.id }, before: method.name, after: name },
    })
  })
}

/** A name as it may be kept: trimmed, one space between words, nothing invisible; null when nothing is left or too long. */
export function cleanName(text: string): string | null {
  const name = text
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()
  return name.length > 0 && [...name].length <= limits.methodNameLengthMax ? name : null
}

/** Failures: `security_info.not_found`, `security_info.not_default_eligible`, those of the gate. */
export async function setDefault(asking: Asking, methodId: string): Promise<Result<undefined>> {
  const result = await changeOwn(asking, { activity: 'changedDefault', kind: null }, async (context) => {
    const method = ownMethod(context, methodId)
    if (!method) return fail('refused', 'security_info.not_found')
    const isUsable = mfaMethods(context.facts).some(({ id }) => id === methodId)
    if (!isUsable || !isDefaultEligible(method.kind)) return fail('refused', 'security_info.not_default_eligible')
    await context.tx.user.update({ where: { id: context.facts.subject.id }, data: { defaultMethodId: methodId } })
    await tellOf(context, asking, 'defaultMethodChanged', method)
    return ok({
      value: undefined,
      event: { method: { kind: method.kind, id: method.id }, before: context.facts.defaultMethodId, after: methodId },
    })
  })
  if (result.ok) wakeOutbox()
  return result
}

/** Removes one of the own methods, also the last. Failures: `security_info.not_found`, those of the gate. */
export async function remove(
  asking: Asking,
  methodId: string,
): Promise<Result<{ readonly wasLastMfaMethod: boolean }>> {
  const result = await changeOwn(asking, { activity: 'deleted', kind: null }, async (context) => {
    const method = ownMethod(context, methodId)
    if (!method) return fail('refused', 'security_info.not_found')
    const usable = mfaMethods(context.facts)
    await removeRow(context, method)
    await tellOf(context, asking, 'methodRemoved', method)
    return ok({
      value: { wasLastMfaMethod: usable.length === 1 && usable[0]?.id === methodId },
      event: { method: { kind: method.kind, id: method.id } },
    })
  })
  if (result.ok) wakeOutbox()
  return result
}

/** Deletes the row; a default that pointed to it is let go first, and found anew by `change.ts`. */
export async function removeRow(context: ChangeContext, method: RegisteredMethod): Promise<void> {
  await context.tx.user.updateMany({
    where: { id: method.userId, defaultMethodId: method.id },
    data: { defaultMethodId: null },
  })
  await deleteMethod(context.tx, method.id)
}

/** Ends every other session of the person; this one stays. */
export async function signOutEverywhereElse(asking: Asking): Promise<Result<{ readonly ended: number }>> {
  const at = now()
  const ended = await transaction(async (tx) => {
    const count = await endSessionsOf(tx, asking.session.userId, asking.session.id)
    await record(tx, {
      activity: 'sessionsRevoked',
      at,
      outcome: 'success',
      reason: 'by the person',
      actor: asking.actor,
      origin: asking.origin,
      target: { kind: 'user', id: asking.session.userId },
      after: { ended: count },
      correlationId: asking.session.correlationId,
    })
    const clientAddress = asking.origin.clientAddress
    await tell(tx, asking.session.userId, 'sessionsRevoked', { at: at.toISOString(), clientAddress, by: 'you' })
    return count
  })
  wakeOutbox()
  return ok({ ended })
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
      method: methodTitle(method),
      clientAddress: asking.origin.clientAddress,
      by: 'you',
    },
    { alsoTo: removedAddress },
  )
}
