/**
 * One line for each kind of method: what it proves, for what it may be used, how many somebody may have, and where it
 * stands when methods are offered. Whether the organisation allows it is `policy.ts`.
 *
 * @see `10` §1, §2, §3, §15
 */
import { limits } from '@/lib/limits'
import type { AuthenticationMethodMode, MethodKind, Purpose } from './model'

/** In which order the wizard offers methods; a setting of the methods policy (decision D3). */
export const wizardOrders = ['passkeyFirst', 'classic'] as const
export type WizardOrder = (typeof wizardOrders)[number]

/** Graph's names of a default second factor that this product has. */
export type DefaultMethodName = 'oath' | 'sms' | 'voiceMobile' | 'voiceOffice' | 'voiceAlternateMobile'

export type CatalogueEntry = {
  readonly kind: MethodKind
  /** Modes a use of the method can establish; a pass proves one of its two, by its row. */
  readonly modes: readonly AuthenticationMethodMode[]
  readonly purposes: readonly Purpose[]
  /** Methods of one family fail together; all apps are one family and count once for password reset. */
  readonly family: string
  /** Lower is offered earlier. `passkeyFirst` ranks by effort once the passkey is there, `classic` by security. */
  readonly rank: Readonly<Record<WizardOrder, number>>
  readonly perUserMax: number
  readonly isPhishingResistant: boolean
  /** Labelled as weaker, and never offered without an alternative where one is allowed. */
  readonly isWeaker: boolean
  /** Null: never a default second factor. A mobile phone that is called has a name of its own: `defaultNameOf`. */
  readonly defaultName: DefaultMethodName | null
  /** Whether people register it themselves; a pass comes from an administrator. */
  readonly isUserRegistrable: boolean
  readonly isRegistrableInWizard: boolean
  /** Guests never have one, internal or external. `10` §8, §12 */
  readonly isForMembersOnly: boolean
}

export const catalogue: Readonly<Record<MethodKind, CatalogueEntry>> = {
  passkey: {
    kind: 'passkey',
    modes: ['fido2'],
    purposes: ['signIn', 'mfa'],
    family: 'passkey',
    rank: { passkeyFirst: 0, classic: 0 },
    perUserMax: limits.methodsPerUser.passkeys,
    isPhishingResistant: true,
    isWeaker: false,
    defaultName: null,
    isUserRegistrable: true,
    isRegistrableInWizard: true,
    isForMembersOnly: true,
  },
  softwareOath: {
    kind: 'softwareOath',
    modes: ['softwareOath'],
    purposes: ['mfa', 'passwordReset'],
    family: 'app',
    rank: { passkeyFirst: 2, classic: 2 },
    perUserMax: limits.methodsPerUser.authenticatorApps,
    isPhishingResistant: false,
    isWeaker: false,
    defaultName: 'oath',
    isUserRegistrable: true,
    isRegistrableInWizard: true,
    isForMembersOnly: false,
  },
  hardwareOath: {
    kind: 'hardwareOath',
    modes: ['hardwareOath'],
    purposes: ['mfa', 'passwordReset'],
    family: 'app',
    rank: { passkeyFirst: 3, classic: 3 },
    perUserMax: limits.methodsPerUser.authenticatorApps,
    isPhishingResistant: false,
    isWeaker: false,
    defaultName: 'oath',
    isUserRegistrable: true,
    // A token has to be at hand and in the inventory: added in Security info, never asked for by the wizard.
    isRegistrableInWizard: false,
    isForMembersOnly: true,
  },
  mobilePhone: {
    kind: 'mobilePhone',
    modes: ['sms', 'voice'],
    purposes: ['mfa', 'passwordReset'],
    family: 'phone',
    rank: { passkeyFirst: 4, classic: 4 },
    perUserMax: limits.methodsPerUser.mobilePhone,
    isPhishingResistant: false,
    isWeaker: true,
    defaultName: 'sms',
    isUserRegistrable: true,
    isRegistrableInWizard: true,
    isForMembersOnly: false,
  },
  officePhone: {
    kind: 'officePhone',
    modes: ['voice'],
    purposes: ['mfa', 'passwordReset'],
    family: 'phone',
    rank: { passkeyFirst: 5, classic: 5 },
    perUserMax: limits.methodsPerUser.officePhone,
    isPhishingResistant: false,
    isWeaker: true,
    defaultName: 'voiceOffice',
    isUserRegistrable: true,
    // Only for whom the organisation keeps a business phone: `plannable.ts`.
    isRegistrableInWizard: true,
    isForMembersOnly: false,
  },
  alternateMobilePhone: {
    kind: 'alternateMobilePhone',
    modes: ['voice'],
    purposes: ['mfa'],
    family: 'phone',
    rank: { passkeyFirst: 5.5, classic: 5.5 },
    perUserMax: limits.methodsPerUser.alternateMobilePhone,
    isPhishingResistant: false,
    isWeaker: true,
    defaultName: 'voiceAlternateMobile',
    isUserRegistrable: true,
    // A second number is a spare of the first; the wizard never asks for one. `20` §1
    isRegistrableInWizard: false,
    isForMembersOnly: false,
  },
  email: {
    kind: 'email',
    modes: ['email'],
    purposes: ['passwordReset'],
    family: 'email',
    rank: { passkeyFirst: 1, classic: 6 },
    perUserMax: limits.methodsPerUser.email,
    isPhishingResistant: false,
    isWeaker: false,
    defaultName: null,
    isUserRegistrable: true,
    isRegistrableInWizard: true,
    isForMembersOnly: false,
  },
  securityQuestions: {
    kind: 'securityQuestions',
    // Answering proves nothing while signing in, so there is no mode for it.
    modes: [],
    purposes: ['passwordReset'],
    family: 'securityQuestions',
    rank: { passkeyFirst: 7, classic: 7 },
    perUserMax: limits.methodsPerUser.securityQuestions,
    isPhishingResistant: false,
    isWeaker: true,
    defaultName: null,
    isUserRegistrable: true,
    isRegistrableInWizard: true,
    isForMembersOnly: false,
  },
  recoveryCodes: {
    kind: 'recoveryCodes',
    modes: ['recoveryCode'],
    purposes: ['recovery'],
    family: 'recoveryCodes',
    rank: { passkeyFirst: 8, classic: 8 },
    perUserMax: limits.methodsPerUser.recoveryCodes,
    isPhishingResistant: false,
    isWeaker: false,
    defaultName: null,
    isUserRegistrable: true,
    // For people who have a method: made in Security info, never asked for by the wizard.
    isRegistrableInWizard: false,
    isForMembersOnly: false,
  },
  temporaryAccessPass: {
    kind: 'temporaryAccessPass',
    modes: ['temporaryAccessPassOneTime', 'temporaryAccessPassMultiUse'],
    purposes: ['signIn', 'mfa'],
    family: 'temporaryAccessPass',
    rank: { passkeyFirst: 9, classic: 9 },
    perUserMax: limits.methodsPerUser.temporaryAccessPass,
    isPhishingResistant: false,
    isWeaker: false,
    defaultName: null,
    isUserRegistrable: false,
    isRegistrableInWizard: false,
    isForMembersOnly: false,
  },
}

/** The entries from most to least secure: the order of lists and pickers, whatever the wizard proposes first. */
export const entriesBySecurity: readonly CatalogueEntry[] = Object.values(catalogue).sort(
  (left, right) => left.rank.classic - right.rank.classic,
)

/** The mode that a use of this method establishes. `isUsableOnce` is asked for a pass only. */
export function modeOf(kind: MethodKind, isUsableOnce = false): AuthenticationMethodMode {
  if (kind === 'temporaryAccessPass') {
    return isUsableOnce ? 'temporaryAccessPassOneTime' : 'temporaryAccessPassMultiUse'
  }
  const [mode] = catalogue[kind].modes
  if (mode === undefined) throw new Error(`method ${kind} has no mode`)
  return mode
}
