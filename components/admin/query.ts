import { z } from 'zod'

/** What an address asks for, as Next.js hands it to a page. */
export type SearchParams = Readonly<Record<string, string | string[] | undefined>>

/** One parameter, trimmed; absent, empty, too long, or there twice counts as absent. */
export function parameter(given: SearchParams, name: string, lengthMax = 256): string | undefined {
  const value = given[name]
  if (typeof value !== 'string') return undefined
  const trimmed = value.trim()
  return trimmed === '' || trimmed.length > lengthMax || trimmed.includes('\u0000') ? undefined : trimmed
}

/** One of several known words, or absent. */
export function choice<Word extends string>(
  given: SearchParams,
  name: string,
  words: readonly Word[],
): Word | undefined {
  const value = parameter(given, name)
  return words.find((word) => word === value)
}

/** A day written `2026-11-22`, as its first instant in UTC; `days` moves it. Anything else is absent. */
export function day(given: SearchParams, name: string, days = 0): Date | undefined {
  const parsed = z.iso.date().safeParse(parameter(given, name))
  if (!parsed.success) return undefined
  const at = Date.parse(`${parsed.data}T00:00:00Z`) + days * 86_400_000
  return Number.isFinite(at) ? new Date(at) : undefined
}

/** An address on this origin with the given parameters; absent and empty ones are left out. */
export function address(path: string, parameters: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value) query.set(name, value)
  const text = query.toString()
  return text ? `${path}?${text}` : path
}

/** The parameters of `names` that the address carries, to keep them in links. */
export function kept(given: SearchParams, names: readonly string[]): Record<string, string | undefined> {
  return Object.fromEntries(names.map((name) => [name, parameter(given, name)]))
}
