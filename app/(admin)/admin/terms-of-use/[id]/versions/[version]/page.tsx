import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { TermsText } from '@/components/terms-of-use/terms-text'
import { BackLink } from '@/components/ui/back-link'
import { Card } from '@/components/ui/card'
import { formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { findTerms, findText } from '@/lib/terms-of-use/store'

/** One text as people met it, in all its languages. */
export default async function TermsVersionPage({ params }: { params: Promise<{ id: string; version: string }> }) {
  const { id, version } = await params
  const path = `/admin/terms-of-use/${encodeURIComponent(id)}`
  await adminPageVisit({
    right: 'conditionalAccess.read',
    path: `${path}/versions/${encodeURIComponent(version)}`,
  })
  const terms = await findTerms(db(), id)
  const text = terms && /^[1-9]\d{0,8}$/.test(version) ? await findText(db(), terms.id, Number(version)) : null
  if (!terms || !text) notFound()
  return (
    <>
      <PageHeading
        above={<BackLink href={path}>{terms.displayName}</BackLink>}
        lead={t('terms.page.version', { version, at: formatDate(text.createdAt) })}
      >
        {t('terms.versions.show', { version, name: terms.displayName })}
      </PageHeading>
      <div className="grid max-w-3xl gap-6">
        {text.languages.map((each) => (
          <Card key={each.language}>
            <p className="mb-4 font-mono text-sm text-text-muted">{each.language}</p>
            <TermsText text={each} />
          </Card>
        ))}
      </div>
    </>
  )
}
