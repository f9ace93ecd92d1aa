import { PolicyEditor } from '@/components/conditional-access/policy-editor'
import { newPolicyValues } from '@/components/conditional-access/policy-fields'
import { PageHeading } from '@/components/shell/page-heading'
import { BackLink } from '@/components/ui/back-link'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { createPolicyAction } from '../actions'
import { editorChoices } from '../editor-choices'
import { DraftNotice, triedDraft } from '../tried-draft'

const path = '/admin/conditional-access/new'

export default async function NewPolicyPage({ searchParams }: { searchParams: Promise<{ trial?: string }> }) {
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.update', path })
  const draft = await triedDraft((await searchParams).trial, subject.id, null)
  const values = draft?.values ?? newPolicyValues
  return (
    <>
      <PageHeading
        above={<BackLink href="/admin/conditional-access">{t('policies.edit.back')}</BackLink>}
        lead={t('policies.new.lead')}
      >
        {t('policies.new.title')}
      </PageHeading>
      {draft && <DraftNotice draft={draft} policy={null} />}
      <PolicyEditor
        action={createPolicyAction}
        token={<FormToken />}
        values={values}
        summary=""
        newestHref={path}
        {...(await editorChoices(values))}
      />
    </>
  )
}
