import { limits } from '@/lib/limits'

/**
 * A typed code as six ASCII digits, or null when it is none. Spaces and hyphens between the digits are fine; digits of
 * other scripts are refused, not converted (SEC-054).
 */
export function normaliseCode(text: string): string | null {
  if (text.length > 64) return null
  const digits = text.replace(/[\s-]/g, '')
  return /^[0-9]+$/.test(digits) && digits.length === limits.code.digits ? digits : null
}
