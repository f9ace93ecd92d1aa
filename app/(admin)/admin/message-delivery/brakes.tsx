import { ActionForm } from '@/components/ui/action-form'
import { Card } from '@/components/ui/card'
import { SubmitButton } from '@/components/ui/submit-button'
import { formatDate, t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import type { SendBrake } from '@/lib/throttle/model'
import { release } from './actions'

/** The brakes that are on: why, since when, how much they stopped, and the way to take them off. */
export function Brakes({ brakes, mayRelease }: { brakes: readonly SendBrake[]; mayRelease: boolean }) {
  return (
    <Card id="brakes" title={t('delivery.brake.title')} description={t('delivery.brake.advice')}>
      <ul className="grid gap-6">
        {brakes.map(({ range, engagedAt, seen, confirmed, stopped }) => (
          <li key={range} className="grid gap-3">
            <h3 className="font-semibold">
              {range === '' ? t('delivery.brake.all') : t('delivery.brake.range', { range })}
            </h3>
            <p>
              {t(range === '' ? 'delivery.brake.why.all' : 'delivery.brake.why.range', {
                at: formatDate(engagedAt),
                seen,
                confirmed,
                stopped,
              })}
            </p>
            {mayRelease && (
              <ActionForm
                action={release}
                errorHeading={t('ui.errorSummary.heading')}
                idPrefix={`brake-${range || 'all'}-`}
                className="grid justify-items-start gap-3"
              >
                <FormToken />
                <input type="hidden" name="range" value={range} />
                <SubmitButton variant="secondary" pendingLabel={t('ui.pending')}>
                  {t('delivery.brake.release')}
                </SubmitButton>
              </ActionForm>
            )}
          </li>
        ))}
      </ul>
    </Card>
  )
}
