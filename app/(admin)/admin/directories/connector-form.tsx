import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { CheckboxField } from '@/components/ui/checkbox-field'
import { Disclosure } from '@/components/ui/disclosure'
import type { FormAction } from '@/components/ui/form-answer'
import { SelectField } from '@/components/ui/select-field'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextareaField, TextField } from '@/components/ui/text-field'
import {
  attributeMapDefaults,
  type Connector,
  type ConnectorKind,
  connectionSecurities,
  filterDefaults,
} from '@/lib/directory/connector/model'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { FormToken } from '@/lib/request/form-token'
import { attributeNames } from './fields'

const code = { autoComplete: 'off', spellCheck: false, className: 'font-mono' } as const

/** Everything that is told of a directory, new or being changed. */
export function ConnectorForm({
  action,
  kind,
  connector,
  backHref,
}: {
  action: FormAction
  kind: ConnectorKind
  connector: Connector | null
  backHref: string
}) {
  const settings = connector?.settings
  const map = settings?.attributeMap ?? attributeMapDefaults[kind]
  const bounds = limits.directory
  return (
    <ActionForm action={action} errorHeading={t('directories.form.errors')} className="grid max-w-3xl gap-6">
      <FormToken />
      <input type="hidden" name="kind" value={kind} />
      <input type="hidden" name="version" value={connector?.version ?? ''} />
      <Card id="connection" title={t('directories.form.connection')}>
        <div className="grid gap-6">
          <TextField
            name="name"
            label={t('directories.form.name')}
            hint={t('directories.form.name.hint')}
            defaultValue={connector?.name}
            autoComplete="off"
            maxLength={64}
          />
          <TextareaField
            name="servers"
            label={t('directories.form.servers')}
            hint={t('directories.form.servers.hint')}
            defaultValue={settings?.servers.map(({ url }) => url).join('\n') ?? 'ldaps://'}
            {...code}
          />
          <SelectField
            name="security"
            label={t('directories.form.security')}
            defaultValue={settings?.security ?? 'ldaps'}
            options={connectionSecurities.map((value) => ({ value, label: t(`directories.security.${value}`) }))}
          />
          <TextareaField
            name="certificateAuthorityPem"
            label={t('directories.form.authority')}
            hint={t('directories.form.authority.hint')}
            optionalLabel={t('ui.optional')}
            defaultValue={settings?.certificateAuthorityPem}
            {...code}
          />
          <TextField
            name="bindDistinguishedName"
            label={t('directories.form.account')}
            hint={t('directories.form.account.hint')}
            defaultValue={settings?.bindDistinguishedName}
            {...code}
          />
          <TextField
            name="bindPassword"
            type="password"
            label={t('directories.form.password')}
            hint={t(connector ? 'directories.form.password.keep' : 'directories.form.password.hint')}
            autoComplete="off"
            maxLength={1024}
          />
        </div>
      </Card>
      <Card id="reading" title={t('directories.form.reading')}>
        <div className="grid gap-6">
          <TextareaField
            name="baseDistinguishedNames"
            label={t('directories.form.bases')}
            hint={t('directories.form.bases.hint')}
            defaultValue={settings?.baseDistinguishedNames.join('\n')}
            {...code}
          />
          <TextField
            name="userFilter"
            label={t('directories.form.userFilter')}
            defaultValue={settings?.userFilter ?? filterDefaults[kind].user}
            {...code}
          />
          <TextField
            name="groupFilter"
            label={t('directories.form.groupFilter')}
            defaultValue={settings?.groupFilter ?? filterDefaults[kind].group}
            {...code}
          />
          <Disclosure summary={t('directories.form.attributes')}>
            {attributeNames.map((name) => (
              <TextField
                key={name}
                name={name}
                label={t(`directories.form.attribute.${name}`)}
                hint={name === 'entryId' ? t('directories.form.attribute.entryId.hint') : undefined}
                defaultValue={map[name]}
                {...code}
              />
            ))}
          </Disclosure>
        </div>
      </Card>
      <Card id="running" title={t('directories.form.running')}>
        <div className="grid gap-6">
          <CheckboxField
            name="isEnabled"
            label={t('directories.form.isEnabled')}
            hint={t('directories.form.isEnabled.hint')}
            defaultChecked={connector?.isEnabled ?? true}
          />
          <TextField
            name="syncEveryMinutes"
            inputMode="numeric"
            label={t('directories.form.every')}
            defaultValue={String(settings?.syncEveryMinutes ?? bounds.syncEveryMinutes)}
            autoComplete="off"
          />
          <TextField
            name="deletionThresholdPercent"
            inputMode="numeric"
            label={t('directories.form.threshold')}
            hint={t('directories.form.threshold.hint')}
            defaultValue={String(settings?.deletionThresholdPercent ?? bounds.deletionThresholdPercent)}
            autoComplete="off"
          />
          <TextField
            name="timeoutSeconds"
            inputMode="numeric"
            label={t('directories.form.timeout')}
            defaultValue={String(settings?.timeoutSeconds ?? bounds.timeoutSeconds)}
            autoComplete="off"
          />
        </div>
      </Card>
      <Card id="writing" title={t('directories.form.writing')}>
        <div className="grid gap-6">
          <CheckboxField
            name="canWriteBackPasswords"
            label={t('directories.form.writePasswords')}
            hint={t('directories.form.writePasswords.hint')}
            defaultChecked={settings?.canWriteBackPasswords}
          />
          <CheckboxField name="mayUnlock" label={t('directories.form.unlock')} defaultChecked={settings?.mayUnlock} />
        </div>
      </Card>
      <Actions>
        <SubmitButton pendingLabel={t('ui.pending')}>
          {t(connector ? 'directories.form.save' : 'directories.form.create')}
        </SubmitButton>
        <ButtonLink href={backHref} variant="secondary">
          {t('ui.cancel')}
        </ButtonLink>
      </Actions>
    </ActionForm>
  )
}
