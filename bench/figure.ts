/** One measured figure. `bound` is what it must reach: at least that where higher is better, at most that where lower is. */
export type Figure = {
  readonly suite: string
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly direction: 'higher' | 'lower'
  readonly bound: number | null
}

/** The figures of one suite, in the order in which they are added. */
export class Figures {
  readonly list: Figure[] = []
  constructor(readonly suite: string) {}

  higher(name: string, value: number, unit: string, bound: number | null = null): void {
    this.list.push({ suite: this.suite, name, value: rounded(value), unit, direction: 'higher', bound })
  }

  lower(name: string, value: number, unit: string, bound: number | null = null): void {
    this.list.push({ suite: this.suite, name, value: rounded(value), unit, direction: 'lower', bound })
  }
}

export function meetsBound({ value, direction, bound }: Figure): boolean {
  return bound === null || (direction === 'higher' ? value >= bound : value <= bound)
}

/** The value below which `share` of them lie (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.name,
    figure.value.toLocaleString('en', { maximumFractionDigits: 2 }),
    figure.unit,
    figure.bound === null ? '' : `${figure.direction === 'higher' ? '≥' : '≤'} ${figure.bound.toLocaleString('en')}`,
    figure.bound === null ? '' : meetsBound(figure) ? 'met' : 'NOT MET',
  ])
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row) =>
      [
        ...[row[0]?.padEnd(widths[0] ?? 0), row[1]?.padStart(widths[1] ?? 0), row[2]?.padEnd(widths[2] ?? 0)],
        ...[row[3]?.padEnd(widths[3] ?? 0), row[4]],
      ]
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Four significant digits, and no fraction where there are thousands: more would be noise. */
function rounded(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(4))
}
