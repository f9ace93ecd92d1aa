import { ChangePreview } from '@/components/admin/change-preview'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { groupNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { groupsOf, type Impact } from '@/lib/policy-changes/model'
import { countImpact } from '@/lib/policy-changes/store'
import { type ResetStanding, resetStandings } from '@/lib/reports/password-resets'
import { adminPageVisit } from '@/lib/request/page'
import type { ProposalQuery } from '../../authentication-methods/preview/proposed'
import { saveResetAction } from '../actions'
import { resetInWords } from '../words'
import { proposedReset } from './proposed'

/** What a change of password reset means for how many people. Nothing is saved by looking. */
export default async function ResetPreviewPage({ searchParams }: { searchParams: Promise<ProposalQuery> }) {
  const { subject, at } = await adminPageVisit({ right: 'passwordResetScope.update', path: '/admin/password-reset' })
  const { proposal, before, after, policies, isChangedMeanwhile, hrefs } = await proposedReset(await searchParams)
  const impact = await countImpact(db(), { ...policies, asker: subject.id, now: at })
  const names = await groupNames(db(), [...groupsOf(before), ...groupsOf(after)])
  return (
    <>
      <PageHeading
        above={<BackLink href={hrefs.edit}>{t('passwordResetPolicy.title')}</BackLink>}
        lead={t('policyChanges.preview.lead')}
      >
        {t('policyChanges.preview.title')}
      </PageHeading>
      <ChangePreview
        before={resetInWords(before, names)}
        after={resetInWords(after, names)}
        impact={impact}
        reach={`${t('policyChanges.preview.mayReset', impact.mayReset)} ${t('resetUsage.preview.able', impact.standings.able)}`}
        more={<StandingsCard standings={impact.standings} />}
        isChangedMeanwhile={isChangedMeanwhile}
        proposal={proposal}
        action={saveResetAction}
        hrefs={hrefs}
      />
    </>
  )
}

/** How everybody stands with their own reset, today and after the change, reason by reason. */
function StandingsCard({ standings }: Pick<Impact, 'standings'>) {
  const present = resetStandings.filter((each) => standings[each].before + standings[each].after > 0)
  return (
    <Card id="standings" title={t('resetUsage.preview.standings')} padding="none">
      <DataTable
        caption={t('resetUsage.preview.standings')}
        rows={present}
        rowKey={(standing) => standing}
        columns={[
          {
            key: 'standing',
            header: t('resetUsage.preview.standing'),
            isRowHeader: true,
            cell: (standing) => t(`resetUsage.standing.${standing}`),
          },
          ...(['before', 'after'] as const).map((side) => ({
            key: side,
            header: t(`resetUsage.preview.${side}`),
            align: 'end' as const,
            cell: (standing: ResetStanding) => <span className="tabular-nums">{standings[standing][side]}</span>,
          })),
        ]}
      />
    </Card>
  )
}
