import 'server-only'
import { cookies } from 'next/headers'
import { currentRequest } from '@/lib/platform/request-context'
import { sessionCookie } from '@/lib/sign-in/next-auth'

/** What the browser keeps: opaque ids only. `__Host-` names are pinned to this host, over TLS, for the whole site. */
export const adminCookie = '__Host-twofold-admin'
/** Set by the entry of the process on the first page; ties forms and anonymous ceremonies to one browser. */
export const formCookie = '__Host-twofold-form'

/**
 * Puts the session's new id into the browser; for an administrator also the admin area's own, stricter cookie. Written
 * into the answer itself: the framework would draw the page of the form once more for every cookie it sets in an action.
 */
export function writeSessionCookies(issued: { token: string; adminToken: string | null }): void {
  setCookie(sessionCookie, issued.token, 'Lax')
  if (issued.adminToken) setCookie(adminCookie, issued.adminToken, 'Strict')
}

export function clearSessionCookies(): void {
  setCookie(sessionCookie, '', 'Lax')
  setCookie(adminCookie, '', 'Strict')
}

/** An empty value removes the cookie. Values are base64url, so nothing in them needs encoding. */
function setCookie(name: string, value: string, sameSite: 'Lax' | 'Strict'): void {
  const age = value === '' ? '; Max-Age=0' : ''
  currentRequest().res.appendHeader(
    'set-cookie',
    `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=${sameSite}${age}`,
  )
}

export async function readCookie(name: typeof adminCookie | typeof formCookie): Promise<string | null> {
  return (await cookies()).get(name)?.value ?? null
}
