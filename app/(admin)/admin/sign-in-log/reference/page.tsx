import { redirect } from 'next/navigation'
import { address, parameter, type SearchParams } from '@/components/admin/query'
import { ReferenceSearch } from '@/components/admin/reference-search'
import { SignInTable } from '@/components/admin/sign-in-table'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { may } from '@/lib/directory/rights'
import { userNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { readResetReference } from '@/lib/password-reset/reference'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { findByReference, type SignInRecord } from '@/lib/sign-in/log-store'
import { readReference } from '@/lib/sign-in/reference'

const path = '/admin/sign-in-log/reference'

/** What a pasted reference leads to: the entry itself, or all entries of that sign-in, what stopped it marked. */
export default async function ReferencePage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { subject } = await adminPageVisit({ right: 'signInLog.read', path })
  const text = parameter(await searchParams, 'reference', 2000)
  const reference = text === undefined ? null : readReference(text)
  const records = reference === null ? [] : await findByReference(reference)
  const reset = text === undefined ? null : readResetReference(text)
  // The shorter one, that somebody reads out who could not reset their password.
  if (reset !== null && records.length === 0 && may(subject, 'passwordResets.read'))
    redirect(address('/admin/password-resets', { reference: reset }))
  const [only] = records
  if (only && records.length === 1) redirect(`/admin/sign-in-log/${only.id}`)
  const stopped = records.filter(isStopped).at(-1)
  const people = await userNames(
    db(),
    records.flatMap(({ userId }) => userId ?? []),
  )
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/sign-in-log">{t('admin.signIn.entry.back')}</BackLink>}
        lead={t('admin.reference.lead')}
      >
        {t('admin.reference.title')}
      </PageHeading>
      <ReferenceSearch value={text} />
      {text !== undefined && reference === null && <Notice tone="warning">{t('admin.reference.unreadable')}</Notice>}
      {reference !== null && records.length === 0 && (
        <Notice tone="warning">
          <p>{t('admin.reference.nothing')}</p>
          {may(subject, 'auditLog.read') && (
            <p>
              <TextLink href={address('/admin/audit-log', { text: reference })}>{t('admin.reference.audit')}</TextLink>
            </p>
          )}
        </Notice>
      )}
      {stopped && (
        <Notice live={false}>
          <p>
            <TextLink href={`/admin/sign-in-log/${stopped.id}`}>{t('admin.reference.stopped')}</TextLink>
          </p>
        </Notice>
      )}
      {records.length > 0 && (
        <Card id="entries" title={t('admin.reference.entries', { count: records.length })} padding="none">
          <SignInTable records={records.toReversed()} people={people} emptyText="" />
        </Card>
      )}
    </>
  )
}

/** Neither let through nor only asked for more. */
function isStopped({ errorCode }: SignInRecord): boolean {
  return errorCode !== 0 && errorCode !== 50074 && errorCode !== 50072
}
