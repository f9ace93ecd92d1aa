import type { Metadata } from 'next'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { Card } from '@/components/ui/card'
import { Icon } from '@/components/ui/icon'
import { PageHeading } from '@/components/ui/page-heading'
import { SubmitButton } from '@/components/ui/submit-button'
import { policyFromTemplate, templates } from '@/lib/conditional-access/templates'
import { summaryOf } from '@/lib/conditional-access/view'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { createFromTemplateAction } from '../actions'

export const metadata: Metadata = { title: t('policies.template.title') }

export default async function TemplatePage() {
  const path = '/admin/conditional-access/template'
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.update', path })
  const names = new Map([[subject.id, subject.displayName]])
  const steps = ['state', 'exclude', 'guests'] as const
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/conditional-access">{t('policies.edit.back')}</BackLink>}
        lead={t('policies.template.lead')}
      >
        {t('policies.template.title')}
      </PageHeading>
      {templates.map((template) => (
        <Card
          key={template.id}
          id={template.id}
          title={template.name}
          description={template.description}
          className="max-w-3xl"
        >
          <div className="grid gap-6">
            <p className="rounded-md border border-border bg-surface p-4 font-medium">
              {summaryOf(policyFromTemplate(template, subject.id), names)}
            </p>
            <ul className="grid gap-3">
              {steps.map((step) => (
                <li key={step} className="flex gap-3">
                  <Icon name="check" className="mt-0.5 size-5 text-success" />
                  {t(`policies.template.step.${step}`)}
                </li>
              ))}
            </ul>
            <ActionForm
              action={createFromTemplateAction}
              errorHeading={t('policies.edit.errors')}
              idPrefix={template.id}
            >
              <FormToken />
              <input type="hidden" name="templateId" value={template.id} />
              <div>
                <SubmitButton pendingLabel={t('ui.pending')}>{t('policies.template.create')}</SubmitButton>
              </div>
            </ActionForm>
          </div>
        </Card>
      ))}
    </>
  )
}
