import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { Card } from '@/components/ui/card'
import { Icon } from '@/components/ui/icon'
import { SubmitButton } from '@/components/ui/submit-button'
import { Tag } from '@/components/ui/tag'
import { builtInStrengths } from '@/lib/authentication-methods/strengths'
import { templates } from '@/lib/conditional-access/template-catalogue'
import { policyFromTemplate } from '@/lib/conditional-access/templates'
import { summaryOf } from '@/lib/conditional-access/view'
import { groupNames } from '@/lib/directory/store'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { createFromTemplateAction } from '../actions'
import { knownEmergencyGroups } from '../emergency-groups'

const steps = ['state', 'exclude'] as const
export default async function TemplatePage() {
  const path = '/admin/conditional-access/template'
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.update', path })
  const groupIds = await knownEmergencyGroups()
  const names = new Map([
    [subject.id, subject.displayName] as const,
    ...builtInStrengths.map(({ id, displayName }) => [id, displayName] as const),
    ...(await groupNames(db(), groupIds)),
  ])
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/conditional-access">{t('policies.edit.back')}</BackLink>}
        lead={t('policies.template.lead')}
      >
        {t('policies.template.title')}
      </PageHeading>
      <ul className="grid max-w-3xl gap-2">
        {steps.map((step) => (
          <li key={step} className="flex gap-3">
            <Icon name="check" className="mt-0.5 size-5 text-success" />
            {t(
              step === 'exclude' && groupIds.length > 0
                ? 'policies.template.step.group'
                : `policies.template.step.${step}`,
            )}
          </li>
        ))}
      </ul>
      {templates.map((template) => (
        <Card
          key={template.id}
          id={`template-${template.id}`}
          title={template.name}
          description={template.description}
          className="max-w-3xl"
        >
          <div className="grid gap-5">
            <ul aria-label={t('policies.template.scenarios')} className="flex flex-wrap gap-2">
              {template.scenarios.map((scenario) => (
                <li key={scenario}>
                  <Tag>{t(`policies.template.scenario.${scenario}`)}</Tag>
                </li>
              ))}
            </ul>
            <p className="rounded-md border border-border bg-surface p-4 font-medium">
              {summaryOf(policyFromTemplate(template, subject.id, groupIds), names)}
            </p>
            {template.needs.length > 0 && (
              <ul className="grid gap-3">
                {template.needs.map((need) => (
                  <li key={need} className="flex gap-3">
                    <Icon name="info" className="mt-0.5 size-5 text-accent" />
                    {t(`policies.template.need.${need}`)}
                  </li>
                ))}
              </ul>
            )}
            <ActionForm
              action={createFromTemplateAction}
              errorHeading={t('policies.edit.errors')}
              idPrefix={template.id}
            >
              <FormToken />
              <input type="hidden" name="templateId" value={template.id} />
              <div>
                <SubmitButton
                  pendingLabel={t('ui.pending')}
                  aria-label={t('policies.template.createLabel', { name: template.name })}
                >
                  {t('policies.template.create')}
                </SubmitButton>
              </div>
            </ActionForm>
          </div>
        </Card>
      ))}
    </>
  )
}
