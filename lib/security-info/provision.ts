import 'server-only'
import { isDefaultEligible } from '@/lib/authentication-methods/default-method'
import type { Tx } from '@/lib/platform/db'
import type { NewMethod } from '@/lib/registered-methods/model'
import { insertMethod } from '@/lib/registered-methods/store/change'

/**
 * Stores a method where nobody acts: the first administrator's pass, made on the host by whoever operates it, and the
 * demo organisation. There is no session to ask the gate about, so no door of the web may reach this file; a structure
 * test holds scripts and the seed to be its only callers.
 */
export async function provisionMethod(
  tx: Tx,
  input: { readonly userId: string; readonly method: NewMethod; readonly at: Date },
): Promise<string> {
  const { id } = await insertMethod(tx, input.userId, input.method, 'admin', input.at)
  if (isDefaultEligible(input.method.kind)) {
    await tx.user.updateMany({ where: { id: input.userId, defaultMethodId: null }, data: { defaultMethodId: id } })
  }
  await tx.user.update({ where: { id: input.userId }, data: { securityInfoChangedAt: input.at } })
  return id
}
