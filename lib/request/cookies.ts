import 'server-only'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { randomToken } from '@/lib/platform/random'
import { currentRequest } from '@/lib/platform/request-context'
import type { IssuedTokens } from '@/lib/sign-in/going-on'
import { sessionCookie } from '@/lib/sign-in/next-auth'
import { type CountedTry, findHeldSession, type HeldSession, secondsKept } from '@/lib/sign-in/session'

/** What the browser keeps: opaque ids only. `__Host-` names are pinned to this host, over TLS, for the whole site. */
export const adminCookie = '__Host-twofold-admin'
/** Set by the entry of the process on the first page; ties forms and anonymous ceremonies to one browser. */
export const formCookie = '__Host-twofold-form'

/** Which password reset this browser is in; opens nothing but that one, and ends with it. */
export const resetCookie = '__Host-twofold-reset'

/** Kept for 30 days, so that a browser somebody signs in with is a familiar place to the lockout; opens nothing. */
export const placeCookie = '__Host-twofold-place'
const placeCookieSeconds = 30 * 86_400

/** What this browser keeps as a familiar place; a new value where it keeps none of the right form. */
export function browserPlace(): string {
  const kept = readCookie(placeCookie)
  return kept !== null && /^[A-Za-z0-9_-]{43}$/.test(kept) ? kept : randomToken(32)
}

/** After a sign-in, and only then: a browser that never got in is nobody's place. */
export function writePlaceCookie(value: string): void {
  setCookie(placeCookie, value, 'Lax', placeCookieSeconds)
}

/**
 * Puts the session's new id into the browser, which forgets it when it is closed unless a policy says otherwise; for an
 * administrator also the admin area's own, stricter cookie, which never outlives the browser. Written
 * into the answer itself: the framework would draw the page of the form once more for every cookie it sets in an action.
 */
export function writeSessionCookies(issued: IssuedTokens): void {
  setCookie(sessionCookie, issued.token, 'Lax', secondsKept(issued.session, now()) ?? undefined)
  if (issued.adminToken) setCookie(adminCookie, issued.adminToken, 'Strict')
}

/**
 * The live session that this browser's cookie opens, and whose it is, for what a browser sends: `tried` is counted in
 * the same statement. Throws when the database cannot answer.
 */
export async function heldSession(tried: CountedTry | null = null): Promise<HeldSession | null> {
  const token = readCookie(sessionCookie)
  return token ? findHeldSession(db(), token, now(), tried) : null
}

export function writeResetCookie(token: string): void {
  setCookie(resetCookie, token, 'Lax', limits.passwordReset.sessionSeconds * 2)
}

export function clearSessionCookies(): void {
  setCookie(sessionCookie, '', 'Lax')
  setCookie(adminCookie, '', 'Strict')
}

/** An empty value removes the cookie. Values are base64url, so nothing in them needs encoding. */
function setCookie(name: string, value: string, sameSite: 'Lax' | 'Strict', seconds?: number): void {
  const age = value === '' ? '; Max-Age=0' : seconds === undefined ? '' : `; Max-Age=${seconds}`
  currentRequest().res.appendHeader(
    'set-cookie',
    `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=${sameSite}${age}`,
  )
}

/**
 * A cookie of ours as the browser sent it; of two with one name the last, as the framework reads them. From the request itself:
 * for its own `cookies()` the framework makes a jar that an action may change, and a look at one needs no waiting.
 */
export function readCookie(
  name: typeof sessionCookie | typeof adminCookie | typeof formCookie | typeof placeCookie | typeof resetCookie,
): string | null {
  const { cookie = '' } = currentRequest().headers
  const pairs = cookie.split(';').map((pair) => pair.trim())
  return pairs.findLast((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? null
}
