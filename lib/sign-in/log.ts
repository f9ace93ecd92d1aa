import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import type { Proof } from '@/lib/authentication-methods/model'
import type { Decision, TraceLine } from '@/lib/conditional-access/decision'
import type { Tx, Write } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { Prisma } from '@/prisma/client/client'
import type { Circumstances } from './circumstances'

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
  readonly circumstances: Circumstances
  readonly correlationId: string
}

export async function logSignIn(tx: Tx, entry: SignInEntry): Promise<void> {
  await tx.$executeRaw(signInEntryOf(entry))
}

/** The write of `logSignIn`, for a statement that makes others too (`writeTogether`). */
export function signInEntryOf(entry: SignInEntry): Write {
  const trace: readonly TraceLine[] = entry.decision?.trace ?? []
  const { origin, decision } = entry
  const circumstances = { ...entry.circumstances, ...(decision ? decidedOf(decision) : {}) }
  return Prisma.sql`
    INSERT INTO sign_in_log (id, at, user_id, user_principal_name, target, client_address, address_source, user_agent,
      error_code, failure_reason, authentication_details, conditional_access_status, applied_policies, correlation_id,
      request_id, circumstances)
    VALUES (${randomUUID()}::uuid, ${entry.at.toISOString()}::timestamptz, ${entry.userId}::uuid,
      ${entry.userPrincipalName?.slice(0, 113) ?? null}, ${entry.target}, ${origin.clientAddress},
      ${origin.addressSource}, ${origin.userAgent}, ${entry.errorCode}, ${entry.failureReason},
      ${JSON.stringify(entry.steps)}::jsonb, ${statusOf(decision)}, ${JSON.stringify(trace)}::jsonb,
      ${entry.correlationId}::uuid, ${origin.requestId}, ${JSON.stringify(circumstances)}::jsonb)`
}

/** What the trace does not say of a decision: what came of it as a whole, and for how long proofs count. */
function decidedOf({ outcome, session }: Decision) {
  return { outcome: outcome.kind === 'block' ? outcome.reason : outcome.kind, session }
}

/** What a session has proven, as the log tells it. */
export function stepsOf(proofs: readonly Proof[]): readonly SignInStep[] {
  return proofs.map(({ mode, methodId, at, registered }) => ({
    mode,
    methodId,
    succeeded: true,
    result: registered ? 'registered in this sign-in' : 'completed',
    at,
  }))
}

/** `notApplied` when no enforced policy concerned the request. */
function statusOf(decision: Decision | null): 'success' | 'failure' | 'notApplied' {
  if (!decision) return 'notApplied'
  if (decision.outcome.kind !== 'allow') return 'failure'
  const results = decision.trace.map(({ result }) => result)
  return results.includes('success') ? 'success' : 'notApplied'
}
