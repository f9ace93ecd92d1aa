import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, isFree } from '@/scripts/free-port.mjs'

/**
 * Kannel, an SMS gateway of other people's making (Debian's packages `kannel` and `kannel-extras`): its two boxes, its
 * simulated handset, and its message centre for SMPP. `npm test` installs it where it can.
 */
const programs = {
  bearerbox: '/usr/sbin/bearerbox',
  smsbox: '/usr/sbin/smsbox',
  handset: '/usr/lib/kannel/test/fakesmsc',
  centre: '/usr/lib/kannel/test/drive_smpp',
} as const

export const hasKannel = Object.values(programs).every((path) => existsSync(path))

export type Kannel = {
  /** The sendsms interface, and the template of a message for it. */
  readonly gatewayUrl: string
  readonly gatewayTemplate: string
  /** What the handset shows, as it shows it. */
  shown(): string
  stop(): Promise<void>
}

export async function startKannel(): Promise<Kannel> {
  const directory = mkdtempSync(join(tmpdir(), 'twofold-kannel-'))
  const [admin, box, phone, http] = [await freePort(), await freePort(), await freePort(), await freePort()]
  const file = join(directory, 'kannel.conf')
  writeFileSync(
    file,
    [
      ['group = core', `admin-port = ${admin}`, `smsbox-port = ${box}`, 'admin-password = test', 'log-level = 1'],
      ['group = smsc', 'smsc = fake', 'smsc-id = fake', `port = ${phone}`, 'connect-allow-ip = 127.0.0.1'],
      ['group = smsbox', 'bearerbox-host = 127.0.0.1', `sendsms-port = ${http}`, 'log-level = 1'],
      ['group = sendsms-user', 'username = twofold', 'password = test', 'user-allow-ip = "127.0.0.1"'],
      ['group = sms-service', 'keyword = default', 'text = "nothing here"', 'max-messages = 0'],
    ]
      .map((group) => group.join('\n'))
      .join('\n\n'),
  )
  const bearerbox = run(programs.bearerbox, ['-v', '1', file], directory)
  await until(async () => !(await isFree(phone)))
  const smsbox = run(programs.smsbox, ['-v', '1', file], directory)
  const handset = run(
    programs.handset,
    ['-H', '127.0.0.1', '-r', String(phone), '-i', '1000', '-m', '0', '1 2 text x'],
    directory,
  )
  await until(async () => !(await isFree(http)) && /Fakesmsc client connected/.test(bearerbox.said()))
  return {
    gatewayUrl: `http://127.0.0.1:${http}/cgi-bin/sendsms`,
    gatewayTemplate: [
      '<?xml version="1.0" encoding="UTF-8"?><message><submit><da><number>{{to}}</number></da>',
      '<oa><number>Harbor</number></oa><ud>{{text}}</ud><statusrequest><dlr-mask>3</dlr-mask>',
      '<dlr-url>{{receiptUrl}}?status=%d</dlr-url></statusrequest>',
      '<from><username>twofold</username><password>test</password></from></submit></message>',
    ].join(''),
    shown: handset.said,
    stop: async () => {
      for (const one of [handset, smsbox, bearerbox]) await one.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

export type KannelCentre = {
  readonly port: number
  /** The texts of the messages it took, each up to its first `@`, which it takes for the end. */
  taken(): string[]
  stop(): Promise<void>
}

/** Where this program looks for Kannel's bearerbox, whatever it is told. */
const fixedPort = 13_001

/** Kannel's message centre for SMPP; null where the one port that it cannot do without is somebody else's. */
export async function startKannelCentre(): Promise<KannelCentre | null> {
  const listener = createServer((socket) => socket.on('error', () => undefined).resume())
  if (!(await canListen(listener, fixedPort))) return null
  const directory = mkdtempSync(join(tmpdir(), 'twofold-kannel-'))
  const file = join(directory, 'tlv.conf')
  writeFileSync(file, ['group = core', 'admin-port = 1', 'smsbox-port = 2', 'admin-password = test'].join('\n'))
  const port = await freePort()
  const centre = run(programs.centre, ['-v', '0', '-p', String(port), '-m', '0', '-c', file], directory)
  await until(() => /accept_thread\) maps/.test(centre.said()))
  return {
    port,
    taken: () => [...centre.said().matchAll(/submit_sm: short_message = <([^>]*)>/g)].map(([, text = '']) => text),
    stop: async () => {
      await centre.stop()
      await new Promise((resolve) => listener.close(resolve))
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function run(program: string, args: readonly string[], directory: string) {
  const child: ChildProcess = spawn(program, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
    })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return {
    said: () => said,
    stop: async () => {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 3000)
      await gone
      clearTimeout(late)
    },
  }
}

async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 15_000
  while (!(await check())) {
    if (performance.now() > end) throw new Error('Kannel did not start in time')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function canListen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => resolve(true))
  })
}
