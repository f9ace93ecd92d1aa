import 'server-only'
import type { MethodsPolicy, PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { loadMethodsPolicy, loadPasswordResetPolicy } from '@/lib/authentication-methods/store'
import type { PolicySet } from '@/lib/conditional-access/compile'
import { cachedPolicySet, loadPolicySet } from '@/lib/conditional-access/store'
import type { Subject } from '@/lib/directory/model'
import { loadSubject } from '@/lib/directory/store'
import type { Tx } from '@/lib/platform/db'
import type { RegisteredMethod } from '@/lib/registered-methods/model'
import { loadMethods } from '@/lib/registered-methods/store'

/** What the decisions about one person rest on, read at one time. */
export type PersonFacts = {
  readonly subject: Subject
  readonly methods: readonly RegisteredMethod[]
  readonly methodsPolicy: MethodsPolicy
  readonly passwordResetPolicy: PasswordResetPolicy
  readonly policySet: PolicySet
  readonly mustReregisterSince: Date | null
  readonly defaultMethodId: string | null
}

/**
 * Reads the facts about a person; null when there is no such person. Inside a storing transaction ask for
 * `policies: 'now'`: the compiled policies of pages may be seconds old.
 */
export async function loadFacts(tx: Tx, userId: string, policies: 'now' | 'cached'): Promise<PersonFacts | null> {
  const subject = await loadSubject(tx, userId)
  if (!subject) return null
  const methods = await loadMethods(tx, userId)
  const methodsPolicy = await loadMethodsPolicy(tx)
  const passwordResetPolicy = await loadPasswordResetPolicy(tx)
  const policySet = policies === 'now' ? await loadPolicySet(tx) : await cachedPolicySet()
  const user = await tx.user.findUniqueOrThrow({
    where: { id: userId },
    select: { mustReregisterSince: true, defaultMethodId: true },
  })
  return { subject, methods, methodsPolicy, passwordResetPolicy, policySet, ...user }
}
