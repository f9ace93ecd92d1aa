'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { limits } from '@/lib/limits'
import { replaceTemporaryPassword } from '@/lib/password-change/commands'
import { changeInDirectory } from '@/lib/password-change/in-directory'
import { renewPassword } from '@/lib/password-change/renew'
import { findingSentences } from '@/lib/password-change/view'
import { db } from '@/lib/platform/db'
import { formAction } from '@/lib/request/action'
import type { AskingVisit } from '@/lib/request/desk'
import { goOn } from '@/lib/request/go-on'
import { fail, ok } from '@/lib/result'
import { loadFacts } from '@/lib/sign-in/facts'
import { mustSetPassword } from '@/lib/sign-in/next-step'

const text = z.string().max(limits.password.lengthMax * 8)

/**
 * Sets one's own password, in place of one that is good for nothing else or because a policy asks for a new one, here or in
 * the directory that keeps it, and goes on.
 */
export async function setOwnPassword(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  let reasons: string[] = []
  const answer = await formAction({
    name: 'setOwnPassword',
    who: ['firstFactor', 'registration'],
    schema: z.strictObject({ currentPassword: text.optional(), newPassword: text.min(1, 'password.missing') }),
    run: async (asking, { currentPassword = null, newPassword }) => {
      const set = await setBy(asking, currentPassword, newPassword)
      if (!set.ok) {
        reasons = findingSentences(set.failure)
        return set
      }
      const value = 'kind' in set.value ? set.value : ({ kind: 'changed', changed: set.value } as const)
      // The page says what is known of the directory's answer, and leads on once it agreed.
      if (value.kind !== 'changed') return ok({ go: '/sign-in/new-password?asked=yes' })
      return asking.session.stage === 'registration'
        ? ok({ go: '/security-info/register', session: value.changed })
        : goOn({ session: value.changed.session, origin: asking.origin }, value.changed)
    },
  })(previous, data)
  return reasons.length === 0
    ? answer
    : { ...answer, errors: reasons.map((message) => ({ field: 'newPassword', message })) }
}

async function setBy(asking: AskingVisit, currentPassword: string | null, newPassword: string) {
  const { session } = asking
  const facts = await loadFacts(db(), session.userId, 'cached')
  if (!facts) return fail('refused', 'sign_in.session_ended' as const)
  const isDue = session.stage === 'firstFactor' && mustSetPassword(session, facts)
  if (facts.passwordHome !== 'local')
    return changeInDirectory(asking, isDue ? 'due' : 'renewal', { currentPassword: currentPassword ?? '', newPassword })
  return isDue ? replaceTemporaryPassword(asking, newPassword) : renewPassword(asking, { currentPassword, newPassword })
}
