import { TextLink } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { t } from '@/lib/i18n'

type Demand = 'cannotRegister' | 'asked' | 'noLongerAsked' | 'reminded' | 'noLongerReminded'

/** Whom a demand concerns: one line for each thing that somebody notices, with a way to the list. */
export function DemandList({
  demands,
  hrefOf,
}: {
  demands: readonly { readonly effect: Demand; readonly count: number }[]
  hrefOf: (effect: Demand) => string
}) {
  const felt = demands.filter(({ count }) => count > 0)
  if (felt.length === 0) return <p className="text-text-muted">{t('registrationPolicies.preview.nobody')}</p>
  return (
    <ul className="grid divide-y divide-border">
      {felt.map(({ effect, count }) => {
        const sentence = t(`registrationPolicies.effect.${effect}`, { count })
        const isSerious = effect === 'cannotRegister'
        return (
          <li key={effect} className="flex gap-3 py-4 first:pt-0 last:pb-0">
            <Icon
              name={isSerious ? 'warning' : 'info'}
              className={isSerious ? 'mt-0.5 size-5 text-warning' : 'mt-0.5 size-5 text-accent'}
            />
            <div className="grid min-w-0 flex-1 gap-1 sm:flex sm:items-start sm:justify-between sm:gap-4">
              <div className="grid gap-0.5">
                <span className="font-medium">{sentence}</span>
                <span className="text-sm text-text-muted">{t(`registrationPolicies.effect.${effect}.hint`)}</span>
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
