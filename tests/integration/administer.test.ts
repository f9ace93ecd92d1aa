import { randomBytes, randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { passAlphabet } from '@/lib/authentication-methods/kinds/temporary-access-pass'
import { defaultMethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { saveMethodsPolicy } from '@/lib/authentication-methods/store'
import { type DirectoryRole, directoryRoles } from '@/lib/directory/model'
import { lockUser } from '@/lib/directory/store'
import { verifySecret } from '@/lib/password/hashing'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import type { NewMethod } from '@/lib/registered-methods/model'
import { insertMethod } from '@/lib/registered-methods/store/change'
import { loadMethods } from '@/lib/registered-methods/store/rows'
import { issuePass, removeMethodOf, requireReregistration, revokeSessionsOf } from '@/lib/security-info/administer'
import type { Asking } from '@/lib/security-info/change'
import { methodViews } from '@/lib/security-info/view'
import { loadFacts } from '@/lib/sign-in/facts'
import { findSession } from '@/lib/sign-in/session'
import { anAsking, aProof, auditOf, queuedMessages } from '@/tests/support/asking'
import { aGroup, aUser } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

testDatabase()

beforeAll(async () => {
  const mobilePhone = { ...defaultMethodsPolicy.methods.mobilePhone, state: 'enabled' as const }
  const methods = { ...defaultMethodsPolicy.methods, mobilePhone }
  await saveMethodsPolicy(db(), { ...defaultMethodsPolicy, methods }, 0, now())
})

/** An administrator with these roles who did MFA just now, or so many seconds ago. */
async function administrator(roles: readonly DirectoryRole[], secondsAgo = 0): Promise<Asking & { userId: string }> {
  const user = await aUser(db(), { roles })
  const proofs = [aProof('password', { secondsAgo }), aProof('softwareOath', { secondsAgo })]
  return { ...(await anAsking(user.id, { proofs })), userId: user.id }
}

const app = (name: string): NewMethod => ({
  kind: 'softwareOath',
  name,
  secret: 'JBSWY3DPFQQHO33SNRSCCIDXN5ZGYZBB',
  algorithm: 'SHA1',
  periodSeconds: 30,
  lastStep: 0n,
})
const phone: NewMethod = { kind: 'mobilePhone', phoneNumber: '+447700900123' }
const email: NewMethod = { kind: 'email', emailAddress: 'me@mail.example' }
const passkey = (): NewMethod => ({
  kind: 'passkey',
  name: 'Key',
  credentialId: randomBytes(32),
  publicKey: randomBytes(77),
  algorithm: -7,
  signCount: 0n,
  aaguid: randomUUID(),
  backupEligible: false,
  backupState: false,
  transports: ['usb'],
  attestationFormat: 'none',
  isAttested: false,
})

/** A person with these methods; the first is the default. */
async function person(methods: readonly NewMethod[] = [], given: Parameters<typeof aUser>[1] = {}) {
  const user = await aUser(db(), given)
  const ids: string[] = []
  for (const method of methods) ids.push((await insertMethod(db(), user.id, method, 'user', now())).id)
  await db().user.update({ where: { id: user.id }, data: { defaultMethodId: ids[0] ?? null } })
  return {
    ...user,
    ids,
    kinds: async () => (await loadMethods(db(), user.id)).map(({ kind }) => kind).toSorted(),
    row: () => db().user.findUniqueOrThrow({ where: { id: user.id } }),
  }
}

const code = (result: { ok: true } | { ok: false; failure: { code: string } }) =>
  result.ok ? 'ok' : result.failure.code

const issue = (asking: Asking, targetId: string) => issuePass(asking, { targetId, request: {} })

describe('a Temporary Access Pass', () => {
  it('1: for a member, it is answered once, kept as a hash, told and recorded; a second one replaces it', async () => {
    const hugo = await administrator(['authenticationAdministrator'])
    const member = await person([app('Old phone')])
    const first = await issue(hugo, member.id)
    if (!first.ok) throw new Error(first.failure.code)
    expect(first.value.pass).toMatch(new RegExp(`^[${passAlphabet}]{8}$`))
    expect(await member.kinds()).toEqual(['softwareOath', 'temporaryAccessPass'])

    const second = await issue(hugo, member.id)
    if (!second.ok) throw new Error(second.failure.code)
    expect(second.value.pass).not.toBe(first.value.pass)
    const passes = await db().temporaryAccessPass.findMany({ where: { method: { userId: member.id } } })
    expect(passes).toHaveLength(1)
    expect(await verifySecret(second.value.pass, passes[0]?.passHash ?? '')).toMatchObject({ value: { matches: true } })
    expect(await verifySecret(first.value.pass, passes[0]?.passHash ?? '')).toMatchObject({ value: { matches: false } })

    const events = await auditOf(member.id, 'Admin registered security info')
    expect(events.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['success', null],
      ['success', 'replaced'],
    ])
    const everything = JSON.stringify([events, await queuedMessages(member.id)])
    expect(everything).toContain('temporaryAccessPass')
    expect(everything).not.toContain(first.value.pass)
    expect(everything).not.toContain(second.value.pass)
    expect((await queuedMessages(member.id)).map(({ template }) => template)).toEqual(['passCreated', 'passCreated'])
    // The pass opens an account; it does not become the default and makes nobody capable.
    expect((await member.row()).defaultMethodId).toBe(member.ids[0])
  })

  it('2: an Authentication Administrator gives none to a Global Administrator', async () => {
    const hugo = await administrator(['authenticationAdministrator'])
    const ada = await person([app('App')], { roles: ['globalAdministrator'] })
    expect(code(await issue(hugo, ada.id))).toBe('directory.target_protected')
    expect(await ada.kinds()).toEqual(['softwareOath'])
    expect(await auditOf(ada.id)).toMatchObject([{ outcome: 'failure', reason: 'directory.target_protected' }])
    expect(await queuedMessages(ada.id)).toEqual([])
  })

  it('3: nobody gives one to themselves, whatever the role', async () => {
    for (const role of ['privilegedAuthenticationAdministrator', 'globalAdministrator'] as const) {
      const self = await administrator([role])
      expect(code(await issue(self, self.userId))).toBe('directory.own_account')
      expect(await auditOf(self.userId)).toMatchObject([{ outcome: 'failure', reason: 'directory.own_account' }])
    }
  })

  it('4: a Global Reader sees that there is one, until when and how often, never its value, and issues none', async () => {
    const hugo = await administrator(['authenticationAdministrator'])
    const reader = await administrator(['globalReader'])
    const member = await person()
    const issued = await issue(hugo, member.id)
    if (!issued.ok) throw new Error(issued.failure.code)
    const facts = await loadFacts(db(), member.id, 'now')
    if (!facts) throw new Error('the person is gone')
    const [view] = methodViews(facts, now())
    expect(view).toMatchObject({ kind: 'temporaryAccessPass', expiresAt: issued.value.expiresAt, unusableReason: null })
    expect(JSON.stringify(view)).not.toMatch(new RegExp(`${issued.value.pass}|argon2`))
    expect(code(await issue(reader, member.id))).toBe('directory.forbidden')
  })

  it('holds to the policy: neither longer nor shorter than it says, and the form learns which field', async () => {
    const hugo = await administrator(['authenticationAdministrator'])
    const member = await person()
    for (const lifetimeInMinutes of [9, 100_000]) {
      const result = await issuePass(hugo, { targetId: member.id, request: { lifetimeInMinutes } })
      expect(result).toMatchObject({ ok: false, failure: { code: 'form.invalid', field: 'lifetimeInMinutes' } })
    }
    expect(await member.kinds()).toEqual([])
  })
})

describe('requiring to register anew', () => {
  it('5: phone and app go, passkey, email and pass stay, and the person is asked again', async () => {
    const hugo = await administrator(['authenticationAdministrator'])
    const member = await person([phone, app('One'), app('Two'), passkey(), email])
    expect(code(await issue(hugo, member.id))).toBe('ok')
    expect(await requireReregistration(hugo, member.id)).toMatchObject({ ok: true, value: { removed: 3 } })
    expect(await member.kinds()).toEqual(['email', 'passkey', 'temporaryAccessPass'])
    const row = await member.row()
    expect(row.mustReregisterSince).not.toBeNull()
    expect(row.defaultMethodId).not.toBe(member.ids[0])
    expect(await auditOf(member.id, 'App: re-registration required')).toMatchObject([{ outcome: 'success' }])
    expect((await queuedMessages(member.id)).at(-1)).toMatchObject({
      template: 'reregistrationRequired',
      values: { methods: expect.arrayContaining(['One', 'Two']) },
    })
  })
})

describe('deleting a method', () => {
  it('13: an Authentication Policy Administrator deletes nobody’s phone', async () => {
    const policies = await administrator(['authenticationPolicyAdministrator'])
    const member = await person([phone])
    const refused = await removeMethodOf(policies, { targetId: member.id, methodId: member.ids[0] ?? '' })
    expect(code(refused)).toBe('directory.forbidden')
    expect(await member.kinds()).toEqual(['mobilePhone'])
    expect(await auditOf(member.id)).toMatchObject([{ outcome: 'failure', reason: 'directory.forbidden' }])
  })

  it('14: members of a role-assignable group are for the two highest roles alone', async () => {
    const member = await person([phone, app('App')])
    // Through nesting, too: the inner group is harmless, the outer one is not.
    const inner = await aGroup(db(), { memberIds: [member.id] })
    await aGroup(db(), { isRoleAssignable: true, childIds: [inner.id] })
    const hugo = await administrator(['authenticationAdministrator'])
    const privileged = await administrator(['privilegedAuthenticationAdministrator'])
    const [phoneId = '', appId = ''] = member.ids
    const target = { targetId: member.id, methodId: phoneId }
    expect(code(await removeMethodOf(hugo, target))).toBe('directory.target_protected')
    expect(code(await requireReregistration(hugo, member.id))).toBe('directory.target_protected')
    expect(code(await revokeSessionsOf(hugo, member.id))).toBe('directory.target_protected')
    expect(code(await removeMethodOf(privileged, target))).toBe('ok')
    expect((await member.row()).defaultMethodId).toBe(appId)
  })

  it('16: another method takes the place of a deleted default, and the person is told', async () => {
    const hugo = await administrator(['authenticationAdministrator'])
    const member = await person([app('Lost'), phone, email])
    const [lost = '', phoneId = ''] = member.ids
    expect(code(await removeMethodOf(hugo, { targetId: member.id, methodId: lost }))).toBe('ok')
    expect((await member.row()).defaultMethodId).toBe(phoneId)
    expect(await auditOf(member.id, 'Admin deleted security info')).toMatchObject([{ outcome: 'success' }])
    expect((await queuedMessages(member.id))[0]).toMatchObject({
      template: 'methodRemoved',
      values: { method: 'Lost', by: 'administrator' },
    })
    const again = await removeMethodOf(hugo, { targetId: member.id, methodId: lost })
    expect(code(again)).toBe('security_info.not_found')
  })

  it('17: nobody deletes an own method here', async () => {
    const ada = await administrator(['globalAdministrator'])
    const { id: methodId } = await insertMethod(db(), ada.userId, phone, 'user', now())
    expect(code(await removeMethodOf(ada, { targetId: ada.userId, methodId }))).toBe('directory.own_account')
    expect(await loadMethods(db(), ada.userId)).toHaveLength(1)
  })

  it('a method of somebody else is not found under a wrong person', async () => {
    const hugo = await administrator(['authenticationAdministrator'])
    const [one, other] = [await person([phone]), await person([app('App')])]
    const mixed = await removeMethodOf(hugo, { targetId: other.id, methodId: one.ids[0] ?? '' })
    expect(code(mixed)).toBe('security_info.not_found')
    expect(await one.kinds()).toEqual(['mobilePhone'])
  })
})

describe('revoking sessions', () => {
  it('15: the person’s other browsers are signed out at once, the administrator’s own stays', async () => {
    const hugo = await administrator(['authenticationAdministrator'])
    const member = await person()
    const browsers = [await anAsking(member.id), await anAsking(member.id)]
    expect(await revokeSessionsOf(hugo, member.id)).toMatchObject({ ok: true, value: { ended: 2 } })
    for (const { token } of browsers) expect(await findSession(db(), token, now())).toBeNull()
    expect(await db().session.count({ where: { userId: hugo.userId } })).toBe(1)
    expect(await auditOf(member.id, 'App: sessions revoked')).toMatchObject([{ outcome: 'success' }])
    expect(await queuedMessages(member.id)).toMatchObject([{ template: 'sessionsRevoked' }])
  })

  it('a Helpdesk Administrator may, and may nothing else', async () => {
    const desk = await administrator(['helpdeskAdministrator'])
    const member = await person([phone])
    expect(code(await revokeSessionsOf(desk, member.id))).toBe('ok')
    expect(code(await requireReregistration(desk, member.id))).toBe('directory.forbidden')
    expect(code(await issue(desk, member.id))).toBe('directory.forbidden')
    expect(code(await revokeSessionsOf(desk, desk.userId))).toBe('directory.own_account')
  })
})

describe('what is true when it is written', () => {
  it('asks for a proof of the last five minutes before anything that cannot be taken back', async () => {
    const stale = await administrator(['globalAdministrator'], 301)
    const member = await person([phone])
    const session = await anAsking(member.id)
    expect(code(await issue(stale, member.id))).toBe('directory.fresh_required')
    const removal = await removeMethodOf(stale, { targetId: member.id, methodId: member.ids[0] ?? '' })
    expect(code(removal)).toBe('directory.fresh_required')
    expect(code(await requireReregistration(stale, member.id))).toBe('directory.fresh_required')
    expect(code(await revokeSessionsOf(stale, member.id))).toBe('directory.fresh_required')
    expect(await member.kinds()).toEqual(['mobilePhone'])
    expect(await findSession(db(), session.token, now())).not.toBeNull()
  })

  it('a target who gains a role while the request runs is protected by it', async () => {
    const hugo = await administrator(['authenticationAdministrator'])
    const member = await person([phone])
    const running: Promise<string>[] = []
    await transaction(async (tx) => {
      await lockUser(tx, member.id)
      running.push(
        issue(hugo, member.id).then(code),
        removeMethodOf(hugo, { targetId: member.id, methodId: member.ids[0] ?? '' }).then(code),
        revokeSessionsOf(hugo, member.id).then(code),
      )
      // Long enough for all three to stand at the lock.
      await new Promise((done) => setTimeout(done, 400))
      await tx.roleAssignment.createMany({
        data: [{ userId: member.id, roleId: directoryRoles.conditionalAccessAdministrator }],
      })
    })
    expect(await Promise.all(running)).toEqual(Array(3).fill('directory.target_protected'))
    expect(await member.kinds()).toEqual(['mobilePhone'])
  })

  it('an administrator who lost the role, or the session, does nothing more', async () => {
    const hugo = await administrator(['authenticationAdministrator'])
    const member = await person([phone])
    await db().roleAssignment.deleteMany({ where: { userId: hugo.userId } })
    expect(code(await issue(hugo, member.id))).toBe('directory.forbidden')
    await db().session.deleteMany({ where: { userId: hugo.userId } })
    expect(code(await issue(hugo, member.id))).toBe('sign_in.session_ended')
    expect(await member.kinds()).toEqual(['mobilePhone'])
  })
})
