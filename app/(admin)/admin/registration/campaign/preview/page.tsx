import { DemandList } from '@/components/admin/demand-list'
import { PreviewFrame } from '@/components/admin/preview-frame'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { countDemands } from '@/lib/reports/registration-demands'
import { adminPageVisit } from '@/lib/request/page'
import type { ProposalQuery } from '../../../authentication-methods/preview/proposed'
import { saveCampaignAction } from '../../actions'
import { campaignPath, proposedCampaign } from '../../proposed'
import { campaignInWords, namesIn } from '../../words'

/** What a change of the campaign means for how many people. Nothing is saved by looking. */
export default async function CampaignPreviewPage({ searchParams }: { searchParams: Promise<ProposalQuery> }) {
  const { at } = await adminPageVisit({ right: 'authenticationMethodsPolicy.update', path: campaignPath })
  const { before, after, change, ...proposed } = await proposedCampaign(await searchParams)
  const counts = await countDemands(db(), { ...change, now: at })
  const names = await namesIn(before, after)
  return (
    <>
      <PageHeading
        above={<BackLink href={proposed.hrefs.edit}>{t('registrationPolicies.campaign.title')}</BackLink>}
        lead={t('policyChanges.preview.lead')}
      >
        {t('policyChanges.preview.title')}
      </PageHeading>
      <PreviewFrame
        {...proposed}
        before={campaignInWords(before, names)}
        after={campaignInWords(after, names)}
        reach={t('registrationPolicies.preview.reach', counts.inCampaign)}
        people={
          <DemandList
            demands={(['reminded', 'noLongerReminded'] as const).map((effect) => ({ effect, count: counts[effect] }))}
            hrefOf={proposed.hrefs.people}
          />
        }
        action={saveCampaignAction}
      />
    </>
  )
}
