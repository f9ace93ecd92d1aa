'use client'

import { type ReactNode, useEffect, useRef } from 'react'

/** A heading that takes the focus when `focusKey` changes, so that a new step is announced. Empty: never. */
export function FocusTarget({
  focusKey,
  className,
  children,
}: {
  focusKey: string
  className: string
  children: ReactNode
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (focusKey) heading.current?.focus()
  }, [focusKey])
  return (
    <h1 ref={heading} tabIndex={-1} className={className}>
      {children}
    </h1>
  )
}
