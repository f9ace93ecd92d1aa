import { adminPageVisit } from '@/lib/request/page'
import type { ProposalQuery } from '../../../../authentication-methods/preview/proposed'
import { DemandedList } from '../../../demanded-list'
import { mfaPolicyPath, proposedPolicy } from '../../../proposed'

/** Who the people behind one number of the preview are. */
export default async function MfaPolicyAskedPage({ searchParams }: { searchParams: Promise<ProposalQuery> }) {
  const { at } = await adminPageVisit({ right: 'mfaRegistrationPolicy.update', path: mfaPolicyPath })
  const query = await searchParams
  return <DemandedList query={query} proposed={await proposedPolicy(query)} now={at} />
}
