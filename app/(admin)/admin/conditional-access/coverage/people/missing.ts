import type { Unsatisfiable } from '@/lib/conditional-access/unsatisfiable'
import { controlName } from '@/lib/conditional-access/view'
import { t } from '@/lib/i18n'

/** What a policy asks of somebody who can never do it, and whether it already does. */
export function missingText({ controls, isEnforced }: Unsatisfiable): string {
  const missing = new Intl.ListFormat('en', { type: 'conjunction' }).format(
    controls.map((control) => controlName({ control })),
  )
  return t(isEnforced ? 'coverage.stuck.missing' : 'coverage.stuck.missing.reportOnly', { missing })
}
