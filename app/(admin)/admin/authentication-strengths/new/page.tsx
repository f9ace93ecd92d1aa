import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { t } from '@/lib/i18n'
import { adminPageVisit } from '@/lib/request/page'
import { createStrengthAction } from '../actions'
import { StrengthForm } from '../strength-form'

export default async function NewStrengthPage() {
  const list = '/admin/authentication-strengths'
  await adminPageVisit({ right: 'conditionalAccess.update', path: `${list}/new` })
  return (
    <>
      <PageHeading above={<BackLink href={list}>{t('strengths.edit.back')}</BackLink>} lead={t('strengths.list.lead')}>
        {t('strengths.new.title')}
      </PageHeading>
      <StrengthForm action={createStrengthAction} strength={null} />
    </>
  )
}
