/**
 * The methods a person has registered, and the ceremonies that are pending.
 *
 * This room holds the rows: what is registered, what was used last, which challenge awaits its answer. It decides
 * nothing: whether a method may be changed is security-info's, whether it suffices is conditional-access's. Its
 * invariant: no row exists for a method that was not verified, and `security-info` is the only room that adds, changes
 * or removes one.
 */
import { modeOf } from '@/lib/authentication-methods/catalogue'
import type { AuthenticationMethodMode, MethodKind, PhoneKind } from '@/lib/authentication-methods/model'

export type MethodOrigin = 'user' | 'admin'

export type PasskeyDetail = {
  readonly kind: 'passkey'
  readonly credentialId: Uint8Array
  readonly publicKey: Uint8Array
  readonly algorithm: number
  readonly signCount: bigint
  readonly aaguid: string
  readonly backupEligible: boolean
  readonly backupState: boolean
  readonly transports: readonly string[]
  readonly attestationFormat: string
  /** Its attestation led to a root of its model's maker; else the AAGUID is a claim. */
  readonly isAttested: boolean
}
export type SoftwareOathDetail = {
  readonly kind: 'softwareOath'
  readonly secretSealed: string
  readonly algorithm: 'SHA1' | 'SHA256'
  readonly periodSeconds: number
  readonly lastStep: bigint
}
/** The inventory's token that stands beside the method; the secret is the inventory's. */
export type HardwareOathDetail = {
  readonly kind: 'hardwareOath'
  readonly tokenId: string
  readonly serialNumber: string
  readonly manufacturer: string
  readonly model: string
  readonly secretSealed: string
  readonly algorithm: 'SHA1' | 'SHA256'
  readonly periodSeconds: number
  readonly driftSteps: number
  readonly lastStep: bigint
}
export type PhoneDetail = {
  readonly kind: PhoneKind
  /** E.164. */
  readonly phoneNumber: string
  /** Only of an office phone: 1 to 10 digits. */
  readonly extension: string | null
  /** Only of a mobile phone: the number and a text message are a way to sign in. */
  readonly isSmsSignInEnabled: boolean
}
export type EmailDetail = { readonly kind: 'email'; readonly emailAddress: string }
export type TemporaryAccessPassDetail = {
  readonly kind: 'temporaryAccessPass'
  readonly passHash: string
  readonly startsAt: Date
  readonly expiresAt: Date
  readonly isUsableOnce: boolean
  readonly usedAt: Date | null
  readonly wrongTries: number
  readonly createdById: string | null
}
/** How many were answered; which ones, only a password reset asks. */
export type SecurityQuestionsDetail = { readonly kind: 'securityQuestions'; readonly answered: number }
/** A set of codes as it stands; the codes themselves are asked for one by one. */
export type RecoveryCodesDetail = { readonly kind: 'recoveryCodes'; readonly total: number; readonly left: number }
export type MethodDetail =
  | PasskeyDetail
  | SoftwareOathDetail
  | HardwareOathDetail
  | PhoneDetail
  | EmailDetail
  | SecurityQuestionsDetail
  | RecoveryCodesDetail
  | TemporaryAccessPassDetail

/** A row, whole. It carries hashes and sealed secrets, so it never reaches a view: `security-info/view.ts` picks. */
export type RegisteredMethod = {
  readonly id: string
  readonly userId: string
  readonly kind: MethodKind
  readonly name: string | null
  readonly origin: MethodOrigin
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
  readonly consecutiveFailures: number
  readonly blockedUntil: Date | null
  readonly disabledAt: Date | null
  readonly detail: MethodDetail
}

/** What a verified ceremony, an administrator or the set-up of the installation hands over to be stored. */
export type NewMethod =
  | (Omit<PasskeyDetail, 'kind'> & { readonly kind: 'passkey'; readonly name: string | null })
  | {
      readonly kind: 'softwareOath'
      readonly name: string | null
      /** Base32 without padding; sealed before it is stored. */
      readonly secret: string
      readonly algorithm: 'SHA1' | 'SHA256'
      readonly periodSeconds: number
      readonly lastStep: bigint
    }
  | {
      readonly kind: 'hardwareOath'
      readonly name: string | null
      readonly tokenId: string
      readonly driftSteps: number
      readonly lastStep: bigint
    }
  | NewPhone
  | EmailDetail
  | {
      readonly kind: 'securityQuestions'
      readonly answers: readonly { readonly questionKey: string; readonly answerHash: string }[]
    }
  | {
      readonly kind: 'recoveryCodes'
      readonly codes: readonly { readonly selector: string; readonly codeHash: string }[]
    }
  | (Omit<TemporaryAccessPassDetail, 'usedAt' | 'wrongTries'> & { readonly kind: 'temporaryAccessPass' })

/** The number of a phone that is added, or that takes the place of another. */
export type NewPhone = {
  readonly kind: PhoneKind
  readonly phoneNumber: string
  readonly extension?: string | null
  readonly isSmsSignInEnabled?: boolean
}

/** The mode that using this method proves; of a phone that is both texted and called, the first. */
export function modeOfMethod(method: RegisteredMethod): AuthenticationMethodMode {
  return modeOf(method.kind, method.detail.kind === 'temporaryAccessPass' && method.detail.isUsableOnce)
}

export const challengeKinds = [
  'webauthnCreate',
  'webauthnGet',
  'softwareOath',
  'hardwareOath',
  'phone',
  'alternateMobilePhone',
  'officePhone',
  'email',
  'sms',
  'voice',
] as const
export type ChallengeKind = (typeof challengeKinds)[number]
/** What somebody did with a call that asked for a key: pressed #, pressed another, or nothing. */
export const callAnswers = ['approved', 'denied', 'notAnswered'] as const
export type CallAnswer = (typeof callAnswers)[number]
/** Why the ceremony runs; an answer for one purpose is never accepted for another. */
export type ChallengePurpose = 'register' | 'upgrade' | 'signIn' | 'passwordReset'

/** The pending half of a ceremony, opened; `consumedAt` says that it was used up. */
export type Challenge = {
  readonly id: string
  readonly sessionId: string | null
  readonly userId: string | null
  readonly kind: ChallengeKind
  readonly purpose: ChallengePurpose
  readonly methodId: string | null
  /** What the ceremony's own kind put there, as JSON. */
  readonly data: Readonly<Record<string, unknown>>
  readonly codeHash: Uint8Array | null
  readonly answer: CallAnswer | null
  readonly attempts: number
  readonly sends: number
  readonly lastSentAt: Date | null
  readonly codeExpiresAt: Date | null
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly consumedAt: Date | null
}
