'use client'

import { type ReactNode, useEffect, useRef } from 'react'

/**
 * What takes the place of the form that asked for it. It takes the focus when it appears: the button that had it is gone,
 * and whoever does not see the page would not know that anything happened. `label` makes it a region with a name.
 */
export function Arrival({ label, className, children }: { label?: string; className?: string; children: ReactNode }) {
  const box = useRef<HTMLElement>(null)
  useEffect(() => box.current?.focus(), [])
  return (
    <section ref={box} tabIndex={-1} aria-label={label} className={className}>
      {children}
    </section>
  )
}
