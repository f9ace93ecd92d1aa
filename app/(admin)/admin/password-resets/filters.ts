import { choice, day, parameter, type SearchParams } from '@/components/admin/query'
import { loadSubjectByName } from '@/lib/directory/store'
import { resetPurposes, resetWays } from '@/lib/password-reset/model'
import { readResetReference } from '@/lib/password-reset/reference'
import { db } from '@/lib/platform/db'
import { type ResetEventFilter, resetEventOutcomes } from '@/lib/reports/password-resets'

/** What the address of the list, or of its file, asks for. */
export const filterNames = ['reference', 'user', 'from', 'to', 'outcome', 'purpose', 'way', 'person'] as const

/** The filter of an address; null when it names a person or a reference that cannot exist. */
export async function readFilter(given: SearchParams): Promise<ResetEventFilter | null> {
  const user = parameter(given, 'user')
  const userId = user === undefined ? undefined : (await loadSubjectByName(db(), user))?.id
  if (user !== undefined && userId === undefined) return null
  const text = parameter(given, 'reference', 2000)
  const reference = text === undefined ? undefined : readResetReference(text)
  if (reference === null) return null
  const filter: { -readonly [Name in keyof ResetEventFilter]: ResetEventFilter[Name] | undefined } = {
    reference,
    userId,
    isUnknownPerson: choice(given, 'person', ['unknown']) ? true : undefined,
    from: day(given, 'from'),
    to: day(given, 'to', 1),
    outcome: choice(given, 'outcome', resetEventOutcomes),
    purpose: choice(given, 'purpose', resetPurposes),
    way: choice(given, 'way', resetWays),
  }
  return filter as ResetEventFilter
}
