import { choice, type SearchParams } from '@/components/admin/query'
import { type ImpactTarget, type ImpactWindow, impactTargets, impactWindows } from '@/lib/reports/policy-impact'

/** What the address of the page, or of its file, asks for. */
export function readQuestion(given: SearchParams): {
  readonly window: ImpactWindow
  readonly target: ImpactTarget | undefined
} {
  return { window: choice(given, 'over', impactWindows) ?? 'day', target: choice(given, 'of', impactTargets) }
}
