import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The sources as text: what the structure tests read. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

export type Source = { readonly path: string; readonly text: string; readonly imports: readonly string[] }

/** All TypeScript below these folders, without tests; imports are resolved to paths from the root where they are ours. */
export function sources(...folders: string[]): Source[] {
  return folders.flatMap((folder) => files(join(root, folder)).map(read))
}

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return files(path)
    return /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? [path] : []
  })
}

function read(path: string): Source {
  const text = readFileSync(path, 'utf8')
  const imports = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map(([, target]) =>
    resolve(path, target ?? ''),
  )
  return { path: relative(root, path), text, imports }
}

function resolve(from: string, target: string): string {
  if (target.startsWith('@/')) return target.slice(2)
  if (target.startsWith('.')) return relative(root, join(dirname(from), target))
  return target
}

/** The room of a path below `lib`, such as `sign-in`; null for the loose files and everything outside. */
export function roomOf(path: string): string | null {
  return /^lib\/([^/.]+)\//.exec(path)?.[1] ?? null
}
