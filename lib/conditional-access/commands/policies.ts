import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import { record } from '@/lib/audit/record'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import { directoryRoles, type Subject } from '@/lib/directory/model'
import { groupNames, userNames } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { db, type Tx, transaction } from '@/lib/platform/db'
import { fail, ok, type Result } from '@/lib/result'
import { listLiveTerms } from '@/lib/terms-of-use/store'
import { policyBody } from '../body'
import { noLongerExcluded, type PolicyWarning, warningsAbout } from '../lockout'
import {
  applications,
  type ConditionalAccessFailureCode,
  mfaTrustedIpsId,
  type PolicyDocument,
  type PolicyState,
  type StoredPolicy,
} from '../model'
import { readPolicy } from '../read-policy'
import {
  countPolicies,
  type DecisionRows,
  findPolicy,
  forgetCachedPolicySet,
  globalAdministrators,
  insertPolicy,
  loadDecisionRows,
  lockRoom,
  markPolicyDeleted,
  type PolicyRow,
  replacePolicy,
  writePolicyState,
} from '../store'
import {
  type Asking,
  type Change,
  change,
  changedMeanwhile,
  confirmationMissing,
  isConfirmed,
  type Refusal,
} from './change'
import { confirmable, keepingAWayIn } from './guard'

export type SavedPolicy = { readonly policy: PolicyRow; readonly warnings: readonly PolicyWarning[] }
type Saved = Result<SavedPolicy, ConditionalAccessFailureCode>

/** What a form or an API sends; `confirmation` is the policy's name, typed when the answer was `confirmation_needed`. */
export type PolicyInput = {
  /** Graph's JSON, as it came. */
  readonly policy: unknown
  readonly templateId?: string
  readonly confirmation?: string
  /** The policy that this one is made after: what that names may be gone meanwhile. */
  readonly copyOf?: PolicyDocument
}

/** Makes a policy. Fails as `readPolicy` does, and with `too_many_policies`, `unknown_reference`, `confirmation_needed`. */
export function createPolicy(asking: Asking, input: PolicyInput): Promise<Saved> {
  return change(asking, { activity: 'policyAdded', right: 'conditionalAccess.update', target: 'policy' }, async (the) =>
    addPolicy(the, input, await loadDecisionRows(the.tx)),
  )
}

/** As `createPolicy`, inside a change that makes more than one thing; `rows` are what is stored as far as this change went. */
export async function addPolicy(the: Change, input: PolicyInput, rows: DecisionRows): Promise<Saved> {
  const read = readPolicy(input.policy)
  if (!read.ok) return read
  const document = read.value
  if ((await countPolicies(the.tx)) >= limits.conditionalAccess.policiesMax)
    return fail('refused', 'conditionalAccess.too_many_policies')
  const refusal = await unknownReference(the.tx, document, input.copyOf ?? null, rows)
  if (refusal) return refusal
  return saved(
    document,
    await writeGuarded(the, document, null, input.confirmation, async () => {
      const more = { templateId: input.templateId ?? null, createdAt: the.at }
      const policy = await insertPolicy(the.tx, document, more)
      await the.log(policy, null, policy.body)
      return policy
    }),
  )
}

export function saved(document: PolicyDocument, written: Result<PolicyRow, ConditionalAccessFailureCode>): Saved {
  return written.ok ? ok({ policy: written.value, warnings: warningsAbout(document) }) : written
}

/**
 * Replaces the whole policy. `version` is the one the form showed; another one fails with `changed_meanwhile`.
 *
 * Nobody adds their own account to the exclusions of a policy that exists (`own_exclusion`): whoever makes one may
 * leave themselves out, and later somebody else must. An administrator whom the policy excluded stays excluded unless
 * the policy's name is typed.
 *
 * @see SEC-015, SEC-251
 */
export function updatePolicy(
  asking: Asking,
  id: string,
  input: PolicyInput & { readonly version?: number },
): Promise<Saved> {
  return change(
    asking,
    { activity: 'policyUpdated', right: 'conditionalAccess.update', target: 'policy', id },
    async (the) => {
      const read = readPolicy(input.policy)
      if (!read.ok) return read
      const document = read.value
      const before = await findPolicy(the.tx, id)
      if (!before) return fail('refused', 'conditionalAccess.not_found')
      const refusal =
        changedMeanwhile(before.version, input.version) ??
        ownExclusion(before, document, the.subject) ??
        (await unknownReference(the.tx, document, before.document))
      if (refusal) return refusal
      return saved(
        document,
        await writeGuarded(the, document, before, input.confirmation, async () => {
          const policy = await replacePolicy(the.tx, id, document, the.at)
          await the.log(policy, before.body, policy.body)
          return policy
        }),
      )
    },
  )
}

/** Turns a policy on, off or to report-only. Turning off always works, also for a policy this version cannot read. */
export function setPolicyState(
  asking: Asking,
  id: string,
  input: { readonly state: PolicyState; readonly version?: number; readonly confirmation?: string },
): Promise<Saved> {
  return change(
    asking,
    { activity: 'policyUpdated', right: 'conditionalAccess.update', target: 'policy', id },
    async (the) => {
      const before = await findPolicy(the.tx, id)
      if (!before) return fail('refused', 'conditionalAccess.not_found')
      const meanwhile = changedMeanwhile(before.version, input.version)
      if (meanwhile) return meanwhile
      const write = async () => {
        const policy = await writePolicyState(the.tx, id, input.state, the.at)
        await the.log(policy, before.body, policy.body)
        return policy
      }
      if (input.state === 'disabled') {
        const policy = await write()
        return ok({ policy, warnings: policy.document ? warningsAbout(policy.document) : [] })
      }
      const read = readPolicy({ ...before.body, state: input.state })
      if (!read.ok) return read
      return saved(read.value, await writeGuarded(the, read.value, before, input.confirmation, write))
    },
  )
}

/**
 * Makes a policy like another one, under its own name and off: what it is for is decided before it counts. Fails with
 * `not_found`, also for one that this version cannot read, and as `createPolicy` does.
 */
export async function duplicatePolicy(
  asking: Asking,
  id: string,
  input: { readonly displayName: string },
): Promise<Saved> {
  const original = (await findPolicy(db(), id))?.document
  if (!original) return fail('refused', 'conditionalAccess.not_found')
  const policy = { ...policyBody(original), displayName: input.displayName, state: 'disabled' }
  return createPolicy(asking, { policy, copyOf: original })
}

/** Deletes a policy softly: it decides nothing from now on, and the row is kept for 30 days. */
export function deletePolicy(
  asking: Asking,
  id: string,
  input: { readonly version?: number } = {},
): Promise<Result<undefined, ConditionalAccessFailureCode>> {
  return change(
    asking,
    { activity: 'policyDeleted', right: 'conditionalAccess.update', target: 'policy', id },
    async (the) => {
      const before = await findPolicy(the.tx, id)
      if (!before) return fail('refused', 'conditionalAccess.not_found')
      const meanwhile = changedMeanwhile(before.version, input.version)
      if (meanwhile) return meanwhile
      await markPolicyDeleted(the.tx, id, the.at)
      await the.log(before, before.body, null)
      return ok()
    },
  )
}

/** For the operator at the host when nobody gets in any more: turns one policy off, without asking for a right. @see `30` §11 */
export async function emergencyDisablePolicy(
  id: string,
  origin: AuditOrigin,
): Promise<Result<PolicyRow, ConditionalAccessFailureCode>> {
  const at = now()
  return transaction(async (tx) => {
    await lockRoom(tx)
    const before = await findPolicy(tx, id)
    if (!before) return fail('refused', 'conditionalAccess.not_found')
    const policy = await writePolicyState(tx, id, 'disabled', at)
    const target = { kind: 'policy', id, name: policy.displayName } as const
    const event = { activity: 'emergencyDisabled', at, outcome: 'success', actor: { kind: 'system' }, origin } as const
    await record(tx, { ...event, target, before: before.body, after: policy.body })
    forgetCachedPolicySet()
    return ok(policy)
  })
}

/** V5: everything a policy names exists. What it named before may be gone meanwhile; that stops nobody from editing. */
export async function unknownReference(
  tx: Tx,
  document: PolicyDocument,
  before: PolicyDocument | null,
  loaded?: DecisionRows,
): Promise<Refusal | null> {
  const rows = loaded ?? (await loadDecisionRows(tx))
  const lists = referencesOf(document)
  const known: Readonly<Record<keyof typeof lists, ReadonlySet<string>>> = {
    'conditions.users.users': new Set((await userNames(tx, lists['conditions.users.users'])).keys()),
    'conditions.users.groups': new Set((await groupNames(tx, lists['conditions.users.groups'])).keys()),
    'conditions.users.roles': new Set(Object.values(directoryRoles)),
    'conditions.applications': new Set(Object.values(applications)),
    'conditions.locations': new Set([mfaTrustedIpsId, ...rows.locations.map((location) => location.id)]),
    'grantControls.authenticationStrength': new Set([...builtInStrengths, ...rows.strengths].map(({ id }) => id)),
    'grantControls.termsOfUse': new Set(
      lists['grantControls.termsOfUse'].length > 0 ? (await listLiveTerms(tx)).map(({ id }) => id) : [],
    ),
  }
  const present = before && referencesOf(before)
  for (const member of Object.keys(lists) as (keyof typeof lists)[]) {
    const id = lists[member].find((each) => !known[member].has(each) && !present?.[member].includes(each))
    if (id !== undefined)
      return fail('invalid', 'conditionalAccess.unknown_reference', { field: member, details: { member, id } })
  }
  return null
}

function referencesOf({ conditions, grantControls }: PolicyDocument) {
  const { users, applications: target, locations } = conditions
  const ids = (...lists: readonly (readonly string[])[]) => lists.flat().filter((id) => id.includes('-'))
  const strength = grantControls.authenticationStrength
  return {
    'conditions.users.users': ids(users.includeUsers, users.excludeUsers),
    'conditions.users.groups': ids(users.includeGroups, users.excludeGroups),
    'conditions.users.roles': ids(users.includeRoles, users.excludeRoles),
    'conditions.applications': ids(target.includeApplications, target.excludeApplications),
    'conditions.locations': ids(locations?.includeLocations ?? [], locations?.excludeLocations ?? []),
    'grantControls.authenticationStrength': strength ? [strength.id] : [],
    'grantControls.termsOfUse': grantControls.termsOfUse,
  }
}

function ownExclusion(before: PolicyRow, document: PolicyDocument, subject: Subject): Refusal | null {
  const was = before.document?.conditions.users.excludeUsers ?? []
  const isAdded = document.conditions.users.excludeUsers.includes(subject.id) && !was.includes(subject.id)
  return isAdded ? fail('refused', 'conditionalAccess.own_exclusion', { field: 'conditions.users.excludeUsers' }) : null
}

/**
 * Writes the policy as it is to be. One that is on is taken back when nobody who could repair it would come in any more,
 * and asks for the policy's name when it ends somebody's exclusion. Typed, the name allows both.
 */
export async function writeGuarded(
  the: Change,
  document: PolicyDocument,
  before: PolicyRow | null,
  confirmation: string | undefined,
  write: () => Promise<PolicyRow>,
): Promise<Result<PolicyRow, ConditionalAccessFailureCode>> {
  const { displayName, state } = document
  if (state !== 'enabled' || isConfirmed(displayName, confirmation)) return ok(await write())
  const after: StoredPolicy = {
    id: before?.id ?? 'new',
    displayName,
    state,
    version: 0,
    document: policyBody(document),
  }
  const isExclusionLost =
    before !== null &&
    noLongerExcluded({ ...after, document: before.body }, after, await globalAdministrators(the.tx)).length > 0
  return keepingAWayIn<PolicyRow, ConditionalAccessFailureCode>(
    the.tx,
    the.at,
    async () => ok(await write()),
    confirmable(displayName),
    confirmationMissing(isExclusionLost ? 'emergencyAccountNoLongerExcluded' : undefined, displayName, confirmation),
  )
}
