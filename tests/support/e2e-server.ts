import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type PostOffice, startPostOffice } from '@/demo/post-office'
import { freePort } from '@/scripts/free-port.mjs'
import { testKeys } from './environment'
import { startTestServer, type TestServer } from './test-server'

const root = fileURLToPath(new URL('../../', import.meta.url))

export type RunningProduct = {
  /** What a browser opens; `http://localhost:<port>`. */
  readonly origin: string
  /** As the role that serves, and as the owner: for looking at rows. */
  readonly databaseUrl: string
  readonly ownerUrl: string
  /** Holds the milliseconds that the product's clock is ahead. */
  readonly clockFile: string
  readonly office: PostOffice
  readonly server: ChildProcess
  /** The settings it runs with, for starting another program of the build beside it. */
  readonly environment: NodeJS.ProcessEnv
  /** What the server has written so far, for tests of the log. */
  output(): string
  stop(): Promise<void>
}

/**
 * The production build as people meet it, with a PostgreSQL, a post office and a clock of its own, and the demo cast
 * unless `seed` is false. Nothing is replaced inside: mail goes by SMTP, texts by HTTP.
 *
 * The server trusts 127.0.0.1 as a proxy, so a test places its person by sending `X-Forwarded-For`; without the
 * header the address is unknown (SEC-183), which no location trusts.
 */
export async function startProduct(
  options: { seed?: boolean; settings?: Record<string, string> } = {},
): Promise<RunningProduct> {
  const directory = mkdtempSync(join(tmpdir(), 'twofold-product-'))
  const postgres: TestServer = await startTestServer()
  await postgres.createDatabase('product')
  const office = await startPostOffice()
  const port = await freePort()
  const clockFile = join(directory, 'clock')
  writeFileSync(clockFile, '0')
  const origin = `http://localhost:${port}`
  const environment: NodeJS.ProcessEnv = {
    ...(process.env.PATH === undefined ? {} : { PATH: process.env.PATH }),
    ...testKeys,
    NODE_ENV: 'production',
    TWOFOLD_TEST: '1',
    DATABASE_URL: postgres.appUrl('product'),
    PUBLIC_ORIGIN: origin,
    HOST: '127.0.0.1',
    PORT: String(port),
    TRUSTED_PROXIES: '127.0.0.1/32',
    SMTP_URL: office.smtpUrl,
    MAIL_FROM: 'Harbor sign-in <no-reply@harbor.example>',
    SMS_GATEWAY_URL: office.smsGatewayUrl,
    SMS_GATEWAY_TEMPLATE: '{"to":"{{to}}","text":"{{text}}","id":"{{id}}","receiptUrl":"{{receiptUrl}}"}',
    SMS_PROVIDERS: 'http',
    TWILIO_API_URL: office.twilio.apiUrl,
    TWILIO_ACCOUNT_SID: office.twilio.accountSid,
    TWILIO_AUTH_TOKEN: office.twilio.authToken,
    TWILIO_FROM: office.twilio.from,
    SMS_COUNTRIES: 'AT,AU,BE,CA,CH,CZ,DE,DK,ES,FI,FR,GB,IE,IN,IT,JP,NL,NO,NZ,PL,PT,SE,US',
    DEMO_INBOX_URL: office.inboxUrl,
    ORGANISATION_NAME: 'Harbor',
    CLOCK_FILE: clockFile,
    LOG_LEVEL: 'info',
    NEXT_TELEMETRY_DISABLED: '1',
    ...options.settings,
  }
  let said = ''
  const start = (program: string) => {
    const child = spawn(process.execPath, ['--enable-source-maps', join(root, `.build/${program}.mjs`)], {
      cwd: root,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8')
      })
    return child
  }
  const ended = (child: ChildProcess) =>
    new Promise<number>((done) => child.once('exit', (code, signal) => done(code ?? (signal ? 1 : 0))))
  const giveUp = async (what: string) => {
    await Promise.all([postgres.stop(), office.stop()])
    throw new Error(`${what}:\n${said}`)
  }

  if (options.seed !== false && (await ended(start('seed-demo'))) !== 0) await giveUp('the demo cast cannot be loaded')
  const server = start('server')
  const exit = ended(server)
  const ready = new Promise<'ready'>((done) => server.on('message', (message) => message === 'ready' && done('ready')))
  if ((await Promise.race([ready, exit])) !== 'ready') await giveUp('the server did not start')

  return {
    origin,
    databaseUrl: postgres.appUrl('product'),
    ownerUrl: postgres.ownerUrl('product'),
    clockFile,
    office,
    server,
    environment,
    output: () => said,
    stop: async () => {
      server.kill('SIGTERM')
      await exit
      await office.stop()
      await postgres.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
