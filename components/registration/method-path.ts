import type { MethodKind } from '@/lib/authentication-methods/model'

/** The word that stands in an address for a method that people register themselves. */
const words = {
  passkey: 'passkey',
  softwareOath: 'authenticator-app',
  mobilePhone: 'phone',
  email: 'email',
} as const satisfies Partial<Record<MethodKind, string>>

export type RegistrableKind = keyof typeof words

export function pathWordOf(kind: RegistrableKind): string {
  return words[kind]
}

/** The kind behind a word of an address; null when the word means none. */
export function kindOfPathWord(word: string): RegistrableKind | null {
  return registrableKindsInOrder.find((kind) => words[kind] === word) ?? null
}

/** Most secure first. */
export const registrableKindsInOrder = ['passkey', 'softwareOath', 'mobilePhone', 'email'] as const

export function isRegistrableKind(kind: MethodKind): kind is RegistrableKind {
  return kind in words
}
