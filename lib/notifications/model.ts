/**
 * What the product writes to people: codes they asked for, and notices of what changed in their account.
 *
 * A message is a row written in the transaction of the change it tells of, so there is no change without its notice
 * and no notice without its change; a job hands it over. The invariant: a code is handed over at most once, a notice
 * at least once, and what a row says is sealed.
 *
 * @see SEC-060 … SEC-073, SEC-220 … SEC-222, REL-030 … REL-040
 */

/** What the code is asked for; the message says so, that nobody reads it out to a stranger. */
export type CodePurpose = 'register' | 'signIn' | 'confirm' | 'passwordReset'

export type CodeValues = {
  readonly code: string
  readonly purpose: CodePurpose
  readonly lifetimeSeconds: number
}

/** A call that asks for a key: which ceremony it answers, and the secret that its address carries. */
export type KeyCallValues = {
  readonly challengeId: string
  readonly secret: string
  /** What the call is about; absent: signing in. */
  readonly purpose?: 'passwordReset'
}

/** What a notice says: what, when, roughly where, and who did it. */
export type NoticeValues = {
  /** ISO 8601, UTC. */
  readonly at: string
  /** The method as the person knows it (`Authenticator app`, a name they gave), without a full number or address. */
  readonly method?: string
  /** The client's address; the message shows its network only. */
  readonly clientAddress?: string | null
  /** Left out where it may have been a stranger: a warning that says "you" warns nobody. */
  readonly by?: 'you' | 'administrator'
  /** As `method`, where several went at once. */
  readonly methods?: readonly string[]
  /** For recovery codes: how many are left. */
  readonly left?: number
  /** Whose account, where the reader is somebody else. */
  readonly account?: string
  /** What the person was told to say to the help desk. */
  readonly reference?: string
}

export const noticeTemplates = [
  'methodAdded',
  'methodChanged',
  'methodRemoved',
  'defaultMethodChanged',
  'passCreated',
  'passUsed',
  'passStopped',
  'recoveryCodesMade',
  'recoveryCodeUsed',
  'sessionsRevoked',
  'passkeySuspect',
  'signInAfterFailures',
  'reregistrationRequired',
  'perUserMfaOn',
  'perUserMfaOff',
  'passwordChanged',
  'temporaryPasswordIssued',
  'textMessagesStopped',
  'breakGlassSignedIn',
  'passwordReset',
  'accountUnlocked',
  'administratorPasswordReset',
  'helpAsked',
] as const
export type NoticeTemplate = (typeof noticeTemplates)[number]

/** Each template with the values it needs. */
export type TemplateValues = { readonly verificationCode: CodeValues; readonly keyCall: KeyCallValues } & {
  readonly [Name in NoticeTemplate]: NoticeValues
}
export type Template = keyof TemplateValues

export const mailTemplates = ['verificationCode', ...noticeTemplates] as const
export type MailTemplate = (typeof mailTemplates)[number]

export const channels = ['mail', 'sms', 'voice'] as const
export type Channel = (typeof channels)[number]
/** `code`: at most once, before everything else. `notification`: at least once, always with the same Message-ID. */
export type Lane = 'code' | 'notification'

/** `logo` goes with the mail, where the HTML part shows one: nothing is loaded from anywhere. */
export type Mail = {
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly logo: MailLogo | null
}

export const logoMediaTypes = ['image/png', 'image/jpeg'] as const
export type MailLogo = {
  readonly mediaType: (typeof logoMediaTypes)[number]
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
}

/** Why branding, a logo or a text of one's own is not taken. */
export const mailFailureCodes = [
  'mail.colour_malformed',
  'mail.colour_too_light',
  'mail.text_too_long',
  'mail.text_malformed',
  'mail.foreign_link',
  'mail.placeholder_unknown',
  'mail.not_switchable',
  'mail.logo_missing',
  'mail.logo_too_large',
  'mail.logo_format_unknown',
  'mail.logo_dimensions',
  'mail.no_address',
] as const
export type MailFailureCode = (typeof mailFailureCodes)[number]

/** Why a message ended that nobody tried to send any more: an administrator dropped it, or the organisation sends none such. */
export const dropped = 'dropped'
export const switchedOff = 'switched_off'

/**
 * How far a message has come. `slow` and `failed` offer another method; `sent` means handed over, not read.
 */
export type DeliveryState = 'underway' | 'slow' | 'sent' | 'failed'

/**
 * What a hand-over came to. `unknown`: it may have been taken. `reason` is a word, never an address or a text; of several
 * providers `provider` is the one that took the message or was asked last, and `note` what went wrong before it.
 */
export type HandOver =
  | {
      readonly outcome: 'sent'
      readonly provider?: string
      readonly providerMessageId?: string | null
      readonly note?: string | null
    }
  | {
      readonly outcome: 'transient' | 'permanent' | 'unknown'
      readonly reason: string
      readonly provider?: string
    }
