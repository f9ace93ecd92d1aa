'use client'

import type { ComponentProps } from 'react'
import { FieldFrame, type FieldTexts, useField } from './field'

/**
 * A one-time code: one plain input, large, with the keyboard for digits. The browser may fill it from a text message,
 * and pasting `123 456` works, because everything but digits is dropped as it arrives (the server does so too). Not kept
 * after a failed try.
 */
export function CodeField({
  name,
  label,
  hint,
  error,
  digits = 6,
  ...rest
}: FieldTexts & { digits?: number } & Omit<
    ComponentProps<'input'>,
    keyof FieldTexts | 'id' | 'type' | 'defaultValue' | 'value' | 'className' | 'maxLength'
  >) {
  const field = useField({ name, label, hint, error })
  return (
    <FieldFrame {...{ id: field.id, label, hint, message: field.message }}>
      <input
        {...rest}
        {...field.control}
        type="text"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        onInput={({ currentTarget }) => {
          const typed = currentTarget.value.replace(/\D/g, '').slice(0, digits)
          if (typed !== currentTarget.value) currentTarget.value = typed
        }}
        className="control h-16 pl-[calc(0.875rem+0.35em)] text-center font-mono text-3xl font-medium tracking-[0.35em] tabular-nums"
      />
    </FieldFrame>
  )
}
