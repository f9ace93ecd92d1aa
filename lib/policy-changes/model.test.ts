import { describe, expect, it } from 'vitest'
import { defaultMethodsPolicy, isSyncedAllowed, type MethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { changedMethodsPolicy } from './model'

const staff = '11111111-1111-4111-8111-111111111111'
const strict = '22222222-2222-4222-8222-222222222222'
const { passkey } = defaultMethodsPolicy.methods
const withProfile: MethodsPolicy = {
  ...defaultMethodsPolicy,
  methods: {
    ...defaultMethodsPolicy.methods,
    passkey: {
      ...passkey,
      includeTargets: [...passkey.includeTargets, { targetType: 'group', id: staff, allowedPasskeyProfiles: [strict] }],
      passkeyProfiles: [
        ...passkey.passkeyProfiles,
        {
          ...{
            id: strict,
            name: 'Attested',
            passkeyTypes: ['deviceBound'],
            attestationEnforcement: 'registrationOnly',
          },
          keyRestrictions: { isEnforced: false, enforcementType: 'allow', aaGuids: [] },
        },
      ],
    },
  },
}
const form = (isSyncedPasskeyAllowed: boolean) => ({
  part: 'passkey' as const,
  configuration: {
    ...{ state: 'enabled', excludeTargets: [], isSelfServiceRegistrationAllowed: true, isSyncedPasskeyAllowed },
    includeTargets: [{ targetType: 'group', id: staff }],
  },
})

describe('the form of passkeys', () => {
  it('moves synced passkeys in the default profile only, and keeps who has which profile', () => {
    const off = changedMethodsPolicy(withProfile, form(false))
    if (!off.ok) throw new Error(off.member)
    const after = off.document.methods.passkey
    expect(isSyncedAllowed(after)).toBe(false)
    expect(after.passkeyProfiles[1]).toEqual(withProfile.methods.passkey.passkeyProfiles[1])
    expect(after.includeTargets).toEqual([{ targetType: 'group', id: staff, allowedPasskeyProfiles: [strict] }])
    const on = changedMethodsPolicy(off.document, form(true))
    expect(on.ok && isSyncedAllowed(on.document.methods.passkey)).toBe(true)
  })

  it('is refused where the default profile wants attestation, which synced passkeys cannot give', () => {
    const [first, ...rest] = withProfile.methods.passkey.passkeyProfiles
    if (!first) throw new Error('there is a default profile')
    const attested = {
      ...first,
      passkeyTypes: ['deviceBound' as const],
      attestationEnforcement: 'registrationOnly' as const,
    }
    const document: MethodsPolicy = {
      ...withProfile,
      methods: {
        ...withProfile.methods,
        passkey: { ...withProfile.methods.passkey, passkeyProfiles: [attested, ...rest] },
      },
    }
    expect(changedMethodsPolicy(document, form(true)).ok).toBe(false)
    expect(changedMethodsPolicy(document, form(false)).ok).toBe(true)
  })
})
