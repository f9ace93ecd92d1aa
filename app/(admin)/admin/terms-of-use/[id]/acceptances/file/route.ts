import { notFound } from 'next/navigation'
import { csvLine } from '@/lib/csv/write'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { findTerms, listAcceptances } from '@/lib/terms-of-use/store'

const batch = 1000

/** Who accepted which text when, as a file for a spreadsheet. Written as it is read, however many there are. @see SEC-283 */
export async function GET(_: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params
  const path = `/admin/terms-of-use/${encodeURIComponent(id)}/acceptances`
  await adminPageVisit({ right: 'conditionalAccess.read', path })
  const terms = await findTerms(db(), id)
  if (!terms) notFound()
  const encoder = new TextEncoder()
  let after: string | undefined
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const head = ['user name', 'name', 'terms of use', 'version', 'language', 'accepted at']
      controller.enqueue(encoder.encode(`\uFEFF${csvLine(head)}`))
    },
    async pull(controller) {
      const rows = await listAcceptances(db(), terms.id, { after, take: batch })
      const last = rows.at(-1)
      if (last === undefined) return controller.close()
      after = last.id
      const lines = rows.map(({ userPrincipalName, displayName, textVersion, language, acceptedAt }) =>
        csvLine([
          ...[userPrincipalName, displayName, terms.displayName, String(textVersion), language],
          acceptedAt.toISOString(),
        ]),
      )
      controller.enqueue(encoder.encode(lines.join('')))
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(`${terms.displayName} acceptances.csv`)}`,
      'cache-control': 'no-store',
    },
  })
}
