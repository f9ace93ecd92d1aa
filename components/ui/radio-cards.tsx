'use client'

import type { ReactNode } from 'react'
import { FieldGroup } from './checkbox-field'
import { useField } from './field'

export type Choice = {
  readonly value: string
  readonly label: ReactNode
  readonly hint?: ReactNode
  readonly icon?: ReactNode
  /** A short word beside the label, e.g. a `Tag` saying "Recommended". */
  readonly tag?: ReactNode
  readonly isDisabled?: boolean
}

/** One choice out of a few, each a card with room for a hint and an icon. Native radios: arrow keys choose. */
export function RadioCards({
  name,
  label,
  hint,
  error,
  choices,
  defaultValue,
}: {
  name: string
  label: ReactNode
  hint?: ReactNode
  error?: string
  choices: readonly Choice[]
  defaultValue?: string
}) {
  const field = useField({ name, label, hint, error, defaultValue })
  return (
    <FieldGroup name={name} label={label} hint={hint} error={error}>
      {choices.map((choice) => (
        <label
          key={`${field.attempt} ${choice.value}`}
          className="flex items-center gap-4 rounded-md border border-border-strong bg-surface-raised p-4 transition-colors hover:bg-surface-sunken has-checked:border-accent has-checked:bg-accent-soft has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus has-disabled:cursor-not-allowed has-disabled:bg-surface-sunken has-disabled:text-text-muted"
        >
          {choice.icon}
          <span className="grid min-w-0 flex-1 gap-0.5">
            <span className="flex flex-wrap items-center gap-x-2 gap-y-1 font-semibold">
              {choice.label} {choice.tag}
            </span>
            {choice.hint && <span className="text-sm text-text-muted">{choice.hint}</span>}
          </span>
          <input
            type="radio"
            name={name}
            value={choice.value}
            defaultChecked={choice.value === field.value}
            disabled={choice.isDisabled}
            className="size-5 shrink-0 accent-accent outline-none"
          />
        </label>
      ))}
    </FieldGroup>
  )
}
