'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { limits } from '@/lib/limits'
import { changePassword } from '@/lib/password-change/commands'
import { findingSentences } from '@/lib/password-change/view'
import { formAction } from '@/lib/request/action'
import { fail, ok } from '@/lib/result'

// Far above what is accepted, so that a long password gets its own sentence.
const text = z.string().max(limits.password.lengthMax * 8)

/** Changes one's own password. A form without the present one was drawn while a fresh proof stood in for it. */
export async function changeOwnPassword(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  let reasons: string[] = []
  const answer = await formAction({
    name: 'changePassword',
    who: ['full'],
    schema: z.strictObject({ currentPassword: text.optional(), newPassword: text.min(1, 'password.missing') }),
    run: async (asking, { currentPassword = null, newPassword }) => {
      const changed = await changePassword(asking, { currentPassword, newPassword })
      if (changed.ok) return ok({ go: '/security-info/password?done=yes', session: changed.value })
      const { failure } = changed
      reasons = findingSentences(failure)
      return failure.code === 'security_info.freshness_required'
        ? fail(failure.kind, failure.code, { details: { returnTo: '/security-info/password' } })
        : changed
    },
  })(previous, data)
  return reasons.length === 0
    ? answer
    : { ...answer, errors: reasons.map((message) => ({ field: 'newPassword', message })) }
}
