import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { TermsText } from '@/components/terms-of-use/terms-text'
import { BackLink } from '@/components/ui/back-link'
import { Card } from '@/components/ui/card'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { pageVisit } from '@/lib/request/page'
import { findOwnAcceptance, findText } from '@/lib/terms-of-use/store'
import { SecurityInfoShell } from '../../shell'

/** One text as this person accepted it; somebody else's acceptance is not there. */
export default async function OwnAcceptancePage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const visit = await pageVisit({ stages: ['full'], path: `/security-info/terms/${encodeURIComponent(id)}` })
  const acceptance = await findOwnAcceptance(db(), visit.session.userId, id)
  const text = acceptance && (await findText(db(), acceptance.termsId, acceptance.textVersion))
  const shown = text?.languages.find(({ language }) => language === acceptance?.language) ?? text?.languages[0]
  if (!acceptance || !shown) notFound()
  const version = t('terms.list.versionOf', { version: acceptance.textVersion })
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading
        above={<BackLink href="/security-info/terms">{t('terms.own.back')}</BackLink>}
        lead={`${version}, ${t('terms.own.accepted', { at: formatDate(acceptance.acceptedAt) })}`}
      >
        {acceptance.displayName}
      </PageHeading>
      <Card>
        <TermsText text={shown} />
      </Card>
    </SecurityInfoShell>
  )
}
