import { formatDate, t } from '@/lib/i18n'
import { type ImpactBar, type ImpactOutcome, impactOutcomes, sumOf } from '@/lib/reports/policy-impact'

const fills: Readonly<Record<ImpactOutcome, string>> = {
  success: 'fill-success',
  actionRequired: 'fill-warning',
  failure: 'fill-danger',
  notApplied: 'fill-border-strong',
}
/** From the bottom of a bar upwards: what applied first, so that it can be compared. */
const stacked: readonly ImpactOutcome[] = ['success', 'actionRequired', 'failure', 'notApplied']

const width = 960
const height = 240
const axis = 44
const foot = 28

/**
 * Bars over time, one part for each outcome. A picture for the eye: it has one sentence for who cannot see it, and the
 * table beside it has every number.
 */
export function ImpactChart({
  bars,
  isHourly,
  label,
}: {
  bars: readonly ImpactBar[]
  isHourly: boolean
  label: string
}) {
  const top = niceMaximum(Math.max(1, ...bars.map(({ counts }) => sumOf(counts))))
  const inner = width - axis
  const room = height - foot
  const step = inner / bars.length
  const scale = (count: number) => (count / top) * (room - 12)
  return (
    <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label} className="h-auto w-full">
      {[0, 0.5, 1].map((share) => {
        const y = room - scale(top * share)
        return (
          <g key={share}>
            <line x1={axis} x2={width} y1={y} y2={y} className="stroke-border" strokeWidth="1" />
            <text x={axis - 8} y={y + 4} textAnchor="end" className="fill-text-muted text-xs tabular-nums">
              {Number.isInteger(top * share) ? top * share : ''}
            </text>
          </g>
        )
      })}
      {bars.map(({ startsAt, counts }, index) => {
        let y = room
        const x = axis + index * step + step * 0.15
        return (
          <g key={startsAt.getTime()}>
            {stacked.map((outcome) => {
              const high = scale(counts[outcome])
              y -= high
              return high > 0 ? (
                <rect key={outcome} x={x} y={y} width={step * 0.7} height={high} className={fills[outcome]} />
              ) : null
            })}
            {index % labelEvery(bars.length) === 0 && (
              <text x={x + step * 0.35} y={height - 8} textAnchor="middle" className="fill-text-muted text-xs">
                {shortTime(startsAt, isHourly)}
              </text>
            )}
          </g>
        )
      })}
    </svg>
  )
}

/** The colours of the chart with their words and numbers. */
export function ImpactLegend({ counts }: { counts: Readonly<Record<ImpactOutcome, number>> }) {
  return (
    <dl className="grid grid-cols-2 gap-4 lg:grid-cols-4">
      {impactOutcomes.map((outcome) => (
        <div key={outcome} className="grid content-start gap-1 rounded-md border border-border p-4">
          <dt className="flex items-center gap-2 font-medium">
            <svg viewBox="0 0 12 12" aria-hidden="true" className="size-3 shrink-0">
              <rect width="12" height="12" rx="2" className={fills[outcome]} />
            </svg>
            {t(`impact.outcome.${outcome}`)}
          </dt>
          <dd className="grid gap-1">
            <span className="text-3xl font-semibold tracking-tight tabular-nums">{counts[outcome]}</span>
            <span className="text-sm text-text-muted">{t(`impact.outcome.${outcome}.hint`)}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** The time of a bar: its hour, or its day. */
export function barTime(startsAt: Date, isHourly: boolean): string {
  return formatDate(startsAt, isHourly ? 'dateTime' : 'date')
}

function shortTime(startsAt: Date, isHourly: boolean): string {
  const text = startsAt.toISOString()
  return isHourly ? text.slice(11, 16) : `${Number(text.slice(8, 10))} ${formatDate(startsAt, 'date').split(' ')[1]}`
}

function labelEvery(count: number): number {
  return count > 24 ? 5 : count > 7 ? 4 : 1
}

/** The next of 1, 2, 5, 10, 20, 50, … that holds the highest bar; even where halves shall be whole. */
function niceMaximum(highest: number): number {
  const power = 10 ** Math.floor(Math.log10(highest))
  const found = [1, 2, 5, 10].find((factor) => factor * power >= highest) ?? 10
  return found * power
}
