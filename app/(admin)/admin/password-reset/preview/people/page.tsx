import type { Metadata } from 'next'
import { AffectedPeople } from '@/components/admin/affected-people'
import { BackLink } from '@/components/conditional-access/back-link'
import { PageHeading } from '@/components/ui/page-heading'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { countImpact, findAffected } from '@/lib/policy-changes/store'
import { adminPageVisit } from '@/lib/request/page'
import { effectOf, type ProposalQuery } from '../../../authentication-methods/preview/proposed'
import { proposedReset } from '../proposed'

export const metadata: Metadata = { title: t('policyChanges.people.caption') }

/** Who the people behind one number of the preview are. */
export default async function ResetAffectedPage({ searchParams }: { searchParams: Promise<ProposalQuery> }) {
  const { at } = await adminPageVisit({ right: 'passwordResetPolicy.update', path: '/admin/password-reset' })
  const query = await searchParams
  const effect = effectOf(query.effect)
  const { policies, hrefs } = await proposedReset(query)
  const comparison = { ...policies, now: at }
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
