'use server'

import { z } from 'zod'
import type { FormAnswer } from '@/components/ui/form-answer'
import type { PasswordResetPolicy } from '@/lib/authentication-methods/policy-model'
import { readPasswordResetPolicy } from '@/lib/authentication-methods/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { updatePasswordResetPolicy } from '@/lib/policy-changes/commands'
import { changedResetPolicy, passwordResetChangeSchema, resetChangeOf } from '@/lib/policy-changes/reset-change'
import { formAction, type Outcome } from '@/lib/request/action'
import { fail, ok, type Result } from '@/lib/result'
import { pickersAgain } from '../group-choices'
import { readProposal, readVersion, writeProposal } from '../proposal'
import { staleForPreview } from '../stale-for-preview'
import { typedValues } from '../typed-values'
import {
  type AskedPolicy,
  type ResetFields,
  rescopedPolicyOf,
  resetFieldsSchema,
  resetPolicyOf,
  type ScopeFields,
  scopeFieldsSchema,
  type Wrong,
} from './fields'

const page = '/admin/password-reset'
const preview = `${page}/preview`

/** Leads to what the change means, or looks groups up. */
export async function proposeResetAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const form = proposing<ResetFields>(resetPolicyOf)
  const answer = await formAction({
    name: 'passwordResetPolicy.propose',
    who: ['full'],
    right: 'passwordResetPolicy.update',
    schema: resetFieldsSchema,
    run: (_visit, fields) => form.run(fields),
  })(previous, data)
  return form.shownAgain(answer, data, resetFieldsSchema)
}

/** The same for whoever may change only whom reset is for. */
export async function proposeScopeAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  const form = proposing<ScopeFields>(rescopedPolicyOf)
  const answer = await formAction({
    name: 'passwordResetScope.propose',
    who: ['full'],
    right: 'passwordResetScope.update',
    schema: scopeFieldsSchema,
    run: (_visit, fields) => form.run(fields),
  })(previous, data)
  return form.shownAgain(answer, data, scopeFieldsSchema)
}

/** What both forms do with their fields: a change in the address of its preview, or the form again with what was typed. */
function proposing<Fields extends ScopeFields>(policyOf: (fields: Fields, before: PasswordResetPolicy) => AskedPolicy) {
  const again: { values?: FormAnswer['values']; wrong: readonly (Wrong | 'tooLong')[] } = { wrong: [] }
  return {
    run: async (fields: Fields): Promise<Result<Outcome>> => {
      again.values = await pickersAgain(fields)
      if (fields.intent !== 'preview') return ok({})
      const { document } = await readPasswordResetPolicy(db())
      const asked = policyOf(fields, document)
      const change = asked.ok ? writeProposal(resetChangeOf(document, asked.policy)) : ''
      if (asked.ok && change.length <= addressLengthMax)
        return ok({ go: `${preview}?version=${readVersion(fields.version)}&change=${change}` })
      again.wrong = asked.ok ? ['tooLong'] : asked.wrong
      return fail('invalid', 'policyChanges.invalid')
    },
    shownAgain: (answer: FormAnswer, data: FormData, { shape }: { readonly shape: object }): FormAnswer => {
      const errors = again.wrong.length === 0 ? answer.errors : again.wrong.map((wrong) => places[wrong])
      const lists = ['includeGroups', 'excludeGroups', 'allowedMethodKinds', 'predefinedQuestions']
      return { ...answer, errors, values: { ...typedValues(data, Object.keys(shape), lists), ...again.values } }
    },
  }
}

/** Saves the change that the preview showed, under the version that the form showed. */
export async function saveResetAction(previous: FormAnswer, data: FormData): Promise<FormAnswer> {
  return formAction({
    name: 'passwordResetPolicy.update',
    who: ['full'],
    // How much of it this administrator may change is judged with the change.
    right: 'passwordResetScope.update',
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
  scope: { field: 'enabledFor', message: t('passwordResetPolicy.enabledFor.bad') },
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
