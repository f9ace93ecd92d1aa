import { notFound } from 'next/navigation'
import { csvLine } from '@/lib/csv/write'
import { may } from '@/lib/directory/rights'
import { failuresFileName, rightOf } from '@/lib/directory-files/model'
import { findImport } from '@/lib/directory-files/store/imports'
import { listLines } from '@/lib/directory-files/store/lines'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { reasonText } from '../../words'

const batch = 1000

/** The lines that were left out, as a file for a spreadsheet: line, name as written, column, and why. @see SEC-283 */
export async function GET(_: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params
  const path = `/admin/people-and-groups/${encodeURIComponent(id)}`
  const { subject } = await adminPageVisit({ path })
  const file = await findImport(db(), id)
  if (!file || !may(subject, rightOf(file.kind))) notFound()
  const encoder = new TextEncoder()
  let after = 0
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(`\uFEFF${csvLine(['line', 'name', 'column', 'reason'])}`))
    },
    async pull(controller) {
      const lines = await listLines(db(), file.id, 'refused', after, batch)
      const last = lines.at(-1)
      if (last === undefined) return controller.close()
      after = last.number
      const texts = lines.map(({ line, key, trouble }) =>
        csvLine([String(line), key, trouble?.column ?? '', trouble ? reasonText(trouble) : '']),
      )
      controller.enqueue(encoder.encode(texts.join('')))
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(failuresFileName(file.fileName))}`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  })
}
