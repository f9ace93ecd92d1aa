import { Attribute, Change } from 'ldapts'
import { generateSync } from 'otplib'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newSecret } from '@/lib/authentication-methods/kinds/software-oath'
import { type DirectoryHome, passwordHomeOf } from '@/lib/directory/password-home'
import { newestWriteOf } from '@/lib/directory/password-writes'
import { personHomeOf } from '@/lib/directory/person-home'
import { verifyDirectoryPassword } from '@/lib/directory/verify-password'
import { setTemporaryPassword } from '@/lib/directory/writeback'
import { limits } from '@/lib/limits'
import { findWriteOutcomes } from '@/lib/password-change/directory-outcome'
import { changeInDirectory } from '@/lib/password-change/in-directory'
import { issueTemporaryPassword } from '@/lib/password-change/temporary'
import { now } from '@/lib/platform/clock'
import { db, transaction } from '@/lib/platform/db'
import { continueSignIn } from '@/lib/registration/commands'
import { provisionMethod } from '@/lib/security-info/provision'
import { loadFacts } from '@/lib/sign-in/facts'
import { signInWithPassword } from '@/lib/sign-in/first-factor'
import { verifyWithApp } from '@/lib/sign-in/second-factor'
import { findSession } from '@/lib/sign-in/session'
import { anAsking, anOrigin, aProof, askAgain, auditOf, queuedMessages } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
import { testClock } from '@/tests/support/clock'
import {
  aConnector,
  asSambaAdministrator,
  asSlapdManager,
  sambaEntryId,
  sambaSettings,
  slapdEntryId,
  slapdSettings,
} from '@/tests/support/connectors'
import { testDatabase } from '@/tests/support/database'
import { type Relay, startRelay } from '@/tests/support/relay'
import { hasSamba, type Samba, sambaAdministrator, sambaPeople, startSamba } from '@/tests/support/samba'
import { hasSlapd, type Slapd, slapdBase, slapdPerson, startSlapd } from '@/tests/support/slapd'

const database = testDatabase()
const clock = testClock()
const writing = { canWriteBackPasswords: true, mayUnlock: true }
const changed = 'Change password (self-service)'
afterEach(() => clock.turn(0))

/** A person here whose account is the entry of that name and id there. */
async function living(connectorId: string, distinguishedName: string, entryId: string) {
  const user = await aUser(db(), {})
  await database.query(
    `UPDATE "user" SET directory_connector_id = $1, directory_entry_id = $2, distinguished_name = $3 WHERE id = $4`,
    [connectorId, entryId, distinguishedName, user.id],
  )
  return user
}

const homeOf = async (userId: string) => (await passwordHomeOf(db(), userId)) as DirectoryHome
const code = (result: { ok: true } | { ok: false; failure: { code: string } }) =>
  result.ok ? 'ok' : result.failure.code
const signIn = (userPrincipalName: string, secret: string) =>
  signInWithPassword({ userPrincipalName, secret, returnTo: null, browser: null, origin: anOrigin() })

async function anApp(userId: string): Promise<() => string> {
  const secret = newSecret()
  const method = {
    kind: 'softwareOath',
    name: null,
    secret,
    algorithm: 'SHA1',
    periodSeconds: 30,
    lastStep: -1n,
  } as const
  await transaction((tx) => provisionMethod(tx, { userId, method, at: now() }))
  return () => generateSync({ secret, epoch: Math.floor(now().getTime() / 1000) })
}

async function helpDesk() {
  const { id } = await aUser(db(), { roles: ['passwordAdministrator'] })
  return anAsking(id, { proofs: [aProof('password'), aProof('fido2')] })
}

/** A sign-in with a password that is over: as far as it goes by itself, and the session that has to set a new one. */
async function dueSession(user: { id: string; userPrincipalName: string }, secret: string) {
  const entered = await signIn(user.userPrincipalName, secret)
  if (!entered.ok) throw new Error(entered.failure.code)
  const asking = await askAgain(entered.value.session.id, user.id)
  const continued = await continueSignIn(asking)
  return { asking, to: continued.ok ? continued.value.way.to : continued.failure.code }
}

describe.skipIf(!hasSlapd)('a change at a real OpenLDAP', () => {
  let slapd: Slapd
  let connectorId: string
  const first = 'a gull on every bollard'
  const second = 'fog rolls over the crane'
  const dn = (name: string) => `cn=${name},ou=people,${slapdBase}`
  const policyOf = (name: string) => ({ pwdPolicySubentry: `cn=${name},ou=policies,${slapdBase}` })

  beforeAll(async () => {
    const names = ['ana', 'ben', 'cia', 'dan', 'eve', 'fay', 'gil', 'hal', 'ida', 'jan', 'kim', 'lea', 'pia']
    const people = names.map((name) => slapdPerson(name, { userPassword: first }))
    for (const name of ['mia', 'max'])
      people.push(slapdPerson(name, { userPassword: first, pwdReset: 'TRUE', ...policyOf('mustchange') }))
    people.push(slapdPerson('mo', { userPassword: first, ...policyOf('mustchange') }))
    people.push(
      slapdPerson('old', { userPassword: first, pwdChangedTime: '20200101000000Z', ...policyOf('shortlived') }),
    )
    slapd = await startSlapd(people.join(''))
    connectorId = await aConnector('Harbor LDAP', slapdSettings(slapd, writing))
  })
  afterAll(() => slapd?.stop())

  const person = async (name: string, livesAt = connectorId) =>
    living(livesAt, dn(name), await slapdEntryId(slapd, dn(name)))
  const change = (asking: Parameters<typeof changeInDirectory>[0], currentPassword: string, newPassword: string) =>
    changeInDirectory(asking, 'change', { currentPassword, newPassword })

  it('the new one holds there, the session gets a new id, every other session ends, and the person is told', async () => {
    const user = await person('ana')
    const asking = await anAsking(user.id)
    const other = await anAsking(user.id)
    const result = await change(asking, first, second)
    if (!result.ok || result.value.kind !== 'changed') throw new Error('not changed')
    expect(await verifyDirectoryPassword(await homeOf(user.id), second)).toEqual({ kind: 'right' })
    expect((await verifyDirectoryPassword(await homeOf(user.id), first)).kind).toBe('wrong')
    expect(await findSession(db(), result.value.changed.token, now())).not.toBeNull()
    expect(await findSession(db(), asking.token, now())).toBeNull()
    expect(await findSession(db(), other.token, now())).toBeNull()
    expect(await queuedMessages(user.id)).toMatchObject([{ template: 'passwordChanged' }])
    expect(await auditOf(user.id, 'User started password change')).toMatchObject([{ outcome: 'success' }])
    expect(await auditOf(user.id, changed)).toMatchObject([{ outcome: 'success' }])
    const [row] = await database.query(
      'SELECT state, home_sealed, new_password_sealed FROM directory_password_write WHERE user_id = $1',
      [user.id],
    )
    expect(row).toEqual({ state: 'done', home_sealed: null, new_password_sealed: null })
    const [kept] = await database.query('SELECT password_hash, password_changed_at FROM "user" WHERE id = $1', [
      user.id,
    ])
    expect(kept).toMatchObject({ password_hash: null, password_changed_at: expect.any(Date) })
  })

  it('a wrong present one is refused before the new one is judged, and counts as at sign-in', async () => {
    const user = await person('ben')
    await asSlapdManager(slapd, (client) =>
      client.modify(
        dn('ben'),
        new Change({
          operation: 'replace',
          modification: new Attribute({ type: 'pwdPolicySubentry', values: [`cn=service,ou=policies,${slapdBase}`] }),
        }),
      ),
    )
    const asking = await anAsking(user.id)
    expect(code(await change(asking, 'not this one', 'x'))).toBe('password.current_wrong')
    for (let wrong = 1; wrong < 10; wrong++) await change(await anAsking(user.id), `wrong ${wrong}`, second)
    expect(code(await change(await anAsking(user.id), first, second))).toBe('throttle.locked_out')
    expect(code(await signIn(user.userPrincipalName, first))).toBe('sign_in.locked')
  })

  it('rules here hold as well, and the same one again is none', async () => {
    const user = await person('cia')
    const answer = await change(await anAsking(user.id), first, first)
    expect(answer).toMatchObject({ failure: { details: { findings: 'password.same_as_current' } } })
    expect(code(await change(await anAsking(user.id), first, 'short'))).toBe('password.not_acceptable')
    expect(code(await change(await anAsking(user.id), '', second))).toBe('password.current_missing')
    expect(await database.query('SELECT 1 FROM directory_password_write WHERE user_id = $1', [user.id])).toEqual([])
  })

  it('the directory refuses in its words, nothing is lost, and the session stays', async () => {
    const user = await person('dan')
    const changedOnce = await change(await anAsking(user.id), first, second)
    expect(code(changedOnce)).toBe('ok')
    const asking = await anAsking(user.id)
    const back = await change(asking, second, first)
    expect(back).toMatchObject({
      failure: {
        code: 'password.directory_refused',
        field: 'newPassword',
        details: { words: expect.stringMatching(/before/) },
      },
    })
    expect(await findSession(db(), asking.token, now())).not.toBeNull()
    expect(await verifyDirectoryPassword(await homeOf(user.id), second)).toEqual({ kind: 'right' })
    expect((await auditOf(user.id, changed)).at(-1)).toMatchObject({ outcome: 'failure', reason: 'directory_refused' })
    expect(JSON.stringify(await auditOf(user.id))).not.toContain(first)
    expect((await newestWriteOf(db(), asking.session.id))?.state).toBe('refused')
  })

  it('whoever has a second factor gives it, beside the present password', async () => {
    const user = await person('eve')
    await anApp(user.id)
    const passwordOnly = await anAsking(user.id)
    expect(code(await change(passwordOnly, first, second))).toBe('security_info.freshness_required')
    const stale = await anAsking(user.id, { proofs: [aProof('password'), aProof('softwareOath', { secondsAgo: 800 })] })
    expect(code(await change(stale, first, second))).toBe('security_info.freshness_required')
    const fresh = await anAsking(user.id, { proofs: [aProof('password'), aProof('softwareOath', { secondsAgo: 60 })] })
    expect(code(await change(fresh, 'not this one', second))).toBe('password.current_wrong')
    expect(code(await change(fresh, first, second))).toBe('ok')
  })

  it('where the connector writes nothing it is refused with the place to go, and nothing is asked', async () => {
    const reading = await aConnector('Reading only', slapdSettings(slapd))
    const user = await person('fay', reading)
    expect((await loadFacts(db(), user.id, 'now'))?.passwordHome).toBe('readOnlyDirectory')
    expect(code(await change(await anAsking(user.id), first, second))).toBe('password.in_directory')
    expect(await personHomeOf(db(), user.id)).toEqual({
      ...{ connectorId: reading, name: 'Reading only', lastSeenAt: null, isWritable: false },
    })
  })

  it('one question for an account at a time, whoever asks', async () => {
    const user = await person('gil')
    const sessions = await Promise.all([1, 2, 3].map(() => anAsking(user.id)))
    const answers = await Promise.all(sessions.map((one, nth) => change(one, first, `${second} ${nth + 1}`)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    for (const answer of answers.filter(({ ok }) => !ok))
      expect(['password.directory_asked', 'password.current_wrong', 'sign_in.session_ended']).toContain(code(answer))
  })

  describe('a conversation that breaks after the question was asked', () => {
    /** Signing in as service, looking at the entry, signing in as the person, and then the question. */
    const question = 4
    let relay: Relay
    beforeAll(async () => {
      relay = await startRelay({ port: Number(new URL(slapd.ldapsUrl).port) })
    })
    afterEach(() => relay.mend())
    afterAll(() => relay.stop())

    /** A change whose question or answer gets lost. Signing in before it takes fewer messages, so they are not reached. */
    async function broken(name: string, lost: 'answer' | 'request', replica?: Slapd) {
      const user = await person(name)
      const servers = [{ url: `ldaps://localhost:${relay.port}` }, ...(replica ? [{ url: replica.ldapsUrl }] : [])]
      const certificateAuthorityPem = `${slapd.authorityPem}\n${replica?.authorityPem ?? ''}`.trim()
      const settings = { ...writing, servers, certificateAuthorityPem, timeoutSeconds: 1 }
      const slow = await aConnector(`Broken ${name}`, slapdSettings(slapd, settings))
      await database.query('UPDATE "user" SET directory_connector_id = $1 WHERE id = $2', [slow, user.id])
      const [asking, other] = [await anAsking(user.id), await anAsking(user.id)]
      relay.breakAt(question, lost)
      const result = await change(asking, first, second)
      expect(result).toEqual({ ok: true, value: { kind: 'findingOut' } })
      expect((await newestWriteOf(db(), asking.session.id))?.state).toBe('unknown')
      expect(await auditOf(user.id, changed)).toEqual([])
      const isAlive = async ({ token }: { token: string }) => (await findSession(db(), token, now())) !== null
      expect([await isAlive(asking), await isAlive(other)]).toEqual([true, true])
      return { user, asking, other, isAlive }
    }
    const kept = (userId: string) =>
      database.query('SELECT state, new_password_sealed FROM directory_password_write WHERE user_id = $1', [userId])

    it('is found out: it took the new one, and everything that follows happens then', async () => {
      const { user, asking, other, isAlive } = await broken('hal', 'answer')
      const again = await change(await anAsking(user.id), second, 'one more gull than before')
      expect(code(again)).toBe('password.directory_asked')
      // While it is silent nobody knows, and nothing is asked twice.
      relay.breakAt(0, 'request')
      clock.turn(10)
      expect(await findWriteOutcomes()).toBe(0)
      expect(await kept(user.id)).toMatchObject([{ state: 'unknown', new_password_sealed: expect.any(String) }])
      relay.mend()
      clock.turn(120)
      expect(await findWriteOutcomes()).toBe(1)
      expect(await kept(user.id)).toEqual([{ state: 'done', new_password_sealed: null }])
      expect([await isAlive(asking), await isAlive(other)]).toEqual([true, false])
      expect((await auditOf(user.id, changed)).at(-1)).toMatchObject({ outcome: 'success' })
      expect((await queuedMessages(user.id)).map(({ template }) => template)).toEqual(['passwordChanged'])
    })

    it('is found out: it never heard of it, the one before holds, and no session ends', async () => {
      const { user, asking, other, isAlive } = await broken('lea', 'request')
      relay.mend()
      clock.turn(120)
      expect(await findWriteOutcomes()).toBe(1)
      expect(await kept(user.id)).toEqual([{ state: 'refused', new_password_sealed: null }])
      expect([await isAlive(asking), await isAlive(other)]).toEqual([true, true])
      expect(await auditOf(user.id, changed)).toMatchObject([{ outcome: 'failure', reason: 'directory_refused' }])
      expect(code(await change(asking, first, second))).toBe('ok')
    })

    it('is not denied by a server that was not asked and may not have heard of it', async () => {
      const other = await startSlapd(slapdPerson('pia', { userPassword: first }))
      try {
        const { user } = await broken('pia', 'answer', other)
        relay.breakAt(0, 'request')
        clock.turn(10)
        expect(await findWriteOutcomes()).toBe(0)
        expect(await kept(user.id)).toMatchObject([{ state: 'unknown' }])
        // Nor is it asked again at once: it would count each time as a wrong password.
        relay.mend()
        clock.turn(120)
        expect(await findWriteOutcomes()).toBe(0)
        clock.turn(limits.passwordReset.deniedElsewhereSeconds + 20)
        expect(await findWriteOutcomes()).toBe(1)
        expect(await kept(user.id)).toEqual([{ state: 'done', new_password_sealed: null }])
      } finally {
        await other.stop()
      }
    })

    it('and that nobody will ever know about closes what the old password opened, and is called no success', async () => {
      const { user, asking, other, isAlive } = await broken('ida', 'request')
      relay.breakAt(0, 'request')
      clock.turn(limits.passwordReset.sessionSeconds + limits.passwordReset.findOutSeconds + 120)
      expect(await findWriteOutcomes()).toBe(1)
      expect(await kept(user.id)).toEqual([{ state: 'lost', new_password_sealed: null }])
      expect([await isAlive(asking), await isAlive(other)]).toEqual([true, false])
      expect(await auditOf(user.id, changed)).toMatchObject([{ outcome: 'failure', reason: 'outcome_unknown' }])
    })
  })

  it('a password that must be changed opens a session for a new one and nothing else; then the sign-in goes on', async () => {
    const user = await person('mia')
    expect(code(await signIn(user.userPrincipalName, second))).toBe('sign_in.failed')
    const { asking, to } = await dueSession(user, first)
    expect(to).toBe('newPassword')
    const due = (currentPassword: string, newPassword: string) =>
      changeInDirectory(asking, 'due', { currentPassword, newPassword })
    expect(code(await due('not this one', second))).toBe('password.current_wrong')
    expect(code(await change(asking, first, second))).toBe('sign_in.session_ended')
    const set = await due(first, second)
    if (!set.ok || set.value.kind !== 'changed') throw new Error(code(set))
    const raised = await askAgain(set.value.changed.session.id, user.id)
    expect(raised.session.proofs).toMatchObject([{ mode: 'password' }])
    expect(raised.session.proofs[0]?.due).toBeUndefined()
    const continued = await continueSignIn(raised)
    // What comes after is none of the password's business: registering, or being in.
    expect(['home', 'register']).toContain(continued.ok && continued.value.way.to)
    expect(await verifyDirectoryPassword(await homeOf(user.id), second)).toEqual({ kind: 'right' })
  })

  it('whoever has a second factor proves it before a password that is over is replaced', async () => {
    const user = await person('max')
    const appCode = await anApp(user.id)
    const { asking, to } = await dueSession(user, first)
    expect(to).toBe('verify')
    const early = await changeInDirectory(asking, 'due', { currentPassword: first, newPassword: second })
    expect(code(early)).toBe('sign_in.not_finished')
    const proven = await verifyWithApp(asking, appCode())
    if (!proven.ok) throw new Error(proven.failure.code)
    const next = await askAgain(asking.session.id, user.id)
    const continued = await continueSignIn(next)
    expect(continued.ok && continued.value.way.to).toBe('newPassword')
    expect(code(await changeInDirectory(next, 'due', { currentPassword: first, newPassword: second }))).toBe('ok')
  })

  it('one that has expired there is changed, too, by the service account with the present one along', async () => {
    const user = await person('old')
    expect((await verifyDirectoryPassword(await homeOf(user.id), first)).kind).toBe('expired')
    const { asking, to } = await dueSession(user, first)
    expect(to).toBe('newPassword')
    expect(code(await changeInDirectory(asking, 'due', { currentPassword: first, newPassword: second }))).toBe('ok')
    expect(['right', 'expired']).toContain((await verifyDirectoryPassword(await homeOf(user.id), second)).kind)
    expect((await verifyDirectoryPassword(await homeOf(user.id), first)).kind).toBe('wrong')
  })

  it('where nothing is written a password that is over ends the sign-in with the place to go', async () => {
    const reading = await aConnector('Reading only, and over', slapdSettings(slapd))
    await asSlapdManager(slapd, (client) =>
      client.modify(dn('jan'), [
        new Change({
          operation: 'replace',
          modification: new Attribute({
            type: 'pwdPolicySubentry',
            values: [`cn=mustchange,ou=policies,${slapdBase}`],
          }),
        }),
        new Change({ operation: 'replace', modification: new Attribute({ type: 'pwdReset', values: ['TRUE'] }) }),
      ]),
    )
    const user = await person('jan', reading)
    expect(code(await signIn(user.userPrincipalName, first))).toBe('sign_in.directory_password_due')
  })

  it('a policy that asks for a new password is met there, too, and blocks where none can be set', async () => {
    const user = await person('kim')
    const appCode = await anApp(user.id)
    const document = {
      conditions: {
        users: { includeUsers: [user.id] },
        applications: { includeApplications: ['All'] },
        clientAppTypes: ['all'],
        userRiskLevels: ['none'],
      },
      grantControls: { operator: 'AND', builtInControls: ['mfa', 'passwordChange'] },
    }
    await db().conditionalAccessPolicy.create({ data: { displayName: 'anew', state: 'enabled', document } })
    const entered = await signIn(user.userPrincipalName, first)
    if (!entered.ok) throw new Error(entered.failure.code)
    const asking = await askAgain(entered.value.session.id, user.id)
    expect((await verifyWithApp(asking, appCode())).ok).toBe(true)
    const proven = await askAgain(asking.session.id, user.id)
    const way = async () => {
      const continued = await continueSignIn(await askAgain(asking.session.id, user.id))
      return continued.ok ? continued.value.way.to : continued.failure.code
    }
    expect(await way()).toBe('newPassword')
    await database.query(
      `UPDATE directory_connector SET settings = settings || '{"canWriteBackPasswords": false}' WHERE id = $1`,
      [connectorId],
    )
    expect(await way()).toBe('blocked')
    await database.query(
      `UPDATE directory_connector SET settings = settings || '{"canWriteBackPasswords": true}' WHERE id = $1`,
      [connectorId],
    )
    clock.turn(1)
    const set = await changeInDirectory(proven, 'renewal', { currentPassword: first, newPassword: second })
    expect(code(set)).toBe('ok')
    expect(await way()).toBe('home')
    await db().conditionalAccessPolicy.deleteMany({ where: { displayName: 'anew' } })
  })

  it('the help desk gives a temporary password there, which has to be replaced at the next sign-in', async () => {
    const user = await person('mo')
    const open = await anAsking(user.id)
    const issued = await issueTemporaryPassword(await helpDesk(), user.id)
    if (!issued.ok) throw new Error(issued.failure.code)
    expect(issued.value).toMatchObject({ endsAt: null, isOnlyForReplacing: true })
    expect(await findSession(db(), open.token, now())).toBeNull()
    expect(await queuedMessages(user.id)).toMatchObject([{ template: 'temporaryPasswordIssued' }])
    expect((await verifyDirectoryPassword(await homeOf(user.id), issued.value.password)).kind).toBe('mustChange')
    const rows = await auditOf(user.id, 'Reset password (by admin)')
    expect(rows).toMatchObject([{ outcome: 'success' }])
    expect(rows[0]?.record).toContain('"mustChange":true')
    expect(JSON.stringify(rows)).not.toContain(issued.value.password)
    const { asking, to } = await dueSession(user, issued.value.password)
    expect(to).toBe('newPassword')
    const set = await changeInDirectory(asking, 'due', { currentPassword: issued.value.password, newPassword: second })
    expect(code(set)).toBe('ok')
    expect(code(await signIn(user.userPrincipalName, second))).toBe('ok')
  })

  it('a directory without such a rule takes it for an ordinary one, and the help desk is told', async () => {
    const user = await person('fay')
    const issued = await issueTemporaryPassword(await helpDesk(), user.id)
    expect(issued).toMatchObject({ ok: true, value: { isOnlyForReplacing: false } })
    const reading = await aConnector('Reading only, help desk', slapdSettings(slapd))
    const other = await person('gil', reading)
    expect(code(await issueTemporaryPassword(await helpDesk(), other.id))).toBe('password.in_directory')
  })
})

describe.skipIf(!hasSamba)('a change at a real Active Directory domain', () => {
  let samba: Samba
  let connectorId: string
  const first = 'Gulls-On-Bollard-1'
  const second = 'Fog-Over-The-Crane-2'
  const dn = (name: string) => `CN=${name},${sambaPeople}`

  beforeAll(async () => {
    samba = await startSamba()
    for (const name of ['ana', 'ben', 'cia', 'dan']) samba.tool('user', 'create', name, first)
    samba.tool('domain', 'passwordsettings', 'set', '--min-pwd-age=0', '--history-length=3')
    const settings = sambaSettings(samba, { ...writing })
    connectorId = await aConnector('Harbor AD', settings, sambaAdministrator.password, 'activeDirectory')
  }, 180_000)
  afterAll(() => samba?.stop())

  const person = async (name: string) => living(connectorId, dn(name), await sambaEntryId(samba, dn(name)))

  it('a change with the present one, and its history refuses in words', async () => {
    const user = await person('ana')
    const change = async (currentPassword: string, newPassword: string) =>
      changeInDirectory(await anAsking(user.id), 'change', { currentPassword, newPassword })
    expect(code(await change('Not-The-Password-9', second))).toBe('password.current_wrong')
    expect(code(await change(first, second))).toBe('ok')
    expect(code(await signIn(user.userPrincipalName, second))).toBe('ok')
    expect(await change(second, first)).toMatchObject({
      failure: { code: 'password.directory_refused', details: { words: expect.any(String) } },
    })
    expect(code(await signIn(user.userPrincipalName, second))).toBe('ok')
  })

  it('an account that must change its password does so at sign-in', async () => {
    const user = await person('ben')
    await asSambaAdministrator(samba, (client) =>
      client.modify(
        dn('ben'),
        new Change({ operation: 'replace', modification: new Attribute({ type: 'pwdLastSet', values: ['0'] }) }),
      ),
    )
    const { asking, to } = await dueSession(user, first)
    expect(to).toBe('newPassword')
    const due = (newPassword: string) => changeInDirectory(asking, 'due', { currentPassword: first, newPassword })
    expect(await due('all small letters here')).toMatchObject({
      failure: { code: 'password.directory_refused', details: { words: expect.stringMatching(/rules|longer/) } },
    })
    expect(code(await due(second))).toBe('ok')
    expect(code(await signIn(user.userPrincipalName, second))).toBe('ok')
    expect(await verifyDirectoryPassword(await homeOf(user.id), second)).toEqual({ kind: 'right' })
  })

  it('the help desk gives a temporary password there, which has to be replaced at the next sign-in', async () => {
    const user = await person('cia')
    const issued = await issueTemporaryPassword(await helpDesk(), user.id)
    if (!issued.ok) throw new Error(issued.failure.code)
    expect(issued.value.isOnlyForReplacing).toBe(true)
    const { asking } = await dueSession(user, issued.value.password)
    const set = await changeInDirectory(asking, 'due', { currentPassword: issued.value.password, newPassword: second })
    expect(code(set)).toBe('ok')
    expect(code(await signIn(user.userPrincipalName, second))).toBe('ok')
  })

  it('nobody who runs the directory gets one from here', async () => {
    const user = await living(connectorId, sambaAdministrator.dn, await sambaEntryId(samba, sambaAdministrator.dn))
    expect(await setTemporaryPassword(await homeOf(user.id), second)).toMatchObject({ kind: 'refused' })
    expect(await issueTemporaryPassword(await helpDesk(), user.id)).toMatchObject({
      failure: { code: 'password.directory_refused' },
    })
  })
})
