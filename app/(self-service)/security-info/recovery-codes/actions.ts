'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { t } from '@/lib/i18n'
import { formAction } from '@/lib/request/action'
import { ok } from '@/lib/result'
import { makeRecoveryCodes } from '@/lib/security-info/recovery-codes'

/**
 * Makes codes and answers them for the one showing.
 *
 * They are in the answer's `values` under a name that no field of the form has: they reach the person's page, with
 * scripts as the state of the form, without them in the page that answers the POST, and nowhere else. The page then
 * shows them in place of the fields and the button (`codes-form.tsx`), so nothing is left that could send them back.
 */
export async function makeCodes(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  let codes: readonly string[] | null = null
  const door = formAction({
    name: 'makeRecoveryCodes',
    who: ['full'],
    schema: z.strictObject({ replaces: z.union([z.literal(''), z.guid()]) }),
    run: async (asking, { replaces }) => {
      const made = await makeRecoveryCodes(asking, replaces === '' ? null : replaces)
      if (!made.ok) {
        return made.failure.code === 'security_info.changed_elsewhere'
          ? ok({ go: '/security-info?done=changedElsewhere' })
          : made
      }
      codes = made.value.codes
      return ok({ stay: t('securityInfo.recoveryCodes.made') })
    },
  })
  const answer = await door(previous, data)
  return codes === null ? answer : { ...answer, values: { issuedCodes: codes } }
}
