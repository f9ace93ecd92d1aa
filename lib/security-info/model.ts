/**
 * Security info: the methods a person has registered, seen as something that may be changed.
 *
 * This room answers "may this be changed now" and changes it. Its invariant is the product's promise: no method is
 * stored, changed or removed without the gate's yes, decided inside the same transaction (`change.ts`).
 */
import type { MethodKind, PhoneKind, PhoneMode } from '@/lib/authentication-methods/model'
import type { OathAlgorithm } from '@/lib/authentication-methods/policy-model'
import type { DeliveryState } from '@/lib/notifications/model'

export type SecurityInfoFailureCode =
  | 'security_info.freshness_required'
  | 'security_info.blocked_no_method'
  | 'security_info.blocked'
  | 'security_info.other_method_needed'
  | 'security_info.terms_required'
  | 'security_info.new_password_required'
  | 'security_info.changed_elsewhere'
  | 'security_info.not_found'
  | 'security_info.not_default_eligible'
  | 'security_info.session_not_found'
  | 'sign_in.session_ended'
  | 'sign_in.not_finished'
  | 'registration.already_registered'
  | 'registration.limit_reached'
  | 'registration.method_not_allowed'
  | 'registration.ceremony_expired'
  | 'registration.ceremony_used'
  | 'registration.code_mismatch'
  | 'registration.code_expired'
  | 'registration.too_many_codes'
  | 'registration.texts_paused'
  | 'registration.too_many_tries'
  | 'registration.resend_too_early'
  | 'registration.name_invalid'
  | 'security_questions.question_missing'
  | 'security_questions.question_twice'
  | 'security_questions.answer_length'
  | 'security_questions.answer_twice'
  | 'security_questions.answer_is_name'
  | 'security_questions.answer_in_question'
  | 'recovery_codes.method_first'
  | 'recovery_codes.not_with_pass'

/** When the gate is asked. Only the answer at `store` protects; the others serve the person. */
export type GateMoment = 'open' | 'start' | 'store'

/** A method as its owner sees it: nothing secret, contacts masked. */
export type MethodView = {
  readonly id: string
  readonly kind: MethodKind
  /** The person's own name for it, or null. */
  readonly name: string | null
  /** Masked number or address; for a passkey the authenticator's model when known. */
  readonly detail: string | null
  /** For a passkey: a `data:` address of its model's picture, or null. */
  readonly picture: string | null
  /** Something is known against the passkey's model. It still works, and may not be registered any more. */
  readonly isModelRefused: boolean
  readonly createdAt: string
  readonly lastUsedAt: string | null
  readonly isDefault: boolean
  readonly isDefaultEligible: boolean
  /** For a phone that is both texted and called: how it is reached as the default, and how it may be. Else empty. */
  readonly ways: readonly PhoneMode[]
  readonly defaultMode: PhoneMode | null
  /** For a mobile phone: whether its number and a text message sign its owner in. Null: that is not offered. */
  readonly signsInByText: boolean | null
  readonly isRenamable: boolean
  /** For a number or an address: it can be replaced in place. */
  readonly isChangeable: boolean
  /** For recovery codes: so few are left that new ones should be made. */
  readonly shouldRenew: boolean
  /** Why it cannot be used now, or null. */
  readonly unusableReason:
    | 'disabled'
    | 'not_targeted'
    | 'excluded'
    | 'blocked'
    | 'suspect'
    | 'expired'
    | 'notYetValid'
    | 'used'
    | 'administrator'
    | 'tooFew'
    | 'allUsed'
    | null
  /** For a pass. */
  readonly expiresAt: string | null
  readonly isUsableOnce: boolean
  readonly origin: 'user' | 'admin'
}

/** One of the person's signed-in browsers. */
export type OwnSessionView = {
  readonly id: string
  /** Browser and system in words, or null when the browser does not say. */
  readonly device: string | null
  readonly clientAddress: string | null
  readonly createdAt: string
  readonly lastSeenAt: string
  /** The one that asks. */
  readonly isCurrent: boolean
}

/** What the page shows of a secret that awaits its first code. */
export type PendingSoftwareOath = {
  /** Path data of the QR code's dark modules, one unit a module, and the side in units without its quiet zone. */
  readonly qrPath: string
  readonly qrSide: number
  /** The secret in groups of four, to type where no camera is. */
  readonly secretGrouped: string
  readonly account: string
  readonly issuer: string
  readonly algorithm: OathAlgorithm
  readonly periodSeconds: number
  readonly expiresAt: string
}

/** What the page shows of a hardware token that awaits its code. */
export type PendingHardwareOath = { readonly serialNumber: string; readonly secondsLeft: number }

export type ContactKind = PhoneKind | 'email'

/**
 * What the page shows of a number or an address that awaits its code: whole, because whoever mistyped it must see that and
 * put it right without typing it all again (WCAG 2.2 3.3.7). What is stored is shown masked.
 */
export type PendingContact = {
  /** Personal. A number is written as from abroad, `+44 7400 123456`. */
  readonly contact: string
  /** Of a number, ISO 3166-1 alpha-2. */
  readonly country?: string
  readonly extension?: string
  /** How the code comes. */
  readonly by: PhoneMode | 'mail'
  /** Seconds until another code may be sent; 0: now. */
  readonly resendInSeconds: number
  readonly delivery: DeliveryState
  readonly isChange: boolean
}

/** What a browser is told about the person's passkeys; all of it public to the person. Bytes are base64url. */
export type OwnPasskeys = {
  readonly rpId: string
  readonly userId: string
  readonly name: string
  readonly displayName: string
  readonly credentialIds: readonly string[]
}

export const passkeyNameMax = 64
