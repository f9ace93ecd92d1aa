/**
 * What administrators read about everybody: who has registered what, and what they can do with it.
 *
 * Reports read and never change anything, and they are live: a row says what is true now. The invariant: a flag shown in
 * a list, counted in a total and computed for one person is the same flag.
 *
 * @see `50` §5; Graph userRegistrationDetails
 */
import { z } from 'zod'
import { type MethodKind, methodKinds } from '@/lib/authentication-methods/model'
import type { UserType } from '@/lib/directory/model'
import { limits } from '@/lib/limits'

export type RegistrationFlags = {
  /** At least one strong method, allowed or not. */
  readonly isMfaRegistered: boolean
  /** At least one strong method that may be used now. */
  readonly isMfaCapable: boolean
  readonly isPasswordlessCapable: boolean
  /** The policy lets the person reset the password; what they registered is not asked. */
  readonly isSsprEnabled: boolean
  /** As many methods for password reset as needed; whether the person is in its scope is not asked. */
  readonly isSsprRegistered: boolean
  readonly isSsprCapable: boolean
}

export type RegistrationRow = RegistrationFlags & {
  readonly id: string
  readonly userPrincipalName: string
  readonly displayName: string
  readonly userType: UserType
  /** Holds any administrator role. */
  readonly isAdministrator: boolean
  /** Kinds with how many of each, most secure first; a pass only while it can still be used. */
  readonly methods: readonly { readonly kind: MethodKind; readonly count: number }[]
  readonly defaultMethodKind: MethodKind | null
  /** Last time a method of the person was added, changed or removed; null: never. */
  readonly securityInfoChangedAt: Date | null
}

export type RegistrationTotals = {
  /** People with an enabled account; the others are in no count and no list. */
  readonly people: number
  readonly isMfaCapable: number
  readonly isSsprCapable: number
  readonly isPasswordlessCapable: number
  /** People without any method, not even a pass: the ones to invite. */
  readonly withoutMethods: number
}

export const registrationSortColumns = ['displayName', 'userPrincipalName', 'securityInfoChangedAt'] as const
export type RegistrationSortColumn = (typeof registrationSortColumns)[number]
export type RegistrationSort = {
  readonly column: RegistrationSortColumn
  readonly direction: 'ascending' | 'descending'
}

/** All parts must hold; an absent part asks nothing. */
export type RegistrationFilter = {
  /** In the name or the login name, anywhere, in any case. */
  readonly search?: string
  readonly isMfaCapable?: boolean
  readonly isSsprCapable?: boolean
  readonly isPasswordlessCapable?: boolean
  readonly isAdministrator?: boolean
  /** `none`: people without any method. */
  readonly method?: MethodKind | 'none'
}

/** Where a page begins: right after, or ends: right before, the row a cursor stands for. */
export type RegistrationPage = { readonly size: number; readonly after?: string; readonly before?: string }

export type RegistrationQuery = {
  readonly filter: RegistrationFilter
  readonly sort: RegistrationSort
  readonly page: RegistrationPage
}

const yesOrNo = z.enum(['yes', 'no']).transform((word) => word === 'yes')
const parameters = {
  search: z
    .string()
    .trim()
    .min(1)
    .max(limits.displayNameLengthMax)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u),
  mfa: yesOrNo,
  sspr: yesOrNo,
  passwordless: yesOrNo,
  admin: yesOrNo,
  method: z.enum([...methodKinds, 'none']),
  sort: z.enum(registrationSortColumns),
  direction: z.enum(['ascending', 'descending']),
  after: z.string().max(2048),
  before: z.string().max(2048),
}

/**
 * The query that an address asks for. A parameter that makes no sense, or is there twice, counts as absent: a list
 * that somebody reached by an old or mistyped link is better than an error.
 */
export function parseRegistrationQuery(
  given: Readonly<Record<string, string | readonly string[] | undefined>>,
): RegistrationQuery {
  const read = <Name extends keyof typeof parameters>(name: Name) => {
    const parsed = parameters[name].safeParse(given[name])
    return (parsed.success ? parsed.data : undefined) as z.output<(typeof parameters)[Name]> | undefined
  }
  return {
    filter: {
      search: read('search'),
      isMfaCapable: read('mfa'),
      isSsprCapable: read('sspr'),
      isPasswordlessCapable: read('passwordless'),
      isAdministrator: read('admin'),
      method: read('method'),
    },
    sort: { column: read('sort') ?? 'displayName', direction: read('direction') ?? 'ascending' },
    page: { size: limits.page.sizeDefault, after: read('after'), before: read('before') },
  }
}
