import { catalogue } from '@/lib/authentication-methods/catalogue'
import type { AuthenticationMethodMode, MethodKind } from '@/lib/authentication-methods/model'
import { methodKinds } from '@/lib/authentication-methods/model'
import { type PasskeyFacts, refusalOfPasskey } from '@/lib/authentication-methods/passkey-profiles'
import { allowedModes, mayRegister, mayUse } from '@/lib/authentication-methods/policy'
import type { MethodsPolicy } from '@/lib/authentication-methods/policy-model'
import { directoryRoles, type Subject } from '@/lib/directory/model'
import type { ExamplePlace } from './compile'

/** Somebody who could repair a policy that went wrong, and with what they could come in. */
export type Administrator = {
  readonly subject: Subject
  /** What they hold and may use now, the password among it; never a Temporary Access Pass, which ends by itself. */
  readonly modes: readonly AuthenticationMethodMode[]
  /** What they could register as a second factor, if registering were open to them. */
  readonly registrable: readonly AuthenticationMethodMode[]
  /** Where their sign-ins of the last weeks came from. */
  readonly usualPlaces: readonly ExamplePlace[]
}

export type HeldMethod = { readonly kind: MethodKind; readonly passkey: PasskeyFacts | null }

/** What rows tell of an administrator. `methods` are all that are registered and not stopped. */
export type AdministratorFacts = {
  readonly subject: Subject
  readonly hasPassword: boolean
  readonly hasBusinessPhone: boolean
  readonly methods: readonly HeldMethod[]
  readonly usualPlaces: readonly ExamplePlace[]
}

/** The methods policy applied to what an administrator has registered: the second factors that would be taken now. */
export function administratorFrom(facts: AdministratorFacts, policy: MethodsPolicy): Administrator {
  const { subject, methods, usualPlaces } = facts
  const held = methods.filter(
    ({ kind, passkey }) =>
      kind !== 'temporaryAccessPass' &&
      mayUse(policy, subject, kind, 'mfa').allowed &&
      (passkey === null || refusalOfPasskey(policy, subject, passkey, 'signIn') === null),
  )
  const kinds = methods.map(({ kind }) => kind)
  const open = methodKinds.filter(
    (kind) =>
      catalogue[kind].isUserRegistrable &&
      catalogue[kind].isRegistrableInWizard &&
      catalogue[kind].purposes.includes('mfa') &&
      (kind !== 'officePhone' || facts.hasBusinessPhone) &&
      mayRegister(policy, subject, kind, kinds).allowed,
  )
  const modesOf = (list: readonly MethodKind[]) => list.flatMap((kind) => allowedModes(policy, subject, kind))
  return {
    subject,
    modes: [
      ...new Set([...(facts.hasPassword ? ['password' as const] : []), ...modesOf(held.map(({ kind }) => kind))]),
    ],
    registrable: [...new Set(modesOf(open))],
    usualPlaces,
  }
}

export function isGlobalAdministrator({ subject }: Pick<Administrator, 'subject'>): boolean {
  return subject.roleIds.has(directoryRoles.globalAdministrator)
}
