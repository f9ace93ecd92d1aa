import { staleProof } from '@/lib/request/action'
import type { AskingVisit } from '@/lib/request/desk'
import { safeReturnTo } from '@/lib/request/return-to'
import { type Fail, fail } from '@/lib/result'

/**
 * As `staleProof`. A change that names many groups makes an address too long to come back to; then the proof is given
 * in another tab, and what was filled in stays here.
 */
export function staleForPreview(visit: AskingVisit, address: string): Fail | null {
  const stale = staleProof(visit, address)
  if (!stale || safeReturnTo(address) !== null) return stale
  return fail('refused', 'policyChanges.fresh_elsewhere')
}
