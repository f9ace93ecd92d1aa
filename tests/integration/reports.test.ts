import { randomBytes, randomInt } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { type MethodKind, methodKinds, unknownAaguid } from '@/lib/authentication-methods/model'
import {
  allUsers,
  defaultMethodsPolicy,
  defaultPasskeyProfile,
  type MethodsPolicy,
  type PasskeyProfile,
  type PasswordResetPolicy,
} from '@/lib/authentication-methods/policy-model'
import {
  readMethodsPolicy,
  readPasswordResetPolicy,
  saveMethodsPolicy,
  savePasswordResetPolicy,
} from '@/lib/authentication-methods/store'
import type { DirectoryRole } from '@/lib/directory/model'
import { loadSubject } from '@/lib/directory/store'
import { db } from '@/lib/platform/db'
import {
  parseRegistrationQuery,
  type RegistrationFilter,
  type RegistrationRow,
  type RegistrationSort,
  registrationSortColumns,
} from '@/lib/reports/model'
import { type ReportedMethod, registrationFlags } from '@/lib/reports/registration'
import { countRegistrations, findRegistrations } from '@/lib/reports/store'
import { aGroup, aUser, resetForEverybody } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

testDatabase()

const now = new Date('2026-03-02T08:00:00Z')
const byName: RegistrationSort = { column: 'displayName', direction: 'ascending' }
const groups: { id: string }[] = []
let outerGroup: { id: string }

/** 60 people of every sort: groups, nesting, roles, any methods, disabled ones, passes that ended. */
beforeAll(async () => {
  groups.push(await aGroup(db()), await aGroup(db()), await aGroup(db()))
  outerGroup = await aGroup(db(), { childIds: groups.slice(0, 2).map(({ id }) => id) })
  const roles: DirectoryRole[] = ['reportsReader', 'globalAdministrator']
  for (let index = 0; index < 60; index++) {
    const person = await aUser(db(), {
      displayName: `Person ${String(index % 40).padStart(2, '0')}`,
      accountEnabled: index % 15 !== 0,
      roles: index % 7 === 0 ? [roles[index % 2] ?? 'reportsReader'] : [],
      groupIds: groups.filter((_, place) => (index >> place) % 2 === 1).map(({ id }) => id),
      securityInfoChangedAt: index % 3 === 0 ? null : new Date(now.getTime() - (index % 20) * 3_600_000),
    })
    for (const kind of methodKinds) if (randomInt(3) > 0) await aMethodRow(person.id, kind, randomInt(4) === 0)
    if (index % 6 === 0) await aMethodRow(person.id, 'softwareOath', false)
  }
})

async function aMethodRow(userId: string, kind: MethodKind, isDisabled: boolean): Promise<void> {
  const slots: Partial<Record<MethodKind, string>> = {
    mobilePhone: 'mobile',
    alternateMobilePhone: 'alternateMobile',
    officePhone: 'office',
    email: 'email',
  }
  const id = crypto.randomUUID()
  const isOne = ['temporaryAccessPass', 'securityQuestions', 'recoveryCodes'].includes(kind)
  const slot = slots[kind] ?? (isOne ? kind : id)
  await db().authenticationMethod.create({
    data: { id, userId, kind, slot, createdAt: now, disabledAt: isDisabled ? now : null },
  })
  if (kind === 'passkey') {
    const backupEligible = randomInt(2) === 1
    const credential = { credentialId: Uint8Array.from(randomBytes(16)), publicKey: Uint8Array.from(randomBytes(16)) }
    const aaguid = models[randomInt(models.length)] ?? crypto.randomUUID()
    const facts = { algorithm: -7, signCount: 0n, aaguid, backupEligible, backupState: false }
    await db().passkey.create({
      data: {
        methodId: id,
        ...credential,
        ...facts,
        transports: [],
        attestationFormat: 'packed',
        isAttested: randomInt(2) === 1,
      },
    })
  }
  if (kind === 'securityQuestions') {
    const answers = Array.from({ length: 3 + randomInt(3) }, (_, index) => String(index))
    await db().securityAnswer.createMany({
      data: answers.map((questionKey) => ({ methodId: id, questionKey, answerHash: '$argon2id$' })),
    })
  }
  if (kind === 'temporaryAccessPass') {
    const expiresAt = new Date(now.getTime() + (randomInt(2) === 1 ? 3_600_000 : -3_600_000))
    const usedAt = randomInt(2) === 1 ? now : null
    await db().temporaryAccessPass.create({
      data: { methodId: id, passHash: 'x', startsAt: new Date(0), expiresAt, isUsableOnce: true, usedAt },
    })
  }
}

const models = [unknownAaguid, crypto.randomUUID(), crypto.randomUUID()]

/** Three profiles that differ in all they may ask, for different groups. */
function profiles() {
  const of = (place: number, given: Partial<PasskeyProfile>): PasskeyProfile => ({
    ...defaultPasskeyProfile,
    id: `00000000-0000-0000-0000-00000000000${place}`,
    name: `Profile ${place}`,
    ...given,
  })
  const restrict = (enforcementType: 'allow' | 'block') => ({
    keyRestrictions: { isEnforced: true, enforcementType, aaGuids: models.slice(0, 2) },
  })
  return {
    defaultPasskeyProfile: of(2, {}).id,
    passkeyProfiles: [
      of(2, { passkeyTypes: ['deviceBound'] }),
      of(3, restrict('allow')),
      of(4, { passkeyTypes: ['synced'], ...restrict('block') }),
    ],
    includeTargets: [
      { ...group(outerGroup.id), allowedPasskeyProfiles: [of(3, {}).id, of(4, {}).id] },
      group(groups[0]?.id ?? ''),
    ],
  }
}

const group = (id: string) => ({ targetType: 'group' as const, id })
const off = { state: 'disabled' as const }

/** The policies under which both sayings of the flags are compared. */
function policies(): { name: string; methods: MethodsPolicy; passwordReset: PasswordResetPolicy }[] {
  const { methods } = defaultMethodsPolicy
  const selected = { ...resetForEverybody, enabledFor: 'selected' as const, groupId: outerGroup.id }
  return [
    { name: 'default', methods: defaultMethodsPolicy, passwordReset: resetForEverybody },
    {
      name: 'groups, nesting, exclusions',
      methods: {
        ...defaultMethodsPolicy,
        methods: {
          ...methods,
          passkey: { ...methods.passkey, excludeTargets: [group(groups[2]?.id ?? '')], ...profiles() },
          softwareOath: { ...methods.softwareOath, includeTargets: [group(outerGroup.id)] },
          mobilePhone: {
            state: 'enabled',
            includeTargets: [group(allUsers)],
            excludeTargets: [group(outerGroup.id)],
          },
        },
      },
      passwordReset: { ...selected, numberOfMethodsRequired: 2, allowedMethodKinds: ['mobilePhone', 'email'] },
    },
    {
      name: 'nearly everything off',
      methods: {
        ...defaultMethodsPolicy,
        methods: {
          ...methods,
          passkey: { ...methods.passkey, ...off },
          email: { ...methods.email, includeTargets: [] },
        },
      },
      passwordReset: {
        ...resetForEverybody,
        enabledFor: 'none',
        allowedMethodKinds: [],
        isAdministratorResetAllowed: false,
      },
    },
  ]
}

async function decide(methods: MethodsPolicy, passwordReset: PasswordResetPolicy): Promise<void> {
  expect(await saveMethodsPolicy(db(), methods, (await readMethodsPolicy(db())).version, now)).toBe(true)
  const { version } = await readPasswordResetPolicy(db())
  expect(await savePasswordResetPolicy(db(), passwordReset, version, now)).toBe(true)
}

async function list(filter: RegistrationFilter = {}, sort = byName): Promise<readonly RegistrationRow[]> {
  return (await findRegistrations(db(), { filter, sort, page: { size: 200 } }, now)).rows
}

const flagNames = [
  'isMfaRegistered',
  'isMfaCapable',
  'isPasswordlessCapable',
  'isSsprEnabled',
  'isSsprRegistered',
  'isSsprCapable',
] as const

describe('the registrations report', () => {
  it('says the same of everybody as the rule says of one person, under any policy', async () => {
    for (const { name, methods, passwordReset } of policies()) {
      await decide(methods, passwordReset)
      const rows = await list()
      expect(rows).toHaveLength(56)
      for (const row of rows) {
        const subject = await loadSubject(db(), row.id)
        if (subject === null) throw new Error('a listed person is gone')
        const held = await db().authenticationMethod.findMany({
          where: { userId: row.id },
          include: { passkey: true, securityAnswers: true },
        })
        const registered = held.map(
          (method): ReportedMethod => ({
            kind: method.kind as MethodKind,
            isDisabled: method.disabledAt !== null,
            passkey: method.passkey ?? undefined,
            answered: method.kind === 'securityQuestions' ? method.securityAnswers.length : undefined,
          }),
        )
        const expected = registrationFlags({ methods, passwordReset }, subject, registered)
        expect(Object.fromEntries(flagNames.map((flag) => [flag, row[flag]])), name).toEqual(expected)
        expect(row.isAdministrator).toBe(subject.roleIds.size > 0)
      }
    }
  })

  it('filters and totals agree with the rows, under any policy', async () => {
    for (const { name, methods, passwordReset } of policies()) {
      await decide(methods, passwordReset)
      const all = await list()
      const totals = await countRegistrations(db(), now)
      for (const flag of ['isMfaCapable', 'isSsprCapable', 'isPasswordlessCapable'] as const) {
        const expected = all.filter((row) => row[flag]).map(({ id }) => id)
        expect(
          (await list({ [flag]: true })).map(({ id }) => id),
          `${name} ${flag}`,
        ).toEqual(expected)
        expect(await list({ [flag]: false })).toHaveLength(all.length - expected.length)
        expect(totals[flag], `${name} ${flag}`).toBe(expected.length)
      }
      expect(totals.people).toBe(all.length)
      expect(totals.withoutMethods).toBe((await list({ method: 'none' })).length)
    }
  })

  it('filters by kind of method, by role and by text, all at once', async () => {
    const all = await list()
    for (const kind of methodKinds) {
      const expected = all.filter((row) => row.methods.some((method) => method.kind === kind))
      expect((await list({ method: kind })).map(({ id }) => id)).toEqual(expected.map(({ id }) => id))
    }
    const administrators = all.filter((row) => row.isAdministrator)
    expect((await list({ isAdministrator: true })).map(({ id }) => id)).toEqual(administrators.map(({ id }) => id))
    const [someone] = administrators
    if (someone === undefined) throw new Error('nobody holds a role')
    const found = await list({
      search: ` ${someone.userPrincipalName.slice(3, 16).toUpperCase()} `,
      isAdministrator: true,
    })
    expect(found.map(({ id }) => id)).toEqual([someone.id])
    for (const search of ["%'; --", '\\', '_'.repeat(30)]) expect(await list({ search })).toEqual([])
  })

  it('counts two apps as two methods, hides a pass that can no longer be used and names the default', async () => {
    const person = await aUser(db(), { displayName: 'Zed' })
    await aMethodRow(person.id, 'softwareOath', false)
    await aMethodRow(person.id, 'softwareOath', false)
    const app = await db().authenticationMethod.findFirstOrThrow({ where: { userId: person.id } })
    await db().user.update({ where: { id: person.id }, data: { defaultMethodId: app.id } })
    const [row] = await list({ search: person.userPrincipalName })
    expect(row).toMatchObject({ methods: [{ kind: 'softwareOath', count: 2 }], defaultMethodKind: 'softwareOath' })
    await db().user.delete({ where: { id: person.id } })
  })

  it('leaves out disabled accounts', async () => {
    const rows = await list()
    const disabled = await db().user.findMany({ where: { accountEnabled: false }, select: { id: true } })
    expect(disabled.length).toBeGreaterThan(0)
    expect(rows.filter((row) => disabled.some(({ id }) => id === row.id))).toEqual([])
  })
})

describe('paging', () => {
  for (const column of registrationSortColumns)
    for (const direction of ['ascending', 'descending'] as const)
      it(`walks everybody once by ${column}, ${direction}, and back again`, async () => {
        const sort = { column, direction }
        const expected = (await list({}, sort)).map(({ id }) => id)
        const pages: string[][] = []
        const cursors: { next: string | null; previous: string | null }[] = []
        for (let after: string | undefined; ; ) {
          const found = await findRegistrations(db(), { filter: {}, sort, page: { size: 9, after } }, now)
          pages.push(found.rows.map(({ id }) => id))
          cursors.push({ next: found.next, previous: found.previous })
          if (found.next === null) break
          after = found.next
        }
        expect(pages.flat()).toEqual(expected)
        expect(cursors[0]?.previous).toBeNull()
        for (let page = pages.length - 1; page > 0; page--) {
          const before = cursors[page]?.previous ?? undefined
          const found = await findRegistrations(db(), { filter: {}, sort, page: { size: 9, before } }, now)
          expect(found.rows.map(({ id }) => id)).toEqual(pages[page - 1])
          expect(found.next).not.toBeNull()
          expect(found.previous === null).toBe(page === 1)
        }
      })

  it('takes a cursor that is not ours, or of another order, as the first page', async () => {
    const first = await findRegistrations(db(), { filter: {}, sort: byName, page: { size: 5 } }, now)
    const forge = (...parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
    const id = first.rows[0]?.id
    const changed: RegistrationSort = { column: 'securityInfoChangedAt', direction: 'ascending' }
    for (const [sort, after] of [
      [byName, 'x'],
      [byName, ''],
      [byName, forge('displayName', 'descending', 'a', id)],
      [byName, forge('displayName', 'ascending', 'a\u0000', id)],
      [byName, forge('displayName', 'ascending', 'a', 'no id')],
      [byName, forge('displayName', 'ascending', { a: 1 }, id)],
      [changed, forge('securityInfoChangedAt', 'ascending', 'yesterday', id)],
      [changed, forge('securityInfoChangedAt', 'ascending', '9'.repeat(30), id)],
      [changed, first.next ?? ''],
    ] as const) {
      const found = await findRegistrations(db(), { filter: {}, sort, page: { size: 5, after } }, now)
      expect(found.previous, after).toBeNull()
      expect(found.rows).toHaveLength(5)
    }
  })

  it('a person who appears between two pages shifts nobody', async () => {
    const first = await findRegistrations(db(), { filter: {}, sort: byName, page: { size: 10 } }, now)
    const early = await aUser(db(), { displayName: 'AAA' })
    const rest = await findRegistrations(
      db(),
      { filter: {}, sort: byName, page: { size: 200, after: first.next ?? undefined } },
      now,
    )
    expect(first.rows.length + rest.rows.length).toBe(56)
    await db().user.delete({ where: { id: early.id } })
  })
})

describe('the address of the list', () => {
  it('is read leniently: what makes no sense counts as absent', () => {
    expect(
      parseRegistrationQuery({ mfa: 'yes', sspr: 'maybe', method: 'none', sort: ['a', 'b'], search: ' ana ', x: '1' }),
    ).toEqual({
      filter: { search: 'ana', isMfaCapable: true, method: 'none' },
      sort: { column: 'displayName', direction: 'ascending' },
      page: { size: 50 },
    })
    expect(parseRegistrationQuery({ search: 'a\u0000b', method: 'toString', mfa: '__proto__' }).filter).toEqual({})
  })
})
