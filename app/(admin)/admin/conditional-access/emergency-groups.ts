import 'server-only'
import { emergencyGroups } from '@/lib/conditional-access/emergency-groups'
import { cachedPolicySet, globalAdministrators } from '@/lib/conditional-access/store'
import { db } from '@/lib/platform/db'

/** The ids of the groups that a new policy leaves out beside its author. */
export async function knownEmergencyGroups(): Promise<readonly string[]> {
  return emergencyGroups(await cachedPolicySet(), await globalAdministrators(db()))
}
