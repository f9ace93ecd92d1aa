import type { ReactNode } from 'react'
import { t } from '@/lib/i18n'
import { ActionForm } from '../ui/action-form'
import type { FormAction } from '../ui/form-answer'
import { Notice } from '../ui/notice'
import { SelectField } from '../ui/select-field'
import { SubmitButton } from '../ui/submit-button'
import { TextField } from '../ui/text-field'

/**
 * So many questions with their answers: sends `question1`, `answer1` and so on. A refused form keeps the questions and
 * never an answer.
 */
export function SecurityQuestionsForm({
  action,
  token,
  questions,
  count,
  answerLengthMax,
}: {
  action: FormAction
  token: ReactNode
  questions: readonly { readonly key: string; readonly text: string }[]
  count: number
  answerLengthMax: number
}) {
  const options = questions.map(({ key, text }) => ({ value: key, label: text }))
  return (
    <ActionForm action={action} errorHeading={t('ui.errorSummary.heading')} className="grid gap-7">
      {token}
      <Notice live={false}>{t('securityQuestions.form.weaker')}</Notice>
      <p className="text-text-muted">{t('securityQuestions.form.advice')}</p>
      {Array.from({ length: count }, (_, index) => index + 1).map((number) => (
        <fieldset key={number} className="grid min-w-0 gap-4 border-t border-border pt-5">
          <legend className="float-left font-medium">{t('securityQuestions.form.row', { number })}</legend>
          <SelectField
            name={`question${number}`}
            label={t('securityQuestions.form.question')}
            placeholder={t('securityQuestions.form.choose')}
            options={options}
            className="clear-both"
            required
          />
          <TextField
            name={`answer${number}`}
            label={t('securityQuestions.form.answer')}
            hint={t('securityQuestions.form.answer.hint')}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            maxLength={answerLengthMax * 4}
            required
          />
        </fieldset>
      ))}
      <SubmitButton wide pendingLabel={t('ui.pending')}>
        {t('securityQuestions.form.submit')}
      </SubmitButton>
    </ActionForm>
  )
}
