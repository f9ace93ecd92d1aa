import { FilterPanel } from '@/components/admin/filter-panel'
import { address } from '@/components/admin/query'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { Pagination } from '@/components/ui/pagination'
import { SelectField } from '@/components/ui/select-field'
import { Tag } from '@/components/ui/tag'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import {
  type TrialFilter,
  type TrialLine,
  type TrialSummary,
  trialOutcomes,
  trialReasons,
} from '@/lib/policy-trials/model'
import { listResults } from '@/lib/policy-trials/store/results'
import { outcomeTones } from './words'

const size = limits.page.sizeDefault

/** A page of the people whom the policy is about, filtered, in the order of names. */
export async function TrialPeople({
  trialId,
  summary,
  filter,
  after,
  path,
  may,
}: {
  trialId: string
  summary: TrialSummary
  filter: TrialFilter
  after: number
  path: string
  /** What the reader may see beside the verdicts. */
  may: { readonly openPeople: boolean; readonly seeAddresses: boolean }
}) {
  const found = await listResults(db(), trialId, filter, { after, take: size + 1 })
  const shown = found.slice(0, size)
  const kept = { outcome: filter.outcome, reason: filter.reason, newly: filter.newlyBlocked ? 'yes' : undefined }
  const occurring = trialReasons.filter((reason) => summary.people.some((line) => line.reason === reason))
  return (
    <div id="people" className="grid gap-6">
      <FilterPanel
        action={path}
        label={t('policyTrials.filter.landmark')}
        isFiltered={Object.values(kept).some((value) => value !== undefined)}
      >
        <SelectField
          name="outcome"
          label={t('policyTrials.filter.outcome')}
          placeholder={t('admin.all')}
          defaultValue={filter.outcome ?? ''}
          options={trialOutcomes.map((value) => ({ value, label: t(`policyTrials.outcome.${value}`) }))}
        />
        <SelectField
          name="reason"
          label={t('policyTrials.filter.reason')}
          placeholder={t('admin.all')}
          defaultValue={filter.reason ?? ''}
          options={occurring.map((value) => ({ value, label: t(`policyTrials.reason.${value}`) }))}
        />
        <SelectField
          name="newly"
          label={t('policyTrials.filter.newly')}
          placeholder={t('admin.all')}
          defaultValue={kept.newly ?? ''}
          options={[{ value: 'yes', label: t('policyTrials.filter.newly.yes') }]}
        />
      </FilterPanel>
      <Card
        id="list"
        title={t('policyTrials.people.title')}
        actions={
          <ButtonLink href={`${path}/csv`} variant="secondary" size="small">
            {t('policyTrials.people.download')}
          </ButtonLink>
        }
        padding="none"
        className="min-w-0"
      >
        <DataTable
          caption={t('policyTrials.people.caption')}
          rows={shown}
          rowKey={({ position }) => String(position)}
          columns={[
            {
              key: 'name',
              header: t('policyTrials.people.name'),
              isRowHeader: true,
              cell: (line) => <Name line={line} isLink={may.openPeople} />,
            },
            {
              key: 'outcome',
              header: t('policyTrials.people.outcome'),
              cell: (line) => (
                <span className="flex flex-wrap gap-2">
                  <Tag tone={outcomeTones[line.outcome]}>{t(`policyTrials.outcome.${line.outcome}`)}</Tag>
                  {line.isNewlyBlocked && <Tag>{t('policyTrials.people.newly')}</Tag>}
                </span>
              ),
            },
            {
              key: 'reason',
              header: t('policyTrials.people.reason'),
              cell: ({ reason }) => t(`policyTrials.reason.${reason}`),
            },
            {
              key: 'today',
              header: t('policyTrials.people.today'),
              cell: ({ outcomeNow }) => t(`policyTrials.outcome.${outcomeNow}`),
            },
            {
              key: 'from',
              header: t('policyTrials.people.from'),
              cell: (line) => <From line={line} seesAddress={may.seeAddresses} />,
            },
          ]}
          empty={<p className="p-6 text-text-muted">{t('policyTrials.people.none')}</p>}
        />
        <Pagination
          label={t('ui.pagination.label')}
          summary={t('policyTrials.people.summary', { count: shown.length })}
          firstLabel={t('ui.pagination.first')}
          firstHref={after > 0 ? `${address(path, kept)}#people` : undefined}
          nextLabel={t('ui.pagination.next')}
          nextHref={
            found.length > size
              ? `${address(path, { ...kept, after: String(shown.at(-1)?.position) })}#people`
              : undefined
          }
        />
      </Card>
    </div>
  )
}

function Name({ line, isLink }: { line: TrialLine; isLink: boolean }) {
  const name = <bdi className="wrap-anywhere">{line.displayName ?? t('policyTrials.people.gone')}</bdi>
  return (
    <span className="grid gap-0.5">
      {isLink && line.displayName !== null ? <TextLink href={`/admin/users/${line.userId}`}>{name}</TextLink> : name}
      <bdi className="text-sm font-normal wrap-anywhere text-text-muted">{line.userPrincipalName}</bdi>
    </span>
  )
}

function From({ line, seesAddress }: { line: TrialLine; seesAddress: boolean }) {
  if (line.basis === 'unknownPlace')
    return <span className="text-text-muted">{t('policyTrials.people.unknownPlace')}</span>
  return (
    <span className="grid gap-0.5">
      {t('policyTrials.people.places', { count: line.places, blocked: line.placesBlocked })}
      {seesAddress && line.address && (
        <span className="font-mono text-sm wrap-anywhere text-text-muted">{line.address}</span>
      )}
    </span>
  )
}
