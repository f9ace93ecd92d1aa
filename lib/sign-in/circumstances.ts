import { platformOf, type RequestOrigin } from '@/lib/conditional-access/client-platform'
import type { PolicySet } from '@/lib/conditional-access/compile'
import type { DevicePlatform } from '@/lib/conditional-access/conditions-model'
import { mfaTrustedIpsId } from '@/lib/conditional-access/model'
import type { GuestOrExternalUserType, Subject, UserType } from '@/lib/directory/model'

/**
 * What was true of a request as its decision saw it, kept beside the trace: named locations and accounts change, and
 * whoever reads the log later must not be told what they have become.
 */
export type Circumstances = {
  readonly userType: UserType | null
  readonly guestType: GuestOrExternalUserType | null
  readonly platform: DevicePlatform | null
  /** ISO 3166-1 alpha-2; null: not known. */
  readonly country: string | null
  readonly locations: readonly LoggedLocation[]
}
/** `displayName` is null for the trusted addresses of the MFA service settings. */
export type LoggedLocation = { readonly id: string; readonly displayName: string | null; readonly isTrusted: boolean }

/** `subject`: null where nobody is known yet. */
export function circumstancesOf(
  { places, countryOf }: PolicySet,
  subject: Pick<Subject, 'userType' | 'guestType'> | null,
  origin: RequestOrigin,
): Circumstances {
  const address = origin.clientAddress
  const country = address === null ? null : countryOf(address)
  const found = new Map<number, LoggedLocation>()
  places.around({ address, country }, countryOf, (place) => {
    const named = places.named(place)
    found.set(
      place,
      named
        ? { id: named.id, displayName: named.displayName, isTrusted: named.isTrusted }
        : { id: mfaTrustedIpsId, displayName: null, isTrusted: true },
    )
  })
  return {
    userType: subject?.userType ?? null,
    guestType: subject?.guestType ?? null,
    platform: platformOf(origin.userAgent, origin.platformHint ?? null),
    country,
    locations: [...found.values()],
  }
}
