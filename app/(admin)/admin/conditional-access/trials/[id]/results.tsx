import { EffectList } from '@/components/admin/effect-list'
import { address } from '@/components/admin/query'
import { BarChart } from '@/components/ui/bar-chart'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { type TrialSummary, trialOutcomes } from '@/lib/policy-trials/model'
import { outcomeTones } from './words'

const days = limits.policyTrial.windowDays

/** What came of a trial: numbers, why, and what they rest on. */
export function TrialResults({ summary, path }: { summary: TrialSummary; path: string }) {
  const total = summary.people.reduce((sum, { count }) => sum + count, 0)
  const of = (matches: (line: TrialSummary['people'][number]) => boolean) =>
    summary.people.filter(matches).reduce((sum, { count }) => sum + count, 0)
  const newly = summary.people.reduce((sum, { newlyBlocked }) => sum + newlyBlocked, 0)
  const blocked = of(({ outcome }) => outcome === 'blocked')
  if (total === 0) return <Notice live={false}>{t('policyTrials.nobody')}</Notice>
  return (
    <>
      <Notice tone={blocked > 0 ? 'warning' : 'success'} live={false}>
        <p className="font-medium">
          {blocked > 0
            ? t('policyTrials.verdict.some', { count: blocked, total, newly })
            : t('policyTrials.verdict.none')}
        </p>
        {summary.past.requests > 0 && <p>{t('policyTrials.past', { ...summary.past, days })}</p>}
      </Notice>
      <Card id="chart" title={t('policyTrials.chart.title')}>
        <BarChart
          max={total}
          bars={trialOutcomes.map((outcome) => {
            const count = of((line) => line.outcome === outcome)
            return {
              key: outcome,
              label: t(`policyTrials.outcome.${outcome}`),
              text: t('policyTrials.chart.count', { count, percent: Math.round((100 * count) / total) }),
              note: t('policyTrials.chart.today', { count: summary.now[outcome] }),
              value: count,
              tone: outcomeTones[outcome],
            }
          })}
        />
      </Card>
      <Card id="reasons" title={t('policyTrials.reasons.title')} description={t('policyTrials.reasons.lead')}>
        <EffectList lines={reasonLines(summary, path)} />
      </Card>
      <Card id="basis" title={t('policyTrials.basis.title')}>
        <ul className="grid gap-2 text-text-muted">
          <li>{t('policyTrials.basis.signIns', { count: of(({ basis }) => basis === 'signIns'), days })}</li>
          <li>{t('policyTrials.basis.unknownPlace', { count: of(({ basis }) => basis === 'unknownPlace') })}</li>
          <li>{t('policyTrials.basis.registered')}</li>
        </ul>
      </Card>
    </>
  )
}

function reasonLines({ people }: TrialSummary, path: string) {
  const counts = new Map<string, { line: TrialSummary['people'][number]; count: number }>()
  for (const line of people) {
    const key = `${line.outcome} ${line.reason}`
    counts.set(key, { line, count: (counts.get(key)?.count ?? 0) + line.count })
  }
  const grave = (outcome: TrialSummary['people'][number]['outcome']) => trialOutcomes.indexOf(outcome)
  return [...counts]
    .sort(([, one], [, other]) => grave(one.line.outcome) - grave(other.line.outcome) || other.count - one.count)
    .map(([key, { line, count }]) => ({
      key,
      sentence: t('policyTrials.reasons.sentence', {
        outcome: `${t(`policyTrials.outcome.${line.outcome}`)} (${t('policyTrials.reasons.count', { count })})`,
        reason: t(`policyTrials.reason.${line.reason}`),
      }),
      hint: t(`policyTrials.reason.${line.reason}.hint`),
      isSerious: line.outcome === 'blocked',
      href: `${address(path, { outcome: line.outcome, reason: line.reason })}#people`,
    }))
}
