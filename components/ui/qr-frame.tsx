import type { ReactNode } from 'react'

/**
 * A QR code as an SVG path on white paper, whatever the scheme, with the quiet zone that scanners need (four modules).
 * `path` is drawn in modules: one unit per module, from 0 to `size`. `label` says what it is for.
 */
export function QrFrame({ path, size, label }: { path: string; size: number; label: string }) {
  return (
    <div className="mx-auto w-full max-w-60 rounded-lg border border-border bg-paper p-2 forced-color-adjust-none">
      <svg viewBox={`-4 -4 ${size + 8} ${size + 8}`} role="img" aria-label={label} className="block w-full">
        <path d={path} className="fill-ink" shapeRendering="crispEdges" />
      </svg>
    </div>
  )
}

/**
 * A text to be copied into another program: a setup key, a pass, an address. Selecting it selects all of it; it wraps
 * rather than scrolls. `action` is usually a `CopyButton`.
 */
export function CodeBlock({ label, children, action }: { label: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="grid gap-1.5">
      <p className="text-sm font-medium">{label}</p>
      <div className="flex flex-wrap items-center gap-3 rounded-md border border-border bg-surface-sunken p-3">
        <code className="min-w-0 flex-1 basis-40 font-mono text-base wrap-anywhere select-all">{children}</code>
        {action}
      </div>
    </div>
  )
}
