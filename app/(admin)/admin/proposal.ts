import type { z } from 'zod'

/**
 * A change that is looked at before it is saved. It travels in the address: the preview works without scripts and
 * without a row that somebody would have to clean up. It comes back from the browser, so it is read like any other
 * input, and what it says is judged again when it is saved.
 */
export function writeProposal(change: unknown): string {
  return Buffer.from(JSON.stringify(change), 'utf8').toString('base64url')
}

/** The change, or null when the text is none. */
export function readProposal<Schema extends z.ZodType>(schema: Schema, text: unknown): z.output<Schema> | null {
  if (typeof text !== 'string' || text.length > 16_384) return null
  try {
    const parsed = schema.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/** Text that is no number is no version anybody was shown: it never matches. */
export function readVersion(text: unknown): number {
  return typeof text === 'string' && /^\d{1,9}$/.test(text) ? Number(text) : -1
}
