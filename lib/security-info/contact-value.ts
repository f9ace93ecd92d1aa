import 'server-only'
import { maskEmail, parseEmailAddress } from '@/lib/authentication-methods/kinds/email'
import {
  joinExtension,
  maskPhoneNumber,
  parseExtension,
  parsePhoneNumber,
  readablePhoneNumber,
  splitExtension,
} from '@/lib/authentication-methods/kinds/phone'
import type { PhoneMode } from '@/lib/authentication-methods/model'
import { env } from '@/lib/platform/env'
import type { EmailDetail, NewPhone, RegisteredMethod } from '@/lib/registered-methods/model'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import type { ContactKind, PendingContact } from './model'

/**
 * The number or address of a method as one text: E.164, with `x` and the extension where there is one, or an email
 * address. It is what a ceremony keeps, what messages go to, and what is compared.
 */

/** As somebody typed it. `by` and `extension` are asked of phones only. */
export type ContactInput = {
  readonly kind: ContactKind
  readonly contact: string
  readonly country?: string
  readonly extension?: string
  /** How the code comes; left out, by text message. */
  readonly by?: PhoneMode
}

/** What was typed, in its one form. Failures name their field; those of the formats. */
export function parseContact(input: ContactInput, userPrincipalName: string): Result<string> {
  if (input.kind === 'email') {
    const email = parseEmailAddress(input.contact, userPrincipalName)
    return email.ok ? ok(email.value.address) : inField(email, 'contact')
  }
  const isOffice = input.kind === 'officePhone'
  const number = parsePhoneNumber(input.contact, {
    countries: env().SMS_COUNTRIES,
    defaultCountry: input.country,
    isOffice,
  })
  if (!number.ok) return inField(number, 'contact')
  // Other phones have none: what was sent beside the form is not taken for one.
  const extension = isOffice ? parseExtension(input.extension ?? '') : ok(null)
  return extension.ok ? ok(joinExtension(number.value.e164, extension.value)) : inField(extension, 'extension')
}

function inField(refused: Fail, field: string): Fail {
  return { ok: false, failure: { ...refused.failure, field } }
}

export function contactOf({ detail }: RegisteredMethod): string | null {
  if (detail.kind === 'email') return detail.emailAddress
  return 'phoneNumber' in detail ? joinExtension(detail.phoneNumber, detail.extension) : null
}

/** An address in other capitals reaches the same mailbox wherever mail is read today; a number has only digits. */
export function isSameContact(present: string | null, wanted: string): boolean {
  return present?.toLowerCase() === wanted.toLowerCase()
}

/** The number of another kind of phone of the same person is no second phone. */
export function refusalOfSecondUse(
  methods: readonly RegisteredMethod[],
  kind: ContactKind,
  contact: string,
): Fail | null {
  const isElsewhere = methods.some((method) => method.kind !== kind && isSameContact(contactOf(method), contact))
  return isElsewhere ? fail('refused', 'registration.already_registered', { field: 'contact' }) : null
}

/** As its owner reads it and may type it again. */
export function readableContact(
  kind: ContactKind,
  contact: string,
): Pick<PendingContact, 'contact' | 'country' | 'extension'> {
  if (kind === 'email') return { contact }
  const { phoneNumber, extension } = splitExtension(contact)
  const { text, country } = readablePhoneNumber(phoneNumber)
  return { contact: text, country, extension: extension ?? undefined }
}

export function maskContact(kind: ContactKind, contact: string): string {
  return kind === 'email' ? maskEmail(contact) : maskPhoneNumber(contact)
}

/** The row's own part, from the text. */
export function rowOf(
  kind: ContactKind,
  contact: string,
  { isSmsSignInEnabled = false }: { readonly isSmsSignInEnabled?: boolean } = {},
): NewPhone | EmailDetail {
  if (kind === 'email') return { kind, emailAddress: contact }
  return { kind, ...splitExtension(contact), isSmsSignInEnabled }
}
