import { randomBytes, randomInt } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { unknownAaguid } from '@/lib/authentication-methods/model'
import {
  defaultMethodsPolicy,
  type PasswordResetPolicy,
  resetMethodKinds,
} from '@/lib/authentication-methods/policy-model'
import {
  loadMethodsPolicy,
  loadPasswordResetPolicy,
  readMethodsPolicy,
  saveMethodsPolicy,
} from '@/lib/authentication-methods/store'
import { directories, loadAccount } from '@/lib/password-reset/account'
import { now } from '@/lib/platform/clock'
import { db } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { countImpact } from '@/lib/policy-changes/store'
import { type ResetStanding, resetStandings } from '@/lib/reports/password-resets'
import { countResetStandings } from '@/lib/reports/reset-standing'
import { anOrigin } from '@/tests/support/asking'
import { aGroup, resetForEverybody } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'
import { addMethod, aMobile, anOffice, decideReset, type MethodOfTest, someone } from '@/tests/support/password-reset'

/** Who is able to reset, counted at once, against the reset itself asked person by person. */

const database = testDatabase()
const people: string[] = []
let group = ''

const oneOf = <T>(list: readonly T[]): T => list[randomInt(list.length)] as T
const some = <T>(list: readonly T[]): T[] => list.filter(() => randomInt(2) === 0)
const devices = [null, 'My  phone', 'my phone', 'Another']

beforeAll(async () => {
  const connectors = [await aDirectory(true, true), await aDirectory(true, false), await aDirectory(false, true)]
  for (let index = 0; index < 48; index++) {
    const mobile = aMobile()
    const office = randomInt(2) === 0 ? mobile : anOffice()
    const methods: MethodOfTest[] = []
    if (randomInt(3) === 0) methods.push({ mobile })
    if (randomInt(3) === 0) methods.push(randomInt(2) === 0 ? { office, extension: '12' } : { office })
    if (randomInt(3) === 0) methods.push('email')
    if (index % 8 === 0) methods.push({ questions: ['hidingPlace', 'toyLost', 'familyStory', 'softToy', 'firstCrush'] })
    const person = await someone(methods, {
      userType: index % 7 === 0 ? 'guest' : 'member',
      accountEnabled: index % 11 !== 0,
      ...(index % 6 === 0 ? { roles: ['userAdministrator'] as const } : {}),
    })
    if (index % 11 !== 0) people.push(person.id)
    if (randomInt(3) === 0) await anApp(person.id, oneOf(devices))
    if (randomInt(3) === 0) await aPasskey(person.id, oneOf(devices))
    if (index % 5 === 0) await database.query('UPDATE "user" SET password_hash = NULL WHERE id = $1', [person.id])
    if (index % 7 === 0 && index % 2 === 0)
      await database.query('UPDATE "user" SET home_tenant_id = $2 WHERE id = $1', [person.id, randomUUID()])
    if (index % 4 === 1)
      await database.query(
        `UPDATE "user" SET directory_connector_id = $2, directory_entry_id = id::text, password_hash = NULL WHERE id = $1`,
        [person.id, oneOf(connectors)],
      )
    if (index % 9 === 0)
      await database.query('UPDATE authentication_method SET disabled_at = now() WHERE user_id = $1 AND kind = $2', [
        person.id,
        'email',
      ])
  }
  const nested = await aGroup(db(), { memberIds: some(people) })
  group = (await aGroup(db(), { memberIds: some(people).slice(0, 5), childIds: [nested.id] })).id
})

async function aDirectory(isEnabled: boolean, canWriteBackPasswords: boolean): Promise<string> {
  const id = randomUUID()
  await db().directoryConnector.create({
    data: { id, name: id, kind: 'ldap', settings: { canWriteBackPasswords }, bindPasswordSealed: 'v1.x', isEnabled },
  })
  return id
}

async function anApp(userId: string, name: string | null) {
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
  await addMethod(userId, { kind: 'softwareOath', name, secret, algorithm: 'SHA1', periodSeconds: 30, lastStep: -1n })
}

async function aPasskey(userId: string, name: string | null) {
  await addMethod(userId, {
    ...{ kind: 'passkey', name, credentialId: randomBytes(16), publicKey: randomBytes(77), algorithm: -7 },
    ...{ signCount: 0n, aaguid: unknownAaguid, backupEligible: true, backupState: true, transports: [] },
    ...{ attestationFormat: 'none', isAttested: false },
  })
}

/** The one the product asks when somebody begins a reset, for each person alone. */
async function personByPerson(): Promise<Record<ResetStanding, number>> {
  const counts = Object.fromEntries(resetStandings.map((standing) => [standing, 0])) as Record<ResetStanding, number>
  for (const userId of people) {
    const asking = { origin: anOrigin(), directory: directories, at: now() }
    const { standing } = await loadAccount(db(), { userId, gates: [], begun: null }, asking, 'now')
    counts[standing.isAble ? 'able' : (standing.refusal as ResetStanding)]++
  }
  return counts
}

async function decideMethods(): Promise<void> {
  const { methods } = defaultMethodsPolicy
  const state = () => ({ state: oneOf(['enabled', 'enabled', 'disabled'] as const) })
  const targets = () => (randomInt(3) === 0 ? { includeTargets: [{ targetType: 'group' as const, id: group }] } : {})
  const document = {
    ...defaultMethodsPolicy,
    methods: {
      ...methods,
      email: { ...methods.email, ...state() },
      mobilePhone: { ...methods.mobilePhone, ...state(), ...targets() },
      voice: { ...methods.voice, ...state(), isOfficePhoneAllowed: randomInt(3) > 0 },
      softwareOath: { ...methods.softwareOath, ...state(), ...targets() },
      securityQuestions: { ...methods.securityQuestions, ...state() },
    },
  }
  const { version } = await readMethodsPolicy(db())
  if (!(await saveMethodsPolicy(db(), document, version, now()))) throw new Error('the policy was not saved')
}

/** Settings that chance might leave out, and then whatever it brings. */
function policyOf(round: number): Partial<PasswordResetPolicy> {
  const everything = { enabledFor: 'all' as const, groupId: null, numberOfMethodsRequired: 1 as const }
  const certain: readonly Partial<PasswordResetPolicy>[] = [
    { ...everything, allowedMethodKinds: [] },
    { ...everything, enabledFor: 'none' },
    { ...everything, enabledFor: 'selected', groupId: group },
    { ...everything, isAdministratorResetAllowed: false },
  ]
  return certain[round] ?? randomPolicy()
}

function randomPolicy(): Partial<PasswordResetPolicy> {
  const enabledFor = oneOf(['none', 'selected', 'all', 'all', 'all'] as const)
  return {
    enabledFor,
    groupId: enabledFor === 'selected' ? group : null,
    numberOfMethodsRequired: oneOf([1, 2] as const),
    allowedMethodKinds: randomInt(8) === 0 ? [] : some(resetMethodKinds),
    isAdministratorResetAllowed: randomInt(4) > 0,
  }
}

const policiesNow = async () => ({
  methods: await loadMethodsPolicy(db()),
  passwordReset: await loadPasswordResetPolicy(db()),
})

describe('who is able to reset', () => {
  it('everybody counted at once is everybody asked alone, under random settings', { timeout: 120_000 }, async () => {
    const seen = new Set<ResetStanding>()
    for (let round = 0; round < 30; round++) {
      await decideMethods()
      await decideReset(policyOf(round), {
        isPasskeyAccepted: randomInt(2) === 0,
        isWritebackAllowed: randomInt(2) === 0,
      })
      const counted = await countResetStandings(db(), await policiesNow(), now())
      const asked = await personByPerson()
      expect(counted.standings, JSON.stringify(await policiesNow())).toEqual(asked)
      expect(counted.people).toBe(people.length)
      for (const standing of resetStandings) if (asked[standing] > 0) seen.add(standing)
    }
    // The people and settings are of every sort, so nothing above was equal because it was empty.
    expect([...seen].sort()).toEqual([...resetStandings].sort())
  })

  it('a preview says the same of both sides, and who gains and loses is their difference', {
    timeout: 120_000,
  }, async () => {
    for (let round = 0; round < 8; round++) {
      await decideMethods()
      await decideReset(randomPolicy())
      const [before, was] = [await policiesNow(), await personByPerson()]
      await decideReset(randomPolicy(), { isPasskeyAccepted: true, isWritebackAllowed: round % 2 === 0 })
      const [after, is] = [await policiesNow(), await personByPerson()]
      const impact = await countImpact(db(), { before, after, asker: null, now: now() })
      for (const standing of resetStandings)
        expect(impact.standings[standing]).toEqual({ before: was[standing], after: is[standing] })
      expect(impact.gainsReset - impact.losesReset).toBe(is.able - was.able)
    }
  })

  it('whoever may write to no directory is told so: switching writeback off concerns who lives there', async () => {
    await decideReset({ ...resetForEverybody, numberOfMethodsRequired: 1 })
    const before = await policiesNow()
    await decideReset({ ...resetForEverybody, numberOfMethodsRequired: 1 }, { isWritebackAllowed: false })
    const impact = await countImpact(db(), { before, after: await policiesNow(), asker: null, now: now() })
    const { SSPR_0010: closed } = impact.standings
    expect(closed.after - closed.before).toBe(impact.losesReset)
  })
})
