import { t } from '@/lib/i18n'
import { CopyButton } from '../ui/copy-button'
import { Disclosure } from '../ui/disclosure'

/** The policy as Graph writes it, to read and to copy. */
export function PolicyJson({
  policy,
}: {
  policy: {
    readonly id: string
    readonly templateId: string | null
    readonly createdAt: Date
    readonly modifiedAt: Date | null
    readonly body: Readonly<Record<string, unknown>>
  }
}) {
  const { displayName, description, state, ...rest } = policy.body
  const json = {
    id: policy.id,
    templateId: policy.templateId,
    displayName,
    description,
    createdDateTime: policy.createdAt.toISOString(),
    modifiedDateTime: policy.modifiedAt?.toISOString() ?? null,
    state,
    ...rest,
  }
  const text = JSON.stringify(json, null, 2)
  return (
    <Disclosure summary={t('policies.edit.json')}>
      <p className="text-sm text-text-muted">{t('policies.edit.jsonHint')}</p>
      <pre className="rounded-md border border-border bg-surface-raised p-4 font-mono text-sm wrap-anywhere whitespace-pre-wrap">
        {text}
      </pre>
      <div>
        <CopyButton
          text={text}
          label={t('policies.edit.copyJson')}
          copiedLabel={t('ui.copied')}
          failedLabel={t('ui.copyFailed')}
        />
      </div>
    </Disclosure>
  )
}
