import { DraftNotes } from '@/components/conditional-access/draft-notes'
import { Boxes } from '@/components/conditional-access/section'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { CheckboxField, FieldGroup } from '@/components/ui/checkbox-field'
import { Disclosure } from '@/components/ui/disclosure'
import type { FormAction } from '@/components/ui/form-answer'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextField } from '@/components/ui/text-field'
import type { StoredStrength } from '@/lib/conditional-access/store'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import { combinationGroups, combinationName } from './combinations'

const list = '/admin/authentication-strengths'

/** Name, description and combinations of a strength, new or being changed. */
export function StrengthForm({ action, strength }: { action: FormAction; strength: StoredStrength | null }) {
  const chosen = strength?.allowedCombinations ?? []
  return (
    <Card className="max-w-3xl">
      <ActionForm action={action} errorHeading={t('strengths.edit.errors')}>
        <FormToken />
        <TextField
          name="displayName"
          label={t('strengths.form.name')}
          hint={t('strengths.form.name.hint')}
          defaultValue={strength?.displayName}
          autoComplete="off"
          maxLength={256}
        />
        <TextField
          name="description"
          label={t('strengths.form.description')}
          optionalLabel={t('strengths.form.optional')}
          defaultValue={strength?.description ?? ''}
          autoComplete="off"
          maxLength={1024}
        />
        <FieldGroup
          name="allowedCombinations"
          label={t('strengths.form.combinations')}
          hint={t('strengths.form.combinations.hint')}
        >
          <div className="grid gap-6">
            <Group name="here" chosen={chosen} />
            <Group name="single" chosen={chosen} />
            <Disclosure summary={t('strengths.form.group.elsewhere')}>
              <p className="text-sm text-text-muted">{t('strengths.form.group.elsewhere.hint')}</p>
              <Combinations combinations={combinationGroups.elsewhere} chosen={chosen} />
            </Disclosure>
          </div>
        </FieldGroup>
        <DraftNotes
          version={strength?.version}
          texts={{
            confirmLabel: t('strengths.confirm.label'),
            confirmHint: t('strengths.confirm.hint'),
            conflict: t('strengths.conflict.text'),
            conflictLink: t('strengths.conflict.link'),
            newestHref: `${list}/${strength?.id}`,
          }}
        />
        <Actions>
          <SubmitButton pendingLabel={t('ui.pending')}>
            {t(strength ? 'strengths.form.save' : 'strengths.form.create')}
          </SubmitButton>
          <ButtonLink href={list} variant="secondary">
            {t('ui.cancel')}
          </ButtonLink>
        </Actions>
      </ActionForm>
    </Card>
  )
}

function Group({ name, chosen }: { name: 'here' | 'single'; chosen: readonly string[] }) {
  return (
    <fieldset aria-labelledby={`combinations-${name}`} className="grid min-w-0 gap-3">
      <p id={`combinations-${name}`} className="text-sm text-text-muted">
        {t(`strengths.form.group.${name}`)}
      </p>
      <Combinations combinations={combinationGroups[name]} chosen={chosen} />
    </fieldset>
  )
}

function Combinations({ combinations, chosen }: { combinations: readonly string[]; chosen: readonly string[] }) {
  return (
    <Boxes>
      {combinations.map((combination) => (
        <CheckboxField
          key={combination}
          id={`combination-${combination.replace(',', '-')}`}
          name="allowedCombinations[]"
          value={combination}
          label={combinationName(combination)}
          defaultChecked={chosen.includes(combination)}
        />
      ))}
    </Boxes>
  )
}
