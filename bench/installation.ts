import { type ChildProcess, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { grantRights } from '@/lib/platform/database-rights'
import { migrate, readMigrations } from '@/lib/platform/migrations'
import { startPostgres } from '@/scripts/embedded-postgres.mjs'
import { freePort } from '@/scripts/free-port.mjs'
import { serverArguments } from '@/scripts/server-arguments.mjs'
import { type CpuReader, cpuOfTree } from './cpu'

export const root = fileURLToPath(new URL('../', import.meta.url))

/** The seed's trusted network; everybody here is in the office, as far as the gate is concerned. */
export const officeAddress = '203.0.113.10'

export type Installation = {
  /** Rows, as the owner of the database. */
  readonly owner: pg.Pool
  readonly databaseCpu: CpuReader
  /** Starts the product with so many processes on a free port. */
  serve(processes: number): Promise<RunningServer>
  stop(): Promise<void>
}
export type RunningServer = {
  readonly origin: string
  readonly pid: number
  readonly cpu: CpuReader
  stop(): Promise<void>
}

/**
 * A PostgreSQL of its own with the settings that `npm start` gives it (fsync on), the demo organisation with the policy
 * of the how-to switched on, and the production build. Mail goes to a port where nobody listens: what is measured is a
 * registration up to its commit, message written, and not how fast somebody else's mail server is.
 */
export async function startInstallation(): Promise<Installation> {
  const directory = mkdtempSync(join(tmpdir(), 'twofold-bench-'))
  const password = randomBytes(16).toString('hex')
  const data = join(directory, 'postgres')
  const flags = ['-c', 'max_connections=100']
  const postgres = await startPostgres({ directory: data, password, bySocket: true, flags })
  const database = postgres.url('twofold')
  const setUp = new pg.Client({ connectionString: postgres.url('postgres') })
  await setUp.connect()
  await setUp.query(`CREATE ROLE twofold_app LOGIN PASSWORD '${password}'`)
  await setUp.query('CREATE DATABASE twofold')
  await setUp.end()
  await migrate(database, readMigrations(join(root, 'prisma/migrations')))
  await grantRights(database, 'twofold_app')
  const environment = environmentOf(database.replace('//postgres:', '//twofold_app:'))
  await finished(start('seed-demo', environment))
  const owner = new pg.Pool({ connectionString: database, max: 4 })
  owner.on('error', () => undefined)
  await owner.query(`UPDATE conditional_access_policy SET state = 'enabled'`)
  const postmaster = Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0])
  return {
    owner,
    databaseCpu: cpuOfTree(postmaster),
    serve: (processes) => serve(environment, processes),
    stop: async () => {
      await owner.end()
      await postgres.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function serve(environment: NodeJS.ProcessEnv, processes: number): Promise<RunningServer> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const server = start('server', {
    ...environment,
    PORT: String(port),
    PUBLIC_ORIGIN: origin,
    PROCESSES: String(processes),
  })
  const said = output(server)
  const exit = new Promise<'ended'>((done) => server.once('exit', () => done('ended')))
  const ready = new Promise<'ready'>((done) => server.on('message', (message) => message === 'ready' && done('ready')))
  if ((await Promise.race([ready, exit])) !== 'ready') throw new Error(`the server did not start:\n${said()}`)
  return {
    origin,
    pid: server.pid ?? 0,
    cpu: cpuOfTree(server.pid ?? 0),
    stop: async () => {
      server.kill('SIGTERM')
      await exit
    },
  }
}

/** The settings that the programs of the bench and this process share; this one makes passwords and seals secrets for them. */
function environmentOf(databaseUrl: string): NodeJS.ProcessEnv {
  const key = (name: string) => createHash('sha256').update(`bench key ${name}`).digest('base64')
  const settings = {
    DATABASE_URL: databaseUrl,
    PUBLIC_ORIGIN: 'http://localhost:3000',
    HOST: '127.0.0.1',
    TRUSTED_PROXIES: '127.0.0.1/32',
    TWOFOLD_TEST: '1',
    SMTP_URL: 'smtp://127.0.0.1:1',
    MAIL_FROM: 'Harbor <no-reply@harbor.example>',
    SMS_GATEWAY_URL: 'http://127.0.0.1:1/messages',
    ORGANISATION_NAME: 'Harbor',
    LOG_LEVEL: 'error',
    ENCRYPTION_KEY: key('encryption'),
    PASSWORD_PEPPER: key('pepper'),
    CODE_KEY: key('code'),
    FORM_KEY: key('form'),
    AUDIT_KEY: key('audit'),
  }
  Object.assign(process.env, settings)
  return {
    ...(process.env.PATH === undefined ? {} : { PATH: process.env.PATH }),
    ...settings,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
  }
}

function start(program: string, environment: NodeJS.ProcessEnv): ChildProcess {
  const script = program === 'server' ? serverArguments(root) : [join(root, `.build/${program}.mjs`)]
  return spawn(process.execPath, [...profiling(program), ...script], {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
}

/** `BENCH_CPU_PROFILES=<directory>` leaves a profile of each server process there. */
function profiling(program: string): string[] {
  const directory = process.env.BENCH_CPU_PROFILES
  return directory && program === 'server' ? ['--cpu-prof', `--cpu-prof-dir=${directory}`] : []
}

function output(child: ChildProcess): () => string {
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString('utf8')).slice(-4000)
    })
  return () => said
}

async function finished(child: ChildProcess): Promise<void> {
  const said = output(child)
  const code = await new Promise((done) => child.once('exit', done))
  if (code !== 0) throw new Error(`a program of the build failed:\n${said()}`)
}
