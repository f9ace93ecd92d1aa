import { generateSync } from 'otplib'
import { beforeAll, describe, expect, it } from 'vitest'
import { newSecret } from '@/lib/authentication-methods/kinds/software-oath'
import { createPolicy } from '@/lib/conditional-access/commands'
import type { DirectoryRole } from '@/lib/directory/model'
import { limits } from '@/lib/limits'
import { hashSecret, verifySecret } from '@/lib/password/hashing'
import { changePassword, replaceTemporaryPassword } from '@/lib/password-change/commands'
import { renewPassword } from '@/lib/password-change/renew'
import { findPassword } from '@/lib/password-change/store'
import { issueTemporaryPassword } from '@/lib/password-change/temporary'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { continueSignIn } from '@/lib/registration/commands'
import { provisionMethod } from '@/lib/security-info/provision'
import { signInWithPassword } from '@/lib/sign-in/first-factor'
import { verifyWithApp } from '@/lib/sign-in/second-factor'
import { findSession } from '@/lib/sign-in/session'
import { anAsking, anOrigin, aProof, askAgain, auditOf, queuedMessages } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import { testDatabase } from '@/tests/support/database'

testDatabase()
const clock = testClock()
const old = 'a gull on every bollard'
const next = 'fog rolls over the crane'
let passwordHash: string

beforeAll(async () => {
  const hashed = await hashSecret(old)
  if (!hashed.ok) throw new Error(hashed.failure.code)
  passwordHash = hashed.value
})

const code = (result: { ok: true } | { ok: false; failure: { code: string } }) =>
  result.ok ? 'ok' : result.failure.code
const person = (given: Parameters<typeof aUser>[1] = {}) => aUser(db(), { passwordHash, ...given })
const isPassword = async (userId: string, text: string) => {
  const checked = await verifySecret(text, (await findPassword(db(), userId))?.passwordHash ?? '')
  return checked.ok && checked.value.matches
}
const signIn = (userPrincipalName: string, secret: string, clientAddress?: string) =>
  signInWithPassword({ userPrincipalName, secret, returnTo: null, origin: anOrigin(clientAddress) })
const withMfa = (secondsAgo: number) => [
  aProof('password', { secondsAgo: secondsAgo + 10 }),
  aProof('softwareOath', { secondsAgo }),
]
const administrator = async (roles: readonly DirectoryRole[], secondsAgo = 0) =>
  anAsking((await person({ roles })).id, { proofs: withMfa(secondsAgo) })

/** A policy that asks this person for a second factor at every sign-in. */
async function askAlways(userId: string): Promise<void> {
  const conditions = {
    users: { includeUsers: [userId] },
    applications: { includeApplications: ['All'] },
    clientAppTypes: ['all'],
  }
  const grantControls = { operator: 'OR', builtInControls: ['mfa'] }
  const data = { displayName: 'always', state: 'enabled', document: { conditions, grantControls } }
  await db().conditionalAccessPolicy.create({ data })
}

describe('with the present password', () => {
  it('the new one holds, the session gets a new id, and every other session ends', async () => {
    const user = await person()
    const asking = await anAsking(user.id)
    const other = await anAsking(user.id)
    const changed = await changePassword(asking, { currentPassword: old, newPassword: next })
    if (!changed.ok) throw new Error(changed.failure.code)
    expect(await isPassword(user.id, next)).toBe(true)
    expect(await findSession(db(), changed.value.token, now())).not.toBeNull()
    expect(await findSession(db(), asking.token, now())).toBeNull()
    expect(await findSession(db(), other.token, now())).toBeNull()
    expect(code(await signIn(user.userPrincipalName, old))).toBe('sign_in.failed')
    expect(code(await signIn(user.userPrincipalName, next))).toBe('ok')
  })

  it('the person is told, and two events say so', async () => {
    const user = await person()
    await changePassword(await anAsking(user.id), { currentPassword: old, newPassword: next })
    expect(await queuedMessages(user.id)).toMatchObject([{ template: 'passwordChanged' }])
    expect(await auditOf(user.id, 'User started password change')).toMatchObject([{ outcome: 'success' }])
    expect(await auditOf(user.id, 'Change password (self-service)')).toMatchObject([{ outcome: 'success' }])
  })

  it('text in another normalisation form is the same password', async () => {
    const user = await person()
    const newPassword = 'cafe\u0301 at the end of the quay'
    expect(code(await changePassword(await anAsking(user.id), { currentPassword: old, newPassword }))).toBe('ok')
    expect(await isPassword(user.id, newPassword.normalize('NFC'))).toBe(true)
  })

  it.each([
    ['short', 'password.too_short', 'password.too_short'],
    ['seagulls@HARBOR here', 'password.contains_organisation', 'FuzzyPolicyViolationInvalidPassword'],
    ['1234567890987654321', 'password.too_common', 'FuzzyPolicyViolationInvalidPassword'],
    [old, 'password.same_as_current', 'password.same_as_current'],
  ])('%s is refused with its reason', async (newPassword, finding, reason) => {
    const user = await person()
    const refused = await changePassword(await anAsking(user.id), { currentPassword: old, newPassword })
    if (refused.ok) throw new Error('it was changed')
    expect(refused.failure).toMatchObject({ code: 'password.not_acceptable', field: 'newPassword' })
    expect(String(refused.failure.details?.findings).split(' ')).toContain(finding)
    expect(await isPassword(user.id, old)).toBe(true)
    expect(await auditOf(user.id, 'Change password (self-service)')).toMatchObject([{ outcome: 'failure', reason }])
    expect(await queuedMessages(user.id)).toEqual([])
  })

  it('a wrong one says nothing about the new one, and counts as at sign-in', async () => {
    const user = await person()
    const asking = await anAsking(user.id, { clientAddress: '192.0.2.77' })
    for (let number = 1; number <= limits.passwordLockout.threshold; number++) {
      const refused = await changePassword(asking, { currentPassword: `wrong ${number}`, newPassword: 'short' })
      expect(code(refused)).toBe('password.current_wrong')
    }
    const locked = await changePassword(asking, { currentPassword: old, newPassword: next })
    expect(locked).toMatchObject({ failure: { code: 'throttle.locked_out', kind: 'throttled', retryAfterSeconds: 60 } })
    expect(code(await signIn(user.userPrincipalName, old, '192.0.2.77'))).toBe('sign_in.locked')
    expect(await isPassword(user.id, old)).toBe(true)
  })

  it('of two changes at once one wins', async () => {
    const user = await person()
    const [one, other] = [await anAsking(user.id), await anAsking(user.id)]
    const answers = await Promise.all([
      changePassword(one, { currentPassword: old, newPassword: next }),
      changePassword(other, { currentPassword: old, newPassword: 'gravel under the gantry' }),
    ])
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    const lost = answers.find(({ ok }) => !ok)
    // By how far the other had come when this one looked.
    const codes = ['sign_in.session_ended', 'password.changed_meanwhile', 'password.current_wrong']
    expect(codes).toContain(lost && code(lost))
  })

  it('eight characters are enough where every sign-in needs a second factor', async () => {
    const user = await person()
    const alone = await changePassword(await anAsking(user.id), { currentPassword: old, newPassword: 'kx4-vqpz' })
    expect(alone).toMatchObject({ failure: { details: { min: 15 } } })
    await askAlways(user.id)
    const beside = await changePassword(await anAsking(user.id), { currentPassword: old, newPassword: 'kx4-vqpz' })
    expect(code(beside)).toBe('ok')
  })
})

describe('on the enhanced path', () => {
  it('password and a second factor within ten minutes stand in for the present one', async () => {
    const user = await person()
    const asking = await anAsking(user.id, { proofs: withMfa(590) })
    expect(code(await changePassword(asking, { currentPassword: null, newPassword: next }))).toBe('ok')
    expect(await isPassword(user.id, next)).toBe(true)
  })

  it('the present one is refused as the new one without being typed', async () => {
    const user = await person()
    const refused = await changePassword(await anAsking(user.id, { proofs: withMfa(5) }), {
      currentPassword: null,
      newPassword: old,
    })
    expect(refused).toMatchObject({ failure: { details: { findings: 'password.same_as_current' } } })
  })

  it.each([
    ['thirteen minutes ago', () => withMfa(780)],
    ['a password alone', () => [aProof('password')]],
    ['a pass', () => [aProof('temporaryAccessPassMultiUse')]],
    ['a pass and a code', () => [aProof('temporaryAccessPassMultiUse'), aProof('softwareOath')]],
  ])('%s closes it', async (_, proofs) => {
    const user = await person()
    const asking = await anAsking(user.id, { proofs: proofs() })
    const refused = await changePassword(asking, { currentPassword: null, newPassword: next })
    expect(code(refused)).toBe('security_info.freshness_required')
    expect(await isPassword(user.id, old)).toBe(true)
  })

  it('whoever came with a pass may change it with the present one', async () => {
    const user = await person()
    const asking = await anAsking(user.id, { proofs: [aProof('temporaryAccessPassMultiUse')] })
    expect(code(await changePassword(asking, { currentPassword: old, newPassword: next }))).toBe('ok')
  })
})

describe('nobody changes a password', () => {
  it('in a session that is not fully signed in, has ended, or of a disabled account', async () => {
    const user = await person()
    for (const stage of ['firstFactor', 'registration'] as const) {
      const asking = await anAsking(user.id, { stage })
      expect(code(await changePassword(asking, { currentPassword: old, newPassword: next }))).toBe(
        'sign_in.session_ended',
      )
    }
    const asking = await anAsking(user.id)
    await db().user.update({ where: { id: user.id }, data: { accountEnabled: false } })
    expect(code(await changePassword(asking, { currentPassword: old, newPassword: next }))).toBe(
      'sign_in.session_ended',
    )
    expect(await isPassword(user.id, old)).toBe(true)
  })

  it('of an account that has none', async () => {
    const user = await aUser(db())
    const asking = await anAsking(user.id, { proofs: [aProof('fido2')] })
    expect(code(await changePassword(asking, { currentPassword: 'x', newPassword: next }))).toBe('password.none')
  })
})

describe('a temporary password', () => {
  async function issued(given: Parameters<typeof aUser>[1] = {}) {
    const user = await person(given)
    const result = await issueTemporaryPassword(await administrator(['helpdeskAdministrator']), user.id)
    if (!result.ok) throw new Error(result.failure.code)
    return { user, ...result.value }
  }

  it('replaces the old one, ends sessions and a pause, and is told without saying it', async () => {
    const member = await person()
    const browser = await anAsking(member.id)
    for (let number = 1; number <= limits.passwordLockout.threshold; number++)
      await signIn(member.userPrincipalName, `wrong ${number}`, '192.0.2.99')
    expect(code(await signIn(member.userPrincipalName, old, '192.0.2.99'))).toBe('sign_in.locked')
    const given = await issueTemporaryPassword(await administrator(['passwordAdministrator']), member.id)
    if (!given.ok) throw new Error(given.failure.code)
    expect(given.value.password).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/)
    expect(await findSession(db(), browser.token, now())).toBeNull()
    expect(code(await signIn(member.userPrincipalName, old))).toBe('sign_in.failed')
    expect(code(await signIn(member.userPrincipalName, given.value.password, '192.0.2.99'))).toBe('ok')
    const messages = await queuedMessages(member.id)
    expect(messages).toMatchObject([{ template: 'temporaryPasswordIssued' }])
    expect(JSON.stringify(messages)).not.toContain(given.value.password)
    const events = await auditOf(member.id, 'Reset password (by admin)')
    expect(events).toMatchObject([{ outcome: 'success' }])
    expect(JSON.stringify(events)).not.toContain(given.value.password)
  })

  it('leads to a new one and nowhere else, then the sign-in goes on', async () => {
    const { user, password } = await issued()
    const signedIn = await signIn(user.userPrincipalName, password)
    if (!signedIn.ok) throw new Error(signedIn.failure.code)
    const asking = await askAgain(signedIn.value.session.id, user.id)
    expect(await continueSignIn(asking, { skip: true })).toMatchObject({
      value: { way: { to: 'newPassword' }, tokens: null },
    })
    expect(code(await changePassword(asking, { currentPassword: password, newPassword: next }))).toBe(
      'sign_in.session_ended',
    )
    expect(code(await replaceTemporaryPassword(asking, password))).toBe('password.not_acceptable')
    const set = await replaceTemporaryPassword(asking, next)
    if (!set.ok) throw new Error(set.failure.code)
    expect(await findSession(db(), signedIn.value.token, now())).toBeNull()
    const later = await continueSignIn(await askAgain(signedIn.value.session.id, user.id), { skip: true })
    expect(later).toMatchObject({ value: { way: { to: 'home' } } })
    expect(await findPassword(db(), user.id)).toMatchObject({ temporaryPasswordEndsAt: null })
    expect(code(await signIn(user.userPrincipalName, password))).toBe('sign_in.failed')
    expect(code(await signIn(user.userPrincipalName, next))).toBe('ok')
  })

  it('a second factor that a policy asks for comes first', async () => {
    const { user, password } = await issued()
    await askAlways(user.id)
    const secret = newSecret()
    const app = {
      kind: 'softwareOath',
      name: null,
      secret,
      algorithm: 'SHA1',
      periodSeconds: 30,
      lastStep: -1n,
    } as const
    await transaction((tx) => provisionMethod(tx, { userId: user.id, method: app, at: now() }))
    const signedIn = await signIn(user.userPrincipalName, password)
    if (!signedIn.ok) throw new Error(signedIn.failure.code)
    const asking = await askAgain(signedIn.value.session.id, user.id)
    expect(await continueSignIn(asking)).toMatchObject({ value: { way: { to: 'verify' } } })
    expect(code(await replaceTemporaryPassword(asking, next))).toBe('sign_in.not_finished')
    const typed = generateSync({ secret, epoch: Math.floor(now().getTime() / 1000) })
    expect(code(await verifyWithApp(asking, typed))).toBe('ok')
    const proven = await askAgain(signedIn.value.session.id, user.id)
    expect(await continueSignIn(proven)).toMatchObject({ value: { way: { to: 'newPassword' } } })
    expect(code(await replaceTemporaryPassword(proven, next))).toBe('ok')
  })

  it('ends after seven days, also between signing in and setting a new one', async () => {
    const { user, password } = await issued()
    const almost = limits.password.temporaryLifetimeDays * 86_400 - 30
    clock.turn(almost)
    const signedIn = await signIn(user.userPrincipalName, password)
    if (!signedIn.ok) throw new Error(signedIn.failure.code)
    const asking = await askAgain(signedIn.value.session.id, user.id)
    clock.turn(almost + 60)
    expect(code(await replaceTemporaryPassword(asking, next))).toBe('sign_in.session_ended')
    expect(code(await signIn(user.userPrincipalName, password))).toBe('sign_in.failed')
    clock.turn(0)
  })

  it('SEC-119: is no present password either, once it has ended', async () => {
    const { user, password } = await issued()
    const asking = await anAsking(user.id, { proofs: [aProof('fido2')] })
    clock.turn(limits.password.temporaryLifetimeDays * 86_400 + 60)
    const later = await anAsking(user.id, { proofs: [aProof('fido2')] })
    for (const currentPassword of [password, 'not the one'])
      expect(code(await changePassword(later, { currentPassword, newPassword: next }))).toBe('password.temporary_ended')
    clock.turn(0)
    expect(code(await changePassword(asking, { currentPassword: password, newPassword: next }))).toBe('ok')
  })

  it('may be replaced by another, and the first is dead', async () => {
    const { user, password } = await issued()
    const again = await issueTemporaryPassword(await administrator(['globalAdministrator']), user.id)
    expect(code(again)).toBe('ok')
    expect(code(await signIn(user.userPrincipalName, password))).toBe('sign_in.failed')
  })

  it('is issued only by rights, never to oneself, and with a fresh proof', async () => {
    const member = await person()
    const refusals = [
      [await administrator(['reportsReader']), member.id, 'directory.forbidden'],
      [await administrator(['authenticationPolicyAdministrator']), member.id, 'directory.forbidden'],
      [await administrator(['globalAdministrator'], 301), member.id, 'directory.fresh_required'],
      [
        await administrator(['passwordAdministrator']),
        (await person({ roles: ['helpdeskAdministrator'] })).id,
        'directory.target_protected',
      ],
      [await administrator(['globalAdministrator']), '00000000-0000-4000-8000-000000000000', 'directory.not_found'],
    ] as const
    for (const [asking, targetId, expected] of refusals)
      expect(code(await issueTemporaryPassword(asking, targetId))).toBe(expected)
    const ada = await administrator(['globalAdministrator'])
    expect(code(await issueTemporaryPassword(ada, ada.session.userId))).toBe('directory.own_account')
    expect(await isPassword(member.id, old)).toBe(true)
    expect(await auditOf(member.id, 'Reset password (by admin)')).toHaveLength(3)
  })

  it('a passkey signs in past it: the temporary password was not used', async () => {
    const { user } = await issued()
    const asking = await anAsking(user.id, { stage: 'firstFactor', proofs: [aProof('fido2')] })
    expect(code(await replaceTemporaryPassword(asking, next))).toBe('sign_in.not_finished')
    expect(await continueSignIn(asking, { skip: true })).toMatchObject({ value: { way: { to: 'home' } } })
  })
})

describe('because a policy asks for a new one', () => {
  /** Risk counts as none without a source, so a policy about that is one that applies. */
  async function askForNewPassword(userId: string): Promise<void> {
    const by = await aUser(db(), { roles: ['conditionalAccessAdministrator'] })
    const made = await createPolicy(
      { actor: { kind: 'administrator', ...by }, origin: anOrigin() },
      {
        policy: {
          displayName: 'new password',
          state: 'enabled',
          conditions: {
            users: { includeUsers: [userId] },
            applications: { includeApplications: ['All'] },
            userRiskLevels: ['none'],
          },
          grantControls: { operator: 'AND', builtInControls: ['mfa', 'passwordChange'] },
        },
      },
    )
    if (!made.ok) throw new Error(`${made.failure.code} ${made.failure.field}`)
  }

  async function atRisk() {
    const user = await person()
    const app = {
      kind: 'softwareOath',
      name: null,
      secret: newSecret(),
      algorithm: 'SHA1',
      periodSeconds: 30,
      lastStep: 0n,
    } as const
    await transaction((tx) => provisionMethod(tx, { userId: user.id, method: app, at: now() }))
    await askForNewPassword(user.id)
    return user
  }
  const way = async (asking: Parameters<typeof continueSignIn>[0]) => {
    const continued = await continueSignIn(asking, { skip: true })
    return continued.ok ? continued.value.way.to : continued.failure.code
  }

  it('a second factor comes first, then the new password, then the sign-in goes on', async () => {
    const user = await atRisk()
    const begun = await anAsking(user.id, { stage: 'firstFactor', proofs: [aProof('password', { secondsAgo: 20 })] })
    expect(await way(begun)).toBe('verify')
    expect(code(await renewPassword(begun, { currentPassword: old, newPassword: next }))).toBe('sign_in.not_finished')
    const proven = await anAsking(user.id, { stage: 'firstFactor', proofs: withMfa(10) })
    expect(await way(proven)).toBe('newPassword')
    const renewed = await renewPassword(proven, { currentPassword: null, newPassword: next })
    if (!renewed.ok) throw new Error(renewed.failure.code)
    expect(await isPassword(user.id, next)).toBe(true)
    expect(await way({ ...proven, session: renewed.value.session })).toBe('home')
  })

  it('what was set before the sign-in, by a reset or by the helpdesk does not count', async () => {
    const user = await atRisk()
    const earlier = await anAsking(user.id, { proofs: withMfa(10) })
    expect(code(await changePassword(earlier, { currentPassword: null, newPassword: next }))).toBe('ok')
    clock.turn(60)
    const proven = await anAsking(user.id, { stage: 'firstFactor', proofs: withMfa(10) })
    expect(await way(proven)).toBe('newPassword')
    await db().user.update({ where: { id: user.id }, data: { passwordChangedAt: now() } })
    expect(await way(proven)).toBe('newPassword')
    clock.turn(0)
  })

  it('who came without a password gives the present one, and wrong ones are counted', async () => {
    const user = await atRisk()
    const asking = await anAsking(user.id, { stage: 'firstFactor', proofs: [aProof('fido2', { secondsAgo: 10 })] })
    expect(await way(asking)).toBe('newPassword')
    const change = (currentPassword: string | null) => renewPassword(asking, { currentPassword, newPassword: next })
    expect(code(await change(null))).toBe('security_info.freshness_required')
    expect(code(await change('not the password'))).toBe('password.current_wrong')
    expect(code(await change(old))).toBe('ok')
  })

  it('who has registered nothing is blocked, also with a pass', async () => {
    const user = await person()
    await askForNewPassword(user.id)
    expect(await way(await anAsking(user.id, { stage: 'firstFactor' }))).toBe('blocked')
    const pass = aProof('temporaryAccessPassOneTime', { endsAt: now().getTime() + 600_000 })
    expect(await way(await anAsking(user.id, { stage: 'firstFactor', proofs: [pass] }))).toBe('blocked')
  })

  it('where nothing asks, nothing is set this way', async () => {
    const user = await person()
    const asking = await anAsking(user.id, { stage: 'firstFactor', proofs: withMfa(10) })
    expect(code(await renewPassword(asking, { currentPassword: null, newPassword: next }))).toBe('sign_in.not_finished')
    expect(await isPassword(user.id, old)).toBe(true)
  })
})
