import { TextLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { t } from '@/lib/i18n'
import { type Effect, effects, type Impact } from '@/lib/policy-changes/model'

const serious: ReadonlySet<Effect> = new Set(['shutOut', 'losesOnly', 'losesReset'])

/** Whom a change concerns: one line for each effect that somebody notices, the gravest first, with a way to the list. */
export function ImpactList({ impact, hrefOf }: { impact: Impact; hrefOf: (effect: Effect) => string }) {
  const felt = effects.filter((effect) => impact[effect] > 0)
  if (felt.length === 0) return <p className="text-text-muted">{t('policyChanges.preview.nobody')}</p>
  return (
    <ul className="grid divide-y divide-border">
      {felt.map((effect) => {
        const sentence = t(`policyChanges.effect.${effect}`, { count: impact[effect] })
        return (
          <li key={effect} className="flex gap-3 py-4 first:pt-0 last:pb-0">
            <Icon
              name={serious.has(effect) ? 'warning' : 'info'}
              className={serious.has(effect) ? 'mt-0.5 size-5 text-warning' : 'mt-0.5 size-5 text-accent'}
            />
            <div className="grid min-w-0 flex-1 gap-1 sm:flex sm:items-start sm:justify-between sm:gap-4">
              <div className="grid gap-0.5">
                <span className="font-medium">{sentence}</span>
                <span className="text-sm text-text-muted">{t(`policyChanges.effect.${effect}.hint`)}</span>
              </div>
              <TextLink
                href={hrefOf(effect)}
                aria-label={t('policyChanges.preview.showLabel', { effect: sentence })}
                className="w-fit whitespace-nowrap"
              >
                {t('policyChanges.preview.show')}
              </TextLink>
            </div>
          </li>
        )
      })}
    </ul>
  )
}
