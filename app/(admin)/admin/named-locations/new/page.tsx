import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { listNamedLocations } from '@/lib/conditional-access/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { createLocationAction } from '../actions'
import { LocationForm } from '../location-form'
import { yourAddress } from '../your-address'

export default async function NewLocationPage() {
  const path = '/admin/named-locations/new'
  const { origin } = await adminPageVisit({ right: 'namedLocation.update', path })
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/named-locations">{t('namedLocations.edit.back')}</BackLink>}
        lead={yourAddress(origin.clientAddress, await listNamedLocations(db()))}
      >
        {t('namedLocations.new.title')}
      </PageHeading>
      <LocationForm action={createLocationAction} location={null} path={path} />
    </>
  )
}
