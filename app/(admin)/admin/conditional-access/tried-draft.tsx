import 'server-only'
import { type PolicyValues, valuesOfPolicy } from '@/components/conditional-access/policy-fields'
import { Notice } from '@/components/ui/notice'
import { policyBody } from '@/lib/conditional-access/body'
import { readPolicy } from '@/lib/conditional-access/read-policy'
import type { PolicyRow } from '@/lib/conditional-access/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import type { PolicyTrial } from '@/lib/policy-trials/model'
import { findTrial } from '@/lib/policy-trials/store/trials'

export type TriedDraft = { readonly values: PolicyValues; readonly triedAt: Date }

/** The draft that this administrator tried, for the editor; null where it is not theirs or not of this policy. */
export async function triedDraft(
  trialId: unknown,
  ownerId: string,
  policyId: string | null,
): Promise<TriedDraft | null> {
  const trial = typeof trialId === 'string' ? await findTrial(db(), trialId) : null
  if (!trial || trial.createdById !== ownerId || trial.policyId !== policyId) return null
  const read = readPolicy(trial.candidate)
  return read.ok ? { values: valuesOfPolicy(read.value), triedAt: trial.createdAt } : null
}

/** Whether what was tried is stored nowhere but in the trial. */
export function isUnsaved({ candidate }: PolicyTrial, policy: PolicyRow | null): boolean {
  const read = readPolicy(candidate)
  if (!read.ok || !policy?.document) return read.ok
  return JSON.stringify(policyBody(read.value)) !== JSON.stringify(policyBody(policy.document))
}

/** Says that what the form shows is no stored policy. */
export function DraftNotice({ draft, policy }: { draft: TriedDraft; policy: PolicyRow | null }) {
  const isChanged = policy?.modifiedAt != null && policy.modifiedAt > draft.triedAt
  return (
    <Notice tone={isChanged ? 'warning' : 'info'} live={false}>
      {t(isChanged ? 'policyTrials.draft.changed' : 'policyTrials.draft.notice')}
    </Notice>
  )
}
