import { type PhoneKind, type PhoneMode, phoneModes } from '@/lib/authentication-methods/model'
import { allowedModes } from '@/lib/authentication-methods/policy'
import type { PersonFacts } from '@/lib/sign-in/facts'

/** How a code can come to a phone of this kind, by the policies of now: text messages first. */
export function waysToPhone(
  { methodsPolicy, subject }: Pick<PersonFacts, 'methodsPolicy' | 'subject'>,
  kind: PhoneKind,
): PhoneMode[] {
  const allowed = allowedModes(methodsPolicy, subject, kind)
  return phoneModes.filter((mode) => allowed.includes(mode))
}
