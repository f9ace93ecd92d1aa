import { JsonValue } from '@/components/admin/json-value'
import type { ChangeView } from '@/lib/conditional-access/difference-view'
import { formatDate, t } from '@/lib/i18n'
import { TextLink } from '../ui/button'
import { Disclosure } from '../ui/disclosure'

/** The changes of one policy or location, newest first; `versionHref` leads to a version that can be taken again. */
export function ChangeList({
  changes,
  versionHref,
}: {
  changes: readonly ChangeView[]
  versionHref?: (change: ChangeView) => string | null
}) {
  return (
    <ol className="grid divide-y divide-border">
      {changes.map((change) => {
        const href = versionHref?.(change) ?? null
        const at = formatDate(change.at)
        return (
          <li key={change.id} className="grid min-w-0 gap-3 px-5 py-5 sm:px-6">
            <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
              <h2 className="min-w-0 font-medium wrap-anywhere">
                <bdi>{change.sentence}</bdi>
              </h2>
              <time dateTime={change.at.toISOString()} className="text-sm text-text-muted">
                {at}
              </time>
            </div>
            {change.before !== null && change.after !== null && <DifferenceLines lines={change.lines} />}
            <div className="flex flex-wrap items-start gap-x-6 gap-y-3">
              {href && (
                <TextLink href={href} aria-label={t('policies.history.lookLabel', { at })}>
                  {t('policies.history.look')}
                </TextLink>
              )}
              <div className="min-w-0 grow">
                <Disclosure summary={t('policies.history.json')}>
                  <div className="grid gap-4 lg:grid-cols-2">
                    <JsonValue label={t('policies.history.before')} value={change.before} />
                    <JsonValue label={t('policies.history.after')} value={change.after} />
                  </div>
                </Disclosure>
              </div>
            </div>
          </li>
        )
      })}
    </ol>
  )
}

/** "Users: + Staff", one line each; a sentence where nothing differs. */
export function DifferenceLines({ lines }: { lines: readonly string[] }) {
  if (lines.length === 0) return <p className="text-text-muted">{t('policies.history.same')}</p>
  return (
    <ul className="grid gap-1">
      {lines.map((line) => (
        <li key={line} className="wrap-anywhere">
          <bdi>{line}</bdi>
        </li>
      ))}
    </ul>
  )
}
