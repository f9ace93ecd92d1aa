/**
 * What the organisation has decided about methods: which exist for whom, and what password reset asks for.
 *
 * Two documents, one row of `tenant_policy` each. They are read whole and written whole; a document that does not fit
 * its schema is refused on save and never half understood on load.
 *
 * @see Graph authenticationMethodsPolicy; `10` §4, §5, §7; `20` §11
 */
import { z } from 'zod'
import { limits } from '@/lib/limits'
import { isPlainAddress } from '@/lib/notifications/recipients'
import { wizardOrders } from './catalogue'
import { normaliseAnswer } from './kinds/security-questions'
import type { MethodKind } from './model'
import { predefinedQuestions } from './security-questions'

export const allUsers = 'all_users'

const groupTarget = z.strictObject({ targetType: z.literal('group'), id: z.uuid() })
const includeTarget = z.strictObject({ targetType: z.literal('group'), id: z.union([z.literal(allUsers), z.uuid()]) })

const common = {
  state: z.enum(['enabled', 'disabled']),
  includeTargets: z.array(includeTarget).max(100),
  /** A person in any of these groups may not use the method, whatever includes them. */
  excludeTargets: z.array(groupTarget).max(100),
}

const { temporaryAccessPass: pass } = limits
const lifetime = z.number().int().min(pass.lifetimeMinutesMin).max(pass.lifetimeMinutesMax)

export const temporaryAccessPassConfigurationSchema = z
  .strictObject({
    ...common,
    minimumLifetimeInMinutes: lifetime,
    maximumLifetimeInMinutes: lifetime,
    defaultLifetimeInMinutes: lifetime,
    defaultLength: z.number().int().min(pass.lengthMin).max(pass.lengthMax),
    /** Every pass must be one-time; a pass that may be used again is then refused at use, too. */
    isUsableOnce: z.boolean(),
  })
  .refine(
    (value) =>
      value.minimumLifetimeInMinutes <= value.defaultLifetimeInMinutes &&
      value.defaultLifetimeInMinutes <= value.maximumLifetimeInMinutes,
    {
      message: 'the default lifetime must lie between the minimum and the maximum',
      path: ['defaultLifetimeInMinutes'],
    },
  )
export type TemporaryAccessPassConfiguration = z.infer<typeof temporaryAccessPassConfigurationSchema>

const passkeyTypes = ['deviceBound', 'synced'] as const

export const passkeyProfileSchema = z
  .strictObject({
    id: z.guid(),
    name: z.string().trim().min(1).max(64),
    passkeyTypes: z.array(z.enum(passkeyTypes)).min(1).max(passkeyTypes.length),
    /** Asked for at registration, and never again. */
    attestationEnforcement: z.enum(['disabled', 'registrationOnly']),
    keyRestrictions: z.strictObject({
      isEnforced: z.boolean(),
      enforcementType: z.enum(['allow', 'block']),
      aaGuids: z.array(z.guid().transform((id) => id.toLowerCase())).max(100),
    }),
  })
  .refine((profile) => profile.attestationEnforcement === 'disabled' || !profile.passkeyTypes.includes('synced'), {
    message: 'synced passkeys attest nothing: enforce attestation for device-bound ones only',
    path: ['passkeyTypes'],
  })
  .refine(
    ({ keyRestrictions: { isEnforced, enforcementType, aaGuids } }) =>
      !isEnforced || enforcementType === 'block' || aaGuids.length > 0,
    { message: 'name at least one model to allow', path: ['keyRestrictions', 'aaGuids'] },
  )
export type PasskeyProfile = z.infer<typeof passkeyProfileSchema>

/** What codes of an app may be made with. @see `10` §8, RFC 6238 §1.2 */
export const oathAlgorithms = ['SHA1', 'SHA256'] as const
export type OathAlgorithm = (typeof oathAlgorithms)[number]
export const oathPeriodsSeconds = [30, 60] as const

export const passkeyProfilesMax = 3

/** @see Graph fido2AuthenticationMethodConfiguration, passkeyProfile */
const passkeyConfigurationSchema = z.preprocess(
  withProfiles,
  z
    .strictObject({
      ...common,
      includeTargets: z
        .array(includeTarget.extend({ allowedPasskeyProfiles: z.array(z.guid()).max(passkeyProfilesMax).optional() }))
        .max(100),
      /** Off: nobody adds a passkey by themselves; those registered keep working. */
      isSelfServiceRegistrationAllowed: z.boolean(),
      /** Whether the browser is asked, after a sign-in with a password, to make a passkey by itself. */
      isConditionalCreationAllowed: z.boolean().default(false),
      /** For targets that name no profile. */
      defaultPasskeyProfile: z.guid(),
      passkeyProfiles: z.array(passkeyProfileSchema).min(1).max(passkeyProfilesMax),
    })
    .superRefine(({ passkeyProfiles, defaultPasskeyProfile, includeTargets }, context) => {
      const refuse = (message: string, ...path: (string | number)[]) =>
        context.addIssue({ code: 'custom', message, path })
      for (const member of ['id', 'name'] as const) {
        const values = passkeyProfiles.map((profile) => profile[member].toLowerCase())
        if (new Set(values).size < values.length) refuse(`two profiles have the same ${member}`, 'passkeyProfiles')
      }
      const isThere = (id: string) => passkeyProfiles.some((profile) => profile.id === id)
      if (!isThere(defaultPasskeyProfile)) refuse('the default profile is not there', 'defaultPasskeyProfile')
      // What makes an assigned profile impossible to delete: the document would no longer fit.
      for (const [index, target] of includeTargets.entries()) {
        const missing = target.allowedPasskeyProfiles?.find((id) => !isThere(id))
        if (missing) refuse(`profile ${missing} is assigned and not there`, 'includeTargets', index)
      }
    }),
)

/** A document from before there were profiles: its one setting becomes the default profile. */
function withProfiles(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('isSyncedPasskeyAllowed' in value)) return value
  const { isSyncedPasskeyAllowed, ...rest } = value
  if (typeof isSyncedPasskeyAllowed !== 'boolean' || 'passkeyProfiles' in rest) return value
  const types: PasskeyProfile['passkeyTypes'] = isSyncedPasskeyAllowed ? [...passkeyTypes] : ['deviceBound']
  return {
    ...rest,
    defaultPasskeyProfile: defaultPasskeyProfile.id,
    passkeyProfiles: [{ ...defaultPasskeyProfile, passkeyTypes: types }],
  }
}

/** Every passkey, unattested. */
export const defaultPasskeyProfile: PasskeyProfile = {
  id: '00000000-0000-0000-0000-000000000001',
  name: 'Default passkey profile',
  passkeyTypes: [...passkeyTypes],
  attestationEnforcement: 'disabled',
  keyRestrictions: { isEnforced: false, enforcementType: 'allow', aaGuids: [] },
}

const everybody = { includeTargets: [{ targetType: 'group' as const, id: allUsers }], excludeTargets: [] }

export const systemPreferredStates = ['disabled', 'enabled', 'default'] as const

/**
 * Whether sign-in offers the most secure method first instead of the person's default: not at all, for the second factor
 * only (`enabled`), or for both (`default`, the word for "managed"). One group in and one out; the exclusion wins.
 *
 * @see Graph systemCredentialPreferences; `10` §3
 */
export const systemCredentialPreferencesSchema = z.strictObject({
  state: z.enum(systemPreferredStates),
  includeTargets: z.array(includeTarget).length(1),
  excludeTargets: z.array(groupTarget).max(1),
})
export type SystemCredentialPreferences = z.infer<typeof systemCredentialPreferencesSchema>

/** A document from before the product could call has the default. */
const voiceConfigurationSchema = z.strictObject({
  ...common,
  /** Off: calls go to mobile phones only. */
  isOfficePhoneAllowed: z.boolean(),
})

const configurationsSchema = z.strictObject({
  passkey: passkeyConfigurationSchema,
  softwareOath: z.strictObject({
    ...common,
    /** What new apps are set up with; those that are there keep their own. Documents from before have the default. */
    algorithm: z.enum(oathAlgorithms).default('SHA1'),
    periodSeconds: z.literal(oathPeriodsSeconds).default(30),
  }),
  /** A document from before the product knew tokens has the default. */
  hardwareOath: z.strictObject(common).default({ state: 'enabled', ...everybody }),
  /** Text messages; Graph's `sms`. A target may also let people sign in with their number: off where it says nothing. */
  mobilePhone: z.strictObject({
    ...common,
    includeTargets: z.array(includeTarget.extend({ isUsableForSignIn: z.boolean().optional() })).max(100),
  }),
  /** Calls, to whatever phone. @see Graph voiceAuthenticationMethodConfiguration */
  voice: voiceConfigurationSchema.default({ state: 'disabled', ...everybody, isOfficePhoneAllowed: false }),
  email: z.strictObject(common),
  /** Documents from before the product had these leave them off. */
  securityQuestions: z.strictObject(common).default({ state: 'disabled', ...everybody }),
  recoveryCodes: z.strictObject(common).default({ state: 'disabled', ...everybody }),
  temporaryAccessPass: temporaryAccessPassConfigurationSchema,
})

/** The parts of the policy that speak about methods. Calls are one part, whatever phone they go to. */
export type ConfigurationName = keyof z.infer<typeof configurationsSchema>
export const configurationNames = configurationsSchema.keyof().options

export function isConfigurationName(text: string): text is ConfigurationName {
  return configurationNames.some((name) => name === text)
}

export const methodsPolicySchema = z.strictObject({
  wizardOrder: z.enum(wizardOrders),
  systemCredentialPreferences: systemCredentialPreferencesSchema,
  methods: configurationsSchema,
})
export type MethodsPolicy = z.infer<typeof methodsPolicySchema>

/** What applies until an administrator decides otherwise. Text messages and calls are off (decision D3). */
export const defaultMethodsPolicy: MethodsPolicy = {
  wizardOrder: 'passkeyFirst',
  systemCredentialPreferences: { state: 'default', ...everybody },
  methods: {
    passkey: {
      state: 'enabled',
      ...everybody,
      isSelfServiceRegistrationAllowed: true,
      isConditionalCreationAllowed: false,
      defaultPasskeyProfile: defaultPasskeyProfile.id,
      passkeyProfiles: [defaultPasskeyProfile],
    },
    softwareOath: { state: 'enabled', ...everybody, algorithm: 'SHA1', periodSeconds: 30 },
    hardwareOath: { state: 'enabled', ...everybody },
    mobilePhone: { state: 'disabled', ...everybody },
    voice: { state: 'disabled', ...everybody, isOfficePhoneAllowed: false },
    email: { state: 'enabled', ...everybody },
    securityQuestions: { state: 'disabled', ...everybody },
    recoveryCodes: { state: 'disabled', ...everybody },
    temporaryAccessPass: {
      state: 'enabled',
      ...everybody,
      minimumLifetimeInMinutes: 60,
      maximumLifetimeInMinutes: 480,
      defaultLifetimeInMinutes: 60,
      defaultLength: 8,
      isUsableOnce: false,
    },
  },
}

/** The kinds that can be a gate of password reset; for administrators all but the questions (`20` §3, set A). */
export const resetMethodKinds = [
  'softwareOath',
  'mobilePhone',
  'officePhone',
  'email',
  'securityQuestions',
] as const satisfies readonly MethodKind[]
export type ResetMethodKind = (typeof resetMethodKinds)[number]

/** Holders of any administrator role always need this many gates; no setting changes it (SEC-121). */
export const administratorGates = 2

const { numberMin, numberMax, customMax, customLengthMin, customLengthMax } = limits.securityQuestions
const numberOfQuestions = z.number().int().min(numberMin).max(numberMax)
const customQuestion = z
  .string()
  .trim()
  .refine((text) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(text), { message: 'a question is one line of text' })
  .refine((text) => [...text].length >= customLengthMin && [...text].length <= customLengthMax, {
    message: `a question has ${customLengthMin} to ${customLengthMax} characters`,
  })

/** Which questions there are, and how many. @see `10` §11, SEC-080, SEC-081 */
const securityQuestionsSettingsSchema = z
  .strictObject({
    numberToRegister: numberOfQuestions,
    numberToReset: numberOfQuestions,
    predefinedQuestions: z.array(z.enum(predefinedQuestions)).max(predefinedQuestions.length),
    customQuestions: z.array(customQuestion).max(customMax),
    /** Somebody read that questions alone may then reset a password, and took it upon them. */
    isOnlyGateAccepted: z.boolean(),
  })
  .refine((value) => value.numberToReset <= value.numberToRegister, {
    message: 'nobody can be asked more questions than they answered',
    path: ['numberToReset'],
  })
  .refine((value) => new Set(value.customQuestions.map(normaliseAnswer)).size === value.customQuestions.length, {
    message: 'two questions are the same',
    path: ['customQuestions'],
  })
  .refine(
    (value) =>
      new Set(value.predefinedQuestions).size === value.predefinedQuestions.length &&
      value.predefinedQuestions.length + value.customQuestions.length >= value.numberToRegister,
    { message: 'offer at least as many questions as people have to answer', path: ['predefinedQuestions'] },
  )
export type SecurityQuestionsSettings = z.infer<typeof securityQuestionsSettingsSchema>

export const defaultSecurityQuestions: SecurityQuestionsSettings = {
  numberToRegister: 5,
  numberToReset: 3,
  predefinedQuestions: [...predefinedQuestions],
  customQuestions: [],
  isOnlyGateAccepted: false,
}

/** An address of the help desk: a page, or a mailbox. */
const helpdesk = z
  .string()
  .trim()
  .max(512)
  .refine((text) => isHelpdeskPage(text) || isPlainAddress(text), { message: 'an https address or a mailbox' })

/** Whether it is a page, and not a mailbox. */
export function isHelpdeskPage(text: string): boolean {
  return URL.canParse(text) && new URL(text).protocol === 'https:'
}

/** How the reset itself goes. @see `40` §1, §8, §9, §10, SEC-189 */
const selfServiceSchema = z.strictObject({
  /** "I know my password, but still can't sign in." */
  isUnlockAllowed: z.boolean(),
  /** Whether that also ends the pause after wrong passwords here. */
  isLockoutEndedByUnlock: z.boolean(),
  /** A passkey as one of the gates. */
  isPasskeyAccepted: z.boolean(),
  /** Passwords that live in a directory may be reset there. */
  isWritebackAllowed: z.boolean(),
  /** `uniform`: who is asked learns nothing before something is proven. `code`: refusals name their number at once. */
  refusalDetail: z.enum(['uniform', 'code']),
  isPersonNotified: z.boolean(),
  /** All Global Administrators, when an administrator's password was reset. */
  areAdministratorsNotified: z.boolean(),
  /** Where "Contact your administrator" leads in place of a mail to administrators. */
  helpdesk: helpdesk.nullable(),
})
export type SelfServiceSettings = z.infer<typeof selfServiceSchema>

export const defaultSelfService: SelfServiceSettings = {
  isUnlockAllowed: false,
  isLockoutEndedByUnlock: false,
  isPasskeyAccepted: false,
  isWritebackAllowed: true,
  refusalDetail: 'uniform',
  isPersonNotified: true,
  areAdministratorsNotified: true,
  helpdesk: null,
}

export const passwordResetPolicySchema = z
  .strictObject({
    enabledFor: z.enum(['none', 'selected', 'all']),
    /** The one group for `selected`; nested groups count. */
    groupId: z.uuid().nullable(),
    numberOfMethodsRequired: z.union([z.literal(1), z.literal(2)]),
    /** "Require users to register when signing in". */
    isRegistrationRequired: z.boolean(),
    /** Days until registered info is shown for confirmation again; 0: never. */
    reconfirmDays: z.number().int().min(0).max(730),
    allowedMethodKinds: z.array(z.enum(resetMethodKinds)).max(resetMethodKinds.length),
    isAdministratorResetAllowed: z.boolean(),
    /** A document from before the product had questions has the default, and does not list them. */
    securityQuestions: securityQuestionsSettingsSchema.default(defaultSecurityQuestions),
    /** A document from before passwords could be reset here has the default. */
    selfService: selfServiceSchema.default(defaultSelfService),
  })
  .refine(
    ({ numberOfMethodsRequired, allowedMethodKinds, securityQuestions }) =>
      numberOfMethodsRequired === 2 ||
      !allowedMethodKinds.includes('securityQuestions') ||
      securityQuestions.isOnlyGateAccepted,
    { message: 'questions alone reset a password only where somebody accepted that', path: ['isOnlyGateAccepted'] },
  )
  .refine((value) => value.enabledFor !== 'selected' || value.groupId !== null, {
    message: 'choose the group that may reset its passwords',
    path: ['groupId'],
  })
export type PasswordResetPolicy = z.infer<typeof passwordResetPolicySchema>

/** For nobody until somebody decides: with one method needed, whoever reads a mailbox could set its owner's password. `40` §1 */
export const defaultPasswordResetPolicy: PasswordResetPolicy = {
  enabledFor: 'none',
  groupId: null,
  numberOfMethodsRequired: 1,
  isRegistrationRequired: true,
  reconfirmDays: 0,
  allowedMethodKinds: ['softwareOath', 'mobilePhone', 'officePhone', 'email'],
  isAdministratorResetAllowed: true,
  securityQuestions: defaultSecurityQuestions,
  selfService: defaultSelfService,
}
