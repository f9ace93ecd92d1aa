import { ReferenceSearch } from '@/components/admin/reference-search'
import { StatLink } from '@/components/admin/stat-link'
import { PageHeading } from '@/components/shell/page-heading'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { may } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { countOpenPasses } from '@/lib/reports/passes-store'
import { countRegistrations } from '@/lib/reports/store'
import { adminPageVisit } from '@/lib/request/page'
import { countBlocked } from '@/lib/sign-in/log-store'
import { brakesOn } from '@/lib/throttle/send-brakes'

/** The numbers an administrator looks at first; each leads to the list that it counts. */
export default async function OverviewPage() {
  const { subject, at } = await adminPageVisit({ path: '/admin' })
  const since = startOfDay(at, -7)
  const mayReadRegistrations = may(subject, 'registrations.read')
  const [totals, passes, blocked, brakes] = await Promise.all([
    mayReadRegistrations ? countRegistrations(db(), at) : null,
    mayReadRegistrations ? countOpenPasses(db(), at) : null,
    may(subject, 'signInLog.read') ? countBlocked(since) : null,
    may(subject, 'messageDelivery.read') ? brakesOn(db()) : [],
  ])
  return (
    <>
      <PageHeading lead={t('admin.overview.lead')}>{t('admin.overview.title')}</PageHeading>
      {blocked !== null && <ReferenceSearch />}
      {brakes.length > 0 && (
        <Notice tone="danger" live={false}>
          {t('delivery.brake.title')}. <TextLink href="/admin/message-delivery">{t('delivery.brake.look')}</TextLink>
        </Notice>
      )}
      {totals && (
        <Card id="ready" title={t('admin.overview.ready')} description={t('admin.overview.ready.lead')}>
          <ul className="grid gap-4 sm:grid-cols-3">
            {(
              [
                ['mfa', totals.isMfaCapable],
                ['sspr', totals.isSsprCapable],
                ['passwordless', totals.isPasswordlessCapable],
              ] as const
            ).map(([word, count]) => (
              <StatLink
                key={word}
                href={`/admin/users?${word}=yes`}
                label={t(`admin.overview.${word}`)}
                value={count}
                detail={t('admin.overview.of', { people: totals.people })}
                hint={t(`admin.overview.${word}.hint`)}
                share={totals.people === 0 ? 0 : count / totals.people}
              />
            ))}
          </ul>
        </Card>
      )}
      {(totals || blocked !== null) && (
        <Card id="attention" title={t('admin.overview.attention')}>
          <ul className="grid gap-4 sm:grid-cols-3">
            {totals && (
              <StatLink
                href="/admin/users?method=none"
                label={t('admin.overview.without')}
                value={totals.withoutMethods}
                hint={t('admin.overview.without.hint')}
              />
            )}
            {passes !== null && (
              <StatLink
                href="/admin/users?method=temporaryAccessPass"
                label={t('admin.overview.passes')}
                value={passes}
                hint={t('admin.overview.passes.hint')}
              />
            )}
            {blocked !== null && (
              <StatLink
                href={`/admin/sign-in-log?result=blocked&from=${since.toISOString().slice(0, 10)}`}
                label={t('admin.overview.blocked')}
                value={blocked}
                hint={t('admin.overview.blocked.hint')}
              />
            )}
          </ul>
        </Card>
      )}
    </>
  )
}

/** Whole days, so that the number and the list behind its link begin at the same instant. */
function startOfDay(at: Date, days: number): Date {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + days))
}
