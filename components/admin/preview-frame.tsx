import type { ReactNode } from 'react'
import { ActionForm } from '@/components/ui/action-form'
import { ButtonLink, TextLink } from '@/components/ui/button'
import { Actions, Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import type { FormAction } from '@/components/ui/form-answer'
import { Notice } from '@/components/ui/notice'
import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { FormToken } from '@/lib/request/form-token'

type Line = { readonly term: string; readonly text: string }

/** A change before it is saved: before and after in words, whom it concerns, and then the button that saves it. */
export function PreviewFrame({
  before,
  after,
  reach,
  people,
  more,
  note,
  isLocked = false,
  isChangedMeanwhile,
  proposal,
  action,
  hrefs,
}: {
  before: readonly Line[]
  after: readonly Line[]
  /** How many the thing is for, before and after, as a sentence. */
  reach: string | null
  people: ReactNode
  /** What else it means, below the people. */
  more?: ReactNode
  /** What must be read before it is saved. */
  note?: ReactNode
  /** It cannot be saved; the note says why. */
  isLocked?: boolean
  isChangedMeanwhile: boolean
  proposal: { readonly change: string; readonly version: number }
  action: FormAction
  hrefs: { readonly edit: string; readonly newest: string }
}) {
  const changes = linesOf(before, after)
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
        {people}
      </Card>
      {more}
      {note}
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
