import { randomBytes, randomInt } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { type MethodKind, methodKinds } from '@/lib/authentication-methods/model'
import { mayRegister, mayReset } from '@/lib/authentication-methods/policy'
import { allUsers, defaultMethodsPolicy, type MethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { readMethodsPolicy, readPasswordResetPolicy } from '@/lib/authentication-methods/store'
import type { DirectoryRole, Subject } from '@/lib/directory/model'
import { loadSubject } from '@/lib/directory/store'
import { standingOf } from '@/lib/password-reset/eligibility'
import type { GateFacts } from '@/lib/password-reset/independent'
import { db } from '@/lib/platform/db'
import { updateMethodsPolicy, updatePasswordResetPolicy } from '@/lib/policy-changes/commands'
import { changedMethodsPolicy, effects, groupsOf, type MethodsChange } from '@/lib/policy-changes/model'
import { countImpact, countMethods, findAffected, type Policies } from '@/lib/policy-changes/store'
import { registrationFlags } from '@/lib/reports/registration'
import { countRegistrations } from '@/lib/reports/store'
import { anAsking } from '@/tests/support/asking'
import { aGroup, aUser, resetForEverybody } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

const database = testDatabase()
const now = new Date('2026-03-02T08:00:00Z')
const group = (id: string) => ({ targetType: 'group' as const, id })
const everybody = { includeTargets: [group(allUsers)], excludeTargets: [] }
const people: { id: string; kinds: MethodKind[] }[] = []
let administrator: string
let reader: string
let policyAdministrator: string
let userAdministrator: string
let sales = { id: '' }
let within = { id: '' }

/** Forty people of every sort, and administrators with an app. */
beforeAll(async () => {
  within = await aGroup(db())
  sales = await aGroup(db(), { childIds: [within.id] })
  for (let index = 0; index < 40; index++) {
    const groupIds = index % 3 === 0 ? [within.id] : index % 3 === 1 ? [sales.id] : []
    const kinds: MethodKind[] = methodKinds.filter((kind) => kind !== 'temporaryAccessPass' && randomInt(3) > 0)
    const person = await aUser(db(), {
      groupIds,
      userType: index % 11 === 0 ? 'guest' : 'member',
      passwordHash: index % 5 === 0 ? null : 'x',
      accountEnabled: index % 13 !== 0,
    })
    for (const kind of kinds) await aMethodRow(person.id, kind)
    if (index % 13 !== 0) people.push({ id: person.id, kinds })
  }
  administrator = await anAdministrator('globalAdministrator')
  policyAdministrator = await anAdministrator('authenticationPolicyAdministrator')
  userAdministrator = await anAdministrator('userAdministrator')
  reader = await anAdministrator('globalReader')
})

async function anAdministrator(role: DirectoryRole): Promise<string> {
  const { id } = await aUser(db(), { roles: [role], passwordHash: 'x' })
  await aMethodRow(id, 'softwareOath')
  people.push({ id, kinds: ['softwareOath'] })
  return id
}

async function aMethodRow(userId: string, kind: MethodKind): Promise<void> {
  const id = crypto.randomUUID()
  const slots: Partial<Record<MethodKind, string>> = {
    mobilePhone: 'mobile',
    alternateMobilePhone: 'alternateMobile',
    officePhone: 'office',
  }
  const isOne = kind === 'email' || kind === 'securityQuestions' || kind === 'recoveryCodes'
  const slot = slots[kind] ?? (isOne ? kind : id)
  await db().authenticationMethod.create({ data: { id, userId, kind, slot, createdAt: now } })
  if (kind === 'passkey')
    await db().passkey.create({
      data: {
        ...{
          methodId: id,
          credentialId: Uint8Array.from(randomBytes(16)),
          publicKey: Uint8Array.from(randomBytes(16)),
        },
        ...{ algorithm: -7, signCount: 0n, aaguid: crypto.randomUUID(), backupEligible: true, backupState: false },
        ...{ transports: [], attestationFormat: 'none' },
      },
    })
}

const document = (change: Partial<MethodsPolicy['methods']>): MethodsPolicy => ({
  ...defaultMethodsPolicy,
  methods: { ...defaultMethodsPolicy.methods, ...change },
})
const all = document({ mobilePhone: { state: 'enabled', ...everybody } })
const policies = (methods: MethodsPolicy, passwordReset = resetForEverybody): Policies => ({
  methods,
  passwordReset,
})

const off = { state: 'disabled' as const }
/** Made when they are asked for: the groups exist only then. */
const changesNow = (): Record<string, readonly [Policies, Policies]> => ({
  'the app goes': [
    policies(all),
    policies(document({ ...all.methods, softwareOath: { ...all.methods.softwareOath, ...off } })),
  ],
  'the app is for a group, through nesting': [
    policies(all),
    policies(
      document({
        ...all.methods,
        softwareOath: { ...all.methods.softwareOath, includeTargets: [group(sales.id)] },
      }),
    ),
  ],
  'text messages come': [policies(defaultMethodsPolicy), policies(all)],
  'calls come, without office phones': [
    policies(defaultMethodsPolicy),
    policies(document({ voice: { state: 'enabled', ...everybody, isOfficePhoneAllowed: false } })),
  ],
  'office phones go, and calls are for a group': [
    policies(document({ ...all.methods, voice: { state: 'enabled', ...everybody, isOfficePhoneAllowed: true } })),
    policies(
      document({
        ...all.methods,
        voice: { state: 'enabled', ...everybody, includeTargets: [group(sales.id)], isOfficePhoneAllowed: false },
      }),
    ),
  ],
  'nothing but text messages is left, for those outside the group': [
    policies(all),
    policies(
      document({
        ...all.methods,
        passkey: { ...all.methods.passkey, ...off },
        softwareOath: { ...all.methods.softwareOath, ...off },
        mobilePhone: { ...all.methods.mobilePhone, excludeTargets: [group('00000000-0000-7000-8000-00000000005a')] },
      }),
    ),
  ],
  'password reset asks for two methods': [
    policies(all),
    policies(all, { ...resetForEverybody, numberOfMethodsRequired: 2 }),
  ],
  'password reset is for nobody': [policies(all), policies(all, { ...resetForEverybody, enabledFor: 'none' })],
})

/** The rule of password reset for one person whose methods share nothing. */
function isAbleToReset(side: Policies, subject: Subject, kinds: readonly MethodKind[], hasPassword: boolean): boolean {
  const everybodyMay = { ...side.passwordReset, enabledFor: 'all', isAdministratorResetAllowed: true } as const
  const gates = kinds
    .filter((kind) => kind !== 'securityQuestions' && mayReset(side.methods, everybodyMay, subject, kind).allowed)
    .filter((kind) => subject.userType === 'member' || kind === 'email')
    .map((kind) => ({
      methodId: kind,
      kind: kind as GateFacts['kind'],
      phoneNumber: null,
      emailAddress: null,
      deviceName: null,
    }))
  const policy = side.passwordReset
  return standingOf({ subject, policy, gates, home: 'local', hasPassword, outcome: 'allow' }).isAble
}

const changes = Object.keys(changesNow())
const sidesOf = (name: string) => changesNow()[name] ?? [policies(all), policies(all)]

describe('what a change means', () => {
  it.each(changes)('%s: each number is what the rules say of each person', async (name) => {
    const [before, after] = sidesOf(name)
    const impact = await countImpact(db(), { before, after, asker: null, now })
    const expected = { losesOnly: 0, shutOut: 0, losesReset: 0, gainsReset: 0, mustRegister: 0 }
    for (const { id, kinds } of people) {
      const subject = await loadSubject(db(), id)
      if (!subject) throw new Error('a person of the test is gone')
      const held = kinds.map((kind) => ({ kind, backupEligible: true }))
      const [was, is] = [before, after].map((side) => registrationFlags(side, subject, held))
      const [couldRegister, canRegister] = [before, after].map((side) =>
        methodKinds.some(
          (kind) =>
            !['email', 'temporaryAccessPass'].includes(kind) && mayRegister(side.methods, subject, kind, []).allowed,
        ),
      )
      if (!was || !is) throw new Error('two sides')
      const { passwordHash } = await db().user.findUniqueOrThrow({ where: { id }, select: { passwordHash: true } })
      expected.losesOnly += Number(was.isMfaCapable && !is.isMfaCapable)
      expected.shutOut += Number(
        ((was.isMfaCapable || couldRegister) && !(is.isMfaCapable || canRegister)) ||
          (passwordHash === null && was.isPasswordlessCapable && !is.isPasswordlessCapable),
      )
      const [wasAble, isAble] = [before, after].map((side) =>
        isAbleToReset(side, subject, kinds, passwordHash !== null),
      )
      expected.losesReset += Number(wasAble && !isAble)
      expected.gainsReset += Number(!wasAble && isAble)
      const isAsked = (flags: typeof was) => flags.isSsprEnabled && !flags.isSsprRegistered
      expected.mustRegister += Number(isAsked(is) && !isAsked(was))
    }
    expect(impact).toMatchObject({ people: people.length, ...expected })
  })

  it.each(changes)('%s: the list behind each number has as many people, on pages without gaps', async (name) => {
    const [before, after] = sidesOf(name)
    const impact = await countImpact(db(), { before, after, asker: null, now })
    for (const effect of effects) {
      const found: string[] = []
      let cursor: string | null = null
      do {
        const page: Awaited<ReturnType<typeof findAffected>> = await findAffected(
          db(),
          { before, after, now },
          { effect, after: cursor, size: 7 },
        )
        found.push(...page.people.map(({ id }) => id))
        cursor = page.next
      } while (cursor !== null)
      expect(new Set(found).size, effect).toBe(impact[effect])
      expect(found.length, effect).toBe(impact[effect])
    }
  })

  it('whoever asks is told that they lose their own, and no other', async () => {
    const [before, after] = sidesOf('the app goes')
    expect(await countImpact(db(), { before, after, asker: administrator, now })).toMatchObject({
      isOwnLost: true,
      administrators: { before: 1, after: 0 },
    })
    expect(await countImpact(db(), { before, after, asker: null, now })).toMatchObject({ isOwnLost: false })
  })

  it('how many days until confirming counts from the newest method, or the last word on it', async () => {
    const days = (reconfirmDays: number) => policies(all, { ...resetForEverybody, reconfirmDays })
    const later = new Date(now.getTime() + 10 * 86_400_000)
    const asked = { before: days(0), after: days(10), asker: null }
    const due = await countImpact(db(), { ...asked, now: later })
    expect(due.mustConfirm).toBeGreaterThan(0)
    expect((await countImpact(db(), { ...asked, now: new Date(later.getTime() - 1000) })).mustConfirm).toBe(0)
  })

  it('how many may use a method, and how many have one, is said for each kind', async () => {
    const counts = await countMethods(db(), policies(defaultMethodsPolicy), now)
    expect(counts.mobilePhone).toEqual({
      allowed: 0,
      registered: people.filter(({ kinds }) => kinds.includes('mobilePhone')).length,
    })
    expect(counts.softwareOath.allowed).toBe(people.length)
    // Guests may have neither.
    expect(counts.passkey.allowed).toBeLessThan(people.length)
    expect(counts.hardwareOath.allowed).toBe(counts.passkey.allowed)
  })
})

describe('changing the methods policy', () => {
  const phoneFor = (id: string): MethodsChange => ({
    part: 'mobilePhone',
    configuration: { state: 'enabled', includeTargets: [group(id)], excludeTargets: [] },
  })

  it('saves one part, keeps the others, and records before and after', async () => {
    const asking = await anAsking(administrator)
    expect(await updateMethodsPolicy(asking, phoneFor(sales.id), 0)).toMatchObject({ ok: true })
    const { document: stored, version } = await readMethodsPolicy(db())
    expect(stored).toEqual(
      document({ mobilePhone: { state: 'enabled', includeTargets: [group(sales.id)], excludeTargets: [] } }),
    )
    expect(version).toBe(1)
    const [event] = await db().auditEvent.findMany({ where: { activity: 'Authentication Methods Policy Update' } })
    const { before, after } = JSON.parse(event?.record ?? '{}')
    expect(event?.outcome).toBe('success')
    const phoneIn = (side: { configurations: { id: string }[] }) =>
      side.configurations.find(({ id }) => id === 'mobilePhone')
    expect(phoneIn(before)).toMatchObject({ state: 'disabled' })
    expect(phoneIn(after)).toMatchObject({ includeTargets: [group(sales.id)] })
  })

  it('is refused under a version that is no longer the newest, and of two at once one wins', async () => {
    const asking = await anAsking(policyAdministrator)
    expect(await updateMethodsPolicy(asking, phoneFor(sales.id), 0)).toMatchObject({
      failure: { code: 'policyChanges.changed_meanwhile' },
    })
    const { version } = await readMethodsPolicy(db())
    const both = await Promise.all([sales, within].map(({ id }) => updateMethodsPolicy(asking, phoneFor(id), version)))
    expect(both.filter(({ ok }) => ok)).toHaveLength(1)
  })

  it('is refused to whoever may only read, and the refusal is recorded', async () => {
    const { version } = await readMethodsPolicy(db())
    expect(await updateMethodsPolicy(await anAsking(reader), phoneFor(sales.id), version)).toMatchObject({
      failure: { code: 'directory.forbidden' },
    })
    const [event] = await db().auditEvent.findMany({ where: { actorId: reader, outcome: 'failure' } })
    expect(event?.reason).toBe('directory.forbidden')
  })

  it('is refused when no Global Administrator could sign in any more, and nothing is changed', async () => {
    const { version, document: stored } = await readMethodsPolicy(db())
    const gone: MethodsChange = { part: 'softwareOath', configuration: { ...everybody, ...off } }
    expect(await updateMethodsPolicy(await anAsking(administrator), gone, version)).toMatchObject({
      failure: { code: 'policyChanges.no_administrator_left' },
    })
    expect(await readMethodsPolicy(db())).toEqual({ version, document: stored })
  })

  it('names what does not belong to the method, and a group that does not exist', async () => {
    const { version } = await readMethodsPolicy(db())
    const asking = await anAsking(administrator)
    const odd: MethodsChange = { part: 'email', configuration: { ...everybody, state: 'enabled', defaultLength: 9 } }
    expect(await updateMethodsPolicy(asking, odd, version)).toMatchObject({
      failure: { code: 'policyChanges.invalid' },
    })
    expect(await updateMethodsPolicy(asking, phoneFor(crypto.randomUUID()), version)).toMatchObject({
      failure: { code: 'policyChanges.unknown_group' },
    })
    const pass = {
      ...defaultMethodsPolicy.methods.temporaryAccessPass,
      defaultLifetimeInMinutes: 481,
    }
    expect(changedMethodsPolicy(defaultMethodsPolicy, { part: 'temporaryAccessPass', configuration: pass })).toEqual({
      ok: false,
      member: 'defaultLifetimeInMinutes',
    })
    expect(groupsOf(phoneFor(sales.id))).toEqual([sales.id])
    expect(groupsOf(phoneFor(allUsers))).toEqual([])
  })

  it('is refused once the document would have more than 20 KB, and stays as it was', async () => {
    const asking = await anAsking(policyAdministrator)
    const many = await Promise.all(Array.from({ length: 85 }, () => aGroup(db())))
    const parts = ['email', 'securityQuestions', 'recoveryCodes', 'hardwareOath'] as const
    const change = async (part: (typeof parts)[number], excludeTargets: ReturnType<typeof group>[]) => {
      const includeTargets = [group(allUsers)]
      const { version } = await readMethodsPolicy(db())
      const configuration = { state: 'disabled' as const, includeTargets, excludeTargets }
      return updateMethodsPolicy(asking, { part, configuration }, version)
    }
    const answers = []
    for (const part of parts)
      answers.push(
        await change(
          part,
          many.map(({ id }) => group(id)),
        ),
      )
    expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, false])
    expect(answers.at(-1)).toMatchObject({ failure: { code: 'policyChanges.too_large' } })
    expect((await readMethodsPolicy(db())).document.methods.hardwareOath.excludeTargets).toEqual([])
    for (const part of parts) expect((await change(part, [])).ok).toBe(true)
  })
})

describe('changing the password reset policy', () => {
  it('saves under the version shown, and records before and after', async () => {
    const asking = await anAsking(policyAdministrator)
    const selected = { ...resetForEverybody, enabledFor: 'selected' as const, groupId: sales.id }
    expect(await updatePasswordResetPolicy(asking, selected, 0)).toMatchObject({ ok: true })
    expect((await readPasswordResetPolicy(db())).document).toEqual(selected)
    expect(await updatePasswordResetPolicy(asking, resetForEverybody, 0)).toMatchObject({
      failure: { code: 'policyChanges.changed_meanwhile' },
    })
    expect(await updatePasswordResetPolicy(await anAsking(reader), selected, 1)).toMatchObject({
      failure: { code: 'directory.forbidden' },
    })
    const events = await db().auditEvent.findMany({
      where: { activity: 'Self-service password reset policy changes', outcome: 'success' },
    })
    expect(JSON.parse(events[0]?.record ?? '{}')).toMatchObject({
      before: { enabledFor: 'none' },
      after: { enabledFor: 'selected', groupId: sales.id },
    })
  })

  it('is changed by a User Administrator in whom it is for, and in nothing else', async () => {
    const asking = await anAsking(userAdministrator)
    const { document, version } = await readPasswordResetPolicy(db())
    const forNobody = { ...document, enabledFor: 'none' as const, groupId: null }
    for (const more of [
      { ...document, reconfirmDays: 90 },
      { ...forNobody, isAdministratorResetAllowed: !document.isAdministratorResetAllowed },
      {
        ...forNobody,
        selfService: { ...document.selfService, isPasskeyAccepted: !document.selfService.isPasskeyAccepted },
      },
    ])
      expect(await updatePasswordResetPolicy(asking, more, version)).toMatchObject({
        failure: { code: 'directory.forbidden' },
      })
    expect(await readPasswordResetPolicy(db())).toEqual({ document, version })
    expect(
      await db().auditEvent.count({ where: { outcome: 'failure', record: { contains: userAdministrator } } }),
    ).toBe(3)
    expect(await updatePasswordResetPolicy(asking, forNobody, version)).toMatchObject({ ok: true })
    expect((await readPasswordResetPolicy(db())).document).toEqual(forNobody)
    expect(await updatePasswordResetPolicy(asking, document, version + 1)).toMatchObject({ ok: true })
    expect((await readPasswordResetPolicy(db())).document).toEqual(document)
  })

  it('refuses too few methods and the app as the way out, also from a change that was edited in the browser', async () => {
    const asking = await anAsking(policyAdministrator)
    const { document, version } = await readPasswordResetPolicy(db())
    const alone = { ...document, enabledFor: 'all' as const, allowedMethodKinds: ['softwareOath' as const] }
    for (const numberOfMethodsRequired of [1, 2] as const)
      expect(await updatePasswordResetPolicy(asking, { ...alone, numberOfMethodsRequired }, version)).toMatchObject({
        failure: { code: 'policyChanges.invalid', field: 'allowedMethodKinds' },
      })
    expect(await readPasswordResetPolicy(db())).toEqual({ document, version })
  })
})

async function bestOf(times: number, work: () => Promise<unknown>): Promise<number> {
  const all: number[] = []
  for (let n = 0; n < times; n++) {
    const started = performance.now()
    await work()
    all.push(performance.now() - started)
  }
  return Math.min(...all)
}

describe('a hundred thousand people', () => {
  it('are counted within the time somebody waits for a page', async () => {
    await database.query(`
      INSERT INTO "user" (id, user_principal_name, display_name, user_handle, password_hash, updated_at)
      SELECT gen_random_uuid(), 'many' || n || '@harbor.example', 'Many ' || n, decode(repeat(md5(n::text), 4), 'hex'), 'x', now()
      FROM generate_series(1, 100000) n`)
    await database.query(`
      INSERT INTO authentication_method (id, user_id, kind, slot, updated_at)
      SELECT made.id, u.id, made.kind, CASE made.kind WHEN 'email' THEN 'email' WHEN 'mobilePhone' THEN 'mobile' ELSE made.id::text END, now()
      FROM "user" u CROSS JOIN LATERAL (
        SELECT gen_random_uuid() AS id, kind FROM unnest(ARRAY['softwareOath', 'email', 'mobilePhone']) kind
        WHERE hashtext(u.user_principal_name || kind) % 2 = 0
      ) made
      WHERE u.display_name LIKE 'Many %'`)
    await database.query(
      `INSERT INTO group_member (group_id, user_id)
      SELECT $1, id FROM "user" WHERE display_name LIKE 'Many %5'`,
      [sales.id],
    )
    await database.query('ANALYZE')
    const after = document({
      softwareOath: { ...all.methods.softwareOath, includeTargets: [group(sales.id)] },
    })
    const change = { before: policies(all), after: policies(after), asker: administrator, now }
    const impact = await countImpact(db(), change)
    expect(impact.people).toBeGreaterThan(100_000)
    expect(impact.losesOnly).toBeGreaterThan(10_000)
    const counted = await bestOf(3, () => countImpact(db(), change))
    const listed = await bestOf(3, () => findAffected(db(), change, { effect: 'losesOnly', after: null, size: 50 }))
    const totals = await bestOf(3, () => countRegistrations(db(), now))
    // A second on a quiet machine. This one may be busy, so the measure is the report's own totals: the same rules, once.
    expect(counted).toBeLessThan(Math.max(1000, 8 * totals))
    expect(listed).toBeLessThan(Math.max(1000, 8 * totals))
  }, 120_000)
})
