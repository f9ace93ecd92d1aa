'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { t } from '@/lib/i18n'
import { formAction } from '@/lib/request/action'
import { ok } from '@/lib/result'
import { type IssuedPass, issuePass as issue } from '@/lib/security-info/administer'

const digits = z.string().regex(/^\d{1,6}$/, 'form.invalid')

const passForm = z
  .strictObject({
    targetId: z.uuid(),
    returnTo: z.string().max(512),
    start: z.enum(['now', 'later']),
    /** As `datetime-local` writes it; read as UTC unless a script said which instant was meant. */
    startsAt: z.union([z.literal(''), z.iso.datetime({ local: true })]),
    startsAtInstant: z.union([z.literal(''), z.iso.datetime()]).default(''),
    lifetimeInMinutes: digits.transform(Number),
    isUsableOnce: z.literal('on').optional(),
  })
  .refine(({ start, startsAt }) => start === 'now' || startsAt !== '', { message: 'form.invalid', path: ['startsAt'] })

/**
 * Issues a pass and answers it for the one showing.
 *
 * The pass is in the answer's `values` under names that no field of the form has: it reaches the administrator's page, with
 * scripts as the state of the form, without them in the page that answers the POST, and nowhere else. The page then
 * shows the pass in place of all fields and buttons (`pass-form.tsx`), so nothing is left that could send it back, and
 * what a browser sends as the previous state is never read. It is in no address, no log and no audit event.
 */
export async function issuePass(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  let issued: IssuedPass | null = null
  const door = formAction({
    name: 'admin.issuePass',
    who: ['full'],
    right: 'temporaryAccessPass.create',
    schema: passForm,
    keep: ['start', 'startsAt', 'startsAtInstant', 'lifetimeInMinutes', 'isUsableOnce'],
    run: async (visit, input) => {
      const result = await issue(visit, {
        targetId: input.targetId,
        request: {
          startsAt: startOf(input),
          lifetimeInMinutes: input.lifetimeInMinutes,
          isUsableOnce: input.isUsableOnce === 'on',
        },
      })
      if (!result.ok) return result
      issued = result.value
      return ok({ stay: t('admin.pass.issued') })
    },
  })
  const answer = await door(previous, data)
  return issued === null ? answer : { ...answer, values: shownOnce(issued) }
}

function startOf(input: z.output<typeof passForm>): string | undefined {
  if (input.start === 'now' || input.startsAt === '') return undefined
  return input.startsAtInstant === '' ? `${input.startsAt}Z` : input.startsAtInstant
}

function shownOnce({ pass, startsAt, expiresAt, isUsableOnce }: IssuedPass): FormAnswer['values'] {
  return { issuedPass: pass, issuedFrom: startsAt, issuedUntil: expiresAt, issuedUses: isUsableOnce ? 'once' : 'many' }
}
