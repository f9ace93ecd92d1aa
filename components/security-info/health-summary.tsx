import { t } from '@/lib/i18n'
import type { Health } from '@/lib/security-info/health'
import { Card } from '../ui/card'
import { Icon } from '../ui/icon'

/** What the person's methods do for them, in a few lines; what is missing stands with what to do about it. */
export function HealthSummary({ health }: { health: Health }) {
  const lines = linesOf(health)
  const isGood = lines.every(({ isGood: good, isOptional }) => good || isOptional)
  return (
    <Card id="health">
      <div className="grid gap-4">
        <h2 id="health-heading" className="flex items-center gap-3 text-lg font-semibold tracking-tight">
          <Icon
            name={isGood ? 'shield' : 'warning'}
            className={isGood ? 'size-7 text-success' : 'size-7 text-warning'}
          />
          {t(isGood ? 'securityInfo.health.good' : 'securityInfo.health.missing')}
        </h2>
        <ul aria-label={t('securityInfo.health.list')} className="grid gap-2.5">
          {lines.map(({ text, isGood: good, isOptional }) => (
            <li key={text} className="grid grid-cols-[auto_1fr] gap-3 leading-relaxed">
              <Icon
                name={good ? 'check-circle' : isOptional ? 'info' : 'warning'}
                className={`mt-0.5 size-5 ${good ? 'text-success' : isOptional ? 'text-accent' : 'text-warning'}`}
              />
              {text}
            </li>
          ))}
        </ul>
      </div>
    </Card>
  )
}

type Line = { readonly text: string; readonly isGood: boolean; readonly isOptional?: boolean }

function linesOf({ hasMfa, isPasswordless, reset }: Health): Line[] {
  const lines: Line[] = [
    { text: t(hasMfa ? 'securityInfo.health.mfa.yes' : 'securityInfo.health.mfa.no'), isGood: hasMfa },
  ]
  if (isPasswordless !== null) {
    const key = isPasswordless ? 'securityInfo.health.passwordless.yes' : 'securityInfo.health.passwordless.no'
    lines.push({ text: t(key), isGood: isPasswordless, isOptional: true })
  }
  if (reset?.missing === 0) lines.push({ text: t('securityInfo.health.reset.yes'), isGood: true })
  else if (reset) lines.push({ text: missingText(reset), isGood: false })
  return lines
}

function missingText({ missing, kinds }: NonNullable<Health['reset']>): string {
  if (kinds.length === 0) return t('securityInfo.health.reset.ask')
  const names = kinds.map((kind) => t(`securityInfo.method.${kind}`).toLowerCase())
  const methods = new Intl.ListFormat('en', { type: 'disjunction' }).format(names)
  return t('securityInfo.health.reset.no', { count: missing, methods })
}
