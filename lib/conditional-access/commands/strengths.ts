import 'server-only'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import { limits } from '@/lib/limits'
import { fail, ok, type Result } from '@/lib/result'
import { type ConditionalAccessFailureCode, type StrengthInput, strengthInputSchema } from '../model'
import { usedBy } from '../references'
import {
  findStrength,
  insertStrength,
  listStrengths,
  loadDecisionRows,
  removeStrength,
  replaceStrength,
  type StoredStrength,
} from '../store'
import { type Asking, type Change, change, changedMeanwhile, confirmationMissing } from './change'
import { keepingAWayIn, noneLeft } from './guard'

type Saved = Result<StoredStrength, ConditionalAccessFailureCode>
const right = 'conditionalAccess.update'

/** Makes a custom strength of known combinations. Fails with `invalid_strength`, `too_many_strengths`. */
export function createStrength(asking: Asking, input: unknown): Promise<Saved> {
  return change(asking, { activity: 'strengthCreated', right, target: 'strength' }, async (the) =>
    addStrength(the, input),
  )
}

/** As `createStrength`, inside a change that makes more than one thing. */
export async function addStrength(the: Change, input: unknown): Promise<Saved> {
  const read = readStrength(input)
  if (!read.ok) return read
  if ((await listStrengths(the.tx)).length >= limits.conditionalAccess.customStrengthsMax)
    return fail('refused', 'conditionalAccess.too_many_strengths')
  const strength = await insertStrength(the.tx, read.value, the.at)
  await the.log(strength, null, strength)
  return ok(strength)
}

/**
 * Replaces a custom strength. When policies name it, its name must be typed: they change with it. `version` is the one
 * the form showed; another one fails with `changed_meanwhile`. A change after which no Global Administrator could come
 * in is refused (`no_administrator_left`).
 */
export function updateStrength(
  asking: Asking,
  id: string,
  input: unknown,
  confirmation?: string,
  version?: number,
): Promise<Saved> {
  return change(asking, { activity: 'strengthUpdated', right, target: 'strength', id }, async (the) => {
    const read = readStrength(input)
    if (!read.ok) return read
    if (isBuiltIn(id)) return fail('refused', 'conditionalAccess.strength_built_in')
    const before = await findStrength(the.tx, id)
    if (!before) return fail('refused', 'conditionalAccess.not_found')
    const meanwhile = changedMeanwhile(before.version, version)
    if (meanwhile) return meanwhile
    const isUsed = usedBy((await loadDecisionRows(the.tx)).policies, id).length > 0
    return keepingAWayIn<StoredStrength, ConditionalAccessFailureCode>(
      the.tx,
      the.at,
      async () => {
        const strength = await replaceStrength(the.tx, id, read.value, the.at)
        await the.log(strength, before, strength)
        return ok(strength)
      },
      noneLeft,
      confirmationMissing(isUsed ? 'strengthInUse' : undefined, before.displayName, confirmation),
    )
  })
}

/** Deletes a custom strength that no policy names (`strength_in_use`). */
export function deleteStrength(
  asking: Asking,
  id: string,
  input: { readonly version?: number } = {},
): Promise<Result<undefined, ConditionalAccessFailureCode>> {
  return change(asking, { activity: 'strengthDeleted', right, target: 'strength', id }, async (the) => {
    if (isBuiltIn(id)) return fail('refused', 'conditionalAccess.strength_built_in')
    const before = await findStrength(the.tx, id)
    if (!before) return fail('refused', 'conditionalAccess.not_found')
    const meanwhile = changedMeanwhile(before.version, input.version)
    if (meanwhile) return meanwhile
    const users = usedBy((await loadDecisionRows(the.tx)).policies, id)
    if (users.length > 0)
      return fail('refused', 'conditionalAccess.strength_in_use', {
        details: { policies: users.map((policy) => policy.displayName).join(', '), count: users.length },
      })
    await removeStrength(the.tx, id)
    await the.log(before, before, null)
    return ok()
  })
}

function readStrength(input: unknown): Result<StrengthInput, ConditionalAccessFailureCode> {
  const parsed = strengthInputSchema.safeParse(input)
  if (parsed.success) return ok(parsed.data)
  return fail('invalid', 'conditionalAccess.invalid_strength', { field: parsed.error.issues[0]?.path.join('.') })
}

function isBuiltIn(id: string): boolean {
  return builtInStrengths.some((strength) => strength.id === id)
}
