import { record } from '@/lib/audit/record'
import { transaction } from '@/lib/platform/db'
import { clearSessionCookies } from '@/lib/request/cookies'
import { signedInVisit } from '@/lib/request/desk'
import { isFormToken } from '@/lib/request/form-token'
import { endSession } from '@/lib/sign-in/session'

/** Ends the session of this browser and takes with it what the browser kept of it. Without the form's token nothing happens. */
export async function POST(request: Request): Promise<Response> {
  const token = (await request.formData().catch(() => null))?.get('formToken')
  if (typeof token !== 'string' || !(await isFormToken(token))) return seeOther('/')
  const visit = await signedInVisit()
  if (visit) {
    const { session, actor, origin, at } = visit
    await transaction(async (tx) => {
      if (!(await endSession(tx, session.id))) return
      await record(tx, {
        activity: 'signedOut',
        at,
        outcome: 'success',
        actor,
        origin,
        target: { kind: 'user', id: session.userId },
        correlationId: session.correlationId,
      })
    })
  }
  clearSessionCookies()
  return seeOther('/sign-in?signedOut=1', { 'clear-site-data': '"cache", "cookies", "storage"' })
}

/** A relative address: the browser knows best where it is. */
function seeOther(path: string, headers: Record<string, string> = {}): Response {
  return new Response(null, { status: 303, headers: { ...headers, location: path, 'cache-control': 'no-store' } })
}
