import { notFound } from 'next/navigation'
import { barTime, ImpactChart, ImpactLegend } from '@/components/admin/impact-chart'
import { address, choice, type SearchParams } from '@/components/admin/query'
import { SignInTable } from '@/components/admin/sign-in-table'
import { StateTag } from '@/components/conditional-access/state-tag'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { Disclosure } from '@/components/ui/disclosure'
import { Notice } from '@/components/ui/notice'
import { Tabs } from '@/components/ui/tabs'
import { namesRegistration } from '@/lib/conditional-access/match'
import { findPolicy, type PolicyRow } from '@/lib/conditional-access/store'
import { may } from '@/lib/directory/rights'
import { userNames } from '@/lib/directory/store'
import { hasMessage, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import {
  type ImpactOutcome,
  impactOf,
  impactOutcomes,
  impactStart,
  impactWindows,
  sumOf,
} from '@/lib/reports/policy-impact'
import { findImpactSamples, findPolicyImpact, type ImpactQuestion } from '@/lib/reports/policy-impact-store'
import { adminPageVisit } from '@/lib/request/page'
import { findSignInsById } from '@/lib/sign-in/log-store'
import { readQuestion } from './question'

/** What a policy did over a day, a week or a month; of a report-only one what it would have done. */
export default async function ImpactPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<SearchParams>
}) {
  const { id } = await params
  const policyPath = `/admin/conditional-access/${encodeURIComponent(id)}`
  const path = `${policyPath}/impact`
  const { subject, at } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const policy = await findPolicy(db(), id)
  if (!policy) notFound()
  const given = await searchParams
  const { window, target } = readQuestion(given)
  const question: ImpactQuestion = { policyId: policy.id, window, target }
  const impact = impactOf(await findPolicyImpact(db(), question, at), window, at)
  const asked = sumOf(impact.totals)
  const reported = sumOf(impact.reportedOnly)
  const isHourly = window === 'day'
  const show = choice(given, 'show', impactOutcomes) ?? mostTelling(impact.totals)
  const query = { over: window, of: target }
  const label = t('impact.chart', {
    window: t(`impact.window.${window}`),
    asked,
    success: impact.totals.success,
    actionRequired: impact.totals.actionRequired,
    failure: impact.totals.failure,
    notApplied: impact.totals.notApplied,
  })
  return (
    <>
      <PageHeading
        above={<BackLink href={policyPath}>{policy.displayName}</BackLink>}
        lead={t(`impact.lead.${policy.state}`)}
        actions={
          <ButtonLink href={address(`${path}/csv`, query)} variant="secondary" download>
            {t('impact.csv')}
          </ButtonLink>
        }
        tags={<StateTag state={policy.state} />}
      >
        {t('impact.title')}
      </PageHeading>
      {isReportedRegistration(policy) && (
        <Notice live={false}>
          <p>{t('impact.note.registration')}</p>
        </Notice>
      )}
      <Tabs
        label={t('impact.window.label')}
        tabs={impactWindows.map((each) => ({
          href: address(path, { ...query, over: each }),
          label: t(`impact.window.${each}`),
          isCurrent: each === window,
        }))}
      />
      <nav aria-label={t('impact.of.label')} className="flex flex-wrap gap-2">
        {([undefined, 'registration', 'signIn'] as const).map((each) => (
          <ButtonLink
            key={each ?? 'all'}
            href={address(path, { ...query, of: each })}
            variant={each === target ? 'primary' : 'secondary'}
            size="small"
            aria-current={each === target ? 'true' : undefined}
          >
            {t(`impact.of.${each ?? 'all'}`)}
          </ButtonLink>
        ))}
      </nav>
      <Card id="numbers" title={t('impact.numbers', { asked })} description={t('impact.numbers.lead')}>
        <div className="grid gap-6">
          <ImpactLegend counts={impact.totals} />
          {reported > 0 && reported < asked && (
            <p className="text-sm text-text-muted">{t('impact.reported', { reported, asked })}</p>
          )}
          {asked > 0 ? (
            <ImpactChart bars={impact.bars} isHourly={isHourly} label={label} />
          ) : (
            <p className="text-text-muted">{t(policy.state === 'disabled' ? 'impact.empty.off' : 'impact.empty')}</p>
          )}
        </div>
      </Card>
      {impact.reasons.length > 0 && (
        <Card id="reasons" title={t('impact.reasons')} description={t('impact.reasons.lead')} padding="none">
          <DataTable
            caption={t('impact.reasons')}
            rows={impact.reasons}
            rowKey={({ reason }) => reason}
            columns={[
              {
                key: 'reason',
                header: t('impact.reason'),
                isRowHeader: true,
                cell: ({ reason }) => reasonText(reason),
              },
              { key: 'count', header: t('impact.count'), align: 'end', cell: ({ count }) => count },
            ]}
          />
        </Card>
      )}
      {asked > 0 && (
        <Card id="samples" title={t('impact.samples')} description={t('impact.samples.lead')} padding="none">
          <nav aria-label={t('impact.samples.of')} className="flex flex-wrap gap-2 px-5 pb-4 sm:px-6">
            {impactOutcomes
              .filter((outcome) => impact.totals[outcome] > 0)
              .map((outcome) => (
                <ButtonLink
                  key={outcome}
                  href={`${address(path, { ...query, show: outcome })}#samples`}
                  variant={outcome === show ? 'primary' : 'secondary'}
                  size="small"
                  aria-current={outcome === show ? 'true' : undefined}
                >
                  {t('impact.samples.tab', { outcome: t(`impact.outcome.${outcome}`), count: impact.totals[outcome] })}
                </ButtonLink>
              ))}
          </nav>
          {may(subject, 'signInLog.read') ? (
            <Samples question={question} outcome={show} at={at} />
          ) : (
            <p className="border-t border-border px-5 py-6 text-text-muted sm:px-6">{t('impact.samples.otherRole')}</p>
          )}
        </Card>
      )}
      {asked > 0 && (
        <Disclosure summary={t(`impact.table.${isHourly ? 'hours' : 'days'}`)}>
          <p className="text-sm text-text-muted">{t('impact.table.lead')}</p>
          <Card padding="none">
            <DataTable
              caption={t(`impact.table.${isHourly ? 'hours' : 'days'}`)}
              rows={impact.bars.filter(({ counts }) => sumOf(counts) > 0).reverse()}
              rowKey={({ startsAt }) => startsAt.toISOString()}
              columns={[
                {
                  key: 'time',
                  header: t('impact.time'),
                  isRowHeader: true,
                  cell: ({ startsAt }) => <time dateTime={startsAt.toISOString()}>{barTime(startsAt, isHourly)}</time>,
                },
                ...impactOutcomes.map((outcome) => ({
                  key: outcome,
                  header: t(`impact.outcome.${outcome}`),
                  align: 'end' as const,
                  cell: ({ counts }: (typeof impact.bars)[number]) => (
                    <span className="tabular-nums">{counts[outcome]}</span>
                  ),
                })),
              ]}
            />
          </Card>
        </Disclosure>
      )}
    </>
  )
}

/** Some of the newest entries behind one number, and the way to all of them. */
async function Samples({ question, outcome, at }: { question: ImpactQuestion; outcome: ImpactOutcome; at: Date }) {
  const records = await findSignInsById(await findImpactSamples(db(), question, outcome, at))
  const people = await userNames(
    db(),
    records.flatMap(({ userId }) => userId ?? []),
  )
  return (
    <>
      <SignInTable records={records} people={people} emptyText={t('impact.samples.gone')} />
      <p className="border-t border-border px-5 py-4 sm:px-6">
        <TextLink
          href={address('/admin/sign-in-log', {
            policy: question.policyId,
            policyResult: outcome,
            from: impactStart(question.window, at).toISOString().slice(0, 10),
          })}
        >
          {t('impact.samples.all')}
        </TextLink>
      </p>
    </>
  )
}

/** What somebody looks for first: who was, or would be, kept out; then who is asked for something. */
function mostTelling(totals: Readonly<Record<ImpactOutcome, number>>): ImpactOutcome {
  return (['failure', 'actionRequired', 'success'] as const).find((outcome) => totals[outcome] > 0) ?? 'notApplied'
}

function reasonText(reason: string): string {
  const key = `conditionalAccess.reason.${reason}`
  return hasMessage(key) ? t(key as 'conditionalAccess.reason.users') : reason
}

function isReportedRegistration({ state, document }: PolicyRow): boolean {
  return (
    state === 'enabledForReportingButNotEnforced' &&
    document !== null &&
    namesRegistration(document.conditions.applications)
  )
}
