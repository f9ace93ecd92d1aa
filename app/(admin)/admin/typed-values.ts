import type { FormAnswer } from '@/components/ui/form-answer'

/**
 * What the browser sent, as fields know it: the passing to and fro shows it, nothing believes it. A box that was not
 * ticked sends nothing, so every name of the form is given, and is empty where nothing came.
 */
export function typedValues(data: unknown, names: readonly string[], lists: readonly string[]): FormAnswer['values'] {
  if (!(data instanceof FormData)) return {}
  const texts = (name: string) => data.getAll(name).filter((value) => typeof value === 'string')
  return Object.fromEntries(
    names.map((name) => [name, lists.includes(name) ? texts(`${name}[]`) : (texts(name).at(-1) ?? '')]),
  )
}
