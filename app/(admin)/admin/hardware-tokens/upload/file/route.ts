import { may } from '@/lib/directory/rights'
import { acceptUpload } from '@/lib/hardware-oath/commands'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { type SignedInVisit, signedInVisit } from '@/lib/request/desk'
import { isFormToken } from '@/lib/request/form-token'
import { mayEnterAdminArea } from '@/lib/request/page'
import { consume } from '@/lib/throttle/store'

const page = '/admin/hardware-tokens/upload'

/** Files that this process holds in memory now. */
let underWay = 0

/**
 * Takes a file of tokens. Who sends it is asked before anything is read, and few are read at a time: a file is large, and
 * what waits costs no memory.
 */
export async function POST(request: Request): Promise<Response> {
  const visit = await signedInVisit()
  if (visit?.session.stage !== 'full') return seeOther(`/sign-in?ended=1&returnTo=${encodeURIComponent(page)}`)
  if (!may(visit.subject, 'hardwareOath.update')) return refused('hardware_oath.not_allowed')
  if (!(await mayEnterAdminArea(visit.session.id))) {
    return seeOther(`/admin/enter?returnTo=${encodeURIComponent(page)}`)
  }
  const rate = { max: limits.rate.stateChangesPerUserPerMinute, windowSeconds: 60 }
  const allowed = await consume(db(), `action:hardwareOath.upload:${visit.subject.id}`, rate, visit.at)
  if (!allowed.allowed) return refused('throttle.too_many_requests')
  if (underWay >= limits.hardwareOath.uploadsAtOnce) return refused('service.busy')
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
  const file = form?.get('file')
  const key = form?.get('key')
  if (!(file instanceof File)) return refused('hardware_oath.file_missing')
  const accepted = await acceptUpload(visit, {
    fileName: file.name,
    bytes: new Uint8Array(await file.arrayBuffer()),
    key: typeof key === 'string' ? key.slice(0, keyLengthMax) : '',
  })
  if (!accepted.ok) return refused(accepted.failure.code)
  return seeOther(`/admin/hardware-tokens/uploads/${accepted.value.uploadId}`)
}
const keyLengthMax = 256

function refused(code: string): Response {
  return seeOther(`${page}?error=${code}`)
}

/** A relative address: the browser knows best where it is. */
function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { location: path, 'cache-control': 'no-store' } })
}
