import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limits } from '@/lib/limits'
import {
  escapeNameValue,
  type LdapDirectory,
  type LdapEntry,
  LdapError,
  partsOfName,
  withLdap,
} from '@/lib/platform/ldap'
import { freePort } from '@/scripts/free-port.mjs'
import { issue, pemOf } from '../support/certificate-authority'
import { testClock } from '../support/clock'
import { hasSlapd, type Slapd, slapdBase, slapdPerson, slapdService, startSlapd } from '../support/slapd'

const clock = testClock()
const people = `ou=people,${slapdBase}`
const hostileNames = [
  'Ann, of Harbor',
  'Ann "the Ace" O’Neil',
  ' leading and trailing ',
  '#hash',
  'back\\slash; <less> + more = all',
  'star * (in brackets) )(uid=*',
  'Ünïcode 名前 🙂',
]

describe.skipIf(!hasSlapd)('a directory of OpenLDAP', () => {
  let slapd: Slapd
  let directory: LdapDirectory
  const identity = slapdService
  const server = () => ({
    url: slapd.ldapsUrl,
    security: 'ldaps' as const,
    certificateAuthorityPem: slapd.authorityPem,
  })
  const read = { identity, isRepeatable: () => true }

  beforeAll(async () => {
    const entries = [
      ...hostileNames.map((name) => slapdPerson(name, { dn: `cn=${escapeNameValue(name)},${people}` })),
      slapdPerson('ana', { userPassword: 'ana-has-this-one', description: 'x'.repeat(10_000) }),
      ...Array.from({ length: 1203 }, (_, index) => slapdPerson(`one${index}`)),
    ]
    slapd = await startSlapd(entries.join(''))
    directory = { servers: [server()], answerMilliseconds: 3000 }
  })
  afterAll(async () => {
    await slapd?.stop()
  })

  async function search(filter: string, from = directory): Promise<LdapEntry[]> {
    return withLdap(from, read, async (connection) => {
      const found: LdapEntry[] = []
      for await (const entry of connection.search(people, { scope: 'one', filter, attributes: ['cn', 'description'] }))
        found.push(entry)
      return found
    })
  }
  async function failureOf(work: Promise<unknown>): Promise<{ kind: string; reason: string }> {
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    )
    if (!(error instanceof LdapError)) throw new Error(`no LdapError: ${error}`)
    return { kind: error.kind, reason: error.reason }
  }

  it('gives all entries, page by page, beyond its own limit of five hundred', async () => {
    const found = await search('(objectClass=inetOrgPerson)')
    expect(found.length).toBe(1203 + hostileNames.length + 1)
    expect(new Set(found.map(({ dn }) => dn)).size).toBe(found.length)
  })

  it.each(hostileNames)('finds exactly the person whose name is %j', async (name) => {
    const dn = `cn=${escapeNameValue(name)},${people}`
    const found = await withLdap(directory, read, async (connection) => {
      const entries: LdapEntry[] = []
      for await (const entry of connection.search(dn, { scope: 'base', attributes: ['cn'] })) entries.push(entry)
      return entries
    })
    expect(found.map(({ attributes }) => attributes.get('cn')?.map(String))).toEqual([[name]])
    // And the name it was found under is read as the one that is written for it.
    expect(partsOfName(found[0]?.dn ?? '')).toEqual(partsOfName(dn))
  })

  it('keeps a value of ten thousand characters whole', async () => {
    const [ana] = await search('(cn=ana)')
    expect(String(ana?.attributes.get('description')?.[0])).toBe('x'.repeat(10_000))
  })

  it('speaks StartTLS as well, and nothing in the clear', async () => {
    const servers = [{ ...server(), url: slapd.ldapUrl, security: 'startTls' as const }]
    expect(await search('(cn=ana)', { servers, answerMilliseconds: 3000 })).toHaveLength(1)
    const mixed = [{ ...server(), url: slapd.ldapUrl }]
    expect(await failureOf(search('(cn=ana)', { servers: mixed, answerMilliseconds: 3000 }))).toEqual({
      kind: 'notReached',
      reason: 'scheme_mismatch',
    })
  })

  it.each(['ldaps', 'startTls'] as const)(
    'is not spoken to over %s when its certificate is another one’s',
    async (security) => {
      const url = security === 'ldaps' ? slapd.ldapsUrl : slapd.ldapUrl
      const foreign = { url, security, certificateAuthorityPem: pemOf(issue({ isAuthority: true })) }
      const byAddress = { ...server(), url: url.replace('localhost', '127.0.0.1'), security }
      const withoutAuthority = { url, security }
      for (const one of [foreign, byAddress, withoutAuthority])
        expect((await failureOf(search('(cn=ana)', { servers: [one], answerMilliseconds: 3000 }))).kind).toBe(
          'notReached',
        )
    },
  )

  it('says that the service account is not accepted, and asks no other server', async () => {
    const wrong = { identity: { ...identity, password: 'not this' }, isRepeatable: () => true }
    const servers = [server(), server()]
    const work = withLdap({ servers, answerMilliseconds: 3000 }, wrong, async () => 'never')
    expect(await failureOf(work)).toEqual({ kind: 'refused', reason: 'ldap_49' })
  })

  it('never takes an empty password for one, though the server would', async () => {
    const result = await withLdap(directory, { isRepeatable: () => true }, (connection) =>
      connection.bind(`cn=ana,${people}`, ''),
    )
    expect(result.code).toBe(49)
  })

  it('is asked at the next server when the first is down, mute, or breaks off', async () => {
    const down = { ...server(), url: `ldaps://localhost:${await freePort()}` }
    const mute = await pretend(() => undefined)
    const rude = await pretend((socket) => socket.destroy())
    for (const first of [down, { ...server(), url: mute.url }, { ...server(), url: rude.url }]) {
      const started = performance.now()
      expect(await search('(cn=ana)', { servers: [first, server()], answerMilliseconds: 1000 })).toHaveLength(1)
      expect(performance.now() - started).toBeLessThan(15_000)
    }
    await mute.close()
    await rude.close()
  })

  it('is left alone after five failures, then asked again', async () => {
    let calls = 0
    const rude = await pretend((socket) => {
      calls++
      socket.destroy()
    })
    const servers = [{ ...server(), url: rude.url }, server()]
    for (let index = 0; index < 8; index++) await search('(cn=ana)', { servers, answerMilliseconds: 1000 })
    expect(calls).toBe(5)
    await rude.close()
  })

  it('answers others while long work is the one question after a failure', async () => {
    const servers = [server()]
    await slapd.kill()
    for (let index = 0; index < 5; index++) await failureOf(search('(cn=ana)', { servers, answerMilliseconds: 1000 }))
    await slapd.start()
    clock.turn(limits.circuitBreaker.openSeconds + 1)
    const meanwhile = await withLdap(directory, { identity, isRepeatable: () => false }, () => search('(cn=ana)'))
    clock.turn(0)
    expect(meanwhile).toHaveLength(1)
  })

  it('is given up when it holds still, and nobody waits longer than the time allowed', async () => {
    slapd.hold()
    const started = performance.now()
    const work = search('(cn=ana)', { servers: [server()], answerMilliseconds: 700 })
    expect((await failureOf(work)).kind).toBe('notReached')
    expect(performance.now() - started).toBeLessThan(15_000)
    slapd.goOn()
    expect(await search('(cn=ana)')).toHaveLength(1)
  })

  it('that dies in the middle of a search leaves no list that looks complete', async () => {
    const seen: string[] = []
    const work = withLdap(directory, { identity, isRepeatable: () => false }, async (connection) => {
      for await (const { dn } of connection.search(people, { scope: 'one', attributes: ['cn'], pageEntries: 100 })) {
        seen.push(dn)
        if (seen.length === 150) await slapd.kill()
      }
    })
    expect((await failureOf(work)).kind).not.toBe('refused')
    expect(seen.length).toBeLessThan(1203)
    await slapd.start()
  })
})

async function pretend(onConnection: (socket: Socket) => void): Promise<{ url: string; close(): Promise<void> }> {
  const open = new Set<Socket>()
  const server: Server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => undefined)
    onConnection(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `ldaps://localhost:${port}`,
    close: async () => {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
