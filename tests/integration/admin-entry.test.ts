import { generateSync } from 'otplib'
import { describe, expect, it } from 'vitest'
import { newSecret } from '@/lib/authentication-methods/kinds/software-oath'
import type { Proof } from '@/lib/authentication-methods/model'
import { createPolicy, createTerms, setPolicyState } from '@/lib/conditional-access/commands'
import { applications } from '@/lib/conditional-access/model'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { continueSignIn } from '@/lib/registration/commands'
import { acceptTerms, termsAsked } from '@/lib/registration/terms-of-use'
import type { Asking } from '@/lib/security-info/change'
import { provisionMethod } from '@/lib/security-info/provision'
import { loadFacts } from '@/lib/sign-in/facts'
import { verifyWithApp } from '@/lib/sign-in/second-factor'
import { anAsking, anOrigin, aProof, askAgain } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

testDatabase()

const administration = { includeApplications: [applications.administration] }
const ownPages = { includeApplications: [applications.securityInfo] }
const block = { builtInControls: ['block'] }
const passkey = { builtInControls: [], authenticationStrength: { id: '00000000-0000-0000-0000-000000000004' } }
const withApp = () => [aProof('password'), aProof('softwareOath')]

/** Somebody with a password, an app and a role, or none. */
async function somebody(roles: readonly 'userAdministrator'[] = ['userAdministrator']) {
  const user = await aUser(db(), { roles })
  const secret = newSecret()
  const method = { kind: 'softwareOath', name: null, secret, algorithm: 'SHA1', periodSeconds: 30 } as const
  await transaction((tx) => provisionMethod(tx, { userId: user.id, method: { ...method, lastStep: -1n }, at: now() }))
  const codeNow = () => generateSync({ secret, epoch: Math.floor(now().getTime() / 1000) })

  /** Goes on from these proofs; answers the way and the session behind it. */
  const signIn = async (returnTo: string | null, proofs: readonly Proof[] = withApp()) => {
    const { session, origin } = await anAsking(user.id, { stage: 'firstFactor', proofs })
    await db().session.update({ where: { id: session.id }, data: { returnTo } })
    const continued = await continueSignIn({ session, origin }, { skip: true })
    if (!continued.ok) throw new Error(continued.failure.code)
    return { way: continued.value.way.to, asking: await askAgain(session.id, user.id) }
  }
  const stepUp = async (asking: Asking) => {
    const proven = await verifyWithApp(asking, codeNow())
    if (!proven.ok) throw new Error(proven.failure.code)
    return askAgain(asking.session.id, user.id)
  }
  const logged = async (target: string) =>
    (await db().signInLog.findMany({ where: { userId: user.id, target }, orderBy: { at: 'asc' } })).map(
      ({ errorCode }) => errorCode,
    )
  return { user, signIn, stepUp, logged }
}

async function aPolicyFor(userId: string, applicationsCondition: object, rest: object) {
  const maker = await aUser(db(), { roles: ['conditionalAccessAdministrator'] })
  const asking = { actor: { kind: 'administrator', ...maker }, origin: anOrigin() } as const
  const conditions = { users: { includeUsers: [userId] }, applications: applicationsCondition }
  const made = await createPolicy(asking, { policy: { displayName: 'For one', state: 'enabled', conditions, ...rest } })
  if (!made.ok) throw new Error(`${made.failure.code} ${made.failure.field}`)
  return { asking, policy: made.value.policy }
}

describe('a policy about Administration', () => {
  it.each([null, '/security-info', '/admin', '/admin?view=all', '/admin/users'])(
    'that blocks is passed by no sign-in that leads to %s, and leaves one’s own pages open',
    async (returnTo) => {
      const { user, signIn } = await somebody()
      await aPolicyFor(user.id, administration, { grantControls: block })
      const { way, asking } = await signIn(returnTo)
      expect({ way, stage: asking.session.stage }).toEqual({ way: 'home', stage: 'full' })
      expect(asking.session.hasAdminToken).toBe(false)
    },
  )

  it('that blocks is not passed by proving more later either', async () => {
    const { user, signIn, stepUp, logged } = await somebody()
    await aPolicyFor(user.id, administration, { grantControls: block })
    const { asking } = await signIn(null, [aProof('password')])
    expect((await stepUp(asking)).session.hasAdminToken).toBe(false)
    // Nobody wanted the area.
    expect(await logged(applications.administration)).toEqual([])
  })

  it('that asks for a passkey opens the area to a passkey, and to nothing less', async () => {
    const { user, signIn, stepUp } = await somebody()
    await aPolicyFor(user.id, administration, { grantControls: passkey })
    const { asking } = await signIn('/admin')
    expect(asking.session.hasAdminToken).toBe(false)
    expect((await signIn('/admin', [aProof('fido2')])).asking.session.hasAdminToken).toBe(true)
    const full = await anAsking(user.id, { proofs: [aProof('password'), aProof('fido2')] })
    expect((await stepUp(full)).session.hasAdminToken).toBe(true)
  })

  it('closes the area to a session that proves something from where it says no by now', async () => {
    const { user, signIn, stepUp, logged } = await somebody()
    const { asking } = await signIn(null)
    expect(asking.session.hasAdminToken).toBe(true)
    await aPolicyFor(user.id, administration, { grantControls: block })
    const after = await stepUp(asking)
    expect(after.session).toMatchObject({ stage: 'full', hasAdminToken: false })
    expect(await logged(applications.administration)).toEqual([0, 53003])
  })

  it('is in the sign-in log under its own name, beside the sign-in', async () => {
    const { user, signIn, logged } = await somebody()
    await signIn(null)
    expect(await logged(applications.administration)).toEqual([0])
    const { asking, policy } = await aPolicyFor(user.id, administration, { grantControls: block })
    await signIn('/admin')
    await signIn(null)
    expect(await logged(applications.administration)).toEqual([0, 53003])
    await setPolicyState(asking, policy.id, { state: 'disabled' })
    await signIn('/admin')
    expect(await logged(applications.administration)).toEqual([0, 53003, 0])
    expect(await logged(applications.securityInfo)).toEqual([0, 0, 0, 0])
  })

  it('ends the session by its sign-in frequency where it opens the area, and proving more never puts that off', async () => {
    const { user, signIn, stepUp } = await somebody()
    const signInFrequency = { isEnabled: true, frequencyInterval: 'timeBased', type: 'hours', value: 1 }
    await aPolicyFor(user.id, administration, { sessionControls: { signInFrequency } })
    const app = await signIn(null)
    const endsAt = (app.asking.session.proofs[0]?.at ?? 0) + 3_600_000
    expect(app.asking.session.expiresAt.getTime()).toBe(endsAt)
    expect((await stepUp(app.asking)).session.expiresAt.getTime()).toBe(endsAt)
    const password = await signIn(null, [aProof('password')])
    expect(password.asking.session.expiresAt.getTime()).toBeGreaterThan(endsAt + 3_600_000)
  })

  it('asks for terms of use before the area, and nobody else', async () => {
    const { user, signIn } = await somebody()
    const maker = await aUser(db(), { roles: ['conditionalAccessAdministrator'] })
    const terms = await createTerms(
      { actor: { kind: 'administrator', ...maker }, origin: anOrigin() },
      {
        displayName: 'House rules',
        languages: [{ language: 'en', text: 'Be kind.' }],
        asksAgainOnChange: true,
        asksAgainDays: null,
      },
    )
    if (!terms.ok) throw new Error(terms.failure.code)
    const { id } = terms.value
    await aPolicyFor(user.id, administration, { grantControls: { builtInControls: [], termsOfUse: [id] } })
    const { asking, way } = await signIn('/admin')
    expect({ way, opens: asking.session.hasAdminToken }).toEqual({ way: 'home', opens: false })
    const facts = await loadFacts(db(), user.id, 'now')
    if (!facts) throw new Error('the person of the test is gone')
    expect(termsAsked(facts, asking.session, asking.origin, now())).toEqual({ terms: [id], by: 'adminEntry' })
    expect(await acceptTerms(asking, { id, textVersion: 1, language: 'en' })).toMatchObject({ ok: true })
    expect((await signIn('/admin')).asking.session.hasAdminToken).toBe(true)
  })
})

describe('a policy about My security info', () => {
  it.each([null, '/admin', '/admin/users'])('that blocks stops a sign-in that leads to %s', async (returnTo) => {
    for (const roles of [[], ['userAdministrator']] as const) {
      const { user, signIn, logged } = await somebody(roles)
      await aPolicyFor(user.id, ownPages, { grantControls: block })
      const { way, asking } = await signIn(returnTo)
      expect({ way, stage: asking.session.stage }).toEqual({ way: 'blocked', stage: 'firstFactor' })
      expect(await logged(applications.securityInfo)).toEqual([53003])
    }
  })
})

it('a plain person is not asked about Administration, wherever the sign-in leads', async () => {
  const { signIn, stepUp, logged } = await somebody([])
  const { asking } = await signIn('/admin', [aProof('password')])
  expect((await stepUp(asking)).session.hasAdminToken).toBe(false)
  expect(await logged(applications.administration)).toEqual([])
})
