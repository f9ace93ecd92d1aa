import { limits } from '@/lib/limits'

/** The times over which reports count, in bars of one hour or one day. */
export const reportWindows = ['day', 'week', 'month'] as const
export type ReportWindow = (typeof reportWindows)[number]

const hourMilliseconds = 3_600_000
const dayMilliseconds = 24 * hourMilliseconds

export const windowBars: Readonly<
  Record<ReportWindow, { readonly count: number; readonly milliseconds: number; readonly unit: 'hour' | 'day' }>
> = {
  day: { count: 24, milliseconds: hourMilliseconds, unit: 'hour' },
  week: { count: 7, milliseconds: dayMilliseconds, unit: 'day' },
  month: { count: limits.retentionDays, milliseconds: dayMilliseconds, unit: 'day' },
}

/** When the window begins: at the full hour, or the full day in UTC, so that its last bar is the present one. */
export function windowStart(window: ReportWindow, now: Date): Date {
  const { count, milliseconds } = windowBars[window]
  return new Date((Math.floor(now.getTime() / milliseconds) - count + 1) * milliseconds)
}

/** One value for each bar of the window, the oldest first; what lies outside of it is left out. */
export function inBars<Counted extends { readonly startsAt: Date }, Bar>(
  counted: readonly Counted[],
  window: ReportWindow,
  now: Date,
  make: () => Bar,
  add: (bar: Bar, counted: Counted) => void,
): readonly { readonly startsAt: Date; readonly bar: Bar }[] {
  const { count, milliseconds } = windowBars[window]
  const start = windowStart(window, now).getTime()
  const bars = Array.from({ length: count }, (_, index) => ({
    startsAt: new Date(start + index * milliseconds),
    bar: make(),
  }))
  for (const each of counted) {
    const found = bars[Math.floor((each.startsAt.getTime() - start) / milliseconds)]
    if (found) add(found.bar, each)
  }
  return bars
}
