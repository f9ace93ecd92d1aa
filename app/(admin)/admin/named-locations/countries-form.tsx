import { DraftNotes } from '@/components/conditional-access/draft-notes'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { CheckboxField } from '@/components/ui/checkbox-field'
import type { FormAction } from '@/components/ui/form-answer'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextareaField, TextField } from '@/components/ui/text-field'
import type { CountryNamedLocation } from '@/lib/conditional-access/model'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'

/** Name and countries of a location, new or being changed. */
export function CountriesForm({
  action,
  location,
  path,
}: {
  action: FormAction
  location: CountryNamedLocation | null
  /** The page's own address, where the newest version is. */
  path: string
}) {
  return (
    <Card className="max-w-3xl">
      <ActionForm action={action} errorHeading={t('namedLocations.edit.errors')}>
        <FormToken />
        <TextField
          name="displayName"
          label={t('namedLocations.form.name')}
          hint={t('namedLocations.countries.name.hint')}
          defaultValue={location?.displayName}
          autoComplete="off"
          maxLength={256}
        />
        <TextareaField
          name="countries"
          label={t('namedLocations.countries.list')}
          hint={t('namedLocations.countries.list.hint')}
          defaultValue={location?.countriesAndRegions.join(' ')}
          autoComplete="off"
          spellCheck={false}
          className="font-mono uppercase"
        />
        <CheckboxField
          name="includeUnknown"
          label={t('namedLocations.countries.unknown')}
          hint={t('namedLocations.countries.unknown.hint')}
          defaultChecked={location?.includeUnknownCountriesAndRegions}
        />
        <DraftNotes
          version={location?.version}
          texts={{
            confirmLabel: t('namedLocations.confirm.label'),
            confirmHint: t('namedLocations.confirm.hint'),
            conflict: t('namedLocations.conflict.text'),
            conflictLink: t('namedLocations.conflict.link'),
            newestHref: path,
          }}
        />
        <Actions>
          <SubmitButton pendingLabel={t('ui.pending')}>
            {t(location ? 'namedLocations.form.save' : 'namedLocations.form.create')}
          </SubmitButton>
          <ButtonLink href="/admin/named-locations" variant="secondary">
            {t('ui.cancel')}
          </ButtonLink>
        </Actions>
      </ActionForm>
    </Card>
  )
}
