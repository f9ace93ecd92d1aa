import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { createNamedLocation, createPolicy } from '@/lib/conditional-access/commands'
import { applications, registerSecurityInformation } from '@/lib/conditional-access/model'
import { loadPolicySet } from '@/lib/conditional-access/store'
import type { directoryRoles } from '@/lib/directory/model'
import { purgeExpired } from '@/lib/jobs/purge'
import { limits } from '@/lib/limits'
import { now, secondsFrom } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { type Asking, startTrial, stopTrial } from '@/lib/policy-trials/commands'
import type { PersonVerdict, TrialReason } from '@/lib/policy-trials/model'
import { runTrials } from '@/lib/policy-trials/run'
import { insertResults, listResults } from '@/lib/policy-trials/store/results'
import { claimTrial, findTrial, listTrials, moveTrial } from '@/lib/policy-trials/store/trials'
import { loadFacts, loadFactsOf } from '@/lib/sign-in/facts'
import { errorCodes } from '@/lib/sign-in/model'
import { aGroup, aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

const database = testDatabase()
const origin = { requestId: 'test', clientAddress: null, addressSource: 'unknown', userAgent: null } as const
const office = '203.0.113.10'
const home = '198.51.100.23'
const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'

/** Six kinds of people, again and again: what they have, where they sign in from, and what is to be said of them. */
const kinds = [
  { name: 'inside', method: null, from: [office], outcome: 'passes', reason: 'otherPlace' },
  { name: 'outside', method: null, from: [home], outcome: 'blocked', reason: 'noMethodOffSite' },
  { name: 'both', method: null, from: [office, home], outcome: 'blocked', reason: 'noMethodSomePlaces' },
  { name: 'silent', method: null, from: [], outcome: 'blocked', reason: 'noMethodUnknownPlace' },
  { name: 'ready', method: 'softwareOath', from: [home], outcome: 'mfa', reason: 'asked' },
  { name: 'pass', method: 'temporaryAccessPass', from: [home], outcome: 'passes', reason: 'met' },
  { name: 'guest', method: null, from: [home], outcome: null, reason: null },
] as const
const each = 45
type Kind = (typeof kinds)[number]
const people = new Map<string, Kind>()
let asking: Asking
let reader: Asking
let colleague: Asking
let policyId = ''
let staff = { id: '' }

async function administrator(role: keyof typeof directoryRoles): Promise<Asking> {
  const user = await aUser(db(), { roles: [role], accountEnabled: true, displayName: `0 ${role}` })
  return { actor: { kind: 'administrator', ...user }, origin }
}

async function logged(
  userId: string,
  address: string,
  given: { errorCode?: number; target?: string; daysAgo?: number } = {},
) {
  const { errorCode = 0, target = applications.securityInfo, daysAgo = 1 } = given
  await db().signInLog.create({
    data: {
      ...{ at: secondsFrom(now(), -daysAgo * 86_400), userId, target, clientAddress: address, addressSource: 'peer' },
      ...{ userAgent: firefox, errorCode, conditionalAccessStatus: 'notApplied', appliedPolicies: [] },
      authenticationDetails: [{ mode: 'password', methodId: null, succeeded: true, result: 'completed', at: 0 }],
      ...{ correlationId: randomUUID(), requestId: 'test' },
    },
  })
}

async function aMethod(userId: string, kind: 'softwareOath' | 'temporaryAccessPass') {
  const id = randomUUID()
  const slot = kind === 'temporaryAccessPass' ? kind : id
  await database.query(
    `INSERT INTO authentication_method (id, user_id, kind, slot, name, origin, created_at, updated_at)
     VALUES ($1, $2, $3, $4, 'Test', 'user', now(), now())`,
    [id, userId, kind, slot],
  )
  if (kind === 'softwareOath')
    await database.query(`INSERT INTO software_oath (method_id, secret_sealed, last_step) VALUES ($1, 'x', -1)`, [id])
  else
    await database.query(
      `INSERT INTO temporary_access_pass (method_id, pass_hash, starts_at, expires_at, is_usable_once)
       VALUES ($1, 'x', now() - interval '1 hour', now() + interval '1 day', true)`,
      [id],
    )
}

beforeAll(async () => {
  asking = await administrator('conditionalAccessAdministrator')
  colleague = await administrator('securityAdministrator')
  reader = await administrator('securityReader')
  // The administrators sign in inside and have nothing: alike for everybody's count.
  staff = await aGroup(db(), {})
  const whole = await aGroup(db(), { childIds: [staff.id] })
  for (let index = 0; index < each * kinds.length; index++) {
    const kind = kinds[index % kinds.length] as Kind
    const user = await aUser(db(), {
      displayName: `${kind.name} ${String(index).padStart(4, '0')}`,
      passwordHash: 'x',
      userType: kind.name === 'guest' ? 'guest' : 'member',
      groupIds: [staff.id],
    })
    people.set(user.id, kind)
    if (kind.method) await aMethod(user.id, kind.method)
    for (const address of kind.from) await logged(user.id, address)
    // Twice from there, once to register; what anybody could have caused, and what is long ago, counts for nothing.
    if (kind.name === 'outside') await logged(user.id, home, { target: registerSecurityInformation })
    if (kind.name === 'inside') await logged(user.id, home, { errorCode: errorCodes.invalidCredentials })
    if (kind.name === 'inside') await logged(user.id, home, { errorCode: errorCodes.mfaFailed })
    if (kind.name === 'silent') await logged(user.id, office, { daysAgo: 31 })
  }
  await aUser(db(), { displayName: 'gone', accountEnabled: false, groupIds: [staff.id] })
  const location = {
    '@odata.type': '#microsoft.graph.ipNamedLocation',
    displayName: 'Office',
    isTrusted: true,
    ipRanges: [{ '@odata.type': '#microsoft.graph.iPv4CidrRange', cidrAddress: '203.0.113.0/24' }],
  }
  expect((await createNamedLocation(colleague, { location })).ok).toBe(true)
  const made = await createPolicy(colleague, {
    policy: {
      displayName: 'Registering outside',
      state: 'enabledForReportingButNotEnforced',
      conditions: {
        users: {
          includeGroups: [whole.id],
          excludeGuestsOrExternalUsers: { guestOrExternalUserTypes: 'b2bCollaborationGuest' },
        },
        applications: { includeUserActions: [registerSecurityInformation] },
        locations: { includeLocations: ['All'], excludeLocations: ['AllTrusted'] },
      },
      grantControls: { operator: 'OR', builtInControls: ['mfa'] },
    },
  })
  if (!made.ok) throw new Error(made.failure.code)
  policyId = made.value.policy.id
})

async function started(who: Asking, input: Parameters<typeof startTrial>[1]): Promise<string> {
  const result = await startTrial(who, input)
  if (!result.ok) throw new Error(result.failure.code)
  return result.value.trialId
}

async function lines(trialId: string) {
  return listResults(db(), trialId, {}, { after: 0, take: 10_000 })
}

describe('a policy tried on everybody', () => {
  it('says of each person what would become of them, and why', async () => {
    const trialId = await started(asking, { policyId })
    await runTrials()
    const trial = await findTrial(db(), trialId)
    const concerned = each * 6
    expect(trial).toMatchObject({ state: 'done', peopleConcerned: concerned, peopleDone: each * 7 + 3 })
    const found = await lines(trialId)
    expect(found).toHaveLength(concerned)
    expect(found.map(({ position }) => position)).toEqual(Array.from({ length: concerned }, (_, index) => index + 1))
    for (const line of found) {
      const kind = people.get(line.userId)
      expect([line.displayName, line.outcome, line.reason]).toEqual([line.displayName, kind?.outcome, kind?.reason])
      expect(line.isNewlyBlocked).toBe(kind?.outcome === 'blocked')
      expect(line.basis).toBe(kind?.name === 'silent' ? 'unknownPlace' : 'signIns')
    }
    // In the order of names, so that a page of the list is a part of the alphabet.
    expect(found.map(({ displayName }) => displayName)).toEqual(found.map(({ displayName }) => displayName).toSorted())
    const byReason = Object.fromEntries(
      (trial?.summary?.people ?? []).map(({ reason, count, newlyBlocked }) => [reason, [count, newlyBlocked]]),
    ) as Record<TrialReason, [number, number]>
    expect(byReason).toEqual({
      ...{ otherPlace: [each, 0], noMethodOffSite: [each, each], noMethodSomePlaces: [each, each] },
      ...{ noMethodUnknownPlace: [each, each], asked: [each, 0], met: [each, 0] },
    })
    expect(trial?.summary?.now).toEqual({ blocked: 0, registers: 0, mfa: each, passes: 5 * each })
    // Only registrations are past requests of a policy about registering.
    expect(trial?.summary?.past).toEqual({ requests: each, blocked: each })
  })

  it('is filtered and paged', async () => {
    const [{ id = '' } = {}] = await listTrials(db(), (asking.actor as { id: string }).id)
    const page = { after: 0, take: 30 }
    const blocked = await listResults(db(), id, { outcome: 'blocked' }, page)
    const next = await listResults(db(), id, { outcome: 'blocked' }, { ...page, after: blocked.at(-1)?.position ?? 0 })
    expect(new Set([...blocked, ...next].map(({ userId }) => userId)).size).toBe(60)
    expect(await listResults(db(), id, { reason: 'met' }, { after: 0, take: 999 })).toHaveLength(each)
    expect(await listResults(db(), id, { newlyBlocked: true }, { after: 0, take: 999 })).toHaveLength(3 * each)
  })

  it('nothing of it is saved or decided, and the trail says who looked', async () => {
    expect(await db().conditionalAccessPolicy.findUnique({ where: { id: policyId } })).toMatchObject({
      state: 'enabledForReportingButNotEnforced',
      version: 1,
    })
    expect(
      await db().auditEvent.count({ where: { activity: 'App: conditional access policy tried on everybody' } }),
    ).toBe(1)
  })

  it('a draft is tried in the place of the policy it changes, or beside all of them', async () => {
    const stored = await db().conditionalAccessPolicy.findUniqueOrThrow({ where: { id: policyId } })
    const body = stored.document as Record<string, object>
    const draft = {
      ...{ displayName: 'Nobody outside', state: 'disabled', conditions: body.conditions },
      grantControls: { operator: 'OR', builtInControls: ['block'] },
    }
    const trialId = await started(asking, { policyId, draft })
    await runTrials()
    const found = await lines(trialId)
    const reasons = new Map(found.map((line) => [people.get(line.userId)?.name, line.reason]))
    expect(Object.fromEntries(reasons)).toEqual({
      ...{ inside: 'otherPlace', outside: 'placeAlways', both: 'placeSometimes', silent: 'placeUnknown' },
      ...{ ready: 'placeAlways', pass: 'placeAlways' },
    })
    // The draft's own state is kept for whoever goes on editing.
    expect(await findTrial(db(), trialId)).toMatchObject({ candidate: { state: 'disabled' }, policyId })
    const fresh = await started(asking, {
      policyId: null,
      draft: {
        ...draft,
        conditions: { users: { includeUsers: ['All'] }, applications: { includeApplications: ['All'] } },
      },
    })
    await runTrials()
    expect(await findTrial(db(), fresh)).toMatchObject({ state: 'done', peopleConcerned: each * 7 + 3 })
    expect(await db().conditionalAccessPolicy.count()).toBe(1)
  })

  it('a draft that is no policy yet is refused as saving would refuse it', async () => {
    const draft = { displayName: 'Empty', state: 'enabled', conditions: {}, grantControls: null }
    expect(await startTrial(asking, { policyId: null, draft })).toMatchObject({
      ok: false,
      failure: { kind: 'invalid' },
    })
  })
})

describe('one at a time', () => {
  it('for each administrator; a colleague’s waits for nobody, and one can be stopped', async () => {
    const first = await started(asking, { policyId })
    expect(await startTrial(asking, { policyId })).toMatchObject({
      ok: false,
      failure: { code: 'policy_trials.already_running', details: { trialId: first } },
    })
    const other = await started(colleague, { policyId })
    expect(await stopTrial(colleague, first)).toMatchObject({ ok: false, failure: { code: 'policy_trials.not_found' } })
    expect((await stopTrial(asking, first)).ok).toBe(true)
    await runTrials()
    expect(await findTrial(db(), first)).toMatchObject({ state: 'stopped', peopleDone: 0 })
    expect(await findTrial(db(), other)).toMatchObject({ state: 'done' })
  })

  it('also when two requests come in the same moment', async () => {
    const both = await Promise.all([startTrial(asking, { policyId }), startTrial(asking, { policyId })])
    expect(both.map(({ ok }) => ok).toSorted()).toEqual([false, true])
    const [running] = both.flatMap((result) => (result.ok ? [result.value.trialId] : []))
    await stopTrial(asking, running ?? '')
  })
})

describe('when a process ends in the middle', () => {
  const batchPeople = 120

  /** Works off one batch, as a process that is then gone. */
  async function halfOf(trialId: string) {
    let asked = 0
    await runTrials(() => ++asked > 2, batchPeople)
    const trial = await findTrial(db(), trialId)
    expect(trial).toMatchObject({ state: 'running', peopleDone: batchPeople })
    return trial
  }

  it('the next one goes on, and nobody is there twice', async () => {
    const whole = await started(asking, { policyId })
    await runTrials()
    const trialId = await started(asking, { policyId })
    await halfOf(trialId)
    // It died without letting go: until the lease ends nobody touches it.
    await database.query(`UPDATE policy_trial SET leased_until = now() + interval '20 seconds' WHERE id = $1`, [
      trialId,
    ])
    await runTrials()
    expect(await findTrial(db(), trialId)).toMatchObject({ state: 'running' })
    await database.query(`UPDATE policy_trial SET leased_until = now() - interval '1 second' WHERE id = $1`, [trialId])
    await runTrials()
    expect(await findTrial(db(), trialId)).toMatchObject({ state: 'done', peopleDone: each * 7 + 3 })
    const plain = (found: Awaited<ReturnType<typeof lines>>) =>
      found.map(({ position, userId, reason }) => [position, userId, reason])
    expect(plain(await lines(trialId))).toEqual(plain(await lines(whole)))
  })

  it('one that comes back late writes nothing', async () => {
    const trialId = await started(asking, { policyId })
    const claimed = await claimTrial(db(), now())
    expect(claimed?.id).toBe(trialId)
    await database.query(`UPDATE policy_trial SET leased_until = now() - interval '1 second' WHERE id = $1`, [trialId])
    await runTrials()
    const late: PersonVerdict = {
      ...{ outcome: 'blocked', outcomeNow: 'blocked', isNewlyBlocked: false, reason: 'noMethod', basis: 'signIns' },
      ...{ places: 1, placesBlocked: 1, pastRequests: 0, pastBlocked: 0, target: 'x', address: null, platform: null },
    }
    const wrote = await transaction(async (tx) => {
      const from = claimed?.position ?? { peopleDone: 0, peopleConcerned: 0, after: null }
      if (!(await moveTrial(tx, trialId, from, { ...from, peopleDone: 1 }, now()))) return false
      await insertResults(tx, trialId, [{ ...late, position: 9999, userId: randomUUID() }])
      return true
    })
    expect(wrote).toBe(false)
    expect(await lines(trialId)).toHaveLength(each * 6)
  })

  it('and the policies have changed: half of each would be true of nothing', async () => {
    const trialId = await started(asking, { policyId })
    await halfOf(trialId)
    await database.query('UPDATE conditional_access_policy SET version = version + 1 WHERE id = $1', [policyId])
    await runTrials()
    expect(await findTrial(db(), trialId)).toMatchObject({ state: 'outdated', summary: null })
  })
})

describe('rights', () => {
  it('who reads Conditional Access may try what is stored, and no draft; others nothing', async () => {
    const helpdesk = await administrator('helpdeskAdministrator')
    expect(await startTrial(helpdesk, { policyId })).toMatchObject({ failure: { code: 'policy_trials.not_allowed' } })
    expect(await startTrial(reader, { policyId: null, draft: {} })).toMatchObject({
      failure: { code: 'policy_trials.not_allowed' },
    })
    expect((await startTrial(reader, { policyId })).ok).toBe(true)
    expect(await startTrial(asking, { policyId: randomUUID() })).toMatchObject({
      failure: { code: 'policy_trials.not_found' },
    })
    const refused = await db().auditEvent.findMany({
      where: { activity: 'App: conditional access policy tried on everybody', outcome: 'failure' },
    })
    expect(refused.map(({ reason }) => reason)).toContain('policy_trials.not_allowed')
    await runTrials()
  })
})

describe('keeping', () => {
  it('the newest five of an administrator stay, and nothing for longer than a week', async () => {
    const mine = (asking.actor as { id: string }).id
    const before = await db().policyTrial.count({ where: { createdById: mine } })
    expect(before).toBeGreaterThan(limits.policyTrial.keptPerAdministrator)
    for (let round = 0; round < 6; round++) await purgeExpired(now())
    expect(await db().policyTrial.count({ where: { createdById: mine } })).toBe(limits.policyTrial.keptPerAdministrator)
    for (let round = 0; round < 6; round++) await purgeExpired(secondsFrom(now(), 8 * 86_400))
    expect(await db().policyTrial.count()).toBe(0)
    expect(await db().policyTrialResult.count()).toBe(0)
  })
})

it('the facts about several people are those about each', async () => {
  const set = await loadPolicySet(db())
  const ids = [...people.keys()].slice(0, 20)
  const together = new Map((await loadFactsOf(db(), ids, set)).map((facts) => [facts.subject.id, facts]))
  for (const id of ids) {
    const alone = await loadFacts(db(), id, 'now')
    expect({ ...together.get(id), policySet: null }).toEqual({ ...alone, policySet: null })
  }
})
