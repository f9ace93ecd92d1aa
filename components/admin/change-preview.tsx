import type { ReactNode } from 'react'
import { ImpactList } from '@/components/admin/impact-list'
import type { FormAction } from '@/components/ui/form-answer'
import { Notice } from '@/components/ui/notice'
import { t } from '@/lib/i18n'
import { type Effect, type Impact, shutsOutAdministrators } from '@/lib/policy-changes/model'
import { PreviewFrame } from './preview-frame'

type Line = { readonly term: string; readonly text: string }

/** What a change of methods or of password reset means. What would shut administrators out is not saved. */
export function ChangePreview({
  impact,
  hrefs,
  ...frame
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
  const isLocked = shutsOutAdministrators(impact)
  return (
    <PreviewFrame
      {...frame}
      hrefs={hrefs}
      isLocked={isLocked}
      people={<ImpactList impact={impact} hrefOf={hrefs.people} />}
      note={
        isLocked ? (
          <Notice tone="danger" live={false} title={t('policyChanges.preview.lockout.title')}>
            {t('failure.policyChanges.no_administrator_left')}
          </Notice>
        ) : (
          impact.isOwnLost && (
            <Notice tone="warning" live={false} title={t('policyChanges.preview.own.title')}>
              {t('policyChanges.preview.own.text')}
            </Notice>
          )
        )
      }
    />
  )
}
