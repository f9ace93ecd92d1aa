import 'server-only'
import { redirect } from 'next/navigation'
import type { Resetting, StepResult } from '@/lib/password-reset/flow'
import type { ResetStep } from '@/lib/password-reset/next-step'
import { type ResetView, viewReset } from '@/lib/password-reset/view'
import { ok, type Result } from '@/lib/result'
import type { Outcome } from './action'
import { readCookie, resetCookie, writeResetCookie } from './cookies'
import { type Visit, visit } from './desk'

/** The desk of a password reset: which one this browser is in, and where each step of it is. */

const paths: Readonly<Record<ResetStep, string>> = {
  identify: '/password-reset?ended=1',
  throttled: '/password-reset/locked',
  choose: '/password-reset/choose',
  firstGate: '/password-reset/verify',
  nextGate: '/password-reset/verify',
  newPassword: '/password-reset/new-password',
  unlock: '/password-reset/unlock',
  findingOut: '/password-reset/finding-out',
  refused: '/password-reset/refused',
  done: '/password-reset/done',
}

export function resetPath(step: ResetStep): string {
  return paths[step]
}

/** What this browser holds; of the right form, or nothing. */
export function resetToken(): string | null {
  const kept = readCookie(resetCookie)
  return kept !== null && /^[A-Za-z0-9_-]{43}$/.test(kept) ? kept : null
}

/** Who goes on, for a command; a browser without a reset holds a value that is nobody's. */
export function resettingOf({ origin }: Visit, resetId: string): Resetting {
  return { token: resetToken() ?? '', resetId, origin }
}

/** Leads to where the reset is after a step; `stay` where the step itself decides what its page shows next. */
export function moved(result: StepResult, stay?: string): Result<Outcome> {
  if (!result.ok) return result
  const { step, token } = result.value
  if (token !== null) writeResetCookie(token)
  const isSame = stay !== undefined && (step === 'firstGate' || step === 'nextGate') && token === null
  return ok({ go: isSame ? stay : resetPath(step) })
}

/** A page's way past this desk: the reset, where it is at one of these steps; else to where it is. */
export async function resetVisit(
  steps: readonly ResetStep[],
): Promise<{ readonly view: ResetView; readonly looking: Omit<Resetting, 'resetId'> }> {
  const { origin } = visit()
  const looking = { token: resetToken() ?? '', origin }
  const view = await viewReset(looking)
  if (!view) redirect('/password-reset')
  if (!steps.includes(view.step)) redirect(resetPath(view.step))
  return { view, looking }
}
