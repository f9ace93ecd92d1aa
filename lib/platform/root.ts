/** Where the program's own files lie, for the few that are read by path while it runs. */
const key = Symbol.for('twofold.root')
const shared = globalThis as { [key]?: string }

/** Said once by the process, which knows where its file is. */
export function setRoot(path: string): void {
  shared[key] = path
}

/** The directory of the program; where nobody has said it (tests, scripts) the working directory. */
export function root(): string {
  return shared[key] ?? /* turbopackIgnore: true */ process.cwd()
}
