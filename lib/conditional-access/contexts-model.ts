import { z } from 'zod'
import { limits } from '@/lib/limits'

/** What the organisation calls its authentication contexts, `c1` to `c99`. A name decides nothing. */
export const contextNamesSchema = z
  .array(
    z.strictObject({
      id: z.string().regex(/^c[1-9]\d?$/),
      name: z.string().trim().min(1).max(limits.displayNameLengthMax),
    }),
  )
  .max(99)
  .refine((contexts) => new Set(contexts.map(({ id }) => id)).size === contexts.length)
  .transform((contexts) => contexts.toSorted((one, other) => numberOf(one.id) - numberOf(other.id)))
export type ContextNames = z.output<typeof contextNamesSchema>

/** Reads the lines of a form: `c1 Confidential files`. Null when a line is none, or an id is there twice. */
export function readContextLines(text: string): ContextNames | null {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const contexts = lines.map((line) => {
    const [, id = '', name = ''] = /^\s*(c\d{1,2})\s+(.*)$/i.exec(line) ?? []
    return { id: id.toLowerCase(), name }
  })
  return contextNamesSchema.safeParse(contexts).data ?? null
}

export function contextLines(contexts: ContextNames): string {
  return contexts.map(({ id, name }) => `${id} ${name}`).join('\n')
}

function numberOf(id: string): number {
  return Number(id.slice(1))
}
