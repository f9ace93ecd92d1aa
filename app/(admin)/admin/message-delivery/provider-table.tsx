import { DataTable } from '@/components/ui/data-table'
import { t } from '@/lib/i18n'
import type { ProviderCount } from '@/lib/reports/delivery-store'

/** The operator's providers in their order, and what each did with the messages of the last day. */
export function ProviderTable({
  order,
  counts,
}: {
  order: readonly ('twilio' | 'smpp' | 'http')[]
  counts: readonly ProviderCount[]
}) {
  const nothing = { taken: 0, delivered: 0, notDelivered: 0, refused: 0 }
  const rows = order.map((name) => ({ name, ...nothing, ...counts.find(({ provider }) => provider === name) }))
  const columns = ['taken', 'delivered', 'notDelivered', 'refused'] as const
  return (
    <DataTable
      caption={t('delivery.providers.title')}
      rows={rows}
      rowKey={({ name }) => name}
      columns={[
        {
          key: 'name',
          header: t('delivery.providers.name'),
          isRowHeader: true,
          cell: ({ name }) => t(`delivery.provider.${name}`),
        },
        ...columns.map((key) => ({
          key,
          header: t(`delivery.providers.${key}`),
          align: 'end' as const,
          cell: (row: (typeof rows)[number]) => row[key],
        })),
      ]}
      empty={<p>{t('delivery.providers.none')}</p>}
    />
  )
}
