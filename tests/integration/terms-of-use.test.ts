import { generateSync } from 'otplib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newSecret } from '@/lib/authentication-methods/kinds/software-oath'
import {
  createPolicy,
  createTerms,
  nameContexts,
  retireTerms,
  setPolicyState,
  updateTerms,
} from '@/lib/conditional-access/commands'
import { listContexts } from '@/lib/conditional-access/contexts-store'
import { applications } from '@/lib/conditional-access/model'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { continueSignIn } from '@/lib/registration/commands'
import { acceptTerms, declineTerms, type Shown } from '@/lib/registration/terms-of-use'
import type { Asking } from '@/lib/security-info/change'
import { provisionMethod } from '@/lib/security-info/provision'
import { confirmSoftwareOath, pendingSoftwareOath, startSoftwareOath } from '@/lib/security-info/software-oath'
import { findOwnAcceptance, listAcceptances, listOwnAcceptances } from '@/lib/terms-of-use/store'
import { anAsking, anOrigin, aProof, askAgain, auditOf } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'

testDatabase()
const clock = testClock()
const day = 86_400

beforeEach(() => clock.turn(0))
afterEach(async () => {
  await db().conditionalAccessPolicy.deleteMany()
  await db().termsOfUse.deleteMany()
})

const registration = { includeUserActions: ['urn:user:registersecurityinfo'] }
const allApps = { includeApplications: ['All'] }
const input = (text: string, given: object = {}) => ({
  displayName: 'House rules',
  languages: [
    { language: 'en', text },
    { language: 'de', text: `${text} auf Deutsch` },
  ],
  asksAgainOnChange: true,
  asksAgainDays: null,
  ...given,
})

async function administrator() {
  const user = await aUser(db(), { roles: ['conditionalAccessAdministrator'] })
  return { actor: { kind: 'administrator', ...user }, origin: anOrigin() } as const
}

async function terms(text = 'Be kind.', given: object = {}) {
  const made = await createTerms(await administrator(), input(text, given))
  if (!made.ok) throw new Error(made.failure.code)
  return made.value
}

async function asksFor(userId: string, termsId: string, applications: object, state = 'enabled') {
  const conditions = { users: { includeUsers: [userId] }, applications }
  const grantControls = { builtInControls: [], termsOfUse: [termsId] }
  const asking = await administrator()
  const made = await createPolicy(asking, { policy: { displayName: 'Terms', state, conditions, grantControls } })
  if (!made.ok) throw new Error(`${made.failure.code} ${made.failure.field}`)
  return { asking, policy: made.value.policy }
}

const code = (result: { ok: true } | { ok: false; failure: { code: string } }) =>
  result.ok ? 'ok' : result.failure.code
const shown = (id: string, textVersion = 1): Shown => ({ id, textVersion, language: 'en' })
const again = (asking: Asking) => askAgain(asking.session.id, asking.session.userId)

async function currentCode(asking: Asking): Promise<string> {
  const pending = await pendingSoftwareOath(asking, 'somebody')
  if (!pending) throw new Error('no secret is pending')
  return generateSync({
    secret: pending.secretGrouped.replaceAll(' ', ''),
    epoch: Math.floor(now().getTime() / 1000),
  })
}
const methodCount = (userId: string) => db().authenticationMethod.count({ where: { userId } })

describe('before somebody registers', () => {
  it('the terms are asked for, and once accepted the way is open', async () => {
    const user = await aUser(db())
    const { id } = await terms()
    await asksFor(user.id, id, registration)
    const asking = await anAsking(user.id)
    const refused = await startSoftwareOath(asking)
    expect(refused).toMatchObject({ failure: { code: 'security_info.terms_required', details: { terms: id } } })
    expect(code(await acceptTerms(asking, shown(id)))).toBe('ok')
    expect(code(await startSoftwareOath(await again(asking)))).toBe('ok')
    const [acceptance] = await listOwnAcceptances(db(), user.id, 10)
    expect(acceptance).toMatchObject({ termsId: id, textVersion: 1, language: 'en', displayName: 'House rules' })
    expect((await auditOf(id, 'Accept Terms Of Use')).map(({ outcome }) => outcome)).toEqual(['success'])
  })

  it('a text that changes meanwhile stops the storing, and the newest one must be accepted', async () => {
    const user = await aUser(db())
    const { id, version } = await terms()
    await asksFor(user.id, id, registration)
    const asking = await anAsking(user.id)
    await acceptTerms(asking, shown(id))
    const inside = await again(asking)
    expect(code(await startSoftwareOath(inside))).toBe('ok')
    const changed = await updateTerms(await administrator(), id, input('Be kinder.'), version)
    expect(changed).toMatchObject({ ok: true, value: { textVersion: 2, acceptedFromVersion: 2 } })
    const totp = await currentCode(inside)
    expect(code(await confirmSoftwareOath(inside, { code: totp, name: null }))).toBe('security_info.terms_required')
    expect(await methodCount(user.id)).toBe(0)
    expect(code(await acceptTerms(inside, shown(id, 1)))).toBe('terms.changed_meanwhile')
    expect(code(await acceptTerms(inside, shown(id, 2)))).toBe('ok')
    const after = await again(inside)
    expect(code(await confirmSoftwareOath(after, { code: await currentCode(after), name: null }))).toBe('ok')
    expect(await methodCount(user.id)).toBe(1)
  })

  it('a corrected spelling mistake asks nobody again', async () => {
    const user = await aUser(db())
    const { id, version } = await terms()
    await asksFor(user.id, id, registration)
    const asking = await anAsking(user.id)
    await acceptTerms(asking, shown(id))
    await updateTerms(await administrator(), id, input('Be kind!', { asksAgainOnChange: false }), version)
    expect(code(await startSoftwareOath(await again(asking)))).toBe('ok')
    // Turning the question on for later changes does not ask about earlier ones.
    await updateTerms(await administrator(), id, input('Be kind!'), version + 1)
    expect(code(await startSoftwareOath(await again(asking)))).toBe('ok')
  })

  it('after so many days they are asked for again', async () => {
    const user = await aUser(db())
    const { id } = await terms('Be kind.', { asksAgainDays: 30 })
    await asksFor(user.id, id, registration)
    await acceptTerms(await anAsking(user.id), shown(id))
    clock.turn(29 * day)
    expect(code(await startSoftwareOath(await anAsking(user.id)))).toBe('ok')
    clock.turn(31 * day)
    const asking = await anAsking(user.id)
    expect(code(await startSoftwareOath(asking))).toBe('security_info.terms_required')
    expect(code(await acceptTerms(asking, shown(id)))).toBe('ok')
    expect(await listOwnAcceptances(db(), user.id, 10)).toHaveLength(2)
  })

  it('pressing the button in two tabs at once is one acceptance', async () => {
    const user = await aUser(db())
    const { id } = await terms()
    await asksFor(user.id, id, registration)
    const [one, other] = [await anAsking(user.id), await anAsking(user.id)]
    const both = await Promise.all([acceptTerms(one, shown(id)), acceptTerms(other, shown(id))])
    expect(both.map(code)).toEqual(['ok', 'ok'])
    expect(await listOwnAcceptances(db(), user.id, 10)).toHaveLength(1)
    expect(await auditOf(id, 'Accept Terms Of Use')).toHaveLength(1)
  })

  it('an administrator who changes the text while somebody accepts it: either comes first, and both are true', async () => {
    const user = await aUser(db())
    const { id, version } = await terms()
    await asksFor(user.id, id, registration)
    const asking = await anAsking(user.id)
    const by = await administrator()
    const [accepted, changed] = await Promise.all([
      acceptTerms(asking, shown(id)),
      updateTerms(by, id, input('Be kinder.'), version),
    ])
    expect(changed.ok).toBe(true)
    expect(['ok', 'terms.changed_meanwhile']).toContain(code(accepted))
    // Whatever was accepted was the first text, so it opens nothing.
    expect(code(await startSoftwareOath(await again(asking)))).toBe('security_info.terms_required')
  })

  it('report-only terms ask nobody, and retired ones that a policy still names block', async () => {
    const user = await aUser(db())
    const { id } = await terms()
    const { asking: by, policy } = await asksFor(user.id, id, registration, 'enabledForReportingButNotEnforced')
    expect(code(await startSoftwareOath(await anAsking(user.id)))).toBe('ok')
    await setPolicyState(by, policy.id, { state: 'enabled' })
    await db().termsOfUse.update({ where: { id }, data: { retiredAt: now() } })
    const asking = await anAsking(user.id)
    expect(code(await startSoftwareOath(asking))).toBe('security_info.blocked')
    expect(code(await acceptTerms(asking, shown(id)))).toBe('terms.not_asked')
  })
})

describe('when somebody signs in', () => {
  it('they accept, and are in', async () => {
    const user = await aUser(db())
    const { id } = await terms()
    await asksFor(user.id, id, allApps)
    const asking = await anAsking(user.id, { stage: 'firstFactor' })
    expect(await continueSignIn(asking)).toMatchObject({ value: { way: { to: 'terms', id } } })
    const accepted = await acceptTerms(asking, shown(id))
    if (!accepted.ok) throw new Error(accepted.failure.code)
    const signedIn = await continueSignIn({ ...asking, session: accepted.value.tokens.session }, { skip: true })
    expect(signedIn).toMatchObject({ value: { way: { to: 'home' } } })
  })

  it('nobody accepts in their name before everything is proven', async () => {
    const user = await aUser(db())
    const { id } = await terms()
    await asksFor(user.id, id, allApps)
    const conditions = { users: { includeUsers: [user.id] }, applications: allApps }
    const mfa = { displayName: 'MFA', state: 'enabled', conditions, grantControls: { builtInControls: ['mfa'] } }
    expect(code(await createPolicy(await administrator(), { policy: mfa }))).toBe('ok')
    const app = {
      kind: 'softwareOath',
      name: null,
      secret: newSecret(),
      algorithm: 'SHA1',
      periodSeconds: 30,
      lastStep: 0n,
    } as const
    await transaction((tx) => provisionMethod(tx, { userId: user.id, method: app, at: now() }))
    const begun = await anAsking(user.id, { stage: 'firstFactor' })
    expect(await continueSignIn(begun)).toMatchObject({ value: { way: { to: 'verify' } } })
    expect(code(await acceptTerms(begun, shown(id)))).toBe('terms.not_asked')
    const proofs = [aProof('password'), aProof('softwareOath')]
    expect(code(await acceptTerms(await anAsking(user.id, { stage: 'firstFactor', proofs }), shown(id)))).toBe('ok')
  })

  it('nor with a temporary password, before there is one of their own', async () => {
    const user = await aUser(db())
    const { id } = await terms()
    await asksFor(user.id, id, allApps)
    const endsAt = new Date(now().getTime() + 3_600_000)
    await db().user.update({ where: { id: user.id }, data: { passwordHash: 'x', temporaryPasswordEndsAt: endsAt } })
    const begun = await anAsking(user.id, { stage: 'firstFactor' })
    expect(await continueSignIn(begun)).toMatchObject({ value: { way: { to: 'newPassword' } } })
    expect(code(await acceptTerms(begun, shown(id)))).toBe('terms.not_asked')
  })

  it('after the wizard too, where only the sign-in asks for them', async () => {
    const user = await aUser(db())
    const { id } = await terms()
    await asksFor(user.id, id, { includeApplications: [applications.securityInfo] })
    const asking = await anAsking(user.id, { stage: 'registration' })
    expect(await continueSignIn(asking)).toMatchObject({ value: { way: { to: 'terms', id } } })
    const accepted = await acceptTerms(asking, shown(id))
    expect(accepted).toMatchObject({ ok: true, value: { by: 'signIn' } })
    if (!accepted.ok) return
    const after = await continueSignIn({ ...asking, session: accepted.value.tokens.session }, { skip: true })
    expect(after).toMatchObject({ value: { way: { to: 'home' } } })
  })

  it('declining is written down, keeps asking, and opens nothing', async () => {
    const user = await aUser(db())
    const { id } = await terms()
    await asksFor(user.id, id, allApps)
    const asking = await anAsking(user.id, { stage: 'firstFactor' })
    expect(code(await declineTerms(asking, id))).toBe('ok')
    expect(await continueSignIn(await again(asking))).toMatchObject({ value: { way: { to: 'terms', id } } })
    expect(await auditOf(id, 'Decline Terms Of Use')).toHaveLength(1)
    expect(await listOwnAcceptances(db(), user.id, 10)).toEqual([])
  })

  it('nothing that is not asked for can be accepted or declined', async () => {
    const user = await aUser(db())
    const { id } = await terms()
    const asking = await anAsking(user.id)
    expect(code(await acceptTerms(asking, shown(id)))).toBe('terms.not_asked')
    expect(code(await declineTerms(asking, id))).toBe('terms.not_asked')
    expect(code(await acceptTerms(asking, shown('00000000-0000-4000-8000-000000000001')))).toBe('terms.not_asked')
    expect(await listOwnAcceptances(db(), user.id, 10)).toEqual([])
  })

  it('a language that the text does not have is none', async () => {
    const user = await aUser(db())
    const { id } = await terms()
    await asksFor(user.id, id, registration)
    const asking = await anAsking(user.id)
    expect(code(await acceptTerms(asking, { ...shown(id), language: 'fr' }))).toBe('terms.changed_meanwhile')
  })
})

describe('for administrators', () => {
  it('terms that a policy names, in any state, stay; without it they are retired for good', async () => {
    const user = await aUser(db())
    const { id, version } = await terms()
    const { policy } = await asksFor(user.id, id, registration, 'disabled')
    const refused = await retireTerms(await administrator(), id, version)
    expect(refused).toMatchObject({ failure: { code: 'terms.in_use', details: { policies: 'Terms' } } })
    await db().conditionalAccessPolicy.update({ where: { id: policy.id }, data: { deletedAt: now() } })
    expect(code(await retireTerms(await administrator(), id, version))).toBe('ok')
    expect(code(await updateTerms(await administrator(), id, input('x'), version + 1))).toBe('terms.retired')
    await expect(asksFor(user.id, id, registration)).rejects.toThrow('unknown_reference grantControls.termsOfUse')
  })

  it('a policy made while its terms are retired: one of the two is refused', async () => {
    const user = await aUser(db())
    const { id, version } = await terms()
    const by = await administrator()
    const made = asksFor(user.id, id, registration).then(
      () => 'ok',
      () => 'refused',
    )
    const results = await Promise.all([made, retireTerms(by, id, version).then(code)])
    expect(results.filter((each) => each === 'ok')).toHaveLength(1)
  })

  it('the same text saved again is no new version; a stale form is refused; 40 are the most', async () => {
    const { id, version } = await terms()
    const same = await updateTerms(await administrator(), id, input('Be kind.', { displayName: 'Rules' }), version)
    expect(same).toMatchObject({ value: { textVersion: 1, displayName: 'Rules' } })
    const stale = await updateTerms(await administrator(), id, input('y'), version)
    expect(code(stale)).toBe('conditionalAccess.changed_meanwhile')
    const rows = Array.from({ length: 39 }, (_, place) => ({ displayName: `T${place}` }))
    await db().termsOfUse.createMany({ data: rows })
    expect(code(await createTerms(await administrator(), input('z')))).toBe('terms.too_many')
  })

  it('a reader may not write, and the refusal is recorded', async () => {
    const reader = await aUser(db(), { roles: ['securityReader'] })
    const asking = { actor: { kind: 'administrator', ...reader }, origin: anOrigin() } as const
    expect(code(await createTerms(asking, input('x')))).toBe('conditionalAccess.not_allowed')
    expect(code(await nameContexts(asking, 'c1 Files', 0))).toBe('conditionalAccess.not_allowed')
  })

  it('acceptances are paged, newest first, and one’s own alone', async () => {
    const { id } = await terms()
    const people = [await aUser(db()), await aUser(db()), await aUser(db())]
    for (const [place, person] of people.entries()) {
      await asksFor(person.id, id, registration)
      clock.turn(place * 60)
      await acceptTerms(await anAsking(person.id), shown(id))
    }
    const first = await listAcceptances(db(), id, { take: 2 })
    const rest = await listAcceptances(db(), id, { take: 2, after: first.at(-1)?.id })
    expect([...first, ...rest].map(({ userPrincipalName }) => userPrincipalName)).toEqual(
      people.map(({ userPrincipalName }) => userPrincipalName).reverse(),
    )
    const other = await findOwnAcceptance(db(), people[0]?.id ?? '', first[0]?.id ?? '')
    expect(other).toBeNull()
  })

  it('names of contexts are kept under their version', async () => {
    const by = await administrator()
    expect(code(await nameContexts(by, 'c2 Payments\nc1 Files', 0))).toBe('ok')
    expect(await listContexts(db())).toEqual([
      { id: 'c1', name: 'Files' },
      { id: 'c2', name: 'Payments' },
    ])
    expect(code(await nameContexts(by, 'c1 Other', 0))).toBe('conditionalAccess.changed_meanwhile')
    expect(code(await nameContexts(by, 'nothing', 1))).toBe('conditionalAccess.invalid_contexts')
  })
})
