import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { usedBy } from '@/lib/conditional-access/references'
import { findNamedLocation, listPolicies } from '@/lib/conditional-access/store'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { deleteLocationAction } from '../../actions'

export default async function DeleteLocationPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const path = `/admin/named-locations/${encodeURIComponent(id)}`
  await adminPageVisit({ right: 'namedLocation.update', path: `${path}/delete` })
  const location = await findNamedLocation(db(), id)
  if (!location) notFound()
  const policies = (await listPolicies(db())).map((policy) => ({ ...policy, document: policy.body }))
  const users = usedBy(policies, location.id)
  const isFree = !location.isTrusted && users.length === 0
  return (
    <>
      <PageHeading above={<BackLink href={path}>{location.displayName}</BackLink>}>
        {t('namedLocations.delete.title')}
      </PageHeading>
      <Card className="max-w-2xl">
        <div className="grid gap-6">
          <p>{t('namedLocations.delete.text', { name: location.displayName })}</p>
          <p className="text-text-muted">
            {t('namedLocations.delete.kept', { days: limits.conditionalAccess.deletedKeptDays })}
          </p>
          {location.isTrusted && (
            <Notice tone="warning" live={false}>
              {t('namedLocations.delete.trusted')}
            </Notice>
          )}
          {users.length > 0 && (
            <Notice tone="warning" live={false}>
              {t('namedLocations.delete.inUse', {
                count: users.length,
                policies: users.map((policy) => policy.displayName).join(', '),
              })}
            </Notice>
          )}
          {isFree ? (
            <ActionForm
              action={deleteLocationAction.bind(null, location.id)}
              errorHeading={t('namedLocations.edit.errors')}
            >
              <FormToken />
              <input type="hidden" name="version" value={location.version} />
              <Actions>
                <SubmitButton variant="danger" pendingLabel={t('ui.pending')}>
                  {t('namedLocations.delete.submit')}
                </SubmitButton>
                <ButtonLink href={path} variant="secondary">
                  {t('ui.cancel')}
                </ButtonLink>
              </Actions>
            </ActionForm>
          ) : (
            <Actions>
              <ButtonLink href={path}>{t('namedLocations.delete.edit')}</ButtonLink>
            </Actions>
          )}
        </div>
      </Card>
    </>
  )
}
