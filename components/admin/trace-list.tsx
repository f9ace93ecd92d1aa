import { Tag } from '@/components/ui/tag'
import { type TraceLineView, traceTones } from '@/lib/conditional-access/view'
import { t } from '@/lib/i18n'

/** What became of each policy in one decision, and why; those that decided come first. */
export function TraceList({ lines }: { lines: readonly TraceLineView[] }) {
  if (lines.length === 0) {
    return (
      <p className="border-t border-border px-5 py-6 text-text-muted sm:px-6">
        {t('admin.signIn.entry.policies.none')}
      </p>
    )
  }
  const rank = (line: TraceLineView) => ['failure', 'success'].indexOf(line.result)
  const ordered = lines.toSorted(
    (one, other) => Number(rank(other) >= 0) - Number(rank(one) >= 0) || rank(one) - rank(other),
  )
  return (
    <ul className="divide-y divide-border border-t border-border">
      {ordered.map((line) => (
        <li key={line.policyId} className="grid gap-1 px-5 py-4 sm:px-6">
          <p className="flex flex-wrap items-center gap-x-3 gap-y-1 [&>span]:whitespace-normal">
            <bdi className="font-semibold wrap-anywhere">{line.displayName}</bdi>
            <Tag tone={traceTones[line.result]}>{line.resultText}</Tag>
          </p>
          <p className="text-text-muted">{line.reasonText}</p>
          <p className="text-sm text-text-muted">{t('admin.signIn.entry.version', { version: line.version })}</p>
        </li>
      ))}
    </ul>
  )
}
