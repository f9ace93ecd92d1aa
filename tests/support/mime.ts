/** A mail read back from what went over the wire: headers, and the parts inside one another. */
export type Part = {
  readonly headers: ReadonlyMap<string, string>
  readonly type: string
  readonly parts: readonly Part[]
  readonly bytes: Buffer
  readonly text: string
}

/** RFC 2045 and 2046, as far as any mail needs them. `raw` is Latin 1, so that no byte is lost. */
export function readMime(raw: string): Part {
  const end = raw.indexOf('\r\n\r\n')
  const [head, body] = end < 0 ? [raw, ''] : [raw.slice(0, end), raw.slice(end + 4)]
  const headers = new Map<string, string>()
  for (const line of head.replace(/\r\n[ \t]+/g, ' ').split('\r\n')) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    if (headers.has(name)) throw new Error(`the header ${name} stands there twice`)
    headers.set(name, line.slice(colon + 1).trim())
  }
  const contentType = headers.get('content-type') ?? 'text/plain'
  const type = (contentType.split(';')[0] ?? '').trim().toLowerCase()
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1]
  const parts =
    boundary === undefined
      ? []
      : `\r\n${body}`
          .split(`\r\n--${boundary}`)
          .slice(1, -1)
          .map((part) => readMime(part.replace(/^\r\n/, '')))
  const bytes = decode(headers.get('content-transfer-encoding') ?? '7bit', body)
  return { headers, type, parts, bytes, text: bytes.toString('utf8').replaceAll('\r\n', '\n') }
}

function decode(encoding: string, body: string): Buffer {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64')
  if (/quoted-printable/i.test(encoding)) {
    const text = body
      .replace(/=\r\n/g, '')
      .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    return Buffer.from(text, 'latin1')
  }
  return Buffer.from(body, 'latin1')
}

/** RFC 2047: words of a header in UTF-8. */
export function readWords(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_, encoding: string, text: string) =>
      encoding.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString('utf8')
        : decode('quoted-printable', text.replaceAll('_', ' ')).toString('utf8'),
    )
}
