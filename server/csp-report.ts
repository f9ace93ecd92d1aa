import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { log } from '@/lib/platform/log'

const bytesMax = 8192
const loggedPerMinuteMax = 30

const report = z.object({
  type: z.literal('csp-violation'),
  body: z.object({ effectiveDirective: z.string().max(64) }),
})

let minute = 0
let loggedInMinute = 0

/**
 * Takes what browsers say the policy blocked. Anyone may post here, so nothing is stored, only the name of the
 * directive is logged, and no more than a line every two seconds. @see SEC-162, SEC-313
 */
export function takeCspReport(req: IncomingMessage, res: ServerResponse): void {
  let text = ''
  req.setEncoding('utf8')
  req.on('data', (chunk: string) => {
    text += chunk
    if (text.length > bytesMax) req.destroy()
  })
  req.once('end', () => {
    for (const directive of directives(text)) if (mayLog()) log.warn('csp_violation', { detail: directive })
    res.writeHead(204).end()
  })
}

function directives(text: string): string[] {
  try {
    const parsed = z.array(z.unknown()).max(20).safeParse(JSON.parse(text))
    return (parsed.data ?? []).flatMap((entry) => {
      const checked = report.safeParse(entry)
      return checked.success && /^[a-z-]+$/.test(checked.data.body.effectiveDirective)
        ? [checked.data.body.effectiveDirective]
        : []
    })
  } catch {
    return []
  }
}

function mayLog(): boolean {
  const current = Math.floor(Date.now() / 60_000)
  if (current !== minute) loggedInMinute = 0
  minute = current
  loggedInMinute += 1
  return loggedInMinute <= loggedPerMinuteMax
}
