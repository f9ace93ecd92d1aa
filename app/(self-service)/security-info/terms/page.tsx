import { PageHeading } from '@/components/shell/page-heading'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { formatDate, t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { pageVisit } from '@/lib/request/page'
import { listOwnAcceptances } from '@/lib/terms-of-use/store'
import { BackToList, SecurityInfoShell } from '../shell'

/** What somebody accepted, to read again. Reading it needs no more than being signed in. */
export default async function OwnTermsPage() {
  const visit = await pageVisit({ stages: ['full'], path: '/security-info/terms' })
  const acceptances = await listOwnAcceptances(db(), visit.session.userId, limits.termsOfUse.ownShownMax)
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading above={<BackToList />} lead={t('terms.own.lead')}>
        {t('terms.own.title')}
      </PageHeading>
      <Card id="accepted" title={t('terms.own.list')} padding="none">
        {acceptances.length === 0 ? (
          <EmptyState icon="list" title={t('terms.own.none')} />
        ) : (
          <ul className="divide-y divide-border">
            {acceptances.map(({ id, displayName, textVersion, acceptedAt }) => (
              <li key={id} className="grid gap-0.5 px-5 py-4 sm:px-6">
                <TextLink href={`/security-info/terms/${id}`}>
                  <bdi className="font-semibold wrap-anywhere">{displayName}</bdi>
                </TextLink>
                <p className="text-sm text-text-muted">
                  {t('terms.list.versionOf', { version: textVersion })},{' '}
                  {t('terms.own.accepted', { at: formatDate(acceptedAt) })}
                </p>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </SecurityInfoShell>
  )
}
