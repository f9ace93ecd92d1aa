import { redirect } from 'next/navigation'
import { MethodList, MethodRow } from '@/components/security-info/method-list'
import { factsOf } from '@/components/security-info/own-method-row'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { SubmitButton } from '@/components/ui/submit-button'
import { Tag } from '@/components/ui/tag'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import type { MethodView } from '@/lib/security-info/model'
import { methodViews } from '@/lib/security-info/view'
import { changeInstead, confirmReview, skip } from '../actions'
import { confirmPath, presentPath, wizardVisit } from '../wizard'
import { ArrivalNote, WizardFrame } from '../wizard-frame'

type Query = Record<string, string | string[] | undefined>

/** Every method, to be confirmed or changed, when the last confirmation is too long ago (W8). */
export default async function ReviewPage({ searchParams }: { searchParams: Promise<Query> }) {
  const wizard = await wizardVisit(confirmPath)
  const { facts, visit } = wizard
  const present = presentPath(wizard)
  if (present !== confirmPath) redirect(`${present}?moved=1`)
  const { moved } = await searchParams
  // A pass was a way in, not something that could be confirmed.
  const methods = methodViews(facts, visit.at).filter(({ kind }) => kind !== 'temporaryAccessPass')
  const heading = t('ui.errorSummary.heading')
  const pendingLabel = t('ui.pending')
  return (
    <WizardFrame userPrincipalName={visit.subject.userPrincipalName} isComplete>
      <PageHeading
        focusKey="review"
        lead={t('registration.review.lead')}
        above={moved === '1' ? <ArrivalNote added={undefined} moved={moved} /> : undefined}
      >
        {t('registration.review.title')}
      </PageHeading>
      <div className="-mx-5 sm:-mx-6">
        <MethodList label={t('registration.done.listTitle')}>
          {methods.map((method) => (
            <ReviewRow key={method.id} method={method} />
          ))}
        </MethodList>
      </div>
      <div className="grid gap-3">
        <ActionForm action={confirmReview} errorHeading={heading} idPrefix="confirm-">
          <FormToken />
          <SubmitButton wide pendingLabel={pendingLabel}>
            {t('registration.review.confirm')}
          </SubmitButton>
        </ActionForm>
        <ActionForm action={changeInstead} errorHeading={heading} idPrefix="change-">
          <FormToken />
          <SubmitButton variant="secondary" wide pendingLabel={pendingLabel}>
            {t('registration.review.change')}
          </SubmitButton>
        </ActionForm>
        <ActionForm action={skip} errorHeading={heading} idPrefix="skip-" className="grid gap-2 text-center">
          <FormToken />
          <SubmitButton variant="quiet" wide pendingLabel={pendingLabel}>
            {t('registration.review.skip')}
          </SubmitButton>
          <p className="text-sm text-text-muted">{t('registration.review.skipHint')}</p>
        </ActionForm>
      </div>
    </WizardFrame>
  )
}

/** What is known of a method, and a word where it no longer works: that is when somebody should change something. */
function ReviewRow({ method }: { method: MethodView }) {
  const kind = t(`securityInfo.method.${method.kind}`)
  return (
    <MethodRow
      kind={method.kind}
      title={<bdi>{method.name ?? kind}</bdi>}
      detail={[method.name === null ? null : kind, method.detail].filter(Boolean).join(' · ')}
      tags={
        <>
          {method.isDefault && <Tag tone="info">{t('registration.done.default')}</Tag>}
          {method.unusableReason && <Tag tone="warning">{t('securityInfo.list.unusable')}</Tag>}
        </>
      }
      facts={factsOf(method)}
      note={method.unusableReason && t(`securityInfo.unusable.${method.unusableReason}`)}
    />
  )
}
