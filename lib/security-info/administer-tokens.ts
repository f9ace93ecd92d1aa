import 'server-only'
import { mayRegister } from '@/lib/authentication-methods/policy'
import { loadSubjectByName } from '@/lib/directory/store'
import { storedName } from '@/lib/directory/user-principal-name'
import { assignToken, findToken, freeToken, lockToken } from '@/lib/hardware-oath/store/tokens'
import { db } from '@/lib/platform/db'
import { fail, ok, type Result } from '@/lib/result'
import { tell } from '@/lib/sign-in/tell'
import { type Asking, changeAsAdministrator } from './change'
import { acceptedAtActivation, activate, noteToken, spendActivationTry } from './hardware-oath'
import { removeRow } from './manage'
import { methodTitle } from './view'

/** What administrators do with whose a hardware token is: assign, activate, take back. */

/**
 * Gives a free token to a person, who then activates it, or an administrator does. Failures: `hardware_oath.nobody`,
 * `hardware_oath.guest`, `hardware_oath.not_found`, `hardware_oath.not_free`, `directory.…`.
 */
export async function assignTokenTo(
  asking: Asking,
  input: { readonly tokenId: string; readonly userPrincipalName: string },
): Promise<Result<undefined>> {
  const target = await loadSubjectByName(db(), storedName(input.userPrincipalName))
  if (!target) return fail('refused', 'hardware_oath.nobody', { field: 'userPrincipalName' })
  return changeAsAdministrator<undefined>(
    asking,
    { activity: 'adminUpdated', kind: 'hardwareOath', right: 'methods.update', targetId: target.id },
    async (context) => {
      if (context.facts.subject.userType === 'guest') {
        return fail('refused', 'hardware_oath.guest', { field: 'userPrincipalName' })
      }
      const token = await lockToken(context.tx, input.tokenId)
      if (!token) return fail('refused', 'hardware_oath.not_found')
      if (!(await assignToken(context.tx, token.id, target.id, context.at))) {
        return fail('refused', 'hardware_oath.not_free')
      }
      await noteToken(context, asking, token, 'hardwareOathAssigned', 'administrator')
      return ok({ value: undefined, event: { reason: 'token assigned', method: { kind: 'hardwareOath' } } })
    },
  )
}

/**
 * Makes an assigned token a method of its person, with a code it shows now. Failures: `hardware_oath.not_found`,
 * `hardware_oath.too_many_tries`, `registration.code_mismatch`, `registration.limit_reached`,
 * `registration.method_not_allowed`, `directory.…`.
 */
export async function activateTokenOf(
  asking: Asking,
  input: { readonly tokenId: string; readonly code: string },
): Promise<Result<undefined>> {
  const found = await findToken(db(), input.tokenId)
  const targetId = found?.assignedTo?.id
  if (!found || targetId === undefined || found.status !== 'assigned') return fail('refused', 'hardware_oath.not_found')
  const spent = await spendActivationTry(found.id)
  if (spent) return spent
  return changeAsAdministrator<undefined>(
    asking,
    { activity: 'adminRegistered', kind: 'hardwareOath', right: 'methods.update', targetId },
    async (context) => {
      const { methodsPolicy, subject, methods } = context.facts
      const have = methods.map(({ kind }) => kind)
      const permission = mayRegister(methodsPolicy, subject, 'hardwareOath', have, 'administrator')
      if (!permission.allowed) {
        return permission.reason === 'limit_reached'
          ? fail('refused', 'hardware_oath.limit_reached')
          : fail('refused', 'hardware_oath.policy')
      }
      const token = await lockToken(context.tx, found.id)
      if (token?.assignedToId !== targetId || token.methodId !== null) return fail('refused', 'hardware_oath.not_found')
      const accepted = acceptedAtActivation(token, input.code, context.at)
      if (!accepted) return fail('refused', 'hardware_oath.code_mismatch', { field: 'code' })
      const methodId = await activate(context, asking, token, accepted, null, 'admin')
      return ok({ value: undefined, event: { method: { kind: 'hardwareOath', id: methodId } } })
    },
  )
}

/**
 * Takes a token back into the inventory; an activated one stops working for its person at once. Failures:
 * `hardware_oath.not_found`, `directory.…`.
 */
export async function takeTokenBack(asking: Asking, tokenId: string): Promise<Result<undefined>> {
  const found = await findToken(db(), tokenId)
  const targetId = found?.assignedTo?.id
  if (!found || targetId === undefined) return fail('refused', 'hardware_oath.not_found')
  return changeAsAdministrator<undefined>(
    asking,
    { activity: 'adminDeleted', kind: 'hardwareOath', right: 'methods.update', targetId },
    async (context) => {
      const token = await lockToken(context.tx, found.id)
      if (token?.assignedToId !== targetId) return fail('refused', 'hardware_oath.not_found')
      const method = context.facts.methods.find(({ id }) => id === token.methodId)
      if (method) {
        await removeRow(context, method)
        await tell(context.tx, targetId, 'methodRemoved', {
          at: context.at.toISOString(),
          method: methodTitle(method),
          by: 'administrator',
        })
      } else {
        await freeToken(context.tx, token.id)
      }
      await noteToken(context, asking, token, 'hardwareOathUpdated', 'unassigned')
      return ok({
        value: undefined,
        event: { reason: 'token taken back', method: { kind: 'hardwareOath', ...(method ? { id: method.id } : {}) } },
      })
    },
  )
}
