import 'server-only'
import { db } from '@/lib/platform/db'
import type { Outcome } from '@/lib/request/action'
import { browserPlace, writePlaceCookie } from '@/lib/request/cookies'
import type { Visit } from '@/lib/request/desk'
import { goOn } from '@/lib/request/go-on'
import type { Result } from '@/lib/result'
import type { IssuedTokens } from '@/lib/sign-in/first-factor'
import type { SignInFailureCode } from '@/lib/sign-in/model'
import { currentSession } from '@/lib/sign-in/next-auth'
import { endSession } from '@/lib/sign-in/session'

/** Performs a first factor, with what this browser keeps as a familiar place, and goes on after it. The session that this browser held before ends: its cookie is about to be another one's. */
export async function signedIn(
  visit: Visit,
  attempt: (browser: string) => Promise<Result<IssuedTokens, SignInFailureCode>>,
): Promise<Result<Outcome>> {
  const browser = await browserPlace()
  const result = await attempt(browser)
  if (!result.ok) return result
  writePlaceCookie(browser)
  const before = await currentSession()
  if (before && before.session.id !== result.value.session.id) await endSession(db(), before.session.id)
  return goOn({ session: result.value.session, origin: visit.origin }, result.value)
}
