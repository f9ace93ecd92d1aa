import { DraftNotes } from '@/components/conditional-access/draft-notes'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { CheckboxField } from '@/components/ui/checkbox-field'
import type { FormAction } from '@/components/ui/form-answer'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextareaField, TextField } from '@/components/ui/text-field'
import type { IpNamedLocation } from '@/lib/conditional-access/model'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'

/** Name, ranges and trust of a location, new or being changed. */
export function LocationForm({
  action,
  location,
  path,
}: {
  action: FormAction
  location: IpNamedLocation | null
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
          hint={t('namedLocations.form.name.hint')}
          defaultValue={location?.displayName}
          autoComplete="off"
          maxLength={256}
        />
        <TextareaField
          name="ranges"
          label={t('namedLocations.form.ranges')}
          hint={t('namedLocations.form.ranges.hint')}
          defaultValue={location?.ipRanges.map((range) => range.cidrAddress).join('\n')}
          autoComplete="off"
          spellCheck={false}
          className="max-h-96 font-mono"
        />
        <CheckboxField
          name="isTrusted"
          label={t('namedLocations.form.trusted')}
          hint={t('namedLocations.form.trusted.hint')}
          defaultChecked={location?.isTrusted}
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
