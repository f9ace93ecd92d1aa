import { AffectedPeople } from '@/components/admin/affected-people'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { countImpact, findAffected } from '@/lib/policy-changes/store'
import { effectOf, type ProposalQuery, type proposedMethods } from './authentication-methods/preview/proposed'

type Proposed = Awaited<ReturnType<typeof proposedMethods>>

/** Who the people behind one number of a preview are. The page that shows it has let its reader past the desk. */
export async function AffectedList({
  query,
  proposed: { policies, hrefs },
  now,
}: {
  query: ProposalQuery
  proposed: Pick<Proposed, 'policies'> & { readonly hrefs: Pick<Proposed['hrefs'], 'people' | 'preview'> }
  now: Date
}) {
  const effect = effectOf(query.effect)
  const comparison = { ...policies, now }
  const impact = await countImpact(db(), { ...comparison, asker: null })
  const list = { effect, after: query.after ?? null, size: limits.page.sizeDefault }
  const { people, next } = await findAffected(db(), comparison, list)
  return (
    <>
      <PageHeading
        above={<BackLink href={hrefs.preview}>{t('policyChanges.people.back')}</BackLink>}
        lead={t('policyChanges.people.lead')}
      >
        {t(`policyChanges.effect.${effect}`, { count: impact[effect] })}
      </PageHeading>
      <AffectedPeople
        people={people}
        nextHref={next === null ? undefined : `${hrefs.people(effect)}&after=${next}`}
        firstHref={query.after === undefined ? undefined : hrefs.people(effect)}
      />
    </>
  )
}
