import { AffectedPeople } from '@/components/admin/affected-people'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { countDemands, type DemandChange, findDemanded } from '@/lib/reports/registration-demands'
import type { ProposalQuery } from '../authentication-methods/preview/proposed'
import { demandEffectOf, type proposedPolicy } from './proposed'

/** Who the people behind one number of a preview are. The page that shows it has let its reader past the desk. */
export async function DemandedList({
  query,
  proposed: { change: demands, hrefs },
  now,
}: {
  query: ProposalQuery
  proposed: Pick<Awaited<ReturnType<typeof proposedPolicy>>, 'change' | 'hrefs'>
  now: Date
}) {
  const effect = demandEffectOf(query.effect)
  const change: DemandChange = { ...demands, now }
  const counts = await countDemands(db(), change)
  const list = { effect, after: query.after ?? null, size: limits.page.sizeDefault }
  const { people, next } = await findDemanded(db(), change, list)
  return (
    <>
      <PageHeading
        above={<BackLink href={hrefs.preview}>{t('policyChanges.people.back')}</BackLink>}
        lead={t('policyChanges.people.lead')}
      >
        {t(`registrationPolicies.effect.${effect}`, { count: counts[effect] })}
      </PageHeading>
      <AffectedPeople
        people={people}
        nextHref={next === null ? undefined : `${hrefs.people(effect)}&after=${next}`}
        firstHref={query.after === undefined ? undefined : hrefs.people(effect)}
      />
    </>
  )
}
