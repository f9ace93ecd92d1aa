import { notFound } from 'next/navigation'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { Notice } from '@/components/ui/notice'
import { Tag } from '@/components/ui/tag'
import { countryName } from '@/lib/conditional-access/countries'
import type { IpNamedLocation, NamedLocation } from '@/lib/conditional-access/model'
import { isIpLocation } from '@/lib/conditional-access/read-location'
import { usedBy } from '@/lib/conditional-access/references'
import { findNamedLocation, listNamedLocations, listPolicies } from '@/lib/conditional-access/store'
import { may } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { adminPageVisit } from '@/lib/request/page'
import { AboutCountries } from '../about-countries'
import { updateCountriesAction, updateLocationAction } from '../actions'
import { CountriesForm } from '../countries-form'
import { LocationForm } from '../location-form'
import { noticesAbout, noticeText } from '../read-ranges'
import { yourAddress } from '../your-address'

export default async function NamedLocationPage({
  params,
  searchParams,
}: {
  params: Promise<{ id: string }>
  searchParams: Promise<{ saved?: string; typed?: string | string[] }>
}) {
  const { id } = await params
  const path = `/admin/named-locations/${encodeURIComponent(id)}`
  const { subject, origin } = await adminPageVisit({ right: 'namedLocation.read', path })
  const location = await findNamedLocation(db(), id)
  if (!location) notFound()
  const mayUpdate = may(subject, 'namedLocation.update')
  const policies = (await listPolicies(db())).map((policy) => ({ ...policy, document: policy.body }))
  const { saved, typed } = await searchParams
  const isIp = isIpLocation<IpNamedLocation>(location)
  const ranges = isIp ? location.ipRanges.map((range) => range.cidrAddress) : []
  const notices = noticesAbout(ranges, [typed ?? []].flat())
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/named-locations">{t('namedLocations.edit.back')}</BackLink>}
        lead={t(mayUpdate ? 'namedLocations.edit.lead' : 'namedLocations.edit.readLead')}
        actions={
          <>
            <ButtonLink href={`${path}/history`} variant="secondary">
              {t('namedLocations.edit.history')}
            </ButtonLink>
            {mayUpdate && (
              <ButtonLink href={`${path}/delete`} variant="secondary">
                {t('namedLocations.edit.delete')}
              </ButtonLink>
            )}
          </>
        }
        tags={
          <Tag tone={location.isTrusted ? 'success' : 'neutral'}>
            {t(location.isTrusted ? 'namedLocations.list.yes' : 'namedLocations.list.no')}
          </Tag>
        }
      >
        {location.displayName}
      </PageHeading>
      <div className="grid max-w-3xl gap-6">
        {(saved === 'created' || saved === 'updated' || saved === 'restored') && (
          <Notice tone="success">{t(`namedLocations.saved.${saved}`)}</Notice>
        )}
        {notices.length > 0 && (
          <Notice live={false} title={t('namedLocations.saved.notes')}>
            <ul className="grid gap-1">
              {notices.slice(0, 20).map((notice) => (
                <li key={`${notice.kind} ${notice.range} ${notice.becomes}`}>{noticeText(notice)}</li>
              ))}
            </ul>
          </Notice>
        )}
        <p className="text-text-muted">{yourAddress(origin.clientAddress, await listNamedLocations(db()))}</p>
        {!isIp && <AboutCountries />}
        {!mayUpdate ? (
          <Details location={location} />
        ) : isIp ? (
          <LocationForm action={updateLocationAction.bind(null, location.id)} location={location} path={path} />
        ) : (
          <CountriesForm action={updateCountriesAction.bind(null, location.id)} location={location} path={path} />
        )}
        <Card id="used-by" title={t('namedLocations.edit.usedBy')}>
          <UsedBy policies={usedBy(policies, location.id)} isTrusted={location.isTrusted} />
        </Card>
      </div>
    </>
  )
}

function UsedBy({
  policies,
  isTrusted,
}: {
  policies: readonly { readonly id: string; readonly displayName: string }[]
  isTrusted: boolean
}) {
  return (
    <div className="grid gap-3">
      {policies.length === 0 ? (
        <p className="text-text-muted">{t('namedLocations.edit.unused')}</p>
      ) : (
        <ul className="grid gap-2">
          {policies.map(({ id, displayName }) => (
            <li key={id}>
              <TextLink href={`/admin/conditional-access/${id}`}>
                <bdi>{displayName}</bdi>
              </TextLink>
            </li>
          ))}
        </ul>
      )}
      {isTrusted && <p className="text-sm text-text-muted">{t('namedLocations.edit.trustedUse')}</p>}
    </div>
  )
}

function Details({ location }: { location: NamedLocation }) {
  const lines = isIpLocation<IpNamedLocation>(location)
    ? location.ipRanges.map(({ cidrAddress }) => cidrAddress)
    : [
        ...location.countriesAndRegions.map(countryName),
        ...(location.includeUnknownCountriesAndRegions ? [t('namedLocations.countries.unknown')] : []),
      ]
  return (
    <Card>
      <DescriptionList
        items={[
          { term: t('namedLocations.form.name'), description: <bdi>{location.displayName}</bdi> },
          {
            term: t('namedLocations.read.trusted'),
            description: t(location.isTrusted ? 'namedLocations.list.yes' : 'namedLocations.list.no'),
          },
          {
            term: t(isIpLocation(location) ? 'namedLocations.read.ranges' : 'namedLocations.countries.list'),
            description: (
              <ul className="grid gap-1 font-mono">
                {lines.map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            ),
          },
        ]}
      />
    </Card>
  )
}
