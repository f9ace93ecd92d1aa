import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextField } from '@/components/ui/text-field'
import { findPolicy, policyNames } from '@/lib/conditional-access/store'
import { policyListRow } from '@/lib/conditional-access/view'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { duplicatePolicyAction } from '../../actions'

export default async function DuplicatePolicyPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const path = `/admin/conditional-access/${encodeURIComponent(id)}`
  await adminPageVisit({ right: 'conditionalAccess.update', path: `${path}/duplicate` })
  const policy = await findPolicy(db(), id)
  if (!policy?.document) notFound()
  const { summary } = policyListRow(policy, await policyNames(db(), [policy]))
  const name = t('policies.duplicate.copyOf', { name: policy.displayName })
  return (
    <>
      <PageHeading above={<BackLink href={path}>{policy.displayName}</BackLink>} lead={t('policies.duplicate.lead')}>
        {t('policies.duplicate.title')}
      </PageHeading>
      <Card className="max-w-3xl">
        <div className="grid gap-6">
          <p className="text-lg leading-relaxed font-medium text-pretty">{summary}</p>
          <ActionForm action={duplicatePolicyAction.bind(null, policy.id)} errorHeading={t('policies.edit.errors')}>
            <FormToken />
            <TextField
              name="displayName"
              label={t('policies.duplicate.name')}
              defaultValue={[...name].slice(0, limits.displayNameLengthMax).join('')}
              autoComplete="off"
              maxLength={limits.displayNameLengthMax}
            />
            <Actions>
              <SubmitButton pendingLabel={t('ui.pending')}>{t('policies.duplicate.submit')}</SubmitButton>
              <ButtonLink href={path} variant="secondary">
                {t('ui.cancel')}
              </ButtonLink>
            </Actions>
          </ActionForm>
        </div>
      </Card>
    </>
  )
}
