import type { ReactNode } from 'react'
import { ImpactList } from '@/components/admin/impact-list'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import type { FormAction } from '@/components/ui/form-answer'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { type Effect, type Impact, shutsOutAdministrators } from '@/lib/policy-changes/model'
import { FormToken } from '@/lib/request/form-token'

type Line = { readonly term: string; readonly text: string }

/** What a change means: before and after in words, whom it concerns, and then the button that saves it. */
export function ChangePreview({
  before,
  after,
  impact,
  reach,
  more,
  isChangedMeanwhile,
  proposal,
  action,
  hrefs,
}: {
  before: readonly Line[]
  after: readonly Line[]
  impact: Impact
  /** How many the thing is for, before and after, as a sentence. */
  reach: string | null
  /** What else it means, below the people. */
  more?: ReactNode
  isChangedMeanwhile: boolean
  proposal: { readonly change: string; readonly version: number }
  action: FormAction
  hrefs: { readonly edit: string; readonly newest: string; readonly people: (effect: Effect) => string }
}) {
  const changes = linesOf(before, after)
  const isLocked = shutsOutAdministrators(impact)
  return (
    <div className="grid max-w-3xl gap-6">
      {isChangedMeanwhile && (
        <Notice
          tone="warning"
          live={false}
          actions={<TextLink href={hrefs.newest}>{t('policyChanges.preview.conflict.link')}</TextLink>}
        >
          {t('failure.policyChanges.changed_meanwhile')}
        </Notice>
      )}
      <Card id="change" title={t('policyChanges.preview.change')}>
        {changes.length === 0 ? (
          <p className="text-text-muted">{t('policyChanges.preview.same')}</p>
        ) : (
          <DescriptionList
            items={changes.map(({ term, text, was }) => ({
              term,
              description: (
                <span className="grid gap-0.5 wrap-anywhere">
                  <span className="font-medium">{text}</span>
                  <span className="text-sm text-text-muted">{t('policyChanges.preview.now', { text: was })}</span>
                </span>
              ),
            }))}
          />
        )}
      </Card>
      <Card id="people" title={t('policyChanges.preview.people')} description={reach}>
        <ImpactList impact={impact} hrefOf={hrefs.people} />
      </Card>
      {more}
      {isLocked ? (
        <Notice tone="danger" live={false} title={t('policyChanges.preview.lockout.title')}>
          {t('failure.policyChanges.no_administrator_left')}
        </Notice>
      ) : (
        impact.isOwnLost && (
          <Notice tone="warning" live={false} title={t('policyChanges.preview.own.title')}>
            {t('policyChanges.preview.own.text')}
          </Notice>
        )
      )}
      <ActionForm action={action} errorHeading={t('methodsPolicy.edit.errors')}>
        <FormToken />
        <input type="hidden" name="change" value={proposal.change} />
        <input type="hidden" name="version" value={proposal.version} />
        <Actions>
          {!isLocked && !isChangedMeanwhile && changes.length > 0 && (
            <SubmitButton pendingLabel={t('ui.pending')}>{t('policyChanges.preview.save')}</SubmitButton>
          )}
          <ButtonLink href={hrefs.edit} variant="secondary">
            {t('policyChanges.preview.edit')}
          </ButtonLink>
        </Actions>
      </ActionForm>
    </div>
  )
}

/** Only what differs, by its name; a line that is new was nothing before. */
function linesOf(before: readonly Line[], after: readonly Line[]) {
  const was = new Map(before.map(({ term, text }) => [term, text]))
  const is = new Map(after.map(({ term, text }) => [term, text]))
  return [...new Set([...is.keys(), ...was.keys()])]
    .map((term) => ({
      term,
      text: is.get(term) ?? t('admin.none'),
      was: was.get(term) ?? t('admin.none'),
    }))
    .filter(({ text, was: old }) => text !== old)
}
