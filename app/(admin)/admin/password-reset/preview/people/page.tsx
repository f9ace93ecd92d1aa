import { adminPageVisit } from '@/lib/request/page'
import { AffectedList } from '../../../affected-list'
import type { ProposalQuery } from '../../../authentication-methods/preview/proposed'
import { proposedReset } from '../proposed'

/** Who the people behind one number of the preview are. */
export default async function ResetAffectedPage({ searchParams }: { searchParams: Promise<ProposalQuery> }) {
  const { at } = await adminPageVisit({ right: 'passwordResetScope.update', path: '/admin/password-reset' })
  const query = await searchParams
  return <AffectedList query={query} proposed={await proposedReset(query)} now={at} />
}
