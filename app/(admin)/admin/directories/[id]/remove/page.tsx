import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { SubmitButton } from '@/components/ui/submit-button'
import { findConnector } from '@/lib/directory/connector/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { removeDirectory } from '../../actions'

export default async function RemoveDirectoryPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const path = `/admin/directories/${encodeURIComponent(id)}`
  await adminPageVisit({ right: 'directories.update', path: `${path}/remove` })
  const connector = await findConnector(db(), id)
  if (!connector || connector.isFromFile) notFound()
  return (
    <>
      <PageHeading above={<BackLink href={path}>{connector.name}</BackLink>}>
        {t('directories.remove.title', { name: connector.name })}
      </PageHeading>
      <Card className="max-w-2xl">
        <ActionForm action={removeDirectory.bind(null, connector.id)} errorHeading={t('directories.form.errors')}>
          <p>{t('directories.remove.text')}</p>
          <FormToken />
          <input type="hidden" name="version" value={connector.version} />
          <Actions>
            <SubmitButton variant="danger" pendingLabel={t('ui.pending')}>
              {t('directories.remove.submit')}
            </SubmitButton>
            <ButtonLink href={path} variant="secondary">
              {t('ui.cancel')}
            </ButtonLink>
          </Actions>
        </ActionForm>
      </Card>
    </>
  )
}
