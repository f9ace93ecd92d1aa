import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'
import { bareContentSecurityPolicy } from './security-headers'

/** A file that is served from memory, with the compressed forms that the build left beside it. */
type StaticFile = {
  readonly type: string
  readonly plain: Buffer
  readonly encoded: Readonly<Partial<Record<'br' | 'gzip', Buffer>>>
  readonly etag: string
  /** Its name holds a hash of its content. */
  readonly isImmutable: boolean
}

export type StaticFiles = ReadonlyMap<string, StaticFile>

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
}

/** Reads the built assets and `public/` once; about a megabyte. Only known types, no hidden files, no source maps. */
export function loadStaticFiles(root: string): StaticFiles {
  const files = new Map<string, StaticFile>()
  add(files, join(root, '.next/static'), '/_next/static/', true)
  add(files, join(root, 'public'), '/', false)
  return files
}

function add(files: Map<string, StaticFile>, directory: string, prefix: string, isImmutable: boolean): void {
  if (!existsSync(directory)) return
  for (const entry of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    const file = join(directory, entry)
    const type = types[extname(entry)]
    if (type === undefined || entry.split(sep).some((part) => part.startsWith('.')) || !statSync(file).isFile())
      continue
    const plain = readFileSync(file)
    const compressed = (ending: string) =>
      existsSync(`${file}${ending}`) ? readFileSync(`${file}${ending}`) : undefined
    const br = compressed('.br')
    const gzip = compressed('.gz')
    files.set(prefix + relative(directory, file).split(sep).join('/'), {
      type,
      plain,
      encoded: { ...(br && { br }), ...(gzip && { gzip }) },
      etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
      isImmutable,
    })
  }
}

/** Answers from memory; false when there is no such file and somebody else must answer. */
export function serveStatic(files: StaticFiles, path: string, req: IncomingMessage, res: ServerResponse): boolean {
  const file = files.get(path)
  if (file === undefined || (req.method !== 'GET' && req.method !== 'HEAD')) return false
  res.setHeader('Content-Security-Policy', bareContentSecurityPolicy)
  res.setHeader('Content-Type', file.type)
  res.setHeader('Cache-Control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'public, max-age=3600')
  res.setHeader('Vary', 'Accept-Encoding')
  res.setHeader('ETag', file.etag)
  if (req.headers['if-none-match'] === file.etag) {
    res.writeHead(304).end()
    return true
  }
  const accepted = String(req.headers['accept-encoding'] ?? '')
    .split(',')
    .map((part) => part.trim().split(';')[0])
  const encoding = (['br', 'gzip'] as const).find((name) => accepted.includes(name) && file.encoded[name] !== undefined)
  const body = encoding === undefined ? file.plain : (file.encoded[encoding] ?? file.plain)
  if (encoding !== undefined) res.setHeader('Content-Encoding', encoding)
  res.setHeader('Content-Length', body.length)
  res.end(req.method === 'HEAD' ? undefined : body)
  return true
}
