'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { startTrial, stopTrial } from '@/lib/policy-trials/commands'
import { boundText, formAction } from '@/lib/request/action'
import { ok } from '@/lib/result'

const door = { who: ['full'], right: 'conditionalAccess.read' } as const
const list = '/admin/conditional-access/trials'

/** Has the stored policy `policyId` tried on everybody, as if it were on. */
export async function startTrialAction(policyId: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    ...door,
    name: 'policyTrials.start',
    schema: z.strictObject({}),
    run: async (visit) => {
      const started = await startTrial(visit, { policyId: boundText(policyId) })
      return started.ok ? ok({ go: `${list}/${started.value.trialId}` }) : started
    },
  })(previous, data)
}

/** Ends one's own trial before it is through. */
export async function stopTrialAction(trialId: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    ...door,
    name: 'policyTrials.stop',
    schema: z.strictObject({}),
    run: async (visit) => {
      const stopped = await stopTrial(visit, boundText(trialId))
      return stopped.ok ? ok({ go: `${list}/${boundText(trialId)}` }) : stopped
    },
  })(previous, data)
}
