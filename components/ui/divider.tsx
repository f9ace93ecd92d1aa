/** A line between two equal ways on, with a word such as "or" in it. */
export function Divider({ label }: { label?: string }) {
  return (
    <div className="flex items-center gap-4 text-sm text-text-muted">
      <span className="h-px flex-1 bg-border forced-colors:bg-text" />
      {label}
      <span className="h-px flex-1 bg-border forced-colors:bg-text" />
    </div>
  )
}
