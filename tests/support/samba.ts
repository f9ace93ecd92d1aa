import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issue, pemOf } from './certificate-authority'
import { certificateFor, until } from './directory-server'

/**
 * An Active Directory domain controller: Samba's, of which only the LDAP server runs. Its ports are fixed (389, 636), so it
 * listens on a loopback address of its own; that needs the right to open low ports.
 */
const programs = { samba: '/usr/sbin/samba', tool: '/usr/bin/samba-tool' } as const

export const hasSamba =
  process.platform === 'linux' && process.getuid?.() === 0 && Object.values(programs).every((path) => existsSync(path))

export const sambaBase = 'DC=harbor,DC=example'
export const sambaPeople = `CN=Users,${sambaBase}`
export const sambaAdministrator = { dn: `CN=Administrator,${sambaPeople}`, password: 'Begin-With-1-Harbor' }

export type Samba = {
  readonly ldapsUrl: string
  readonly ldapUrl: string
  readonly authorityPem: string
  readonly pid: number
  /** Runs samba-tool on its database: `user create …`. */
  tool(...args: readonly string[]): void
  stop(): Promise<void>
}

export async function startSamba(): Promise<Samba> {
  const directory = mkdtempSync(join(tmpdir(), 'twofold-samba-'))
  const host = `127.77.${1 + (process.pid % 250)}.${1 + Math.floor(Math.random() * 250)}`
  const within = (name: string) => join(directory, name)
  const authority = issue({ isAuthority: true })
  const server = certificateFor(authority, [host, 'dc1.harbor.example', 'localhost'])
  const options = { encoding: 'utf8', stdio: 'pipe' } as const
  const provisioned = spawnSync(
    programs.tool,
    [
      ...['domain', 'provision', '--realm=HARBOR.EXAMPLE', '--domain=HARBOR', '--server-role=dc', '--dns-backend=NONE'],
      ...[`--adminpass=${sambaAdministrator.password}`, '--host-name=dc1', `--host-ip=${host}`],
      ...[`--targetdir=${directory}`, '--option=interfaces=lo', '--option=bind interfaces only=yes'],
    ],
    options,
  )
  if (provisioned.status !== 0) throw new Error(`samba-tool: ${provisioned.stderr.slice(-2000)}`)
  for (const name of ['run', 'ncalrpc']) mkdirSync(within(name), { recursive: true })
  for (const [name, text] of [
    ['ca.pem', pemOf(authority)],
    ['cert.pem', server.certificatePem],
    ['key.pem', server.keyPem],
  ] as const)
    writeFileSync(within(name), text, { mode: 0o600 })
  const configuration = within('run.conf')
  writeFileSync(configuration, configurationOf(directory, host))
  const child: ChildProcess = spawn(
    programs.samba,
    [`--configfile=${configuration}`, '-F', '--no-process-group', '-M', 'single', '--debug-stdout'],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8')
    })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await until('samba', 636, () => said, host)
  return {
    ldapsUrl: `ldaps://${host}:636`,
    ldapUrl: `ldap://${host}:389`,
    authorityPem: pemOf(authority),
    pid: child.pid ?? 0,
    tool: (...args) => {
      const made = spawnSync(
        programs.tool,
        [...args, `--configfile=${configuration}`, '-H', within('private/sam.ldb')],
        options,
      )
      if (made.status !== 0) throw new Error(`samba-tool ${args.join(' ')}: ${made.stdout}${made.stderr}`.slice(-2000))
    },
    stop: async () => {
      child.kill('SIGTERM')
      const late = setTimeout(() => child.kill('SIGKILL'), 3000)
      await gone
      clearTimeout(late)
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

function configurationOf(directory: string, host: string): string {
  return `[global]
  netbios name = DC1
  realm = HARBOR.EXAMPLE
  workgroup = HARBOR
  server role = active directory domain controller
  server services = ldap
  interfaces = ${host}/8
  bind interfaces only = yes
  disable netbios = yes
  load printers = no
  lock directory = ${directory}
  state directory = ${directory}/state
  cache directory = ${directory}/cache
  private dir = ${directory}/private
  pid directory = ${directory}/run
  ncalrpc dir = ${directory}/ncalrpc
  binddns dir = ${directory}/bind-dns
  log file = ${directory}/log.samba
  tls enabled = yes
  tls keyfile = ${directory}/key.pem
  tls certfile = ${directory}/cert.pem
  tls cafile = ${directory}/ca.pem
`
}
