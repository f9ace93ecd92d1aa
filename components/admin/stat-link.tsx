import type { ReactNode } from 'react'

/** A number that leads to the list it counts. `share` (0 to 1) draws how much of the whole it is; the words say it too. */
export function StatLink({
  href,
  label,
  value,
  detail,
  hint,
  share,
}: {
  href: string
  label: ReactNode
  value: number
  detail?: ReactNode
  hint?: ReactNode
  share?: number
}) {
  return (
    <li className="grid">
      <a
        href={href}
        className="grid content-start gap-1 rounded-md border border-border p-4 transition-colors hover:border-accent hover:bg-accent-soft"
      >
        <span className="font-medium">{label}</span>
        <span className="flex flex-wrap items-baseline gap-x-2">
          <span className="text-3xl font-semibold tracking-tight tabular-nums">{value}</span>
          {detail && <span className="text-text-muted">{detail}</span>}
        </span>
        {share !== undefined && (
          <svg
            viewBox="0 0 100 4"
            preserveAspectRatio="none"
            aria-hidden="true"
            className="my-1 h-1.5 w-full rounded-full"
          >
            <rect width="100" height="4" className="fill-border" />
            <rect width={Math.round(share * 100)} height="4" className="fill-accent" />
          </svg>
        )}
        {hint && <span className="text-sm text-text-muted">{hint}</span>}
      </a>
    </li>
  )
}
