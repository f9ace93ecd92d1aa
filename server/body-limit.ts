import type { IncomingMessage, ServerResponse } from 'node:http'
import { limits } from '@/lib/limits'
import { isBearerPath, isCallbackPath } from './request-guard'

/** A body that arrives slower than this is given up. @see SEC-310 */
const bodyMillisecondsMax = 15_000

/** Where a file of hardware tokens arrives; the door asks who sends it before it reads. */
const tokenUploadPath = '/admin/hardware-tokens/upload/file'

/** Where files of policies arrive, in the same way. */
const policyUploadPath = '/admin/conditional-access/import/files'

/** Where files of people and groups arrive, in the same way. */
const directoryUploadPath = '/admin/people-and-groups/file'

/** Bytes that a request to `path` may carry. */
export function bodyBytesMax(path: string): number {
  if (path === tokenUploadPath) return limits.hardwareOath.uploadBytesMax + limits.body.jsonBytes
  if (path === policyUploadPath) return limits.policyFiles.bodyBytesMax
  if (path === directoryUploadPath) return limits.directoryFiles.uploadBytesMax + limits.body.jsonBytes
  return isBearerPath(path) || isCallbackPath(path) ? limits.body.jsonBytes : limits.body.actionBytes
}

/**
 * Counts the body while it is read and ends the request when it is too long (413) or too slow (408). Answers false
 * when the announced length is refused at once; then the answer is already sent.
 */
export function limitBody(req: IncomingMessage, res: ServerResponse, bytesMax: number): boolean {
  if (req.method === 'GET' || req.method === 'HEAD') return true
  if (Number(req.headers['content-length'] ?? 0) > bytesMax) {
    end(req, res, 413)
    return false
  }
  const timer = setTimeout(() => end(req, res, 408), bodyMillisecondsMax)
  timer.unref()
  for (const event of ['end', 'close']) req.once(event, () => clearTimeout(timer))

  let received = 0
  const push = req.push.bind(req)
  req.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk instanceof Uint8Array || typeof chunk === 'string') received += Buffer.byteLength(chunk)
    if (received <= bytesMax) return push(chunk, encoding)
    end(req, res, 413)
    return false
  }
  return true
}

function end(req: IncomingMessage, res: ServerResponse, status: 408 | 413): void {
  if (res.headersSent) {
    req.destroy()
    return
  }
  res.once('finish', () => req.destroy())
  res.writeHead(status, { connection: 'close', 'content-type': 'text/plain; charset=utf-8' })
  res.end(status === 413 ? 'too large\n' : 'too slow\n')
}
