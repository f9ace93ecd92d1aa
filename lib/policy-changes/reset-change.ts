import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { type PasswordResetPolicy, passwordResetPolicySchema } from '@/lib/authentication-methods/policy-model'

/**
 * A change of the password reset policy: the members that differ and no others. It travels in an address, and the whole
 * policy with its names of questions would make one that is too long to come back to after a new proof.
 *
 * Says little about its shape: `changedResetPolicy` judges the whole.
 */
export const passwordResetChangeSchema = z.looseObject({
  securityQuestions: z.looseObject({}).optional(),
  selfService: z.looseObject({}).optional(),
})
export type PasswordResetChange = z.infer<typeof passwordResetChangeSchema>

/** What leads from one policy to the other. */
export function resetChangeOf(before: PasswordResetPolicy, after: PasswordResetPolicy): PasswordResetChange {
  return differing(before, {
    ...after,
    securityQuestions: differing(before.securityQuestions, after.securityQuestions),
    selfService: differing(before.selfService, after.selfService),
  })
}

/** Whether two policies differ at most in whom reset is for. */
export function differInScopeAlone(before: PasswordResetPolicy, after: PasswordResetPolicy): boolean {
  const { enabledFor, groupId } = before
  return isDeepStrictEqual({ ...after, enabledFor, groupId }, before)
}

/** The policy after the change, or null when it would be none. */
export function changedResetPolicy(
  before: PasswordResetPolicy,
  change: PasswordResetChange,
): PasswordResetPolicy | null {
  const parsed = passwordResetPolicySchema.safeParse({
    ...before,
    ...change,
    securityQuestions: { ...before.securityQuestions, ...change.securityQuestions },
    selfService: { ...before.selfService, ...change.selfService },
  })
  return parsed.success ? parsed.data : null
}

/** Members that are other than before; a part of which nothing differs is none. */
function differing(before: object, after: object): Record<string, unknown> {
  const known = new Map<string, unknown>(Object.entries(before))
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => {
      const written = JSON.stringify(value)
      return written !== '{}' && written !== JSON.stringify(known.get(name))
    }),
  )
}
