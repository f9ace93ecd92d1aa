/** Joins class names and leaves out what is absent; conditions stay readable at the call. */
export function classes(...names: (string | false | null | undefined)[]): string {
  return names.filter(Boolean).join(' ')
}
