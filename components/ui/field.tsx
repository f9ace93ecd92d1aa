'use client'

import type { ReactNode } from 'react'
import { useForm } from './action-form'
import { classes } from './classes'
import { Icon } from './icon'

/** What every field says about itself. Texts are finished sentences. */
export type FieldTexts = {
  /**
   * Name of the value in the form; also the control's id, after the form's `idPrefix`. One that ends in `[]` is sent as
   * a list; ids, errors and kept values know it without the brackets.
   */
  name: string
  label: ReactNode
  hint?: ReactNode
  /** Beats the error that the form's last answer has for this name. */
  error?: string
  /** Said beside the label of a field that may stay empty, e.g. `(optional)`. */
  optionalLabel?: string
  /** Keeps the label for assistive technology only; the page shows it otherwise. */
  isLabelHidden?: boolean
}

/** Ids and state of one field, from its texts and from the form around it. */
export function useField({ name, hint, error, defaultValue }: FieldTexts & { defaultValue?: string }) {
  const { answer, idPrefix } = useForm()
  const bare = name.endsWith('[]') ? name.slice(0, -2) : name
  const id = `${idPrefix}${bare}`
  const message = error ?? answer.errors.find(({ field }) => field === bare)?.message
  const kept = answer.attempt > 0 ? answer.values[bare] : undefined
  const describedBy = classes(hint !== undefined && `${id}-hint`, message !== undefined && `${id}-error`)
  return {
    id,
    message,
    attempt: answer.attempt,
    /** What was typed before, else the page's own value. */
    value: typeof kept === 'string' ? kept : defaultValue,
    kept,
    control: {
      id,
      name,
      'aria-describedby': describedBy || undefined,
      'aria-invalid': message === undefined ? undefined : (true as const),
    },
  }
}

/** Label, hint, control and error as one unit, in the order they are read. */
export function FieldFrame({
  id,
  label,
  hint,
  message,
  optionalLabel,
  isLabelHidden,
  children,
}: Pick<FieldTexts, 'label' | 'hint' | 'optionalLabel' | 'isLabelHidden'> & {
  id: string
  message: string | undefined
  children: ReactNode
}) {
  return (
    <div className="grid min-w-0 gap-1.5">
      <label htmlFor={id} className={isLabelHidden ? 'sr-only' : 'w-fit font-medium'}>
        {label}
        {optionalLabel && <span className="ml-1.5 font-normal text-text-muted">{optionalLabel}</span>}
      </label>
      {hint !== undefined && <FieldHint id={id}>{hint}</FieldHint>}
      {children}
      <FieldError id={id} message={message} />
    </div>
  )
}

export function FieldHint({ id, children }: { id: string; children: ReactNode }) {
  return (
    <p id={`${id}-hint`} className="text-sm text-text-muted">
      {children}
    </p>
  )
}

export function FieldError({ id, message }: { id: string; message: string | undefined }) {
  if (message === undefined) return null
  return (
    <p id={`${id}-error`} className="flex gap-1.5 text-sm font-medium text-danger">
      <Icon name="alert" className="mt-px size-4.5" />
      {message}
    </p>
  )
}
