import { PageHeading } from '@/components/shell/page-heading'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { Notice } from '@/components/ui/notice'
import { may } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { readPasswordProtection } from '@/lib/password/store'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { ProtectionForm } from './protection-form'
import { protectionInWords } from './words'

const path = '/admin/password-protection'

/** The rules for new passwords, the organisation's own words, and the pause after wrong ones. */
export default async function PasswordProtectionPage({
  searchParams,
}: {
  searchParams: Promise<{ readonly saved?: string }>
}) {
  const { subject, at } = await adminPageVisit({ right: 'passwordProtection.read', path })
  const { document, version } = await readPasswordProtection(db())
  const isSaved = (await searchParams).saved === 'yes'
  return (
    <>
      <PageHeading lead={t('passwordProtection.lead')}>{t('passwordProtection.title')}</PageHeading>
      {isSaved && (
        <Notice key={at.getTime()} tone="success">
          {t('passwordProtection.saved')}
        </Notice>
      )}
      {may(subject, 'passwordProtection.update') ? (
        <ProtectionForm key={version} policy={document} version={version} />
      ) : (
        <Card className="max-w-3xl" id="policy" title={t('methodsPolicy.edit.reader')}>
          <DescriptionList items={protectionInWords(document).map(({ term, text }) => ({ term, description: text }))} />
        </Card>
      )}
    </>
  )
}
