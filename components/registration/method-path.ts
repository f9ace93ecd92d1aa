import type { MethodKind } from '@/lib/authentication-methods/model'

/** The word that stands in an address for a method that people register themselves. */
const words = {
  passkey: 'passkey',
  softwareOath: 'authenticator-app',
  mobilePhone: 'phone',
  officePhone: 'office-phone',
  email: 'email',
  securityQuestions: 'security-questions',
} as const satisfies Partial<Record<MethodKind, string>>

/** And for those that the wizard never asks for: they are added in Security info only. */
const addableWords = {
  ...words,
  alternateMobilePhone: 'alternate-phone',
  hardwareOath: 'hardware-token',
  recoveryCodes: 'recovery-codes',
} as const satisfies Partial<Record<MethodKind, string>>

export type RegistrableKind = keyof typeof words
export type AddableKind = keyof typeof addableWords

export function pathWordOf(kind: AddableKind): string {
  return addableWords[kind]
}

/** The kind behind a word of an address of the wizard; null when the word means none. */
export function kindOfPathWord(word: string): RegistrableKind | null {
  return registrableKindsInOrder.find((kind) => words[kind] === word) ?? null
}

/** As `kindOfPathWord`, for adding in Security info. */
export function addableKindOf(word: string): AddableKind | null {
  const others = ['hardwareOath', 'alternateMobilePhone', 'recoveryCodes'] as const
  return others.find((kind) => addableWords[kind] === word) ?? kindOfPathWord(word)
}

/** Most secure first. */
export const registrableKindsInOrder = [
  'passkey',
  'softwareOath',
  'mobilePhone',
  'officePhone',
  'email',
  'securityQuestions',
] as const

export function isRegistrableKind(kind: MethodKind): kind is RegistrableKind {
  return kind in words
}

export function isAddableKind(kind: MethodKind): kind is AddableKind {
  return kind in addableWords
}
