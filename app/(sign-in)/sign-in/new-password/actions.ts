'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { limits } from '@/lib/limits'
import { replaceTemporaryPassword } from '@/lib/password-change/commands'
import { findingSentences } from '@/lib/password-change/view'
import { formAction } from '@/lib/request/action'
import { goOn } from '@/lib/request/go-on'

const text = z.string().max(limits.password.lengthMax * 8)

/** Sets one's own password in place of a temporary one, then goes on with the sign-in. */
export async function setOwnPassword(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  let reasons: string[] = []
  const answer = await formAction({
    name: 'setOwnPassword',
    who: ['firstFactor'],
    schema: z.strictObject({ newPassword: text.min(1, 'password.missing') }),
    run: async (asking, { newPassword }) => {
      const set = await replaceTemporaryPassword(asking, newPassword)
      if (set.ok) return goOn({ session: set.value.session, origin: asking.origin }, set.value)
      reasons = findingSentences(set.failure)
      return set
    },
  })(previous, data)
  return reasons.length === 0
    ? answer
    : { ...answer, errors: reasons.map((message) => ({ field: 'newPassword', message })) }
}
