import { limits } from '@/lib/limits'
import { recordExport } from '@/lib/policy-files/commands'
import { exportArchive, exportJson } from '@/lib/policy-files/export'
import { adminPageVisit } from '@/lib/request/page'

const page = '/admin/conditional-access/export'

/** Exports that this process writes now. */
let underWay = 0

/**
 * The chosen policies, or all of them, as one file. The audit log knows before the first byte leaves. An archive is written as it is
 * read, one thing at a time, however large the named locations are.
 *
 * @see SEC-210, SEC-283, SEC-311
 */
export async function GET(request: Request): Promise<Response> {
  const visit = await adminPageVisit({ right: 'conditionalAccess.read', path: page })
  const asked = new URL(request.url).searchParams
  const ids = [...new Set(asked.getAll('id'))].slice(0, limits.conditionalAccess.policiesMax)
  const form = asked.get('form') === 'json' ? 'json' : 'zip'
  if (underWay >= limits.policyFiles.exportsAtOnce) return refused('policy_files.too_many_exports')
  underWay++
  let isOver = false
  const over = () => {
    if (!isOver) underWay--
    isOver = true
  }
  try {
    const recorded = await recordExport(visit, { form, ids })
    if (!recorded.ok) {
      over()
      return refused(recorded.failure.code)
    }
    if (form === 'json') {
      const text = await exportJson(ids)
      over()
      return file(text, 'application/json; charset=utf-8', 'conditional-access.json')
    }
    const parts = exportArchive(ids, visit.at)
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        try {
          const { value, done } = await parts.next()
          if (!done) return controller.enqueue(value)
          over()
          controller.close()
        } catch (error) {
          over()
          controller.error(error)
        }
      },
      async cancel() {
        over()
        await parts.return(undefined)
      },
    })
    return file(body, 'application/zip', 'conditional-access.zip')
  } catch (error) {
    over()
    throw error
  }
}

function file(body: BodyInit, type: string, name: string): Response {
  return new Response(body, {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
    },
  })
}

/** A relative address: the browser knows best where it is. */
function refused(code: string): Response {
  return new Response(null, {
    status: 303,
    headers: { location: `${page}?error=${code}`, 'cache-control': 'no-store' },
  })
}
