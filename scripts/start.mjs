// npm start: installs, builds, and serves. Without DATABASE_URL it runs the demonstration on an embedded PostgreSQL
// in .data/; with it, it serves production and starts nothing else. npm run dev is the same with hot reload.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installPackages } from './install.mjs'
import { nodePath } from './runtime.mjs'
import { serverArguments } from './server-arguments.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const isDevelopment = process.argv.includes('--dev')

/** What to end, newest first. */
const stops = []
let isStopping = false
let signalledAt = 0

async function main() {
  installPackages()
  if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'))
  const isProduction = Boolean(process.env.DATABASE_URL)
  const { build } = await import('./build.mjs')
  await build({ pages: !isDevelopment, onProgress: (text) => console.log(text) })
  if (isProduction) {
    await serve(process.env)
    return
  }
  const { startDemo } = await import('./demo.mjs')
  const demo = await startDemo({ root, onStop: (stop) => stops.unshift(stop), onProgress: (text) => console.log(text) })
  await serve(demo.environment)
  console.log(demo.welcome)
}

/** Starts the server in a process group of its own, so that Ctrl-C stops it through us and before the database. */
async function serve(environment) {
  const args = isDevelopment
    ? ['--conditions=react-server', '--import', 'tsx', join(root, 'server.ts'), '--dev']
    : serverArguments(root)
  const server = spawn(nodePath(), args, {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...environment, NODE_ENV: isDevelopment ? 'development' : 'production', NEXT_TELEMETRY_DISABLED: '1' },
  })
  const ended = new Promise((done) => server.once('exit', (code) => done(code ?? 1)))
  stops.unshift(async (signal) => {
    server.kill(signal)
    return await ended
  })
  const ready = new Promise((done) => server.on('message', (message) => message === 'ready' && done('ready')))
  const first = await Promise.race([ready, ended])
  if (first !== 'ready') await stop('SIGTERM', Number(first) || 1)
  void ended.then((code) => stop('SIGTERM', Number(code)))
}

/** Ends everything in order: the server, the post office, the database. The first failure is the exit code. */
async function stop(signal, code = 0) {
  if (isStopping) return await new Promise(() => {})
  isStopping = true
  let exitCode = code
  for (const end of stops) {
    const ended = Number((await end(signal)) ?? 0)
    exitCode = exitCode || ended
  }
  process.exit(exitCode)
}

for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => {
    // One Ctrl-C arrives twice: from the terminal, and handed on by npm.
    if (Date.now() - signalledAt < 1000) return
    if (isStopping) process.exit(1)
    signalledAt = Date.now()
    if (signal === 'SIGINT') console.log('\nstopping')
    void stop(signal)
  })

main().catch(async (error) => {
  console.error(error instanceof Error ? error.message : error)
  await stop('SIGTERM', 1)
})
