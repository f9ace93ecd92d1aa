import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { t } from '@/lib/i18n'
import { adminPageVisit } from '@/lib/request/page'
import { AboutCountries } from '../../about-countries'
import { createCountriesAction } from '../../actions'
import { CountriesForm } from '../../countries-form'

export default async function NewCountriesPage() {
  const path = '/admin/named-locations/new/countries'
  await adminPageVisit({ right: 'namedLocation.update', path })
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/named-locations">{t('namedLocations.edit.back')}</BackLink>}
        lead={t('namedLocations.countries.lead')}
      >
        {t('namedLocations.countries.title')}
      </PageHeading>
      <AboutCountries />
      <CountriesForm action={createCountriesAction} location={null} path={path} />
    </>
  )
}
