// The embedded demonstration: keys, PostgreSQL, schema, people and a post office, all in .data/ and on this machine.
import { fork, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { makePrivate, startPostgres } from './embedded-postgres.mjs'
import { freePort, isFree } from './free-port.mjs'
import { nodePath } from './runtime.mjs'

const database = 'twofold_demo'

/**
 * Starts what the demonstration needs beside the server.
 *
 * @param {{ root: string, onStop: (stop: () => Promise<void>) => void, onProgress: (text: string) => void }} options
 *   `onStop` is told how to end each part, in the order started.
 * @returns {Promise<{ environment: Record<string, string>, welcome: string }>} settings for the server, and what to
 *   print once it serves.
 */
export async function startDemo({ root, onStop, onProgress }) {
  const data = join(root, '.data')
  makePrivate(data)
  onStop(claim(data))
  const keysFile = join(data, 'keys.json')
  readOrMake(keysFile, () =>
    Object.fromEntries(
      ['ENCRYPTION_KEY', 'PASSWORD_PEPPER', 'CODE_KEY', 'FORM_KEY', 'AUDIT_KEY'].map((name) => [
        name,
        randomBytes(32).toString('base64'),
      ]),
    ),
  )
  const isFirst = !existsSync(join(data, 'postgres/PG_VERSION'))
  const passwords = readOrMake(join(data, 'database.json'), () => ({ postgres: word(), owner: word(), app: word() }))
  const server = await startPostgres({
    directory: join(data, 'postgres'),
    password: passwords.postgres,
    bySocket: true,
    onProgress,
  })
  onStop(server.stop)
  await createRoles(server.url('postgres'), passwords)

  const port = Number(process.env.PORT || 3000)
  const urlOf = (role) => server.url(database).replace(/\/\/postgres:[^@]*@/, `//twofold_${role}:${passwords[role]}@`)
  const environment = {
    ...process.env,
    TWOFOLD_DEMO: '1',
    DATABASE_URL: urlOf('app'),
    KEYS_FILE: keysFile,
    PORT: String(port),
    LOG_LEVEL: process.env.LOG_LEVEL || 'warn',
    MAIL_FROM: 'Harbor sign-in <no-reply@harbor.example>',
  }
  // Only these two speak as the owner; the server never learns the password.
  const asOwner = { ...environment, MIGRATION_DATABASE_URL: urlOf('owner') }
  run(root, 'migrate', asOwner)
  if (isFirst) onProgress('loading the demo organisation')
  const cast = JSON.parse(run(root, 'seed-demo', environment).trim().split('\n').at(-1) ?? '[]')
  const office = await startPostOffice(root, await preferPort(port + 1), cast)
  onStop(office.stop)
  return {
    environment: {
      ...environment,
      SMTP_URL: office.smtpUrl,
      SMS_GATEWAY_URL: office.smsGatewayUrl,
      SMS_PROVIDERS: 'http',
      TWILIO_API_URL: office.twilio.apiUrl,
      TWILIO_ACCOUNT_SID: office.twilio.accountSid,
      TWILIO_AUTH_TOKEN: office.twilio.authToken,
      TWILIO_FROM: office.twilio.from,
      SMS_COUNTRIES: 'AT,AU,BE,CA,CH,CZ,DE,DK,ES,FI,FR,GB,IE,IN,IT,JP,NL,NO,NZ,PL,PT,SE,US',
      DEMO_INBOX_URL: office.inboxUrl,
    },
    welcome: welcome(process.env.PUBLIC_ORIGIN || `http://localhost:${port}`, office.inboxUrl, cast),
  }
}

/** One start per checkout: a second one would end the first one's database. */
function claim(data) {
  const file = join(data, 'start.pid')
  const other = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  if (other > 0 && other !== process.pid && isOurs(other))
    throw new Error(`already running as process ${other}: stop it first, or work in another checkout`)
  writeFileSync(file, String(process.pid))
  return async () => rmSync(file, { force: true })
}

function isOurs(pid) {
  const listed = spawnSync('ps', ['-p', String(pid), '-o', 'args='], { encoding: 'utf8' })
  return listed.status === 0 && listed.stdout.includes('scripts/start.mjs')
}

function readOrMake(file, make) {
  if (!existsSync(file)) writeFileSync(file, `${JSON.stringify(make(), null, 2)}\n`, { mode: 0o600 })
  return JSON.parse(readFileSync(file, 'utf8'))
}

function word() {
  return randomBytes(18).toString('base64url')
}

/** Two roles: one owns and migrates, one serves and owns nothing (SEC-332). */
async function createRoles(url, passwords) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const role of ['owner', 'app']) {
      const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [`twofold_${role}`])
      if (rowCount === 0) await client.query(`CREATE ROLE twofold_${role} LOGIN PASSWORD '${passwords[role]}'`)
    }
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [database])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database} OWNER twofold_owner`)
  } finally {
    await client.end()
  }
}

function run(root, program, env) {
  const made = spawnSync(nodePath(), [join(root, `.build/${program}.mjs`)], { cwd: root, env, encoding: 'utf8' })
  if (made.status !== 0) throw new Error(`${program} failed:\n${made.stdout}${made.stderr}`)
  return made.stdout
}

function startPostOffice(root, inboxPort, cast) {
  const authenticators = cast
    .filter((person) => person.authenticatorSecret !== undefined)
    .map((person) => ({ owner: person.displayName, secret: person.authenticatorSecret }))
  return new Promise((started, failed) => {
    const office = fork(join(root, '.build/post-office.mjs'), {
      cwd: root,
      detached: true,
      env: { ...process.env, INBOX_PORT: String(inboxPort), DEMO_AUTHENTICATORS: JSON.stringify(authenticators) },
    })
    const ended = new Promise((done) => office.once('exit', () => done(undefined)))
    office.once('error', failed)
    office.once('exit', (code) => failed(new Error(`the demo post office stopped (${code})`)))
    office.once('message', (addresses) =>
      started({
        ...addresses,
        stop: async () => {
          office.kill('SIGTERM')
          await ended
        },
      }),
    )
  })
}

async function preferPort(port) {
  return (await isFree(port)) ? port : await freePort()
}

function welcome(origin, inboxUrl, cast) {
  const nameWidth = Math.max(...cast.map((person) => person.userPrincipalName.length), 4)
  const passwordWidth = Math.max(...cast.map((person) => (person.password ?? '—').length), 8)
  const line = (name, password, story) => `  ${name.padEnd(nameWidth)}  ${password.padEnd(passwordWidth)}  ${story}`
  return [
    '',
    'Twofold is ready: the demonstration of Harbor, on this machine only.',
    '',
    `  Open        ${origin}`,
    `  Demo inbox  ${inboxUrl}  (mail, text messages and authenticator codes of the demo people)`,
    '',
    line('Sign in as', 'Password', 'Story'),
    ...cast.map((person) => line(person.userPrincipalName, person.password ?? '—', person.story)),
    '',
    'Ctrl-C stops everything; the data stay in .data/. Delete that directory to begin anew.',
    '',
  ].join('\n')
}
