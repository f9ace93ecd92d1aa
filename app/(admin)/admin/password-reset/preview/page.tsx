import type { Metadata } from 'next'
import { ChangePreview } from '@/components/admin/change-preview'
import { BackLink } from '@/components/ui/back-link'
import { PageHeading } from '@/components/ui/page-heading'
import { groupNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { groupsOf } from '@/lib/policy-changes/model'
import { countImpact } from '@/lib/policy-changes/store'
import { adminPageVisit } from '@/lib/request/page'
import type { ProposalQuery } from '../../authentication-methods/preview/proposed'
import { saveResetAction } from '../actions'
import { resetInWords } from '../words'
import { proposedReset } from './proposed'

export const metadata: Metadata = { title: t('policyChanges.preview.title') }

/** What a change of password reset means for how many people. Nothing is saved by looking. */
export default async function ResetPreviewPage({ searchParams }: { searchParams: Promise<ProposalQuery> }) {
  const { subject, at } = await adminPageVisit({ right: 'passwordResetPolicy.update', path: '/admin/password-reset' })
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
        reach={t('policyChanges.preview.mayReset', impact.mayReset)}
        isChangedMeanwhile={isChangedMeanwhile}
        proposal={proposal}
        action={saveResetAction}
        hrefs={hrefs}
      />
    </>
  )
}
