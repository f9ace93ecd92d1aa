import { TextLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { t } from '@/lib/i18n'

/** What somebody notices of a change, as a sentence with its number, and where to see whom. */
export type EffectLine = {
  readonly key: string
  readonly sentence: string
  readonly hint: string
  readonly isSerious: boolean
  readonly href: string
}

/** One line for each effect of a change on people, with a way to the list. */
export function EffectList({ lines }: { lines: readonly EffectLine[] }) {
  return (
    <ul className="grid divide-y divide-border">
      {lines.map(({ key, sentence, hint, isSerious, href }) => (
        <li key={key} className="flex gap-3 py-4 first:pt-0 last:pb-0">
          <Icon
            name={isSerious ? 'warning' : 'info'}
            className={isSerious ? 'mt-0.5 size-5 text-warning' : 'mt-0.5 size-5 text-accent'}
          />
          <div className="grid min-w-0 flex-1 gap-1 sm:flex sm:items-start sm:justify-between sm:gap-4">
            <div className="grid gap-0.5">
              <span className="font-medium">{sentence}</span>
              <span className="text-sm text-text-muted">{hint}</span>
            </div>
            <TextLink
              href={href}
              aria-label={t('policyChanges.preview.showLabel', { effect: sentence })}
              className="w-fit whitespace-nowrap"
            >
              {t('policyChanges.preview.show')}
            </TextLink>
          </div>
        </li>
      ))}
    </ul>
  )
}
