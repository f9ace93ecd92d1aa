import { barTime, shortBarTime } from '@/components/admin/impact-chart'
import { address, choice, type SearchParams } from '@/components/admin/query'
import { whyText } from '@/components/admin/reset-words'
import { PageHeading } from '@/components/shell/page-heading'
import { BarChart } from '@/components/ui/bar-chart'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { ChartLegend, type ChartPart, StackedChart } from '@/components/ui/stacked-chart'
import { Tabs } from '@/components/ui/tabs'
import { loadMethodsPolicy, loadPasswordResetPolicy } from '@/lib/authentication-methods/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import {
  type ResetStandingCounts,
  sumOfUsage,
  type Usage,
  type UsageSeries,
  usageOf,
  usageSeries,
} from '@/lib/reports/password-resets'
import {
  countOtherWaysIn,
  countReasons,
  countUsage,
  countWays,
  type WayCount,
} from '@/lib/reports/password-resets-store'
import { reportWindows, windowBars } from '@/lib/reports/report-window'
import { countResetStandings } from '@/lib/reports/reset-standing'
import { adminPageVisit } from '@/lib/request/page'
import { ResetViews } from '../views'

const path = '/admin/password-resets/usage'

const fills: Readonly<Record<UsageSeries, string>> = {
  reset: 'fill-success',
  unlock: 'fill-accent',
  refused: 'fill-warning',
  locked: 'fill-danger',
  abandoned: 'fill-border-strong',
}
const parts: readonly ChartPart<UsageSeries>[] = usageSeries.map((key) => ({ key, fill: fills[key] }))

/** How password reset is used: by the hour or day, by method, why it fails, and who could use it at all. */
export default async function ResetUsagePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { subject, at } = await adminPageVisit({ right: 'passwordResets.read', path })
  const window = choice(await searchParams, 'over', reportWindows) ?? 'week'
  const usage = usageOf(await countUsage(db(), window, at), window, at)
  const ways = await countWays(db(), window, at)
  const reasons = await countReasons(db(), window, at)
  const others = await countOtherWaysIn(db(), window, at)
  const policies = { methods: await loadMethodsPolicy(db()), passwordReset: await loadPasswordResetPolicy(db()) }
  const standings = await countResetStandings(db(), policies, at)
  const sum = sumOfUsage(usage.totals)
  const { unit } = windowBars[window]
  const isHourly = unit === 'hour'
  return (
    <>
      <PageHeading lead={t('resetUsage.usage.lead')}>{t('resetUsage.usage.title')}</PageHeading>
      <ResetViews subject={subject} current="usage" />
      <Tabs
        label={t('resetUsage.window.label')}
        tabs={reportWindows.map((each) => ({
          href: address(path, { over: each }),
          label: t(`resetUsage.window.${each}`),
          isCurrent: each === window,
        }))}
      />
      <Card
        id="numbers"
        title={t('resetUsage.numbers', { count: sum + usage.underWay })}
        description={t('resetUsage.numbers.lead')}
      >
        <div className="grid gap-6">
          <ChartLegend
            items={usageSeries.map((series) => ({
              key: series,
              fill: fills[series],
              label: t(`resetUsage.series.${series}`),
              value: usage.totals[series],
              hint: t(`resetUsage.series.${series}.hint`),
            }))}
          />
          {sum > 0 && (
            <StackedChart
              label={t('resetUsage.chart', { window: t(`resetUsage.window.${window}`), ...usage.totals })}
              parts={parts}
              bars={usage.bars.map(({ startsAt, counts }) => ({
                key: startsAt.toISOString(),
                label: shortBarTime(startsAt, isHourly),
                counts,
              }))}
            />
          )}
          {usage.underWay > 0 && (
            <p className="text-text-muted">{t('resetUsage.underWay', { count: usage.underWay })}</p>
          )}
          <p className="text-text-muted">{t('resetUsage.compare', others)}</p>
        </div>
      </Card>
      {sum > 0 && <UsageTable usage={usage} unit={unit} />}
      <WaysCard ways={ways} />
      {reasons.length > 0 && (
        <Card id="reasons" title={t('resetUsage.reasons')} description={t('resetUsage.reasons.lead')} padding="none">
          <DataTable
            caption={t('resetUsage.reasons')}
            rows={reasons}
            rowKey={({ reason }) => reason}
            columns={[
              {
                key: 'reason',
                header: t('resetUsage.reasons.reason'),
                isRowHeader: true,
                cell: ({ reason }) => whyText(reason),
              },
              { key: 'count', header: t('resetUsage.reasons.count'), align: 'end', cell: ({ count }) => count },
            ]}
          />
        </Card>
      )}
      <StandingsCard counts={standings} />
    </>
  )
}

/** Every number of the chart, the newest first. */
function UsageTable({ usage, unit }: { usage: Usage; unit: 'hour' | 'day' }) {
  return (
    <Card id="table" title={t(`resetUsage.table.${unit}`)} padding="none">
      <DataTable
        caption={t(`resetUsage.table.${unit}`)}
        rows={usage.bars.filter(({ counts }) => sumOfUsage(counts) > 0).toReversed()}
        rowKey={({ startsAt }) => startsAt.toISOString()}
        columns={[
          {
            key: 'time',
            header: t('resetUsage.table.time'),
            isRowHeader: true,
            cell: ({ startsAt }) => <time dateTime={startsAt.toISOString()}>{barTime(startsAt, unit === 'hour')}</time>,
          },
          ...usageSeries.map((series) => ({
            key: series,
            header: t(`resetUsage.series.${series}`),
            align: 'end' as const,
            cell: ({ counts }: Usage['bars'][number]) => <span className="tabular-nums">{counts[series]}</span>,
          })),
        ]}
      />
    </Card>
  )
}

function WaysCard({ ways }: { ways: readonly WayCount[] }) {
  return (
    <Card id="methods" title={t('resetUsage.methods')} description={t('resetUsage.methods.lead')}>
      {ways.length === 0 ? (
        <p className="text-text-muted">{t('resetUsage.methods.empty')}</p>
      ) : (
        <BarChart
          max={Math.max(...ways.map(({ proven, failed }) => proven + failed))}
          bars={ways.map(({ way, proven, failed }) => ({
            key: way,
            label: t(`resetUsage.way.${way}`),
            text: t('resetUsage.methods.count', { proven }),
            note: t('resetUsage.methods.failed', { failed }),
            value: proven,
            tone: 'success',
          }))}
        />
      )}
    </Card>
  )
}

/** Who could reset at this moment, and what stands in the way of the others. */
function StandingsCard({ counts: { people, standings } }: { counts: ResetStandingCounts }) {
  const present = Object.entries(standings).filter(([standing, count]) => count > 0 || standing === 'able')
  return (
    <Card
      id="people"
      title={t('resetUsage.people')}
      description={t('resetUsage.people.lead', { able: standings.able, people })}
    >
      <BarChart
        max={people}
        bars={present.map(([standing, count]) => ({
          key: standing,
          label: t(`resetUsage.standing.${standing as keyof typeof standings}`),
          text: t('resetUsage.people.share', {
            count,
            people,
            percent: Math.round((100 * count) / Math.max(1, people)),
          }),
          value: count,
          tone: standing === 'able' ? 'success' : 'warning',
        }))}
      />
    </Card>
  )
}
