import { randomBytes, randomInt } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { type MethodKind, methodKinds } from '@/lib/authentication-methods/model'
import { mayRegister } from '@/lib/authentication-methods/policy'
import { defaultMethodsPolicy, type MethodsPolicy } from '@/lib/authentication-methods/policy-model'
import {
  defaultMfaRegistrationPolicy,
  defaultRegistrationCampaign,
  everybodyInScope,
  isInScope,
  type MfaRegistrationChange,
  type RegistrationScope,
} from '@/lib/authentication-methods/registration-policy'
import { readMfaRegistrationPolicy, readRegistrationCampaign } from '@/lib/authentication-methods/store'
import { loadSubject } from '@/lib/directory/store'
import { db } from '@/lib/platform/db'
import { updateMfaRegistrationPolicy, updateRegistrationCampaign } from '@/lib/policy-changes/registration'
import { registrationFlags } from '@/lib/reports/registration'
import {
  countDemands,
  type DemandChange,
  type DemandEffect,
  type Demands,
  demandEffects,
  findDemanded,
} from '@/lib/reports/registration-demands'
import { anAsking } from '@/tests/support/asking'
import { aGroup, aUser, resetForEverybody } from '@/tests/support/builders'
import { testDatabase } from '@/tests/support/database'

testDatabase()
const now = new Date('2026-03-02T08:00:00Z')
const people: { id: string; kinds: MethodKind[] }[] = []
let sales = { id: '' }
let within = { id: '' }

beforeAll(async () => {
  within = await aGroup(db())
  sales = await aGroup(db(), { childIds: [within.id] })
  for (let index = 0; index < 40; index++) {
    const kinds = methodKinds.filter(
      (kind) => kind !== 'temporaryAccessPass' && kind !== 'passkey' && randomInt(3) === 0,
    )
    const { id } = await aUser(db(), {
      groupIds: index % 3 === 0 ? [within.id] : index % 3 === 1 ? [sales.id] : [],
      userType: index % 5 === 0 ? 'guest' : 'member',
      accountEnabled: index % 13 !== 0,
    })
    for (const kind of kinds) await aMethodRow(id, kind)
    if (index % 13 !== 0) people.push({ id, kinds })
  }
})

async function aMethodRow(userId: string, kind: MethodKind): Promise<void> {
  const id = crypto.randomUUID()
  const isOne = kind === 'email' || kind === 'securityQuestions' || kind === 'recoveryCodes'
  const slots: Partial<Record<MethodKind, string>> = {
    mobilePhone: 'mobile',
    alternateMobilePhone: 'alternateMobile',
    officePhone: 'office',
  }
  const slot = slots[kind] ?? (isOne ? kind : id)
  await db().authenticationMethod.create({ data: { id, userId, kind, slot, createdAt: now } })
}

const off: Demands = { mfaRegistration: { state: 'disabled', ...everybodyInScope }, campaign: null }
const on = (scope: Partial<RegistrationScope> = {}): Demands => ({
  ...off,
  mfaRegistration: { state: 'enabled', ...everybodyInScope, ...scope },
})
const campaign = (method: 'passkey' | 'softwareOath', scope: Partial<RegistrationScope> = {}): Demands => {
  const { state: _, ...running } = defaultRegistrationCampaign
  return { ...off, campaign: { ...running, method, ...scope } }
}
const group = (id: string) => ({ targetType: 'group' as const, id })
const noApps: MethodsPolicy = {
  ...defaultMethodsPolicy,
  methods: {
    ...defaultMethodsPolicy.methods,
    softwareOath: { ...defaultMethodsPolicy.methods.softwareOath, state: 'disabled' },
  },
}

/** Made when they are asked for: the groups and people exist only then. */
const changes = (): Record<string, readonly [Demands, Demands, MethodsPolicy?]> => ({
  'the policy is switched on': [off, on()],
  'for a group, through nesting': [off, on({ includeTargets: [group(sales.id)] })],
  'for all but a nested group': [off, on({ excludeTargets: [group(within.id)] })],
  'for two people': [
    off,
    on({ includeTargets: people.slice(0, 2).map(({ id }) => ({ targetType: 'user' as const, id })) }),
  ],
  'where guests can register nothing': [off, on(), noApps],
  'smaller than before': [on(), on({ includeTargets: [group(sales.id)] })],
  'switched off': [on(), off],
  'a campaign for passkeys': [off, campaign('passkey')],
  'a campaign for apps, without a group': [off, campaign('softwareOath', { excludeTargets: [group(sales.id)] })],
  'another method': [campaign('softwareOath'), campaign('passkey')],
})

/** The rules, person by person. */
async function expected(change: DemandChange): Promise<Record<DemandEffect, string[]>> {
  const result = Object.fromEntries(demandEffects.map((effect) => [effect, []])) as unknown as Record<
    DemandEffect,
    string[]
  >
  const { methods } = change.policies
  for (const { id, kinds } of people) {
    const subject = await loadSubject(db(), id)
    if (!subject) throw new Error('somebody is gone')
    const flags = registrationFlags(
      change.policies,
      subject,
      kinds.map((kind) => ({ kind, isDisabled: false })),
    )
    const may = (kind: MethodKind) => mayRegister(methods, subject, kind, []).allowed
    const canRegister = (['passkey', 'softwareOath', 'mobilePhone'] as const).some(may)
    const has = (kind: 'passkey' | 'softwareOath') => kinds.includes(kind) && methods.methods[kind].state === 'enabled'
    const side = ({ mfaRegistration, campaign }: Demands) => ({
      isAsked: mfaRegistration.state === 'enabled' && isInScope(mfaRegistration, subject) && !flags.isMfaCapable,
      isReminded:
        campaign !== null &&
        isInScope(campaign, subject) &&
        flags.isMfaCapable &&
        may(campaign.method) &&
        !has(campaign.method),
    })
    const [was, is] = [side(change.before), side(change.after)]
    if (is.isAsked && !was.isAsked) result[canRegister ? 'asked' : 'cannotRegister'].push(id)
    if (was.isAsked && !is.isAsked) result.noLongerAsked.push(id)
    if (is.isReminded && !was.isReminded) result.reminded.push(id)
    if (was.isReminded && !is.isReminded) result.noLongerReminded.push(id)
  }
  return result
}

describe('whom a change of the demands concerns', () => {
  it.each(Object.keys(changes()))('%s: the numbers and the lists are those of the rules', async (name) => {
    const [before, after, methods = defaultMethodsPolicy] = changes()[name] ?? [off, off]
    const policies = { methods, passwordReset: resetForEverybody }
    const change = { before, after, policies, now }
    const counts = await countDemands(db(), change)
    const rules = await expected(change)
    for (const effect of demandEffects) {
      expect([effect, counts[effect]]).toEqual([effect, rules[effect].length])
      const found: string[] = []
      for (let next: string | null = null, first = true; first || next !== null; first = false) {
        const page = await findDemanded(db(), change, { effect, after: next, size: 7 })
        found.push(...page.people.map(({ id }) => id))
        next = page.next
      }
      expect(new Set(found)).toEqual(new Set(rules[effect]))
    }
  })

  it('says how many it is about, whether or not they are asked', async () => {
    const policies = { methods: defaultMethodsPolicy, passwordReset: resetForEverybody }
    const { inPolicy, inCampaign } = await countDemands(db(), { before: off, after: on(), policies, now })
    expect(inPolicy.before).toBe(0)
    expect(inPolicy.after).toBeGreaterThanOrEqual(people.length)
    expect(inCampaign).toEqual({ before: 0, after: 0 })
  })
})

describe('saving', () => {
  const change: MfaRegistrationChange = { state: 'enabled', ...everybodyInScope }
  const nobody = { ...change, includeTargets: [group(crypto.randomUUID())] }
  const by = async (role: 'securityAdministrator' | 'authenticationPolicyAdministrator') =>
    anAsking((await aUser(db(), { roles: [role] })).id)
  const code = (result: Awaited<ReturnType<typeof updateMfaRegistrationPolicy>>) =>
    result.ok ? 'ok' : result.failure.code

  it('of the MFA registration policy is for Security Administrators, of the campaign for those of policies', async () => {
    const security = await by('securityAdministrator')
    const policies = await by('authenticationPolicyAdministrator')
    const campaign = { ...defaultRegistrationCampaign, state: 'enabled' as const }
    expect(code(await updateMfaRegistrationPolicy(policies, change, 0))).toBe('directory.forbidden')
    expect(code(await updateRegistrationCampaign(security, campaign, 0))).toBe('directory.forbidden')
    expect((await readMfaRegistrationPolicy(db())).document).toEqual(defaultMfaRegistrationPolicy)
    expect(code(await updateMfaRegistrationPolicy(security, nobody, 0))).toBe('policyChanges.unknown_target')
    expect(code(await updateMfaRegistrationPolicy(security, change, 0))).toBe('ok')
    expect(code(await updateMfaRegistrationPolicy(security, change, 0))).toBe('policyChanges.changed_meanwhile')
    expect(code(await updateRegistrationCampaign(policies, campaign, 0))).toBe('ok')
    expect((await readRegistrationCampaign(db())).document).toEqual(campaign)
    const events = await db().auditEvent.findMany({
      where: {
        activity: { in: ['Update User Risk and MFA Registration Policy', 'Authentication Methods Policy Update'] },
      },
      orderBy: { id: 'asc' },
    })
    expect(events.map(({ service, outcome, reason }) => [service, outcome, reason])).toEqual([
      ['Policy', 'failure', 'directory.forbidden'],
      ['Authentication Methods', 'failure', 'directory.forbidden'],
      ['Policy', 'success', null],
      ['Policy', 'failure', 'policyChanges.changed_meanwhile'],
      ['Authentication Methods', 'success', null],
    ])
  })

  it('of two at once only one wins', async () => {
    const security = await by('securityAdministrator')
    const { version } = await readMfaRegistrationPolicy(db())
    const results = await Promise.all(
      [change, { ...change, state: 'disabled' as const }].map((each) =>
        updateMfaRegistrationPolicy(security, each, version),
      ),
    )
    expect(results.map(code).toSorted()).toEqual(['ok', 'policyChanges.changed_meanwhile'])
  })

  it('keeps who is gone meanwhile out of nobody’s way', async () => {
    const security = await by('securityAdministrator')
    const leaving = await aGroup(db(), { displayName: `Leaving ${randomBytes(3).toString('hex')}` })
    const scoped = { ...change, excludeTargets: [group(leaving.id)] }
    const { version } = await readMfaRegistrationPolicy(db())
    expect(code(await updateMfaRegistrationPolicy(security, scoped, version))).toBe('ok')
    await db().group.delete({ where: { id: leaving.id } })
    const off = { ...scoped, state: 'disabled' as const }
    expect(code(await updateMfaRegistrationPolicy(security, off, version + 1))).toBe('ok')
  })
})
