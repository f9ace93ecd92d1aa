import { t } from '@/lib/i18n'
import { EffectList } from './effect-list'

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
  const lines = felt.map(({ effect, count }) => ({
    key: effect,
    sentence: t(`registrationPolicies.effect.${effect}`, { count }),
    hint: t(`registrationPolicies.effect.${effect}.hint`),
    isSerious: effect === 'cannotRegister',
    href: hrefOf(effect),
  }))
  return <EffectList lines={lines} />
}
