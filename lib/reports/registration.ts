import { catalogue } from '@/lib/authentication-methods/catalogue'
import type { MethodKind } from '@/lib/authentication-methods/model'
import { type PasskeyFacts, refusalOfPasskey } from '@/lib/authentication-methods/passkey-profiles'
import {
  hasAnsweredEnough,
  type MethodSubject,
  mayReset,
  mayUse,
  resetGates,
} from '@/lib/authentication-methods/policy'
import type { MethodsPolicy, PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import type { RegistrationFlags } from '@/lib/reports/model'

/** A registered method as far as the flags ask. */
export type ReportedMethod = {
  readonly kind: MethodKind
  /** After too many failures: registered, and good for nothing. */
  readonly isDisabled?: boolean
  /** Of a passkey. */
  readonly passkey?: PasskeyFacts | undefined
  /** Of security questions: how many were answered. */
  readonly answered?: number | undefined
}

/**
 * What somebody can do with what they have registered. A Temporary Access Pass ends, so it makes nobody registered or
 * capable (our choice where the documents are silent). `store.ts` says the same in SQL for everybody at once.
 *
 * @see `50` §5 and its test matrix
 */
export function registrationFlags(
  policies: { readonly methods: MethodsPolicy; readonly passwordReset: PasswordResetPolicy },
  subject: MethodSubject,
  registered: readonly ReportedMethod[],
): RegistrationFlags {
  const lasting = registered.filter((method) => method.kind !== 'temporaryAccessPass')
  const usable = lasting.filter(
    (method) =>
      method.isDisabled !== true &&
      (method.passkey === undefined ||
        refusalOfPasskey(policies.methods, subject, method.passkey, 'signIn') === null) &&
      (method.answered === undefined || hasAnsweredEnough(policies.passwordReset, method.answered)),
  )
  const isSsprEnabled = resetGates(policies.passwordReset, subject) > 0
  const isSsprRegistered = hasEnoughForReset(policies, subject, usable)
  return {
    isMfaRegistered: lasting.some((method) => catalogue[method.kind].purposes.includes('mfa')),
    isMfaCapable: usable.some((method) => mayUse(policies.methods, subject, method.kind, 'mfa').allowed),
    isPasswordlessCapable: usable.some((method) => mayUse(policies.methods, subject, method.kind, 'signIn').allowed),
    isSsprEnabled,
    isSsprRegistered,
    isSsprCapable: isSsprEnabled && isSsprRegistered,
  }
}

/** Asked as if everybody were in scope, because the flag says what is registered, not who may reset. */
function hasEnoughForReset(
  policies: { readonly methods: MethodsPolicy; readonly passwordReset: PasswordResetPolicy },
  subject: MethodSubject,
  usable: readonly ReportedMethod[],
): boolean {
  const everybody: PasswordResetPolicy = {
    ...policies.passwordReset,
    enabledFor: 'all',
    isAdministratorResetAllowed: true,
  }
  const families = new Set(
    usable
      .filter((method) => mayReset(policies.methods, everybody, subject, method.kind).allowed)
      .map((method) => catalogue[method.kind].family),
  )
  return families.size >= resetGates(everybody, subject)
}
