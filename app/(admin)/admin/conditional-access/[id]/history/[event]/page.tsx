import { notFound } from 'next/navigation'
import { JsonValue } from '@/components/admin/json-value'
import { DifferenceLines } from '@/components/conditional-access/change-list'
import { DraftNotes } from '@/components/conditional-access/draft-notes'
import { draftTexts, StateChoice } from '@/components/conditional-access/policy-editor'
import { PolicyWarnings } from '@/components/conditional-access/policy-warnings'
import { PageHeading } from '@/components/shell/page-heading'
import { ActionForm } from '@/components/ui/action-form'
import { BackLink } from '@/components/ui/back-link'
import { ButtonLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { Disclosure } from '@/components/ui/disclosure'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { differencesBetween } from '@/lib/conditional-access/difference'
import { idsNamedIn, linesOf } from '@/lib/conditional-access/difference-view'
import { findChange, namesOfIds } from '@/lib/conditional-access/history-store'
import { warningsAbout } from '@/lib/conditional-access/lockout'
import { readPolicy } from '@/lib/conditional-access/read-policy'
import { findPolicy } from '@/lib/conditional-access/store'
import { summaryOf } from '@/lib/conditional-access/view'
import { failureMessage, formatDate, t } from '@/lib/i18n'
import { db } from '@/lib/platform/db'
import { FormToken } from '@/lib/request/form-token'
import { adminPageVisit } from '@/lib/request/page'
import { takeVersionAction } from '../../../actions'

/** An older version as a draft: what saving it again would change, and the form that saves it like any other change. */
export default async function PolicyVersionPage({ params }: { params: Promise<{ id: string; event: string }> }) {
  const { id, event } = await params
  const back = `/admin/conditional-access/${encodeURIComponent(id)}/history`
  const path = `${back}/${encodeURIComponent(event)}`
  await adminPageVisit({ right: 'conditionalAccess.update', path })
  const policy = await findPolicy(db(), id)
  const version = policy && (await findChange(db(), policy.id, event))
  if (!policy || !version || version.after === null) notFound()
  const read = readPolicy(version.after)
  const differences = differencesBetween(policy.body, version.after)
  const names = await namesOfIds(db(), idsNamedIn([policy.body, version.after]))
  return (
    <>
      <PageHeading
        above={<BackLink href={back}>{t('policies.history.title')}</BackLink>}
        lead={t('policies.version.of', { at: formatDate(version.at) })}
      >
        {t('policies.version.title')}
      </PageHeading>
      <div className="grid max-w-3xl gap-6">
        {read.ok ? (
          <>
            <PolicyWarnings warnings={warningsAbout(read.value)} />
            <p className="text-lg leading-relaxed font-medium text-pretty">{summaryOf(read.value, names)}</p>
          </>
        ) : (
          <Notice tone="warning" live={false}>
            {t('policies.version.unreadable', { reason: failureMessage(read.failure) })}
          </Notice>
        )}
        <Card id="differences" title={t('policies.version.differences')}>
          <div className="grid gap-5">
            {differences.length === 0 ? (
              <p className="text-text-muted">{t('policies.version.none')}</p>
            ) : (
              <DifferenceLines lines={linesOf(differences, names)} />
            )}
            <Disclosure summary={t('policies.edit.json')}>
              <JsonValue label={t('policies.version.title')} value={version.after} />
            </Disclosure>
          </div>
        </Card>
        {read.ok && (
          <Card>
            <ActionForm
              action={takeVersionAction.bind(null, policy.id, event)}
              errorHeading={t('policies.edit.errors')}
            >
              <FormToken />
              <p className="text-text-muted">{t('policies.version.text')}</p>
              <StateChoice defaultValue={policy.state} />
              <DraftNotes version={policy.version} texts={draftTexts(path)} />
              <Actions>
                <SubmitButton pendingLabel={t('ui.pending')}>{t('policies.version.submit')}</SubmitButton>
                <ButtonLink href={back} variant="secondary">
                  {t('ui.cancel')}
                </ButtonLink>
              </Actions>
            </ActionForm>
          </Card>
        )}
      </div>
    </>
  )
}
