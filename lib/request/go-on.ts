import 'server-only'
import { type Choice, continueSignIn } from '@/lib/registration/commands'
import { ok, type Result } from '@/lib/result'
import type { Asking } from '@/lib/security-info/change'
import type { IssuedTokens, Proven, WayOn } from '@/lib/sign-in/going-on'
import type { Outcome } from './action'
import { safeReturnTo } from './return-to'

/**
 * Takes a sign-in one step further. `issued`: the id that the factor just performed gave the session; a newer one beats
 * it. `home`: where to go once signed in, in place of what was wanted. Failure: `sign_in.session_ended`.
 */
export async function goOn(
  asking: Pick<Asking, 'session' | 'origin'>,
  issued: IssuedTokens | null,
  choice: Choice & { readonly home?: string } = {},
): Promise<Result<Outcome>> {
  const continued = await continueSignIn(asking, choice)
  if (!continued.ok) return continued
  const { way, tokens } = continued.value
  const go = way.to === 'home' && choice.home ? choice.home : pathOf(way)
  return ok({ go, session: tokens ?? issued ?? undefined })
}

/** What a factor gave the browser, and where it leads; `otherwise`: where, when that was not asked. */
export function ledOn({ way, ...session }: Proven, otherwise: string): Outcome {
  return { go: way ? pathOf(way) : otherwise, session }
}

/** Where a person goes who is done signing in. */
export function homeOf(returnTo: string | null | undefined): string {
  return safeReturnTo(returnTo) ?? '/security-info'
}

function pathOf(way: WayOn): string {
  switch (way.to) {
    case 'verify':
      return '/sign-in/verify'
    case 'register':
      return '/security-info/register'
    case 'newPassword':
      return '/sign-in/new-password'
    case 'terms':
      return `/sign-in/terms/${way.id}`
    case 'home':
      return homeOf(way.returnTo)
    case 'blocked':
      return blockedPath(way.reason)
  }
}

/** What stopped a sign-in, as the page that says what to do about it. */
export function blockedPath(reason: Extract<WayOn, { to: 'blocked' }>['reason']): string {
  switch (reason) {
    case 'noMethod':
      return '/security-info/blocked?reason=blocked_no_method'
    case 'otherMethodNeeded':
      return '/security-info/blocked?reason=other_method_needed'
    case 'nothingRegistrable':
      return '/security-info/blocked?reason=nothing_registrable'
    case 'policy':
      return '/sign-in/blocked'
  }
}
