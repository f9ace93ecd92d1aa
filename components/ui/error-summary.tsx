'use client'

import { useEffect, useRef } from 'react'
import { TextLink } from './button'
import type { FormError } from './form-answer'
import { Icon } from './icon'

/**
 * Says at the top of a form what to put right, with a link to each field, and takes the focus when it appears. Give it
 * a new `key` per attempt. Without scripts the browser's own autofocus does the same on the loaded page.
 */
export function ErrorSummary({
  heading,
  errors,
}: {
  heading: string
  /** `field` is the id of the control; an error without one concerns the whole form. */
  errors: readonly FormError[]
}) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => box.current?.focus(), [])
  return (
    <div
      ref={box}
      role="alert"
      tabIndex={-1}
      // biome-ignore lint/a11y/noAutofocus: a failed form moves focus to its summary, also before scripts load.
      autoFocus
      className="grid animate-arrive grid-cols-[auto_1fr] gap-3 rounded-md border border-danger bg-danger-soft p-4 text-text"
    >
      <Icon name="alert" className="mt-0.5 size-5 text-danger" />
      <div className="grid gap-1">
        <p className="font-semibold">{heading}</p>
        <ul className="grid gap-1">
          {errors.map(({ field, message, link }) => (
            <li key={`${field} ${message}`}>
              {field ? (
                <a href={`#${field}`} className="rounded-sm underline underline-offset-4 hover:decoration-2">
                  {message}
                </a>
              ) : (
                message
              )}
              {link && (
                <>
                  {' '}
                  <TextLink href={link.href} target="_blank">
                    {link.text}
                  </TextLink>
                </>
              )}
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}
