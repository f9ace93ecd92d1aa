import { describe, expect, it } from 'vitest'
import type { MethodKind, Proof } from '@/lib/authentication-methods/model'
import {
  defaultMethodsPolicy,
  defaultPasskeyProfile,
  type MethodsPolicy,
  type PasskeyProfile,
} from '@/lib/authentication-methods/policy-model'
import type { Subject } from '@/lib/directory/model'
import type { RegisteredMethod } from '@/lib/registered-methods/model'
import { isUpgradeDue } from './passkey-upgrade'

const at = Date.parse('2026-03-02T08:00:00Z')
const subject = { userType: 'member', guestType: null, groupIds: new Set(), roleIds: new Set() } as unknown as Subject
const password: Proof = { mode: 'password', methodId: null, at: at - 60_000 }

type Passkey = MethodsPolicy['methods']['passkey']
const asked = (given: {
  passkey?: Partial<Passkey>
  profile?: Partial<PasskeyProfile>
  stage?: 'firstFactor' | 'registration' | 'full'
  proofs?: readonly Proof[]
  kinds?: readonly MethodKind[]
  guest?: boolean
}) =>
  isUpgradeDue({
    facts: {
      subject: given.guest ? { ...subject, userType: 'guest', guestType: 'internalGuest' } : subject,
      methods: (given.kinds ?? []).map((kind) => ({ kind }) as RegisteredMethod),
      methodsPolicy: {
        ...defaultMethodsPolicy,
        methods: {
          ...defaultMethodsPolicy.methods,
          passkey: {
            ...defaultMethodsPolicy.methods.passkey,
            isConditionalCreationAllowed: true,
            passkeyProfiles: [{ ...defaultPasskeyProfile, ...given.profile }],
            ...given.passkey,
          },
        },
      },
    },
    session: { stage: given.stage ?? 'full', proofs: given.proofs ?? [password] },
    at,
  })

describe('a passkey made by the browser itself', () => {
  it('is due right after a sign-in with a password, also with a second factor', () => {
    expect(asked({})).toBe(true)
    const app: Proof = { mode: 'softwareOath', methodId: 'a', at: at - 30_000 }
    expect(asked({ proofs: [password, app], kinds: ['softwareOath'] })).toBe(true)
  })

  it.each([
    ['the organisation has not allowed it', { passkey: { isConditionalCreationAllowed: false } }],
    ['passkeys are off', { passkey: { state: 'disabled' as const } }],
    ['they are for nobody', { passkey: { includeTargets: [] } }],
    ['nobody may add one alone', { passkey: { isSelfServiceRegistrationAllowed: false } }],
    ['the person is a guest', { guest: true }],
    ['the person has one already', { kinds: ['passkey' as const] }],
    ['only passkeys that stay on one device are taken', { profile: { passkeyTypes: ['deviceBound' as const] } }],
    [
      'the model must be proven',
      { profile: { passkeyTypes: ['deviceBound' as const], attestationEnforcement: 'registrationOnly' as const } },
    ],
    [
      'only certain models are allowed',
      {
        profile: {
          keyRestrictions: {
            ...{ isEnforced: true, enforcementType: 'allow' as const },
            aaGuids: ['2fc0579f-8113-47ea-b116-bb5a8db9202a'],
          },
        },
      },
    ],
    ['signing in is not finished', { stage: 'firstFactor' as const }],
    ['the wizard is open', { stage: 'registration' as const }],
    ['the password was typed longer ago', { proofs: [{ ...password, at: at - 301_000 }] }],
    ['the sign-in began with a pass', { proofs: [{ ...password, mode: 'temporaryAccessPassOneTime' as const }] }],
    ['the sign-in began with a passkey', { proofs: [{ ...password, mode: 'fido2' as const }] }],
  ])('is not due where %s', (_, given) => {
    expect(asked(given)).toBe(false)
  })
})
