import { may } from '@/lib/directory/rights'
import { modelPicture } from '@/lib/fido-metadata/store'
import { db } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import { signedInVisit } from '@/lib/request/desk'
import { mayEnterAdminArea } from '@/lib/request/page'

/** The picture of a model of authenticators, for those who read the methods policy; anybody else finds nothing. */
export async function GET(_request: Request, { params }: { params: Promise<{ aaguid: string }> }): Promise<Response> {
  const { aaguid } = await params
  const visit = await signedInVisit()
  const isReader =
    visit?.session.stage === 'full' &&
    may(visit.subject, 'authenticationMethodsPolicy.read') &&
    (await mayEnterAdminArea(visit.session.id))
  const picture = isReader && isUuid(aaguid) ? await modelPicture(db(), aaguid.toLowerCase()) : null
  if (!picture) return new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })
  return new Response(picture, {
    headers: { 'content-type': 'image/png', 'cache-control': 'private, max-age=3600' },
  })
}
