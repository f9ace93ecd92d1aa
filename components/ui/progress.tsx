/** Something is under way and nobody knows how long: a turning ring and a sentence, announced politely. */
export function Spinner({ label }: { label: string }) {
  return (
    <div role="status" className="flex items-center gap-3 text-text-muted">
      <span
        aria-hidden="true"
        className="size-5 shrink-0 animate-spin rounded-full border-2 border-accent border-r-transparent"
      />
      {label}
    </div>
  )
}

/** A known share of something: native, with its words beside it. */
export function ProgressBar({ label, value, max }: { label: string; value: number; max: number }) {
  return (
    <label className="grid gap-1.5 text-sm">
      {label}
      <progress
        value={value}
        max={max}
        className="h-2 w-full appearance-none overflow-hidden rounded-full border-0 bg-border forced-colors:border [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-border [&::-webkit-progress-value]:bg-accent"
      >
        {value}/{max}
      </progress>
    </label>
  )
}

/** Holds the place of content that is still loading; assistive technology hears `label` once. */
export function Skeleton({ label, lines = 3 }: { label: string; lines?: number }) {
  return (
    <div role="status" className="grid gap-3">
      <span className="sr-only">{label}</span>
      {Array.from({ length: lines }, (_, line) => `line-${line}`).map((key) => (
        <span key={key} className="h-5 animate-pulse rounded-sm bg-border last:w-2/3" />
      ))}
    </div>
  )
}
