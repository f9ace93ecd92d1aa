'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { limits } from '@/lib/limits'
import { replaceTemporaryPassword } from '@/lib/password-change/commands'
import { renewPassword } from '@/lib/password-change/renew'
import { findingSentences } from '@/lib/password-change/view'
import { formAction } from '@/lib/request/action'
import { goOn } from '@/lib/request/go-on'
import { ok } from '@/lib/result'
import { mustSetPassword } from '@/lib/sign-in/next-step'

const text = z.string().max(limits.password.lengthMax * 8)

/** Sets one's own password, in place of a temporary one or because a policy asks for a new one, and goes on. */
export async function setOwnPassword(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  let reasons: string[] = []
  const answer = await formAction({
    name: 'setOwnPassword',
    who: ['firstFactor', 'registration'],
    schema: z.strictObject({ currentPassword: text.optional(), newPassword: text.min(1, 'password.missing') }),
    run: async (asking, { currentPassword = null, newPassword }) => {
      const isTemporary = asking.session.stage === 'firstFactor' && mustSetPassword(asking.session, asking.facts)
      const set = isTemporary
        ? await replaceTemporaryPassword(asking, newPassword)
        : await renewPassword(asking, { currentPassword, newPassword })
      if (set.ok && asking.session.stage === 'registration')
        return ok({ go: '/security-info/register', session: set.value })
      if (set.ok) return goOn({ session: set.value.session, origin: asking.origin }, set.value)
      reasons = findingSentences(set.failure)
      return set
    },
  })(previous, data)
  return reasons.length === 0
    ? answer
    : { ...answer, errors: reasons.map((message) => ({ field: 'newPassword', message })) }
}
