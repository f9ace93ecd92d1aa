import { Attribute, Change } from 'ldapts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attributeMapDefaults } from '@/lib/directory/connector/model'
import { passwordHomeOf } from '@/lib/directory/password-home'
import { verifyDirectoryPassword } from '@/lib/directory/verify-password'
import { changePassword, outcomeOf, setPassword, setTemporaryPassword, unlockAccount } from '@/lib/directory/writeback'
import { limits } from '@/lib/limits'
import { changePassword as changeOwnPassword } from '@/lib/password-change/commands'
import { issueTemporaryPassword } from '@/lib/password-change/temporary'
import { db } from '@/lib/platform/db'
import { randomUUID } from '@/lib/platform/random'
import { signInWithPassword } from '@/lib/sign-in/first-factor'
import { anAsking, anOrigin, aProof } from '@/tests/support/asking'
import { aUser } from '@/tests/support/builders'
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
import { hasSamba, type Samba, sambaAdministrator, sambaPeople, startSamba } from '@/tests/support/samba'
import { hasSlapd, type Slapd, slapdBase, slapdCopy, slapdPerson, startSlapd } from '@/tests/support/slapd'

const database = testDatabase()
const writing = { canWriteBackPasswords: true, mayUnlock: true }
const first = 'a gull on every bollard'
const second = 'two gulls upon one bollard'

/** A person here whose account is the entry of that name and id there. */
async function living(connectorId: string, distinguishedName: string, entryId: string) {
  const user = await aUser(db(), {})
  await database.query(
    `UPDATE "user" SET directory_connector_id = $1, directory_entry_id = $2, distinguished_name = $3 WHERE id = $4`,
    [connectorId, entryId, distinguishedName, user.id],
  )
  const home = await passwordHomeOf(db(), user.id)
  if (home.kind !== 'directory') throw new Error('not in a directory')
  return { user, home }
}

const signIn = async (name: string, secret: string) => {
  const answer = await signInWithPassword({
    ...{ userPrincipalName: name, secret, returnTo: null, browser: null, origin: anOrigin() },
  })
  return answer.ok ? 'in' : answer.failure.code
}

describe.skipIf(!hasSlapd)('passwords at a real OpenLDAP', () => {
  let slapd: Slapd
  let connectorId: string
  const dn = (name: string) => `cn=${name},ou=people,${slapdBase}`
  const policyOf = (name: string) => ({ pwdPolicySubentry: `cn=${name},ou=policies,${slapdBase}` })

  beforeAll(async () => {
    const names = ['ana', 'ben', 'cia', 'dan', 'eve', 'fay', 'gil', 'hal', 'ida', 'jan', 'kim', 'mel', 'nia']
    const people = names.map((name) => slapdPerson(name, { userPassword: first }))
    people.push(slapdPerson('mia', { userPassword: first, pwdReset: 'TRUE', ...policyOf('mustchange') }))
    people.push(slapdPerson('lea', { userPassword: first, employeeType: 'unseen' }))
    slapd = await startSlapd(people.join(''))
    connectorId = await aConnector('Harbor LDAP', slapdSettings(slapd, writing))
  })
  afterAll(() => slapd?.stop())
  const person = async (name: string, livesAt = connectorId) =>
    living(livesAt, dn(name), await slapdEntryId(slapd, dn(name)))

  it('a person signs in with the password of the directory, and of it nothing is kept here', async () => {
    const { user, home } = await person('ana')
    expect(await signIn(user.userPrincipalName, first)).toBe('in')
    expect(await signIn(user.userPrincipalName, second)).toBe('sign_in.failed')
    expect(await verifyDirectoryPassword(home, '')).toEqual({ kind: 'wrong' })
    const [row] = await database.query('SELECT password_hash FROM "user" WHERE id = $1', [user.id])
    expect(row).toEqual({ password_hash: null })
  })

  it('a hash that is left here of somebody who lives there counts for nothing', async () => {
    const { hashSecret } = await import('@/lib/password/hashing')
    const hashed = await hashSecret(second)
    if (!hashed.ok) throw new Error(hashed.failure.code)
    const { user } = await person('ben')
    await database.query('UPDATE "user" SET password_hash = $1 WHERE id = $2', [hashed.value, user.id])
    expect(await signIn(user.userPrincipalName, second)).toBe('sign_in.failed')
    expect(await signIn(user.userPrincipalName, first)).toBe('in')
  })

  it('a password that is to be changed opens nothing where none is set from here, and the way on is told', async () => {
    const { user } = await person('mia', await aConnector('Reads alone', slapdSettings(slapd)))
    expect(await signIn(user.userPrincipalName, first)).toBe('sign_in.directory_password_due')
    expect(await signIn(user.userPrincipalName, second)).toBe('sign_in.failed')
  })

  it('whoever stands under the old name now does not sign in to the account of who stood there', async () => {
    const { user, home } = await person('jan')
    const madeAnew = (more: Record<string, string>) =>
      asSlapdManager(slapd, async (client) => {
        await client.del(dn('jan'))
        await client.add(dn('jan'), {
          objectClass: 'inetOrgPerson',
          cn: 'jan',
          sn: 'jan',
          userPassword: second,
          ...more,
        })
      })
    await madeAnew({})
    expect(await signIn(user.userPrincipalName, second)).toBe('sign_in.failed')
    expect(await verifyDirectoryPassword(home, second)).toEqual({ kind: 'wrong' })
    expect(await outcomeOf(home, second, null)).toMatchObject({ kind: 'refused' })
    // Also one that has to be replaced: it would open the page on which a new one is set.
    await madeAnew({ pwdReset: 'TRUE', ...policyOf('mustchange') })
    expect(await verifyDirectoryPassword(home, second)).toEqual({ kind: 'wrong' })
    expect(await verifyDirectoryPassword({ ...home, entryId: await slapdEntryId(slapd, dn('jan')) }, second)).toEqual({
      kind: 'mustChange',
    })
  })

  it('who somebody is, the service account reads where people may not; where nobody may, nothing is opened', async () => {
    const { user, home } = await person('lea')
    expect(await signIn(user.userPrincipalName, first)).toBe('in')
    expect(await verifyDirectoryPassword({ ...home, entryId: randomUUID() }, first)).toEqual({ kind: 'wrong' })
    const attributeMap = { ...attributeMapDefaults.ldap, entryId: 'employeeNumber' }
    const blind = await aConnector('No ids', slapdSettings(slapd, { attributeMap }))
    expect(await verifyDirectoryPassword({ ...home, connectorId: blind }, first)).toEqual({ kind: 'unavailable' })
    expect(await verifyDirectoryPassword({ ...home, connectorId: blind }, second)).toEqual({ kind: 'wrong' })
  })

  it('a new password is set there, ends a lock and is not to be chosen anew', async () => {
    const { home } = await person('cia')
    for (let wrong = 0; wrong < 3; wrong++) await verifyDirectoryPassword(home, `wrong ${wrong}`)
    expect((await verifyDirectoryPassword(home, first)).kind).not.toBe('right')
    expect(await setPassword(home, second)).toEqual({ kind: 'done' })
    expect(await verifyDirectoryPassword(home, second)).toEqual({ kind: 'right' })
    const { home: mia } = await person('mia')
    expect(await setPassword(mia, second)).toEqual({ kind: 'done' })
    expect(await verifyDirectoryPassword(mia, second)).toEqual({ kind: 'right' })
  })

  it('the directory refuses in words', async () => {
    const { home } = await person('dan')
    expect(await setPassword(home, 'short')).toMatchObject({ kind: 'refused', words: expect.stringMatching(/longer/) })
    expect(await changePassword(home, 'wrong password', second)).toMatchObject({ kind: 'refused' })
    expect(await changePassword(home, first, second)).toEqual({ kind: 'done' })
    expect(await changePassword(home, second, first)).toMatchObject({ kind: 'refused', words: expect.any(String) })
    expect(await verifyDirectoryPassword(home, second)).toEqual({ kind: 'right' })
  })

  it('a lock ends without a new password; an account without one is unlocked, too', async () => {
    const { home } = await person('eve')
    for (let wrong = 0; wrong < 3; wrong++) await verifyDirectoryPassword(home, `wrong ${wrong}`)
    expect((await verifyDirectoryPassword(home, first)).kind).not.toBe('right')
    expect(await unlockAccount(home)).toEqual({ kind: 'done' })
    expect(await verifyDirectoryPassword(home, first)).toEqual({ kind: 'right' })
    expect(await unlockAccount(home)).toEqual({ kind: 'done' })
  })

  it('an account that its administrators locked for good is freed by no reset, no temporary password and no unlocking', async () => {
    const { home } = await person('nia')
    const isOver = new Attribute({ type: 'pwdAccountLockedTime', values: ['000001010000Z'] })
    await asSlapdManager(slapd, (client) =>
      client.modify(dn('nia'), new Change({ operation: 'add', modification: isOver })),
    )
    const refused = { kind: 'refused', words: expect.stringMatching(/only they can unlock it/) }
    for (const allowed of [writing, { ...writing, mayUnlock: false }]) {
      const at = {
        ...home,
        connectorId: await aConnector(`May unlock: ${allowed.mayUnlock}`, slapdSettings(slapd, allowed)),
      }
      expect(await setPassword(at, second)).toMatchObject(refused)
      expect(await setTemporaryPassword(at, second)).toMatchObject(refused)
    }
    expect(await unlockAccount(home)).toMatchObject(refused)
    for (const password of [first, second])
      expect((await verifyDirectoryPassword(home, password)).kind).not.toBe('right')
  })

  it('nothing is written where the connector may not, nor outside of its bases, nor to an entry that took over the name', async () => {
    const { home } = await person('fay')
    const reading = await aConnector('Reading only', slapdSettings(slapd))
    expect(await setPassword({ ...home, connectorId: reading }, second)).toEqual({ kind: 'unavailable' })
    const service = `cn=twofold,${slapdBase}`
    expect(await setPassword({ ...home, distinguishedName: service }, second)).toMatchObject({ kind: 'refused' })
    expect(await setPassword({ ...home, entryId: randomUUID() }, second)).toMatchObject({ kind: 'refused' })
    expect(await setPassword({ ...home, distinguishedName: dn('nobody') }, second)).toMatchObject({ kind: 'refused' })
    expect((await setPassword({ ...home, distinguishedName: 'no name at all' }, second)).kind).not.toBe('done')
    expect(await verifyDirectoryPassword(home, first)).toEqual({ kind: 'right' })
  })

  it('hostile text finds nobody and breaks nothing', async () => {
    const { home } = await person('gil')
    for (const secret of ['*', ')(uid=*', 'a\0b', '\\00', 'x'.repeat(10_000), '🔑'.repeat(40)])
      expect((await verifyDirectoryPassword(home, secret)).kind).not.toBe('right')
    for (const name of ['cn=*', `${dn('gil')},`, 'cn=a\\', `cn=gil\0,ou=people,${slapdBase}`, 'x'.repeat(10_000)])
      expect((await verifyDirectoryPassword({ ...home, distinguishedName: name }, first)).kind).not.toBe('right')
    await unlockAccount(home)
    expect(await verifyDirectoryPassword(home, first)).toEqual({ kind: 'right' })
  })

  it('no password is made here for somebody who lives there', async () => {
    const { user } = await living(connectorId, dn('hal'), randomUUID())
    const own = await anAsking(user.id, { proofs: [aProof('password'), aProof('fido2')] })
    expect(await changeOwnPassword(own, { currentPassword: null, newPassword: second })).toMatchObject({
      failure: { code: 'password.in_directory' },
    })
    const helpDesk = await aUser(db(), { roles: ['passwordAdministrator'] })
    const asking = await anAsking(helpDesk.id, { proofs: [aProof('password'), aProof('fido2')] })
    // The entry has another id than the one that is known of this account: it is somebody else's.
    expect(await issueTemporaryPassword(asking, user.id)).toMatchObject({
      failure: { code: 'password.directory_refused' },
    })
    const [row] = await database.query('SELECT password_hash FROM "user" WHERE id = $1', [user.id])
    expect(row).toEqual({ password_hash: null })
  })

  it('a directory that hangs in the middle leaves it open, and later it is found out', async () => {
    const { home } = await person('ida')
    const slow = await aConnector('Slow', slapdSettings(slapd, { ...writing, timeoutSeconds: 1 }))
    const hung = { ...home, connectorId: slow }
    slapd.hold()
    const whileHeld = await setPassword(hung, second)
    expect(['unknown', 'unavailable']).toContain(whileHeld.kind)
    expect(await outcomeOf(hung, second, null)).toEqual({ kind: 'unknown' })
    slapd.goOn()
  })

  it.each([
    ['says no more', slapdCopy],
    ['names another server', `${slapdCopy}updateref ldap://127.0.0.1:1\n`],
  ])('a server that holds a copy and %s is passed over, and refuses no password', async (how, more) => {
    const { home } = await person('mel')
    const another = `a gull that ${how}`
    const entry = { userPassword: first, entryUUID: home.entryId ?? '' }
    const copy = await startSlapd(slapdPerson('mel', entry), { more })
    try {
      const certificateAuthorityPem = `${slapd.authorityPem}\n${copy.authorityPem}`.trim()
      const to = async (...servers: Slapd[]) => {
        const settings = { ...writing, servers: servers.map(({ ldapsUrl: url }) => ({ url })), certificateAuthorityPem }
        return { ...home, connectorId: await aConnector(`Of ${randomUUID()}`, slapdSettings(slapd, settings)) }
      }
      const alone = await to(copy)
      expect(await setPassword(alone, second)).toEqual({ kind: 'unavailable' })
      expect(await changePassword(alone, first, second)).toEqual({ kind: 'unavailable' })
      expect(await unlockAccount(alone)).toEqual({ kind: 'unavailable' })
      expect(await verifyDirectoryPassword(alone, first)).toEqual({ kind: 'right' })
      expect(await setPassword(await to(copy, slapd), another)).toEqual({ kind: 'done' })
      expect(await verifyDirectoryPassword(home, another)).toEqual({ kind: 'right' })
    } finally {
      await copy.stop()
      await database.query('DELETE FROM "user" WHERE directory_entry_id = $1', [home.entryId])
    }
  })

  it('a directory that is away answers alike, and as often, for those who live there, others and nobody', async () => {
    const { user: patient } = await living(connectorId, dn('kim'), randomUUID())
    const names = [(await living(connectorId, dn('ana'), randomUUID())).user, await aUser(db(), {})].map(
      ({ userPrincipalName }) => userPrincipalName,
    )
    const away = 'sign_in.directory_unavailable'
    const { threshold } = limits.passwordLockout
    await slapd.kill()
    try {
      for (const name of [...names, 'nobody-at-all@harbor.example']) {
        const codes: string[] = []
        for (let guess = 0; guess <= threshold; guess++) codes.push(await signIn(name, `guess ${guess}`))
        expect(codes, name).toEqual([...Array(threshold).fill(away), 'sign_in.locked'])
      }
      // Whoever tries again and again with the password that is right is not locked out.
      for (let again = 0; again <= threshold; again++) expect(await signIn(patient.userPrincipalName, first)).toBe(away)
    } finally {
      await slapd.start()
    }
  })

  it('the manager still reads what was set: a hash, never the text', async () => {
    await asSlapdManager(slapd, async (client) => {
      const { searchEntries } = await client.search(dn('cia'), { scope: 'base', attributes: ['userPassword'] })
      expect(JSON.stringify(searchEntries)).not.toContain(second)
    })
  })
})

describe.skipIf(!hasSamba)('passwords at a real Active Directory domain', () => {
  let samba: Samba
  let connectorId: string
  const dn = (name: string) => `CN=${name},${sambaPeople}`
  const before = 'Gulls-On-Bollard-1'
  const after = 'Gulls-On-Bollard-2'

  beforeAll(async () => {
    samba = await startSamba()
    for (const name of ['ana', 'ben', 'cia', 'dan', 'eve']) samba.tool('user', 'create', name, before)
    samba.tool(
      'domain',
      'passwordsettings',
      'set',
      '--min-pwd-age=0',
      '--account-lockout-threshold=3',
      '--history-length=2',
    )
    const settings = sambaSettings(samba, { ...writing })
    connectorId = await aConnector('Harbor AD', settings, sambaAdministrator.password, 'activeDirectory')
  }, 180_000)
  afterAll(() => samba?.stop())
  const person = async (name: string) => living(connectorId, dn(name), await sambaEntryId(samba, dn(name)))

  it('a person signs in, and a new password is set', async () => {
    const { user, home } = await person('ana')
    expect(await signIn(user.userPrincipalName, before)).toBe('in')
    expect(await signIn(user.userPrincipalName, after)).toBe('sign_in.failed')
    expect(await setPassword(home, after)).toEqual({ kind: 'done' })
    expect(await signIn(user.userPrincipalName, after)).toBe('in')
    expect(await outcomeOf(home, after, null)).toEqual({ kind: 'done' })
    // The one before may hold for an hour more there, so it is no sign; one that was never set is.
    expect(await outcomeOf(home, 'Never-Was-Set-3', null)).toMatchObject({ kind: 'refused' })
  })

  it('whoever stands under the old name now does not sign in to the account of who stood there', async () => {
    const { user } = await person('eve')
    samba.tool('user', 'delete', 'eve')
    samba.tool('user', 'create', 'eve', after)
    expect(await signIn(user.userPrincipalName, after)).toBe('sign_in.failed')
  })

  it('what is too simple is refused in words, and changing needs the present one', async () => {
    const { home } = await person('ben')
    expect(await setPassword(home, 'simple')).toMatchObject({
      kind: 'refused',
      words: expect.stringMatching(/longer/i),
    })
    expect(await changePassword(home, 'Not-The-Password-9', after)).toMatchObject({ kind: 'refused' })
    expect(await changePassword(home, before, after)).toEqual({ kind: 'done' })
    expect(await verifyDirectoryPassword(home, after)).toEqual({ kind: 'right' })
  })

  it('a lock after wrong passwords ends by lockoutTime', async () => {
    const { home } = await person('cia')
    for (let wrong = 0; wrong < 4; wrong++) await verifyDirectoryPassword(home, `Wrong-Password-${wrong}`)
    expect((await verifyDirectoryPassword(home, before)).kind).not.toBe('right')
    expect(await unlockAccount(home)).toEqual({ kind: 'done' })
    expect(await verifyDirectoryPassword(home, before)).toEqual({ kind: 'right' })
  })

  it('an account whose password must be changed, and one that is protected', async () => {
    const { user } = await person('dan')
    const modification = new Attribute({ type: 'pwdLastSet', values: ['0'] })
    await asSambaAdministrator(samba, (client) =>
      client.modify(dn('dan'), new Change({ operation: 'replace', modification })),
    )
    // Good for a new one: `directory-password-change.test.ts`.
    expect(await signIn(user.userPrincipalName, before)).toBe('in')
    const { home } = await living(connectorId, sambaAdministrator.dn, await sambaEntryId(samba, sambaAdministrator.dn))
    expect(await setPassword(home, after)).toMatchObject({ kind: 'refused' })
  })
})
