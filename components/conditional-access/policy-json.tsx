import { t } from '@/lib/i18n'
import { TextLink } from '../ui/button'
import { CopyButton } from '../ui/copy-button'
import { Disclosure } from '../ui/disclosure'

/** The policy as Graph writes it, to read and to copy; as plain text of its own where no script copies it. */
export function PolicyJson({ id, text }: { id: string; text: string }) {
  const path = '/admin/conditional-access'
  return (
    <Disclosure summary={t('policies.edit.json')}>
      <p className="text-sm text-text-muted">{t('policies.edit.jsonHint')}</p>
      <pre className="rounded-md border border-border bg-surface-raised p-4 font-mono text-sm wrap-anywhere whitespace-pre-wrap">
        {text}
      </pre>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
        <CopyButton
          text={text}
          label={t('policies.edit.copyJson')}
          copiedLabel={t('ui.copied')}
          failedLabel={t('ui.copyFailed')}
        />
        <TextLink href={`${path}/${id}/json`}>{t('policyFiles.json.plain')}</TextLink>
        <TextLink href={`${path}/export/file?form=json&id=${id}`}>{t('policyFiles.json.download')}</TextLink>
      </div>
    </Disclosure>
  )
}
