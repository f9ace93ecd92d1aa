import { DraftNotes } from '@/components/conditional-access/draft-notes'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { TextareaField } from '@/components/ui/text-field'
import { contextLines } from '@/lib/conditional-access/contexts-model'
import { contextsVersion, listContexts } from '@/lib/conditional-access/contexts-store'
import { may } from '@/lib/directory/rights'
import { t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { nameContextsAction } from './actions'

const list = '/admin/conditional-access'

/** What the organisation calls its authentication contexts. */
export default async function ContextsPage({ searchParams }: { searchParams: Promise<{ saved?: string }> }) {
  const path = `${list}/contexts`
  const { subject } = await adminPageVisit({ right: 'conditionalAccess.read', path })
  const version = await contextsVersion(db())
  const contexts = await listContexts(db())
  const { saved } = await searchParams
  return (
    <>
      <PageHeading
        above={<BackLink href={list}>{t('policies.edit.back')}</BackLink>}
        lead={t('policies.contexts.lead')}
      >
        {t('policies.contexts.title')}
      </PageHeading>
      <div className="grid max-w-2xl gap-6">
        {saved === 'yes' && <Notice tone="success">{t('policies.contexts.saved')}</Notice>}
        <Card>
          {may(subject, 'conditionalAccess.update') ? (
            <ActionForm action={nameContextsAction} errorHeading={t('policies.edit.errors')}>
              <FormToken />
              <DraftNotes
                version={version}
                texts={{
                  ...{ confirmLabel: '', confirmHint: '', newestHref: path },
                  conflict: t('policies.conflict.text'),
                  conflictLink: t('policies.conflict.link'),
                }}
              />
              <TextareaField
                name="contexts"
                label={t('policies.contexts.label')}
                hint={t('policies.contexts.hint')}
                defaultValue={contextLines(contexts)}
                autoComplete="off"
                rows={8}
              />
              <Actions>
                <SubmitButton pendingLabel={t('ui.pending')}>{t('policies.contexts.save')}</SubmitButton>
                <ButtonLink href={list} variant="secondary">
                  {t('ui.cancel')}
                </ButtonLink>
              </Actions>
            </ActionForm>
          ) : (
            <div className="grid gap-4">
              <p className="text-sm text-text-muted">{t('policies.contexts.reader')}</p>
              {contexts.length === 0 ? (
                <p>{t('policies.contexts.none')}</p>
              ) : (
                <ul className="grid gap-1">
                  {contexts.map(({ id, name }) => (
                    <li key={id}>
                      {id} <bdi className="wrap-anywhere">{name}</bdi>
                    </li>
                  ))}
                </ul>
              )}
            </div>
          )}
        </Card>
      </div>
    </>
  )
}
