import { may } from '@/lib/directory/rights'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { updateMailLogo } from '@/lib/policy-changes/mail'
import { signedInVisit } from '@/lib/request/desk'
import { isFormToken } from '@/lib/request/form-token'
import { mayEnterAdminArea } from '@/lib/request/page'
import { consume } from '@/lib/throttle/store'

const page = '/admin/notifications/branding'

/** Takes a logo. Who sends it is asked before anything is read; the server's own bound keeps what is read small. */
export async function POST(request: Request): Promise<Response> {
  const visit = await signedInVisit()
  if (visit?.session.stage !== 'full') return seeOther(`/sign-in?ended=1&returnTo=${encodeURIComponent(page)}`)
  if (!may(visit.subject, 'mailSettings.update')) return refused('directory.forbidden')
  if (!(await mayEnterAdminArea(visit.session.id))) return seeOther(`/admin/enter?returnTo=${encodeURIComponent(page)}`)
  const rate = { max: limits.rate.stateChangesPerUserPerMinute, windowSeconds: 60 }
  const allowed = await consume(db(), `action:mailSettings.logo:${visit.subject.id}`, rate, visit.at)
  if (!allowed.allowed) return refused('throttle.too_many_requests')
  const form = await request.formData().catch(() => null)
  const token = form?.get('formToken')
  if (typeof token !== 'string' || !(await isFormToken(token))) return refused('form.stale')
  const file = form?.get('file')
  if (!(file instanceof File)) return refused('mail.logo_missing')
  const saved = await updateMailLogo(visit, new Uint8Array(await file.arrayBuffer()))
  return saved.ok ? seeOther(`${page}?done=logo#preview`) : refused(saved.failure.code)
}

function refused(code: string): Response {
  return seeOther(`${page}?error=${code}#logo`)
}

/** A relative address: the browser knows best where it is. */
function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { location: path, 'cache-control': 'no-store' } })
}
