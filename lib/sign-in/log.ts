import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import type { Decision, TraceLine } from '@/lib/conditional-access/decision'
import type { Tx } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import type { Prisma } from '@/prisma/client/client'

/** The sign-in log: each interactive sign-in and each question to the gate, with the trace that decided it. */
export type SignInStep = {
  readonly mode: string
  readonly methodId: string | null
  readonly succeeded: boolean
  /** In the administrators' words: `completed`, `incorrect code`, `code already used`, … */
  readonly result: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

export type SignInEntry = {
  readonly at: Date
  readonly userId: string | null
  readonly userPrincipalName: string | null
  /** An application id, or the user action. */
  readonly target: string
  readonly origin: AuditOrigin
  readonly errorCode: number
  readonly failureReason: string | null
  readonly steps: readonly SignInStep[]
  readonly decision: Decision | null
  readonly correlationId: string
}

export async function logSignIn(tx: Tx, entry: SignInEntry): Promise<void> {
  const trace: readonly TraceLine[] = entry.decision?.trace ?? []
  await tx.signInLog.createMany({
    data: [
      {
        id: randomUUID(),
        at: entry.at,
        userId: entry.userId,
        userPrincipalName: entry.userPrincipalName?.slice(0, 113) ?? null,
        target: entry.target,
        clientAddress: entry.origin.clientAddress,
        addressSource: entry.origin.addressSource,
        userAgent: entry.origin.userAgent,
        errorCode: entry.errorCode,
        failureReason: entry.failureReason,
        authenticationDetails: entry.steps as unknown as Prisma.InputJsonValue,
        conditionalAccessStatus: statusOf(entry.decision),
        appliedPolicies: trace as unknown as Prisma.InputJsonValue,
        correlationId: entry.correlationId,
        requestId: entry.origin.requestId,
      },
    ],
  })
}

/** `notApplied` when no enforced policy concerned the request. */
function statusOf(decision: Decision | null): 'success' | 'failure' | 'notApplied' {
  if (!decision) return 'notApplied'
  if (decision.outcome.kind === 'block') return 'failure'
  const results = decision.trace.map(({ result }) => result)
  if (results.includes('failure')) return 'failure'
  return results.includes('success') ? 'success' : 'notApplied'
}
