'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import { readPasswordResetPolicy } from '@/lib/authentication-methods/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { updatePasswordResetPolicy } from '@/lib/policy-changes/commands'
import { changedResetPolicy, passwordResetChangeSchema, resetChangeOf } from '@/lib/policy-changes/reset-change'
import { formAction } from '@/lib/request/action'
import { fail, ok } from '@/lib/result'
import { pickersAgain } from '../group-choices'
import { readProposal, readVersion, writeProposal } from '../proposal'
import { staleForPreview } from '../stale-for-preview'
import { typedValues } from '../typed-values'
import { resetFieldsSchema, resetPolicyOf, type Wrong } from './fields'

const door = { who: ['full'], right: 'passwordResetPolicy.update' } as const
const page = '/admin/password-reset'
const preview = `${page}/preview`

/** Leads to what the change means, or looks groups up. */
export async function proposeResetAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const again: { values?: FormAnswer['values']; wrong: readonly (Wrong | 'tooLong')[] } = { wrong: [] }
  const answer = await formAction({
    ...door,
    name: 'passwordResetPolicy.propose',
    schema: resetFieldsSchema,
    run: async (_visit, fields) => {
      again.values = await pickersAgain(fields)
      if (fields.intent !== 'preview') return ok({})
      const asked = resetPolicyOf(fields)
      const { document } = await readPasswordResetPolicy(db())
      const change = asked.ok ? writeProposal(resetChangeOf(document, asked.policy)) : ''
      if (asked.ok && change.length <= addressLengthMax)
        return ok({ go: `${preview}?version=${readVersion(fields.version)}&change=${change}` })
      again.wrong = asked.ok ? ['tooLong'] : asked.wrong
      return fail('invalid', 'policyChanges.invalid')
    },
  })(previous, data)
  const errors = again.wrong.length === 0 ? answer.errors : again.wrong.map((wrong) => places[wrong])
  const names = Object.keys(resetFieldsSchema.shape)
  const lists = ['includeGroups', 'excludeGroups', 'allowedMethodKinds', 'predefinedQuestions']
  return { ...answer, errors, values: { ...typedValues(data, names, lists), ...again.values } }
}

/** Saves the change that the preview showed, under the version that the form showed. */
export async function saveResetAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    ...door,
    name: 'passwordResetPolicy.update',
    schema: z.strictObject({ version: z.string().max(16), change: z.string().max(16_384) }),
    run: async (visit, { version, change: text }) => {
      const change = readProposal(passwordResetChangeSchema, text)
      // Of this very version, or the command refuses: a change says nothing without what it changes.
      const { document } = await readPasswordResetPolicy(db())
      const after = change && changedResetPolicy(document, change)
      if (!after) return fail('invalid', 'policyChanges.invalid')
      const stale = staleForPreview(visit, `${preview}?version=${readVersion(version)}&change=${text}`)
      if (stale) return stale
      const saved = await updatePasswordResetPolicy(visit, after, readVersion(version))
      return saved.ok ? ok({ go: `${page}?saved=yes` }) : saved
    },
  })(previous, data)
}

/** The change travels in the address of the preview; a longer one is refused on its way by servers and proxies. */
const addressLengthMax = 12_000

const places: Readonly<Record<Wrong | 'tooLong', { readonly field: string; readonly message: string }>> = {
  group: { field: 'includePeople', message: t('passwordResetPolicy.group.missing') },
  appAlone: { field: 'allowedMethodKinds', message: t('passwordResetPolicy.allowed.appAlone') },
  tooFew: { field: 'allowedMethodKinds', message: t('passwordResetPolicy.allowed.tooFew') },
  reconfirmDays: { field: 'reconfirmDays', message: t('passwordResetPolicy.reconfirm.bad') },
  numberToReset: { field: 'numberToReset', message: t('securityQuestions.admin.reset.bad') },
  predefinedQuestions: { field: 'predefinedQuestions', message: t('securityQuestions.admin.tooFew') },
  customQuestions: { field: 'customQuestions', message: t('securityQuestions.admin.custom.bad') },
  isOnlyGateAccepted: { field: 'isOnlyGateAccepted', message: t('securityQuestions.admin.alone.bad') },
  helpdesk: { field: 'helpdesk', message: t('passwordResetPolicy.helpdesk.bad') },
  tooLong: { field: 'customQuestions', message: t('securityQuestions.admin.custom.tooLong') },
}
