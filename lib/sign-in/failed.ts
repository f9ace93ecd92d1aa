import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import { record } from '@/lib/audit/record'
import { applications } from '@/lib/conditional-access/model'
import { cachedPolicySet } from '@/lib/conditional-access/store'
import type { Tx } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { circumstancesOf } from './circumstances'
import { logSignIn, type SignInStep } from './log'
import type { SignInFailureCode } from './model'

/**
 * A first factor that failed, in the sign-in log and in the trail. `user`: whose it would have been, where that is
 * known; what was typed for a name is never kept, because it may be a password in the wrong field.
 */
export async function recordFailedSignIn(
  tx: Tx,
  failed: {
    readonly user: { readonly id: string; readonly userPrincipalName?: string } | null
    readonly code: SignInFailureCode
    readonly errorCode: number
    readonly origin: AuditOrigin
    readonly steps?: readonly Omit<SignInStep, 'at' | 'methodId' | 'succeeded'>[]
    /** Why, in a word for whoever reads the trail; the person is not told. */
    readonly why?: string
    readonly at: Date
  },
): Promise<void> {
  const { user, code, errorCode, origin, steps = [], why, at } = failed
  const name = user?.userPrincipalName
  const correlationId = randomUUID()
  await logSignIn(tx, {
    at,
    userId: user?.id ?? null,
    userPrincipalName: name ?? null,
    target: applications.securityInfo,
    origin,
    errorCode,
    failureReason: code,
    steps: steps.map((step) => ({ ...step, methodId: null, succeeded: false, at: at.getTime() })),
    decision: null,
    circumstances: circumstancesOf(await cachedPolicySet(tx), null, origin),
    correlationId,
  })
  await record(tx, {
    activity: 'signInFailed',
    at,
    outcome: 'failure',
    reason: code,
    actor: { kind: 'anonymous' },
    origin,
    ...(user ? { target: { kind: 'user', id: user.id, ...(name ? { name } : {}) } } : {}),
    ...(why ? { after: { reason: why } } : {}),
    correlationId,
  })
}
