import 'server-only'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'

/**
 * A file that is written while it is read, however much it holds: one piece is asked for when the one before has been
 * taken. Only so many at once, because each keeps the database busy; whoever comes later is told to try again. What
 * `pieces` gives is left as it is: cells of a spreadsheet are made harmless by whoever makes the lines.
 *
 * @see SEC-283, SEC-311
 */
export function download(file: {
  readonly name: string
  readonly type: 'text/csv' | 'application/json'
  readonly pieces: () => AsyncIterable<string>
}): Response {
  const shared = running()
  if (shared.count >= limits.exports.atOnce)
    return new Response(t('admin.export.busy'), {
      status: 503,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '30', 'cache-control': 'no-store' },
    })
  shared.count += 1
  let isOver = false
  const end = () => {
    if (!isOver) shared.count -= 1
    isOver = true
  }
  const encoder = new TextEncoder()
  const pieces = file.pieces()[Symbol.asyncIterator]()
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next()
        if (done) {
          end()
          controller.close()
        } else controller.enqueue(encoder.encode(value))
      } catch (error) {
        end()
        controller.error(error)
      }
    },
    async cancel() {
      end()
      await pieces.return?.()
    },
  })
  return new Response(body, {
    headers: {
      'content-type': `${file.type}; charset=utf-8`,
      'content-disposition': `attachment; filename="${file.name}"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    },
  })
}

const key = Symbol.for('twofold.exports')
function running(): { count: number } {
  const store = globalThis as unknown as Record<symbol, { count: number } | undefined>
  store[key] ??= { count: 0 }
  return store[key]
}
