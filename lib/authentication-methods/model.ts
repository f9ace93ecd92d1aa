/**
 * The authentication methods the product knows: what each is, what it proves, and for what it may be used.
 *
 * This room answers questions about methods as such and about the organisation's policy on them. It does not know who
 * has registered what (security-info) nor when a method must be used (conditional-access, sign-in). Its invariant: a
 * name that is not in these lists is not a method.
 */
import { z } from 'zod'

/**
 * The kinds of method that can be registered here, in Graph's words where Graph has one. Kinds of the real service
 * that are absent from the product (push, Windows Hello, certificates, QR code) exist only as modes, below.
 */
export const methodKinds = [
  'passkey',
  'softwareOath',
  'hardwareOath',
  'mobilePhone',
  'alternateMobilePhone',
  'officePhone',
  'email',
  'securityQuestions',
  'recoveryCodes',
  'temporaryAccessPass',
] as const
export const methodKindSchema = z.enum(methodKinds)
export type MethodKind = z.infer<typeof methodKindSchema>

/** The kinds that are a phone number; somebody has at most one of each. Graph's `phoneType`: mobile, alternateMobile, office. */
export const phoneKinds = [
  'mobilePhone',
  'alternateMobilePhone',
  'officePhone',
] as const satisfies readonly MethodKind[]
export type PhoneKind = (typeof phoneKinds)[number]

/** How a phone is reached: by text message or by a call. */
export const phoneModes = ['sms', 'voice'] as const
export type PhoneMode = (typeof phoneModes)[number]

/** Graph's `authenticationMethodModes` in ascending numeric order; a combination lists its modes in this order. */
export const authenticationMethodModes = [
  'password',
  'voice',
  'hardwareOath',
  'softwareOath',
  'sms',
  'fido2',
  'windowsHelloForBusiness',
  'microsoftAuthenticatorPush',
  'deviceBasedPush',
  'temporaryAccessPassOneTime',
  'temporaryAccessPassMultiUse',
  'email',
  'x509CertificateSingleFactor',
  'x509CertificateMultiFactor',
  'federatedSingleFactor',
  'federatedMultiFactor',
  'qrCodePin',
  // Not Graph's: one code of a set kept for the day on which nothing else is at hand. No strength accepts it.
  'recoveryCode',
] as const
export const authenticationMethodModeSchema = z.enum(authenticationMethodModes)
export type AuthenticationMethodMode = z.infer<typeof authenticationMethodModeSchema>

/**
 * What somebody wants to do with a method. `recovery`: in the place of a second factor that is lost. It is asked for
 * like one and counts as one while signing in, and it never ends the need to register one.
 */
export const purposes = ['signIn', 'mfa', 'recovery', 'passwordReset'] as const
export type Purpose = (typeof purposes)[number]

/**
 * One factor that was performed in a session, as the decisions see it. Immutable once made.
 *
 * `registered` marks possession proven while the method was being registered in this very session: it counts for
 * freshness and for the resource somebody signs in to, and never for a grant on registering security information
 * (otherwise "register first, then it counts" would be a way in).
 */
export const proofSchema = z.object({
  mode: authenticationMethodModeSchema,
  /** The row of the method used; null for the password. */
  methodId: z.uuid().nullable(),
  /** Milliseconds since the epoch, server time. */
  at: z.number().int().nonnegative(),
  /** For `fido2`: the authenticator's model, when known. Any 128 bits: makers care little for a UUID's version. */
  aaguid: z.guid().optional(),
  /** For `fido2`: whether the authenticator verified the user; without it a passkey is a single factor. */
  userVerified: z.boolean().optional(),
  registered: z.boolean().optional(),
  /** A text message in place of a password opened the session: it is the first factor, never a second. */
  firstFactor: z.boolean().optional(),
  /** For a password: right, and its directory wants a new one before anything else. */
  due: z.boolean().optional(),
  /** Several wrong tries came before it, which its owner is told of. */
  afterFailures: z.boolean().optional(),
  /** For a pass: when it would have ended, in milliseconds since the epoch; the session ends then, too. */
  endsAt: z.number().int().nonnegative().optional(),
})
export type Proof = z.infer<typeof proofSchema>

export function isPhoneKind(kind: string): kind is PhoneKind {
  return phoneKinds.some((known) => known === kind)
}

export function isMethodKind(text: string): text is MethodKind {
  return methodKinds.some((kind) => kind === text)
}

/** What authenticators say that name no model. */
export const unknownAaguid = '00000000-0000-0000-0000-000000000000'
