import { loadMethodsPolicy } from '@/lib/authentication-methods/store'
import { placeClasses, platformClasses } from '@/lib/conditional-access/coverage'
import { loadDecisionRows, loadPolicySet } from '@/lib/conditional-access/store'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { stuckGroups } from '@/lib/reports/coverage'
import { findPeopleGroups, namesIn } from '@/lib/reports/coverage-store'

/** The policies and places that the pages of this report ask about, and how many groups of people they can take on. */
export async function loadWorld() {
  const set = await loadPolicySet(db())
  const { locations, mfaTrustedRanges } = await loadDecisionRows(db())
  const all = placeClasses(set, locations, mfaTrustedRanges)
  const places = all.slice(0, limits.coverage.placesMax)
  const cells = places.length * platformClasses(set).length
  return {
    set,
    places,
    groupsMax: Math.max(10, Math.floor(limits.coverage.cellsMax / cells)),
    isCut: places.length < all.length,
  }
}

export type World = Awaited<ReturnType<typeof loadWorld>>

/** The groups of people who can never satisfy some policy, with those policies. */
export async function loadStuck({ set, places, groupsMax }: World, at: Date) {
  const methodsPolicy = await loadMethodsPolicy(db())
  const names = namesIn(set, methodsPolicy)
  const found = await findPeopleGroups(db(), names, methodsPolicy, at)
  const groups = found.groups.slice(0, groupsMax)
  const stuck = stuckGroups(set, methodsPolicy, groups, places)
  const people = groups.reduce((sum, { key, count }) => (stuck.has(key) ? sum + count : sum), 0)
  return { stuck, people, names, methodsPolicy, isCut: found.isCut || groups.length < found.groups.length }
}
