import type { Metadata } from 'next'
import { ChangePreview } from '@/components/admin/change-preview'
import { BackLink } from '@/components/ui/back-link'
import { PageHeading } from '@/components/ui/page-heading'
import { groupNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { countImpact } from '@/lib/policy-changes/store'
import { adminPageVisit } from '@/lib/request/page'
import { saveMethodsAction } from '../actions'
import { methodInWords, namedGroups, settingsInWords } from '../words'
import { type ProposalQuery, proposedMethods } from './proposed'

export const metadata: Metadata = { title: t('policyChanges.preview.title') }
const path = '/admin/authentication-methods'

/** What a change of one method, or of the settings for all, means for how many people. Nothing is saved by looking. */
export default async function MethodsPreviewPage({ searchParams }: { searchParams: Promise<ProposalQuery> }) {
  const { subject, at } = await adminPageVisit({ right: 'authenticationMethodsPolicy.update', path })
  const { change, proposal, before, after, policies, isChangedMeanwhile, hrefs } = await proposedMethods(
    await searchParams,
  )
  const impact = await countImpact(db(), { ...policies, asker: subject.id, now: at })
  const names = await groupNames(db(), [...namedGroups(before), ...namedGroups(after)])
  const { part } = change
  const words = (policy: typeof before) =>
    part === 'settings' ? settingsInWords(policy, names) : methodInWords(policy, part, names)
  return (
    <>
      <PageHeading
        above={
          <BackLink href={hrefs.edit}>
            {part === 'settings' ? t('methodsPolicy.settings.title') : t(`securityInfo.method.${part}`)}
          </BackLink>
        }
        lead={t('policyChanges.preview.lead')}
      >
        {t('policyChanges.preview.title')}
      </PageHeading>
      <ChangePreview
        before={words(before)}
        after={words(after)}
        impact={impact}
        reach={part === 'settings' ? null : t('policyChanges.preview.allowed', impact.allowed[part])}
        isChangedMeanwhile={isChangedMeanwhile}
        proposal={proposal}
        action={saveMethodsAction}
        hrefs={hrefs}
      />
    </>
  )
}
