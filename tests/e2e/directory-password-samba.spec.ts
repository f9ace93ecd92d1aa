import { Attribute, Change, Client } from 'ldapts'
import { letsIn, sambaSettings } from '@/tests/support/connectors'
import type { DirectoryOfJourney } from '@/tests/support/directory-journey'
import { directoryJourneys } from '@/tests/support/directory-journeys'
import { startRelay } from '@/tests/support/relay'
import { hasSamba, sambaAdministrator, sambaPeople, startSamba } from '@/tests/support/samba'

const dn = (name: string) => `CN=${name},${sambaPeople}`

async function start(): Promise<DirectoryOfJourney> {
  const samba = await startSamba()
  const host = new URL(samba.ldapsUrl).hostname
  const relay = await startRelay({ port: 636, host, handshakeRecords: 2 })
  for (const name of ['ben', 'hugo']) samba.tool('user', 'create', name, 'Begin-With-2-Harbor')
  samba.tool(
    ...['domain', 'passwordsettings', 'set', '--min-pwd-age=0', '--history-length=0'],
    '--account-lockout-threshold=3',
  )
  const manage = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    const client = new Client({ url: samba.ldapsUrl, tlsOptions: { ca: [samba.authorityPem] } })
    try {
      await client.bind(sambaAdministrator.dn, sambaAdministrator.password)
      return await work(client)
    } finally {
      await client.unbind()
    }
  }
  const set = (name: string, type: string, value: string | Buffer) =>
    manage((client) => {
      const modification = new Attribute({ type, values: [value] as string[] | Buffer[] })
      return client.modify(dn(name), new Change({ operation: 'replace', modification }))
    })
  return {
    relay,
    kind: 'activeDirectory',
    settings: sambaSettings(samba, {
      // The relay answers for the domain controller under its own name, which is in the certificate.
      servers: [{ url: `ldaps://localhost:${relay.port}` }],
      canWriteBackPasswords: true,
      mayUnlock: true,
      timeoutSeconds: 5,
    }),
    servicePassword: sambaAdministrator.password,
    distinguishedNameOf: dn,
    entryIdOf: (name) =>
      manage(async (client) => {
        const attributes = ['objectGUID']
        const { searchEntries } = await client.search(dn(name), {
          ...{ scope: 'base', attributes, explicitBufferAttributes: attributes },
        })
        const [found] = searchEntries
        if (!found) throw new Error(`${name} is not there`)
        const bytes = [...(found.objectGUID as Buffer)].map((byte) => byte.toString(16).padStart(2, '0'))
        const part = (from: number, to: number) => bytes.slice(from, to)
        const parts = [part(0, 4).reverse(), part(4, 6).reverse(), part(6, 8).reverse(), part(8, 10), part(10, 16)]
        return parts.map((one) => one.join('')).join('-')
      }),
    setPassword: async (name, password) => {
      await set(name, 'unicodePwd', Buffer.from(`"${password}"`, 'utf16le'))
      await set(name, 'lockoutTime', '0')
    },
    expire: (name) => set(name, 'pwdLastSet', '0'),
    isLocked: (name) =>
      manage(async (client) => {
        const { searchEntries } = await client.search(dn(name), { scope: 'base', attributes: ['lockoutTime'] })
        return Number(searchEntries[0]?.lockoutTime ?? 0) > 0
      }),
    takes: (name, password) => letsIn(samba, dn(name), password),
    stop: async () => {
      await relay.stop()
      await samba.stop()
    },
  }
}

directoryJourneys({
  title: 'a password that Active Directory keeps',
  start: hasSamba ? start : null,
  refused: { password: 'all small letters here', words: /rules of your organisation’s directory|longer password/ },
  resetRequest: 3,
  address: '198.51.100.72',
})
