'use client'

import type { ComponentProps } from 'react'
import { classes } from './classes'
import { FieldFrame, type FieldTexts, useField } from './field'
import { Icon } from './icon'

export type Option = { readonly value: string; readonly label: string; readonly isDisabled?: boolean }

/** A native list to choose one from, with label, hint and error. `placeholder` is a first entry without a value. */
export function SelectField({
  name,
  label,
  hint,
  error,
  optionalLabel,
  isLabelHidden,
  defaultValue,
  options,
  placeholder,
  className,
  ...rest
}: FieldTexts & { options: readonly Option[]; placeholder?: string; defaultValue?: string } & Omit<
    ComponentProps<'select'>,
    keyof FieldTexts | 'id' | 'defaultValue' | 'children'
  >) {
  const field = useField({ name, label, hint, error, defaultValue })
  return (
    <FieldFrame {...{ id: field.id, label, hint, message: field.message, optionalLabel, isLabelHidden }}>
      <div className={classes('relative', className)}>
        {/* A new key per attempt and value: the browser's form reset would otherwise forget the kept choice, or what was just saved. */}
        <select
          key={`${field.attempt} ${field.value}`}
          {...rest}
          {...field.control}
          defaultValue={field.value}
          className="control appearance-none pr-10"
        >
          {placeholder !== undefined && <option value="">{placeholder}</option>}
          {options.map(({ value, label: text, isDisabled }) => (
            <option key={value} value={value} disabled={isDisabled}>
              {text}
            </option>
          ))}
        </select>
        <Icon
          name="chevron-down"
          className="pointer-events-none absolute inset-y-0 right-3 my-auto size-5 text-text-muted"
        />
      </div>
    </FieldFrame>
  )
}
