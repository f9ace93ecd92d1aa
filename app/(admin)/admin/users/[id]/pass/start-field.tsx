'use client'

import { useEffect, useRef, useState } from 'react'
import { TextField } from '@/components/ui/text-field'

/**
 * A day and time typed in the administrator's own time. A script tells the server which instant that is; without one the
 * value is read as UTC, and the hint says so.
 */
export function StartField({
  name,
  label,
  hintUtc,
  hintLocal,
}: {
  name: string
  label: string
  hintUtc: string
  /** With `{zone}` where the name of the time zone stands. */
  hintLocal: string
}) {
  const instant = useRef<HTMLInputElement>(null)
  const [zone, setZone] = useState<string | null>(null)
  useEffect(() => setZone(Intl.DateTimeFormat().resolvedOptions().timeZone), [])
  return (
    <>
      <TextField
        name={name}
        type="datetime-local"
        autoComplete="off"
        label={label}
        hint={zone === null ? hintUtc : hintLocal.replace('{zone}', zone)}
        onChange={({ currentTarget }) => {
          const at = new Date(currentTarget.value)
          if (instant.current) instant.current.value = Number.isNaN(at.getTime()) ? '' : at.toISOString()
        }}
      />
      <input ref={instant} type="hidden" name={`${name}Instant`} defaultValue="" />
    </>
  )
}
