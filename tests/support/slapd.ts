import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@/scripts/free-port.mjs'
import { type Issued, issue, pemOf } from './certificate-authority'
import { certificateFor, until } from './directory-server'

/** OpenLDAP's server, as Debian packages it; `npm test` installs it where it can. Its own directory, an unprivileged port. */
const programs = { slapd: '/usr/sbin/slapd', slapadd: '/usr/sbin/slapadd' } as const

export const hasSlapd =
  Object.values(programs).every((path) => existsSync(path)) && existsSync('/usr/lib/ldap/ppolicy.so')

export const slapdBase = 'dc=harbor,dc=example'
/** A service account that may read people, and set passwords of those under `ou=people`. */
export const slapdService = { dn: `cn=twofold,${slapdBase}`, password: 'service-of-twofold' }
/** A manager to whom neither rules nor the password policy apply: for arranging what a test begins with. */
export const slapdManager = { dn: `cn=manager,${slapdBase}`, password: 'manager-of-slapd' }

export type Slapd = {
  readonly ldapsUrl: string
  /** In the clear until StartTLS. */
  readonly ldapUrl: string
  readonly authorityPem: string
  readonly pid: number
  /** Ends it at once, as a machine that loses its power. */
  kill(): Promise<void>
  /** The same entries again, on the same ports. */
  start(): Promise<void>
  /** Holds it still: connections stay and nothing is answered, until it goes on. */
  hold(): void
  goOn(): void
  stop(): Promise<void>
}

/** Starts a server with `entries` (LDIF) beside the base, `ou=people`, `ou=groups` and the policies; `more` is said of its database. */
export async function startSlapd(
  entries = '',
  options: { readonly authority?: Issued; readonly more?: string } = {},
): Promise<Slapd> {
  const directory = mkdtempSync(join(tmpdir(), 'twofold-slapd-'))
  mkdirSync(join(directory, 'db'))
  const authority = options.authority ?? issue({ isAuthority: true })
  const file = (name: string, text: string) => {
    const path = join(directory, name)
    writeFileSync(path, text)
    chmodSync(path, 0o600)
    return path
  }
  const server = certificateFor(authority, ['localhost'])
  file('ca.pem', pemOf(authority))
  file('cert.pem', server.certificatePem)
  file('key.pem', server.keyPem)
  const configuration = file('slapd.conf', `${configurationOf(directory)}${options.more ?? ''}`)
  const ldif = file('entries.ldif', `${tree}\n${entries}\n`)
  const added = spawnSync(programs.slapadd, ['-q', '-f', configuration, '-l', ldif], { encoding: 'utf8' })
  if (added.status !== 0) throw new Error(`slapadd: ${added.stderr}`)
  const [plain, secure] = [await freePort(), await freePort()]
  const urls = { ldapUrl: `ldap://localhost:${plain}`, ldapsUrl: `ldaps://localhost:${secure}` }
  let child: ChildProcess | null = null
  let said = ''
  let gone = Promise.resolve()
  const start = async () => {
    const listen = `ldap://127.0.0.1:${plain}/ ldaps://127.0.0.1:${secure}/`
    const made = spawn(programs.slapd, ['-d', '0', '-f', configuration, '-h', listen], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [made.stdout, made.stderr])
      stream?.on('data', (chunk: Buffer) => {
        said += chunk.toString('utf8')
      })
    gone = new Promise((resolve) => made.once('exit', () => resolve()))
    child = made
    await until('slapd', secure, () => said)
  }
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    child?.kill('SIGCONT')
    child?.kill(signal)
    await gone
  }
  await start()
  return {
    ...urls,
    authorityPem: pemOf(authority),
    get pid() {
      return child?.pid ?? 0
    },
    kill: () => end('SIGKILL'),
    start,
    hold: () => child?.kill('SIGSTOP'),
    goOn: () => child?.kill('SIGCONT'),
    stop: async () => {
      await end('SIGTERM')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** `more` of a server that holds a copy and changes nothing; the one it copies from is away. */
export const slapdCopy = `syncrepl rid=1 provider=ldap://127.0.0.1:1 type=refreshAndPersist retry="300 +"
  searchbase="${slapdBase}" bindmethod=simple binddn="${slapdService.dn}" credentials=${slapdService.password}
`

/** LDIF of a person under `ou=people`; every value in base64, so that it may be anything. */
export function slapdPerson(name: string, about: Readonly<Record<string, string | readonly string[]>> = {}): string {
  const { dn, ...attributes } = {
    dn: `cn=${name},ou=people,${slapdBase}`,
    objectClass: ['inetOrgPerson', 'organizationalPerson', 'person', 'top'],
    cn: name,
    sn: name,
    mail: `${name}@harbor.example`,
    ...about,
  } as Readonly<Record<string, string | readonly string[]>>
  const lines = Object.entries(attributes).flatMap(([key, values]) =>
    [values].flat().map((value) => lineOf(key, value)),
  )
  return `${[lineOf('dn', String(dn)), ...lines].join('\n')}\n\n`
}

function lineOf(key: string, value: string): string {
  return `${key}:: ${Buffer.from(value, 'utf8').toString('base64')}`
}

const organisation = `dn: ${slapdBase}
objectClass: organization
objectClass: dcObject
o: Harbor
dc: harbor

dn: ou=people,${slapdBase}
objectClass: organizationalUnit
ou: people

dn: ou=groups,${slapdBase}
objectClass: organizationalUnit
ou: groups

dn: ou=policies,${slapdBase}
objectClass: organizationalUnit
ou: policies

dn: ${slapdService.dn}
objectClass: organizationalRole
objectClass: simpleSecurityObject
cn: twofold
userPassword: ${slapdService.password}
pwdPolicySubentry: cn=service,ou=policies,${slapdBase}
`

const policy = (name: string, rules: string) => `dn: cn=${name},ou=policies,${slapdBase}
objectClass: pwdPolicy
objectClass: organizationalRole
cn: ${name}
pwdAttribute: userPassword
${rules}
`

const tree = [
  organisation,
  policy(
    'default',
    'pwdCheckQuality: 2\npwdMinLength: 10\npwdInHistory: 3\npwdLockout: TRUE\npwdMaxFailure: 3\npwdAllowUserChange: TRUE',
  ),
  policy('service', 'pwdLockout: FALSE'),
  policy('mustchange', 'pwdMustChange: TRUE\npwdCheckQuality: 2\npwdMinLength: 10\npwdAllowUserChange: TRUE'),
  // Longer than the rules here: what they accept the directory may still refuse. The same ones may be set again and again.
  policy(
    'journey',
    'pwdMustChange: TRUE\npwdCheckQuality: 2\npwdMinLength: 19\npwdLockout: TRUE\npwdMaxFailure: 3\npwdAllowUserChange: TRUE',
  ),
  policy('shortlived', 'pwdMaxAge: 1\npwdCheckQuality: 2\npwdMinLength: 10\npwdAllowUserChange: TRUE'),
].join('\n')

/** Whoever has the `employeeType` unseen may not read their own entry; everybody else may. */
function configurationOf(directory: string): string {
  const people = `ou=people,${slapdBase}`
  const writable = 'userPassword,pwdReset,pwdAccountLockedTime'
  return `${['core', 'cosine', 'inetorgperson'].map((name) => `include /etc/ldap/schema/${name}.schema`).join('\n')}
pidfile ${directory}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
TLSCACertificateFile ${directory}/ca.pem
TLSCertificateFile ${directory}/cert.pem
TLSCertificateKeyFile ${directory}/key.pem
security simple_bind=128
sizelimit size.soft=500 size.hard=500 size.prtotal=unlimited
database mdb
maxsize 1073741824
suffix "${slapdBase}"
rootdn "${slapdManager.dn}"
rootpw ${slapdManager.password}
directory ${directory}/db
dbnosync
index objectClass,entryUUID eq
access to dn.subtree="${people}" attrs=${writable}
  by dn.exact="${slapdService.dn}" write
  by self write
  by anonymous auth
access to attrs=userPassword by anonymous auth
access to dn.subtree="${people}" filter=(employeeType=unseen)
  by dn.exact="${slapdService.dn}" read
  by * none
access to *
  by dn.exact="${slapdService.dn}" read
  by self read
  by * none
overlay ppolicy
ppolicy_default "cn=default,ou=policies,${slapdBase}"
ppolicy_use_lockout
ppolicy_hash_cleartext
`
}
