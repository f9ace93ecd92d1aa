import 'server-only'
import { lookup } from 'node:dns/promises'
import { record } from '@/lib/audit/record'
import { directoryOf } from '@/lib/directory/connection'
import { may } from '@/lib/directory/rights'
import { loadSubject } from '@/lib/directory/store'
import { enabledAttributes, isIssue, personFacts, versionAttribute } from '@/lib/directory/sync/facts'
import type { IssueReason } from '@/lib/directory/sync/model'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { type LdapConnection, LdapError, resultCodes } from '@/lib/platform/ldap'
import { openConnection } from '@/lib/platform/ldap/connection'
import { fail, ok, type Result } from '@/lib/result'
import type { Asking } from './commands'
import type { Connector, ConnectorFailureCode } from './model'
import { connectorPassword, findConnector } from './store'

/** One thing that was tried, and how it went; `detail` is a word of the protocol or a number, never an answer's text. */
export type TriedStep = {
  readonly step: 'resolve' | 'connect' | 'bind' | 'base' | 'people' | 'groups'
  /** A server's address, or a base. */
  readonly about: string
  readonly isGood: boolean
  readonly detail: string
}

export type SamplePerson =
  | {
      readonly userPrincipalName: string
      readonly displayName: string
      readonly mail: string
      readonly isEnabled: boolean
    }
  | { readonly issue: IssueReason; readonly name: string }

export type Trial = { readonly steps: readonly TriedStep[]; readonly people: readonly SamplePerson[] }

const sampleSize = 5

/** Speaks with each server of the directory as a run would, changes nothing, and says how far it came. */
export async function tryConnector(asking: Asking, id: string): Promise<Result<Trial, ConnectorFailureCode>> {
  const subject = 'id' in asking.actor ? await loadSubject(db(), asking.actor.id) : null
  if (!subject || !may(subject, 'directories.update')) return fail('refused', 'directory.forbidden')
  const connector = await findConnector(db(), id)
  const password = await connectorPassword(db(), id)
  if (connector === null || password === null) return fail('refused', 'directory.connector_not_found')
  const steps: TriedStep[] = []
  let people: readonly SamplePerson[] = []
  for (const server of directoryOf(connector.settings).servers) {
    const found = await tryServer(connector, server, password, steps)
    if (people.length === 0) people = found
  }
  await transaction((tx) =>
    record(tx, {
      ...{ activity: 'directoryTested', at: now(), actor: asking.actor, origin: asking.origin },
      outcome: steps.every(({ isGood }) => isGood) ? 'success' : 'failure',
      target: { kind: 'directory', id, name: connector.name },
    }),
  )
  return ok({ steps, people })
}

type Server = ReturnType<typeof directoryOf>['servers'][number]

async function tryServer(
  connector: Connector,
  server: Server,
  password: string,
  steps: TriedStep[],
): Promise<readonly SamplePerson[]> {
  const { hostname } = new URL(server.url)
  const tried = (step: TriedStep['step'], about: string, isGood: boolean, detail = '') =>
    steps.push({ step, about, isGood, detail })
  try {
    const addresses = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true })
    tried('resolve', server.url, true, addresses.map(({ address }) => address).join(', '))
  } catch (error) {
    tried('resolve', server.url, false, wordOf(error))
    return []
  }
  let connection: LdapConnection
  try {
    connection = await openConnection(server, connector.settings.timeoutSeconds * 1000)
    tried('connect', server.url, true)
  } catch (error) {
    tried('connect', server.url, false, wordOf(error))
    return []
  }
  try {
    const { code } = await connection.bind(connector.settings.bindDistinguishedName, password)
    tried('bind', server.url, code === resultCodes.success, code === resultCodes.success ? '' : `ldap_${code}`)
    return code === resultCodes.success ? await look(connection, connector, tried) : []
  } catch (error) {
    tried('bind', server.url, false, wordOf(error))
    return []
  } finally {
    connection.close()
  }
}

type Tried = (step: TriedStep['step'], about: string, isGood: boolean, detail?: string) => void

async function look(connection: LdapConnection, connector: Connector, tried: Tried): Promise<SamplePerson[]> {
  const { attributeMap, baseDistinguishedNames, userFilter, groupFilter } = connector.settings
  const people: SamplePerson[] = []
  let groups = 0
  for (const base of baseDistinguishedNames) {
    try {
      for await (const _ of connection.search(base, { scope: 'base', attributes: ['1.1'] })) break
      tried('base', base, true)
      const attributes = [
        ...Object.values(attributeMap),
        versionAttribute(connector.kind),
        ...enabledAttributes(connector.kind),
      ]
      const search = { scope: 'sub', filter: userFilter, attributes, pageEntries: sampleSize } as const
      for await (const entry of connection.search(base, search)) {
        people.push(
          sampleOf(
            personFacts({ distinguishedName: entry.dn, values: entry.attributes }, connector.kind, attributeMap),
          ),
        )
        if (people.length >= sampleSize) break
      }
      const groupSearch = { scope: 'sub', filter: groupFilter, attributes: ['1.1'], pageEntries: sampleSize } as const
      for await (const _ of connection.search(base, groupSearch)) if (++groups >= sampleSize) break
    } catch (error) {
      tried('base', base, false, wordOf(error))
    }
  }
  tried('people', '', people.length > 0, people.length >= sampleSize ? `${sampleSize}+` : String(people.length))
  tried('groups', '', true, groups >= sampleSize ? `${sampleSize}+` : String(groups))
  return people
}

function sampleOf(facts: ReturnType<typeof personFacts>): SamplePerson {
  if (isIssue(facts)) return { issue: facts.reason, name: facts.name }
  const { userPrincipalName, displayName, mail, isEnabled } = facts
  return { userPrincipalName, displayName, mail: mail ?? '', isEnabled }
}

/** A word that says what went wrong: of the network, of TLS, or a code of the protocol. */
function wordOf(error: unknown): string {
  if (error instanceof LdapError) return error.reason
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code.toLowerCase() : 'failed'
}
