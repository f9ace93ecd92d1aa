// Builds what `npm start` serves, when the sources have changed since the last time: the framework's build, the
// process around it and the small programs of the demonstration (.build/), and the compressed forms of static files.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { generate } from './generate.mjs'
import { installPackages } from './install.mjs'
import { nodePath } from './runtime.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const output = join(root, '.build')

const programs = {
  server: 'server.ts',
  migrate: 'scripts/migrate.ts',
  'seed-demo': 'scripts/seed-demo.ts',
  'post-office': 'demo/main.ts',
}
const pageSources = [
  ...['app', 'components', 'lib', 'public', 'prisma/client', 'next.config.js', 'postcss.config.mjs'],
  // Not tsconfig.json: the framework rewrites it.
  'package-lock.json',
]
const programSources = [...pageSources, 'server', 'server.ts', 'demo', 'prisma', 'scripts']

/** Brings the Prisma client up to date, and — unless told otherwise — the pages and the programs. */
export async function build({ pages = true, programs: wantsPrograms = true, onProgress = (_text) => {} } = {}) {
  mkdirSync(output, { recursive: true })
  await unlessUnchanged('client', ['prisma/schema.prisma', 'package-lock.json'], join(root, 'prisma/client'), () => {
    onProgress('writing the database client')
    generate()
  })
  if (pages)
    await unlessUnchanged('pages', pageSources, join(root, '.next/BUILD_ID'), async () => {
      onProgress('building the pages (about a minute, once)')
      await buildPages()
    })
  if (!wantsPrograms) return
  await unlessUnchanged('programs', programSources, join(output, 'server.mjs'), async () => {
    onProgress('building the server')
    await buildPrograms()
  })
}

async function unlessUnchanged(name, sources, result, work) {
  const stamp = join(output, `${name}.stamp`)
  const current = hashOf(sources)
  if (existsSync(result) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) return
  rmSync(stamp, { force: true })
  await work()
  writeFileSync(stamp, current)
}

function hashOf(sources) {
  const hash = createHash('sha256').update(process.version)
  for (const source of sources) addTo(hash, join(root, source))
  return hash.digest('hex')
}

function addTo(hash, path) {
  if (!existsSync(path)) return
  if (statSync(path).isDirectory()) {
    for (const entry of readdirSync(path).sort()) addTo(hash, join(path, entry))
  } else if (!/\.test\.tsx?$/.test(path)) {
    hash.update(path.slice(root.length)).update(readFileSync(path))
  }
}

async function buildPages() {
  // What `npm run dev` keeps there belongs to a server that may be running.
  const pages = join(root, '.next')
  if (existsSync(pages))
    for (const entry of readdirSync(pages)) {
      if (entry !== 'dev') rmSync(join(pages, entry), { recursive: true, force: true })
    }
  await run([join(root, 'node_modules/next/dist/bin/next'), 'build'])
  await compress(join(root, '.next/static'))
}

/** Runs Node and keeps its output back unless it fails. */
function run(args) {
  return new Promise((done, failed) => {
    const child = spawn(nodePath(), args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (text) => {
        said += text
      })
    }
    child.once('error', failed)
    child.once('exit', (code) => (code === 0 ? done(undefined) : failed(new Error(`the build failed:\n${said}`))))
  })
}

/** Declarations that the framework writes and the type check needs, where no build has written them yet. */
export async function writeFrameworkTypes() {
  if (existsSync(join(root, 'next-env.d.ts'))) return
  await run([join(root, 'node_modules/next/dist/bin/next'), 'typegen'])
}

/** As small as it gets, once: the server then sends ready bytes. */
async function compress(directory) {
  const brotli = promisify(brotliCompress)
  const gzipped = promisify(gzip)
  for (const entry of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(js|css|svg|json|txt)$/.test(entry)) continue
    const file = join(directory, entry)
    const plain = readFileSync(file)
    if (plain.length < 512) continue
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length }
    writeFileSync(`${file}.br`, await brotli(plain, { params }))
    writeFileSync(`${file}.gz`, await gzipped(plain, { level: 9 }))
  }
}

function buildPrograms() {
  return bundlePrograms(
    Object.fromEntries(Object.entries(programs).filter(([, source]) => existsSync(join(root, source)))),
  )
}

/** Bundles programs by name into `.build/`, from sources by path. */
export async function bundlePrograms(entryPoints) {
  const { build: bundle, stop } = await import('esbuild')
  const empty = join(output, 'empty.js')
  writeFileSync(empty, 'export {}\n')
  await bundle({
    absWorkingDir: root,
    entryPoints,
    outdir: output,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    jsx: 'automatic',
    alias: { 'server-only': empty },
    logLevel: 'warning',
  })
  await stop()
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  installPackages()
  const started = Date.now()
  await build({ onProgress: (text) => console.log(text) }).catch((error) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  })
  console.log(`built in ${((Date.now() - started) / 1000).toFixed(1)} s`)
}
