import { redirect } from 'next/navigation'
import { MethodList, MethodRow } from '@/components/security-info/method-list'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { Icon } from '@/components/ui/icon'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { Tag } from '@/components/ui/tag'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import { methodViews } from '@/lib/security-info/view'
import { finish } from '../actions'
import { presentPath, reviewPath, wizardVisit } from '../wizard'
import { ArrivalNote, WizardFrame } from '../wizard-frame'

/** All methods, and which one is asked for first (W7). */
export default async function DonePage({ searchParams }: { searchParams: Promise<{ moved?: string | string[] }> }) {
  const { moved } = await searchParams
  const wizard = await wizardVisit(reviewPath)
  const { facts, plan, visit } = wizard
  const present = presentPath(wizard)
  if (present !== reviewPath) redirect(`${present}?moved=1`)
  // A pass was a way in, not something that was set up.
  const methods = methodViews(facts, visit.at).filter(({ kind }) => kind !== 'temporaryAccessPass')
  return (
    <WizardFrame userPrincipalName={visit.subject.userPrincipalName} isComplete>
      <div className="grid gap-5">
        <span className="grid size-14 place-items-center rounded-full bg-success-soft text-success">
          <Icon name="check" className="size-8" />
        </span>
        <PageHeading focusKey="done" lead={t('registration.done.lead')}>
          {t('registration.done.title')}
        </PageHeading>
      </div>
      <ArrivalNote added={undefined} moved={moved} />
      {plan.unsatisfiable.length > 0 && (
        <Notice tone="warning" live={false}>
          {t('registration.done.short')}
        </Notice>
      )}
      <div className="-mx-5 sm:-mx-6">
        <MethodList label={t('registration.done.listTitle')}>
          {methods.map(({ id, kind, name, detail, isDefault }) => (
            <MethodRow
              key={id}
              kind={kind}
              title={<bdi>{name ?? t(`securityInfo.method.${kind}`)}</bdi>}
              detail={
                name ? [t(`securityInfo.method.${kind}`), detail].filter(Boolean).join(' · ') : (detail ?? undefined)
              }
              tags={isDefault && <Tag tone="info">{t('registration.done.default')}</Tag>}
            />
          ))}
        </MethodList>
      </div>
      <ActionForm action={finish} errorHeading={t('ui.errorSummary.heading')}>
        <FormToken />
        <SubmitButton wide pendingLabel={t('ui.pending')}>
          {t('registration.done.submit')}
        </SubmitButton>
      </ActionForm>
    </WizardFrame>
  )
}
