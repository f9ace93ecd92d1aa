import type { LeftOutReason, Path } from './model'

type Difference = { readonly path: Path; readonly value: unknown; readonly reason: LeftOutReason }

/**
 * The members of `given` that `taken` does not hold: what a reader left out because it says nothing. This is the net under
 * the import: whatever the readers become, a member that got lost on the way is named here.
 */
export function differences(given: unknown, taken: unknown, path: Path = []): readonly Difference[] {
  if (isNeutral(given)) return taken === undefined ? [{ path, value: given, reason: 'empty' }] : []
  if (Array.isArray(given)) return membersLost(given, Array.isArray(taken) ? taken : [], path)
  if (isMembers(given)) {
    if (!isMembers(taken) && given.isEnabled === false) return [{ path, value: given, reason: 'switchedOff' }]
    const known = isMembers(taken) ? taken : {}
    return Object.entries(given).flatMap(([name, member]) => differences(member, known[name], [...path, name]))
  }
  return isSame(given, taken) ? [] : [{ path, value: given, reason: 'covered' }]
}

function membersLost(given: readonly unknown[], taken: readonly unknown[], path: Path): readonly Difference[] {
  return given.flatMap((member, index): readonly Difference[] => {
    const at = [...path, index]
    if (isMembers(member) || Array.isArray(member)) return differences(member, taken[index], at)
    if (given.findIndex((each) => isSame(each, member)) < index)
      return [{ path: at, value: member, reason: 'repeated' }]
    return taken.some((each) => isSame(member, each)) ? [] : [{ path: at, value: member, reason: 'covered' }]
  })
}

/** Spelling that means the same: letter case, blanks around a name, the order of flags in one string. */
function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return one === other
  return flagsOf(one) === flagsOf(other)
}

function flagsOf(text: string): string {
  const flags = text.split(',').map((flag) => flag.trim().toLowerCase())
  return [...new Set(flags)].sort().join()
}

/** What asks for nothing: null, false, empty, `none`, or an object of nothing else. */
function isNeutral(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return true
  if (typeof value === 'string') return value.toLowerCase() === 'none'
  if (Array.isArray(value)) return value.length === 0
  return isMembers(value) && Object.values(value).every(isNeutral)
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
