import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { registerSecurityInformation } from '@/lib/conditional-access/model'
import { insertNamedLocation, insertPolicy, loadPolicySet } from '@/lib/conditional-access/store'
import {
  policyFromTemplate,
  securingSecurityInfoTemplate,
  trustedNetworksPolicy,
} from '@/lib/conditional-access/templates'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { askGate } from '@/lib/security-info/gate'
import { gateEntryOf, logRefusal } from '@/lib/security-info/gate-log'
import { startSoftwareOath } from '@/lib/security-info/software-oath'
import { loadFacts } from '@/lib/sign-in/facts'
import { signInWithPassword } from '@/lib/sign-in/first-factor'
import { signInColumns, signInDocument } from '@/lib/sign-in/log-file'
import { eachSignIn, findByReference, findSignIns, type SignInFilter } from '@/lib/sign-in/log-store'
import { anAsking, anOrigin, aProof } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

const database = testDatabase()
const policyName = 'Zebra: people of the north wing'
let policyId: string
let reportedId: string
let locationId: string
let ana: { id: string; userPrincipalName: string }

const starting = async (clientAddress: string | null, userId = ana.id) => {
  const asking = await anAsking(userId, { proofs: [aProof('password')], clientAddress })
  const started = await startSoftwareOath(asking)
  return { correlationId: asking.session.correlationId, requestId: asking.origin.requestId, started, asking }
}
const found = async (filter: SignInFilter) =>
  (await findSignIns(filter)).records.map(({ correlationId }) => correlationId)

beforeAll(async () => {
  ana = await aUser(db())
  const created = { templateId: null, createdAt: now() }
  const location = await transaction((tx) =>
    insertNamedLocation(
      tx,
      {
        displayName: 'Head office',
        isTrusted: true,
        ipRanges: [{ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress: '203.0.113.0/24' }],
      },
      now(),
    ),
  )
  locationId = location.id
  const enforced = { ...trustedNetworksPolicy, displayName: policyName }
  policyId = (await transaction((tx) => insertPolicy(tx, enforced, created))).id
  const reported = policyFromTemplate(securingSecurityInfoTemplate, randomUUID())
  reportedId = (await transaction((tx) => insertPolicy(tx, reported, created))).id
})

describe('an entry of the sign-in log', () => {
  it('keeps what its decision saw, also when that changes later', async () => {
    const { correlationId, started } = await starting('203.0.113.9')
    expect(started.ok).toBe(true)
    await database.query('UPDATE named_location SET is_trusted = false, display_name = $1', ['Elsewhere'])
    const [record] = await findByReference(correlationId)
    expect(record?.circumstances).toMatchObject({
      userType: 'member',
      platform: 'linux',
      locations: [{ id: locationId, displayName: 'Head office', isTrusted: true }],
      outcome: 'allow',
    })
    expect(record?.addressSource).toBe('peer')
    expect(record?.steps).toMatchObject([{ mode: 'password', succeeded: true }])
    await database.query('UPDATE named_location SET is_trusted = true, display_name = $1', ['Head office'])
  })

  it('is found by everything it says', async () => {
    const inside = (await starting('203.0.113.10')).correlationId
    const outside = (await starting('198.51.100.10')).correlationId
    const unknown = (await starting(null)).correlationId
    const only = async (filter: SignInFilter, wanted: readonly string[]) => {
      const all = await found(filter)
      expect(
        [inside, outside, unknown].filter((id) => all.includes(id)),
        JSON.stringify(filter),
      ).toEqual(wanted)
    }
    await only({ policyId, policyResult: 'failure' }, [outside, unknown])
    await only({ policyId, policyResult: 'notApplied' }, [inside])
    await only({ policyId: randomUUID() }, [])
    await only({ policyId: reportedId, policyResult: 'actionRequired' }, [outside, unknown])
    await only({ policyId, policyResult: 'actionRequired' }, [])
    await only({ reportOnly: 'reportOnlyInterrupted' }, [outside, unknown])
    await only({ reportOnly: 'reportOnlyFailure' }, [])
    await only({ locationId }, [inside])
    await only({ isAddressUnknown: true }, [unknown])
    await only({ address: '203.0.113.10' }, [inside])
    await only({ address: '::ffff:203.0.113.10' }, [inside])
    await only({ address: '198.51.0.0/16' }, [outside])
    await only({ address: 'not an address' }, [])
    await only({ target: registerSecurityInformation, result: 'blocked' }, [outside, unknown])
    await only({ userId: ana.id, address: '0.0.0.0/0' }, [inside, outside])
  })

  it('of a wrong password says where it came from, and nothing of what was typed', async () => {
    const origin = anOrigin('203.0.113.77')
    await signInWithPassword({ userPrincipalName: 'nobody@harbor.example', secret: 'x', returnTo: null, origin })
    const [record] = await findByReference(origin.requestId)
    expect(record).toMatchObject({ userId: null, userPrincipalName: null })
    expect(record?.circumstances).toMatchObject({ userType: null, locations: [{ displayName: 'Head office' }] })
  })
})

describe('a reference', () => {
  it('of a sign-in, of a request and of an entry leads to the decision with its trace', async () => {
    const { correlationId, requestId, started } = await starting('198.51.100.20')
    expect(started.ok).toBe(false)
    const [bySignIn] = await findByReference(correlationId)
    expect(bySignIn).toMatchObject({ errorCode: 53003, failureReason: 'security_info.blocked_no_method' })
    expect(bySignIn?.trace.find((line) => line.policyId === policyId)).toMatchObject({
      displayName: policyName,
      result: 'failure',
    })
    expect((await findByReference(requestId)).map(({ id }) => id)).toEqual([bySignIn?.id])
    expect((await findByReference(bySignIn?.id ?? '')).map(({ id }) => id)).toEqual([bySignIn?.id])
    expect(await findByReference(randomUUID())).toEqual([])
  })

  it('of a page that was only looked at is in the log too, and looking again and again does not fill it', async () => {
    const asking = await anAsking(ana.id, { proofs: [aProof('password')], clientAddress: '198.51.100.30' })
    const facts = await loadFacts(db(), ana.id, 'cached')
    if (!facts) throw new Error('nobody')
    const { session, origin } = asking
    const at = now()
    const asked = askGate({ facts, session, origin, at, moment: 'open', kind: null })
    for (let look = 0; look < 25; look++) await logRefusal(asking, { facts, session, at, ...asked })
    const records = await findByReference(session.correlationId)
    expect(records).toHaveLength(20)
    expect(records[0]?.trace.map(({ policyId: id }) => id)).toContain(policyId)
    expect(gateEntryOf(asking, { facts, session, at, ...asked }).sql).toContain('INSERT INTO sign_in_log')
  })
})

describe('the refusal', () => {
  it('says nothing of the policy, its name or what it is about', async () => {
    const { started } = await starting('198.51.100.40')
    const said = JSON.stringify(started)
    expect(said).toContain('security_info.blocked_no_method')
    for (const word of [policyName, policyId, reportedId, 'Zebra', 'Head office']) expect(said).not.toContain(word)
    expect((await loadPolicySet(db())).policies.map(({ displayName }) => displayName)).toContain(policyName)
  })
})

describe('the file', () => {
  it('has every entry once, newest first, with its trace in JSON and its policies in the spreadsheet', async () => {
    const ids: string[] = []
    let last = Number.POSITIVE_INFINITY
    for await (const page of eachSignIn({}))
      for (const record of page) {
        ids.push(record.id)
        expect(record.at.getTime()).toBeLessThanOrEqual(last)
        last = record.at.getTime()
      }
    const [row] = await database.query<{ count: number }>('SELECT count(*)::int AS count FROM sign_in_log')
    expect(ids).toHaveLength(row?.count ?? -1)
    expect(new Set(ids).size).toBe(ids.length)
    const { correlationId } = await starting('198.51.100.50')
    const [record] = await findByReference(correlationId)
    if (!record) throw new Error('not there')
    const document = signInDocument(record, 'Ana')
    expect(document.appliedConditionalAccessPolicies.find(({ id }) => id === policyId)?.grantControls).toEqual([
      { control: 'mfa', state: 'unmet' },
    ])
    expect(document.authenticationRequirement).toBe('multiFactorAuthentication')
    const cells = Object.fromEntries(signInColumns.map(({ name, value }) => [name, value(document)]))
    expect(cells).toMatchObject({
      'policies not met': policyName,
      wanted: registerSecurityInformation,
      proven: 'password (completed)',
      platform: 'linux',
    })
  })
})
