import { notFound } from 'next/navigation'
import { address } from '@/components/admin/query'
import { SignInFacts } from '@/components/admin/sign-in-facts'
import { errorText } from '@/components/admin/sign-in-words'
import { TraceList } from '@/components/admin/trace-list'
import { PageHeading } from '@/components/shell/page-heading'
import { TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { traceLineView } from '@/lib/conditional-access/view'
import { may } from '@/lib/directory/rights'
import { userNames } from '@/lib/directory/store'
import { failureMessage, hasMessage, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { findSignIn, type SignInRecord } from '@/lib/sign-in/log-store'

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
        {t('admin.signIn.entry.title', { name: person?.displayName ?? userName })}
      </PageHeading>
      <Card
        id="policies"
        title={t('admin.signIn.entry.policies')}
        description={t('admin.signIn.entry.policies.lead')}
        padding="none"
      >
        <TraceList lines={record.trace.map(traceLineView)} />
      </Card>
      <SignInFacts record={record} person={person ?? null} userName={userName} />
      <Card id="ids" title={t('admin.signIn.entry.identifiers')}>
        <DescriptionList
          items={[
            {
              term: t('admin.audit.entry.correlation'),
              description: (
                <span className="grid gap-0.5">
                  <code className="text-sm wrap-anywhere">{record.correlationId}</code>
                  <TextLink
                    href={address('/admin/sign-in-log/reference', { reference: record.correlationId })}
                    className="w-fit"
                  >
                    {t('admin.signIn.entry.others')}
                  </TextLink>
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
            {
              term: t('admin.signIn.entry.id'),
              description: <code className="text-sm wrap-anywhere">{record.id}</code>,
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
