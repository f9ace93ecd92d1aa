import { notFound } from 'next/navigation'
import { address } from '@/components/admin/query'
import { homeText, purposeText, ResetOutcomeTag, waysText, whoText, whyText } from '@/components/admin/reset-words'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import type { Subject } from '@/lib/directory/model'
import { may } from '@/lib/directory/rights'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adviceFor, type ResetEvent } from '@/lib/reports/password-resets'
import { findResetEvent } from '@/lib/reports/password-resets-store'
import { adminPageVisit } from '@/lib/request/page'

/** One reset: what happened, why it ended as it did, and what whoever was called can do about it. */
export default async function PasswordResetEventPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const path = `/admin/password-resets/${encodeURIComponent(id)}`
  const { subject, at } = await adminPageVisit({ right: 'passwordResets.read', path })
  const event = await findResetEvent(db(), id, at)
  if (!event) notFound()
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/password-resets">{t('resetUsage.event.back')}</BackLink>}
        lead={event.reason !== null && event.outcome !== 'done' ? whyText(event.reason) : undefined}
        tags={<ResetOutcomeTag outcome={event.outcome} purpose={event.purpose} />}
      >
        {t('resetUsage.event.title', { reference: event.reference })}
      </PageHeading>
      <Card id="next" title={t('resetUsage.event.next')}>
        <div className="grid gap-3">
          <p>{t(`resetUsage.event.advice.${adviceFor(event)}`)}</p>
          <Links event={event} subject={subject} />
        </div>
      </Card>
      <Card id="facts" title={t('resetUsage.event.facts')}>
        <DescriptionList items={factsOf(event)} />
      </Card>
    </>
  )
}

function Links({ event, subject }: { event: ResetEvent; subject: Subject }) {
  const { id, userId, userPrincipalName } = event
  const links = [
    adviceFor(event) === 'policy' &&
      may(subject, 'signInLog.read') && {
        href: address('/admin/sign-in-log/reference', { reference: id }),
        text: t('resetUsage.event.signInLog'),
      },
    userId !== null &&
      (may(subject, 'methods.read') || may(subject, 'users.resetPassword')) && {
        href: `/admin/users/${userId}`,
        text: t('resetUsage.event.person'),
      },
    userId !== null &&
      userPrincipalName !== null && {
        href: address('/admin/password-resets', { user: userPrincipalName }),
        text: t('resetUsage.event.others'),
      },
    may(subject, 'auditLog.read') && {
      href: address('/admin/audit-log', { text: id }),
      text: t('resetUsage.event.audit'),
    },
  ]
  return (
    <ul className="flex flex-wrap gap-x-6 gap-y-2">
      {links.map(
        (link) =>
          link && (
            <li key={link.href}>
              <TextLink href={link.href}>{link.text}</TextLink>
            </li>
          ),
      )}
    </ul>
  )
}

function factsOf(event: ResetEvent) {
  const { userId, userPrincipalName, provenWays, failedWays, startedAt, changedAt, clientAddress, isHelpAsked } = event
  const isDeleted = userId === null && userPrincipalName !== null
  return [
    {
      term: t('resetUsage.event.who'),
      description: (
        <span className="grid gap-0.5">
          <bdi className="wrap-anywhere">{whoText(event)}</bdi>
          {event.displayName !== null && <bdi className="text-text-muted">{userPrincipalName}</bdi>}
          {isDeleted && <span className="text-text-muted">{t('resetUsage.deleted')}</span>}
        </span>
      ),
    },
    { term: t('resetUsage.event.asked'), description: purposeText(event.purpose) },
    { term: t('resetUsage.event.started'), description: <Time at={startedAt} /> },
    { term: t('resetUsage.event.changed'), description: <Time at={changedAt} /> },
    { term: t('resetUsage.event.proven'), description: waysText(provenWays) },
    { term: t('resetUsage.event.failed'), description: waysText(failedWays) },
    {
      term: t('resetUsage.column.why'),
      description: event.reason === null ? t('resetUsage.none') : whyText(event.reason),
    },
    { term: t('resetUsage.column.home'), description: homeText(event) },
    { term: t('resetUsage.event.address'), description: <span className="font-mono">{clientAddress ?? '–'}</span> },
    { term: t('resetUsage.event.help'), description: t(isHelpAsked ? 'admin.yes' : 'admin.no') },
  ]
}

function Time({ at }: { at: Date }) {
  return <time dateTime={at.toISOString()}>{formatDate(at)}</time>
}
