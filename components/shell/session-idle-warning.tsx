'use client'

import { type ComponentProps, useCallback } from 'react'
import { IdleWarning } from './idle-warning'

/** The idle warning with the product's own call behind its button. */
export function SessionIdleWarning({
  formToken,
  extend,
  ...texts
}: Omit<ComponentProps<typeof IdleWarning>, 'extend'> & {
  formToken: string
  /** Takes `{ formToken }`; its value is the seconds left. */
  extend: (argument: unknown) => Promise<{ readonly ok: boolean; readonly value?: number | null }>
}) {
  const stay = useCallback(async () => (await extend({ formToken })).value ?? null, [extend, formToken])
  return <IdleWarning {...texts} extend={stay} />
}
