import { adminPageVisit } from '@/lib/request/page'
import type { ProposalQuery } from '../../../../authentication-methods/preview/proposed'
import { DemandedList } from '../../../demanded-list'
import { campaignPath, proposedCampaign } from '../../../proposed'

/** Who the people behind one number of the preview are. */
export default async function CampaignRemindedPage({ searchParams }: { searchParams: Promise<ProposalQuery> }) {
  const { at } = await adminPageVisit({ right: 'authenticationMethodsPolicy.update', path: campaignPath })
  const query = await searchParams
  return <DemandedList query={query} proposed={await proposedCampaign(query)} now={at} />
}
