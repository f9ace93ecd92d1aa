import 'server-only'
import { cookies } from 'next/headers'
import { sessionCookie } from '@/lib/sign-in/next-auth'

/** What the browser keeps: opaque ids only. `__Host-` names are pinned to this host, over TLS, for the whole site. */
export const adminCookie = '__Host-twofold-admin'
/** Set by the entry of the process on the first page; ties forms and anonymous ceremonies to one browser. */
export const formCookie = '__Host-twofold-form'

const base = { httpOnly: true, secure: true, path: '/' } as const

/** Puts the session's new id into the browser; for an administrator also the admin area's own, stricter cookie. */
export async function writeSessionCookies(issued: { token: string; adminToken: string | null }): Promise<void> {
  const jar = await cookies()
  jar.set(sessionCookie, issued.token, { ...base, sameSite: 'lax' })
  if (issued.adminToken) jar.set(adminCookie, issued.adminToken, { ...base, sameSite: 'strict' })
}

export async function clearSessionCookies(): Promise<void> {
  const jar = await cookies()
  jar.set(sessionCookie, '', { ...base, sameSite: 'lax', maxAge: 0 })
  jar.set(adminCookie, '', { ...base, sameSite: 'strict', maxAge: 0 })
}

export async function readCookie(name: typeof adminCookie | typeof formCookie): Promise<string | null> {
  return (await cookies()).get(name)?.value ?? null
}
