import 'server-only'
import { db } from '@/lib/platform/db'
import { goOnSigningIn } from '@/lib/registration/commands'
import type { Outcome } from '@/lib/request/action'
import { browserPlace, heldSession, writePlaceCookie } from '@/lib/request/cookies'
import { ledOn } from '@/lib/request/go-on'
import { ok, type Result } from '@/lib/result'
import type { GoOn, Proven } from '@/lib/sign-in/going-on'
import type { SignInFailureCode } from '@/lib/sign-in/model'
import { endSession } from '@/lib/sign-in/session'

/**
 * Performs a first factor, with what this browser keeps as a familiar place, and goes on after it. The session that this
 * browser held before ends: its cookie is about to be another one's.
 */
export async function signedIn(
  attempt: (from: { readonly browser: string; readonly goOn: GoOn }) => Promise<Result<Proven, SignInFailureCode>>,
): Promise<Result<Outcome>> {
  const browser = browserPlace()
  const result = await attempt({ browser, goOn: goOnSigningIn })
  if (!result.ok) return result
  writePlaceCookie(browser)
  const before = await heldSession()
  if (before && before.session.id !== result.value.session.id) await endSession(db(), before.session.id)
  return ok(ledOn(result.value, '/sign-in'))
}
