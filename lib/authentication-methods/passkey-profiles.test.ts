/** The table of `10` §12, row by row, as far as profiles answer for it. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { unknownAaguid } from './model'
import { asksForAttestation, hintsFor, type PasskeyFacts, profilesFor, refusalOfPasskey } from './passkey-profiles'
import { mayRegister } from './policy'
import {
  allUsers,
  defaultMethodsPolicy,
  defaultPasskeyProfile,
  type MethodsPolicy,
  methodsPolicySchema,
  type PasskeyProfile,
} from './policy-model'

const sales = '00000000-0000-4000-8000-00000000005a'
const pilots = '00000000-0000-4000-8000-00000000005b'
const key = 'cb69481e-8ff7-4039-93ec-0a2729a154a8'
const otherKey = 'ee882879-721c-4913-9775-3dfcce97072a'

type Passkeys = MethodsPolicy['methods']['passkey']
const group = (id: string, ...allowedPasskeyProfiles: string[]) => ({
  targetType: 'group' as const,
  id,
  ...(allowedPasskeyProfiles.length > 0 ? { allowedPasskeyProfiles } : {}),
})
const id = (place: number) => `00000000-0000-4000-8000-00000000000${place}`
const profile = (place: number, given: Partial<PasskeyProfile> = {}): PasskeyProfile => ({
  ...defaultPasskeyProfile,
  id: id(place),
  name: `Profile ${place}`,
  ...given,
})
const policy = (...passkeyProfiles: PasskeyProfile[]) => withPasskeys({ passkeyProfiles })
const withPasskeys = (given: Partial<Passkeys>): MethodsPolicy => ({
  ...defaultMethodsPolicy,
  methods: {
    ...defaultMethodsPolicy.methods,
    passkey: {
      ...defaultMethodsPolicy.methods.passkey,
      defaultPasskeyProfile: given.passkeyProfiles?.[0]?.id ?? defaultPasskeyProfile.id,
      ...given,
    },
  },
})
const person = (...groupIds: string[]) => ({
  userType: 'member' as const,
  guestType: null,
  roleIds: new Set<string>(),
  groupIds: new Set(groupIds),
})

const bound = { passkeyTypes: ['deviceBound'] } satisfies Partial<PasskeyProfile>
const attested = { ...bound, attestationEnforcement: 'registrationOnly' } satisfies Partial<PasskeyProfile>
const only = (enforcementType: 'allow' | 'block', ...aaGuids: string[]) => ({
  keyRestrictions: { isEnforced: true, enforcementType, aaGuids },
})
const securityKey: PasskeyFacts = { backupEligible: false, aaguid: key, isAttested: true }
const unproven: PasskeyFacts = { ...securityKey, isAttested: false }
const synced: PasskeyFacts = { backupEligible: true, aaguid: unknownAaguid, isAttested: false }

describe('hints for the browser', () => {
  const bound = { passkeyTypes: ['deviceBound' as const] }
  const attested = { ...bound, attestationEnforcement: 'registrationOnly' as const }
  test.each([
    ['nothing special', [profile(1)], null, []],
    ['what the person chose', [profile(1)], 'hybrid', ['hybrid']],
    ['what the person chose, also beside a strict profile', [profile(1, attested)], 'client-device', ['client-device']],
    [
      'security keys first where the model must be proven',
      [profile(1, attested)],
      null,
      ['security-key', 'client-device'],
    ],
    [
      'and where only some models are allowed',
      [profile(1, { ...bound, ...only('allow') })],
      null,
      ['security-key', 'client-device'],
    ],
    ['not where another profile takes more', [profile(1, attested), profile(2)], null, []],
    ['not where models are only blocked', [profile(1, { ...bound, ...only('block') })], null, []],
    ['nothing without a profile', [], null, []],
  ] as const)('%s', (_, profiles, chosen, hints) => {
    expect(hintsFor(profiles, chosen)).toEqual(hints)
  })
})

describe('one profile', () => {
  test.each<[string, Partial<PasskeyProfile>, PasskeyFacts, string | null, string | null]>([
    // What, profile, passkey, at registration, at sign-in
    ['the default: a device-bound passkey', {}, unproven, null, null],
    ['the default: a synced passkey', {}, synced, null, null],
    ['types: device-bound only, a device-bound one', bound, unproven, null, null],
    ['types: device-bound only, a synced one stops working', bound, synced, 'synced', 'synced'],
    ['types: synced only, a device-bound one', { passkeyTypes: ['synced'] }, unproven, 'device_bound', 'device_bound'],
    ['attestation enforced: a proven one', attested, securityKey, null, null],
    [
      'attestation enforced: only at registration, so an older one keeps working',
      attested,
      unproven,
      'attestation_required',
      null,
    ],
    ['attestation enforced: only device-bound types', attested, synced, 'synced', 'synced'],
    ['attestation not enforced: any, the AAGUID is a claim', bound, { ...unproven, aaguid: unknownAaguid }, null, null],
    ['allow list: a proven one on it', only('allow', key), securityKey, null, null],
    ['allow list: a claim does not suffice', only('allow', key), unproven, 'model_not_allowed', 'model_not_allowed'],
    [
      'allow list: one that was taken off it stops working',
      only('allow', otherKey),
      securityKey,
      'model_not_allowed',
      'model_not_allowed',
    ],
    [
      'allow list: zeros are no model',
      only('allow', unknownAaguid),
      { ...securityKey, aaguid: unknownAaguid },
      'model_not_allowed',
      'model_not_allowed',
    ],
    ['block list: a proven one on it', only('block', key), securityKey, 'model_not_allowed', 'model_not_allowed'],
    ['block list: a claim suffices for a no', only('block', key), unproven, 'model_not_allowed', 'model_not_allowed'],
    ['block list: one that is not on it', only('block', otherKey), unproven, null, null],
    ['block list: zeros are not on it', only('block', key), synced, null, null],
    [
      'a list that is not enforced',
      { keyRestrictions: { ...only('block', key).keyRestrictions, isEnforced: false } },
      securityKey,
      null,
      null,
    ],
    [
      'enforced and listed: both are asked at registration',
      { ...attested, ...only('allow', key) },
      { ...securityKey, aaguid: otherKey },
      'model_not_allowed',
      'model_not_allowed',
    ],
  ])('%s', (_, given, passkey, atRegistration, atSignIn) => {
    const one = policy(profile(1, given))
    expect(methodsPolicySchema.safeParse(one).success).toBe(true)
    expect(refusalOfPasskey(one, person(), passkey, 'registration')).toBe(atRegistration)
    expect(refusalOfPasskey(one, person(), passkey, 'signIn')).toBe(atSignIn)
  })
})

describe('several profiles', () => {
  const strict = profile(1, { ...attested, ...only('allow', key) })
  const lax = profile(2)
  const targets = withPasskeys({
    passkeyProfiles: [strict, lax],
    includeTargets: [group(allUsers, strict.id), group(sales, strict.id, lax.id)],
    excludeTargets: [group(pilots)],
  })

  test('satisfying any one of them is enough', () => {
    expect(refusalOfPasskey(targets, person(sales), synced, 'registration')).toBeNull()
    expect(refusalOfPasskey(targets, person(), synced, 'registration')).toBe('synced')
    expect(refusalOfPasskey(targets, person(), securityKey, 'registration')).toBeNull()
  })

  test('an excluded group blocks all passkeys of it, whatever includes it', () => {
    expect(profilesFor(targets, person(sales, pilots))).toEqual([])
    expect(refusalOfPasskey(targets, person(sales, pilots), securityKey, 'signIn')).toBe('no_profile')
  })

  test('nobody who is not named has a profile, and a method that is off gives none', () => {
    const forSales = withPasskeys({ includeTargets: [group(sales)] })
    expect(refusalOfPasskey(forSales, person(), securityKey, 'signIn')).toBe('no_profile')
    expect(profilesFor(withPasskeys({ state: 'disabled' }), person())).toEqual([])
  })

  test('a target that names no profile gives the default one', () => {
    const byDefault = withPasskeys({
      passkeyProfiles: [strict, lax],
      defaultPasskeyProfile: lax.id,
      includeTargets: [group(allUsers)],
    })
    expect(profilesFor(byDefault, person())).toEqual([lax])
  })

  test('attestation is asked for as soon as one of them needs it', () => {
    expect(asksForAttestation([lax])).toBe(false)
    expect(asksForAttestation([lax, profile(3, attested)])).toBe(true)
    expect(asksForAttestation([profile(3, only('allow', key))])).toBe(true)
    expect(asksForAttestation([profile(3, only('block', key))])).toBe(false)
  })

  test('self-service off: nobody registers by themselves, an administrator still may', () => {
    const off = withPasskeys({ isSelfServiceRegistrationAllowed: false })
    expect(mayRegister(off, person(), 'passkey', [])).toEqual({ allowed: false, reason: 'self_service_off' })
    expect(mayRegister(off, person(), 'passkey', [], 'administrator')).toEqual({ allowed: true })
  })

  test('one more profile never refuses what was admitted; sign-in never refuses what registration admitted', () => {
    const aProfile = fc.record({
      passkeyTypes: fc.constantFrom<PasskeyProfile['passkeyTypes']>(
        ['deviceBound'],
        ['synced'],
        ['deviceBound', 'synced'],
      ),
      attestationEnforcement: fc.constantFrom('disabled' as const, 'registrationOnly' as const),
      keyRestrictions: fc.record({
        isEnforced: fc.boolean(),
        enforcementType: fc.constantFrom('allow' as const, 'block' as const),
        aaGuids: fc.subarray([key, otherKey, unknownAaguid]),
      }),
    })
    const aPasskey = fc.record({
      backupEligible: fc.boolean(),
      aaguid: fc.constantFrom(key, otherKey, unknownAaguid),
      isAttested: fc.boolean(),
    })
    fc.assert(
      fc.property(aProfile, aProfile, aPasskey, (first, second, passkey) => {
        const both = [profile(1, first), profile(2, second)]
        const assigned = (count: number) =>
          withPasskeys({
            passkeyProfiles: both,
            includeTargets: [group(allUsers, ...both.slice(0, count).map((one) => one.id))],
          })
        for (const moment of ['registration', 'signIn'] as const) {
          if (refusalOfPasskey(assigned(1), person(), passkey, moment) === null) {
            expect(refusalOfPasskey(assigned(2), person(), passkey, moment)).toBeNull()
          }
        }
        if (refusalOfPasskey(assigned(2), person(), passkey, 'registration') === null) {
          expect(refusalOfPasskey(assigned(2), person(), passkey, 'signIn')).toBeNull()
        }
      }),
    )
  })
})

describe('the document', () => {
  const refused = (given: Partial<Passkeys>): string =>
    methodsPolicySchema.safeParse(withPasskeys(given)).error?.issues[0]?.message ?? 'taken'

  test('holds one to three profiles, told apart by id and name', () => {
    const many = [1, 2, 3].map((place) => profile(place))
    expect(refused({ passkeyProfiles: many })).toBe('taken')
    expect(refused({ passkeyProfiles: [...many, profile(4)] })).not.toBe('taken')
    expect(refused({ passkeyProfiles: [] })).not.toBe('taken')
    expect(refused({ passkeyProfiles: [profile(1), profile(1, { name: 'Another' })] })).toContain('same id')
    expect(refused({ passkeyProfiles: [profile(1), profile(2, { name: 'PROFILE 1' })] })).toContain('same name')
  })

  test('a profile can be deleted only when no target has it, and never the default', () => {
    const assigned = { includeTargets: [group(sales, id(2))] }
    expect(refused({ passkeyProfiles: [profile(1), profile(2)], ...assigned })).toBe('taken')
    expect(refused({ passkeyProfiles: [profile(1)], ...assigned })).toContain('assigned and not there')
    expect(refused({ passkeyProfiles: [profile(1)], defaultPasskeyProfile: id(2) })).toContain('default profile')
  })

  test('attestation can be enforced for device-bound passkeys only, an allow list names a model', () => {
    expect(refused({ passkeyProfiles: [profile(1, { attestationEnforcement: 'registrationOnly' })] })).toContain(
      'synced',
    )
    expect(refused({ passkeyProfiles: [profile(1, only('allow'))] })).toContain('at least one model')
    expect(refused({ passkeyProfiles: [profile(1, only('allow', 'a key'))] })).not.toBe('taken')
  })

  test('models are kept in lower case', () => {
    const parsed = methodsPolicySchema.parse(policy(profile(1, only('block', key.toUpperCase()))))
    expect(parsed.methods.passkey.passkeyProfiles[0]?.keyRestrictions.aaGuids).toEqual([key])
  })

  test.each([
    [true, ['deviceBound', 'synced']],
    [false, ['deviceBound']],
  ])(
    'from before there were profiles becomes the default profile: synced allowed %s',
    (isSyncedPasskeyAllowed, types) => {
      const { passkeyProfiles: _, defaultPasskeyProfile: __, ...passkey } = defaultMethodsPolicy.methods.passkey
      const old = {
        ...defaultMethodsPolicy,
        methods: { ...defaultMethodsPolicy.methods, passkey: { ...passkey, isSyncedPasskeyAllowed } },
      }
      expect(methodsPolicySchema.parse(old).methods.passkey.passkeyProfiles).toEqual([
        { ...defaultPasskeyProfile, passkeyTypes: types },
      ])
    },
  )
})
