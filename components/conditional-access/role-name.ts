import { directoryRoles } from '@/lib/directory/model'

const names = new Map<string, string>(
  Object.entries(directoryRoles).map(([word, id]) => {
    const spaced = word.replace(/([A-Z])/g, ' $1')
    return [id, spaced.charAt(0).toUpperCase() + spaced.slice(1)]
  }),
)

/** A directory role as administrators know it, by its template id; the id itself when it is not one of ours. */
export function roleName(id: string): string {
  return names.get(id) ?? id
}
