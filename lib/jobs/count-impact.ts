import 'server-only'
import { limits } from '@/lib/limits'
import { now } from '@/lib/platform/clock'
import { transaction } from '@/lib/platform/db'
import { countPolicyImpact } from '@/lib/reports/policy-impact-store'

/** Counts what the sign-in log has gained, in short transactions; the instance that holds the row of progress counts. */
export async function countImpact(): Promise<void> {
  for (let batch = 0; batch < limits.policyImpact.batchesPerRun; batch++) {
    const { entries } = await transaction((tx) => countPolicyImpact(tx, now()))
    if (entries < limits.policyImpact.batchEntries) return
  }
}
