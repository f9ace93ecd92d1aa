import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { findStrength } from '@/lib/conditional-access/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { deleteStrengthAction } from '../../actions'
import { strengthUsers } from '../../used-by'

export default async function DeleteStrengthPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const path = `/admin/authentication-strengths/${encodeURIComponent(id)}`
  await adminPageVisit({ right: 'conditionalAccess.update', path: `${path}/delete` })
  const strength = await findStrength(db(), id)
  if (!strength) notFound()
  const users = (await strengthUsers())(strength.id)
  return (
    <>
      <PageHeading above={<BackLink href={path}>{strength.displayName}</BackLink>}>
        {t('strengths.delete.title')}
      </PageHeading>
      <Card className="max-w-2xl">
        {users.length > 0 ? (
          <div className="grid gap-6">
            <Notice tone="warning" live={false}>
              {t('strengths.delete.inUse', {
                count: users.length,
                policies: users.map((policy) => policy.displayName).join(', '),
              })}
            </Notice>
            <Actions>
              <ButtonLink href={path} variant="secondary">
                {t('ui.cancel')}
              </ButtonLink>
            </Actions>
          </div>
        ) : (
          <div className="grid gap-6">
            <p>{t('strengths.delete.text', { name: strength.displayName })}</p>
            <ActionForm action={deleteStrengthAction.bind(null, strength.id)} errorHeading={t('strengths.edit.errors')}>
              <FormToken />
              <input type="hidden" name="version" value={strength.version} />
              <Actions>
                <SubmitButton variant="danger" pendingLabel={t('ui.pending')}>
                  {t('strengths.delete.submit')}
                </SubmitButton>
                <ButtonLink href={path} variant="secondary">
                  {t('ui.cancel')}
                </ButtonLink>
              </Actions>
            </ActionForm>
          </div>
        )}
      </Card>
    </>
  )
}
