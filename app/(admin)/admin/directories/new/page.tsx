import { notFound } from 'next/navigation'
import { choice, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { connectorKinds } from '@/lib/directory/connector/model'
import { t } from '@/lib/i18n'
import { env } from '@/lib/platform/env'
import { adminPageVisit } from '@/lib/request/page'
import { addDirectory } from '../actions'
import { ConnectorForm } from '../connector-form'

const path = '/admin/directories/new'

/** First the kind, because it says what the rest begins with; then everything else. */
export default async function NewDirectoryPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  await adminPageVisit({ right: 'directories.update', path })
  if (env().DIRECTORY_FILE !== null) notFound()
  const kind = choice(await searchParams, 'kind', connectorKinds)
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/directories">{t('directories.one.back')}</BackLink>}
        lead={t(kind ? 'directories.form.new.lead' : 'directories.form.kind.lead')}
      >
        {t('directories.form.new')}
      </PageHeading>
      {kind ? (
        <ConnectorForm action={addDirectory} kind={kind} connector={null} backHref="/admin/directories" />
      ) : (
        <div className="grid max-w-3xl gap-6">
          {connectorKinds.map((one) => (
            <Card
              key={one}
              id={one}
              title={t(`directories.kind.${one}`)}
              description={t(`directories.form.kind.${one}.hint`)}
            >
              <ButtonLink href={`${path}?kind=${one}`} variant="secondary">
                {t(`directories.form.kind.${one}.choose`)}
              </ButtonLink>
            </Card>
          ))}
        </div>
      )}
    </>
  )
}
