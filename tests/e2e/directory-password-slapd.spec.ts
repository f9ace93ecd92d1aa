import { Attribute, Change, type Client } from 'ldapts'
import { connectorSettingsSchema } from '@/lib/directory/connector/model'
import { asSlapdManager, letsIn, slapdSettings } from '@/tests/support/connectors'
import type { DirectoryOfJourney } from '@/tests/support/directory-journey'
import { directoryJourneys } from '@/tests/support/directory-journeys'
import { startRelay } from '@/tests/support/relay'
import { hasSlapd, slapdBase, slapdPerson, slapdService, startSlapd } from '@/tests/support/slapd'

const dn = (name: string) => `cn=${name},ou=people,${slapdBase}`
const policy = (name: string) => `cn=${name},ou=policies,${slapdBase}`

async function start(): Promise<DirectoryOfJourney> {
  const slapd = await startSlapd(['ben', 'hugo'].map((name) => slapdPerson(name)).join(''))
  const relay = await startRelay({ port: Number(new URL(slapd.ldapsUrl).port) })
  const manage = async <T>(work: (client: Client) => Promise<T>): Promise<T> => {
    let answer: T | undefined
    await asSlapdManager(slapd, async (client) => {
      answer = await work(client)
    })
    return answer as T
  }
  const set = (name: string, values: Readonly<Record<string, readonly string[]>>) =>
    manage((client) =>
      client.modify(
        dn(name),
        Object.entries(values).map(
          ([type, some]) =>
            new Change({ operation: 'replace', modification: new Attribute({ type, values: [...some] }) }),
        ),
      ),
    )
  const read = async (name: string, attribute: string) =>
    manage(async (client) => {
      const { searchEntries } = await client.search(dn(name), { scope: 'base', attributes: [attribute] })
      const value = searchEntries[0]?.[attribute]
      return Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]
    })
  return {
    relay,
    kind: 'ldap',
    settings: connectorSettingsSchema.parse({
      ...slapdSettings(slapd, { canWriteBackPasswords: true, mayUnlock: true, timeoutSeconds: 2 }),
      servers: [{ url: `ldaps://localhost:${relay.port}` }],
    }),
    servicePassword: slapdService.password,
    distinguishedNameOf: dn,
    entryIdOf: async (name) => (await read(name, 'entryUUID'))[0] ?? '',
    setPassword: async (name, password) => {
      await set(name, { pwdPolicySubentry: [policy('journey')], userPassword: [password] })
      // Set by somebody else it would have to be replaced.
      await set(name, { pwdReset: [], pwdAccountLockedTime: [] })
    },
    expire: (name) => set(name, { pwdReset: ['TRUE'] }),
    isLocked: async (name) => (await read(name, 'pwdAccountLockedTime')).length > 0,
    takes: (name, password) => letsIn(slapd, dn(name), password),
    stop: async () => {
      await relay.stop()
      await slapd.stop()
    },
  }
}

directoryJourneys({
  title: 'a password that OpenLDAP keeps',
  start: hasSlapd ? start : null,
  refused: { password: 'Gulls-On-Bollard-9', words: /wants a longer password/ },
  resetRequest: 3,
  address: '198.51.100.71',
})
