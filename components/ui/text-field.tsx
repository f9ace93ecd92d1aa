'use client'

import type { ComponentProps } from 'react'
import { classes } from './classes'
import { FieldFrame, type FieldTexts, useField } from './field'

type Native<Tag extends 'input' | 'textarea'> = Omit<ComponentProps<Tag>, keyof FieldTexts | 'id' | 'defaultValue'>

/**
 * One line of text with its label, hint and error. `type`, `autoComplete`, `inputMode`, `spellCheck` and the rest are
 * the native ones; always say `autoComplete` for what a browser may know.
 */
export function TextField({
  name,
  label,
  hint,
  error,
  optionalLabel,
  isLabelHidden,
  defaultValue,
  className,
  ...rest
}: FieldTexts & { defaultValue?: string } & Native<'input'>) {
  const field = useField({ name, label, hint, error, defaultValue })
  return (
    <FieldFrame {...{ id: field.id, label, hint, message: field.message, optionalLabel, isLabelHidden }}>
      <input
        type="text"
        {...rest}
        {...field.control}
        defaultValue={field.value}
        className={classes('control', className)}
      />
    </FieldFrame>
  )
}

/** Several lines of text, for lists of addresses and notes; grows with its content where the browser can. */
export function TextareaField({
  name,
  label,
  hint,
  error,
  optionalLabel,
  isLabelHidden,
  defaultValue,
  className,
  ...rest
}: FieldTexts & { defaultValue?: string } & Native<'textarea'>) {
  const field = useField({ name, label, hint, error, defaultValue })
  return (
    <FieldFrame {...{ id: field.id, label, hint, message: field.message, optionalLabel, isLabelHidden }}>
      <textarea
        rows={4}
        {...rest}
        {...field.control}
        defaultValue={field.value}
        className={classes('control field-sizing-content min-h-28', className)}
      />
    </FieldFrame>
  )
}
