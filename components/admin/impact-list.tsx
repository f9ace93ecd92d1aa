import { t } from '@/lib/i18n'
import { type Effect, effects, type Impact } from '@/lib/policy-changes/model'
import { EffectList } from './effect-list'

const serious: ReadonlySet<Effect> = new Set(['shutOut', 'losesOnly', 'losesReset'])

/** Whom a change concerns: one line for each effect that somebody notices, the gravest first, with a way to the list. */
export function ImpactList({ impact, hrefOf }: { impact: Impact; hrefOf: (effect: Effect) => string }) {
  const felt = effects.filter((effect) => impact[effect] > 0)
  if (felt.length === 0) return <p className="text-text-muted">{t('policyChanges.preview.nobody')}</p>
  const lines = felt.map((effect) => ({
    key: effect,
    sentence: t(`policyChanges.effect.${effect}`, { count: impact[effect] }),
    hint: t(`policyChanges.effect.${effect}.hint`),
    isSerious: serious.has(effect),
    href: hrefOf(effect),
  }))
  return <EffectList lines={lines} />
}
