import 'server-only'
import type { PhoneMode } from '@/lib/authentication-methods/model'
import type { MethodsPolicy, PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import {
  type MfaRegistrationPolicy,
  type PerUserMfaState,
  perUserMfaStateSchema,
  type RegistrationCampaign,
} from '@/lib/authentication-methods/registration-policy'
import { type PolicyDocuments, policyDocumentsOf, policyDocumentsStamp } from '@/lib/authentication-methods/store'
import type { PolicySet } from '@/lib/conditional-access/compile'
import { cachedPolicySet, policySetOf, policySetStamp } from '@/lib/conditional-access/store'
import type { Subject } from '@/lib/directory/model'
import { mayWriteTo } from '@/lib/directory/password-home'
import { loadOwnerWith, loadSubjectsWith, loadSubjectWith } from '@/lib/directory/store'
import type { Tx } from '@/lib/platform/db'
import type { RegisteredMethod } from '@/lib/registered-methods/model'
import { loadMethodsOf, type MethodsJson, methodsFrom, methodsJson } from '@/lib/registered-methods/store/rows'
import type { TermsForPerson } from '@/lib/terms-of-use/model'
import { type TermsJson, termsFrom, termsOfPerson } from '@/lib/terms-of-use/store'
import { Prisma } from '@/prisma/client/client'

/** What the decisions about one person rest on, read at one time. */
export type PersonFacts = {
  readonly subject: Subject
  readonly methods: readonly RegisteredMethod[]
  readonly methodsPolicy: MethodsPolicy
  readonly passwordResetPolicy: PasswordResetPolicy
  readonly policySet: PolicySet
  readonly mustReregisterSince: Date | null
  readonly defaultMethodId: string | null
  /** How a default phone is reached first; null: by text message where it may be. */
  readonly defaultMethodMode: PhoneMode | null
  /** The address that the organisation keeps. */
  readonly mail: string | null
  /** The office number that the organisation keeps; no method, but who has one may be asked for it. */
  readonly businessPhone: string | null
  /** When the person last registered all that was required, or said that it is still right. */
  readonly securityInfoConfirmedAt: Date | null
  readonly registration: RegistrationState
  /** When the password of the person, a temporary one, ends; null where it is their own or there is none. */
  readonly temporaryPasswordEndsAt: Date | null
  /** Whether there is a password at all, here or in a directory, a temporary one too. */
  readonly hasPassword: boolean
  /** Where it lives: here, in a directory that takes new ones from here, or in one that does not. */
  readonly passwordHome: 'local' | 'directory' | 'readOnlyDirectory'
  /** When its owner last set the password in a session with multifactor authentication; neither a reset nor a helpdesk counts. */
  readonly passwordRenewedAt: Date | null
  /** The terms of use in force, and what the person accepted of them. */
  readonly terms: readonly TermsForPerson[]
}

/** Who must register and who is reminded to, and how far this person has put it off. */
export type RegistrationState = {
  readonly mfaRegistrationPolicy: MfaRegistrationPolicy
  readonly registrationCampaign: RegistrationCampaign
  readonly perUserMfaState: PerUserMfaState
  /** When the MFA registration policy first asked. */
  readonly promptedAt: Date | null
  readonly campaignSnoozes: number
  readonly campaignSnoozedAt: Date | null
}

/**
 * Reads the facts about a person; null when there is no such person. Inside a storing transaction ask for
 * `policies: 'now'`: the compiled policies of pages may be seconds old.
 */
export async function loadFacts(tx: Tx, userId: string, policies: 'now' | 'cached'): Promise<PersonFacts | null> {
  const found = await loadSubjectWith<FactsRow>(tx, userId, policies === 'now' ? factsAndStamp : factsOnly)
  if (!found) return null
  const { subject, more } = found
  return factsFrom(subject, methodsFrom(more.methods), more, {
    documents: await policyDocumentsOf(tx, more.documents),
    policySet: policies === 'now' ? await policySetOf(tx, more.stamp) : await cachedPolicySet(),
  })
}

/**
 * The facts, with cached policies, about the person whose id `owner` selects (`SELECT user_id FROM …`), and in the same
 * statement what `more` selects, as for `loadOwnerWith`.
 */
export async function loadOwnerFacts<More extends object>(
  tx: Tx,
  owner: Prisma.Sql,
  more: Prisma.Sql,
): Promise<{ readonly facts: PersonFacts; readonly more: More } | null> {
  const found = await loadOwnerWith<FactsRow & More>(tx, owner, Prisma.sql`${factsOnly}${more}`)
  if (!found) return null
  const { subject, more: row } = found
  const documents = await policyDocumentsOf(tx, row.documents)
  const rules = { documents, policySet: await cachedPolicySet() }
  return { facts: factsFrom(subject, methodsFrom(row.methods), row, rules), more: row }
}

/** The facts about several people, decided by `policySet`, in three statements; who is gone is absent. */
export async function loadFactsOf(
  tx: Tx,
  userIds: readonly string[],
  policySet: PolicySet,
): Promise<readonly PersonFacts[]> {
  const people = await loadSubjectsWith<OwnRow>(
    tx,
    userIds,
    Prisma.sql`${ownColumns}, (password_hash IS NOT NULL OR directory_connector_id IS NOT NULL) AS "hasPassword"`,
  )
  const methods = await loadMethodsOf(tx, userIds)
  const [row] = await tx.$queryRaw<Pick<FactsRow, 'documents'>[]>`SELECT (${policyDocumentsStamp}) AS documents`
  const rules = { documents: await policyDocumentsOf(tx, row?.documents ?? null), policySet }
  return people.map(({ subject, more }) => factsFrom(subject, methods.get(subject.id) ?? [], more, rules))
}

function factsFrom(
  subject: Subject,
  methods: readonly RegisteredMethod[],
  row: OwnRow,
  { documents, policySet }: { readonly documents: PolicyDocuments; readonly policySet: PolicySet },
): PersonFacts {
  const { methodsPolicy, passwordResetPolicy, mfaRegistrationPolicy, registrationCampaign } = documents
  const { mustReregisterSince, defaultMethodId, defaultMethodMode, mail, businessPhone, securityInfoConfirmedAt } = row
  const { temporaryPasswordEndsAt, hasPassword, passwordHome, passwordRenewedAt } = row
  return {
    ...{ subject, methods, methodsPolicy, passwordResetPolicy, policySet },
    ...{ mustReregisterSince, defaultMethodId, defaultMethodMode, mail, businessPhone, securityInfoConfirmedAt },
    ...{ temporaryPasswordEndsAt, hasPassword, passwordHome, passwordRenewedAt, terms: termsFrom(row.terms) },
    registration: {
      ...{ mfaRegistrationPolicy, registrationCampaign },
      // A word that the program does not know throws: guessing would widen access.
      perUserMfaState: perUserMfaStateSchema.parse(row.perUserMfaState),
      promptedAt: row.promptedAt,
      campaignSnoozes: row.campaignSnoozes,
      campaignSnoozedAt: row.campaignSnoozedAt,
    },
  }
}

/** What is the person's own. */
type OwnRow = {
  readonly mustReregisterSince: Date | null
  readonly defaultMethodId: string | null
  readonly defaultMethodMode: PhoneMode | null
  readonly mail: string | null
  readonly businessPhone: string | null
  readonly securityInfoConfirmedAt: Date | null
  readonly perUserMfaState: string
  readonly promptedAt: Date | null
  readonly campaignSnoozes: number
  readonly campaignSnoozedAt: Date | null
  readonly temporaryPasswordEndsAt: Date | null
  readonly hasPassword: boolean
  readonly passwordHome: PersonFacts['passwordHome']
  readonly passwordRenewedAt: Date | null
  readonly terms: TermsJson
}
type FactsRow = OwnRow & {
  readonly methods: MethodsJson
  /** Of the policy documents. */
  readonly documents: string | null
  /** Of the policies of Conditional Access. */
  readonly stamp: string | null
}

/** Of the row of a person, but for the password, of which only its being there is asked. */
const ownColumns = Prisma.sql`,
  must_reregister_since AS "mustReregisterSince",
  default_method_id::text AS "defaultMethodId", default_method_mode AS "defaultMethodMode", mail,
  business_phone AS "businessPhone",
  security_info_confirmed_at AS "securityInfoConfirmedAt",
  per_user_mfa_state AS "perUserMfaState", mfa_registration_prompted_at AS "promptedAt",
  campaign_snoozes AS "campaignSnoozes", campaign_snoozed_at AS "campaignSnoozedAt",
  temporary_password_ends_at AS "temporaryPasswordEndsAt", password_renewed_at AS "passwordRenewedAt",
  coalesce((SELECT CASE WHEN ${mayWriteTo} THEN 'directory' ELSE 'readOnlyDirectory' END
    FROM directory_connector connector WHERE connector.id = person.directory_connector_id), 'local') AS "passwordHome",
  (${termsOfPerson}) AS terms`
// One statement: every step of a sign-in and of a registration reads all this, so each further one would be paid often.
const factsOnly = Prisma.sql`,
  (${methodsJson(Prisma.sql`method.user_id = person.id`)}) AS methods, (${policyDocumentsStamp}) AS documents${ownColumns},
  has_password AS "hasPassword"`
const factsAndStamp = Prisma.sql`${factsOnly}, (${policySetStamp}) AS stamp`
