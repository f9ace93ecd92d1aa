'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { limits } from '@/lib/limits'
import { changePassword } from '@/lib/password-change/commands'
import { changeInDirectory } from '@/lib/password-change/in-directory'
import { findingSentences } from '@/lib/password-change/view'
import { db } from '@/lib/platform/db'
import { formAction } from '@/lib/request/action'
import { fail, ok } from '@/lib/result'
import { loadFacts } from '@/lib/sign-in/facts'

// Far above what is accepted, so that a long password gets its own sentence.
const text = z.string().max(limits.password.lengthMax * 8)
const path = '/security-info/password'

/**
 * Changes one's own password, here or in the directory that keeps it. A form without the present one was drawn while a fresh
 * proof stood in for it.
 */
export async function changeOwnPassword(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  let reasons: string[] = []
  const answer = await formAction({
    name: 'changePassword',
    who: ['full'],
    schema: z.strictObject({ currentPassword: text.optional(), newPassword: text.min(1, 'password.missing') }),
    run: async (asking, { currentPassword = null, newPassword }) => {
      const facts = await loadFacts(db(), asking.session.userId, 'cached')
      if (!facts) return fail('refused', 'sign_in.session_ended')
      const isHere = facts.passwordHome === 'local'
      const changed = isHere
        ? await changePassword(asking, { currentPassword, newPassword })
        : await changeInDirectory(asking, 'change', { currentPassword: currentPassword ?? '', newPassword })
      if (changed.ok) {
        const value = 'kind' in changed.value ? changed.value : ({ kind: 'changed', changed: changed.value } as const)
        // Where the directory has not answered, the page says what is known, by the row of this session.
        return value.kind === 'changed'
          ? ok({ go: `${path}?done=yes`, session: value.changed })
          : ok({ go: `${path}?asked=yes` })
      }
      const { failure } = changed
      reasons = findingSentences(failure)
      return failure.code === 'security_info.freshness_required'
        ? fail(failure.kind, failure.code, { details: { returnTo: path } })
        : changed
    },
  })(previous, data)
  return reasons.length === 0
    ? answer
    : { ...answer, errors: reasons.map((message) => ({ field: 'newPassword', message })) }
}
