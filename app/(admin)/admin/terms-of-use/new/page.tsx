import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { t } from '@/lib/i18n'
import { adminPageVisit } from '@/lib/request/page'
import { createTermsAction } from '../actions'
import { TermsForm } from '../terms-form'

export default async function NewTermsPage() {
  const list = '/admin/terms-of-use'
  await adminPageVisit({ right: 'conditionalAccess.update', path: `${list}/new` })
  return (
    <>
      <PageHeading above={<BackLink href={list}>{t('terms.edit.back')}</BackLink>} lead={t('terms.new.lead')}>
        {t('terms.new.title')}
      </PageHeading>
      <TermsForm action={createTermsAction} terms={null} languages={[]} />
    </>
  )
}
