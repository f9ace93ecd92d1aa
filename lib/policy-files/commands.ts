import 'server-only'
import { record, recordAlone } from '@/lib/audit/record'
import { policyBody } from '@/lib/conditional-access/body'
import type { Asking } from '@/lib/conditional-access/commands'
import { type Change, change } from '@/lib/conditional-access/commands/change'
import { addNamedLocation } from '@/lib/conditional-access/commands/named-locations'
import { addPolicy } from '@/lib/conditional-access/commands/policies'
import { addStrength } from '@/lib/conditional-access/commands/strengths'
import type { ConditionalAccessFailureCode, PolicyDocument } from '@/lib/conditional-access/model'
import { locationBody } from '@/lib/conditional-access/read-location'
import { loadDecisionRows } from '@/lib/conditional-access/store'
import { may, type Right } from '@/lib/directory/rights'
import { loadSubject } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { type Tx, transaction } from '@/lib/platform/db'
import { type Fail, fail, ok, type Result } from '@/lib/result'
import type { Choices, PolicyFilesFailureCode, Unread } from './model'
import { type Plan, planImport } from './plan'
import { findItems, type GivenFile } from './split'
import {
  countOpenImports,
  deleteImport,
  findImport,
  insertImport,
  loadHere,
  loadItems,
  markImported,
  writeChoices,
} from './store'

/** Files become a draft, choices are kept with it, and one transaction makes everything that was chosen, or nothing. */

type Code = PolicyFilesFailureCode | ConditionalAccessFailureCode

export type Accepted = { readonly importId: string } | { readonly unread: Unread }

/**
 * Takes files for a dry run. Answers the draft, or why the only file there is cannot be read; then nothing is kept.
 * Failures: `policy_files.file_missing`, `file_too_large`, `too_many_files`, `too_many_items`, `nothing_found`, `too_many_drafts`,
 * `not_allowed`.
 */
export async function acceptFiles(
  asking: Asking,
  files: readonly GivenFile[],
): Promise<Result<Accepted, PolicyFilesFailureCode>> {
  const given = files.filter(({ bytes, name }) => bytes.length > 0 || name !== '')
  const bounds = limits.policyFiles
  if (given.length === 0) return fail('invalid', 'policy_files.file_missing', { field: 'files' })
  if (given.length > bounds.filesMax) return fail('invalid', 'policy_files.too_many_files', { field: 'files' })
  const bytes = given.reduce((sum, file) => sum + file.bytes.length, 0)
  if (bytes > bounds.uploadBytesMax) return fail('invalid', 'policy_files.file_too_large', { field: 'files' })
  const found = findItems(given)
  if (found.isTooMany) return fail('invalid', 'policy_files.too_many_items', { field: 'files' })
  if (found.items.length === 0) {
    const [only, ...others] = found.unread
    if (only && others.length === 0) return ok({ unread: only })
    return fail('invalid', 'policy_files.nothing_found', { field: 'files' })
  }
  const first = found.items[0]?.fileName.split(' › ')[0] ?? ''
  const fileName = given.length === 1 ? first : `${first} + ${given.length - 1}`
  return withRight(asking, 'conditionalAccess.update', async (tx, at, createdById) => {
    if ((await countOpenImports(tx, at)) >= bounds.openDraftsMax) return fail('refused', 'policy_files.too_many_drafts')
    const importId = await insertImport(tx, { ...found, fileName, createdById, at })
    await record(tx, {
      ...{ activity: 'policiesUploaded', at, outcome: 'success', actor: asking.actor, origin: asking.origin },
      target: { kind: 'policyImport', id: importId, name: fileName },
      after: { files: given.length, bytes, items: found.items.length, unread: found.unread.length },
    })
    return ok({ importId })
  })
}

/** Keeps what was chosen in a draft. Failures: `policy_files.not_allowed`, `not_found`, `changed_meanwhile`. */
export function saveChoices(
  asking: Asking,
  id: string,
  input: { readonly version: number; readonly choices: Choices },
): Promise<Result<undefined, PolicyFilesFailureCode>> {
  return withRight(asking, 'conditionalAccess.update', async (tx, at) => {
    if (!(await findImport(tx, id, at))) return fail('refused', 'policy_files.not_found')
    const isKept = await writeChoices(tx, id, input.version, input.choices)
    return isKept ? ok() : fail('refused', 'policy_files.changed_meanwhile')
  })
}

/** Throws a draft away. Failures: `policy_files.not_allowed`, `not_found`. */
export function discardImport(asking: Asking, id: string): Promise<Result<undefined, PolicyFilesFailureCode>> {
  return withRight(asking, 'conditionalAccess.update', async (tx, at) => {
    const draft = await findImport(tx, id, at)
    if (!draft || !(await deleteImport(tx, id))) return fail('refused', 'policy_files.not_found')
    await record(tx, {
      ...{ activity: 'policyImportDiscarded', at, outcome: 'success', actor: asking.actor, origin: asking.origin },
      target: { kind: 'policyImport', id, name: draft.fileName },
    })
    return ok()
  })
}

export type Imported = { readonly policies: number; readonly locations: number; readonly strengths: number }

/**
 * Makes what the draft's plan takes, in one transaction: strengths and locations first, then the policies that name them, each through
 * the same steps as the form and with its own entry in the trail. `expected` is how many things the page said; when the plan, made
 * again here, says another number, something has changed and nothing happens.
 *
 * Failures: `policy_files.not_allowed`, `not_found`, `already_imported`, `changed_meanwhile`, `nothing_chosen`,
 * `too_many_policies`, `too_many_locations`, `too_many_strengths`, and those of `createPolicy` and its neighbours.
 */
export async function importDraft(
  asking: Asking,
  id: string,
  input: { readonly version: number; readonly expected: number },
): Promise<Result<Imported, Code>> {
  const kind = {
    ...({ activity: 'policiesImported', right: 'conditionalAccess.update', target: 'policyImport', id } as const),
    milliseconds: limits.policyFiles.importMilliseconds,
  }
  try {
    return await change<Imported, Code>(asking, kind, async (the) => {
      if (!may(the.subject, 'namedLocation.update')) return fail('refused', 'policy_files.not_allowed')
      const draft = await findImport(the.tx, id, the.at)
      if (!draft) return fail('refused', 'policy_files.not_found')
      if (draft.state === 'imported') return fail('refused', 'policy_files.already_imported')
      const items = await loadItems(the.tx, id)
      const plan = planImport(items, draft.choices, await loadHere(the.tx, items, draft.choices))
      const refusal = refusalOf(plan, input.expected)
      if (refusal) return refusal
      if (!(await markImported(the.tx, id, input.version, the.at)))
        return fail('refused', 'policy_files.changed_meanwhile')
      await makeAll(the, plan)
      await the.log({ id, displayName: draft.fileName }, null, plan.taken)
      return ok(plan.taken)
    })
  } catch (error) {
    if (!(error instanceof Undo)) throw error
    const { actor, origin } = asking
    const target = { kind: 'policyImport', id } as const
    const { code: reason } = error.refusal.failure
    await recordAlone({ activity: 'policiesImported', at: now(), outcome: 'failure', reason, actor, origin, target })
    return error.refusal
  }
}

function refusalOf({ taken, tooMany }: Plan, expected: number): Fail<PolicyFilesFailureCode> | null {
  const count = taken.policies + taken.locations + taken.strengths
  if (count === 0) return fail('refused', 'policy_files.nothing_chosen')
  if (count !== expected) return fail('refused', 'policy_files.changed_meanwhile')
  for (const kind of ['policies', 'locations', 'strengths'] as const)
    if (tooMany[kind] > 0)
      return fail('refused', `policy_files.too_many_${kind}`, { details: { count: tooMany[kind] } })
  return null
}

/** Ends the transaction without a trace of what was written in it, and says why. */
class Undo extends Error {
  constructor(readonly refusal: Fail<Code>) {
    super(refusal.failure.code)
  }
}

function valueOrUndo<Value>(result: Result<Value, ConditionalAccessFailureCode>): Value {
  if (!result.ok) throw new Undo(result)
  return result.value
}

async function makeAll(the: Change, plan: Plan): Promise<void> {
  /** The ids of new things, by the ids that the file gives them. */
  const made = new Map<string, string>()
  for (const each of plan.items) {
    if (!each.isTaken || !('document' in each) || !each.document) continue
    if (each.kind === 'strength') {
      const strengths = the.as({ activity: 'strengthCreated', target: 'strength' })
      const strength = valueOrUndo(await addStrength(strengths, each.document))
      if (each.fileId) made.set(each.fileId, strength.id)
    } else if (each.kind === 'location') {
      const locations = the.as({ activity: 'locationAdded', target: 'namedLocation' })
      const { location } = valueOrUndo(await addNamedLocation(locations, { location: locationBody(each.document) }))
      if (each.fileId && !made.has(each.fileId)) made.set(each.fileId, location.id)
    }
  }
  const rows = await loadDecisionRows(the.tx)
  const policies = the.as({ activity: 'policyAdded', target: 'policy' })
  for (const each of plan.items) {
    if (each.kind !== 'policy' || !each.isTaken || !each.document) continue
    const policy = policyBody(withNewIds(each.document, made))
    const templateId = each.templateId ?? undefined
    valueOrUndo(await addPolicy(policies, { policy, ...(templateId ? { templateId } : {}) }, rows))
  }
}

/** The policy naming new locations and strengths by the ids they got. */
function withNewIds(document: PolicyDocument, made: ReadonlyMap<string, string>): PolicyDocument {
  const { conditions, grantControls } = document
  const { locations } = conditions
  const renamed = <Id extends string>(ids: readonly Id[]) => ids.map((id) => (made.get(id) ?? id) as Id)
  const strength = grantControls.authenticationStrength
  return {
    ...document,
    conditions: {
      ...conditions,
      locations: locations && {
        includeLocations: renamed(locations.includeLocations),
        excludeLocations: renamed(locations.excludeLocations),
      },
    },
    grantControls: {
      ...grantControls,
      authenticationStrength: strength && { id: made.get(strength.id) ?? strength.id },
    },
  }
}

/**
 * Tells the trail what is handed out, before it is. Failures: `policy_files.not_allowed`.
 *
 * @see SEC-210
 */
export function recordExport(
  asking: Asking,
  after: { readonly form: 'json' | 'zip'; readonly ids: readonly string[] },
): Promise<Result<undefined, PolicyFilesFailureCode>> {
  return withRight(asking, 'conditionalAccess.read', async (tx, at) => {
    const { actor, origin } = asking
    await record(tx, { activity: 'policiesExported', at, outcome: 'success', actor, origin, after })
    return ok()
  })
}

/** One transaction with the rights as they are now; a missing right is recorded on its own. */
async function withRight<Value>(
  asking: Asking,
  right: Right,
  work: (tx: Tx, at: Date, actorId: string) => Promise<Result<Value, PolicyFilesFailureCode>>,
): Promise<Result<Value, PolicyFilesFailureCode>> {
  const at = now()
  const result = await transaction(async (tx): Promise<Result<Value, PolicyFilesFailureCode>> => {
    const subject = 'id' in asking.actor ? await loadSubject(tx, asking.actor.id) : null
    if (!subject || !may(subject, right)) return fail('refused', 'policy_files.not_allowed')
    return work(tx, at, subject.id)
  })
  if (!result.ok && result.failure.code === 'policy_files.not_allowed') {
    const activity = right === 'conditionalAccess.read' ? 'policiesExported' : 'policiesUploaded'
    const { actor, origin } = asking
    await recordAlone({ activity, at, outcome: 'failure', reason: result.failure.code, actor, origin })
  }
  return result
}
