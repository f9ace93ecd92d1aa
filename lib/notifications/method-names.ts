import { methodKinds } from '@/lib/authentication-methods/model'
import { type MailLocale, mailTranslator } from '@/lib/i18n'

/**
 * Notices hold a method's name as it was when the method changed: the product's English word, or the name that its owner
 * gave. The word is said in the reader's language; a name stays what it is.
 */
export function productName(name: string, language: MailLocale): string | null {
  const key = keys.find((one) => mailTranslator('en')(one) === name)
  return key === undefined ? null : mailTranslator(language)(key)
}

const keys = [
  ...methodKinds.map((kind) => `securityInfo.method.${kind}` as const),
  'securityInfo.recoveryCodes.set',
  'securityInfo.questions.set',
] as const
