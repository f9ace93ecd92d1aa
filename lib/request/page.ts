import 'server-only'
import { notFound, redirect } from 'next/navigation'
import { isAdministrator, may, type Right } from '@/lib/directory/rights'
import { db } from '@/lib/platform/db'
import type { Failure } from '@/lib/result'
import type { SessionStage } from '@/lib/sign-in/model'
import { sessionCookie } from '@/lib/sign-in/next-auth'
import { isAdminToken } from '@/lib/sign-in/session'
import { adminCookie, readCookie } from './cookies'
import { type SignedInVisit, signedInVisit } from './desk'

/**
 * A page's way past the desk: the visit, or a redirect to where the missing part can be had. What a page shows is a
 * courtesy; each action decides again for itself.
 */
export async function pageVisit(input: {
  readonly stages: readonly SessionStage[]
  /** The page's own path, to come back to. */
  readonly path: string
}): Promise<SignedInVisit> {
  const found = await signedInVisit()
  if (!found) {
    // A browser that still holds an id was signed in, and is told that this has ended.
    const ended = readCookie(sessionCookie) === null ? '' : 'ended=1&'
    redirect(`/sign-in?${ended}returnTo=${encodeURIComponent(input.path)}`)
  }
  if (!input.stages.includes(found.session.stage)) redirect(wayOn(found.session.stage))
  return found
}

/** Refusals of the gate that the person can do something about at once, each on a page of its own. */
export function isForPerson({ code }: Failure): boolean {
  return (
    code === 'security_info.freshness_required' ||
    code === 'security_info.terms_required' ||
    code === 'security_info.new_password_required'
  )
}

/** The page that says what the gate's refusal is about, and leads back to `path` where the person can do something. */
export function wayOfRefusal({ code, details }: Failure, path: string): string {
  const back = `?returnTo=${encodeURIComponent(path)}`
  switch (code) {
    case 'security_info.freshness_required':
      return `/sign-in/verify${back}`
    case 'security_info.terms_required':
      return `/sign-in/terms/${details?.terms}${back}`
    case 'security_info.new_password_required':
      return '/sign-in/new-password'
    default:
      return `/security-info/blocked?reason=${code.slice('security_info.'.length)}`
  }
}

function wayOn(stage: SessionStage): string {
  switch (stage) {
    case 'firstFactor':
      return '/sign-in/continue'
    case 'registration':
      return '/security-info/register'
    case 'full':
      return '/security-info'
  }
}

/**
 * A page of the admin area: a full session that did MFA, the area's own cookie, and the right. Whoever has no right at
 * all gets the same answer as for a page that does not exist.
 */
export async function adminPageVisit(input: { readonly right?: Right; readonly path: string }): Promise<SignedInVisit> {
  const found = await pageVisit({ stages: ['full'], path: input.path })
  if (!isAdministrator(found.subject)) notFound()
  if (!(await mayEnterAdminArea(found.session.id))) redirect(`/admin/enter?returnTo=${encodeURIComponent(input.path)}`)
  if (input.right && !may(found.subject, input.right)) notFound()
  return found
}

/** Whether this browser holds the admin cookie of its session; it was issued only after MFA with a registered method. */
export async function mayEnterAdminArea(sessionId: string): Promise<boolean> {
  const token = readCookie(adminCookie)
  return token !== null && (await isAdminToken(db(), sessionId, token))
}
