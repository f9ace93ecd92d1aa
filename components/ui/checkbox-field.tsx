'use client'

import type { ComponentProps, ReactNode } from 'react'
import { FieldError, type FieldTexts, useField } from './field'

/** One yes-or-no choice; sends `value` (`on` unless said) when ticked. After a
 * refusal it stays as the person left it, if the action keeps its name. Label and hint are one large target. */
export function CheckboxField({
  name,
  label,
  hint,
  error,
  id,
  value = 'on',
  defaultChecked,
  ...rest
}: FieldTexts & {
  /** Needed when several boxes share a name. */ id?: string
  value?: string
  defaultChecked?: boolean
} & Omit<ComponentProps<'input'>, keyof FieldTexts | 'id' | 'type' | 'className' | 'value' | 'defaultChecked'>) {
  const field = useField({ name, label, hint, error })
  const controlId = id ?? field.id
  const isTicked = field.kept === undefined ? defaultChecked : [field.kept].flat().includes(value)
  return (
    <div className="grid gap-1.5">
      <label className="flex min-h-6 w-fit gap-3">
        <input
          key={field.attempt}
          {...rest}
          {...field.control}
          id={controlId}
          value={value}
          defaultChecked={isTicked}
          // The hint is part of the label already; only the error is left to point to.
          aria-describedby={field.message && !id ? `${field.id}-error` : undefined}
          type="checkbox"
          className="mt-0.5 size-5 shrink-0 rounded-sm accent-accent"
        />
        <span className="grid gap-0.5">
          <span>{label}</span>
          {hint && <span className="text-sm text-text-muted">{hint}</span>}
        </span>
      </label>
      <FieldError id={controlId} message={id ? error : field.message} />
    </div>
  )
}

/** Frames several choices under one question; hint and error belong to the group. Children are its boxes or radios. */
export function FieldGroup({
  name,
  label,
  hint,
  error,
  children,
}: Pick<FieldTexts, 'name' | 'label' | 'hint' | 'error'> & { children: ReactNode }) {
  const field = useField({ name, label, hint, error })
  return (
    <fieldset id={field.id} tabIndex={-1} aria-describedby={field.control['aria-describedby']} className="min-w-0">
      <legend className="font-medium">{label}</legend>
      {hint !== undefined && (
        <p id={`${field.id}-hint`} className="mt-1 text-sm text-text-muted">
          {hint}
        </p>
      )}
      <div className="mt-3 grid gap-3">{children}</div>
      {field.message && (
        <div className="mt-2">
          <FieldError id={field.id} message={field.message} />
        </div>
      )}
    </fieldset>
  )
}
