import 'server-only'
import type { AuditOrigin } from '@/lib/audit/model'
import { record } from '@/lib/audit/record'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import { directoryRoles, type Subject } from '@/lib/directory/model'
import { groupNames, userNames } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { type Tx, transaction } from '@/lib/platform/db'
import { fail, ok, type Result } from '@/lib/result'
import { listLiveTerms } from '@/lib/terms-of-use/store'
import { policyBody } from '../body'
import { compile, examplePlacesOf } from '../compile'
import { noLongerExcluded, type PolicyWarning, shutsOutEveryone, warningsAbout } from '../lockout'
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
  findPolicy,
  forgetCachedPolicySet,
  globalAdministrators,
  insertPolicy,
  listPolicies,
  loadDecisionRows,
  lockRoom,
  markPolicyDeleted,
  type PolicyRow,
  replacePolicy,
  writePolicyState,
} from '../store'
import { type Asking, change, changedMeanwhile, confirmationMissing, type Refusal } from './change'

export type SavedPolicy = { readonly policy: PolicyRow; readonly warnings: readonly PolicyWarning[] }
type Saved = Result<SavedPolicy, ConditionalAccessFailureCode>

/** What a form or an API sends; `confirmation` is the policy's name, typed when the answer was `confirmation_needed`. */
export type PolicyInput = {
  /** Graph's JSON, as it came. */
  readonly policy: unknown
  readonly templateId?: string
  readonly confirmation?: string
}

/** Makes a policy. Fails as `readPolicy` does, and with `too_many_policies`, `unknown_reference`, `confirmation_needed`. */
export function createPolicy(asking: Asking, input: PolicyInput): Promise<Saved> {
  return change(
    asking,
    { activity: 'policyAdded', right: 'conditionalAccess.update', target: 'policy' },
    async (the) => {
      const read = readPolicy(input.policy)
      if (!read.ok) return read
      const document = read.value
      if ((await listPolicies(the.tx)).length >= limits.conditionalAccess.policiesMax)
        return fail('refused', 'conditionalAccess.too_many_policies')
      const refusal =
        (await unknownReference(the.tx, document, null)) ??
        (await lockoutRefusal(the.tx, document, null, input.confirmation))
      if (refusal) return refusal
      const policy = await insertPolicy(the.tx, document, { templateId: input.templateId ?? null, createdAt: the.at })
      await the.log(policy, null, policy.body)
      return ok({ policy, warnings: warningsAbout(document) })
    },
  )
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
        (await unknownReference(the.tx, document, before.document)) ??
        (await lockoutRefusal(the.tx, document, before, input.confirmation))
      if (refusal) return refusal
      const policy = await replacePolicy(the.tx, id, document, the.at)
      await the.log(policy, before.body, policy.body)
      return ok({ policy, warnings: warningsAbout(document) })
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
      if (input.state !== 'disabled') {
        const read = readPolicy({ ...before.body, state: input.state })
        if (!read.ok) return read
        const refusal = await lockoutRefusal(the.tx, read.value, before, input.confirmation)
        if (refusal) return refusal
      }
      const policy = await writePolicyState(the.tx, id, input.state, the.at)
      await the.log(policy, before.body, policy.body)
      return ok({ policy, warnings: policy.document ? warningsAbout(policy.document) : [] })
    },
  )
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
async function unknownReference(
  tx: Tx,
  document: PolicyDocument,
  before: PolicyDocument | null,
): Promise<Refusal | null> {
  const rows = await loadDecisionRows(tx)
  const lists = referencesOf(document)
  const known: Readonly<Record<keyof typeof lists, ReadonlySet<string>>> = {
    'conditions.users.users': new Set((await userNames(tx, lists['conditions.users.users'])).keys()),
    'conditions.users.groups': new Set((await groupNames(tx, lists['conditions.users.groups'])).keys()),
    'conditions.users.roles': new Set(Object.values(directoryRoles)),
    'conditions.applications': new Set(Object.values(applications)),
    'conditions.locations': new Set([mfaTrustedIpsId, ...rows.locations.map((location) => location.id)]),
    'grantControls.authenticationStrength': new Set([...builtInStrengths, ...rows.strengths].map(({ id }) => id)),
    'grantControls.termsOfUse': new Set((await listLiveTerms(tx)).map(({ id }) => id)),
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

/** Asks for the policy's name when saving would shut out every Global Administrator or end somebody's exclusion. */
async function lockoutRefusal(
  tx: Tx,
  document: PolicyDocument,
  before: PolicyRow | null,
  confirmation: string | undefined,
): Promise<Refusal | null> {
  const { displayName, state } = document
  if (state !== 'enabled' || confirmation?.trim() === displayName) return null
  const rows = await loadDecisionRows(tx)
  const administrators = await globalAdministrators(tx)
  const after: StoredPolicy = {
    id: before?.id ?? 'new',
    displayName,
    state,
    version: 0,
    document: policyBody(document),
  }
  const compiled = (policies: readonly StoredPolicy[]) =>
    compile(policies, rows.locations, rows.strengths, rows.mfaTrustedRanges)
  const others = rows.policies.filter((policy) => policy.id !== after.id)
  const places = examplePlacesOf(rows.locations, rows.mfaTrustedRanges)
  if (shutsOutEveryone(compiled(rows.policies), compiled([...others, after]), administrators, places))
    return confirmationMissing('shutsOutGlobalAdministrators', displayName, confirmation)
  const was = before && { ...after, document: before.body }
  const isExclusionLost = was !== null && noLongerExcluded(was, after, administrators).length > 0
  return confirmationMissing(
    isExclusionLost ? 'emergencyAccountNoLongerExcluded' : undefined,
    displayName,
    confirmation,
  )
}
