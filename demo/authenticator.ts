import { createHmac } from 'node:crypto'

/** An authenticator app that somebody of the demonstration carries; the post office shows its codes in their place. */
export type DemoAuthenticator = { readonly owner: string; readonly secret: string }

/** The six digits of now (RFC 6238, SHA-1, 30 s). `secret` is base32 without padding. */
export function codeAt(secret: string, at: Date): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at.getTime() / 30_000)))
  const mac = createHmac('sha1', decode(secret)).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0x0f
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

function decode(base32: string): Buffer {
  const bits = [...base32].map((symbol) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(symbol).toString(2).padStart(5, '0'),
  )
  const bytes = bits.join('').match(/.{8}/g) ?? []
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
}
