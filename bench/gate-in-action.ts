import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { db, disconnect, transaction, writeTogether } from '@/lib/platform/db'
import { askGate } from '@/lib/security-info/gate'
import { loadFacts } from '@/lib/sign-in/facts'
import { lockPersonAndSession, newSession, openingOf } from '@/lib/sign-in/session'
import { type Figures, percentile } from './figure'
import { locationsOf, policiesOf } from './gate-limits'
import { type Installation, officeAddress } from './installation'
import { addPeople, type Person } from './people'

const policyCount = 200
const rangesEach = 40
const actionsEach = 1500
const boundMilliseconds = 5
const userAgent = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)'

/**
 * What the gate adds to an action that stores, in the application's own transaction against the real database: reading the
 * person and whether any policy changed, and the decision. Two hundred policies, all the locations there can be; each
 * action is another person's. Locking the person and the session, which an action does without a gate too, is not in it.
 */
export async function benchGateInAction(installation: Installation, figures: Figures): Promise<void> {
  await addPolicies(installation)
  const people = await addPeople(installation.owner, actionsEach * 2 + 200, true)
  try {
    const sessions = await Promise.all(people.map(openSession))
    const act = (place: number) => gateOf(sessions[place % sessions.length] as OpenSession)
    // Warm: the statements are prepared, the policies compiled.
    for (let place = 0; place < 200; place++) await act(place)
    const alone: number[] = []
    for (let place = 0; place < actionsEach; place++) alone.push(await act(200 + place))
    figures.lower('gate in a storing action, p50, one at a time', percentile(alone, 0.5), 'ms')
    figures.lower('gate in a storing action, p95, one at a time', percentile(alone, 0.95), 'ms', boundMilliseconds)
    const together: number[] = []
    let next = 200 + actionsEach
    const worker = async () => {
      while (next < 200 + actionsEach * 2) together.push(await act(next++))
    }
    await Promise.all(Array.from({ length: 4 }, worker))
    figures.lower('gate in a storing action, p50, 4 at once', percentile(together, 0.5), 'ms')
    figures.lower('gate in a storing action, p95, 4 at once', percentile(together, 0.95), 'ms', boundMilliseconds)
    const afterChange: number[] = []
    for (let place = 0; place < 15; place++) {
      await installation.owner.query(
        'UPDATE conditional_access_policy SET version = version + 1 WHERE id = (SELECT min(id::text)::uuid FROM conditional_access_policy)',
      )
      afterChange.push(await act(place))
    }
    figures.lower('the first one after a change of a policy', percentile(afterChange, 0.5), 'ms')
  } finally {
    await disconnect()
  }
}

type OpenSession = { readonly id: string; readonly userId: string }

async function openSession({ id: userId }: Person): Promise<OpenSession> {
  const at = now()
  const issued = newSession({
    userId,
    proof: { mode: 'password', methodId: null, at: at.getTime() },
    returnTo: null,
    at,
  })
  await writeTogether(db(), openingOf(issued, { clientAddress: officeAddress, userAgent }))
  return { id: issued.session.id, userId }
}

/** Milliseconds of the gate in one transaction, as `changeOwn` asks it when it stores. */
function gateOf({ id, userId }: OpenSession): Promise<number> {
  const at = now()
  return transaction(async (tx) => {
    const session = await lockPersonAndSession(tx, id, userId, at)
    if (!session) throw new Error('a session of the bench has ended')
    const begun = performance.now()
    const facts = await loadFacts(tx, userId, 'now')
    if (!facts) throw new Error('a person of the bench is gone')
    const { decision } = askGate({
      ...{ facts, session: { ...session, stage: 'full' }, at, kind: 'softwareOath', moment: 'store' },
      origin: { clientAddress: officeAddress, userAgent },
    })
    const took = performance.now() - begun
    if (decision.trace.length < policyCount) throw new Error('not every policy was asked')
    return took
  })
}

async function addPolicies({ owner }: Installation): Promise<void> {
  const json = (rows: readonly unknown[]) => JSON.stringify(rows)
  await owner.query(
    `INSERT INTO named_location (id, display_name, is_trusted, document)
     SELECT (row->>'id')::uuid, row->>'displayName', (row->>'isTrusted')::boolean, row->'document'
     FROM jsonb_array_elements($1::jsonb) row ON CONFLICT DO NOTHING`,
    [json(locationsOf(limits.conditionalAccess.namedLocationsMax, rangesEach))],
  )
  await owner.query(
    `INSERT INTO conditional_access_policy (id, display_name, state, document)
     SELECT (row->>'id')::uuid, row->>'displayName', row->>'state', row->'document'
     FROM jsonb_array_elements($1::jsonb) row ON CONFLICT DO NOTHING`,
    [json(policiesOf(policyCount))],
  )
  await owner.query('ANALYZE')
}
