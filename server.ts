import cluster from 'node:cluster'
import { existsSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import next from 'next'
import pg from 'pg'
import { startJobs, stopJobs } from '@/lib/jobs'
import { limits } from '@/lib/limits'
import { requireHashLines } from '@/lib/password/breached'
import { disconnect } from '@/lib/platform/db'
import { ConfigurationError, env } from '@/lib/platform/env'
import { differingKeys } from '@/lib/platform/key-fingerprints'
import { log } from '@/lib/platform/log'
import { readMigrations, schemaState } from '@/lib/platform/migrations'
import { setRoot } from '@/lib/platform/root'
import { entry } from '@/server/handler'
import { type Health, watchHealth } from '@/server/health'
import { runProcesses } from '@/server/processes'
import { loadStaticFiles } from '@/server/static-files'
import { lowerPoolPriority } from '@/server/thread-pool'

// The process: it fixes who is asking before the framework sees a request, refuses what the framework would answer,
// and stops without cutting anybody off.

const here = dirname(fileURLToPath(import.meta.url))
const root = basename(here) === '.build' ? dirname(here) : here
const isDevelopment = process.argv.includes('--dev')

const serverOptions = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: limits.body.headerBytes,
}

async function serve(): Promise<void> {
  const settings = env()
  setRoot(root)
  const migrations = readMigrations(join(root, 'prisma/migrations')).map((migration) => migration.name)
  await requireDatabase(migrations)
  await requireBreachedPasswords()

  const health = watchHealth(migrations)
  const state = { isDraining: false }
  const listeners: { outer?: RequestListener; inner?: RequestListener } = {}
  const server = createServer(serverOptions, (req, res) => listeners.outer?.(req, res))
  const loopBack = createServer(serverOptions, (req, res) => listeners.inner?.(req, res))
  // The framework reads this private name when an action redirects; without it, it would call its own public address.
  process.env.__NEXT_PRIVATE_ORIGIN = `http://127.0.0.1:${await listen(loopBack, { port: 0, host: '127.0.0.1', exclusive: true })}`
  process.env.NEXTAUTH_URL ??= settings.PUBLIC_ORIGIN

  // The framework takes upgrades of the server that it is given, else of the first one a request comes from. Only in
  // development it needs any; elsewhere it gets a server that nobody reaches, for upgrades pass by the entry.
  const httpServer = isDevelopment ? server : createServer()
  const app = next({ dev: isDevelopment, hostname: 'localhost', port: settings.PORT, dir: root, httpServer })
  await app.prepare()
  const doors = entry({
    handle: app.getRequestHandler(),
    health,
    files: isDevelopment ? new Map() : loadStaticFiles(root),
    isDevelopment,
    isDraining: () => state.isDraining,
  })
  Object.assign(listeners, doors)
  if (!isDevelopment) await warmUp(process.env.__NEXT_PRIVATE_ORIGIN, doors.innerHeaders())
  await lowerPoolPriority()

  await listen(server, { port: settings.PORT, host: settings.HOST })
  startJobs()
  stopOnSignal({ server, loopBack, health, state, close: () => app.close() })
  log.info('ready', { address: settings.PUBLIC_ORIGIN })
  process.send?.('ready')
}

/** Without the operator's list no password could be changed, so a wrong file stops the start and not the people. */
async function requireBreachedPasswords(): Promise<void> {
  const path = env().BREACHED_PASSWORDS_FILE
  if (path === null) return
  await requireHashLines(path).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : 'it cannot be read'
    throw new ConfigurationError(`set BREACHED_PASSWORDS_FILE to sorted SHA-1 hashes, one on each line: ${reason}`)
  })
}

/**
 * A program that meets an older schema, or a database that was begun with other keys, would fail at some later request;
 * it says so now and changes nothing.
 */
async function requireDatabase(migrations: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: env().DATABASE_URL, connectionTimeoutMillis: 5000 })
  try {
    await client.connect()
    const { rows } = await client.query<{ found: boolean }>(
      "SELECT to_regclass('_prisma_migrations') IS NOT NULL AS found",
    )
    const state = rows[0]?.found
      ? await schemaState(async (sql) => (await client.query<{ migration_name: string }>(sql)).rows, migrations)
      : 'too_old'
    if (state === 'too_old') throw new ConfigurationError('the schema is too old: run npm run migrate')
    const [other] = await differingKeys(client)
    if (other) throw new ConfigurationError(`set ${other} to the key that this database was begun with`)
  } catch (error) {
    if (error instanceof ConfigurationError) throw error
    throw new ConfigurationError('set DATABASE_URL to a database that answers: the connection failed')
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The first page costs a tenth of a second of loading code; nobody should wait for it. */
async function warmUp(origin: string, headers: Record<string, string>): Promise<void> {
  try {
    const answer = await fetch(`${origin}/sign-in`, { headers, redirect: 'manual', signal: AbortSignal.timeout(5000) })
    await answer.arrayBuffer()
    if (answer.status !== 200) throw new Error(`the first page answered ${answer.status}`)
  } catch (error) {
    log.warn('warm_up_failed', { error })
  }
}

/** `exclusive`: the address is this process's alone. Else processes of a cluster share it, also when its port is 0. */
function listen(server: Server, address: { port: number; host: string; exclusive?: boolean }): Promise<number> {
  return new Promise((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      failed(
        new ConfigurationError(`set PORT or HOST to a free address: ${address.host}:${address.port} (${error.code})`),
      ),
    )
    server.listen(address, () => done((server.address() as AddressInfo).port))
  })
}

type Running = {
  readonly server: Server
  readonly loopBack: Server
  readonly health: Health
  readonly state: { isDraining: boolean }
  readonly close: () => Promise<void>
}

const servesOnMilliseconds = 5000
const stopMillisecondsMax = 30_000

/**
 * SIGTERM: not ready at once, serves on for 5 s so that balancers notice, finishes what runs, exits 0. A person's
 * Ctrl-C, the demonstration and tests have no balancer and do not wait. A second signal exits. @see REL-080
 */
function stopOnSignal(running: Running): void {
  let stoppingSince = 0
  const stop = async (signal: NodeJS.Signals) => {
    if (running.state.isDraining) {
      // One Ctrl-C may arrive twice: from the terminal and from the process above.
      if (Date.now() - stoppingSince > 300) process.exit(1)
      return
    }
    stoppingSince = Date.now()
    running.state.isDraining = true
    running.health.drain()
    log.info('stopping', { detail: signal })
    setTimeout(() => process.exit(1), stopMillisecondsMax).unref()
    const hasBalancer = signal === 'SIGTERM' && !env().TWOFOLD_DEMO && !env().TWOFOLD_TEST && !isDevelopment
    if (hasBalancer) await new Promise((done) => setTimeout(done, servesOnMilliseconds))
    await Promise.all([closed(running.server), closed(running.loopBack), stopJobs()])
    await running.close()
    await running.health.stop()
    await disconnect()
    log.info('stopped')
    process.exit(0)
  }
  const begin = (signal: NodeJS.Signals) =>
    void stop(signal).catch((error: unknown) => {
      log.error('stop_failed', { error })
      process.exit(1)
    })
  process.on('SIGTERM', begin)
  process.on('SIGINT', begin)
  // Whoever started us is gone without a word.
  process.once('disconnect', () => begin('SIGINT'))
}

function closed(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done())
    server.closeIdleConnections()
    // Development keeps a socket open for each page; it would never close by itself.
    if (isDevelopment) server.closeAllConnections()
  })
}

/** The framework catches crashes and only logs them, so a failed start must end the process itself. */
function giveUp(error: unknown): never {
  if (error instanceof ConfigurationError) console.error(`twofold cannot start: ${error.message}`)
  else log.error('start_failed', { error })
  process.exit(1)
}

if (!isDevelopment && !existsSync(join(root, '.next/BUILD_ID')))
  giveUp(new ConfigurationError('there is no build: run npm start, or npm run dev'))
try {
  if (cluster.isPrimary && env().PROCESSES > 1 && !isDevelopment) runProcesses(env().PROCESSES)
  else serve().catch(giveUp)
} catch (error) {
  giveUp(error)
}
