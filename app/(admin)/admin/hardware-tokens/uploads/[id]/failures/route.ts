import { notFound } from 'next/navigation'
import { csvLine } from '@/lib/csv/write'
import { failuresFileName } from '@/lib/hardware-oath/model'
import { findUpload, listFailures } from '@/lib/hardware-oath/store/uploads'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'

const batch = 1000

/**
 * The lines that were left out, as a file for a spreadsheet: line, user name and serial number as written, and why. Keys are
 * not in it. Written as it is read, however many there are. @see SEC-283
 */
export async function GET(_: Request, { params }: { params: Promise<{ id: string }> }): Promise<Response> {
  const { id } = await params
  await adminPageVisit({
    right: 'hardwareOath.update',
    path: `/admin/hardware-tokens/uploads/${encodeURIComponent(id)}`,
  })
  const upload = await findUpload(db(), id)
  if (!upload) notFound()
  const encoder = new TextEncoder()
  let after = 0
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(`\uFEFF${csvLine(['line', 'upn', 'serial number', 'reason'])}`))
    },
    async pull(controller) {
      const failures = await listFailures(db(), upload.id, after, batch)
      const last = failures.at(-1)
      if (last === undefined) return controller.close()
      after = last.record
      const lines = failures.map(({ line, userPrincipalName, serialNumber, reason }) =>
        csvLine([String(line), userPrincipalName, serialNumber, t(`tokens.line.${reason}`)]),
      )
      controller.enqueue(encoder.encode(lines.join('')))
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(failuresFileName(upload.fileName))}`,
      'cache-control': 'no-store',
    },
  })
}
