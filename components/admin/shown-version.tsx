'use client'

import { useForm } from '../ui/action-form'

/**
 * The version that the form showed first. A page drawn again after an answer would carry the newest one, and the form
 * would overwrite what nobody here has seen.
 */
export function ShownVersion({ version }: { version: number }) {
  const { answer } = useForm()
  const kept = [answer.values.version ?? ''].flat()[0]
  return <input type="hidden" name="version" value={kept || version} />
}
