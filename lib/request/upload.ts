import 'server-only'
import { may, type Right } from '@/lib/directory/rights'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { isFreshAdministrator } from '@/lib/security-info/change'
import { consume } from '@/lib/throttle/store'
import { type SignedInVisit, signedInVisit } from './desk'
import { isFormToken } from './form-token'
import { mayEnterAdminArea } from './page'

/** Where the browser goes next, or the code of the sentence that the page shows. */
export type UploadAnswer = { readonly go: string } | { readonly refused: string }

export type UploadDoor = {
  /** Of what is counted: `action:<name>`. */
  readonly name: string
  /** The page with the form; it shows the sentence of `?error=<code>`. */
  readonly page: string
  /** Any of these opens the door; what is uploaded may need one of them in particular, which `take` asks for. */
  readonly rights: readonly [Right, ...Right[]]
  readonly notAllowed: string
  /** Whether it needs a proof of the last minutes (`isFreshAdministrator`), as doing the same by hand does. */
  readonly isFreshProofNeeded?: boolean
  /** What follows the code in the address of a refusal. */
  readonly afterError?: (form: FormData | null) => string
  readonly take: (visit: SignedInVisit, form: FormData) => Promise<UploadAnswer>
}

/** Uploads that this process holds in memory now, by door. */
const underWay = new Map<string, number>()

/**
 * The front desk of routes that take files from administrators. Who sends them is asked before anything is read, and few are
 * read at a time: files are large, and what waits costs no memory.
 */
export async function takeUpload(request: Request, door: UploadDoor): Promise<Response> {
  const { page } = door
  const answered = (answer: UploadAnswer, form: FormData | null = null) =>
    seeOther('go' in answer ? answer.go : `${page}?error=${answer.refused}${door.afterError?.(form) ?? ''}`)
  const visit = await signedInVisit()
  if (visit?.session.stage !== 'full') return seeOther(`/sign-in?ended=1&returnTo=${encodeURIComponent(page)}`)
  if (!door.rights.some((right) => may(visit.subject, right))) return answered({ refused: door.notAllowed })
  if (!(await mayEnterAdminArea(visit.session.id))) return seeOther(`/admin/enter?returnTo=${encodeURIComponent(page)}`)
  if (door.isFreshProofNeeded && !isFreshAdministrator(visit.session, visit.at))
    return seeOther(`/sign-in/verify?returnTo=${encodeURIComponent(page)}`)
  const rate = { max: limits.rate.stateChangesPerUserPerMinute, windowSeconds: 60 }
  const allowed = await consume(db(), `action:${door.name}:${visit.subject.id}`, rate, visit.at)
  if (!allowed.allowed) return answered({ refused: 'throttle.too_many_requests' })
  const others = underWay.get(door.name) ?? 0
  if (others >= limits.uploads.atOnce) return answered({ refused: 'service.busy' })
  underWay.set(door.name, others + 1)
  try {
    const form = await request.formData().catch(() => null)
    const token = form?.get('formToken')
    if (!form || typeof token !== 'string' || !(await isFormToken(token)))
      return answered({ refused: 'form.stale' }, form)
    return answered(await door.take(visit, form), form)
  } finally {
    underWay.set(door.name, (underWay.get(door.name) ?? 1) - 1)
  }
}

/** A relative address: the browser knows best where it is. */
function seeOther(path: string): Response {
  return new Response(null, { status: 303, headers: { location: path, 'cache-control': 'no-store' } })
}
