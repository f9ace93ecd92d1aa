// Installs the packages when they are missing or the lock file has changed. Needs nothing but Node and npm.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npmCi } from './npm.mjs'
import { installRuntime } from './runtime.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** `npm ci` if needed; exits the process when it fails, with npm's own words above. Then the Node that serves. */
export function installPackages() {
  requireNode()
  installOwn()
  installRuntime()
}

function installOwn() {
  const lock = join(root, 'package-lock.json')
  const stamp = join(root, 'node_modules/.twofold-lock')
  const current = createHash('sha256').update(readFileSync(lock)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === current) return
  const installed = join(root, 'node_modules/.package-lock.json')
  const isFresh = !existsSync(stamp) && existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs
  if (!isFresh) {
    console.log('installing packages (once, about a minute)')
    if (!npmCi(root)) {
      console.error('npm ci failed; see above')
      process.exit(1)
    }
  }
  writeFileSync(stamp, current)
}

function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  console.error(`Node ${process.versions.node} is too old: install Node 20.19 or newer`)
  process.exit(1)
}
