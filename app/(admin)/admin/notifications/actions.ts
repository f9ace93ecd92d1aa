'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { mailLocales } from '@/lib/i18n'
import { brandingFrom } from '@/lib/notifications/branding'
import { mailTemplates } from '@/lib/notifications/model'
import { defaultMailTexts } from '@/lib/notifications/own-texts'
import { env } from '@/lib/platform/env'
import {
  mailTextsWith,
  sendTestMail,
  updateMailBranding,
  updateMailLogo,
  updateMailText,
} from '@/lib/policy-changes/mail'
import { boundText, formAction } from '@/lib/request/action'
import { fail, ok } from '@/lib/result'
import { readVersion, writeProposal } from '../proposal'
import { typedValues } from '../typed-values'
import { brandingFieldsSchema, textFieldsSchema, textInputOf } from './fields'

const door = { who: ['full'], right: 'mailSettings.update' } as const
const page = '/admin/notifications'

/** Shows how mails would look, or saves it. */
export async function brandingAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const answer = await formAction({
    ...door,
    name: 'mailSettings.branding',
    schema: brandingFieldsSchema,
    run: async (visit, { intent, version, ...input }) => {
      const asked = brandingFrom(input, env().PUBLIC_ORIGIN)
      if (!asked.ok) return asked
      if (intent === 'preview')
        return ok({
          go: `${page}/branding?version=${readVersion(version)}&change=${writeProposal(asked.value)}#preview`,
        })
      const saved = await updateMailBranding(visit, input, readVersion(version))
      return saved.ok ? ok({ go: `${page}/branding?done=saved` }) : saved
    },
  })(previous, data)
  return keeping(answer, data, Object.keys(brandingFieldsSchema.shape))
}

export const removeLogo = formAction({
  ...door,
  name: 'mailSettings.removeLogo',
  schema: z.strictObject({}),
  run: async (visit) => {
    const saved = await updateMailLogo(visit, null)
    return saved.ok ? ok({ go: `${page}/branding?done=logoRemoved` }) : saved
  },
})

/** Shows what one mail would say, or saves it. */
export async function textAction(template: string, previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const known = mailTemplates.find((one) => one === boundText(template))
  const answer = await formAction({
    ...door,
    name: 'mailSettings.text',
    schema: textFieldsSchema,
    run: async (visit, fields) => {
      if (!known) return fail('invalid', 'form.invalid')
      const input = textInputOf(fields)
      const asked = mailTextsWith(defaultMailTexts, known, input)
      if (!asked.ok) return asked
      const { intent, version, language } = fields
      if (intent === 'preview')
        return ok({
          go: `${page}/${known}?version=${readVersion(version)}&language=${language}&change=${writeProposal(input)}#preview`,
        })
      const saved = await updateMailText(visit, known, input, readVersion(version))
      return saved.ok ? ok({ go: `${page}/${known}?language=${language}&done=saved` }) : saved
    },
  })(previous, data)
  return keeping(answer, data, Object.keys(textFieldsSchema.shape))
}

export const sendTest = formAction({
  ...door,
  name: 'mailSettings.sendTest',
  schema: z.strictObject({ template: z.enum(mailTemplates), language: z.enum(mailLocales) }),
  run: async (visit, { template, language }) => {
    const sent = await sendTestMail(visit, template, language)
    return sent.ok ? ok({ go: `${page}/${template}?language=${language}&done=test` }) : sent
  },
})

/** A refused form keeps what was typed; after anything else the page that comes shows what there is. */
function keeping(answer: FormAnswer, data: FormData, names: readonly string[]): FormAnswer {
  return answer.errors.length === 0 ? answer : { ...answer, values: typedValues(data, names, []) }
}
