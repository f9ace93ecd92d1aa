import type { ReactNode } from 'react'

/** Names and values of one thing; beside each other where there is room, below each other on a phone. */
export function DescriptionList({
  items,
}: {
  items: readonly { readonly term: ReactNode; readonly description: ReactNode; readonly id?: string }[]
}) {
  return (
    <dl className="grid gap-x-6 gap-y-1 sm:grid-cols-[minmax(9rem,1fr)_minmax(0,2.4fr)] sm:gap-y-3">
      {items.map(({ term, description, id }, index) => (
        <div key={id ?? (typeof term === 'string' ? term : index)} className="grid gap-0.5 pb-3 sm:contents">
          <dt className="text-sm text-text-muted sm:text-base">{term}</dt>
          <dd className="min-w-0">{description}</dd>
        </div>
      ))}
    </dl>
  )
}
