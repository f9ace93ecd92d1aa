import { SubmitButton } from '@/components/ui/submit-button'
import { t } from '@/lib/i18n'
import { limits } from '@/lib/limits'

/** Ways to the other parts of a list inside the form: buttons, so that what was ticked is kept on the way. */
export function Pages({
  label,
  intent,
  page,
  count,
}: {
  label: string
  intent: 'page' | 'refs'
  page: number
  count: number
}) {
  const pages = Math.ceil(count / limits.policyFiles.shownPerPage)
  if (pages < 2) return null
  return (
    <nav aria-label={label} className="flex flex-wrap items-center justify-between gap-3">
      <p className="text-sm text-text-muted">{t('policyFiles.plan.page', { page, pages })}</p>
      <div className="flex flex-wrap gap-2">
        {page > 1 && (
          <SubmitButton name="intent" value={`${intent}-`} variant="secondary" size="small">
            {t('policyFiles.plan.previous')}
          </SubmitButton>
        )}
        {page < pages && (
          <SubmitButton name="intent" value={`${intent}+`} variant="secondary" size="small">
            {t('policyFiles.plan.next')}
          </SubmitButton>
        )}
      </div>
    </nav>
  )
}
