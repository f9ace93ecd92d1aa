import 'server-only'
import { z } from 'zod'
import { address } from '@/components/admin/query'
import { groupNames } from '@/lib/directory/store'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { isUuid } from '@/lib/platform/uuid'
import {
  type Choices,
  type PolicyFilesFailureCode,
  type ReferenceChoice,
  type ReferenceKind,
  referenceKinds,
} from '@/lib/policy-files/model'
import { type Plan, planImport } from '@/lib/policy-files/plan'
import { referenceKey } from '@/lib/policy-files/references'
import { findImport, groupsNamed, loadHere, loadItems, personNamed } from '@/lib/policy-files/store'
import { fail, ok, type Result } from '@/lib/result'

/** What the form of a dry run sends, as choices of the draft. */

const numbers = z
  .array(
    z
      .string()
      .regex(/^\d{1,4}$/)
      .transform(Number),
  )
  .max(limits.policyFiles.itemsMax)
  .default([])
const page = z
  .string()
  .regex(/^\d{1,4}$/)
  .transform(Number)
  .default(1)

export const planFieldsSchema = z.looseObject({
  version: z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number),
  expected: z
    .string()
    .regex(/^\d{1,4}$/)
    .transform(Number),
  page,
  refs: page,
  intent: z.enum(['save', 'rest', 'import', 'page-', 'page+', 'refs-', 'refs+']),
  /** The items whose boxes the form showed, and the boxes that were ticked. */
  item: numbers,
  take: numbers,
  reportOnly: numbers,
  trusted: numbers,
})
export type PlanFields = z.output<typeof planFieldsSchema>

/** In place of an id: leave the thing out. */
export const leaveOut = 'leave'

type Read = {
  readonly version: number
  readonly choices: Choices
  /** Whether the choices do what the page said that they would. */
  readonly isSamePlan: boolean
}

/** Failures: `policy_files.not_found`, and `nobody`, `no_group`, `several_groups` with the field. */
export async function readChoices(
  id: string,
  fields: PlanFields,
  at: Date,
): Promise<Result<Read, PolicyFilesFailureCode>> {
  const draft = await findImport(db(), id, at)
  if (!draft) return fail('refused', 'policy_files.not_found')
  if (draft.state === 'imported') return fail('refused', 'policy_files.already_imported')
  const items = await loadItems(db(), id)
  const before = planImport(items, draft.choices, await loadHere(db(), items, draft.choices))
  const references = new Map(draft.choices.references.map((each) => [referenceKey(each.kind, each.value), each]))
  const shown = await readReferences(fields)
  if (!shown.ok) return shown
  for (const { kind, value, to } of shown.value) {
    const key = referenceKey(kind, value)
    if (!before.references.some((each) => referenceKey(each.kind, each.value) === key)) continue
    if (to === undefined) references.delete(key)
    else references.set(key, { kind, value, to })
  }
  if (fields.intent === 'rest') {
    for (const { kind, value } of before.references) {
      const key = referenceKey(kind, value)
      if (!references.has(key)) references.set(key, { kind, value, to: null })
    }
  }
  const chosen = new Map(draft.choices.items.map((each) => [each.number, each]))
  for (const number of fields.item) {
    if (!items.some((item) => item.number === number)) continue
    chosen.set(number, {
      number,
      isTaken: fields.take.includes(number),
      isReportOnly: fields.reportOnly.includes(number),
      isTrusted: fields.trusted.includes(number),
    })
  }
  const choices: Choices = { references: [...references.values()], items: [...chosen.values()] }
  const after = planImport(items, choices, await loadHere(db(), items, choices))
  return ok({ version: fields.version, choices, isSamePlan: effectOf(before) === effectOf(after) })
}

/** What a plan does, as one text. */
function effectOf({ items, references }: Plan): string {
  return JSON.stringify([
    items.map((each) => [
      each.item.number,
      each.isTaken,
      'isReportOnly' in each && each.isReportOnly,
      'isTrusted' in each && each.isTrusted,
    ]),
    references.map(({ kind, value, to }) => [kind, value, to ?? (to === null ? leaveOut : '')]),
  ])
}

type Shown = Omit<ReferenceChoice, 'to'> & { readonly to: string | null | undefined }

/** The decisions on the page: a chosen entry of a list, or a name that was typed, which wins. */
async function readReferences(fields: PlanFields): Promise<Result<readonly Shown[], PolicyFilesFailureCode>> {
  const shown: Shown[] = []
  for (let index = 0; index < limits.policyFiles.shownPerPage; index++) {
    const kind = referenceKinds.find((known) => known === fields[`kind.${index}`])
    const value = textOf(fields[`value.${index}`], 1024)
    if (kind === undefined || value === '') continue
    const to = textOf(fields[`to.${index}`], 64)
    const typed = textOf(fields[`typed.${index}`], 256).trim()
    if (typed === '' || to === leaveOut) {
      shown.push({ kind, value, to: to === '' ? undefined : to === leaveOut ? null : to })
      continue
    }
    const named = await idOfNamed(kind, typed)
    if (!named.ok) return fail('invalid', named.failure.code, { field: `typed.${index}` })
    shown.push({ kind, value, to: named.value })
  }
  return ok(shown)
}

async function idOfNamed(kind: ReferenceKind, typed: string): Promise<Result<string, PolicyFilesFailureCode>> {
  if (kind === 'user') {
    const id = await personNamed(db(), typed)
    return id === null ? fail('invalid', 'policy_files.nobody') : ok(id)
  }
  if (isUuid(typed) && (await groupNames(db(), [typed])).size === 1) return ok(typed.toLowerCase())
  const [id, other] = await groupsNamed(db(), typed)
  if (id === undefined) return fail('invalid', 'policy_files.no_group')
  return other === undefined ? ok(id) : fail('invalid', 'policy_files.several_groups')
}

function textOf(value: unknown, lengthMax: number): string {
  return typeof value === 'string' && value.length <= lengthMax ? value : ''
}

/** Where the form leads once it was kept: the same parts of the lists, or their neighbours. */
export function pageAfter(id: string, { intent, page: shown, refs }: PlanFields): string {
  const by = intent.endsWith('+') ? 1 : intent.endsWith('-') ? -1 : 0
  const [pageNumber, refsNumber] = [
    shown + (intent.startsWith('page') ? by : 0),
    refs + (intent.startsWith('refs') ? by : 0),
  ]
  const path = `/admin/conditional-access/import/${id}`
  const numberOrNothing = (number: number) => (number > 1 ? String(number) : undefined)
  return address(path, { saved: 'yes', page: numberOrNothing(pageNumber), refs: numberOrNothing(refsNumber) })
}

/** What was typed and ticked, for the form that is shown again. */
export function typedValues(data: FormData): FormAnswerValues {
  const values: Record<string, string | string[]> = {}
  for (const name of ['take', 'reportOnly', 'trusted'])
    values[name] = data.getAll(`${name}[]`).filter((value) => typeof value === 'string')
  for (const [name, value] of data)
    if (/^(to|typed)\.\d{1,2}$/.test(name) && typeof value === 'string') values[name] = value
  return values
}
type FormAnswerValues = Readonly<Record<string, string | readonly string[]>>
