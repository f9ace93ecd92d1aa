export type ChartPart<Key extends string> = {
  readonly key: Key
  /** A class that fills with a role's colour: `fill-success`. */
  readonly fill: string
}

const width = 960
const height = 240
const axis = 44
const foot = 28

/**
 * Bars side by side, each of several parts. A picture for the eye: `label` is one sentence for who cannot see it, and a
 * table beside it has every number. Drawn by hand, as `BarChart` is.
 */
export function StackedChart<Key extends string>({
  bars,
  parts,
  label,
}: {
  bars: readonly {
    readonly key: string
    /** Short, below the bar; where there are many only some are written. */
    readonly label: string
    readonly counts: Readonly<Record<Key, number>>
  }[]
  /** From the bottom upwards. */
  parts: readonly ChartPart<Key>[]
  label: string
}) {
  const sumOf = (counts: Readonly<Record<Key, number>>) => parts.reduce((sum, { key }) => sum + counts[key], 0)
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
      {bars.map(({ key: barKey, label: text, counts }, index) => {
        let y = room
        const x = axis + index * step + step * 0.15
        return (
          <g key={barKey}>
            {parts.map(({ key, fill }) => {
              const high = scale(counts[key])
              y -= high
              return high > 0 ? <rect key={key} x={x} y={y} width={step * 0.7} height={high} className={fill} /> : null
            })}
            {index % labelEvery(bars.length) === 0 && (
              <text x={x + step * 0.35} y={height - 8} textAnchor="middle" className="fill-text-muted text-xs">
                {text}
              </text>
            )}
          </g>
        )
      })}
    </svg>
  )
}

/** The colours of a chart with their words and numbers. */
export function ChartLegend({
  items,
}: {
  items: readonly {
    readonly key: string
    readonly fill: string
    readonly label: string
    readonly value: number
    readonly hint: string
  }[]
}) {
  return (
    <dl className="grid grid-cols-2 gap-4 lg:grid-cols-[repeat(auto-fit,minmax(9rem,1fr))]">
      {items.map(({ key, fill, label, value, hint }) => (
        <div key={key} className="grid content-start gap-1 rounded-md border border-border p-4">
          <dt className="flex items-center gap-2 font-medium">
            <svg viewBox="0 0 12 12" aria-hidden="true" className="size-3 shrink-0">
              <rect width="12" height="12" rx="2" className={fill} />
            </svg>
            {label}
          </dt>
          <dd className="grid gap-1">
            <span className="text-3xl font-semibold tracking-tight tabular-nums">{value}</span>
            <span className="text-sm text-text-muted">{hint}</span>
          </dd>
        </div>
      ))}
    </dl>
  )
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
