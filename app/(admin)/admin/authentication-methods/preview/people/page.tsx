import { adminPageVisit } from '@/lib/request/page'
import { AffectedList } from '../../../affected-list'
import { type ProposalQuery, proposedMethods } from '../proposed'

/** Who the people behind one number of the preview are. */
export default async function MethodsAffectedPage({ searchParams }: { searchParams: Promise<ProposalQuery> }) {
  const { at } = await adminPageVisit({
    right: 'authenticationMethodsPolicy.update',
    path: '/admin/authentication-methods',
  })
  const query = await searchParams
  return <AffectedList query={query} proposed={await proposedMethods(query)} now={at} />
}
