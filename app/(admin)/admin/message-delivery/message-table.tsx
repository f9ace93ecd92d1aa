import { ActionForm } from '@/components/ui/action-form'
import { DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import type { Tone } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { Tag } from '@/components/ui/tag'
import { formatDate, t } from '@/lib/i18n'
import { errorKindOf, type MessageRow, type MessageState } from '@/lib/reports/delivery'
import { FormToken } from '@/lib/request/form-token'
import { drop, retry } from './actions'

const tones: Readonly<Record<MessageState, Tone | 'neutral'>> = {
  waiting: 'neutral',
  delayed: 'warning',
  handedOver: 'info',
  delivered: 'success',
  notDelivered: 'danger',
  givenUp: 'danger',
  dropped: 'neutral',
  switchedOff: 'neutral',
}

/** Each message with how far it came; a notice that was given up can be sent again, one that nobody should get is dropped. */
export function MessageTable({ messages, mayUpdate }: { messages: readonly MessageRow[]; mayUpdate: boolean }) {
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
          cell: (message) => (
            <>
              {whatIsIt(message)}
              <span className="block text-sm font-normal text-text-muted">
                {t(`delivery.channel.${message.channel}`)}
              </span>
              {message.lane === 'code' && (
                <span className="block max-w-xs text-sm font-normal text-text-muted">{t('delivery.secret')}</span>
              )}
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
          cell: (message) => (
            <div className="grid justify-items-start gap-2">
              <Tag tone={tones[message.state]}>{t(`delivery.state.${message.state}`)}</Tag>
              {message.nextAttemptAt && message.attempts > 0 && (
                <span className="text-sm text-text-muted">
                  {t('delivery.next', { at: formatDate(message.nextAttemptAt) })}
                </span>
              )}
              {mayUpdate && message.mayRetry && <MessageForm message={message} verb="retry" />}
              {mayUpdate && message.mayDrop && <MessageForm message={message} verb="drop" />}
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
              {error && <span className="block max-w-xs">{t(`delivery.error.${errorKindOf(error)}`)}</span>}
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

function MessageForm({ message, verb }: { message: MessageRow; verb: 'retry' | 'drop' }) {
  const { id, toMasked } = message
  return (
    <ActionForm
      action={verb === 'retry' ? retry : drop}
      errorHeading={t('ui.errorSummary.heading')}
      idPrefix={`${verb}-${id}-`}
    >
      <FormToken />
      <input type="hidden" name="messageId" value={id} />
      <SubmitButton
        variant="quiet"
        size="small"
        className="-mx-3"
        pendingLabel={t('ui.pending')}
        aria-label={t(`delivery.${verb}.label`, { what: whatIsIt(message), to: toMasked })}
      >
        {t(`delivery.${verb}.submit`)}
      </SubmitButton>
    </ActionForm>
  )
}

/** What a message is about: its kind, and never what it says. */
function whatIsIt({ template, lane }: MessageRow): string {
  if (template === null) return t(`delivery.lane.${lane}`)
  if (template === 'keyCall' || template === 'verificationCode') return t(`delivery.template.${template}`)
  return t(`mailSettings.name.${template}`)
}

function providerName(provider: string | null) {
  if (provider === 'twilio' || provider === 'smpp' || provider === 'http') return t(`delivery.provider.${provider}`)
  return null
}
