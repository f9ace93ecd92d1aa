'use client'

import { FieldError, FieldHint, useField } from './field'
import { type Option, SelectField } from './select-field'
import { TextField } from './text-field'

/**
 * A phone number as people know theirs: the country from a list, then the number as they would dial it at home. A full
 * number with `+` may be typed or filled by the browser; the server reads both. Sends `<name>Country` (the option's
 * value) and `<name>`.
 */
export function PhoneField({
  name,
  label,
  hint,
  error,
  countryLabel,
  numberLabel,
  countries,
  defaultCountry,
  defaultNumber,
}: {
  name: string
  label: string
  hint?: string
  error?: string
  countryLabel: string
  numberLabel: string
  /** Value: ISO 3166 code; label: name and calling code. */
  countries: readonly Option[]
  defaultCountry?: string
  defaultNumber?: string
}) {
  const group = useField({ name: `${name}Group`, label, hint, error })
  return (
    <fieldset className="grid gap-3" aria-describedby={group.control['aria-describedby']}>
      <legend className="mb-1.5 font-medium">{label}</legend>
      {hint && <FieldHint id={group.id}>{hint}</FieldHint>}
      <div className="grid gap-4">
        <SelectField
          name={`${name}Country`}
          label={<span className="text-sm">{countryLabel}</span>}
          options={countries}
          defaultValue={defaultCountry}
          autoComplete="country"
        />
        <TextField
          name={name}
          label={<span className="text-sm">{numberLabel}</span>}
          type="tel"
          inputMode="tel"
          autoComplete="tel"
          defaultValue={defaultNumber}
        />
      </div>
      <FieldError id={group.id} message={group.message} />
    </fieldset>
  )
}
