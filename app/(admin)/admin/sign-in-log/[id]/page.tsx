import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { address } from '@/components/admin/query'
import { errorText, modeName, ResultTag, StatusTag, targetName } from '@/components/admin/sign-in-words'
import { TraceList } from '@/components/admin/trace-list'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { Icon } from '@/components/ui/icon'
import { PageHeading } from '@/components/ui/page-heading'
import { addressSourceText } from '@/lib/audit/view'
import { traceLineView } from '@/lib/conditional-access/view'
import { may } from '@/lib/directory/rights'
import { userNames } from '@/lib/directory/store'
import { failureMessage, formatDate, hasMessage, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { findSignIn, type SignInRecord } from '@/lib/sign-in/log-store'

export const metadata: Metadata = { title: t('admin.signIn.title') }

/** One sign-in: who, from where, what was proven, and why the policies decided as they did. */
export default async function SignInPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const { subject } = await adminPageVisit({
    right: 'signInLog.read',
    path: `/admin/sign-in-log/${encodeURIComponent(id)}`,
  })
  const record = await findSignIn(id)
  if (!record) notFound()
  const person = record.userId ? (await userNames(db(), [record.userId])).get(record.userId) : undefined
  const userName = record.userPrincipalName ?? t('admin.signIn.entry.unknownUser')
  return (
    <>
      <PageHeading
        above={<TextLink href="/admin/sign-in-log">{t('admin.signIn.entry.back')}</TextLink>}
        lead={reasonOf(record)}
      >
        <bdi>{t('admin.signIn.entry.title', { name: person?.displayName ?? userName })}</bdi>
      </PageHeading>
      <Card
        id="policies"
        title={t('admin.signIn.entry.policies')}
        description={t('admin.signIn.entry.policies.lead')}
        padding="none"
      >
        <TraceList lines={record.trace.map(traceLineView)} />
      </Card>
      <Card id="facts" title={t('admin.signIn.entry.facts')}>
        <DescriptionList
          items={[
            { term: t('admin.signIn.column.time'), description: formatDate(record.at) },
            {
              term: t('admin.signIn.column.user'),
              description: person ? (
                <TextLink href={`/admin/users/${person.id}`}>
                  <bdi>{userName}</bdi>
                </TextLink>
              ) : (
                <bdi className="wrap-anywhere">{userName}</bdi>
              ),
            },
            { term: t('admin.signIn.column.target'), description: targetName(record.target) },
            { term: t('admin.signIn.column.result'), description: <ResultTag errorCode={record.errorCode} /> },
            { term: t('admin.signIn.entry.error'), description: record.errorCode },
            {
              term: t('admin.signIn.column.status'),
              description: <StatusTag status={record.conditionalAccessStatus} />,
            },
            {
              term: t('admin.signIn.column.address'),
              description: (
                <>
                  <span className="font-mono">{record.clientAddress ?? t('admin.unknown')}</span>
                  <span className="text-text-muted"> · {addressSourceText(record.addressSource)}</span>
                </>
              ),
            },
            {
              term: t('admin.audit.entry.agent'),
              description: <bdi className="text-sm wrap-anywhere">{record.userAgent ?? t('admin.unknown')}</bdi>,
            },
            { term: t('admin.signIn.entry.steps'), description: <Steps record={record} /> },
            {
              term: t('admin.audit.entry.correlation'),
              description: (
                <span className="grid gap-0.5">
                  <code className="text-sm wrap-anywhere">{record.correlationId}</code>
                  {may(subject, 'auditLog.read') && (
                    <TextLink href={address('/admin/audit-log', { text: record.correlationId })} className="w-fit">
                      {t('admin.signIn.entry.audit')}
                    </TextLink>
                  )}
                </span>
              ),
            },
            {
              term: t('admin.audit.entry.request'),
              description: <code className="text-sm wrap-anywhere">{record.requestId}</code>,
            },
          ]}
        />
      </Card>
    </>
  )
}

/** What asked for more, or what the person was told, where a sentence for it exists; else what the error number says. */
function reasonOf({ failureReason, errorCode }: SignInRecord): string {
  const why = `admin.signIn.why.${failureReason}`
  if (hasMessage(why)) return t(why as 'admin.signIn.why.sign_in.per_user_mfa')
  return failureReason && hasMessage(`failure.${failureReason}`)
    ? failureMessage({ kind: 'refused', code: failureReason })
    : errorText(errorCode)
}

function Steps({ record }: { record: SignInRecord }) {
  if (record.steps.length === 0) return <span className="text-text-muted">{t('admin.signIn.entry.steps.none')}</span>
  return (
    <ul className="grid gap-1">
      {record.steps.map((step) => (
        <li key={`${step.mode} ${step.at}`} className="flex items-center gap-2">
          <Icon
            name={step.succeeded ? 'check' : 'close'}
            className={step.succeeded ? 'size-4 text-success' : 'size-4 text-danger'}
          />
          {modeName(step.mode)}
          <span className="text-text-muted">{step.result}</span>
        </li>
      ))}
    </ul>
  )
}
