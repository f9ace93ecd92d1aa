import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { findConnector } from '@/lib/directory/connector/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { updateDirectory } from '../../actions'
import { ConnectorForm } from '../../connector-form'

export default async function DirectorySettingsPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  const path = `/admin/directories/${encodeURIComponent(id)}`
  await adminPageVisit({ right: 'directories.update', path: `${path}/settings` })
  const connector = await findConnector(db(), id)
  if (!connector || connector.isFromFile) notFound()
  return (
    <>
      <PageHeading above={<BackLink href={path}>{connector.name}</BackLink>}>
        {t('directories.form.edit', { name: connector.name })}
      </PageHeading>
      <ConnectorForm
        action={updateDirectory.bind(null, connector.id)}
        kind={connector.kind}
        connector={connector}
        backHref={path}
      />
    </>
  )
}
