import { DraftNotes } from '@/components/conditional-access/draft-notes'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { CheckboxField, FieldGroup } from '@/components/ui/checkbox-field'
import { Disclosure } from '@/components/ui/disclosure'
import type { FormAction } from '@/components/ui/form-answer'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextareaField, TextField } from '@/components/ui/text-field'
import { defaultLocale, t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import type { LanguageText, TermsOfUse } from '@/lib/terms-of-use/model'
import { otherLanguages } from './fields'

const list = '/admin/terms-of-use'

/** Name, text in its languages, and when to ask again, of terms that are new or being changed. */
export function TermsForm({
  action,
  terms,
  languages,
}: {
  action: FormAction
  terms: TermsOfUse | null
  languages: readonly LanguageText[]
}) {
  const others = languages.length - 1
  return (
    <Card className="max-w-3xl">
      <ActionForm action={action} errorHeading={t('terms.edit.errors')}>
        <FormToken />
        <TextField
          name="displayName"
          label={t('terms.form.name')}
          hint={t('terms.form.name.hint')}
          defaultValue={terms?.displayName}
          autoComplete="off"
          maxLength={256}
        />
        <fieldset className="min-w-0">
          <legend className="font-medium">{t('terms.form.default')}</legend>
          <LanguageFields place={0} text={languages[0]} />
        </fieldset>
        <Disclosure summary={t('terms.form.more', { count: Math.max(0, others) })}>
          <p className="text-sm text-text-muted">{t('terms.form.more.hint')}</p>
          <div className="grid gap-6">
            {/* Before scripts load nothing can be added, so there are always two free lines, and a save makes more. */}
            {otherLanguages.slice(0, Math.max(0, others) + 2).map((place) => (
              <fieldset key={place} className="min-w-0 border-l-2 border-border pl-4 sm:pl-6">
                <legend className="font-medium">{t('terms.form.other', { number: place })}</legend>
                <LanguageFields place={place} text={languages[place]} />
              </fieldset>
            ))}
          </div>
        </Disclosure>
        <FieldGroup name="askingAgain" label={t('terms.form.again')}>
          <CheckboxField
            name="asksAgainOnChange"
            label={t('terms.form.onChange')}
            hint={t('terms.form.onChange.hint')}
            defaultChecked={terms?.asksAgainOnChange ?? true}
          />
          <TextField
            name="asksAgainDays"
            label={t('terms.form.days')}
            hint={t('terms.form.days.hint')}
            optionalLabel={t('terms.form.optional')}
            defaultValue={terms?.asksAgainDays?.toString() ?? ''}
            inputMode="numeric"
            autoComplete="off"
            maxLength={4}
          />
        </FieldGroup>
        <DraftNotes
          version={terms?.version}
          texts={{
            confirmLabel: '',
            confirmHint: '',
            conflict: t('terms.conflict.text'),
            conflictLink: t('terms.conflict.link'),
            newestHref: `${list}/${terms?.id}`,
          }}
        />
        <Actions>
          <SubmitButton pendingLabel={t('ui.pending')}>
            {t(terms ? 'terms.form.save' : 'terms.form.create')}
          </SubmitButton>
          <ButtonLink href={list} variant="secondary">
            {t('ui.cancel')}
          </ButtonLink>
        </Actions>
      </ActionForm>
    </Card>
  )
}

function LanguageFields({ place, text }: { place: number; text: LanguageText | undefined }) {
  return (
    <div className="mt-3 grid gap-5">
      <TextField
        name={`language${place}`}
        label={t('terms.form.language')}
        hint={t('terms.form.language.hint')}
        defaultValue={text?.language ?? (place === 0 ? defaultLocale : '')}
        autoComplete="off"
        spellCheck={false}
        maxLength={16}
        className="max-w-40"
      />
      <TextareaField
        name={`text${place}`}
        label={t('terms.form.text')}
        hint={place === 0 ? t('terms.form.text.hint') : undefined}
        defaultValue={text?.text}
        autoComplete="off"
        dir="auto"
        rows={place === 0 ? 12 : 4}
      />
    </div>
  )
}
