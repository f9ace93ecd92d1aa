'use client'

import { type ComponentProps, useState } from 'react'
import { FieldFrame, type FieldTexts, useField } from './field'
import { useHasScripts } from './use-has-scripts'

/**
 * A password, pass or other secret with a button that shows it. Paste and password managers work; `autoComplete` must
 * be said (`current-password`, `new-password`). The value is never kept after a failed try. The button appears with the
 * scripts it needs.
 */
export function PasswordField({
  name,
  label,
  hint,
  error,
  showLabel,
  hideLabel,
  ...rest
}: FieldTexts & { showLabel: string; hideLabel: string; autoComplete: string } & Omit<
    ComponentProps<'input'>,
    keyof FieldTexts | 'id' | 'type' | 'defaultValue' | 'value' | 'className'
  >) {
  const field = useField({ name, label, hint, error })
  const [isShown, setIsShown] = useState(false)
  const hasScripts = useHasScripts()
  return (
    <FieldFrame {...{ id: field.id, label, hint, message: field.message }}>
      <div className="relative">
        <input
          autoCapitalize="none"
          spellCheck={false}
          {...rest}
          {...field.control}
          type={isShown ? 'text' : 'password'}
          className="control pr-12"
        />
        {hasScripts && (
          <button
            type="button"
            aria-label={isShown ? hideLabel : showLabel}
            aria-controls={field.id}
            onClick={() => setIsShown(!isShown)}
            className="absolute inset-y-0 right-0 grid w-11 place-items-center rounded-md text-text-muted hover:text-text"
          >
            <svg
              viewBox="0 0 24 24"
              fill="none"
              stroke="currentColor"
              strokeWidth="1.75"
              strokeLinecap="round"
              strokeLinejoin="round"
              aria-hidden="true"
              className="size-5"
            >
              <path d="M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z" />
              {isShown && <path d="M4 20 20 4" />}
            </svg>
          </button>
        )}
      </div>
    </FieldFrame>
  )
}
