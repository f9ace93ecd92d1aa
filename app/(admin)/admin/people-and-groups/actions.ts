'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { confirmImport, discardImport } from '@/lib/directory-files/commands'
import { boundText, formAction, staleProof } from '@/lib/request/action'
import { ok } from '@/lib/result'

/**
 * What is done with a file that was looked at. Both kinds of files come through these doors, so they ask for what every holder of
 * the one right or the other has; the command asks for the right of the file's kind.
 */

const list = '/admin/people-and-groups'
const door = { who: ['full'], right: 'groups.import' } as const

/** Carries the file out. Accounts may be disabled by it, so it needs a recent proof. */
export async function confirmAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    ...door,
    name: 'directoryFiles.confirm',
    schema: z.strictObject({}),
    run: async (visit) => {
      const importId = boundText(id)
      const stale = staleProof(visit, `${list}/${encodeURIComponent(importId)}`)
      if (stale) return stale
      const result = await confirmImport(visit, importId)
      return result.ok ? ok({ go: `${list}/${importId}` }) : result
    },
  })(previous, data)
}

/** Throws the file away. */
export async function discardAction(id: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    ...door,
    name: 'directoryFiles.discard',
    schema: z.strictObject({}),
    run: async (visit) => {
      const gone = await discardImport(visit, boundText(id))
      return gone.ok ? ok({ go: `${list}?done=discarded` }) : gone
    },
  })(previous, data)
}
