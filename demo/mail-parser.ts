/** Enough of RFC 5322 and RFC 2045 to read the plain text of the mails this product sends; not a general parser. */
export function parseMail(raw: string): { headers: Map<string, string>; text: string } {
  const { headers, body } = split(raw)
  return {
    headers: new Map([...headers].map(([name, value]) => [name, decodeWords(value)])),
    text: plainText(headers, body),
  }
}

function split(raw: string): { headers: Map<string, string>; body: string } {
  const end = raw.search(/\r?\n\r?\n/)
  const head = end < 0 ? raw : raw.slice(0, end)
  const headers = new Map<string, string>()
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return { headers, body: end < 0 ? '' : raw.slice(end).replace(/^\r?\n\r?\n/, '') }
}

function plainText(headers: Map<string, string>, body: string): string {
  const type = headers.get('content-type') ?? 'text/plain'
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (boundary === undefined) return decodeBody(headers.get('content-transfer-encoding') ?? '7bit', body)
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => split(part.replace(/^\r?\n/, '')))
  const chosen = parts.find((part) => /text\/plain|multipart/i.test(part.headers.get('content-type') ?? 'text/plain'))
  return chosen === undefined ? '' : plainText(chosen.headers, chosen.body)
}

function decodeBody(encoding: string, body: string): string {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64').toString('utf8')
  if (/quoted-printable/i.test(encoding)) return fromQuotedPrintable(body.replace(/=\r?\n/g, '')).trim()
  return body.replace(/\r\n/g, '\n').trim()
}

function fromQuotedPrintable(text: string): string {
  const bytes = Buffer.from(text, 'utf8').toString('latin1')
  const decoded = bytes.replace(/=([0-9A-F]{2})/gi, (_match, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
  return Buffer.from(decoded, 'latin1').toString('utf8').replace(/\r\n/g, '\n')
}

/** `=?UTF-8?Q?…?=` and `=?UTF-8?B?…?=` in headers (RFC 2047). */
function decodeWords(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([QB])\?([^?]*)\?=/gi, (_match, encoding: string, text: string) =>
      encoding.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString('utf8')
        : fromQuotedPrintable(text.replaceAll('_', ' ')),
    )
}
