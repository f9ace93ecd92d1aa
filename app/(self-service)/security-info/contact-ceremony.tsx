import { headers } from 'next/headers'
import { ContactConfirm, ContactEntry } from '@/components/registration/contact-form'
import { pathWordOf } from '@/components/registration/method-path'
import type { PhoneMode } from '@/lib/authentication-methods/model'
import { FormToken } from '@/lib/request/form-token'
import { likelyCountry, phoneOptions } from '@/lib/request/phone-country'
import type { ContactKind, PendingContact } from '@/lib/security-info/model'
import { confirmContactCode, resendCode, sendContactCode } from './add/actions'

/** The number or address, then its code. With `methodId` it takes the place of the one that is there. */
export async function ContactCeremony({
  kind,
  methodId,
  pending,
  ways,
  defaultNumber,
  typed,
}: {
  kind: ContactKind
  methodId?: string
  /** Awaits its code. */
  pending: PendingContact | null
  /** Awaited its code until its owner wanted to put it right. */
  typed?: PendingContact | null
  /** How a code can come to a phone. */
  ways: readonly PhoneMode[]
  defaultNumber?: string
}) {
  const token = (
    <>
      <FormToken />
      <input type="hidden" name="kind" value={kind} />
      {methodId && <input type="hidden" name="methodId" value={methodId} />}
    </>
  )
  const place = methodId ? `/security-info/change/${methodId}` : `/security-info/add/${pathWordOf(kind)}`
  if (pending) {
    return (
      <ContactConfirm
        kind={kind}
        pending={pending}
        confirm={confirmContactCode}
        resend={resendCode}
        changeHref={`${place}?again`}
        otherHref={methodId ? null : '/security-info/add'}
        token={token}
      />
    )
  }
  const countries = kind === 'email' ? [] : phoneOptions()
  return (
    <ContactEntry
      kind={kind}
      action={sendContactCode}
      token={token}
      countries={countries}
      ways={ways}
      defaultNumber={defaultNumber}
      typed={typed}
      defaultCountry={likelyCountry(
        (await headers()).get('accept-language'),
        countries.map(({ value }) => value),
      )}
    />
  )
}
