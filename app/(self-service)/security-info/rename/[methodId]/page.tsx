import { redirect } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextField } from '@/components/ui/text-field'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'
import { FormToken } from '@/lib/request/form-token'
import { renameMethod } from '../../actions'
import { openOwnMethod } from '../../own-method'
import { BackToList, SecurityInfoShell } from '../../shell'

export default async function RenamePage({ params }: { params: Promise<{ methodId: string }> }) {
  const { visit, method } = await openOwnMethod('rename', (await params).methodId)
  if (!method.isRenamable) redirect('/security-info')
  return (
    <SecurityInfoShell visit={visit}>
      <PageHeading above={<BackToList />} lead={t('securityInfo.rename.lead')}>
        {t('securityInfo.rename.title')}
      </PageHeading>
      <Card className="max-w-xl">
        <ActionForm action={renameMethod} errorHeading={t('ui.errorSummary.heading')}>
          <FormToken />
          <input type="hidden" name="methodId" value={method.id} />
          <TextField
            name="name"
            label={t('securityInfo.rename.label')}
            hint={t(`securityInfo.method.${method.kind}`)}
            defaultValue={method.name ?? ''}
            maxLength={limits.methodNameLengthMax}
            autoComplete="off"
            required
          />
          <Actions>
            <SubmitButton pendingLabel={t('ui.pending')}>{t('securityInfo.rename.submit')}</SubmitButton>
            <ButtonLink href="/security-info" variant="secondary">
              {t('ui.cancel')}
            </ButtonLink>
          </Actions>
        </ActionForm>
      </Card>
    </SecurityInfoShell>
  )
}
