import { catalogue } from '@/lib/authentication-methods/catalogue'
import { isPhoneKind, type MethodKind } from '@/lib/authentication-methods/model'
import { mayRegister, mayReset, resetGates } from '@/lib/authentication-methods/policy'
import { resetMethodKinds } from '@/lib/authentication-methods/policy-model'
import type { PersonFacts } from '@/lib/sign-in/facts'
import { mfaMethods, resetMethods } from '@/lib/sign-in/usable'

/** What a person's methods do for them, and what is missing; `null` where it is not theirs to have. */
export type Health = {
  readonly hasMfa: boolean
  readonly isPasswordless: boolean | null
  readonly reset: {
    /** How many more methods password reset asks for; 0: it works. */
    readonly missing: number
    /** Kinds that would do and may be added now. */
    readonly kinds: readonly MethodKind[]
  } | null
}

/** From the facts of now. Pure; methods that cannot be used do not count. */
export function healthOf(facts: PersonFacts): Health {
  const { methodsPolicy, passwordResetPolicy, subject } = facts
  const have = facts.methods.map(({ kind }) => kind)
  const usable = mfaMethods(facts)
  const isPasswordless = usable.some(({ kind }) => catalogue[kind].purposes.includes('signIn'))
  const mayAddPasskey = mayRegister(methodsPolicy, subject, 'passkey', have).allowed
  const gates = resetGates(passwordResetPolicy, subject)
  const counts = (kind: MethodKind) => mayReset(methodsPolicy, passwordResetPolicy, subject, kind).allowed
  const groups = new Set(resetMethods(facts).map(({ kind }) => resetGroupOf(kind)))
  return {
    hasMfa: usable.length > 0,
    isPasswordless: isPasswordless || mayAddPasskey ? isPasswordless : null,
    reset:
      gates === 0
        ? null
        : {
            missing: Math.max(0, gates - groups.size),
            kinds: resetMethodKinds.filter(
              (kind) =>
                counts(kind) &&
                !groups.has(resetGroupOf(kind)) &&
                mayRegister(methodsPolicy, subject, kind, have).allowed,
            ),
          },
  }
}

/** What counts once for password reset: all apps together, and each phone by itself. */
function resetGroupOf(kind: MethodKind): string {
  return isPhoneKind(kind) ? kind : catalogue[kind].family
}
