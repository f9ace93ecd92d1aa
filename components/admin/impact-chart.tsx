import { ChartLegend, type ChartPart, StackedChart } from '@/components/ui/stacked-chart'
import { formatDate, t } from '@/lib/i18n'
import { type ImpactBar, type ImpactOutcome, impactOutcomes } from '@/lib/reports/policy-impact'

const fills: Readonly<Record<ImpactOutcome, string>> = {
  success: 'fill-success',
  actionRequired: 'fill-warning',
  failure: 'fill-danger',
  notApplied: 'fill-border-strong',
}
/** From the bottom of a bar upwards: what applied first, so that it can be compared. */
const parts: readonly ChartPart<ImpactOutcome>[] = (
  ['success', 'actionRequired', 'failure', 'notApplied'] as const
).map((key) => ({ key, fill: fills[key] }))

/** Bars over time, one part for each outcome. */
export function ImpactChart({
  bars,
  isHourly,
  label,
}: {
  bars: readonly ImpactBar[]
  isHourly: boolean
  label: string
}) {
  return (
    <StackedChart
      label={label}
      parts={parts}
      bars={bars.map(({ startsAt, counts }) => ({
        key: startsAt.toISOString(),
        label: shortBarTime(startsAt, isHourly),
        counts,
      }))}
    />
  )
}

/** The colours of the chart with their words and numbers. */
export function ImpactLegend({ counts }: { counts: Readonly<Record<ImpactOutcome, number>> }) {
  return (
    <ChartLegend
      items={impactOutcomes.map((outcome) => ({
        key: outcome,
        fill: fills[outcome],
        label: t(`impact.outcome.${outcome}`),
        value: counts[outcome],
        hint: t(`impact.outcome.${outcome}.hint`),
      }))}
    />
  )
}

/** The time of a bar: its hour, or its day. */
export function barTime(startsAt: Date, isHourly: boolean): string {
  return formatDate(startsAt, isHourly ? 'dateTime' : 'date')
}

/** The same where there is little room. */
export function shortBarTime(startsAt: Date, isHourly: boolean): string {
  const text = startsAt.toISOString()
  return isHourly ? text.slice(11, 16) : `${Number(text.slice(8, 10))} ${formatDate(startsAt, 'date').split(' ')[1]}`
}
