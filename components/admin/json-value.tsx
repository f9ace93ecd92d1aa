/** A recorded value as text that can be read and copied. It wraps instead of scrolling: no part hides, and no trap for keyboards. */
export function JsonValue({ label, value }: { label: string; value: unknown }) {
  return (
    <section aria-label={label} className="grid min-w-0 content-start gap-2">
      <h3 className="text-sm font-medium text-text-muted">{label}</h3>
      <pre className="rounded-md bg-surface-sunken p-4 text-sm wrap-anywhere whitespace-pre-wrap">
        {JSON.stringify(value, null, 2)}
      </pre>
    </section>
  )
}
