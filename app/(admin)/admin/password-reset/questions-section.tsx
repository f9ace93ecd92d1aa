import { Section } from '@/components/conditional-access/section'
import { CheckboxField, FieldGroup } from '@/components/ui/checkbox-field'
import { Disclosure } from '@/components/ui/disclosure'
import { SelectField } from '@/components/ui/select-field'
import { TextareaField } from '@/components/ui/text-field'
import type { SecurityQuestionsSettings } from '@/lib/authentication-methods/policy-model'
import { predefinedQuestions } from '@/lib/authentication-methods/security-questions'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'

const { numberMin, numberMax } = limits.securityQuestions
const numbers = Array.from({ length: numberMax - numberMin + 1 }, (_, index) => String(numberMin + index))

/** How many questions, which, and whether they may ever stand alone. */
export function QuestionsSection({ settings }: { settings: SecurityQuestionsSettings }) {
  const options = numbers.map((value) => ({ value, label: value }))
  return (
    <Section id="questions" heading={t('securityQuestions.admin.heading')} lead={t('securityQuestions.admin.lead')}>
      <SelectField
        name="numberToRegister"
        label={t('securityQuestions.admin.register')}
        options={options}
        defaultValue={String(settings.numberToRegister)}
        className="max-w-40"
      />
      <SelectField
        name="numberToReset"
        label={t('securityQuestions.admin.reset')}
        hint={t('securityQuestions.admin.reset.hint')}
        options={options}
        defaultValue={String(settings.numberToReset)}
        className="max-w-40"
      />
      <Disclosure summary={t('securityQuestions.admin.predefined.summary', { count: predefinedQuestions.length })}>
        <FieldGroup name="predefinedQuestions" label={t('securityQuestions.admin.predefined')}>
          {predefinedQuestions.map((id) => (
            <CheckboxField
              key={id}
              id={`question-${id}`}
              name="predefinedQuestions[]"
              value={id}
              label={t(`securityQuestions.predefined.${id}`)}
              defaultChecked={settings.predefinedQuestions.includes(id)}
            />
          ))}
        </FieldGroup>
      </Disclosure>
      <TextareaField
        name="customQuestions"
        label={t('securityQuestions.admin.custom')}
        hint={t('securityQuestions.admin.custom.hint')}
        optionalLabel={t('ui.optional')}
        defaultValue={settings.customQuestions.join('\n')}
        autoComplete="off"
      />
      <CheckboxField
        name="isOnlyGateAccepted"
        label={t('securityQuestions.admin.alone')}
        hint={t('securityQuestions.admin.alone.hint')}
        defaultChecked={settings.isOnlyGateAccepted}
      />
    </Section>
  )
}
