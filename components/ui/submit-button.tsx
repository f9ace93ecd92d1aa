'use client'

import type { ComponentProps } from 'react'
import { useFormStatus } from 'react-dom'
import { useForm } from './action-form'
import { type ButtonStyle, buttonStyle } from './button-style'
import { classes } from './classes'

/**
 * The button that sends its form. While the answer is awaited it says `pendingLabel`, turns, and takes no second press;
 * it keeps the focus, so nobody loses their place. With `name` and `value` only the pressed one of several turns.
 * Before scripts load it is a plain submit button.
 */
export function SubmitButton({
  variant,
  size,
  wide,
  className,
  pendingLabel,
  children,
  name,
  value,
  ...rest
}: Omit<ComponentProps<'button'>, 'type'> & ButtonStyle & { pendingLabel?: string }) {
  const { pending: isSending, data } = useFormStatus()
  const { isGoing } = useForm()
  const pending = isSending || isGoing
  const isPressed = isGoing
    ? name === undefined
    : isSending && (name === undefined || data?.get(name) === String(value ?? ''))
  return (
    <button
      type="submit"
      name={name}
      value={value}
      aria-disabled={pending || undefined}
      onClick={(event) => {
        if (pending) event.preventDefault()
      }}
      className={classes(buttonStyle({ variant, size, wide }), className)}
      {...rest}
    >
      {isPressed && (
        <span
          aria-hidden="true"
          className="size-4 animate-spin rounded-full border-2 border-current border-r-transparent"
        />
      )}
      <span aria-live="polite">{isPressed && pendingLabel ? pendingLabel : children}</span>
    </button>
  )
}
