import { may } from '@/lib/directory/rights'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { acceptFiles } from '@/lib/policy-files/commands'
import type { GivenFile } from '@/lib/policy-files/split'
import { type SignedInVisit, signedInVisit } from '@/lib/request/desk'
import { isFormToken } from '@/lib/request/form-token'
import { mayEnterAdminArea } from '@/lib/request/page'
import { consume } from '@/lib/throttle/store'

const page = '/admin/conditional-access/import'

/** Uploads that this process holds in memory now. */
let underWay = 0

/**
 * Takes files of policies. Who sends them is asked before anything is read, and few are read at a time: files are large, and
 * what waits costs no memory.
 */
export async function POST(request: Request): Promise<Response> {
  const visit = await signedInVisit()
  if (visit?.session.stage !== 'full') return seeOther(`/sign-in?ended=1&returnTo=${encodeURIComponent(page)}`)
  if (!may(visit.subject, 'conditionalAccess.update')) return refused('policy_files.not_allowed')
  if (!(await mayEnterAdminArea(visit.session.id))) {
    return seeOther(`/admin/enter?returnTo=${encodeURIComponent(page)}`)
  }
  const rate = { max: limits.rate.stateChangesPerUserPerMinute, windowSeconds: 60 }
  const allowed = await consume(db(), `action:policyFiles.upload:${visit.subject.id}`, rate, visit.at)
  if (!allowed.allowed) return refused('throttle.too_many_requests')
  if (underWay >= limits.policyFiles.uploadsAtOnce) return refused('service.busy')
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
  if (!form || typeof token !== 'string' || !(await isFormToken(token))) return refused('form.stale')
  const given = form.getAll('files').filter((file) => file instanceof File)
  if (given.length > limits.policyFiles.filesMax) return refused('policy_files.too_many_files')
  // Before they are copied out of the form.
  if (given.reduce((sum, { size }) => sum + size, 0) > limits.policyFiles.uploadBytesMax)
    return refused('policy_files.file_too_large')
  const files: GivenFile[] = []
  for (const file of given) files.push({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })
  if (files.some(({ name, bytes }) => bytes.length > 0 && !/\.(json|txt|zip)$/i.test(name)))
    return refused('policy_files.format_unknown')
  const accepted = await acceptFiles(visit, files)
  if (!accepted.ok) return refused(accepted.failure.code)
  if ('importId' in accepted.value) return seeOther(`${page}/${accepted.value.importId}`)
  const { trouble, place } = accepted.value.unread
  const where = place ? `&line=${place.line}&column=${place.column}` : ''
  return seeOther(`${page}?trouble=${trouble}${where}`)
}

function refused(code: string): Response {
  return seeOther(`${page}?error=${code}`)
}

/** A relative address: the browser knows best where it is. */
function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { location: path, 'cache-control': 'no-store' } })
}
