import { beforeAll, describe, expect, it } from 'vitest'
import { parsePhoneNumber } from '@/lib/authentication-methods/kinds/phone'
import { listNamedLocations, listPolicies, loadPolicySet } from '@/lib/conditional-access/store'
import { loadSubjectByName } from '@/lib/directory/store'
import { userPrincipalNameSchema } from '@/lib/directory/user-principal-name'
import { verifySecret } from '@/lib/password/hashing'
import { db } from '@/lib/platform/db'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import { countRegistrations, findRegistrations } from '@/lib/reports/store'
import { castMember, demoAuthenticatorSecrets, demoCast, demoCrew, demoPassword, demoReserve } from '@/prisma/cast'
import { seedDemo } from '@/prisma/seed'
import { testDatabase } from '@/tests/support/database'

const database = testDatabase()
const everybody = [...demoCast, ...demoReserve, ...demoCrew]

beforeAll(seedDemo)

async function subjectOf(name: string) {
  const subject = await loadSubjectByName(db(), castMember(name).userPrincipalName)
  if (subject === null) throw new Error(`${name} was not loaded`)
  return subject
}

describe('the demo organisation', () => {
  it('has everybody once, however often it is loaded, also twice at the same time', async () => {
    await Promise.all([seedDemo(), seedDemo()])
    expect(await db().user.count()).toBe(everybody.length)
    expect(await db().auditEvent.count({ where: { activity: 'App: demo organisation loaded' } })).toBe(1)
  })

  it('gives everybody a lawful name, a sentence and a long password that works', async () => {
    for (const person of everybody) {
      expect(userPrincipalNameSchema.parse(person.userPrincipalName)).toBe(person.userPrincipalName)
      expect(person.story.length).toBeGreaterThan(0)
    }
    expect(new Set(everybody.map((person) => person.userPrincipalName)).size).toBe(everybody.length)
    expect(demoPassword.length).toBeGreaterThanOrEqual(15)
    const ana = await db().user.findUniqueOrThrow({ where: { userPrincipalName: 'ana@harbor.example' } })
    expect(await verifySecret(demoPassword, ana.passwordHash ?? '')).toMatchObject({
      ok: true,
      value: { matches: true },
    })
  })

  it('knows the stories: nothing registered, fully registered, a lost method, a guest', async () => {
    const kindsOf = async (name: string) =>
      (await loadMethods(db(), (await subjectOf(name)).id)).map(({ kind }) => kind)
    expect(await kindsOf('ana')).toEqual([])
    expect(await kindsOf('ben')).toEqual(['softwareOath', 'mobilePhone', 'email'])
    expect(await kindsOf('dov')).toEqual(['softwareOath'])
    expect(castMember('dov').authenticatorSecret).toBeUndefined()
    expect(await subjectOf('gil')).toMatchObject({ userType: 'guest', guestType: 'b2bCollaborationGuest' })
  })

  it('gives out phone numbers that every door takes, each once', async () => {
    const numbers = (await db().phone.findMany()).map(({ phoneNumber }) => phoneNumber)
    expect(numbers.length).toBeGreaterThan(10)
    expect(new Set(numbers).size).toBe(numbers.length)
    for (const number of numbers)
      expect(parsePhoneNumber(number, { countries: ['US'] }), number).toMatchObject({ ok: true })
  })

  it('puts Cia into Staff through HR', async () => {
    const groups = await db().group.findMany()
    const cia = await subjectOf('cia')
    const names = groups.filter(({ id }) => cia.groupIds.has(id)).map(({ displayName }) => displayName)
    expect(names.sort()).toEqual(['HR', 'Staff'])
  })

  it('lets every administrator reach the admin area: an app whose codes are shown, and enough for password reset', async () => {
    const administrators = demoCast.filter((person) => person.roles.length > 0)
    expect(administrators.length).toBeGreaterThanOrEqual(5)
    const { rows } = await findRegistrations(
      db(),
      {
        filter: { isAdministrator: true },
        sort: { column: 'displayName', direction: 'ascending' },
        page: { size: 50 },
      },
      new Date(),
    )
    for (const person of administrators) {
      const row = rows.find((one) => one.userPrincipalName === person.userPrincipalName)
      expect(row, person.userPrincipalName).toMatchObject({ isMfaCapable: true, isSsprCapable: true })
      expect(demoAuthenticatorSecrets.map((one) => one.userPrincipalName)).toContain(person.userPrincipalName)
    }
  })

  it('has policies that can all be decided; the one of the how-to is there and off', async () => {
    const policies = await listPolicies(db())
    expect(policies.map(({ displayName, state }) => [displayName, state]).sort()).toEqual([
      ['Combined Security Info Registration on Trusted Networks', 'disabled'],
      ['Multifactor authentication for everybody', 'enabled'],
    ])
    expect(policies.every((policy) => policy.document !== null)).toBe(true)
    await expect(loadPolicySet(db())).resolves.toBeDefined()
    expect((await listNamedLocations(db())).map(({ isTrusted }) => isTrusted)).toEqual([true, true])
  })

  it('makes a report that looks like an organisation', async () => {
    const totals = await countRegistrations(db(), new Date())
    expect(totals.people).toBe(everybody.length)
    expect(totals.isMfaCapable).toBeGreaterThan(totals.people / 2)
    expect(totals.isPasswordlessCapable).toBeGreaterThan(5)
    expect(totals.withoutMethods).toBeGreaterThan(2)
    expect(totals.withoutMethods).toBeLessThan(totals.people / 5)
  })

  it('keeps no secret in clear', async () => {
    const [{ dump } = { dump: '' }] = await database.query<{ dump: string }>(
      `SELECT string_agg(t::text, '') AS dump FROM (SELECT record AS t FROM audit_event
       UNION ALL SELECT secret_sealed FROM software_oath UNION ALL SELECT password_hash FROM "user") all_text`,
    )
    for (const { secret } of demoAuthenticatorSecrets) expect(dump).not.toContain(secret)
    expect(dump).not.toContain(demoPassword)
  })
})
