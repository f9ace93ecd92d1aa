import type { PhoneMode } from '@/lib/authentication-methods/model'
import { type MessageKey, t } from '@/lib/i18n'
import type { ContactKind } from '@/lib/security-info/model'

/** What the pages call the form of each kind. */
export const contactTitles = {
  mobilePhone: 'registration.phone.title',
  alternateMobilePhone: 'registration.alternateMobilePhone.title',
  officePhone: 'registration.officePhone.title',
  email: 'registration.email.title',
} as const satisfies Record<ContactKind, MessageKey>

/** What happens with what is typed: the ways in which a code can come. */
export function contactLead(kind: ContactKind, ways: readonly PhoneMode[]): string {
  if (kind === 'email') return t('registration.email.lead')
  return t(`registration.phone.lead.${ways.length > 1 ? 'both' : (ways[0] ?? 'sms')}`)
}
