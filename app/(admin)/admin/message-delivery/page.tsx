import { address, choice, kept, parameter, type SearchParams } from '@/components/admin/query'
import { PageHeading } from '@/components/shell/page-heading'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { FilterBar } from '@/components/ui/filter-bar'
import { Notice } from '@/components/ui/notice'
import { Pagination } from '@/components/ui/pagination'
import { SelectField } from '@/components/ui/select-field'
import { may } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { env } from '@/lib/platform/env'
import { isUuid } from '@/lib/platform/uuid'
import { messageStates } from '@/lib/reports/delivery'
import { countByProvider, findMessages } from '@/lib/reports/delivery-store'
import { adminPageVisit } from '@/lib/request/page'
import { brakesOn } from '@/lib/throttle/send-brakes'
import { sendsOfDay } from '@/lib/throttle/store'
import { Brakes } from './brakes'
import { MessageTable } from './message-table'
import { ProviderTable } from './provider-table'

const path = '/admin/message-delivery'
const channels = ['mail', 'sms', 'voice'] as const
const done = {
  released: 'delivery.brake.released',
  retried: 'delivery.retry.done',
  gone: 'delivery.retry.gone',
  dropped: 'delivery.drop.done',
  notDropped: 'delivery.drop.gone',
} as const
const refusedWords: readonly string[] = ['gone', 'notDropped']

/** What became of codes and notices, which brakes are on, and what is left of the day. */
export default async function MessageDeliveryPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const { subject, at } = await adminPageVisit({ right: 'messageDelivery.read', path })
  const given = await searchParams
  const channel = choice(given, 'channel', channels)
  const state = choice(given, 'state', messageStates)
  const wanted = parameter(given, 'before', 64)
  const before = wanted && isUuid(wanted) ? wanted : undefined
  const [brakes, day, providers, { messages, next }] = await Promise.all([
    brakesOn(db()),
    sendsOfDay(db(), at),
    countByProvider(db()),
    findMessages(db(), { channel, state, before, at }),
  ])
  const mayUpdate = may(subject, 'messageDelivery.update')
  const word = choice(given, 'done', ['released', 'retried', 'gone', 'dropped', 'notDropped'])
  const filters = kept(given, ['channel', 'state'])
  const isFiltered = channel !== undefined || state !== undefined
  return (
    <>
      <PageHeading lead={t('delivery.lead')}>{t('delivery.title')}</PageHeading>
      {word && <Notice tone={refusedWords.includes(word) ? 'warning' : 'success'}>{t(done[word])}</Notice>}
      {brakes.length > 0 && <Brakes brakes={brakes} mayRelease={mayUpdate} />}
      <Card id="day" title={t('delivery.day.title')}>
        <Day day={day} />
      </Card>
      <Card id="providers" title={t('delivery.providers.title')} description={t('delivery.providers.text')}>
        <ProviderTable order={env().SMS_PROVIDERS} counts={providers} />
      </Card>
      <FilterBar
        action={path}
        label={t('delivery.filter.label')}
        submitLabel={t('delivery.filter.submit')}
        clearHref={isFiltered ? path : undefined}
        clearLabel={t('delivery.filter.clear')}
      >
        <SelectField
          name="channel"
          label={t('delivery.filter.channel')}
          placeholder={t('delivery.filter.any')}
          defaultValue={channel ?? ''}
          options={channels.map((value) => ({ value, label: t(`delivery.channel.${value}`) }))}
        />
        <SelectField
          name="state"
          label={t('delivery.filter.state')}
          placeholder={t('delivery.filter.any')}
          defaultValue={state ?? ''}
          options={messageStates.map((value) => ({ value, label: t(`delivery.state.${value}`) }))}
        />
      </FilterBar>
      <Card padding="none" className="min-w-0">
        <MessageTable messages={messages} mayUpdate={mayUpdate} />
        {messages.length > 0 && (
          <Pagination
            label={t('ui.pagination.label')}
            summary={t('delivery.messages.summary', { count: messages.length })}
            firstLabel={t('ui.pagination.first')}
            firstHref={before === undefined ? undefined : address(path, filters)}
            nextLabel={t('ui.pagination.next')}
            nextHref={next === null ? undefined : address(path, { ...filters, before: next })}
          />
        )}
      </Card>
    </>
  )
}

function Day({ day }: { day: Awaited<ReturnType<typeof sendsOfDay>> }) {
  const { SMS_COUNTRIES, SMS_BRAKE_EXEMPT } = env()
  return (
    <DescriptionList
      items={[
        { term: t('delivery.day.used'), description: t('delivery.day.of', { used: day.used, max: day.max }) },
        {
          term: t('delivery.day.refused'),
          description:
            day.refused.length === 0 ? (
              t('delivery.day.none')
            ) : (
              <ul className="grid gap-1">
                {day.refused.map(({ stop, count }) => (
                  <li key={stop}>
                    {count}: {t(`delivery.stop.${stop}`)}
                  </li>
                ))}
              </ul>
            ),
        },
        {
          term: t('delivery.day.countries'),
          description: SMS_COUNTRIES.length === 0 ? t('delivery.day.noCountries') : SMS_COUNTRIES.join(', '),
        },
        {
          term: t('delivery.day.exempt'),
          description:
            SMS_BRAKE_EXEMPT.length === 0
              ? t('delivery.day.none')
              : SMS_BRAKE_EXEMPT.map((range) => `+${range}`).join(', '),
        },
      ]}
    />
  )
}
