import { describe, expect, it } from 'vitest'
import {
  allUsers,
  defaultMethodsPolicy,
  type MethodsPolicy,
  type PasskeyProfile,
} from '@/lib/authentication-methods/policy-model'
import { changedMethodsPolicy, groupsOf, type MethodsChange } from './model'
import { isAssigned, isRemovalOfAssigned, targetsWith } from './passkey-profiles'

const staff = '11111111-1111-4111-8111-111111111111'
const sales = '44444444-4444-4444-8444-444444444444'
const strictId = '22222222-2222-4222-8222-222222222222'
const spareId = '33333333-3333-4333-8333-333333333333'
const aaguid = '2fc0579f-8113-47ea-b116-bb5a8db9202a'
const { passkey } = defaultMethodsPolicy.methods
const standardId = passkey.defaultPasskeyProfile

const strict: PasskeyProfile = {
  id: strictId,
  name: 'Attested',
  passkeyTypes: ['deviceBound'],
  attestationEnforcement: 'registrationOnly',
  keyRestrictions: { isEnforced: false, enforcementType: 'allow', aaGuids: [] },
}
const spare: PasskeyProfile = { ...strict, id: spareId, name: 'Spare' }

/** Everybody has the default profile, Staff the strict one, nobody the spare one. */
const policy: MethodsPolicy = {
  ...defaultMethodsPolicy,
  methods: {
    ...defaultMethodsPolicy.methods,
    passkey: {
      ...passkey,
      includeTargets: [
        ...passkey.includeTargets,
        { targetType: 'group', id: staff, allowedPasskeyProfiles: [strictId] },
      ],
      passkeyProfiles: [...passkey.passkeyProfiles, strict, spare],
    },
  },
}
const before = policy.methods.passkey

function changedBy(change: MethodsChange) {
  const changed = changedMethodsPolicy(policy, change)
  if (!changed.ok) throw new Error(changed.member)
  return changed.document.methods.passkey
}

function refusedFor(change: MethodsChange, from = policy): string | null {
  const changed = changedMethodsPolicy(from, change)
  return changed.ok ? null : changed.member
}

const saved = (profile: Record<string, unknown> & { id: string }): MethodsChange => ({
  part: 'passkeyProfile',
  profile,
})

describe('the form of the method', () => {
  const form = (...ids: string[]): MethodsChange => ({
    part: 'passkey',
    configuration: {
      ...{ state: 'enabled', excludeTargets: [], isSelfServiceRegistrationAllowed: false },
      includeTargets: ids.map((id) => ({ targetType: 'group', id })),
    },
  })

  it('keeps the profiles and who has which', () => {
    const { includeTargets, passkeyProfiles, isSelfServiceRegistrationAllowed } = changedBy(form(staff, sales))
    expect(isSelfServiceRegistrationAllowed).toBe(false)
    expect(passkeyProfiles).toEqual(before.passkeyProfiles)
    expect(includeTargets).toEqual([
      { targetType: 'group', id: staff, allowedPasskeyProfiles: [strictId] },
      { targetType: 'group', id: sales },
    ])
  })

  it('that says "everybody" leaves the groups that have a profile of their own', () => {
    expect(changedBy(form(allUsers)).includeTargets).toEqual(before.includeTargets)
  })

  it('that names groups leaves out what it does not name', () => {
    expect(changedBy(form(sales)).includeTargets.map(({ id }) => id)).toEqual([sales])
  })
})

describe('a profile', () => {
  it('with a new id is added, with a known one replaced in its place', () => {
    const smaller = {
      ...policy,
      methods: { ...policy.methods, passkey: { ...before, passkeyProfiles: [...passkey.passkeyProfiles, strict] } },
    }
    const added = changedMethodsPolicy(smaller, saved({ ...spare }))
    expect(added.ok && added.document.methods.passkey.passkeyProfiles.map(({ id }) => id)).toEqual([
      standardId,
      strictId,
      spareId,
    ])
    const renamed = changedBy(saved({ ...strict, name: 'Keys' }))
    expect(renamed.passkeyProfiles.map(({ name }) => name)).toEqual(['Default passkey profile', 'Keys', 'Spare'])
  })

  it.each([
    ['a fourth one', { ...spare, id: '55555555-5555-4555-8555-555555555555', name: 'Fourth' }, 'passkeyProfiles'],
    ['a name that is taken, in other letters', { ...spare, name: 'ATTESTED' }, 'passkeyProfiles'],
    ['no name', { ...spare, name: '  ' }, 'name'],
    ['no kind', { ...spare, passkeyTypes: [] }, 'passkeyTypes'],
    ['synced passkeys that prove their model', { ...spare, passkeyTypes: ['synced'] }, 'passkeyTypes'],
    [
      'an empty list of allowed models',
      { ...spare, keyRestrictions: { isEnforced: true, enforcementType: 'allow', aaGuids: [] } },
      'aaGuids',
    ],
    [
      'what is no AAGUID',
      { ...spare, keyRestrictions: { isEnforced: true, enforcementType: 'allow', aaGuids: [aaguid, 'YubiKey'] } },
      'aaGuids',
    ],
    ['a member nobody knows', { ...spare, isAdministrator: true }, ''],
  ])('with %s is refused, and the place is named', (_, profile, member) => {
    const refused = refusedFor(saved(profile))
    expect(refused).not.toBeNull()
    if (member !== '') expect(refused).toBe(member)
  })

  it('is removed when nobody has it, and not while somebody has', () => {
    const removal = (removed: string): MethodsChange => ({ part: 'passkeyProfile', removed })
    expect(changedBy(removal(spareId)).passkeyProfiles.map(({ id }) => id)).toEqual([standardId, strictId])
    for (const id of [strictId, standardId]) {
      expect(isRemovalOfAssigned(before, removal(id))).toBe(true)
      expect(refusedFor(removal(id))).not.toBeNull()
    }
    expect(isRemovalOfAssigned(before, removal(spareId))).toBe(false)
  })

  it('is had by those who name it, and the default one by those who name none', () => {
    expect(targetsWith(before, standardId).map(({ id }) => id)).toEqual([allUsers])
    expect(targetsWith(before, strictId).map(({ id }) => id)).toEqual([staff])
    expect([standardId, strictId, spareId].map((id) => isAssigned(before, id))).toEqual([true, true, false])
  })
})

describe('an assignment', () => {
  it('replaces who has which, and the default', () => {
    const change: MethodsChange = {
      ...{ part: 'passkeyAssignments', defaultPasskeyProfile: spareId },
      includeTargets: [{ id: sales, allowedPasskeyProfiles: [strictId, spareId] }],
    }
    const changed = changedBy(change)
    expect(changed.defaultPasskeyProfile).toBe(spareId)
    expect(changed.includeTargets).toEqual([
      { targetType: 'group', id: sales, allowedPasskeyProfiles: [strictId, spareId] },
    ])
    expect(groupsOf(change)).toEqual([sales])
  })

  it('of a profile that is not there is refused', () => {
    const gone = '66666666-6666-4666-8666-666666666666'
    const to = (allowedPasskeyProfiles: string[], defaultPasskeyProfile = standardId): MethodsChange => ({
      ...{ part: 'passkeyAssignments', defaultPasskeyProfile },
      includeTargets: [{ id: staff, allowedPasskeyProfiles }],
    })
    expect(refusedFor(to([gone]))).toBe('includeTargets')
    expect(refusedFor(to([strictId], gone))).toBe('defaultPasskeyProfile')
  })
})
