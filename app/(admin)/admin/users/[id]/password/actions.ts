'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { t } from '@/lib/i18n'
import type { IssuedPassword } from '@/lib/password-change/model'
import { issueTemporaryPassword } from '@/lib/password-change/temporary'
import { formAction } from '@/lib/request/action'
import { ok } from '@/lib/result'

/**
 * Issues a temporary password and answers it for the one showing, in the way a pass is answered (`../pass/actions.ts`): in
 * `values`, under names that no field has, on a page that then has nothing left to send.
 */
export async function issuePassword(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  let issued: IssuedPassword | null = null
  const answer = await formAction({
    name: 'admin.issuePassword',
    who: ['full'],
    right: 'users.resetPassword',
    schema: z.strictObject({ targetId: z.uuid(), returnTo: z.string().max(512) }),
    run: async (visit, { targetId }) => {
      const result = await issueTemporaryPassword(visit, targetId)
      if (!result.ok) return result
      issued = result.value
      return ok({ stay: t('password.issue.issued') })
    },
  })(previous, data)
  return issued === null ? answer : { ...answer, values: shownOnce(issued) }
}

function shownOnce({ password, endsAt, isOnlyForReplacing }: IssuedPassword): FormAnswer['values'] {
  return { issuedPassword: password, issuedUntil: endsAt ?? '', issuedAsOrdinary: isOnlyForReplacing ? '' : 'yes' }
}
