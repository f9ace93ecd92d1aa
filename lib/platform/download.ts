import 'server-only'

/**
 * The text at an address that the operator configured. Redirects are not followed; the answer must be 200, come whole within the
 * time, and be no longer than `bytesMax`, counted while it is read. Throws an `Error` that says which of these it was.
 *
 * @see SEC-290, SEC-292
 */
export async function download(
  url: string,
  bounds: { readonly bytesMax: number; readonly milliseconds: number },
): Promise<string> {
  const { protocol, hostname } = new URL(url)
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1'
  if (protocol !== 'https:' && !(protocol === 'http:' && isLocal))
    throw new Error('the address must begin with https://')
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(bounds.milliseconds) })
  if (response.status !== 200) {
    await response.body?.cancel()
    throw new Error(`the address answered ${response.status}`)
  }
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.byteLength
    if (length > bounds.bytesMax) throw new Error(`the answer is longer than ${bounds.bytesMax} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
