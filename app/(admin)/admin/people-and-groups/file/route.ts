import { may } from '@/lib/directory/rights'
import { acceptFile } from '@/lib/directory-files/commands'
import { fileKinds, rightOf } from '@/lib/directory-files/model'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { type SignedInVisit, signedInVisit } from '@/lib/request/desk'
import { isFormToken } from '@/lib/request/form-token'
import { mayEnterAdminArea } from '@/lib/request/page'
import { consume } from '@/lib/throttle/store'

const page = '/admin/people-and-groups'

/** Files that this process holds in memory now. */
let underWay = 0

/**
 * Takes a file of people or groups. Who sends it is asked before anything is read, and few are read at a time: a file is
 * large, and what waits costs no memory.
 */
export async function POST(request: Request): Promise<Response> {
  const visit = await signedInVisit()
  if (visit?.session.stage !== 'full') return seeOther(`/sign-in?ended=1&returnTo=${encodeURIComponent(page)}`)
  if (!fileKinds.some((kind) => may(visit.subject, rightOf(kind)))) return refused('directory_files.not_allowed')
  if (!(await mayEnterAdminArea(visit.session.id))) {
    return seeOther(`/admin/enter?returnTo=${encodeURIComponent(page)}`)
  }
  const rate = { max: limits.rate.stateChangesPerUserPerMinute, windowSeconds: 60 }
  const allowed = await consume(db(), `action:directoryFiles.upload:${visit.subject.id}`, rate, visit.at)
  if (!allowed.allowed) return refused('throttle.too_many_requests')
  if (underWay >= limits.directoryFiles.uploadsAtOnce) return refused('service.busy')
  underWay++
  try {
    return await take(request, visit)
  } finally {
    underWay--
  }
}

async function take(request: Request, visit: SignedInVisit): Promise<Response> {
  const form = await request.formData().catch(() => null)
  const token = form?.get('formToken')
  if (typeof token !== 'string' || !(await isFormToken(token))) return refused('form.stale')
  const kind = fileKinds.find((word) => word === form?.get('kind'))
  const file = form?.get('file')
  if (kind === undefined) return refused('form.invalid')
  if (!(file instanceof File)) return refused('directory_files.file_missing', kind)
  const bytes = new Uint8Array(await file.arrayBuffer())
  const accepted = await acceptFile(visit, { kind, fileName: file.name, bytes })
  return accepted.ok ? seeOther(`${page}/${accepted.value.importId}`) : refused(accepted.failure.code, kind)
}

function refused(code: string, kind = ''): Response {
  return seeOther(`${page}?error=${code}&kind=${kind}`)
}

/** A relative address: the browser knows best where it is. */
function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { location: path, 'cache-control': 'no-store' } })
}
