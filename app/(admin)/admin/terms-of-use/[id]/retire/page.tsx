import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { findTerms } from '@/lib/terms-of-use/store'
import { strengthUsers } from '../../../authentication-strengths/used-by'
import { retireTermsAction } from '../../actions'

export default async function RetireTermsPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const path = `/admin/terms-of-use/${encodeURIComponent(id)}`
  await adminPageVisit({ right: 'conditionalAccess.update', path: `${path}/retire` })
  const terms = await findTerms(db(), id)
  if (!terms || terms.retiredAt) notFound()
  const users = (await strengthUsers())(terms.id)
  const cancel = (
    <ButtonLink href={path} variant="secondary">
      {t('ui.cancel')}
    </ButtonLink>
  )
  return (
    <>
      <PageHeading above={<BackLink href={path}>{terms.displayName}</BackLink>}>{t('terms.retire.title')}</PageHeading>
      <Card className="max-w-2xl">
        {users.length > 0 ? (
          <div className="grid gap-6">
            <Notice tone="warning" live={false}>
              {t('failure.terms.in_use', {
                count: users.length,
                policies: users.map((policy) => policy.displayName).join(', '),
              })}
            </Notice>
            <Actions>{cancel}</Actions>
          </div>
        ) : (
          <div className="grid gap-6">
            <p>{t('terms.retire.text', { name: terms.displayName })}</p>
            <ActionForm action={retireTermsAction.bind(null, terms.id)} errorHeading={t('terms.edit.errors')}>
              <FormToken />
              <input type="hidden" name="version" value={terms.version} />
              <Actions>
                <SubmitButton variant="danger" pendingLabel={t('ui.pending')}>
                  {t('terms.retire.submit')}
                </SubmitButton>
                {cancel}
              </Actions>
            </ActionForm>
          </div>
        )}
      </Card>
    </>
  )
}
