import { ActionForm } from '@/components/ui/action-form'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import type { Tone } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { Tag } from '@/components/ui/tag'
import { formatDate, t } from '@/lib/i18n'
import type { MessageRow, MessageState } from '@/lib/reports/delivery'
import { FormToken } from '@/lib/request/form-token'
import { retry } from './actions'

const tones: Readonly<Record<MessageState, Tone | 'neutral'>> = {
  waiting: 'neutral',
  delayed: 'warning',
  handedOver: 'info',
  delivered: 'success',
  notDelivered: 'danger',
  givenUp: 'danger',
}

/** Each message with how far it came; a notice that was given up can be sent again. */
export function MessageTable({ messages, mayRetry }: { messages: readonly MessageRow[]; mayRetry: boolean }) {
  return (
    <DataTable
      caption={t('delivery.messages.title')}
      rows={messages}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'what',
          header: t('delivery.column.what'),
          isRowHeader: true,
          cell: ({ channel, lane }) => (
            <>
              {t(`delivery.lane.${lane}`)}
              <span className="block text-sm font-normal text-text-muted">{t(`delivery.channel.${channel}`)}</span>
            </>
          ),
        },
        { key: 'when', header: t('delivery.column.when'), cell: ({ createdAt }) => formatDate(createdAt) },
        {
          key: 'to',
          header: t('delivery.column.to'),
          cell: ({ toMasked }) => <bdi className="wrap-anywhere">{toMasked}</bdi>,
        },
        {
          key: 'state',
          header: t('delivery.column.state'),
          cell: ({ id, state, mayRetry: isRetriable }) => (
            <div className="grid justify-items-start gap-2">
              <Tag tone={tones[state]}>{t(`delivery.state.${state}`)}</Tag>
              {mayRetry && isRetriable && <RetryForm messageId={id} />}
            </div>
          ),
        },
        { key: 'tries', header: t('delivery.column.tries'), align: 'end', cell: ({ attempts }) => attempts },
        {
          key: 'provider',
          header: t('delivery.column.provider'),
          cell: ({ provider, error }) => (
            <>
              {providerName(provider)}
              {error && <span className="block font-mono text-sm wrap-anywhere text-text-muted">{error}</span>}
            </>
          ),
        },
      ]}
      empty={
        <EmptyState icon="mail" title={t('delivery.messages.empty.title')}>
          {t('delivery.messages.empty.text')}
        </EmptyState>
      }
    />
  )
}

function RetryForm({ messageId }: { messageId: string }) {
  return (
    <ActionForm action={retry} errorHeading={t('ui.errorSummary.heading')} idPrefix={`retry-${messageId}-`}>
      <FormToken />
      <input type="hidden" name="messageId" value={messageId} />
      <SubmitButton variant="quiet" size="small" className="-mx-3" pendingLabel={t('ui.pending')}>
        {t('delivery.retry.submit')}
      </SubmitButton>
    </ActionForm>
  )
}

function providerName(provider: string | null) {
  if (provider === 'twilio' || provider === 'smpp' || provider === 'http') return t(`delivery.provider.${provider}`)
  return null
}
